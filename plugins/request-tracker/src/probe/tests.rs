use super::*;
use crate::testing::{play, queue, refusal, row, search, settings};
use serde_json::json;
use signalbox_sdk::scripted::Step;
use signalbox_sdk::types::CallErrorKind;

const QUEUES: &str = "(Queue = 'Changes' OR Queue = 'Incidents')";

fn version(version: &str) -> Step {
    Step::on("GET", "/REST/2.0/rt").answer(200, &json!({"Version": version}))
}

fn run(more: Value, steps: Vec<Step>) -> Result<ProbeReport, CallError> {
    play(&settings(more), steps, probe).0
}

fn with_changes() -> Value {
    json!({"list": {"change": ["Changes"]}, "custom_fields": {"service": "Service", "risk": "Risk"}})
}

fn exact(rows: Value) -> Step {
    let query = "id = 7 AND LastUpdated >= '2026-11-22 13:06:00' AND LastUpdated <= '2026-11-22 13:06:00'";
    search(query, "ASC", 1, rows)
}

#[test]
fn a_server_that_has_all_is_ready() {
    let steps = vec![
        version("5.0.3"),
        queue("Changes", &["Risk"], false),
        queue("Incidents", &["Signalbox Key", "Service"], true),
        search(QUEUES, "ASC", 1, json!([row("open")])),
        exact(json!([row("open")])),
    ];
    let report = run(with_changes(), steps).unwrap();
    assert_eq!((report.product.as_str(), report.version.as_str()), ("Request Tracker", "5.0.3"));
    assert_eq!(report.findings, [""; 0]);
}

#[test]
fn what_is_missing_is_a_line_each() {
    let steps = vec![
        version("4.4.7"),
        queue("Changes", &[], false).answer(403, &refusal("Forbidden")),
        queue("Incidents", &["Site"], false),
        search("(Queue = 'Incidents')", "ASC", 1, json!([row("open")])),
        exact(json!([])),
        search("id = 7", "ASC", 1, json!([row("open")])),
    ];
    let findings = run(with_changes(), steps).unwrap().findings;
    let expected = ["4.4.7", "SeeQueue", "`Signalbox Key`", "`custom_fields.service`", "CreateTicket", "must be UTC"];
    assert_eq!(findings.len(), expected.len(), "{findings:?}");
    for (finding, words) in findings.iter().zip(expected) {
        assert!(finding.contains(words), "{finding}");
    }
}

#[test]
fn a_ticket_that_people_change_meanwhile_says_nothing_of_the_clock() {
    let mut changed = row("open");
    changed["LastUpdated"] = json!("2026-11-22T13:09:00Z");
    for now in [json!([changed]), json!([])] {
        let steps = vec![
            version("5.0.3"),
            queue("Incidents", &["Signalbox Key"], true),
            search("(Queue = 'Incidents')", "ASC", 1, json!([row("open")])),
            exact(json!([])),
            search("id = 7", "ASC", 1, now),
        ];
        assert_eq!(run(json!({}), steps).unwrap().findings, [""; 0]);
    }
}

#[test]
fn an_empty_server_tells_no_time() {
    let steps = vec![
        version("5.0.3"),
        queue("Incidents", &["Signalbox Key"], true),
        search("(Queue = 'Incidents')", "ASC", 1, json!([])),
    ];
    assert_eq!(run(json!({}), steps).unwrap().findings, [""; 0]);
}

#[test]
fn refused_credentials_and_a_foreign_address_are_errors() {
    let refused = version("").answer(401, &refusal("Unauthorized"));
    assert_eq!(run(json!({}), vec![refused]).unwrap_err().kind, CallErrorKind::Unauthorized);
    let page = version("").answer_text(404, "text/html", "<html>Not found</html>");
    assert_eq!(run(json!({}), vec![page]).unwrap_err().kind, CallErrorKind::Protocol);
}
