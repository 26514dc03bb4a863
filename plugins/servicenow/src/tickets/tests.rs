use super::*;
use crate::incident::Incidents;
use crate::testing::{
    GROUP, ID, KEY, cell, content, full_content, item, list, note, on, play, refusal, row, settings, ticket,
};
use CallErrorKind::{Conflict, Gone, OutcomeUnknown, Protocol, Rejected};
use TicketState::{Canceled, Closed, Open, Pending, Resolved};
use serde_json::{Value, json};
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::{Scripted, Step};
use signalbox_sdk::types::WorkItemKind;
use signalbox_sdk::work::Content;

const RULE: &str =
    "Operation against file 'incident' was aborted by Business Rule 'Keep closed^77'. Business Rule Stack:Keep closed";

fn incident(content: Content) -> WorkItem {
    item(WorkItemKind::Incident, content)
}

fn record() -> String {
    format!("incident/{ID}")
}

fn search(rows: Value) -> Step {
    list("incident", &format!("correlation_id={KEY}^ORDERBYsys_created_on"), "", 50, rows)
}

fn run_find(rows: Value) -> Result<Vec<Ticket>, CallError> {
    let settings = settings(json!({}));
    play(&settings, [search(rows)], |client| find(client, &Incidents(&settings), KEY)).0
}

fn run_create(item: &WorkItem, steps: impl IntoIterator<Item = Step>) -> (Result<Ticket, CallError>, Vec<String>) {
    let settings = settings(json!({}));
    play(&settings, steps, |client| create(client, &Incidents(&settings), item))
}

fn run_amend(
    seen: TicketState,
    change: Change,
    item: &WorkItem,
    steps: impl IntoIterator<Item = Step>,
) -> Result<Ticket, CallError> {
    let settings = settings(json!({}));
    play(&settings, steps, |client| amend(client, &Incidents(&settings), &ticket(seen, "as seen"), change, item)).0
}

fn patch(columns: Value) -> Step {
    on("PATCH", &record()).body(columns)
}

fn answer(step: Step, row: Value) -> Step {
    step.answer(200, &json!({"result": row}))
}

fn resolving() -> Value {
    json!({"state": "6", "close_code": "Solution provided", "close_notes": "The monitor reports that the problem is over."})
}

fn reopening() -> Value {
    let note = "The monitor reports that the problem is back.";
    json!({"state": "2", "work_notes": note, "correlation_display": "alert-77"})
}

fn journal(ids: &str, values: &[&str]) -> Step {
    let rows: Vec<_> = values.iter().map(|value| json!({"element_id": ID, "value": value})).collect();
    let query = format!("element_id={ID}^element=work_notes^{ids}");
    list("sys_journal_field", &query, "sys_id,element_id,value", 100, json!(rows))
}

// --- find ---

#[test]
fn every_ticket_of_the_key_is_found_oldest_first() {
    let row = |number: &str, created: &str| json!({"sys_id": number, "number": number, "correlation_id": KEY, "state": "1", "sys_created_on": created});
    let rows = json!([
        row("INC3", "2026-11-22 13:00:02"),
        row("INC1", "2026-11-22 13:00:01"),
        row("INC2", "2026-11-22 13:00:02")
    ]);
    let numbers: Vec<_> = run_find(rows).unwrap().into_iter().map(|ticket| ticket.number).collect();
    assert_eq!(numbers, ["INC1", "INC2", "INC3"]);
    assert_eq!(run_find(json!([])).unwrap(), []);
}

#[test]
fn a_ticket_with_another_key_is_never_acted_on() {
    let mut stranger = row("1", "New");
    stranger["correlation_id"] = cell("", "");
    let error = run_find(json!([row("1", "New"), stranger])).unwrap_err();
    assert_eq!(error.kind, Protocol);
}

// --- create ---

#[test]
fn a_create_is_one_request() {
    let columns = json!({
        "short_description": "Disk full on db-1", "description": "97 % > 90 %", "impact": "2", "urgency": "1",
        "contact_type": "monitoring", "correlation_id": KEY, "correlation_display": "alert-77"
    });
    let step = on("POST", "incident").body(columns).answer(201, &json!({"result": row("1", "New")}));
    let (ticket, warnings) = run_create(&incident(full_content()), [step]);
    assert_eq!(ticket.unwrap().number, "INC0010077");
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn a_renewed_ticket_tells_people_whom_it_follows() {
    let mut renewed = incident(content());
    renewed.follows = Some(ticket(Closed, "Closed"));
    renewed.notes = vec![note("n-1", "13:06:00", "fired again")];
    let old = format!("https://example.service-now.com/nav_to.do?uri=incident.do?sys_id={ID}");
    let columns = json!({
        "description": "Follows INC0010077.",
        "work_notes": format!("Follows INC0010077 ({old}), which could not be reopened.\n\nfired again\n[n-1]"),
        "contact_type": "monitoring", "correlation_id": KEY, "correlation_display": "alert-77"
    });
    let step = on("POST", "incident").body(columns).answer(201, &json!({"result": row("1", "New")}));
    assert!(run_create(&renewed, [step]).0.is_ok());
}

#[test]
fn a_group_that_is_not_there_is_refused_before_anything_is_written() {
    let item = incident(Content { assignment: Some("Nobody".into()), ..content() });
    let (refused, _) = run_create(&item, [list("sys_user_group", "name=Nobody", "sys_id,name", 20, json!([]))]);
    let error = refused.unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (Rejected, "assignment_group"));
}

