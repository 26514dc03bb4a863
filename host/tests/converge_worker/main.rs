//! What a worker does with what plugins and platforms answer, a behaviour a test.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests and their models"
)]

#[path = "../converge_model/clock.rs"]
#[expect(dead_code, reason = "the model needs more of it")]
mod clock;
#[path = "../converge_model/ledger.rs"]
#[expect(dead_code, reason = "the model needs more of it")]
mod ledger;
mod stage;

use serde_json::json;
use signalbox::converge::clock::Clock;
use signalbox::converge::desk::{Abilities, Assigned, MappingFailure};
use signalbox::domain::*;
use signalbox::ledger::{EndReason, Parked, Standing};
use stage::{EVERYTHING, Stage, refuses, ticket, traps};
use std::time::Duration;

fn parked(stage: &Stage) -> Parked {
    match stage.row().standing {
        Standing::Parked(parked) => parked,
        standing => panic!("{standing:?}"),
    }
}

#[tokio::test]
async fn the_happy_path_is_one_call_a_change() {
    let stage = Stage::new();
    stage.answers([Ok(stage.ticket("1", TicketState::Open)), Ok(stage.ticket("2", TicketState::Resolved))]);
    stage.observe(Condition::Fired).await;
    stage.observe(Condition::Resolved).await;
    assert_eq!(stage.calls(), ["create", "resolve id-1"], "seen within ten seconds, it is not read");
    let row = stage.row();
    assert_eq!((row.wanted, row.confirmed, row.standing), (2, 2, Standing::Live));
    assert!(row.open_attempts.is_empty());
}

#[tokio::test]
async fn a_work_item_says_where_it_comes_from() {
    let stage = Stage::created().await;
    let item = stage.item();
    let label = |name: &str| item.labels.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str());
    assert_eq!(label("alert.id"), Some("alert 1"));
    assert_eq!(label("alert.condition"), Some("fired"));
    assert_eq!((label("gateway"), label("route")), (Some("stage"), Some("all")));
    assert_eq!(label("resource.id"), None, "what has no value is left out");
    assert_eq!(item.content.note, None, "an adapter gets no note but in `notes`");
    let [note] = item.notes.as_slice() else { panic!("{:?}", item.notes) };
    assert_eq!((note.id.as_str(), note.text.as_str()), ("00112233-1.1", "Create for alert 1\n[00112233-1.1]"));
}

#[tokio::test]
async fn an_amend_carries_what_differs_and_nothing_else() {
    let stage = Stage::new();
    let content = |severity, team: &str| {
        let fields = [("team".to_owned(), json!(team)), ("site".to_owned(), json!("north"))].into_iter().collect();
        Ok(Content { title: Some("t".into()), severity: Some(severity), fields, ..Content::default() })
    };
    stage.maps([content(Severity::Error, "web"), content(Severity::Error, "net"), content(Severity::Error, "net")]);
    stage.answers([Ok(stage.ticket("1", TicketState::Open)), Ok(stage.ticket("2", TicketState::Open))]);
    stage.observe(Condition::Fired).await;
    stage.observe(Condition::Fired).await;
    let fields = [("team".to_owned(), json!("net"))].into_iter().collect();
    assert_eq!(stage.item().content, Content { fields, ..Content::default() });
    stage.observe(Condition::Fired).await;
    assert_eq!(stage.calls(), ["create", "update id-1"], "what differs in nothing makes no call");
    assert_eq!(stage.row().confirmed, 3);
}

#[tokio::test]
async fn what_people_changed_is_left_to_them_and_told_once() {
    let stage = Stage::new();
    let content = |team: &str| {
        let fields = [("team".to_owned(), json!(team))].into_iter().collect();
        Ok(Content { severity: Some(Severity::Error), fields, ..Content::default() })
    };
    let shown = |version: &str, team: &str| {
        let fields = [("team".to_owned(), json!(team))].into_iter().collect();
        Ok(PlatformTicket { fields, ..stage.ticket(version, TicketState::Open) })
    };
    stage.maps([content("web"), content("net"), content("dba")]);
    stage.answers([shown("1", "web"), shown("2", "people"), shown("3", "people"), shown("3", "people")]);
    stage.observe(Condition::Fired).await;
    stage.after(20).await;
    stage.observe(Condition::Fired).await;
    assert_eq!(stage.calls(), ["create", "read id-1", "annotate id-1"]);
    let item = stage.item();
    assert_eq!(item.content, Content::default());
    assert!(item.notes[0].text.starts_with("Left as set by hand from now on: team."), "{:?}", item.notes);
    stage.after(20).await;
    stage.observe(Condition::Fired).await;
    assert_eq!(stage.calls(), ["read id-1"], "it is told once");
}

