use super::*;
use crate::testing::{
    INCIDENT, NOTE, RELATION, id_of, incident, incident_schema, incident_step, play, schema_step, settings,
};
use serde_json::json;
use signalbox_sdk::scripted::Step;

fn summary_step(name: &str, answer: &Value) -> Step {
    Step::on("GET", format!("/api/V1/getbusinessobjectsummary/busobname/{name}")).answer(200, answer)
}

#[test]
fn ids_are_found_by_name_side_by_side() {
    let settings = settings(json!({"ids": {}}));
    let steps = [
        summary_step("Incident", &json!([{"name": "Incident", "busObId": INCIDENT}])),
        summary_step("JournalNote", &json!([{"name": "JournalNote", "busObId": NOTE}])),
        incident_step(),
        schema_step(NOTE, &json!({"fieldDefinitions": []})),
    ];
    let (catalog, _) = play(&settings, steps, |client| client.catalog(&["Incident", "JournalNote"]));
    let catalog = catalog.unwrap();
    assert_eq!(catalog.object("Incident").unwrap().id, INCIDENT);
    assert_eq!(catalog.object("JournalNote").unwrap().id, NOTE);
    assert_eq!(catalog.object("Task").unwrap_err().kind, CallErrorKind::Rejected);
}

#[test]
fn an_id_in_the_settings_is_not_asked_for() {
    let settings = settings(json!({}));
    let (id, _) = play(&settings, [], |client| client.object_id("Incident"));
    assert_eq!(id.unwrap(), INCIDENT);
}

#[test]
fn a_name_that_the_system_does_not_have_is_refused() {
    let settings = settings(json!({"ids": {}}));
    for answer in [json!([]), json!([{"name": "Another", "busObId": INCIDENT}])] {
        let steps = [summary_step("Incident", &answer)];
        let error = play(&settings, steps, |client| client.object_id("Incident")).0.unwrap_err();
        assert_eq!((error.kind, error.code.as_str()), (CallErrorKind::Rejected, UNKNOWN), "{answer}");
    }
}

#[test]
fn fields_and_relationships_are_found_by_name_in_any_case() {
    let incident = incident();
    assert_eq!(incident.field("status").unwrap().id, id_of(INCIDENT, "Status"));
    assert_eq!(incident.field("Absent").unwrap_err().field, "Absent");
    assert_eq!(incident.relation("incident owns journals").unwrap(), RELATION);
    assert_eq!(incident.relation("Absent").unwrap_err().code, UNKNOWN);
    assert_eq!(incident.rec_id_field().unwrap(), id_of(INCIDENT, "RecID"));
    assert_eq!(incident.states.first().map(String::as_str), Some("Pending"));
}

#[test]
fn an_id_has_its_name_short_or_whole() {
    let incident = incident();
    for id in ["status", "STATUS", &id_of(INCIDENT, "Status")] {
        assert_eq!(incident.name_of(id), "Status", "{id}");
    }
    assert_eq!(incident.name_of("unheard-of"), "unheard-of");
}

#[test]
fn only_texts_have_a_bound() {
    assert_eq!(incident().field("ShortDescription").unwrap().longest, Some(100));
    assert_eq!(incident().field("Description").unwrap().longest, None);
    let mut schema = incident_schema();
    schema["fieldDefinitions"] = json!([{"name": "When", "fieldId": "1", "type": "DateTime", "maximumSize": "8"}]);
    let settings = settings(json!({}));
    let (catalog, _) = play(&settings, [schema_step(INCIDENT, &schema)], |client| client.catalog(&["Incident"]));
    assert_eq!(catalog.unwrap().object("Incident").unwrap().field("When").unwrap().longest, None);
}

#[test]
fn what_is_no_schema_is_not_believed() {
    let settings = settings(json!({}));
    let steps = [schema_step(INCIDENT, &json!({}))];
    let error = play(&settings, steps, |client| client.catalog(&["Incident"])).0.unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Protocol);
}
