//! What the system says of its business objects: summaries, schemas, templates.

use serde_json::{Value, json};

use super::{
    objects::{Kind, Object},
    refusal::Refusal,
    request,
    server::{Server, json_answer},
};
use crate::shared::Answer;

/// A list of the one object of this name; an empty list where there is none.
#[must_use]
pub fn summary_by_name(server: &Server, name: &str) -> Answer {
    json_answer(&server.objects.named(name).map(|object| summary(server, object)).into_iter().collect())
}

/// A list of the one object of this id; an empty list where there is none.
#[must_use]
pub fn summary_by_id(server: &Server, id: &str) -> Answer {
    json_answer(&server.objects.of_id(id).map(|object| summary(server, object)).into_iter().collect())
}

fn summary(server: &Server, object: &Object) -> Value {
    let members: Vec<_> = server.objects.members(object).map(|member| summary(server, member)).collect();
    let major = !object.states.is_empty();
    json!({
        "firstRecIdField": object.short_id("RecID"),
        "groupSummaries": members,
        "recIdFields": object.short_id("RecID"),
        "stateFieldId": state_field(object),
        "states": object.states.join(","),
        "busObId": object.id,
        "displayName": object.display,
        "group": object.is_group,
        "lookup": false,
        "major": major,
        "name": object.name,
        "supporting": !major && !object.is_group,
    })
}

fn state_field(object: &Object) -> &str {
    if object.states.is_empty() { "" } else { object.short_id("Status") }
}

/// Fields and relationships of an object.
///
/// # Errors
/// Where there is no object of this id.
pub fn schema(server: &Server, id: &str, with_relations: Option<&str>) -> Result<Answer, Refusal> {
    let object = server.objects.of_id(id).ok_or_else(|| Refusal::ObjectNotFound(id.to_owned()))?;
    let fields: Vec<_> = object
        .fields
        .iter()
        .map(|field| {
            json!({
                "autoFill": false,
                "calculated": field.computed,
                "category": "",
                "decimalDigits": 0,
                "description": "",
                "details": "",
                "displayName": field.display,
                "enabled": true,
                "fieldId": object.whole_id(field),
                "hasDate": field.kind == Kind::DateTime,
                "hasTime": field.kind == Kind::DateTime,
                "isFullTextSearchable": false,
                "maximumSize": field.longest.unwrap_or(0).to_string(),
                "name": field.name,
                "readOnly": field.computed,
                "required": field.required,
                "type": match field.kind {
                    Kind::Text => "Text",
                    Kind::Logical => "Logical",
                    Kind::DateTime => "DateTime",
                },
                "validated": !field.values.is_empty(),
                "wholeDigits": 0,
            })
        })
        .collect();
    let wanted = with_relations.is_some_and(|flag| flag.eq_ignore_ascii_case("true"));
    let relations: Vec<_> = object
        .relations
        .iter()
        .filter(|_| wanted)
        .map(|relation| {
            let target = server.objects.named(relation.target).map_or("", |target| &target.id);
            json!({
                "cardinality": "OneToMany",
                "description": "",
                "displayName": relation.display,
                "fieldDefinitions": [],
                "relationshipId": relation.id,
                "target": target,
            })
        })
        .collect();
    Ok(json_answer(&json!({
        "busObId": object.id,
        "fieldDefinitions": fields,
        "firstRecIdField": object.short_id("RecID"),
        "gridDefinitions": [],
        "name": object.name,
        "recIdFields": object.short_id("RecID"),
        "relationships": relations,
        "stateFieldId": state_field(object),
        "states": object.states.join(","),
        "errorCode": null,
        "errorMessage": null,
        "hasError": false,
        "httpStatusCode": "OK",
    })))
}

/// A new record's fields, empty: all, those required, or those named.
///
/// # Errors
/// Where there is no object of this id.
pub fn template(server: &Server, body: &Value) -> Result<Answer, Refusal> {
    let id = request::text(body, "busObId");
    let object = server.objects.of_id(&id).ok_or(Refusal::ObjectNotFound(id))?;
    let all = request::flag(body, "includeAll") == Some(true);
    let required = request::flag(body, "includeRequired") == Some(true);
    let names: Vec<_> = request::list(body, "fieldNames").filter_map(Value::as_str).collect();
    let ids: Vec<_> = request::list(body, "fieldIds").filter_map(Value::as_str).collect();
    let fields: Vec<_> = object
        .fields
        .iter()
        .filter(|field| {
            all || (required && field.required)
                || names.iter().any(|name| name.eq_ignore_ascii_case(&field.name))
                || ids.iter().any(|id| object.field_of_id(id).is_some_and(|named| named.id == field.id))
        })
        .map(|field| {
            json!({
                "dirty": false,
                "displayName": field.display,
                "fieldId": object.whole_id(field),
                "fullFieldId": null,
                "html": null,
                "name": field.name,
                "value": "",
            })
        })
        .collect();
    Ok(json_answer(&json!({
        "fields": fields, "errorCode": null, "errorMessage": null, "hasError": false, "httpStatusCode": "OK",
    })))
}
