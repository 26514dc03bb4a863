//! What the tests of several modules begin with.

use crate::catalog::Object;
use crate::client::Client;
use crate::settings::Settings;
use serde_json::{Value, json};
use signalbox_sdk::scripted::{Scripted, Step};
use signalbox_sdk::testing;
use signalbox_sdk::types::{Ticket, TicketState};

pub(crate) use signalbox_sdk::testing::{KEY, content, full_content, item, note};

pub(crate) const INCIDENT: &str = "6dd53665c0c24cab86870a21cf6434ae";
pub(crate) const NOTE: &str = "9393f29ab85e93b5d7c5b9490f9b1b1c51b27a5f0e";
pub(crate) const CUSTOMER: &str = "93405caa107c376a2bd15c4c8885a900be316f3a72";
pub(crate) const RELATION: &str = "9369187528b417b4a17aaa4646b7f7a78b3c821be9";
pub(crate) const ID: &str = "9444b6c68c70cb404b1066e4ff4bde663f8ade81c5";

/// The fields of the objects that tests know; the number is the most characters.
const FIELDS: [(&str, u32); 14] = [
    ("RecID", 42),
    ("Status", 40),
    ("ShortDescription", 100),
    ("Description", 0),
    ("Priority", 2),
    ("IncidentType", 40),
    ("Source", 40),
    ("Service", 40),
    ("CustomerRecID", 42),
    ("ConfigItemRecID", 42),
    ("OwnedByTeam", 60),
    ("CloseDescription", 0),
    ("LastModifiedDateTime", 0),
    ("ExternalAlertID", 100),
];

/// Settings that spare the ids, and send no locale.
pub(crate) fn settings(more: Value) -> Settings {
    let mut settings = json!({
        "locale": "", "ids": {"Incident": INCIDENT, "JournalNote": NOTE, "CustomerInternal": CUSTOMER}
    });
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Settings::parse(&settings.to_string()).unwrap()
}

/// A field's whole id.
pub(crate) fn id_of(object: &str, field: &str) -> String {
    format!("BO:{object},FI:{}", field.to_ascii_lowercase())
}

fn definition(object: &str, name: &str, longest: u32) -> Value {
    json!({
        "name": name, "fieldId": id_of(object, name), "displayName": name, "type": "Text", "required": false,
        "maximumSize": longest.to_string()
    })
}

/// The schema of Incident.
pub(crate) fn incident_schema() -> Value {
    json!({
        "name": "Incident", "busObId": INCIDENT, "firstRecIdField": "recid", "stateFieldId": "status",
        "states": "Pending,Closed,Reopened,New,In Progress,Resolved,Assigned",
        "fieldDefinitions": FIELDS.map(|(name, longest)| definition(INCIDENT, name, longest)),
        "relationships": [{"displayName": "Incident Owns Journals", "relationshipId": RELATION, "target": "93"}],
        "errorCode": null, "hasError": false
    })
}

/// The schema of a note, or of a customer.
pub(crate) fn small_schema(object: &str, fields: &[&str]) -> Value {
    let fields: Vec<_> = fields.iter().map(|name| definition(object, name, 0)).collect();
    json!({"busObId": object, "fieldDefinitions": fields, "relationships": [], "hasError": false})
}

pub(crate) fn schema_step(id: &str, schema: &Value) -> Step {
    Step::on("GET", format!("/api/V1/getbusinessobjectschema/busobid/{id}?includerelationships=true"))
        .answer(200, schema)
}

/// The question for Incident's fields.
pub(crate) fn incident_step() -> Step {
    schema_step(INCIDENT, &incident_schema())
}

/// The question for a note's fields.
pub(crate) fn note_step() -> Step {
    schema_step(NOTE, &small_schema(NOTE, &["Details"]))
}

/// Incident, as looked up.
pub(crate) fn incident() -> Object {
    let settings = settings(json!({}));
    let host = Scripted::new([incident_step()]);
    let client = Client { host: &host, settings: &settings };
    client.catalog(&["Incident"]).unwrap().object("Incident").unwrap().clone()
}

/// A ticket as the host saw it last.
pub(crate) fn ticket(state: TicketState, platform_state: &str) -> Ticket {
    Ticket {
        number: "10222".into(),
        version: "11/22/2026 1:06 PM".into(),
        priority: "2".into(),
        ..testing::ticket(ID, state, platform_state)
    }
}

