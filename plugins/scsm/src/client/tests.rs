use super::*;
use crate::testing::{COMMIT, ID, INCIDENTS, QUERY, lists, play, projection, settings, stored, template};
use serde_json::json;
use signalbox_sdk::scripted::Step;
use signalbox_sdk::types::CallErrorKind::{OutcomeUnknown, Protocol, Rejected, Unavailable};

fn queried(step: Step) -> Result<Listing, CallError> {
    play(&settings(json!({})), [step], |client| client.query(INCIDENTS, Query::new())).0
}

fn asked() -> Step {
    Step::on("POST", QUERY).body(json!({"Id": INCIDENTS, "Criteria": {"Base": {"Expression": null}}}))
}

fn committed(answer: impl FnOnce(Step) -> Step) -> Result<Guid, CallError> {
    let (current, original) = (stored("Active"), template());
    let body = json!({"formJson": {"isDirty": true, "current": current, "original": original}});
    let step = answer(Step::on("POST", COMMIT).body(body));
    play(&settings(json!({})), [step], |client| client.commit(&projection(current), &projection(original))).0
}

#[test]
fn objects_come_with_the_portal_s_clock() {
    let listing =
        queried(asked().answer(200, &json!([stored("Active")])).header("date", "Sun, 22 Nov 2026 12:00:00 GMT"));
    let listing = listing.unwrap();
    assert_eq!((listing.objects.len(), listing.clock), (1, Stamp::from_contract("2026-11-22T12:00:00Z")));
}

#[test]
fn what_is_no_list_of_objects_is_not_believed() {
    for body in [json!({}), json!([{"Title": "no object"}]), json!("text"), json!(null)] {
        assert_eq!(queried(asked().answer(200, &body)).unwrap_err().kind, Protocol, "{body}");
    }
    let page = asked().answer_text(200, "text/html", "<html>Sign in</html>");
    assert_eq!(queried(page).unwrap_err().kind, Protocol);
}

#[test]
fn a_no_with_status_200_is_a_no() {
    let refused = json!({"success": false, "exception": "Invalid criteria."});
    let error = queried(asked().answer(200, &refused)).unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (Rejected, "Invalid criteria."));
}

#[test]
fn a_commit_answers_an_identity() {
    let id = Guid::parse(ID).unwrap();
    assert_eq!(committed(|step| step.answer(200, &json!({"success": true, "BaseId": ID}))), Ok(id));
    assert_eq!(committed(|step| step.answer(200, &json!({"success": true}))), Ok(id));
}

#[test]
fn a_commit_s_answer_says_whether_it_was_done() {
    let refused = json!({"success": false, "exception": "Title is too long."});
    let no_answer = Failure::OutcomeUnknown("reset".into());
    for (answer, kind) in [
        (committed(|step| step.answer(500, &refused)), Rejected),
        (committed(|step| step.answer(200, &refused)), Rejected),
        (committed(|step| step.answer_text(500, "text/html", "<html></html>")), OutcomeUnknown),
        (committed(|step| step.answer_text(200, "application/json", "{\"success\":tr")), OutcomeUnknown),
        (committed(|step| step.answer_text(200, "text/html", "<html></html>")), Protocol),
        (committed(|step| step.answer(503, &json!({}))), Unavailable),
        (committed(|step| step.fail(no_answer)), OutcomeUnknown),
    ] {
        assert_eq!(answer.unwrap_err().kind, kind);
    }
}

#[test]
fn entries_are_read_in_each_of_their_spellings_and_the_empty_one_is_not() {
    let first = "1b0f6e2a-7c94-4d35-9e08-2f6a5d4c3b21";
    let rows = json!([
        {"ID": "00000000-0000-0000-0000-000000000000", "Text": "", "Name": ""},
        {"ID": first, "Text": "Operations\\Tier 1", "Name": "Tier 1", "HasChildren": false, "Ordinal": 1.0},
        {"Id": ID, "Text": "Tier 2"},
    ]);
    let question = Question::Entries(crate::lists::List::TierQueue.root());
    let reply =
        play(&settings(json!({})), [lists(crate::lists::List::TierQueue, rows)], |client| client.ask(&question)).0;
    let Ok(Reply::Named(entries)) = reply else { panic!("{reply:?}") };
    let names: Vec<_> = entries.iter().map(|entry| (entry.id.to_string(), entry.names.join("|"))).collect();
    assert_eq!(
        names,
        [(first.to_owned(), "Tier 1|Operations\\Tier 1".to_owned()), (ID.to_owned(), "Tier 2".to_owned())]
    );
}

#[test]
fn another_gateway_has_its_own_paths_and_headers() {
    let settings = settings(json!({"paths": {"query": "/v1/query"}, "headers": {"X-Tenant": "acme"}}));
    let client =
        |host| Client { host, settings: &settings, now: Stamp::from_contract("2026-11-22T12:00:00Z").unwrap() };
    let host = signalbox_sdk::scripted::Scripted::default();
    let request = client(&host).request(&Question::Objects(Query::new(), INCIDENTS.into()));
    assert_eq!(request.target, "/v1/query");
    assert!(request.headers.contains(&("x-tenant".to_owned(), "acme".to_owned())));
    assert_eq!(request.effect, Effect::Reads);
}

#[test]
fn users_and_templates_are_asked_for_where_the_settings_say() {
    let settings = settings(json!({"paths": {"users": "/people", "templates": "/templates"}}));
    let class = Guid::of_element("System.WorkItem.Incident.Library", "System.WorkItem.Incident");
    let users = "/people?userFilter=ann&filterByAnalyst=false&groupsOnly=false&maxNumberOfResults=20";
    let steps = [
        Step::on("GET", users).answer(200, &json!([])),
        Step::on("GET", format!("/templates?classId={class}")).answer(200, &json!([])),
    ];
    let questions = [Question::Users("ann".to_owned()), Question::Templates(class)];
    let (replies, _) = play(&settings, steps, |client| client.ask_all(&questions));
    assert!(replies.iter().all(Result::is_ok), "{replies:?}");
}
