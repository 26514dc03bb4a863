//! The kinds beside sources and adapters: what goes in arrives whole, and what comes out is held to what was asked.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod plugin_support;

use plugin_support::*;
use serde_json::json;
use signalbox::domain::{
    Action, Alert, ChangePhase, Condition, Delivery, Item, ItsmRecord, MappingInput, Outbound, PlatformTicket,
    RecordKind, Severity, TicketEvent, TicketState, Timestamp, WorkItemKind,
};
use signalbox::plugin::{Failed, Failure, Grants, MonitorUse, PluginError, SinkUse, TransformUse};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn granted() -> Grants {
    Grants { http: true, ..Grants::default() }
}

fn failed<T: std::fmt::Debug, E: std::fmt::Debug>(answer: Result<T, Failure<E>>) -> Failed {
    match answer {
        Err(Failure::Failed(failed)) => failed,
        other => panic!("{other:?}"),
    }
}

fn invalid_at<T: std::fmt::Debug, E: std::fmt::Debug>(answer: Result<T, Failure<E>>) -> String {
    match failed(answer).error {
        PluginError::Invalid(answer) => answer.field,
        other => panic!("{other:?}"),
    }
}

fn at() -> Timestamp {
    "2026-03-01T10:00:00Z".parse().unwrap()
}

fn alert(title: &str) -> Alert {
    Alert {
        id: "a-1".into(),
        correlation_key: "k-1".into(),
        condition: Condition::Fired,
        severity: Severity::Error,
        resolves: true,
        signal: "metric".to_owned(),
        rule: "disk almost full".to_owned(),
        title: title.to_owned(),
        summary: "used space 91 > 90".to_owned(),
        description: String::new(),
        observed_at: at(),
        fired_at: at(),
        resolved_at: None,
        resources: Vec::new(),
        facts: Vec::new(),
        links: Vec::new(),
        labels: Vec::new(),
        payload: "{}".to_owned(),
    }
}

fn ticket(number: &str) -> PlatformTicket {
    PlatformTicket::new("1", number, "")
}

async fn monitor(platform: &Arc<Platform>) -> MonitorUse {
    let plugin = loaded(&runtime(), "misbehaving-monitor").await;
    let outbound: Arc<dyn Outbound> = Arc::clone(platform) as _;
    MonitorUse::new(plugin, options(limits(), json!({})), &granted(), outbound).await.unwrap()
}

#[tokio::test]
async fn a_monitor_is_told_what_is_left_of_the_budget() {
    let monitor = monitor(&Arc::default()).await;
    let budget =
        signalbox::domain::CallBudget { deadline: Instant::now() + Duration::from_secs(10), send_before: None };
    let facts = monitor.enrich(alert("disk"), budget).await.unwrap();
    assert_eq!(facts.facts[0].value, "disk");
    let told: u32 = facts.facts[1].value.parse().unwrap();
    assert!((7_000..=8_000).contains(&told), "{told}");
    assert_eq!(facts.missing, ["one\\nline"]);
}

#[tokio::test]
async fn a_monitor_that_tells_too_much_is_refused() {
    let monitor = monitor(&Arc::default()).await;
    assert_eq!(invalid_at(monitor.enrich(alert("tell too much"), budget()).await), "facts");
}

#[tokio::test]
async fn a_ticket_is_shown_at_its_alert() {
    let platform = Arc::<Platform>::default();
    monitor(&platform).await.report(alert("disk"), ticket("N-7"), budget()).await.unwrap();
    assert_eq!(platform.targets(), ["PUT /alerts/N-7"]);
}

#[tokio::test]
async fn conditions_come_in_the_order_asked_or_not_at_all() {
    let monitor = monitor(&Arc::default()).await;
    let answers = monitor.recheck(vec![alert("disk"), alert("forgotten")], budget()).await.unwrap();
    assert_eq!(answers, [Some(Condition::Fired), None]);
    assert_eq!(invalid_at(monitor.recheck(vec![alert("disk"), alert("answer too few")], budget()).await), "");
}

