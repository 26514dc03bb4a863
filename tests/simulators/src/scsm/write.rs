//! What a form says of an object, read into it: properties by their kind, and whom and what it relates to.
//!
//! A property that the class does not have is refused, so that no client believes in one.

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use serde_json::{Map, Value, json};

use super::{
    ids,
    portal::Portal,
    refusal::Refusal,
    schema::{ITEMS, Kind, PEOPLE, Property, WORK_ITEMS},
    store::{Comment, Object, Store, new_id, plain},
};

/// Longest comment, in UTF-16 code units.
const COMMENT: usize = 4000;
/// What an object shows beside its properties, and nobody writes.
const SHOWN: [&str; 7] = ["ClassTypeId", "BaseId", "ClassName", "FullName", "Path", "TimeAdded", "LastModified"];
/// What an entry of an action log can say of itself.
const OF_COMMENT: [&str; 12] = [
    "ActionType",
    "BaseId",
    "ClassName",
    "ClassTypeId",
    "Comment",
    "Description",
    "DisplayName",
    "EnteredBy",
    "EnteredDate",
    "IsPrivate",
    "LastModified",
    "Title",
];

/// Writes what differs from the original; all of it where there is none.
///
/// # Errors
/// [`Refusal::Exception`] with the property that is refused.
pub fn write(
    portal: &Portal,
    store: &Store,
    object: &mut Object,
    current: &Map<String, Value>,
    original: Option<&Map<String, Value>>,
) -> Result<(), Refusal> {
    let class = object.class;
    for (name, value) in current {
        if original.is_some_and(|original| original.get(name) == Some(value)) || SHOWN.contains(&name.as_str()) {
            continue;
        }
        if let Some(property) = portal.schema.property(class, name) {
            if !property.computed {
                object.set(name, read(property, value)?);
            }
        } else if PEOPLE.contains(&name.as_str()) {
            relate_person(store, object, name, value)?;
        } else if name == ITEMS {
            object.items = related(value, |id| store.item(id).is_some(), name)?;
        } else if name == WORK_ITEMS {
            object.work_items = related(value, |id| store.object(id).is_some(), name)?;
        } else if name == class.log() {
            object.log = log(object, value)?;
        } else {
            return Err(Refusal::Exception(format!("The property {name} was not found in class {}.", class.name())));
        }
    }
    Ok(())
}

fn read(property: &Property, value: &Value) -> Result<Value, Refusal> {
    let name = &property.name;
    let wrong = |what: &str| Err(Refusal::Exception(format!("The value of the property {name} is {what}.")));
    match (&property.kind, value) {
        (Kind::Entry(list), value) => entry(name, list, value),
        (_, Value::Null) => Ok(Value::Null),
        (Kind::Text(most), Value::String(text)) if text.encode_utf16().count() > *most => {
            Err(Refusal::Exception(format!("The property {name} has a maximum length of {most}.")))
        }
        (Kind::Text(_), Value::String(text)) if text.chars().any(is_no_xml) => wrong("not valid in XML"),
        (Kind::Text(_), Value::String(text)) => Ok(if text.is_empty() { Value::Null } else { text.as_str().into() }),
        (Kind::Number, Value::Number(number)) if number.is_i64() => Ok(value.clone()),
        (Kind::Flag, Value::Bool(_)) => Ok(value.clone()),
        (Kind::Time, Value::String(text)) => match moment(text) {
            Some(time) => Ok(json!(time)),
            None => wrong("no time"),
        },
        _ => wrong("of another type"),
    }
}

