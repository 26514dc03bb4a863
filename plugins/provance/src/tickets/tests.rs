use super::*;
use crate::settings::Settings;
use crate::testing::{
    ACCOUNT, API, ID, KEY, ORGANISATION, Played, VERSION, batch, content, custom, full_content, item, list, note, on,
    on_case, play, refusal, row, rows, settings, ticket,
};
use serde_json::Value;
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;
use signalbox_sdk::types::CallErrorKind::{Conflict, Gone, OutcomeUnknown, Protocol, Rejected, Throttled};
use signalbox_sdk::work::Content;

type Answered = Result<Ticket, CallError>;

fn by_key() -> Step {
    on("GET", &format!("incidents(new_signalboxkey=%27{KEY}%27)"))
}

fn stock() -> Settings {
    settings(json!({"defaults": {"customerid_account": ACCOUNT}}))
}

fn create(settings: &Settings, item: &WorkItem, steps: impl IntoIterator<Item = Step>) -> Played<Answered> {
    play(settings, steps, |client| super::create(client, item))
}

fn amend(
    settings: &Settings,
    seen: &Ticket,
    change: Change,
    item: &WorkItem,
    steps: impl IntoIterator<Item = Step>,
) -> Played<Answered> {
    play(settings, steps, |client| super::amend(client, seen, change, item))
}

fn open() -> Ticket {
    ticket(TicketState::Open, "In Progress")
}

fn with_notes(content: Content) -> WorkItem {
    let notes = vec![note("n.1", "13:06:00", "fired again\n[n.1]"), note("n.2", "13:07:00", "over now\n[n.2]")];
    WorkItem { notes, ..item(content) }
}

fn opened() -> Value {
    json!({
        "title": "Disk full on db-1",
        "description": "97 % > 90 %",
        "prioritycode": 1,
        "customerid_account@odata.bind": format!("/accounts({ACCOUNT})"),
        "new_signalboxkey": KEY,
    })
}

// === find and read ===

#[test]
fn a_ticket_is_found_by_its_alternate_key() {
    let step = by_key().answer(200, &row(0, 1, "In Progress"));
    let found = play(&stock(), [step], |client| find(client, KEY)).result.unwrap();
    assert_eq!(found.iter().map(|ticket| ticket.id.as_str()).collect::<Vec<_>>(), [ID]);
    let step = by_key().answer(404, &refusal("0x80040217", "incident With Ids = … Does Not Exist"));
    assert_eq!(play(&stock(), [step], |client| find(client, KEY)).result.unwrap(), []);
}

#[test]
fn without_an_alternate_key_it_is_searched_for_and_the_oldest_comes_first() {
    let settings = settings(json!({"incident": {"alternate_key": false}}));
    let at = |number: &str, created: &str| {
        let mut row = row(0, 1, "In Progress");
        row["ticketnumber"] = number.into();
        row["createdon"] = created.into();
        row
    };
    let filter = format!("new_signalboxkey eq '{KEY}'");
    let query = [("$filter", filter.as_str()), ("$orderby", "createdon asc,incidentid asc")];
    let answer = json!([at("CAS-2", "2026-11-22T13:07:00Z"), at("CAS-1", "2026-11-22T13:06:00Z")]);
    let found = play(&settings, [list("incidents", &query, answer)], |client| find(client, KEY)).result.unwrap();
    assert_eq!(found.iter().map(|ticket| ticket.number.as_str()).collect::<Vec<_>>(), ["CAS-1", "CAS-2"]);
}

#[test]
fn a_ticket_that_people_merged_is_the_one_that_is_left() {
    let survivor = "7d1d2f30-5b6a-4e7d-9a10-0f1e2d3c4b5a";
    let mut merged = row(2, 2000, "Merged");
    merged["_masterid_value"] = survivor.into();
    let mut kept = row(0, 1, "In Progress");
    kept["incidentid"] = survivor.into();
    let steps = [on_case("GET").answer(200, &merged), on("GET", &format!("incidents({survivor})")).answer(200, &kept)];
    assert_eq!(play(&stock(), steps, |client| read(client, ID)).result.unwrap().id, survivor);
}

#[test]
fn a_deleted_ticket_is_gone_and_an_odd_identity_is_not_asked_for() {
    let step = on_case("GET").answer(404, &refusal("0x80040217", "Does Not Exist"));
    assert_eq!(play(&stock(), [step], |client| read(client, ID)).result.unwrap_err().kind, Gone);
    for odd in ["", "CAS-1", "x)/y("] {
        assert_eq!(play(&stock(), [], |client| read(client, odd)).result.unwrap_err().kind, Rejected, "{odd}");
    }
}

// === create ===

