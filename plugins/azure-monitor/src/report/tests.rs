use super::*;
use crate::testing::{self, ALERT, alert, change, history, play, standing, ticket};
use AlertState::{Acknowledged, Closed, New};
use serde_json::{Value, json};
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;
use signalbox_sdk::types::TicketState;

fn ask(state: &str, changes: &[Value]) -> Vec<Step> {
    vec![
        Step::on("GET", format!("{ALERT}?api-version=2019-03-01")).answer(200, &standing(state, "Fired")),
        Step::on("GET", format!("{ALERT}/history?api-version=2019-03-01")).answer(200, &history(changes)),
    ]
}

fn tell(state: AlertState, comment: &str) -> Step {
    let target = format!("{ALERT}/changestate?api-version=2019-03-01&newState={}", state.name());
    Step::on("POST", target).body(json!({"comments": comment})).answer(200, &standing(state.name(), "Fired"))
}

fn told(state: AlertState, at: &str) -> Value {
    change(at, &history::words(&ticket("INC0010077", TicketState::Open), state))
}

fn report_of(state: TicketState, steps: Vec<Step>) -> (Result<(), CallError>, Vec<String>) {
    let settings = testing::settings(json!({}));
    play(&settings, steps, |client| report(client, &alert(ALERT), &ticket("INC0010077", state)))
}

#[test]
fn a_new_ticket_is_shown_and_its_alert_acknowledged() {
    let comment =
        "Ticket INC0010077 (In Progress): https://desk.example/INC0010077 [signalbox INC0010077 Acknowledged]";
    let mut steps = ask("New", &[change("10:00", "")]);
    steps.push(tell(Acknowledged, comment));
    assert_eq!(report_of(TicketState::Open, steps), (Ok(()), vec![]));
}

#[test]
fn a_closed_ticket_closes_its_alert() {
    for state in [TicketState::Resolved, TicketState::Closed, TicketState::Canceled] {
        let mut steps = ask("Acknowledged", &[told(Acknowledged, "10:00")]);
        let comment = "Ticket INC0010077 (In Progress): https://desk.example/INC0010077 [signalbox INC0010077 Closed]";
        steps.push(tell(Closed, comment));
        assert_eq!(report_of(state, steps), (Ok(()), vec![]), "{state:?}");
    }
}

#[test]
fn what_was_said_is_not_said_again() {
    for (ticket, said, now) in [
        (TicketState::Open, Acknowledged, "Acknowledged"),
        (TicketState::Pending, Acknowledged, "Acknowledged"),
        (TicketState::Closed, Closed, "Closed"),
        // Somebody has changed it meanwhile.
        (TicketState::Open, Acknowledged, "Closed"),
        (TicketState::Closed, Closed, "New"),
    ] {
        assert_eq!(report_of(ticket, ask(now, &[told(said, "10:00")])), (Ok(()), vec![]), "{ticket:?} {now}");
    }
}

#[test]
fn what_to_do_follows_from_what_was_said_and_what_is() {
    use Verdict::{Change, Comment, LeftToPeople, Stands};
    for (name, of_ticket, of_any, now, wanted, verdict) in [
        ("the first time", None, None, New, Acknowledged, Change),
        ("closed before it was ever shown", None, None, New, Closed, Change),
        ("said before", Some(Acknowledged), Some(Acknowledged), Acknowledged, Acknowledged, Stands),
        ("said before, and somebody closed it", Some(Acknowledged), Some(Acknowledged), Closed, Acknowledged, Stands),
        ("closed after it was shown", Some(Acknowledged), Some(Acknowledged), Acknowledged, Closed, Change),
        ("reopened", Some(Closed), Some(Closed), Closed, Acknowledged, Change),
        ("another ticket follows", None, Some(Closed), Closed, Acknowledged, Change),
        ("another ticket beside it", None, Some(Acknowledged), Acknowledged, Acknowledged, Comment),
        ("somebody acknowledged it first", None, None, Acknowledged, Acknowledged, Comment),
        ("somebody acknowledged it, and the ticket is closed", None, None, Acknowledged, Closed, Change),
        ("somebody closed it first", None, None, Closed, Acknowledged, LeftToPeople),
        ("somebody closed it, and so is the ticket", Some(Acknowledged), Some(Acknowledged), Closed, Closed, Comment),
        ("somebody set New", Some(Acknowledged), Some(Acknowledged), New, Closed, LeftToPeople),
        ("somebody set New after it was closed", Some(Closed), Some(Closed), New, Acknowledged, LeftToPeople),
        (
            "somebody closed it, and the ticket is reopened",
            Some(Closed),
            Some(Acknowledged),
            Closed,
            Acknowledged,
            LeftToPeople,
        ),
    ] {
        assert_eq!(judge(&Said { of_ticket, of_any }, now, wanted), verdict, "{name}");
    }
}