#[tokio::test]
async fn what_the_platform_refuses_parks_the_ticket_with_reason_code_field_and_blame() {
    let stage = Stage::new();
    stage.answers([Err(refuses(CallErrorKind::Rejected))]);
    stage.observe(Condition::Fired).await;
    let parked = parked(&stage);
    assert_eq!((parked.reason.as_str(), parked.code.as_str(), parked.blame.as_str()), ("rejected", "E7", "operator"));
    assert_eq!(parked.message, "field `group`: the desk says no");
    assert_eq!(stage.life().creates, 0, "nothing was written");
}

#[tokio::test]
async fn a_parked_ticket_goes_on_when_a_person_says_so() {
    let stage = Stage::new();
    stage.answers([Err(refuses(CallErrorKind::Unsupported)), Ok(stage.ticket("1", TicketState::Open))]);
    stage.observe(Condition::Fired).await;
    stage.after(1_000).await;
    assert_eq!(stage.calls(), ["create"]);
    signalbox::ledger::Ledger::retry(&*stage.ledger, &stage.row().key, stage.clock.now()).await.unwrap();
    stage.work().await;
    assert_eq!(stage.calls(), ["create"]);
    assert_eq!(stage.row().standing, Standing::Live);
}

#[tokio::test]
async fn refused_credentials_stop_the_connection_and_not_the_ticket() {
    let stage = Stage::new();
    stage.answers([Err(refuses(CallErrorKind::Unauthorized))]);
    stage.observe(Condition::Fired).await;
    let desk: ConnectionName = "desk".parse().unwrap();
    assert!(stage.health.is_stopped(&desk));
    let row = stage.row();
    assert_eq!((row.standing, row.lease, row.due.is_some()), (Standing::Live, None, true));
    stage.health.start_changed(1);
    assert!(stage.health.is_stopped(&desk), "the generation that was refused does not start it");
    stage.health.start_changed(2);
    assert!(!stage.health.is_stopped(&desk), "a changed configuration does");
}

#[tokio::test]
async fn a_platform_that_is_down_is_left_alone_for_longer_each_time() {
    let stage = Stage::new();
    stage.answers((0..4).map(|_| Err(refuses(CallErrorKind::Unavailable))));
    stage.observe(Condition::Fired).await;
    let mut pauses = Vec::new();
    for _ in 0..3 {
        let pause = stage.row().not_before.unwrap().since(stage.clock.now());
        pauses.push(pause.as_millis());
        stage.after(pause.as_secs() + 1).await;
    }
    assert_eq!(pauses, [750, 1_500, 3_000]);
    assert_eq!(stage.says("waits").len(), 1, "the timeline says so once");
}

#[tokio::test]
async fn a_platform_that_names_a_pause_gets_it() {
    let stage = Stage::new();
    let throttled = CallError { retry_after: Some(90), ..call_error(CallErrorKind::Throttled) };
    stage.answers([Err(throttled.into())]);
    stage.observe(Condition::Fired).await;
    assert!(stage.row().not_before.unwrap().since(stage.clock.now()) >= Duration::from_secs(90));
}

fn call_error(kind: CallErrorKind) -> CallError {
    CallError { kind, code: String::new(), message: "no".into(), field: String::new(), retry_after: None }
}

#[tokio::test]
async fn a_conflict_is_read_and_planned_anew() {
    let stage = Stage::created().await;
    let closed = stage.ticket("2", TicketState::Closed);
    stage.answers([Err(refuses(CallErrorKind::Conflict)), Ok(closed)]);
    stage.observe(Condition::Resolved).await;
    assert_eq!(stage.calls(), ["resolve id-1", "read id-1"]);
    assert_eq!(stage.row().standing, Standing::Ended(EndReason::Closed));
}

#[tokio::test]
async fn what_conflicts_again_and_again_is_parked() {
    let stage = Stage::created().await;
    for _ in 0..12 {
        stage.answers([Err(refuses(CallErrorKind::Conflict)), Ok(stage.ticket("1", TicketState::Open))]);
    }
    stage.observe(Condition::Resolved).await;
    for _ in 0..10 {
        stage.after(400).await;
    }
    let parked = parked(&stage);
    assert_eq!((parked.reason.as_str(), parked.blame.as_str()), ("not-converging", "platform"));
}

