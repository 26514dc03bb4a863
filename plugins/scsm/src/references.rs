//! Properties that hold an entry of a list or relate to a person or item, and how a name becomes the identity that they need.
//!
//! Names are looked up before the write, side by side; a GUID, and an entry as delivered, cost no request. A name that nothing
//! single has is refused with its property, but for items where the settings say so: by default for what a CMDB may lack, since a
//! ticket without its configuration item is better than none. A property that the object does not have is refused, too: the portal
//! would drop it without a word.

use crate::client::{Client, Named, Question, Reply};
use crate::draft::{Draft, Wanted};
use crate::element::Guid;
use crate::lists::{self, List};
use crate::projection::Projection;
use crate::query::{Left, Operator, Query};
use crate::settings::{Missing, Settings};
use serde_json::{Value, json};
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::text::one_line;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// Related items of an incident.
pub const ITEMS: &str = "RelatesToConfigItem";
/// Properties that relate to one person. An object that relates to nobody leaves them out.
const PEOPLE: [&str; 3] = ["RequestedWorkItem", "AssignedWorkItem", "CreatedWorkItem"];

/// What a name stands for.
enum Kind {
    /// An entry of this list, which has names as delivered.
    Entry(Guid, Option<List>),
    /// An entry of a list that nobody has named.
    EntryOfSomeList,
    /// A person.
    Person,
    /// Itself.
    Text,
}