/// A record with these fields.
pub(crate) fn record(id: &str, number: &str, fields: &[(&str, &str)]) -> Value {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| json!({"dirty": false, "name": name, "displayName": name, "fieldId": "x", "value": value}))
        .collect();
    json!({
        "busObId": INCIDENT, "busObPublicId": number, "busObRecId": id, "fields": fields, "links": [],
        "errorCode": null, "errorMessage": null, "hasError": false, "httpStatusCode": "OK"
    })
}

/// An incident in this state.
pub(crate) fn row(state: &str) -> Value {
    let updated = ("LastModifiedDateTime", "11/22/2026 1:06 PM");
    record(ID, "10222", &[("Status", state), ("ExternalAlertID", KEY), ("Priority", "2"), updated])
}

/// The reading of the incident.
pub(crate) fn read_step(answer: &Value) -> Step {
    Step::on("GET", format!("/api/V1/getbusinessobject/busobid/{INCIDENT}/busobrecid/{ID}")).answer(200, answer)
}

/// Fields of a save, in the order of their names.
pub(crate) fn items(object: &str, fields: &[(&str, &str)]) -> Vec<Value> {
    fields
        .iter()
        .map(|(name, value)| json!({"dirty": true, "fieldId": id_of(object, name), "name": name, "value": value}))
        .collect()
}

/// A save of an incident; a new one where the id is empty.
pub(crate) fn save_step(id: &str, fields: &[(&str, &str)]) -> Step {
    let body = json!({
        "busObId": INCIDENT, "busObPublicId": "", "busObRecId": id, "fields": items(INCIDENT, fields), "persist": true
    });
    Step::on("POST", "/api/V1/savebusinessobject").body(body).answer(200, &saved(ID))
}

/// A note that is added to the incident.
pub(crate) fn post_step(text: &str) -> Step {
    let body = json!({
        "parentBusObId": INCIDENT, "parentBusObRecId": ID, "relationshipId": RELATION, "busObId": NOTE,
        "fields": items(NOTE, &[("Details", text)]), "persist": true
    });
    Step::on("POST", "/api/V1/saverelatedbusinessobject").body(body).answer(200, &saved("9b"))
}

/// The reading of the incident's journal.
pub(crate) fn journal_step(texts: &[&str]) -> Step {
    let notes: Vec<_> = texts.iter().map(|text| record("9b", "9b", &[("Details", text)])).collect();
    let answer = json!({
        "relatedBusinessObjects": notes, "parentBusObRecId": ID, "totalRecords": texts.len(), "hasError": false
    });
    let target = format!(
        "/api/V1/getrelatedbusinessobject/parentbusobid/{INCIDENT}/parentbusobrecid/{ID}/relationshipid/{RELATION}\
         ?allfields=true&pageNumber=1&pageSize=500"
    );
    Step::on("GET", target).answer(200, &answer)
}

/// A search, and what it answers.
pub(crate) fn search_step(object: &str, filters: Value, order: Option<&str>, size: u32, records: Value) -> Step {
    let sorting: Vec<_> =
        order.iter().map(|field| json!({"fieldId": id_of(object, field), "sortDirection": 0})).collect();
    let body = json!({
        "busObId": object, "includeAllFields": true, "filters": filters, "sorting": sorting, "pageNumber": 1,
        "pageSize": size
    });
    let total = records.as_array().unwrap().len();
    let answer = json!({"businessObjects": records, "totalRows": total, "hasError": false});
    Step::on("POST", "/api/V1/getsearchresults").body(body).answer(200, &answer)
}

pub(crate) fn filter(object: &str, field: &str, operator: &str, value: &str) -> Value {
    json!({"fieldId": id_of(object, field), "operator": operator, "value": value})
}

/// The answer to a save that was done.
pub(crate) fn saved(id: &str) -> Value {
    json!({
        "busObPublicId": "10222", "busObRecId": id, "cacheKey": null, "fieldValidationErrors": [],
        "errorCode": null, "errorMessage": null, "hasError": false, "httpStatusCode": "OK"
    })
}

/// An error of the interface.
pub(crate) fn refusal(code: &str, message: &str) -> Value {
    json!({"errorCode": code, "errorMessage": message, "hasError": true, "httpStatusCode": "InternalServerError"})
}

/// Runs a call against a script, and answers what the operator was told too.
pub(crate) fn play<T>(
    settings: &Settings,
    steps: impl IntoIterator<Item = Step>,
    call: impl FnOnce(&Client<'_, Scripted>) -> T,
) -> (T, Vec<String>) {
    let host = Scripted::new(steps);
    let result = call(&Client { host: &host, settings });
    (result, host.warnings())
}
