//! Records read, shown and deleted, by their id or their number.

use serde_json::{Value, json};

use super::{
    objects::{Field, Kind, Object},
    refusal::Refusal,
    server::{Caller, Memory, Server, json_answer},
    store::Record,
};
use crate::shared::Answer;

/// A record with all its fields.
///
/// # Errors
/// Where there is none.
pub fn read(server: &Server, caller: &Caller, object: &str, by: &str, id: &str) -> Result<Answer, Refusal> {
    let object = server.object(caller, object)?;
    let memory = server.memory();
    let record = named(&memory, object, by, id)?;
    Ok(json_answer(&shown(server, caller, object, record, &|_| true)))
}

/// Takes a record out.
///
/// # Errors
/// Where there is none.
pub fn delete(server: &Server, caller: &Caller, object: &str, by: &str, id: &str) -> Result<Answer, Refusal> {
    let object = server.object(caller, object)?;
    let mut memory = server.memory();
    let record = named(&memory, object, by, id)?;
    let (rec_id, public_id) = (record.rec_id.clone(), record.public_id.clone());
    memory.store.remove(&rec_id);
    Ok(json_answer(&json!({
        "busObId": object.id, "busObPublicId": public_id, "busObRecId": rec_id,
        "errorCode": null, "errorMessage": null, "hasError": false, "httpStatusCode": "OK",
    })))
}

fn named<'a>(memory: &'a Memory, object: &Object, by: &str, id: &str) -> Result<&'a Record, Refusal> {
    let record = match by {
        "busobrecid" => memory.store.record(object.name, id),
        "publicid" => memory.store.numbered(object.name, id),
        _ => return Err(Refusal::NoResource(by.to_owned())),
    };
    record.ok_or(Refusal::RecordNotFound)
}

/// A record as an answer has it.
pub fn shown(
    server: &Server,
    caller: &Caller,
    object: &Object,
    record: &Record,
    wanted: &dyn Fn(&Field) -> bool,
) -> Value {
    let fields: Vec<_> = object
        .fields
        .iter()
        .filter(|field| wanted(field))
        .map(|field| {
            json!({
                "dirty": false,
                "displayName": field.display,
                "fieldId": object.whole_id(field),
                "fullFieldId": null,
                "html": null,
                "name": field.name,
                "value": value(server, caller, field, record),
            })
        })
        .collect();
    json!({
        "busObId": object.id,
        "busObPublicId": record.public_id,
        "busObRecId": record.rec_id,
        "fields": fields,
        "links": [],
        "errorCode": null,
        "errorMessage": null,
        "hasError": false,
        "httpStatusCode": "OK",
    })
}

fn value(server: &Server, caller: &Caller, field: &Field, record: &Record) -> String {
    let value = record.get(&field.name);
    match (field.kind, value.parse()) {
        (Kind::DateTime, Ok(time)) => caller.culture.show(time, server.options.minutes_ahead),
        (Kind::Logical, _) if value.is_empty() => "False".into(),
        _ => value.to_owned(),
    }
}
