use super::*;
use crate::testing::{GROUP, ID, cell, list, on, play, refusal, settings};
use serde_json::{Value, json};
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;

const STAMP: &str = "2026-01-05 07:08:09";

fn oldest(rows: Value) -> Step {
    list("incident", "ORDERBYsys_updated_on", "sys_id,sys_updated_on", 1, rows)
}

fn codes(values: &[&str]) -> Step {
    let rows: Vec<_> = values
        .iter()
        .map(|value| json!({"name": "incident", "element": "close_code", "value": cell(value, value)}))
        .collect();
    list("sys_choice", "name=incident^element=close_code^inactive=false", "name,element,value", 100, json!(rows))
}

fn journal() -> Step {
    list("sys_journal_field", "", "sys_id", 1, json!([]))
}

fn build(rows: Value) -> Step {
    list("sys_properties", "name=glide.buildname", "name,value", 1, rows)
}

fn groups() -> Step {
    list("sys_user_group", "", "sys_id", 1, json!([]))
}

fn items() -> Step {
    list("cmdb_ci", "", "sys_id", 1, json!([]))
}

fn same_again(rows: Value) -> Step {
    let query = format!("sys_id={ID}^sys_updated_on>={STAMP}^sys_updated_on<={STAMP}");
    list("incident", &query, "sys_id,sys_updated_on", 1, rows)
}

fn run(set: Value, steps: impl IntoIterator<Item = Step>) -> Result<ProbeReport, CallError> {
    let settings = settings(set);
    play(&settings, steps, probe).0
}

fn ready() -> [Step; 6] {
    [oldest(json!([])), codes(&["Solution provided", "User error"]), journal(), build(json!([])), groups(), items()]
}

fn insufficient() -> Value {
    refusal("Insufficient rights to query records", "")
}

#[test]
fn an_instance_that_fits_has_no_findings() {
    let incident = json!([{"sys_id": ID, "sys_updated_on": STAMP}]);
    let steps = [
        oldest(incident.clone()),
        codes(&["Solution provided"]),
        journal(),
        build(json!([{"name": "glide.buildname", "value": "Zurich"}])),
        groups(),
        items(),
        same_again(incident),
    ];
    let report = run(json!({}), steps).unwrap();
    assert_eq!((report.product.as_str(), report.version.as_str()), ("ServiceNow", "Zurich"));
    assert_eq!(report.findings, [""; 0]);
}

#[test]
fn a_close_code_that_the_instance_lacks_is_a_finding() {
    let [first, _, journal, build, groups, items] = ready();
    let steps = [first, codes(&["Solved (Permanently)", "User error"]), journal, build, groups, items];
    let findings = run(json!({}), steps).unwrap().findings;
    assert_eq!(
        findings,
        ["close_code \"Solution provided\" is none of the instance's: Solved (Permanently), User error"]
    );
}

#[test]
fn an_account_that_lacks_rights_is_told_which() {
    let steps = [
        oldest(json!([])).answer(403, &insufficient()),
        codes(&[]).answer(403, &insufficient()),
        journal().answer(403, &insufficient()),
        build(json!([])).answer(403, &insufficient()),
        groups().answer(403, &insufficient()),
        items().answer(403, &insufficient()),
    ];
    let findings = run(json!({}), steps).unwrap().findings;
    assert_eq!(findings.len(), 5, "{findings:?}");
    let tables = ["`incident`", "`sys_choice`", "`sys_journal_field`", "`sys_user_group`", "`cmdb_ci`"];
    for (finding, table) in findings.iter().zip(tables) {
        assert!(finding.contains(table), "{finding}");
    }
}

#[test]
fn an_account_whose_clock_is_not_gmt_is_a_finding() {
    let incident = json!([{"sys_id": ID, "sys_updated_on": STAMP}]);
    let steps = |now| {
        let [_, codes, journal, build, groups, items] = ready();
        [oldest(incident.clone()), codes, journal, build, groups, items, same_again(json!([])), by_id(now)]
    };
    assert_eq!(
        run(json!({}), steps(incident.clone())).unwrap().findings,
        ["the account's time zone must be GMT: a pull by time misses rows"]
    );
    let changed_meanwhile = json!([{"sys_id": ID, "sys_updated_on": "2026-11-22 13:09:00"}]);
    for now in [changed_meanwhile, json!([])] {
        assert_eq!(run(json!({}), steps(now)).unwrap().findings, [""; 0]);
    }
}

fn by_id(rows: Value) -> Step {
    list("incident", &format!("sys_id={ID}"), "sys_id,sys_updated_on", 1, rows)
}

#[test]
fn default_assignments_that_are_not_there_are_findings() {
    let gone = refusal("No Record found", "Record doesn't exist or ACL restricts the record retrieval");
    let steps = ready().into_iter().chain([
        list("sys_user_group", "name=Nobody", "sys_id,name", 20, json!([])),
        on("GET", &format!("sys_user/{ID}")).answer(404, &gone),
        list("cmdb_ci", "name=vm-7", "sys_id,name", 20, json!([])),
        on("GET", &format!("cmdb_ci_service/{GROUP}")).answer(200, &json!({"result": {"sys_id": GROUP}})),
    ]);
    let set = json!({"assignment_group": "Nobody", "caller": ID, "configuration_item": "vm-7", "service": GROUP});
    let findings = run(set, steps).unwrap().findings;
    assert_eq!(findings.len(), 3, "{findings:?}");
    for (finding, setting) in findings.iter().zip(["assignment_group", "caller", "configuration_item"]) {
        assert!(finding.starts_with(&format!("setting `{setting}`: ")), "{finding}");
    }
}

#[test]
fn a_refused_account_is_an_error_and_not_a_finding() {
    let refused = refusal("User Not Authenticated", "Required to provide Auth information");
    let [first, rest @ ..] = ready();
    let error = run(json!({}), [first.answer(401, &refused)].into_iter().chain(rest)).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Unauthorized);
}

#[test]
fn another_product_at_the_address_is_an_error() {
    let [first, rest @ ..] = ready();
    let page = first.answer_text(200, "text/html", "<html>Welcome to nginx</html>");
    assert_eq!(run(json!({}), [page].into_iter().chain(rest)).unwrap_err().kind, CallErrorKind::Protocol);
}

#[test]
fn an_instance_that_cannot_be_reached_is_an_error() {
    let [first, rest @ ..] = ready();
    let down = first.fail(Failure::NotSent("connection refused".into()));
    assert_eq!(run(json!({}), [down].into_iter().chain(rest)).unwrap_err().kind, CallErrorKind::Unavailable);
}

#[test]
fn where_names_cannot_be_looked_up_is_a_finding() {
    let [first, codes, journal, build, groups, items] = ready();
    let refused = items.answer(403, &insufficient());
    let findings = run(json!({}), [first, codes, journal, build, groups, refused]).unwrap().findings;
    let words = "the account cannot read `cmdb_ci`, so that names of configuration items cannot be looked up";
    assert_eq!(findings, [format!("{words} (Insufficient rights to query records)")]);
}

#[test]
fn names_are_looked_up_where_the_settings_say() {
    let [first, codes, journal, build, groups, _] = ready();
    let own = list("cmdb_ci_vm_instance", "", "sys_id", 1, json!([]));
    let set = json!({"references": {"cmdb_ci": {"table": "cmdb_ci_vm_instance", "by": ["name"]}}});
    assert_eq!(run(set, [first, codes, journal, build, groups, own]).unwrap().findings, [""; 0]);
}
