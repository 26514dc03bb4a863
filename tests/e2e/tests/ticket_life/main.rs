//! Tickets through their lives, on a strict platform: what alerts, people and bad days do to them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod bad_days;
mod groups;
mod kinds;
mod maintenance;
mod order;
mod parked;
mod people;
mod policies;
mod related;
mod storms;

use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use signalbox_e2e::{
    Scene,
    alerts::Metric,
    scene::{field, key_of},
};
use signalbox_simulators::servicenow::Fields;
use std::hash::{DefaultHasher, Hash, Hasher};

type Tested = anyhow::Result<()>;

/// A moment within the last hours, counted in minutes from their beginning.
fn at(minute: i64) -> Timestamp {
    static BEGAN: std::sync::LazyLock<Timestamp> =
        std::sync::LazyLock::new(|| Timestamp::now().checked_sub(5.hours()).unwrap_or_default());
    BEGAN.checked_add(minute.minutes()).unwrap_or_default()
}

/// A rule's alert at a minute, an instance of its own.
fn alert(rule: &str, severity: &str, minute: u32) -> Metric {
    alert_on("web-01", rule, severity, minute)
}

/// A rule's alert on a machine at a minute, an instance of its own.
fn alert_on(machine: &str, rule: &str, severity: &str, minute: u32) -> Metric {
    let mut hash = DefaultHasher::new();
    (machine, rule, minute).hash(&mut hash);
    let instance = u32::try_from(hash.finish() >> 32).unwrap_or_default();
    Metric::new(rule, machine, instance, severity, at(i64::from(minute)))
}

/// Posts a body, and answers the key of its first ticket.
async fn send(scene: &Scene, body: &Value) -> anyhow::Result<String> {
    key_of(&scene.gateway.accept(body).await?)
}

/// All incidents of a ticket's problem, oldest first.
fn incidents(scene: &Scene, key: &str) -> Vec<Fields> {
    let problem = key.split('-').next().unwrap_or(key);
    let mut rows = scene.platform.instance.rows("incident", &format!("correlation_idSTARTSWITH{problem}"));
    rows.sort_by(|one, other| field(one, "correlation_id").cmp(field(other, "correlation_id")));
    rows
}

/// What was noted in an incident.
fn notes(scene: &Scene, row: &Fields) -> String {
    scene.platform.instance.journal(field(row, "sys_id"), "work_notes").join("\n---\n")
}

fn is_open(row: &Fields) -> bool {
    matches!(field(row, "state"), "1" | "2" | "3")
}

fn is_resolved(row: &Fields) -> bool {
    field(row, "state") == "6"
}