#[test]
fn a_ticket_without_notes_is_one_request() {
    let step = on("POST", "incidents").body(opened()).answer(201, &row(0, 1, "In Progress"));
    let made = create(&stock(), &item(full_content()), [step]).result.unwrap();
    assert_eq!((made.id.as_str(), made.key.as_str(), made.state), (ID, KEY, TicketState::Open));
    assert_eq!(made.url, format!("{ORGANISATION}/main.aspx?pagetype=entityrecord&etn=incident&id={ID}"));
}

#[test]
fn a_ticket_and_its_notes_are_made_together() {
    let entity = format!("OData-EntityId: {ORGANISATION}{API}/incidents({ID})");
    let steps = [
        batch(&[(204, &entity, ""), (204, "", ""), (204, "", "")]),
        on_case("GET").answer(200, &row(0, 1, "In Progress")),
    ];
    let played = create(&stock(), &with_notes(full_content()), steps);
    assert_eq!(played.result.as_ref().unwrap().id, ID);
    let note = |text: &str| json!({"subject": "Signalbox", "notetext": text, "objectid_incident@odata.bind": "$1"});
    assert_eq!(
        played.batched(0),
        [
            ("POST /incidents".to_owned(), String::new(), opened()),
            ("POST /annotations".to_owned(), String::new(), note("fired again\n[n.1]")),
            ("POST /annotations".to_owned(), String::new(), note("over now\n[n.2]")),
        ]
    );
}

#[test]
fn a_key_that_is_taken_is_the_ticket_of_an_earlier_attempt() {
    let taken = refusal("0x80060892", "Entity Key Signalbox key violated.");
    let steps =
        [on("POST", "incidents").body(opened()).answer(412, &taken), by_key().answer(200, &row(0, 1, "In Progress"))];
    assert_eq!(create(&stock(), &item(full_content()), steps).result.unwrap().id, ID);
    let steps = [
        on("POST", "incidents").body(opened()).answer(412, &taken),
        by_key().answer(404, &refusal("0x80040217", "Does Not Exist")),
    ];
    let error = create(&stock(), &item(full_content()), steps).result.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (Rejected, "0x80060892"));
}

#[test]
fn a_created_ticket_that_cannot_be_read_back_is_unknown() {
    let entity = format!("OData-EntityId: {ORGANISATION}{API}/incidents({ID})");
    let steps = [batch(&[(204, &entity, ""), (204, "", ""), (204, "", "")]), on_case("GET").answer(503, &json!({}))];
    assert_eq!(create(&stock(), &with_notes(full_content()), steps).result.unwrap_err().kind, OutcomeUnknown);
    let lost = on("POST", "incidents").body(opened()).fail(Failure::OutcomeUnknown("reset".into()));
    assert_eq!(create(&stock(), &item(full_content()), [lost]).result.unwrap_err().kind, OutcomeUnknown);
}

#[test]
fn a_refused_ticket_names_the_column_and_a_throttled_one_the_wait() {
    let words = "You should specify a parent contact or account.";
    let step = on("POST", "incidents").body(opened()).answer(400, &refusal("0x80044410", words));
    let error = create(&stock(), &item(full_content()), [step]).result.unwrap_err();
    assert_eq!((error.kind, error.code.as_str(), error.message.as_str()), (Rejected, "0x80044410", words));
    let step =
        on("POST", "incidents").body(opened()).answer(429, &refusal("0x80072322", "slow")).header("retry-after", "9");
    let error = create(&stock(), &item(full_content()), [step]).result.unwrap_err();
    assert_eq!((error.kind, error.retry_after), (Throttled, Some(9)));
}

// === amend ===

#[test]
fn a_change_of_columns_is_one_request_on_the_version_that_was_seen() {
    let step = on_case("PATCH").body(json!({"prioritycode": 1})).answer(200, &row(0, 1, "In Progress"));
    let severity = Content { severity: full_content().severity, ..content() };
    let played = amend(&stock(), &open(), Change::Update, &item(severity.clone()), [step]);
    assert_eq!(played.result.as_ref().unwrap().version, "W/\"1207\"");
    assert_eq!(played.header(0, "if-match"), VERSION);

    let last_wins = settings(json!({"concurrency": "last-wins"}));
    let step = on_case("PATCH").body(json!({"prioritycode": 1})).answer(200, &row(0, 1, "In Progress"));
    assert_eq!(amend(&last_wins, &open(), Change::Update, &item(severity), [step]).header(0, "if-match"), "*");
}

#[test]
fn a_ticket_that_has_changed_meanwhile_is_a_conflict() {
    let words = "The version of the existing record doesn't match the RowVersion property provided.";
    let step = on_case("PATCH").body(json!({"prioritycode": 1})).answer(412, &refusal("0x80060882", words));
    let severity = Content { severity: full_content().severity, ..content() };
    let error = amend(&stock(), &open(), Change::Update, &item(severity), [step]).result.unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (Conflict, words));
}