fn record() -> ItsmRecord {
    ItsmRecord {
        kind: RecordKind::Change,
        id: "c-1".to_owned(),
        number: "CHG1".to_owned(),
        url: String::new(),
        key: None,
        title: "replace the disk".to_owned(),
        description: String::new(),
        state: TicketState::Pending,
        platform_state: "Scheduled".to_owned(),
        phase: Some(ChangePhase::Approved),
        deleted: false,
        priority: String::new(),
        urgency: String::new(),
        impact: String::new(),
        escalation: String::new(),
        category: String::new(),
        change_type: "standard".to_owned(),
        risk: String::new(),
        conflict_status: String::new(),
        origin: String::new(),
        configuration_items: vec!["db-1".to_owned()],
        service: String::new(),
        assignment: String::new(),
        assigned_to: String::new(),
        created_by: String::new(),
        requested_by: String::new(),
        resolved_by: String::new(),
        closed_by: String::new(),
        close_code: String::new(),
        caused_by: String::new(),
        created_at: Some(at()),
        updated_at: None,
        resolved_at: None,
        closed_at: None,
        requested_at: None,
        planned_start: Some(at()),
        planned_end: None,
        actual_start: None,
        actual_end: None,
        labels: Vec::new(),
        fields: serde_json::from_value(json!({ "u_risk": 3 })).unwrap(),
    }
}

fn event(name: &str) -> Item {
    Item::TicketEvent(Box::new(TicketEvent {
        at: at(),
        event: name.to_owned(),
        connection: "desk".to_owned(),
        kind: WorkItemKind::Incident,
        key: "p-1".to_owned(),
        ticket: Some(ticket("N-7")),
        alert_id: "a-1".to_owned(),
        correlation_key: "k-1".to_owned(),
        rule: "disk almost full".to_owned(),
        severity: Severity::Critical,
        condition: Condition::Fired,
        resource_ids: vec!["db-1".to_owned()],
        labels: Vec::new(),
    }))
}

async fn sink() -> SinkUse {
    let plugin = loaded(&runtime(), "misbehaving-sink").await;
    SinkUse::new(plugin, options(limits(), json!({})), &granted(), Arc::<Platform>::default()).await.unwrap()
}

#[tokio::test]
async fn a_sink_gets_records_and_events_whole_and_in_order() {
    let item = Item::PlatformRecord { connection: "desk".to_owned(), record: Box::new(record()) };
    let batch = vec![Delivery { sequence: 4, item: event("created") }, Delivery { sequence: 7, item }];
    let receipt = sink().await.deliver(batch, budget()).await.unwrap();
    assert_eq!(receipt.through, 7);
    assert_eq!(receipt.refused, [(7, r#"desk replace the disk {"u_risk":3}"#.to_owned())]);
}

#[tokio::test]
async fn a_receipt_for_what_was_not_delivered_is_refused() {
    let sink = sink().await;
    for (misdeed, place) in [("claim more", "through"), ("refuse beyond", "refused[0].sequence")] {
        let batch = vec![Delivery { sequence: 4, item: event(misdeed) }];
        assert_eq!(invalid_at(sink.deliver(batch, budget()).await), place);
    }
}

#[tokio::test]
async fn a_mapping_makes_content_of_an_alert() {
    let plugin = loaded(&runtime(), "field-map").await;
    let mapping = TransformUse::new(plugin, options(limits(), json!({}))).await.unwrap();
    let input = MappingInput {
        now: at(),
        action: Action::Create,
        kind: WorkItemKind::Incident,
        context: vec![("route".to_owned(), "all".to_owned())],
        alert: alert("disk almost full on db-1"),
        resource: None,
        members: Vec::new(),
        firing: 1,
        total: 1,
        timeline: Vec::new(),
        related: Vec::new(),
        facts: Vec::new(),
        ticket: None,
        previous: None,
    };
    let content = mapping.apply(input.clone()).await.unwrap();
    assert!(content.title.as_deref().is_some_and(|title| title.contains("disk almost full")), "{content:?}");
    assert_eq!(content.severity, Some(Severity::Error));
    assert_eq!(mapping.apply(input).await.unwrap(), content);
}

#[tokio::test]
async fn every_plugin_that_was_built_loads_under_its_own_name() {
    let runtime = runtime();
    let names = plugins();
    assert!(!names.is_empty());
    for name in names {
        assert_eq!(loaded(&runtime, &name).await.manifest().name, name);
    }
}
