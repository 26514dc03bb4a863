//! `POST Projection/Commit`: making and changing work items, whole or not at all.
//!
//! The client sends the object as it should be and as it read it; what differs is written. An object that has changed since it was
//! read is not written to. [`super::rules`] says what else is refused.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    options::Account,
    portal::Portal,
    projections::opened,
    refusal::Refusal,
    request::object,
    rules,
    schema::Class,
    store::{Object, Store, new_id, plain, spelled, to_millisecond},
    write,
};
use crate::shared::Call;

/// What is committed.
struct Form {
    current: Map<String, Value>,
    original: Option<Map<String, Value>>,
}

/// Commits.
///
/// # Errors
/// [`Refusal::Exception`] where Service Manager refuses; [`Refusal::Invalid`] where the body is no form.
pub fn commit(portal: &Portal, call: &Call, account: &Account) -> Result<Value, Refusal> {
    let form = read(call)?;
    if !account.analyst {
        let words = format!("The user {} does not have sufficient permission to perform the operation.", account.user);
        return Err(Refusal::Exception(words));
    }
    let class = text(&form.current, "ClassTypeId").and_then(|id| Class::of(&plain(id)));
    let class = class.ok_or_else(|| Refusal::exception("The class of the object is unknown."))?;
    let base_id = text(&form.current, "BaseId").map(plain);
    let mut store = portal.store();
    let stored = base_id.as_deref().and_then(|id| store.object(id)).cloned();
    let object = match (stored, base_id) {
        (Some(object), _) => change(portal, &store, &form, object)?,
        (None, Some(id)) if store.reserved.contains_key(&id) => create(portal, &mut store, &form, class, Some(id))?,
        (None, Some(id)) => return Err(Refusal::Exception(format!("The object {id} does not exist."))),
        (None, None) => create(portal, &mut store, &form, class, None)?,
    };
    let answer = json!({ "success": true, "BaseId": object.base_id });
    store.reserved.remove(&object.base_id);
    store.objects.insert(object.base_id.clone(), object);
    Ok(answer)
}

fn read(call: &Call) -> Result<Form, Refusal> {
    let mut body = object(call)?;
    let name = body.keys().find(|name| name.eq_ignore_ascii_case("formJson")).cloned().ok_or(Refusal::Invalid)?;
    let form = body.remove(&name);
    let Some(Value::Object(mut form)) = form.filter(|_| body.is_empty()) else { return Err(Refusal::Invalid) };
    let current = form.remove("current");
    let original = form.remove("original");
    form.remove("isDirty");
    if !form.is_empty() {
        return Err(Refusal::Invalid);
    }
    match (current, original) {
        (Some(Value::Object(current)), None | Some(Value::Null)) => Ok(Form { current, original: None }),
        (Some(Value::Object(current)), Some(Value::Object(original))) => Ok(Form { current, original: Some(original) }),
        _ => Err(Refusal::Invalid),
    }
}

/// A new object: all that is said of it is written, whatever its template said.
fn create(
    portal: &Portal,
    store: &mut Store,
    form: &Form,
    class: Class,
    reserved: Option<String>,
) -> Result<Object, Refusal> {
    let now = to_millisecond(portal.apparatus.clock.now());
    let (number, creator) = match reserved.as_ref().and_then(|id| store.reserved.get(id)) {
        Some((reserved_class, ..)) if *reserved_class != class => {
            return Err(Refusal::exception("The class of the object is not its template's."));
        }
        Some((_, number, creator)) => (number.clone(), creator.clone()),
        None => (store.next_number(class), None),
    };
    let base_id = reserved.unwrap_or_else(new_id);
    let before = Object { modified: now, added: now, ..opened(class, base_id, number, portal) };
    let mut after = before.clone();
    write::write(portal, store, &mut after, &form.current, None)?;
    if let Some(creator) = creator {
        after.people.entry("CreatedWorkItem".to_owned()).or_insert(creator);
    }
    rules::check(portal, None, &after)?;
    rules::compute(&mut after);
    Ok(after)
}

/// A change to an object: what differs between what is sent and what was read.
fn change(portal: &Portal, store: &Store, form: &Form, before: Object) -> Result<Object, Refusal> {
    let original = form.original.as_ref();
    let original = original.ok_or_else(|| Refusal::exception("The original of a changed object is missing."))?;
    let read = text(original, "LastModified").unwrap_or_default();
    if text(original, "BaseId").map(plain).as_deref() != Some(&before.base_id) || !is_same(read, before.modified) {
        return Err(Refusal::Exception(format!(
            "Discovery data modification collision: the object {} has been modified by another user.",
            before.number()
        )));
    }
    let mut after = before.clone();
    write::write(portal, store, &mut after, &form.current, Some(original))?;
    rules::check(portal, Some(&before), &after)?;
    rules::compute(&mut after);
    if rules::differs(&before, &after) {
        after.touch(to_millisecond(portal.apparatus.clock.now()));
    }
    Ok(after)
}

fn is_same(read: &str, modified: Timestamp) -> bool {
    read.trim_end_matches('Z') == spelled(modified)
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}
