use super::*;
use serde_json::json;
use signalbox_sdk::scripted::{Scripted, Step};

const ID: &str = "1c741bd70b2322007518478d83673af3";

fn settings() -> Settings {
    Settings { instance_url: "https://example.service-now.com".into(), ..Settings::default() }
}

fn list_step() -> Step {
    Step::on(
        "GET",
        "/api/now/table/incident?sysparm_query=a%3D1&sysparm_display_value=all&sysparm_exclude_reference_link=true&sysparm_limit=2",
    )
}

fn question() -> Question<'static> {
    Question { table: "incident", query: Query::new().is("a", "1"), columns: Columns::AsSet, limit: 2 }
}

fn list(step: Step) -> Result<Listing, CallError> {
    let host = Scripted::new([step]);
    Client { host: &host, settings: &settings() }.list(&question())
}

fn insert(answer: impl FnOnce(Step) -> Step) -> Result<Row, CallError> {
    let step =
        Step::on("POST", "/api/now/table/incident?sysparm_display_value=all&sysparm_exclude_reference_link=true");
    let host = Scripted::new([answer(step.body(json!({"a": "1"})))]);
    Client { host: &host, settings: &settings() }.insert("incident", &json!({"a": "1"}))
}

#[test]
fn a_list_says_whether_there_is_more() {
    let row = json!({"sys_id": ID});
    let cases = [
        (vec![], "", false),
        (vec![row.clone()], "", false),
        (vec![row.clone(), row.clone()], "", true),
        // Rows that the account may not see count towards the limit.
        (vec![row.clone()], "<https://x/?sysparm_offset=2>;rel=\"next\",<https://x/>;rel=\"last\"", true),
        (vec![row], "<https://x/?sysparm_offset=0>;rel=\"first\"", false),
    ];
    for (rows, link, more) in cases {
        let step = list_step().answer(200, &json!({"result": rows})).header("link", link);
        assert_eq!(list(step).unwrap().more, more, "{link}");
    }
}

#[test]
fn a_list_tells_the_instance_s_clock() {
    let step = list_step().answer(200, &json!({"result": []})).header("date", "Sun, 22 Nov 2026 10:00:00 GMT");
    assert_eq!(list(step).unwrap().date.unwrap().to_string(), "2026-11-22T10:00:00Z");
}

#[test]
fn a_page_with_status_200_is_not_this_api() {
    let page = "<html><title>Instance Hibernating page</title></html>";
    let error = list(list_step().answer_text(200, "text/html", page)).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Protocol);
    assert!(error.message.contains("hibernates"), "{}", error.message);
    let error = insert(|step| step.answer_text(200, "text/html;charset=UTF-8", page)).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Protocol);
}

#[test]
fn an_unreadable_yes_leaves_a_write_unknown() {
    for body in ["", "{\"result\":{\"sys_id\":\"1c7", "{}", "{\"result\":[]}", "{\"result\":{\"number\":\"INC1\"}}"] {
        let error = insert(|step| step.answer_text(201, "application/json", body)).unwrap_err();
        assert_eq!(error.kind, CallErrorKind::OutcomeUnknown, "{body}");
        if !body.contains("[]") {
            let error = list(list_step().answer_text(200, "application/json", body)).unwrap_err();
            assert_eq!(error.kind, CallErrorKind::Protocol, "{body}");
        }
    }
}

#[test]
fn a_write_without_an_answer_is_unknown_and_an_unsent_one_is_not() {
    let error = insert(|step| step.fail(Failure::OutcomeUnknown("reset".into()))).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::OutcomeUnknown);
    let error = insert(|step| step.fail(Failure::NotSent("refused".into()))).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Unavailable);
}

#[test]
fn chosen_columns_are_read_beside_the_needed_ones() {
    let settings = Settings { columns: vec!["u_site".into(), "u_floor".into()], ..Settings::default() };
    let fields = format!("{NEEDED},u_site,u_floor").replace(',', "%2C");
    let target = format!("/api/now/table/incident/{ID}?sysparm_display_value=all&sysparm_fields={fields}");
    let host = Scripted::new([Step::on("GET", target).answer(200, &json!({"result": {"sys_id": ID}}))]);
    Client { host: &host, settings: &settings }.row("incident", ID).unwrap();
    assert!(!NEEDED.contains(' '));
}

#[test]
fn an_id_cannot_leave_its_place_in_the_path() {
    let target =
        "/api/now/table/incident/..%2Fsys_user%3Fa?sysparm_display_value=all&sysparm_exclude_reference_link=true";
    let missing = json!({"error": {"message": "No Record found", "detail": "Record doesn't exist or ACL restricts the record retrieval"}, "status": "failure"});
    let host = Scripted::new([Step::on("GET", target).answer(404, &missing)]);
    let error = Client { host: &host, settings: &settings() }.row("incident", "../sys_user?a").unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Gone);
}
