//! Service health and resource health: their ends arrive as Fired.

mod support;

use serde_json::{Value, json};
use signalbox_sdk::types::{Condition, Severity};
use support::{changed, fact, fixture, label, link};

#[test]
fn an_outage_opens_ends_and_stays_ended() {
    let life =
        ["common-service-health-active", "common-service-health-resolved", "common-service-health-rca"].map(fixture);
    assert_eq!(
        life.each_ref().map(|alert| alert.condition),
        [Condition::Fired, Condition::Resolved, Condition::Resolved]
    );
    assert!(
        life.windows(2).all(|pair| pair[0].observed_at < pair[1].observed_at && pair[0].fired_at < pair[1].fired_at)
    );
    assert!(life.windows(2).all(|pair| pair[0].correlation_key == pair[1].correlation_key));
    assert_eq!(life[1].resolved_at.as_deref(), Some("2026-03-02T18:55:00Z"));
    assert_eq!(life[2].resolved_at.as_deref(), Some("2026-03-02T18:55:00Z"));
}

#[test]
fn the_stage_decides_and_else_the_status() {
    let stage = "/data/alertContext/properties/stage";
    let status = "/data/alertContext/status";
    for (stage_word, status_word, condition) in [
        (json!("Active"), json!("Active"), Condition::Fired),
        (json!("Planned"), json!("Active"), Condition::Fired),
        (json!("InProgress"), json!("Active"), Condition::Fired),
        (json!("Rescheduled"), json!("Active"), Condition::Fired),
        (json!("Resolved"), json!("Active"), Condition::Resolved),
        (json!("Complete"), json!("Active"), Condition::Resolved),
        (json!("Canceled"), json!("Active"), Condition::Resolved),
        (json!("RCA"), json!("Active"), Condition::Resolved),
        (json!("resolved"), Value::Null, Condition::Resolved),
        (Value::Null, json!("Resolved"), Condition::Resolved),
        (json!("Active"), json!("Resolved"), Condition::Resolved),
        (Value::Null, Value::Null, Condition::Fired),
    ] {
        let alert =
            changed("common-service-health-active", &[(stage, stage_word.clone()), (status, status_word.clone())]);
        assert_eq!(alert.condition, condition, "stage {stage_word}, status {status_word}");
    }
}

#[test]
fn an_end_that_is_planned_for_later_is_not_when_it_ended() {
    let alert = fixture("common-service-health-maintenance-complete");
    assert_eq!(fact(&alert, "service health", "Impact end"), "2026-03-09T04:00:00Z");
    assert_eq!(alert.resolved_at.as_deref(), Some("2026-03-09T03:10:30Z"));
}

#[test]
fn advisories_are_never_over() {
    assert!(!fixture("common-service-health-advisory").resolves);
    assert!(fixture("common-service-health-active").resolves);
    assert!(fixture("common-service-health-maintenance-planned").resolves);
}

#[test]
fn markup_becomes_text_and_services_a_line() {
    let alert = fixture("common-service-health-active");
    assert_eq!(
        alert.description,
        "Impact: Customers may see timeouts.\n\n- Reads\n- Writes\n\nMore at our status page (https://status.brightwater.example/azure)."
    );
    assert_eq!(alert.title, "Storage - West Europe - Connectivity issues");
    assert_eq!(alert.summary, "Incident, Active, Storage in West Europe, tracking id QX7T-3B8");
    assert_eq!(fact(&alert, "service health", "Impacted services"), "Storage (West Europe, North Europe)");
    assert_eq!(fact(&alert, "rule", "Description"), "Outages that touch us");
    assert_eq!(label(&alert, "tracking-id"), "QX7T-3B8");
    assert_eq!(label(&alert, "stage"), "Active");
    assert!(link(&alert, "Service health").ends_with("/AzureHealthBrowseBlade/serviceIssues"));
}

#[test]
fn enums_may_be_numbers_and_lists_text() {
    let alert = fixture("common-service-health-maintenance-planned");
    assert_eq!(alert.signal, "service-health");
    assert_eq!(fact(&alert, "event", "Level"), "Warning");
    assert_eq!(fact(&alert, "service health", "Impacted services"), "Storage (West Europe, North Europe)");
    assert!(link(&alert, "Service health").ends_with("/AzureHealthBrowseBlade/plannedMaintenance"));
}

#[test]
fn a_test_is_told_where_it_can_be() {
    let synthetic = "/data/alertContext/properties/isSynthetic";
    for (value, test) in [(json!("True"), "true"), (json!(true), "true"), (json!("False"), ""), (Value::Null, "")] {
        assert_eq!(label(&changed("common-service-health-active", &[(synthetic, value)]), "test"), test);
    }
    let named = changed("common-metric-static-fired", &[("/data/essentials/alertRule", json!("test-metricAlertRule"))]);
    assert_eq!(label(&named, "test"), "likely");
    let sample = changed(
        "common-budget-actual",
        &[("/data/essentials/description", json!("Delivery Confirmation: This is a sample budget alert."))],
    );
    assert_eq!(label(&sample, "test"), "true");
}

#[test]
fn a_resource_goes_and_comes_back() {
    for schema in ["common", "older"] {
        let gone = fixture(&format!("{schema}-resource-health-unavailable"));
        let back = fixture(&format!("{schema}-resource-health-available"));
        assert_eq!((gone.condition, back.condition), (Condition::Fired, Condition::Resolved), "{schema}");
        assert_eq!(gone.correlation_key, back.correlation_key, "{schema}");
        assert!(gone.observed_at < back.observed_at, "{schema}");
        assert_eq!(gone.summary, "Unavailable, was Available: The host of this virtual machine failed", "{schema}");
        assert_eq!(label(&gone, "health"), "Unavailable", "{schema}");
    }
    assert_eq!(
        fixture("older-resource-health-unavailable").severity,
        Severity::Critical,
        "the event's level, for want of a rule's"
    );
}

#[test]
fn a_resource_is_back_by_any_sign() {
    let available = ("/data/alertContext/properties/currentHealthStatus", json!("Available"));
    let status = ("/data/alertContext/status", json!("Resolved"));
    let operation = ("/data/alertContext/operationName", json!("Microsoft.Resourcehealth/healthevent/Resolved/action"));
    for sign in [available, status, operation] {
        assert_eq!(changed("common-resource-health-unavailable", &[sign]).condition, Condition::Resolved);
    }
    let degraded = ("/data/alertContext/properties/currentHealthStatus", json!("Degraded"));
    assert_eq!(changed("common-resource-health-unavailable", &[degraded]).condition, Condition::Fired);
}