#[test]
fn a_missing_configuration_item_does_not_hold_up_a_ticket() {
    let item = incident(Content { configuration_item: Some("vm-7".into()), ..content() });
    let note = "`cmdb_ci` was left empty: no record of `cmdb_ci` that this account may see has \"vm-7\" as its name.";
    let columns = json!({
        "work_notes": note, "contact_type": "monitoring", "correlation_id": KEY, "correlation_display": "alert-77"
    });
    let create = on("POST", "incident").body(columns).answer(201, &json!({"result": row("1", "New")}));
    let (ticket, _) = run_create(&item, [list("cmdb_ci", "name=vm-7", "sys_id,name", 20, json!([])), create]);
    assert!(ticket.is_ok());
}

#[test]
fn a_reference_that_did_not_stick_is_told_to_the_operator() {
    let item = incident(Content { assignment: Some(GROUP.into()), ..content() });
    let columns = json!({
        "assignment_group": GROUP, "contact_type": "monitoring", "correlation_id": KEY, "correlation_display": "alert-77"
    });
    for (stored, warning) in [
        (cell(GROUP, ""), Some("a reference points to no record")),
        (cell("", ""), Some("the instance did not keep a reference")),
        (cell(GROUP, "Operations"), None),
    ] {
        let mut made = row("1", "New");
        made["assignment_group"] = stored;
        let step = on("POST", "incident").body(columns.clone()).answer(201, &json!({"result": made}));
        let (ticket, warnings) = run_create(&item, [step]);
        assert!(ticket.is_ok());
        assert_eq!(warnings.first().map(String::as_str), warning);
    }
}

#[test]
fn a_policy_that_wants_more_names_the_column() {
    let refused = refusal("Operation Failed", "Data Policy Exception: The following fields are mandatory: Caller");
    let columns = json!({"contact_type": "monitoring", "correlation_id": KEY, "correlation_display": "alert-77"});
    let (error, _) = run_create(&incident(content()), [on("POST", "incident").body(columns).answer(403, &refused)]);
    let error = error.unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (Rejected, "caller_id"));
}

// --- amend ---

#[test]
fn a_resolve_is_one_request_that_answers_the_ticket() {
    let ticket =
        run_amend(Open, Change::Resolve, &incident(content()), [answer(patch(resolving()), row("6", "Resolved"))]);
    assert_eq!(ticket.unwrap().state, Resolved);
}

#[test]
fn notes_of_a_change_are_one_entry_in_its_write() {
    let mut item = incident(content());
    item.notes = vec![note("n-1", "13:06:00", "still 97 %"), note("n-2", "13:10:00", "98 %")];
    let step = patch(json!({"work_notes": "still 97 %\n[n-1]\n\n98 %\n[n-2]"}));
    assert!(run_amend(Open, Change::Annotate, &item, [answer(step, row("2", "In Progress"))]).is_ok());
}

#[test]
fn a_reopened_incident_always_says_why() {
    let step = patch(reopening());
    let reopened = run_amend(Resolved, Change::Reopen, &incident(content()), [answer(step, row("2", "In Progress"))]);
    assert_eq!(reopened.unwrap().state, Open);
}

#[test]
fn a_reopened_incident_says_what_the_settings_say() {
    let settings = settings(json!({"reopen_notes": "Back again."}));
    let columns = json!({"state": "2", "work_notes": "Back again.", "correlation_display": "alert-77"});
    let step = answer(patch(columns), row("2", "In Progress"));
    let seen = ticket(Resolved, "Resolved");
    let again = |client: &Client<'_, Scripted>| {
        amend(client, &Incidents(&settings), &seen, Change::Reopen, &incident(content()))
    };
    assert!(play(&settings, [step], again).0.is_ok());
}

#[test]
fn tickets_stand_in_the_tables_that_the_settings_name() {
    let settings = settings(json!({"tables": {"incident": "u_incident", "alert": "u_alert"}}));
    let read_of = |table: &str| on("GET", &format!("{table}/{ID}")).answer(200, &json!({"result": row("1", "New")}));
    let read_both = |client: &Client<'_, Scripted>| {
        let incident = read(client, &Incidents(&settings), ID);
        incident.and(read(client, &crate::alert::Alerts(&settings), ID))
    };
    assert!(play(&settings, [read_of("u_incident"), read_of("u_alert")], read_both).0.is_ok());
}

