//! What the operator's settings change, and what the plugin says of itself.

#![allow(clippy::unwrap_used)] // A test's way to fail.

mod support;

use azure_webhook::{AzureWebhook, Settings};
use serde_json::{Value, json};
use signalbox_sdk::source::description::Guest as _;
use signalbox_sdk::types::{Condition, Severity};
use support::{OWN_NAMES, body, bytes, fixture, label, link, try_bytes};

fn with(settings: &str, name: &str) -> signalbox_sdk::types::Alert {
    try_bytes(&bytes(name), &Settings::parse(settings).unwrap()).unwrap()
}

#[test]
fn severities_are_the_operators_by_kind() {
    let settings =
        r#"{"severity": {"activity-security": "critical", "budget": "informational", "metric-static": "error"}}"#;
    assert_eq!(with(settings, "common-activity-security").severity, Severity::Critical);
    assert_eq!(with(settings, "common-budget-actual").severity, Severity::Informational);
    assert_eq!(with(settings, "common-metric-static-fired").severity, Severity::Error);
    assert_eq!(
        with(settings, "common-metric-dynamic-fired").severity,
        Severity::Informational,
        "another kind keeps its own"
    );
}

#[test]
fn a_missing_severity_is_the_operators() {
    let settings = r#"{"missing_severity": "error"}"#;
    assert_eq!(with(settings, "older-activity-administrative-2017").severity, Severity::Error);
    assert_eq!(with(settings, "common-budget-actual").severity, Severity::Warning, "a budget's kind says more");
    assert_eq!(with("{}", "older-activity-administrative-2017").severity, Severity::Warning);
}

#[test]
fn links_lead_to_the_operators_portal() {
    let alert = with(r#"{"portal": "https://portal.azure.us/"}"#, "common-service-health-active");
    assert!(link(&alert, "Alert").starts_with("https://portal.azure.us/#blade/Microsoft_Azure_Monitoring/"));
    assert!(link(&alert, "Service health").starts_with("https://portal.azure.us/#blade/Microsoft_Azure_Health/"));
}

#[test]
fn json_of_the_operators_own_is_read_by_pointers() {
    let alert = fixture("custom-own-names");
    assert_eq!((alert.rule.as_str(), alert.id.as_str()), ("tide too low", "tide-7781"));
    assert_eq!(alert.summary, "Water at 0.8 m, needs 1.2 m");
    assert_eq!((alert.condition, alert.severity, alert.resolves), (Condition::Fired, Severity::Critical, true));
    assert_eq!((alert.observed_at.as_str(), alert.fired_at.as_str()), ("2026-03-02T22:30:00Z", "2026-03-02T22:00:00Z"));
    assert_eq!(alert.title, "tide too low on quay-4 and 1 more");
    assert_eq!(link(&alert, "Link"), "https://tides.brightwater.example/quay/4");
    assert_eq!(label(&alert, "gauge"), "7");
}

#[test]
fn json_of_the_operators_own_resolves_and_correlates() {
    let change = |pointer: &str, value: Value| {
        let mut body = body("custom-own-names");
        *body.pointer_mut(pointer).unwrap() = value;
        try_bytes(body.to_string().as_bytes(), &Settings::parse(OWN_NAMES).unwrap()).unwrap()
    };
    let fired = fixture("custom-own-names");
    let resolved = change("/monitor/state", json!("ok"));
    assert_eq!(resolved.condition, Condition::Resolved);
    assert_eq!(resolved.resolved_at.as_deref(), Some("2026-03-02T22:30:00Z"));
    assert_eq!(resolved.correlation_key, fired.correlation_key);
    assert_ne!(change("/series/gauge", json!(8)).correlation_key, fired.correlation_key);
    assert_ne!(change("/where", json!("quay-9")).correlation_key, fired.correlation_key);
    assert_eq!(change("/monitor/level", json!("P2")).severity, Severity::Error);
}

#[test]
fn schemas_of_azure_are_read_as_such_whatever_is_custom() {
    assert_eq!(with(OWN_NAMES, "common-metric-static-fired").summary, "average Percentage CPU 87.3 > 80 over 5 min");
}

#[test]
fn the_manifest_names_the_plugin_and_asks_for_nothing() {
    let manifest = AzureWebhook::describe();
    assert_eq!(manifest.name, "azure-webhook");
    assert_eq!(manifest.version, env!("CARGO_PKG_VERSION"));
    assert!(manifest.grants.is_empty());
    let schema: Value = serde_json::from_str(&manifest.settings_schema).unwrap();
    assert_eq!(schema["additionalProperties"], json!(false));
    assert!(described(&schema["properties"]));
}

/// Whether every property at every depth has a description.
fn described(properties: &Value) -> bool {
    properties.as_object().unwrap().values().all(|property| {
        property["description"].is_string() && (property["properties"].is_null() || described(&property["properties"]))
    })
}