#[test]
fn a_state_that_is_left_asks_nothing() {
    let settings = testing::settings(json!({"report": {"pending": "leave"}}));
    let (outcome, _) =
        play(&settings, [], |client| report(client, &alert(ALERT), &ticket("INC0010077", TicketState::Pending)));
    assert_eq!(outcome, Ok(()));
}

#[test]
fn an_alert_that_azure_has_forgotten_is_no_error() {
    let not_found = json!({"error": {"code": "NotFound", "message": "no such alert"}});
    let [now, past]: [Step; 2] = ask("New", &[]).try_into().unwrap();
    let (now_gone, past_gone) = (now.clone().answer(404, &not_found), past.clone().answer(404, &not_found));
    assert_eq!(report_of(TicketState::Open, vec![now_gone, past_gone.clone()]), (Ok(()), vec![]));
    assert_eq!(report_of(TicketState::Open, vec![now, past_gone]), (Ok(()), vec![]));
    let mut steps = ask("New", &[]);
    let comment = history::words(&ticket("INC0010077", TicketState::Open), Acknowledged);
    steps.push(tell(Acknowledged, &comment).answer(404, &not_found));
    assert_eq!(report_of(TicketState::Open, steps), (Ok(()), vec![]));
}

#[test]
fn an_alert_that_azure_never_had_is_not_asked_for() {
    let settings = testing::settings(json!({}));
    for id in ["4a7d1ed414474e4033ac29ccb8653d9b", "/subscriptions/x/providers/Microsoft.CostManagement/alerts/a"] {
        let (outcome, _) =
            play(&settings, [], |client| report(client, &alert(id), &ticket("INC0010077", TicketState::Open)));
        assert_eq!(outcome, Ok(()), "{id}");
    }
}

#[test]
fn an_id_that_is_not_what_it_says_is_refused_and_nothing_sent() {
    let settings = testing::settings(json!({}));
    for id in [
        format!("{ALERT}/../../alerts/b"),
        format!("{ALERT}?newState=Closed#"),
        ALERT.replace("5c0b", "%35c0b"),
        ALERT.replace("5c0b", "5c0c"),
        format!("https://evil.example{ALERT}"),
    ] {
        let (outcome, _) =
            play(&settings, [], |client| report(client, &alert(&id), &ticket("INC0010077", TicketState::Open)));
        let error = outcome.unwrap_err();
        assert_eq!((error.kind, error.code.as_str()), (CallErrorKind::Rejected, "alert-id"), "{id}");
    }
}

#[test]
fn errors_are_told_as_they_are() {
    for (status, kind) in [
        (401, CallErrorKind::Unauthorized),
        (403, CallErrorKind::Rejected),
        (429, CallErrorKind::Throttled),
        (503, CallErrorKind::Unavailable),
    ] {
        let mut steps = ask("New", &[]);
        steps[0] = steps[0].clone().answer(status, &json!({})).header("retry-after", "12");
        let error = report_of(TicketState::Open, steps).0.unwrap_err();
        assert_eq!(error.kind, kind, "{status}");
    }
    let mut steps = ask("New", &[]);
    steps[1] = steps[1].clone().answer_text(200, "text/html", "<html>sign in</html>");
    assert_eq!(report_of(TicketState::Open, steps).0.unwrap_err().kind, CallErrorKind::Protocol);
}

#[test]
fn a_write_without_an_answer_may_have_been_done() {
    let comment = history::words(&ticket("INC0010077", TicketState::Open), Acknowledged);
    for answer in [
        tell(Acknowledged, &comment).fail(Failure::OutcomeUnknown("reset".into())),
        tell(Acknowledged, &comment).answer(200, &json!({"properties": {}})),
        tell(Acknowledged, &comment).answer(502, &json!({})),
    ] {
        let mut steps = ask("New", &[]);
        steps.push(answer);
        assert_eq!(report_of(TicketState::Open, steps).0.unwrap_err().kind, CallErrorKind::OutcomeUnknown);
    }
}

#[test]
fn a_comment_that_azure_does_not_take_is_no_error() {
    let comment = history::words(&ticket("INC0010077", TicketState::Open), Acknowledged);
    let refused = |status: u16, code: &str| {
        let mut steps = ask("Acknowledged", &[]);
        let body = json!({"error": {"code": code, "message": "no"}});
        steps.push(tell(Acknowledged, &comment).answer(status, &body));
        report_of(TicketState::Open, steps)
    };
    let (outcome, warnings) = refused(400, "BadRequest");
    assert_eq!((outcome, warnings.len()), (Ok(()), 1));
    assert_eq!(refused(403, "AuthorizationFailed").0.unwrap_err().kind, CallErrorKind::Rejected);
}
