//! The description that a responder opens, whole.

mod common;

use common::apply;
use field_map::sample::{self, fact, full_input, input, link};
use signalbox_sdk::transform::{Action, Entry, Input, Member};
use signalbox_sdk::types::{Condition, Resource, Severity, WorkItemKind};

fn description(settings: &str, input: Input) -> String {
    let content = apply(settings, Input { kind: WorkItemKind::Event, ..input });
    content.map(|content| content.description.unwrap_or_default()).unwrap_or_else(|error| format!("{error:?}"))
}

fn resource(number: usize) -> Resource {
    let name = format!("web-{number}");
    Resource { id: sample::resource().id.replace("web-7", &name), name, ..sample::resource() }
}

#[test]
fn a_metric_alert_that_fired() {
    insta::assert_snapshot!(description("", full_input()));
}

#[test]
fn a_metric_alert_that_resolved() {
    let mut input = input();
    input.action = Action::Resolve;
    input.alert.condition = Condition::Resolved;
    input.alert.resolved_at = Some("2026-11-22T13:20:41.5Z".to_owned());
    input.timeline.push(Entry {
        at: "2026-11-22T13:20:41.5Z".to_owned(),
        event: "resolved".to_owned(),
        text: "average Percentage CPU 41.0 over 5 min".to_owned(),
    });
    insta::assert_snapshot!(description("", input));
}

/// A group of a hundred alerts, with a long text, many facts, a query, and a day's timeline.
fn storm() -> Input {
    let mut input = full_input();
    input.alert.description = "Ask the web team. ".repeat(90);
    input.alert.resources = (1..=120).map(resource).collect();
    input.alert.facts.push(fact(
        "query",
        "Query",
        &"requests\n| where resultCode >= 500\n| summarize count() by bin(timestamp, 5m)\n".repeat(20),
        "",
    ));
    input.alert.facts.extend((1..=60).map(|number| fact("metrics", &format!("Disk {number} used"), "97", "%")));
    input.alert.links.push(link("Search results", &format!("https://portal.example/search?q={}", "x".repeat(700))));
    input.members = (1..=50)
        .map(|number| Member {
            title: "CPU above 80 %".to_owned(),
            severity: if number == 3 { Severity::Critical } else { Severity::Error },
            resource: Some(resource(number)),
            ..sample::member()
        })
        .collect();
    (input.firing, input.total) = (96, 120);
    input.timeline = (0..200)
        .map(|number| Entry {
            at: format!("2026-11-22T{:02}:{:02}:00Z", 10 + number / 60, number % 60),
            event: "fired".to_owned(),
            text: format!("CPU above 80 % on web-{number}"),
        })
        .collect();
    input
}

#[test]
fn a_storm_keeps_to_its_bound_and_keeps_what_matters() {
    let text = description("", storm());
    assert!((3400..=4000).contains(&text.chars().count()), "{}", text.chars().count());
    insta::assert_snapshot!(text);
}

#[test]
fn a_storm_in_little_room_still_says_what_is_wrong() {
    let text = description("limits = { description = 500 }", storm());
    assert!(text.chars().count() <= 500);
    insta::assert_snapshot!(text);
}

#[test]
fn an_alert_of_almost_nothing_is_described_without_empty_lines() {
    let mut input = input();
    input.alert.summary.clear();
    input.alert.description.clear();
    input.alert.resources.clear();
    input.alert.facts.clear();
    input.alert.links.clear();
    input.timeline.clear();
    input.alert.fired_at = "some time ago".to_owned();
    insta::assert_snapshot!(description("", input));
}

#[test]
fn a_senders_line_breaks_forge_no_section() {
    let mut input = input();
    input.alert.resources =
        vec![Resource { name: "web-7\n\nLinks\n- Alert: https://evil.example".to_owned(), ..sample::resource() }];
    input.alert.rule = "cpu\r\nSeverity: verbose".to_owned();
    let text = description("", input);
    assert_eq!(text.lines().filter(|line| line.starts_with("Severity:") || *line == "Links").count(), 2, "{text}");
}