/// An entry is sent as it is shown; its name is not looked at.
fn entry(name: &str, list: &str, value: &Value) -> Result<Value, Refusal> {
    let id = match value {
        Value::Null => return Ok(Value::Null),
        Value::Object(parts) if parts.keys().all(|part| part == "Id" || part == "Name") => parts.get("Id"),
        _ => return Err(Refusal::Exception(format!("The value of the property {name} is of another type."))),
    };
    let id = match id {
        None | Some(Value::Null) => return Ok(Value::Null),
        Some(id) => id.as_str().map(plain).unwrap_or_default(),
    };
    let entries = ids::list(list).map(|(_, _, entries)| *entries).unwrap_or_default();
    match entries.iter().find(|(known, _)| *known == id) {
        Some((known, _)) => Ok((*known).into()),
        None => Err(Refusal::Exception(format!("The property {name} has no enumeration value {id}."))),
    }
}

fn relate_person(store: &Store, object: &mut Object, relation: &str, value: &Value) -> Result<(), Refusal> {
    let id = value.get("BaseId").and_then(Value::as_str);
    match (value, id.map(|id| store.user(id))) {
        (Value::Null, _) => drop(object.people.remove(relation)),
        (_, Some(Some(user))) => drop(object.people.insert(relation.to_owned(), user.base_id.clone())),
        _ => return Err(Refusal::Exception(format!("The relationship {relation} has no such target."))),
    }
    Ok(())
}

/// The identities that a list of related objects names.
fn related(value: &Value, is_there: impl Fn(&str) -> bool, relation: &str) -> Result<Vec<String>, Refusal> {
    let no_target = || Refusal::Exception(format!("The relationship {relation} has no such target."));
    let objects = value.as_array().ok_or_else(no_target)?;
    let mut ids = Vec::with_capacity(objects.len());
    for object in objects {
        let id = object.get("BaseId").and_then(Value::as_str).map(plain).filter(|id| is_there(id));
        ids.push(id.ok_or_else(no_target)?);
    }
    Ok(ids)
}

/// The action log: entries that stand are named by their identity, others are added, what is left out is taken away.
fn log(object: &Object, value: &Value) -> Result<Vec<Comment>, Refusal> {
    let wrong = |what: &str| Refusal::Exception(format!("The action log is refused: {what}."));
    let mut log = Vec::new();
    for entry in value.as_array().ok_or_else(|| wrong("it is no list"))? {
        let parts = entry.as_object().ok_or_else(|| wrong("an entry is no object"))?;
        if let Some(unknown) = parts.keys().find(|name| !OF_COMMENT.contains(&name.as_str())) {
            return Err(wrong(&format!("an entry has no property {unknown}")));
        }
        let text = |name: &str| parts.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        if let Some(id) = text("BaseId").map(plain) {
            let stands = object.log.iter().find(|comment| comment.base_id == id);
            log.push(stands.ok_or_else(|| wrong("an entry does not exist"))?.clone());
            continue;
        }
        let by_analyst = match text("ActionType") {
            Some("AnalystComment") => true,
            Some("EndUserComment") => false,
            _ => return Err(wrong("an entry has no action type")),
        };
        let said = text("Description").or_else(|| text("Comment")).ok_or_else(|| wrong("an entry says nothing"))?;
        if said.encode_utf16().count() > COMMENT || said.chars().any(is_no_xml) {
            return Err(wrong("a comment is too long, or not valid in XML"));
        }
        log.push(Comment {
            base_id: new_id(),
            by_analyst,
            text: said.to_owned(),
            entered_by: text("EnteredBy").ok_or_else(|| wrong("an entry was entered by nobody"))?.to_owned(),
            entered: text("EnteredDate").and_then(moment).ok_or_else(|| wrong("an entry was never entered"))?,
            private: parts.get("IsPrivate").and_then(Value::as_bool).unwrap_or(false),
        });
    }
    Ok(log)
}

/// A moment, in UTC where it does not say otherwise.
fn moment(text: &str) -> Option<Timestamp> {
    let marked = text.parse::<Timestamp>().ok();
    marked.or_else(|| Offset::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok())
}

/// What the database cannot hold.
fn is_no_xml(character: char) -> bool {
    !matches!(character, '\t' | '\n' | '\r') && (character < ' ' || matches!(character, '\u{FFFE}' | '\u{FFFF}'))
}