#[test]
fn a_case_is_resolved_with_its_columns_notes_and_resolution_in_one() {
    let steps = [
        batch(&[(204, "", ""), (204, "", ""), (204, "", ""), (204, "", "")]),
        on_case("GET").answer(200, &row(1, 5, "Problem Solved")),
    ];
    let severity = Content { severity: full_content().severity, ..content() };
    let played = amend(&stock(), &open(), Change::Resolve, &with_notes(severity), steps);
    assert_eq!(played.result.as_ref().unwrap().state, TicketState::Resolved);
    let place = format!("/incidents({ID})");
    let note = |text: &str| json!({"subject": "Signalbox", "notetext": text, "objectid_incident@odata.bind": place});
    let closing = json!({
        "IncidentResolution": {
            "@odata.type": "Microsoft.Dynamics.CRM.incidentresolution",
            "subject": "over now",
            "description": "over now",
            "timespent": 0,
            "incidentid@odata.bind": place,
        },
        "Status": 5,
    });
    assert_eq!(
        played.batched(0),
        [
            (format!("PATCH {place}"), VERSION.to_owned(), json!({"prioritycode": 1})),
            ("POST /annotations".to_owned(), String::new(), note("fired again\n[n.1]")),
            ("POST /annotations".to_owned(), String::new(), note("over now\n[n.2]")),
            ("POST /CloseIncident".to_owned(), String::new(), closing),
        ]
    );
}

#[test]
fn a_case_without_a_note_has_the_settings_resolution() {
    let closing = json!({
        "IncidentResolution": {
            "@odata.type": "Microsoft.Dynamics.CRM.incidentresolution",
            "subject": "The monitor reports that the problem is over.",
            "description": "The monitor reports that the problem is over.",
            "timespent": 0,
            "incidentid@odata.bind": format!("/incidents({ID})"),
        },
        "Status": 5,
    });
    let steps = [
        on("POST", "CloseIncident").body(closing).answer_text(204, "", ""),
        on_case("GET").answer(200, &row(1, 5, "Problem Solved")),
    ];
    assert!(amend(&stock(), &open(), Change::Resolve, &item(content()), steps).result.is_ok());
}

#[test]
fn a_custom_table_is_resolved_by_a_write() {
    let mut answer = row(1, 2, "Inactive");
    answer["acme_ticketid"] = ID.into();
    let place = format!("/acme_tickets({ID})");
    let steps = [
        batch(&[(204, "", ""), (204, "", ""), (204, "", "")]),
        on("GET", &format!("acme_tickets({ID})")).answer(200, &answer),
    ];
    let played = amend(&settings(custom()), &open(), Change::Resolve, &with_notes(content()), steps);
    assert_eq!(played.result.as_ref().unwrap().state, TicketState::Resolved);
    let batched = played.batched(0);
    assert_eq!(batched[0].2["objectid_acme_ticket@odata.bind"], place);
    let ending = json!({"statecode": 1, "statuscode": 2, "acme_resolution": "over now"});
    assert_eq!(batched[2], (format!("PATCH {place}"), VERSION.to_owned(), ending));
}

#[test]
fn a_case_is_brought_back_before_its_columns_are_written() {
    let steps = [
        batch(&[(204, "", ""), (204, "", ""), (204, "", ""), (204, "", "")]),
        on_case("GET").answer(200, &row(0, 1, "In Progress")),
    ];
    let severity = Content { severity: full_content().severity, ..content() };
    let resolved = ticket(TicketState::Resolved, "Problem Solved");
    let played = amend(&stock(), &resolved, Change::Reopen, &with_notes(severity), steps);
    assert_eq!(played.result.as_ref().unwrap().state, TicketState::Open);
    let batched = played.batched(0);
    let place = format!("PATCH /incidents({ID})");
    assert_eq!(batched[0], (place.clone(), VERSION.to_owned(), json!({"statecode": 0, "statuscode": 1})));
    assert_eq!(batched[1], (place, "*".to_owned(), json!({"prioritycode": 1})));
}

#[test]
fn a_case_that_is_over_takes_notes_alone() {
    let resolved = ticket(TicketState::Resolved, "Problem Solved");
    let steps = [batch(&[(204, "", ""), (204, "", "")]), on_case("GET").answer(200, &row(1, 5, "Problem Solved"))];
    let played = amend(&stock(), &resolved, Change::Update, &with_notes(full_content()), steps);
    assert!(played.result.is_ok());
    assert_eq!(played.warnings.len(), 3, "{:?}", played.warnings);

    let step = on_case("GET").answer(200, &row(1, 5, "Problem Solved"));
    assert!(amend(&stock(), &resolved, Change::Resolve, &item(content()), [step]).result.is_ok());
}

