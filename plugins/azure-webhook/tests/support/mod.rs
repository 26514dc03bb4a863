//! What the tests share: fixtures, requests, and alerts as text.

#![allow(dead_code)] // Each test binary uses its own part.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)] // A test's way to fail.

use std::fmt::Write as _;
use std::path::PathBuf;

use azure_webhook::{Settings, decode};
use serde_json::Value;
use signalbox_sdk::source::{DecodeError, Fault, Request};
use signalbox_sdk::types::{Alert, Condition, Severity};

/// When every request of the tests was received; no fixture has this time.
pub const RECEIVED_AT: &str = "2026-04-01T12:00:00Z";

/// Names the fields of `custom-own-names.json`.
pub const OWN_NAMES: &str = r#"{
  "custom": {
    "rule": "/monitor/rule", "id": "/id", "summary": "/say", "severity": "/monitor/level",
    "severities": {"p1": "critical", "p2": "error"}, "condition": "/monitor/state", "resolved": ["OK"],
    "time": "/at", "fired": "/since", "resource": "/where", "link": "/see", "identity": ["/series/gauge"],
    "labels": {"Gauge": "/series/gauge"}
  }
}"#;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/azure")
}

/// Names of all fixtures, sorted.
pub fn fixtures() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

pub fn body(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap()
}

pub fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(format!("{name}.json"))).unwrap()
}

/// The settings that a fixture needs.
pub fn settings(name: &str) -> Settings {
    Settings::parse(if name == "custom-own-names" { OWN_NAMES } else { "{}" }).unwrap()
}

pub fn try_bytes(body: &[u8], settings: &Settings) -> Result<Alert, DecodeError> {
    let request = Request {
        content_type: "application/json; charset=utf-8".to_owned(),
        headers: Vec::new(),
        query: String::new(),
        body: body.to_vec(),
        received_at: RECEIVED_AT.to_owned(),
    };
    decode(&request, settings).map(|alerts| {
        assert_eq!(alerts.len(), 1, "an action group posts one alert a body");
        alerts.into_iter().next().unwrap()
    })
}

/// The alert of a body, with default settings.
pub fn alert(body: &Value) -> Alert {
    try_bytes(body.to_string().as_bytes(), &Settings::default()).unwrap()
}

/// The alert of a fixture.
pub fn fixture(name: &str) -> Alert {
    try_bytes(&bytes(name), &settings(name)).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

/// The alert of a fixture in which these pointers were set to something else.
pub fn changed(name: &str, changes: &[(&str, Value)]) -> Alert {
    alert(&changed_body(name, changes))
}

pub fn changed_body(name: &str, changes: &[(&str, Value)]) -> Value {
    let mut body = body(name);
    for (pointer, value) in changes {
        let place = body.pointer_mut(pointer).unwrap_or_else(|| panic!("{name} has nothing at {pointer}"));
        *place = value.clone();
    }
    body
}

/// Where and what of a `malformed`.
pub fn malformed(body: &[u8]) -> (String, String) {
    match try_bytes(body, &Settings::default()) {
        Err(DecodeError::Malformed(Fault { at, message })) => (at, message),
        other => panic!("expected malformed, got {other:?}"),
    }
}

pub fn label<'a>(alert: &'a Alert, name: &str) -> &'a str {
    alert.labels.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

pub fn fact<'a>(alert: &'a Alert, group: &str, name: &str) -> &'a str {
    alert.facts.iter().find(|fact| fact.group == group && fact.name == name).map_or("", |fact| &fact.value)
}

pub fn link<'a>(alert: &'a Alert, title: &str) -> &'a str {
    alert.links.iter().find(|link| link.title == title).map_or("", |link| &link.url)
}

pub fn condition_name(condition: Condition) -> &'static str {
    match condition {
        Condition::Fired => "fired",
        Condition::Resolved => "resolved",
    }
}

pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Informational => "informational",
        Severity::Verbose => "verbose",
    }
}

/// All of an alert but its payload, a line a value.
pub fn as_text(alert: &Alert) -> String {
    let mut text = String::new();
    let line = |text: &mut String, name: &str, value: &str| {
        let value = value.replace('\n', "\n    ");
        writeln!(text, "{name}: {value}").unwrap();
    };
    line(&mut text, "id", &alert.id);
    line(&mut text, "correlation key", &alert.correlation_key);
    line(&mut text, "condition", condition_name(alert.condition));
    line(&mut text, "severity", severity_name(alert.severity));
    line(&mut text, "resolves", if alert.resolves { "yes" } else { "no" });
    line(&mut text, "signal", &alert.signal);
    line(&mut text, "rule", &alert.rule);
    line(&mut text, "title", &alert.title);
    line(&mut text, "summary", &alert.summary);
    line(&mut text, "description", &alert.description);
    line(&mut text, "observed at", &alert.observed_at);
    line(&mut text, "fired at", &alert.fired_at);
    line(&mut text, "resolved at", alert.resolved_at.as_deref().unwrap_or("-"));
    for resource in &alert.resources {
        let scope = resource.scope.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ");
        let item = &resource.configuration_item;
        line(
            &mut text,
            "resource",
            &format!("{} ({}) [{scope}] item {item:?}\n{}", resource.name, resource.kind, resource.id),
        );
    }
    for fact in &alert.facts {
        let unit = if fact.unit.is_empty() { String::new() } else { format!(" {}", fact.unit) };
        line(&mut text, &format!("fact [{}] {}", fact.group, fact.name), &format!("{}{unit}", fact.value));
    }
    for link in &alert.links {
        line(&mut text, &format!("link {}", link.title), &link.url);
    }
    for (name, value) in &alert.labels {
        line(&mut text, &format!("label {name}"), value);
    }
    text
}
