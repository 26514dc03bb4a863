use super::*;
use crate::testing::{INCIDENT, filter, id_of, incident, play, record, search_step, settings};
use signalbox_sdk::scripted::Step;

fn run(set: Value, step: Step, size: u32) -> Result<Listing, CallError> {
    let (settings, incident) = (settings(set), incident());
    let status = id_of(INCIDENT, "Status");
    let recid = id_of(INCIDENT, "RecID");
    let conditions = vec![(status.as_str(), Operator::Eq, "New".to_owned())];
    let question = Question::new(&incident, conditions, size).ordered_by(&recid);
    play(&settings, [step], |client| client.search(&question)).0
}

fn asked(size: u32, records: Value) -> Step {
    search_step(INCIDENT, json!([filter(INCIDENT, "Status", "eq", "New")]), Some("RecID"), size, records)
}

fn answered(body: &Value) -> Step {
    asked(2, json!([])).answer(200, body)
}

#[test]
fn a_page_that_is_not_full_is_the_last() {
    let listing = run(json!({}), asked(2, json!([record("9a", "1", &[])])), 2).unwrap();
    assert_eq!((listing.rows.len(), listing.more), (1, false));
    let listing = run(json!({}), asked(1, json!([record("9a", "1", &[])])), 1).unwrap();
    assert!(listing.more, "a full page may not be the last");
}

#[test]
fn the_system_may_say_that_there_is_more() {
    for body in [
        json!({"businessObjects": [record("9a", "1", &[])], "totalRows": 3}),
        json!({"businessObjects": [record("9a", "1", &[])], "totalRows": 1, "hasMoreRecords": true}),
    ] {
        assert!(run(json!({}), answered(&body), 2).unwrap().more, "{body}");
    }
}

#[test]
fn an_empty_first_page_of_something_is_not_believed() {
    let body = json!({"businessObjects": [], "totalRows": 3});
    let error = run(json!({}), answered(&body), 2).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Protocol);
    assert!(error.message.contains("search.first_page"), "{}", error.message);
}

#[test]
fn what_is_no_list_of_records_is_not_believed() {
    for body in [json!({}), json!({"businessObjects": [{"fields": []}]}), json!([])] {
        assert_eq!(run(json!({}), answered(&body), 2).unwrap_err().kind, CallErrorKind::Protocol, "{body}");
    }
}

#[test]
fn pages_and_directions_are_counted_as_set() {
    let mut body = json!({
        "busObId": INCIDENT, "includeAllFields": true, "filters": [filter(INCIDENT, "Status", "eq", "New")],
        "sorting": [{"fieldId": id_of(INCIDENT, "RecID"), "sortDirection": 1}], "pageNumber": 0, "pageSize": 2
    });
    let step = Step::on("POST", "/api/V1/getsearchresults").body(body.take());
    let step = step.answer(200, &json!({"businessObjects": [], "totalRows": 0}));
    assert!(run(json!({"search": {"first_page": 0, "ascending": 1}}), step, 2).is_ok());
}