#[tokio::test]
async fn a_create_that_conflicts_is_looked_for() {
    let stage = Stage::new();
    stage.answers([Err(refuses(CallErrorKind::Conflict))]);
    stage.finds(vec![stage.ticket("1", TicketState::Open)]);
    stage.observe(Condition::Fired).await;
    assert_eq!(stage.calls(), ["create", "find"]);
    assert_eq!((stage.row().confirmed, stage.row().standing), (1, Standing::Live));
}

#[tokio::test]
async fn a_create_that_can_never_come_true_is_parked_in_the_end() {
    let stage = Stage::new();
    stage.answers((0..20).map(|_| Err(refuses(CallErrorKind::Gone))));
    stage.observe(Condition::Fired).await;
    for _ in 0..20 {
        stage.after(1_000).await;
    }
    assert_eq!(parked(&stage).reason, "not-converging");
    assert_eq!(stage.calls().len(), 10, "{:?}", stage.calls());
}

#[tokio::test]
async fn a_plugin_that_fails_is_tried_three_times_and_blamed() {
    let stage = Stage::new();
    stage.answers((0..3).map(|_| Err(traps(false).into())));
    stage.observe(Condition::Fired).await;
    stage.after(10).await;
    stage.after(10).await;
    let parked = parked(&stage);
    assert_eq!((parked.reason.as_str(), parked.code.as_str(), parked.blame.as_str()), ("plugin", "trap", "plugin"));
    assert_eq!(stage.calls(), ["create"; 3]);
}

#[tokio::test]
async fn a_plugin_that_fails_after_it_may_have_written_leaves_an_unknown_outcome() {
    let stage = Stage::new();
    stage.answers([Err(traps(true).into())]);
    stage.finds(vec![stage.ticket("1", TicketState::Open)]);
    stage.observe(Condition::Fired).await;
    assert_eq!(stage.calls(), ["create", "find"]);
    assert_eq!(stage.row().confirmed, 1);
}

#[tokio::test]
async fn an_answer_with_another_key_is_never_acted_on() {
    let stage = Stage::new();
    let other = ticket(&TicketKey::from("another-1"), "1", TicketState::Open);
    stage.answers([Err(refuses(CallErrorKind::OutcomeUnknown))]);
    stage.finds(vec![other.clone()]);
    stage.observe(Condition::Fired).await;
    assert_eq!(parked(&stage).reason, "protocol");
    assert_eq!(stage.calls(), ["create", "find"]);

    let stage = Stage::created().await;
    stage.answers([Ok(other)]);
    stage.after(20).await;
    stage.observe(Condition::Fired).await;
    assert_eq!(parked(&stage).reason, "protocol");
    assert_eq!(stage.calls(), ["read id-1"]);
}

#[tokio::test]
async fn of_several_tickets_the_oldest_is_kept_and_the_others_are_closed_with_a_note() {
    let stage = Stage::new();
    let second = PlatformTicket { id: "id-2".into(), number: "T2".into(), ..stage.ticket("1", TicketState::Open) };
    stage.answers([
        Err(refuses(CallErrorKind::OutcomeUnknown)),
        Ok(PlatformTicket { state: TicketState::Resolved, ..second.clone() }),
    ]);
    stage.finds(vec![stage.ticket("1", TicketState::Open), second]);
    stage.observe(Condition::Fired).await;
    assert_eq!(stage.calls(), ["create", "find", "resolve id-2"]);
    let note = &stage.item().notes[0].text;
    assert!(note.starts_with("This ticket was made twice, since an answer was lost. Work goes on in T1."), "{note}");
    assert_eq!(stage.life().ticket().unwrap().id, "id-1");
}

#[tokio::test]
async fn what_the_mapping_does_not_want_ends_before_it_is_created_and_is_confirmed_later() {
    let unwanted = || Err(MappingFailure::Unwanted("a test machine".into()));
    let stage = Stage::new();
    stage.maps([unwanted()]);
    stage.observe(Condition::Fired).await;
    assert_eq!(stage.row().standing, Standing::Ended(EndReason::Unwanted));
    assert_eq!(stage.says("unwanted"), ["a test machine"]);

    let stage = Stage::created().await;
    stage.maps([unwanted()]);
    stage.observe(Condition::Fired).await;
    assert!(stage.calls().is_empty());
    assert_eq!((stage.row().confirmed, stage.row().standing), (2, Standing::Live));
}

#[tokio::test]
async fn a_mapping_that_does_not_fit_parks_the_ticket_and_names_the_field() {
    let stage = Stage::new();
    let fault = FieldFault { field: "urgency".into(), message: "no such value".into() };
    stage.maps([Err(fault.into())]);
    stage.observe(Condition::Fired).await;
    let parked = parked(&stage);
    assert_eq!(
        (parked.reason.as_str(), parked.code.as_str(), parked.blame.as_str()),
        ("mapping", "urgency", "operator")
    );
}