/// What is written where a name was looked up.
enum Place {
    Entry(String),
    Person(String),
    Item(&'static str),
}

/// A name to be looked up.
struct Lookup {
    place: Place,
    name: String,
    question: Question,
}

/// Writes a draft into an object, and answers a line for each item that was left out.
///
/// # Errors
/// `rejected` with the property, where the object has none of this name, or nothing single has the name that it should hold; else
/// what the portal answers.
pub fn write<H: Http + Log>(
    client: &Client<'_, H>,
    draft: &Draft,
    object: &mut Projection,
) -> Result<Vec<String>, CallError> {
    let mut lookups = Vec::new();
    for (property, wanted) in draft.iter() {
        match wanted {
            Wanted::Value(value) => put(object, property, value.clone())?,
            Wanted::Text(text) => lookups.extend(place_text(client.settings, object, property, text)?),
        }
    }
    for (called, name) in &draft.items {
        match Guid::parse(name) {
            Some(id) => relate(object, json!({ "BaseId": id.to_string() })),
            None => lookups.push(item_lookup(client.settings, called, name)),
        }
    }
    let questions: Vec<_> = lookups.iter().map(|lookup| lookup.question.clone()).collect();
    let answers = client.ask_all(&questions);
    let mut left_out = Vec::new();
    for (lookup, answer) in lookups.iter().zip(answers) {
        let answer = answer.map_err(|error| error.while_it(&format!("looked up \"{}\"", lookup.name)))?;
        left_out.extend(settle(client.settings, lookup, answer, object)?);
    }
    Ok(left_out)
}

/// The user that a name or a GUID stands for.
///
/// # Errors
/// `rejected` where no single user has the name; else what the portal answers.
pub fn user<H: Http + Log>(client: &Client<'_, H>, name: &str) -> Result<Guid, CallError> {
    match Guid::parse(name) {
        Some(id) => Ok(id),
        None => {
            let answer = client.ask(&Question::Users(filter(name)));
            let answer = answer.map_err(|error| error.while_it(&format!("looked up the user \"{name}\"")))?;
            only_one(&named(answer), name, "user").map_err(|why| refuse(why, ""))
        }
    }
}

/// Writes a text, or what it names where that needs no request.
fn place_text(
    settings: &Settings,
    object: &mut Projection,
    property: &str,
    text: &str,
) -> Result<Option<Lookup>, CallError> {
    let name = one_line(text);
    let lookup = |place, question| Some(Lookup { place, name: name.clone(), question });
    match kind(settings, object, property) {
        Kind::Text => put(object, property, text.into()).map(|()| None),
        Kind::Entry(..) | Kind::EntryOfSomeList if name.is_empty() => put(object, property, nothing()).map(|()| None),
        Kind::Entry(list, as_delivered) => {
            known(object, property)?;
            match Guid::parse(&name).or_else(|| as_delivered.and_then(|list| list.entry(&name))) {
                Some(id) => put_entry(object, property, id, &name).map(|()| None),
                None => Ok(lookup(Place::Entry(property.to_owned()), Question::Entries(list))),
            }
        }
        Kind::EntryOfSomeList => match Guid::parse(&name) {
            Some(id) => put_entry(object, property, id, "").map(|()| None),
            None => {
                let why =
                    format!("\"{name}\" names an entry of a list that is not known: add it to the setting `lists`");
                Err(refuse(why, property))
            }
        },
        Kind::Person if name.is_empty() => {
            object.set(property, Value::Null);
            Ok(None)
        }
        Kind::Person => match Guid::parse(&name) {
            Some(id) => {
                put_person(object, property, id);
                Ok(None)
            }
            None => Ok(lookup(Place::Person(property.to_owned()), Question::Users(filter(&name)))),
        },
    }
}

fn kind(settings: &Settings, object: &Projection, property: &str) -> Kind {
    if PEOPLE.contains(&property) {
        return Kind::Person;
    }
    if let Some((list, as_delivered)) = lists::of_property(settings, property) {
        return Kind::Entry(list, as_delivered);
    }
    let is_entry = |value: &Value| value.get("Id").is_some() && value.get("BaseId").is_none();
    if object.get(property).is_some_and(is_entry) { Kind::EntryOfSomeList } else { Kind::Text }
}

fn item_lookup(settings: &Settings, called: &'static str, name: &str) -> Lookup {
    let name = one_line(name);
    let query = Query::new().and(Left::Generic("DisplayName"), Operator::Equal, &name);
    let question = Question::Objects(query, settings.projections.configuration_item.clone());
    Lookup { place: Place::Item(called), name, question }
}

/// Writes what a name was found to stand for, or answers why an item is left out.
fn settle(
    settings: &Settings,
    lookup: &Lookup,
    answer: Reply,
    object: &mut Projection,
) -> Result<Option<String>, CallError> {
    let name = &lookup.name;
    match &lookup.place {
        Place::Entry(property) => {
            let id = only_one(&named(answer), name, "entry of its list").map_err(|why| refuse(why, property))?;
            put_entry(object, property, id, name)?;
        }
        Place::Person(property) => {
            let id = only_one(&named(answer), name, "user").map_err(|why| refuse(why, property))?;
            put_person(object, property, id);
        }
        Place::Item(called) => match only_item(answer, name, called) {
            Ok(item) => relate(object, item),
            Err(why) if settings.missing_items == Missing::Omit => {
                return Ok(Some(format!("The {called} was left out: {why}.")));
            }
            Err(why) => return Err(refuse(why, ITEMS)),
        },
    }
    Ok(None)
}

/// The one of this name; those of other names were not asked for.
fn only_one(candidates: &[Named], name: &str, what: &str) -> Result<Guid, String> {
    let wanted = name.to_lowercase();
    let has_name = |named: &&Named| named.names.iter().any(|name| name.to_lowercase() == wanted);
    let matches: Vec<_> = candidates.iter().filter(has_name).collect();
    match matches.as_slice() {
        [one] => Ok(one.id),
        [] => Err(format!("no {what} that this account may see is called \"{name}\"")),
        several => Err(format!("\"{name}\" is the name of more than one {what} ({}): use a GUID", several.len())),
    }
}

fn only_item(answer: Reply, name: &str, called: &str) -> Result<Value, String> {
    let Reply::Objects(listing) = answer else { return Err("the portal answered no objects".to_owned()) };
    let wanted = name.to_lowercase();
    let matches: Vec<_> =
        listing.objects.iter().filter(|item| item.text("DisplayName").to_lowercase() == wanted).collect();
    match matches.as_slice() {
        [item] => {
            let part = |property: &str| item.get(property).cloned().unwrap_or_default();
            Ok(json!({
                "ClassTypeId": part("ClassTypeId"), "BaseId": part("BaseId"), "DisplayName": part("DisplayName")
            }))
        }
        [] => Err(format!("no {called} that this account may see is called \"{name}\"")),
        several => Err(format!("\"{name}\" is the name of more than one {called} ({}): use a GUID", several.len())),
    }
}

fn named(answer: Reply) -> Vec<Named> {
    match answer {
        Reply::Named(named) => named,
        Reply::Objects(_) => Vec::new(),
    }
}

fn known(object: &Projection, property: &str) -> Result<(), CallError> {
    if object.has(property) {
        return Ok(());
    }
    Err(refuse(format!("incidents of this installation have no property `{property}`"), property))
}

/// Sets a property that the object has.
fn put(object: &mut Projection, property: &str, value: Value) -> Result<(), CallError> {
    known(object, property)?;
    // An empty text and no text are the same to Service Manager, and should be to whoever compares.
    let is_empty = |value: &Value| value.is_null() || value.as_str() == Some("");
    if !(is_empty(&value) && object.get(property).is_some_and(is_empty)) {
        object.set(property, value);
    }
    Ok(())
}

/// An entry that stands is left as it is, so that its name in the server's language stays.
fn put_entry(object: &mut Projection, property: &str, id: Guid, name: &str) -> Result<(), CallError> {
    if object.entry(property) == Some(id) {
        return Ok(());
    }
    put(object, property, json!({ "Id": id.to_string(), "Name": name }))
}

fn put_person(object: &mut Projection, property: &str, id: Guid) {
    let now = object.get(property).and_then(|person| person.get("BaseId")).and_then(Value::as_str);
    if now.and_then(Guid::parse) != Some(id) {
        object.set(property, json!({ "BaseId": id.to_string() }));
    }
}

fn relate(object: &mut Projection, item: Value) {
    let id = |item: &Value| item.get("BaseId").and_then(Value::as_str).and_then(Guid::parse);
    if !object.related(ITEMS).iter().any(|related| id(related) == id(&item)) {
        object.relate(ITEMS, item);
    }
}

/// No entry, as the portal spells it.
#[must_use]
pub fn nothing() -> Value {
    json!({ "Id": null, "Name": null })
}

/// What the portal searches users by: their names have no domain.
fn filter(name: &str) -> String {
    let name = one_line(name);
    name.rsplit('\\').next().unwrap_or(&name).to_owned()
}

fn refuse(why: String, property: &str) -> CallError {
    fault(CallErrorKind::Rejected, why).with_code("reference").with_field(property)
}

#[cfg(test)]
mod tests;