#[test]
fn what_is_closed_is_neither_resolved_nor_reopened_nor_asked() {
    for state in [Closed, Canceled] {
        for change in [Change::Resolve, Change::Reopen] {
            assert_eq!(run_amend(state, change, &incident(content()), []).unwrap_err().kind, Conflict);
        }
    }
}

#[test]
fn a_note_that_may_stand_is_looked_for_before_it_is_posted() {
    let mut item = incident(content());
    item.again = true;
    item.notes = vec![note("n-1", "13:06:00", "still 97 %"), note("n-2", "13:10:00", "98 %")];
    let steps = [
        journal("valueLIKEn-1^ORvalueLIKEn-2", &["still 97 %\n[n-1]"]),
        answer(patch(json!({"work_notes": "98 %\n[n-2]"})), row("2", "In Progress")),
    ];
    assert!(run_amend(Open, Change::Annotate, &item, steps).is_ok());
}

#[test]
fn a_change_that_stands_is_only_read() {
    let mut item = incident(content());
    item.again = true;
    item.notes = vec![note("n-1", "13:06:00", "still 97 %")];
    let steps = [journal("valueLIKEn-1", &["still 97 %\n[n-1]"]), answer(on("GET", &record()), row("6", "Resolved"))];
    assert_eq!(run_amend(Resolved, Change::Resolve, &item, steps).unwrap().state, Resolved);
}

#[test]
fn a_business_rule_s_refusal_is_a_conflict_where_people_were_quicker() {
    let cases = [
        (Open, Change::Resolve, row("7", "Closed"), Conflict),
        (Resolved, Change::Reopen, row("7", "Closed"), Conflict),
        (Open, Change::Update, row("3", "On Hold"), Conflict),
        (Open, Change::Resolve, row("2", "In Progress"), Rejected),
        (Pending, Change::Update, row("3", "On Hold"), Rejected),
    ];
    for (seen, change, now, kind) in cases {
        let item = incident(Content { category: Some("x".into()), ..content() });
        let columns = match change {
            Change::Reopen => {
                let mut columns = reopening();
                columns["category"] = json!("x");
                columns
            }
            Change::Resolve => {
                let mut columns = resolving();
                columns["category"] = json!("x");
                columns
            }
            Change::Update | Change::Annotate => json!({"category": "x"}),
        };
        let refused = patch(columns).answer(403, &refusal("Operation Failed", RULE));
        let error = run_amend(seen, change, &item, [refused, answer(on("GET", &record()), now.clone())]).unwrap_err();
        assert_eq!(error.kind, kind, "{change:?} of {now}");
    }
}

#[test]
fn a_refused_change_of_a_ticket_that_vanished_is_gone() {
    let refused = patch(resolving()).answer(403, &refusal("Operation Failed", RULE));
    let missing = on("GET", &record())
        .answer(404, &refusal("No Record found", "Record doesn't exist or ACL restricts the record retrieval"));
    let error = run_amend(Open, Change::Resolve, &incident(content()), [refused, missing]).unwrap_err();
    assert_eq!(error.kind, Gone);
}

#[test]
fn a_state_that_was_silently_taken_back_is_unknown_once_and_refused_then() {
    let mut item = incident(content());
    let taken_back = || answer(patch(resolving()), row("2", "In Progress"));
    let error = run_amend(Open, Change::Resolve, &item, [taken_back()]).unwrap_err();
    assert_eq!(error.kind, OutcomeUnknown);
    item.again = true;
    let error = run_amend(Open, Change::Resolve, &item, [taken_back()]).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (Rejected, "state"));
}

#[test]
fn a_change_without_an_answer_is_unknown() {
    let lost = patch(resolving()).fail(Failure::OutcomeUnknown("connection reset".into()));
    assert_eq!(run_amend(Open, Change::Resolve, &incident(content()), [lost]).unwrap_err().kind, OutcomeUnknown);
}

#[test]
fn a_ticket_whose_key_people_took_out_is_answered_as_it_is() {
    let mut bare = row("2", "In Progress");
    bare["correlation_id"] = cell("", "");
    let settings = settings(json!({}));
    let steps = [answer(on("GET", &record()), bare)];
    let (ticket, _) = play(&settings, steps, |client| read(client, &Incidents(&settings), ID));
    assert_eq!(ticket.unwrap().key, "");
}

#[test]
fn a_ticket_without_an_id_is_neither_read_nor_written() {
    let settings = settings(json!({}));
    let (ticket, _) = play(&settings, [], |client| read(client, &Incidents(&settings), ""));
    assert_eq!(ticket.unwrap_err().kind, Rejected);
    let nameless = Ticket { id: String::new(), ..self::ticket(Open, "New") };
    let item = incident(Content { category: Some("x".into()), ..content() });
    let (ticket, _) =
        play(&settings, [], |client| amend(client, &Incidents(&settings), &nameless, Change::Update, &item));
    assert_eq!(ticket.unwrap_err().kind, Rejected);
}
