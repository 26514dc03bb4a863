//! Objects as projections show them.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    ids,
    schema::{Class, ITEMS, Kind, PEOPLE, Property, Schema, WORK_ITEMS},
    store::{Comment, Known, Object, Store, spelled},
};

/// What is not stored yet has never changed.
const NEVER: &str = "0001-01-01T00:00:00";

/// A stored work item, with all that it relates to.
#[must_use]
pub fn work_item(schema: &Schema, store: &Store, object: &Object) -> Value {
    let stamps = [("TimeAdded", spelled(object.added)), ("LastModified", spelled(object.modified))];
    projection(schema, store, object, &stamps)
}

/// One that a template gives, and nobody has committed.
#[must_use]
pub fn template(schema: &Schema, store: &Store, object: &Object) -> Value {
    projection(schema, store, object, &[("TimeAdded", NEVER.to_owned()), ("LastModified", NEVER.to_owned())])
}

/// A user or configuration item.
#[must_use]
pub fn known(known: &Known, full_name: &str) -> Value {
    let mut shown = json!({
        "ClassTypeId": known.class(),
        "BaseId": known.base_id,
        "FullName": full_name,
        "DisplayName": known.name,
    });
    if let (Some(shown), false) = (shown.as_object_mut(), known.user_name.is_empty()) {
        shown.insert("UserName".into(), known.user_name.as_str().into());
        shown.insert("Email".into(), known.email.as_str().into());
    }
    shown
}

/// The full name of a work item.
#[must_use]
pub fn full_name(object: &Object) -> String {
    format!("{}:{}", object.class.name(), object.number())
}

fn projection(schema: &Schema, store: &Store, object: &Object, stamps: &[(&str, String)]) -> Value {
    let mut shown = Map::new();
    shown.insert("ClassTypeId".into(), object.class.id().into());
    shown.insert("BaseId".into(), object.base_id.as_str().into());
    shown.insert("ClassName".into(), object.class.name().into());
    shown.insert("FullName".into(), full_name(object).into());
    shown.insert("Path".into(), Value::Null);
    shown.extend(stamps.iter().map(|(name, time)| ((*name).to_owned(), Value::from(time.as_str()))));
    for property in schema.of(object.class) {
        shown.insert(property.name.clone(), value(property, object.values.get(&property.name)));
    }
    for relation in PEOPLE {
        // What relates to nobody is left out.
        if let Some(user) = object.people.get(relation).and_then(|id| store.user(id)) {
            shown.insert(relation.into(), known(user, &format!("System.Domain.User:{}", user.user_name)));
        }
    }
    let items = object.items.iter().filter_map(|id| store.item(id));
    shown.insert(ITEMS.into(), items.map(|item| known(item, &format!("System.ConfigItem:{}", item.name))).collect());
    let others = object.work_items.iter().filter_map(|id| store.object(id));
    shown.insert(WORK_ITEMS.into(), others.map(outline).collect());
    shown.insert(object.class.log().into(), object.log.iter().map(comment).collect());
    Value::Object(shown)
}

fn value(property: &Property, value: Option<&Value>) -> Value {
    match (&property.kind, value) {
        (Kind::Entry(list), id) => entry(list, id.and_then(Value::as_str)),
        (_, None) => Value::Null,
        (Kind::Time, Some(time)) => {
            let time: Option<Timestamp> = time.as_str().and_then(|text| text.parse().ok());
            time.map(spelled).into()
        }
        (_, Some(value)) => value.clone(),
    }
}

/// An entry of a list by its identity; the empty one where there is none.
#[must_use]
pub fn entry(list: &str, id: Option<&str>) -> Value {
    let entries = ids::list(list).map(|(_, _, entries)| *entries).unwrap_or_default();
    let known = id.and_then(|id| entries.iter().find(|(known, _)| *known == id));
    known.map_or_else(|| json!({ "Id": null, "Name": "" }), |(id, path)| json!({ "Id": id, "Name": ids::shown(path) }))
}

fn outline(object: &Object) -> Value {
    json!({
        "ClassTypeId": object.class.id(),
        "BaseId": object.base_id,
        "FullName": full_name(object),
        "DisplayName": object.text("DisplayName"),
        "Id": object.number(),
    })
}

fn comment(comment: &Comment) -> Value {
    let (class, class_id) = if comment.by_analyst {
        ("System.WorkItem.TroubleTicket.AnalystCommentLog", "f14b70f4-878c-c0e1-b5c1-06ca22d05d40")
    } else {
        ("System.WorkItem.TroubleTicket.UserCommentLog", "a3d4e16f-5e8a-18ba-9198-d9815194c986")
    };
    json!({
        "ClassTypeId": class_id,
        "ClassName": class,
        "BaseId": comment.base_id,
        "DisplayName": comment.base_id,
        "Comment": comment.text,
        "EnteredBy": comment.entered_by,
        "EnteredDate": spelled(comment.entered),
        "IsPrivate": comment.private,
    })
}

/// The class of a projection's objects; none for one of any class.
#[must_use]
pub fn class_of(projection: &str) -> Option<Class> {
    match projection {
        ids::INCIDENT_PROJECTION => Some(Class::Incident),
        ids::CHANGE_PROJECTION => Some(Class::Change),
        _ => None,
    }
}