#[tokio::test]
async fn a_ticket_that_follows_names_the_old_one() {
    let stage = Stage::created().await;
    stage.answers([Ok(stage.ticket("2", TicketState::Closed))]);
    stage.after(20).await;
    let second = ticket(&TicketKey::of(&ledger::problem(), 2), "1", TicketState::Open);
    stage.answers([Ok(PlatformTicket { id: "id-2".into(), number: "T2".into(), ..second })]);
    stage.observe(Condition::Fired).await;
    stage.work().await;
    assert_eq!(stage.calls(), ["read id-1", "create"]);
    let item = stage.item();
    assert_eq!(item.follows.map(|old| old.number), Some("T1".to_owned()));
    assert_eq!(item.key, TicketKey::of(&item.problem, 2));
    let standings: Vec<Standing> = stage.ledger.rows().into_iter().map(|row| row.standing).collect();
    assert_eq!(standings, [Standing::Ended(EndReason::Renewed), Standing::Live]);
}

#[tokio::test]
async fn a_ticket_that_ingest_made_after_an_ended_one_names_it_too() {
    let stage = Stage::created().await;
    stage.answers([Ok(stage.ticket("2", TicketState::Closed))]);
    stage.after(20).await;
    stage.observe(Condition::Resolved).await;
    assert_eq!(stage.row().standing, Standing::Ended(EndReason::Closed));
    let second = ticket(&TicketKey::of(&ledger::problem(), 2), "1", TicketState::Open);
    stage.answers([Ok(PlatformTicket { id: "id-2".into(), ..second })]);
    stage.observe(Condition::Fired).await;
    assert_eq!(stage.item().follows.map(|old| (old.number, old.state)), Some(("T1".to_owned(), TicketState::Closed)));
}

#[tokio::test]
async fn a_kind_that_is_only_sent_is_sent_whole_and_never_read() {
    let stage = Stage::new();
    *stage.desk.abilities.lock().unwrap() = Abilities { find: false, read: false, reopen: false, ..EVERYTHING };
    let key = TicketKey::from("");
    stage.answers([
        Ok(ticket(&key, "", TicketState::Open)),
        Ok(ticket(&key, "", TicketState::Open)),
        Ok(ticket(&key, "", TicketState::Resolved)),
        Ok(ticket(&key, "", TicketState::Open)),
    ]);
    stage.observe(Condition::Fired).await;
    stage.after(100).await;
    stage.observe(Condition::Fired).await;
    assert_eq!(stage.item().content.severity, Some(Severity::Error), "content is always whole");
    stage.observe(Condition::Resolved).await;
    stage.after(100).await;
    stage.observe(Condition::Fired).await;
    assert_eq!(stage.calls(), ["create", "update id-1", "resolve id-1", "create"]);
    assert!(!stage.item().again, "a new firing is nothing that was sent before");
    assert_eq!(stage.row().confirmed, 4);
}

#[tokio::test]
async fn a_ticket_without_a_route_waits_for_a_person() {
    let stage = Stage::created().await;
    *stage.desk.assigned.lock().unwrap() = Some(Assigned::NoRoute);
    stage.observe(Condition::Fired).await;
    assert_eq!(parked(&stage).reason, "no-route");
    assert_eq!(stage.row().confirmed, 1, "what was confirmed is kept");
}

#[tokio::test]
async fn a_ticket_of_a_paused_connection_waits_in_order() {
    let stage = Stage::created().await;
    let until = stage.clock.now().after(Duration::from_secs(60));
    *stage.desk.assigned.lock().unwrap() = Some(Assigned::Waits { until });
    stage.observe(Condition::Fired).await;
    assert_eq!((stage.row().due, stage.row().standing), (Some(until), Standing::Live));
    assert!(stage.calls().is_empty());
}

#[tokio::test]
async fn the_timeline_says_what_was_done() {
    let stage = Stage::created().await;
    stage.answers([
        Ok(PlatformTicket { assigned_to: "Kim".into(), ..stage.ticket("2", TicketState::Open) }),
        Ok(stage.ticket("3", TicketState::Resolved)),
    ]);
    stage.after(20).await;
    stage.observe(Condition::Resolved).await;
    let told: Vec<(String, String)> = stage.row().timeline.into_iter().map(|entry| (entry.event, entry.text)).collect();
    let expected = [("created", "T1"), ("changed-on-platform", "assigned to Kim"), ("ticket-resolved", "T1")];
    assert_eq!(told, expected.map(|(event, text)| (event.to_owned(), text.to_owned())));
}
