//! What the tests of several modules begin with.

use crate::client::Client;
use crate::settings::Settings;
use serde_json::{Value, json};
use signalbox_sdk::scripted::{Scripted, Step};
use signalbox_sdk::testing;
use signalbox_sdk::types::{Alert, Condition, Severity, Ticket, TicketState};

pub(crate) const SUBSCRIPTION: &str = "5c0b7e3a-91d4-4f7e-a1c2-6d2f0b8e4a10";
pub(crate) const ALERT: &str = "/subscriptions/5c0b7e3a-91d4-4f7e-a1c2-6d2f0b8e4a10/providers/\
    Microsoft.AlertsManagement/alerts/000000e1-4c2d-4e8b-b7a6-0d9e1f2a3b4c";

/// Settings for that subscription.
pub(crate) fn settings(more: Value) -> Settings {
    let mut settings = json!({"subscriptions": [SUBSCRIPTION]});
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Settings::parse(&settings.to_string()).unwrap()
}

/// An alert of this id, which is about nothing.
pub(crate) fn alert(id: &str) -> Alert {
    Alert {
        id: id.into(),
        correlation_key: "key".into(),
        condition: Condition::Fired,
        severity: Severity::Error,
        resolves: true,
        signal: "metric".into(),
        rule: "cpu high".into(),
        title: "cpu high on web-01".into(),
        summary: String::new(),
        description: String::new(),
        observed_at: "2026-03-02T11:12:31.7Z".into(),
        fired_at: "2026-03-02T11:12:31.7Z".into(),
        resolved_at: None,
        resources: Vec::new(),
        facts: Vec::new(),
        links: Vec::new(),
        labels: Vec::new(),
        payload: "{}".into(),
    }
}

/// A ticket in progress.
pub(crate) fn ticket(number: &str, state: TicketState) -> Ticket {
    Ticket {
        number: number.into(),
        url: format!("https://desk.example/{number}"),
        ..testing::ticket(&format!("id-{number}"), state, "In Progress")
    }
}

/// The alert as Azure answers it.
pub(crate) fn standing(state: &str, condition: &str) -> Value {
    let essentials = json!({"alertState": state, "monitorCondition": condition, "monitorService": "Platform"});
    json!({"id": ALERT, "name": "cpu high", "properties": {"essentials": essentials}})
}

/// A change of state on the day that the alert fired.
pub(crate) fn change(time: &str, comment: &str) -> Value {
    json!({
        "modificationEvent": "StateChange",
        "modifiedAt": format!("2026-03-02T{time}:00Z"),
        "modifiedBy": "someone@brightwater.example",
        "comments": comment,
    })
}

/// An alert's history as Azure answers it.
pub(crate) fn history(changes: &[Value]) -> Value {
    json!({"id": ALERT, "properties": {"alertId": "000000e1", "modifications": changes}})
}

/// Runs a call against a script, and answers what the operator was told too.
pub(crate) fn play<T>(
    settings: &Settings,
    steps: impl IntoIterator<Item = Step>,
    call: impl FnOnce(&Client<'_, Scripted>) -> T,
) -> (T, Vec<String>) {
    let host = Scripted::new(steps);
    let result = call(&Client { host: &host, settings });
    (result, host.warnings())
}