#[test]
fn a_state_that_forbids_the_change_is_a_conflict_without_a_request() {
    for (state, change, forbidden) in [
        (TicketState::Closed, Change::Resolve, true),
        (TicketState::Closed, Change::Reopen, true),
        (TicketState::Canceled, Change::Resolve, true),
        (TicketState::Canceled, Change::Reopen, false),
        (TicketState::Resolved, Change::Reopen, false),
        (TicketState::Closed, Change::Annotate, false),
    ] {
        assert_eq!(forbids(state, change), forbidden, "{state:?} {change:?}");
    }
    let closed = ticket(TicketState::Closed, "Merged");
    assert_eq!(amend(&stock(), &closed, Change::Reopen, &item(content()), []).result.unwrap_err().kind, Conflict);
}

#[test]
fn a_refusal_of_a_ticket_that_is_another_now_is_a_conflict() {
    let refused = || on_case("PATCH").body(json!({"prioritycode": 1})).answer(400, &refusal("0x80040265", "read-only"));
    let severity = || item(Content { severity: full_content().severity, ..content() });
    for (now, kind) in [(row(1, 5, "Problem Solved"), Conflict), (row(0, 1, "In Progress"), Rejected)] {
        let steps = [refused(), on_case("GET").answer(200, &now)];
        assert_eq!(amend(&stock(), &open(), Change::Update, &severity(), steps).result.unwrap_err().kind, kind);
    }
    let steps = [refused(), on_case("GET").answer(404, &refusal("0x80040217", "Does Not Exist"))];
    assert_eq!(amend(&stock(), &open(), Change::Update, &severity(), steps).result.unwrap_err().kind, Gone);
}

#[test]
fn what_is_gone_may_be_what_the_change_names() {
    let gone =
        || on_case("PATCH").body(json!({"prioritycode": 1})).answer(404, &refusal("0x80040217", "team Does Not Exist"));
    let severity = || item(Content { severity: full_content().severity, ..content() });
    let steps = [gone(), on_case("GET").answer(200, &row(0, 1, "In Progress"))];
    let error = amend(&stock(), &open(), Change::Update, &severity(), steps).result.unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (Rejected, "team Does Not Exist"));
    let steps = [gone(), on_case("GET").answer(404, &refusal("0x80040217", "incident Does Not Exist"))];
    assert_eq!(amend(&stock(), &open(), Change::Update, &severity(), steps).result.unwrap_err().kind, Gone);
}

#[test]
fn a_state_that_is_taken_back_is_unknown_at_first_and_refused_then() {
    for (again, kind) in [(false, OutcomeUnknown), (true, Rejected)] {
        let resolved = ticket(TicketState::Resolved, "Problem Solved");
        let step =
            on_case("PATCH").body(json!({"statecode": 0, "statuscode": 1})).answer(200, &row(1, 5, "Problem Solved"));
        let item = WorkItem { again, ..item(content()) };
        let error = amend(&stock(), &resolved, Change::Reopen, &item, [step]).result.unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (kind, "state"));
    }
}

#[test]
fn once_more_only_the_notes_that_are_missing_are_attached() {
    let filter = format!("_objectid_value eq {ID} and (contains(notetext,'n.1') or contains(notetext,'n.2'))");
    let query = [("$select", "annotationid,notetext,_objectid_value"), ("$filter", filter.as_str())];
    let stands = json!([{"annotationid": ID, "notetext": "fired again\n[n.1]", "_objectid_value": ID}]);
    let body = json!({"subject": "Signalbox", "notetext": "over now\n[n.2]", "objectid_incident@odata.bind": format!("/incidents({ID})")});
    let steps = [
        list("annotations", &query, stands),
        on("POST", "annotations").body(body).answer_text(204, "", ""),
        on_case("GET").answer(200, &row(0, 1, "In Progress")),
    ];
    let item = WorkItem { again: true, ..with_notes(content()) };
    assert!(amend(&stock(), &open(), Change::Annotate, &item, steps).result.is_ok());
}

#[test]
fn rows_of_another_key_are_refused() {
    let mut other = row(0, 1, "In Progress");
    other["new_signalboxkey"] = "mine".into();
    let step = by_key().answer(200, &other);
    assert_eq!(play(&stock(), [step], |client| find(client, KEY)).result.unwrap_err().kind, Protocol);
    assert_eq!(play(&stock(), [], |client| find(client, "")).result.unwrap_err().kind, Rejected);
    let empty = rows("incidents", json!([]));
    let settings = settings(json!({"incident": {"alternate_key": false}}));
    let filter = format!("new_signalboxkey eq '{KEY}'");
    let target = signalbox_sdk::percent::target(
        &format!("{API}/incidents"),
        &[("$filter", &filter), ("$orderby", "createdon asc,incidentid asc")],
    );
    let step = Step::on("GET", target).answer(200, &empty);
    assert_eq!(play(&settings, [step], |client| find(client, KEY)).result.unwrap(), []);
}
