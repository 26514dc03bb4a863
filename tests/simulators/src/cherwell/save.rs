//! `POST /api/V1/savebusinessobject`: a record made or changed, or the reason why not.
//!
//! Only fields that are marked dirty are applied. With `persist` false nothing is stored, and a key to what was sent comes
//! back; absent, it is true.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    culture::Culture,
    objects::{Field, Kind, Object},
    refusal::{FieldFault, Refusal, saved},
    request, rules,
    server::{Caller, Memory, Server},
    store::Record,
};
use crate::shared::Answer;

/// Fields to write, by name, as they are stored.
pub type Written = Vec<(String, String)>;

/// Who writes, and when.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'a> {
    /// Their name.
    pub user: &'a str,
    /// Now.
    pub now: Timestamp,
}

/// Saves a record.
///
/// # Errors
/// Where there is no such object, record or field, or a rule refuses it.
pub fn save(server: &Server, caller: &Caller, body: &Value) -> Result<Answer, Refusal> {
    let object = server.object(caller, &request::text(body, "busObId"))?;
    if object.is_group {
        return Err(Refusal::BadRequest(format!("{} is a group: name one of its members.", object.display)));
    }
    let written = fields(server, caller.culture, object, body)?;
    if request::flag(body, "persist") == Some(false) {
        return Ok(saved(&json!({ "cacheKey": format!("{}-cached", object.id) })));
    }
    let mut memory = server.memory();
    let (rec_id, public_id) = (request::text(body, "busObRecId"), request::text(body, "busObPublicId"));
    let old = match (rec_id.as_str(), public_id.as_str()) {
        ("", "") => None,
        ("", number) => Some(memory.store.numbered(object.name, number).ok_or(Refusal::RecordNotFound)?.clone()),
        (id, _) => Some(memory.store.record(object.name, id).ok_or(Refusal::RecordNotFound)?.clone()),
    };
    let record = write(server, &mut memory, object, old, written, &caller.account.user)?;
    Ok(saved(&json!({ "busObPublicId": record.public_id, "busObRecId": record.rec_id })))
}

/// The dirty fields of a request, as they are stored.
///
/// # Errors
/// Where a field is not the object's.
pub fn fields(server: &Server, culture: Culture, object: &Object, body: &Value) -> Result<Written, Refusal> {
    let mut written = Vec::new();
    let mut faults = Vec::new();
    for item in request::list(body, "fields").filter(|item| request::flag(item, "dirty") == Some(true)) {
        let id = request::text(item, "fieldId");
        let field = object.field_of_id(&id).ok_or(Refusal::FieldNotFound(id))?;
        let value = request::text(item, "value");
        match stored(server, culture, field, &value) {
            Ok(value) if !field.computed => written.push((field.name.clone(), value)),
            Ok(_) => {}
            Err(why) => faults.push(FieldFault { field_id: object.whole_id(field), why, lacking: false }),
        }
    }
    if faults.is_empty() { Ok(written) } else { Err(Refusal::Invalid(faults)) }
}

/// A value as it is stored.
fn stored(server: &Server, culture: Culture, field: &Field, value: &str) -> Result<String, String> {
    if value.is_empty() {
        return Ok(String::new());
    }
    if let Some(longest) = field.longest.filter(|longest| value.chars().count() > *longest) {
        return Err(format!("{} cannot be longer than {longest} characters.", field.display));
    }
    if !field.values.is_empty() && !field.values.contains(&value) {
        return Err(format!("{value} is not a valid value for {}.", field.display));
    }
    match field.kind {
        Kind::DateTime => culture
            .read(value, server.options.minutes_ahead)
            .map(|time| time.to_string())
            .ok_or_else(|| format!("{value} is not a valid date for {}.", field.display)),
        Kind::Text | Kind::Logical => Ok(value.to_owned()),
    }
}

/// Makes or changes a record, by the rules; stores it, and answers it as it then is.
///
/// # Errors
/// Where a rule refuses it.
pub fn write(
    server: &Server,
    memory: &mut Memory,
    object: &Object,
    old: Option<Record>,
    written: Written,
    user: &str,
) -> Result<Record, Refusal> {
    let writer = Writer { user, now: server.apparatus.clock.now() };
    if let Some(old) = old.as_ref().filter(|_| written.is_empty()) {
        return Ok(old.clone());
    }
    let is_new = old.is_none();
    let mut record = old.clone().unwrap_or_else(|| memory.store.draft(object.name, object.number, writer.now));
    for (name, value) in written {
        record.set(&name, value);
    }
    if is_new {
        rules::begin(object, &mut record, writer);
    }
    rules::check(&server.options, object, old.as_ref(), &record)?;
    rules::compute(memory, object, old.as_ref(), &mut record, writer);
    record.set("LastModifiedDateTime", writer.now.to_string());
    record.set("LastModifiedBy", user);
    record.set("LastModTimeStamp", memory.store.next_stamp());
    memory.store.put(record.clone());
    Ok(record)
}
