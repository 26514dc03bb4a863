//! The metric family: static, dynamic, over several resources, of web tests, Prometheus, and the schemas before the common one.

mod support;

use serde_json::{Value, json};
use signalbox_sdk::types::{Condition, Severity};
use support::{changed, fact, fixture, label, link};

#[test]
fn a_fired_alert_says_what_was_measured_and_where() {
    let alert = fixture("common-metric-static-fired");
    assert_eq!(alert.summary, "average Percentage CPU 87.3 > 80 over 5 min");
    assert_eq!(alert.title, "booking-cpu-high on vm-booking-01");
    assert_eq!(alert.rule, "booking-cpu-high");
    assert_eq!(alert.severity, Severity::Warning);
    assert_eq!(alert.description, "CPU of a booking server stays above 80 %. Runbook: restart the worker pool.");
    assert_eq!(
        (alert.fired_at.as_str(), alert.observed_at.as_str()),
        ("2026-03-02T06:16:41.2071934Z", "2026-03-02T06:16:41.2071934Z")
    );
    assert_eq!(alert.resolved_at, None);
    assert_eq!(fact(&alert, "condition", "Measured value"), "87.3");
    assert_eq!(fact(&alert, "condition", "Threshold"), "80");
    assert_eq!(fact(&alert, "condition", "Window end"), "2026-03-02T06:15:04.118Z");
    assert_eq!(fact(&alert, "custom properties", "team"), "booking");
    assert_eq!(label(&alert, "custom.team"), "booking");

    let resource = &alert.resources[0];
    assert_eq!(resource.kind, "microsoft.compute/virtualmachines");
    assert_eq!(resource.configuration_item, "vm-booking-01");
    let scope: Vec<(&str, &str)> = resource.scope.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        scope,
        [("subscription", "5c0b7e3a-91d4-4f7e-a1c2-6d2f0b8e4a10"), ("resource-group", "rg-booking-prod")]
    );
    assert!(link(&alert, "Resource vm-booking-01").ends_with(&resource.id));
}

#[test]
fn a_resolved_alert_has_its_episode_and_how_long_it_took() {
    let (fired, resolved) = (fixture("common-metric-static-fired"), fixture("common-metric-static-resolved"));
    assert_eq!(resolved.condition, Condition::Resolved);
    assert_eq!(resolved.id, fired.id);
    assert_eq!(resolved.fired_at, fired.fired_at);
    assert_eq!(resolved.observed_at, "2026-03-02T06:31:12.8840017Z");
    assert_eq!(resolved.resolved_at.as_deref(), Some("2026-03-02T06:31:12.8840017Z"));
    assert_eq!(resolved.summary, "average Percentage CPU 41.25, no longer > 80 over 5 min");
    assert_eq!(fact(&resolved, "times", "Duration"), "14 min 31 s");
}

#[test]
fn a_changed_severity_is_a_new_episode_of_the_same_problem() {
    let (first, second) = (fixture("common-metric-static-fired"), fixture("common-metric-static-refired-as-critical"));
    assert_eq!(first.correlation_key, second.correlation_key);
    assert_ne!(first.id, second.id);
    assert_eq!(second.severity, Severity::Critical);
    assert!(second.fired_at > first.fired_at);
}

#[test]
fn a_resolved_alert_without_its_time_was_seen_when_it_was_received() {
    let alert = changed("common-metric-static-resolved", &[("/data/essentials/resolvedDateTime", Value::Null)]);
    assert_eq!(alert.observed_at, support::RECEIVED_AT);
    assert_eq!(alert.fired_at, "2026-03-02T06:16:41.2071934Z");
    assert_eq!(alert.resolved_at, None);
}

#[test]
fn several_criteria_make_one_sentence() {
    let alert = fixture("common-metric-two-criteria-fired");
    assert_eq!(
        alert.summary,
        "average Percentage CPU 91.04 > 80 and minimum Available Memory Bytes 311427072 <= 524288000 over 5 min"
    );
    assert_eq!(fact(&alert, "condition 1", "Measured value"), "91.04");
    assert_eq!(fact(&alert, "condition 2", "Measured value"), "311427072");
    assert_eq!(fact(&alert, "condition", "Window"), "5 min");
}

#[test]
fn a_sentence_leaves_out_what_is_not_there() {
    let criterion = "/data/alertContext/condition/allOf/0";
    for (member, value, summary) in [
        ("metricValue", Value::Null, "average Percentage CPU > 80 over 5 min"),
        ("threshold", Value::Null, "average Percentage CPU 87.3 over 5 min"),
        ("timeAggregation", json!("PT15M"), "Percentage CPU 87.3 > 80 over 5 min"),
        ("operator", json!("GreaterOrLessThan"), "average Percentage CPU 87.3 outside 80 over 5 min"),
        ("metricValue", json!("87.300000001"), "average Percentage CPU 87.3 > 80 over 5 min"),
    ] {
        let alert = changed("common-metric-static-fired", &[(&format!("{criterion}/{member}"), value)]);
        assert_eq!(alert.summary, summary, "{member}");
    }
}

#[test]
fn a_dynamic_threshold_says_so() {
    let alert = fixture("common-metric-dynamic-fired");
    assert_eq!(alert.summary, "total Egress 1740021 > 912384.5 (dynamic) over 15 min");
    assert_eq!(fact(&alert, "condition", "Sensitivity"), "Medium");
    assert_eq!(fact(&alert, "condition", "Failing periods"), "3 of 4");
    assert_eq!(fact(&alert, "dimensions", "ApiName"), "GetBlob");
    assert_eq!(label(&alert, "dimension.apiname"), "GetBlob");
    assert_eq!(fact(&alert, "custom properties", "tier"), "gold");
}

#[test]
fn a_rule_over_several_resources_names_the_one_that_fired() {
    let alert = fixture("common-metric-multi-resource-fired");
    assert_eq!(alert.summary, "average VmAvailabilityMetric 0 < 1 over 1 min");
    assert_eq!(alert.title, "vm-unavailable on vm-checkout-02");
    assert_eq!(fact(&alert, "condition", "Failing periods"), "");
    assert!(
        link(&alert, "Investigation")
            .starts_with("https://portal.azure.com/#view/Microsoft_Azure_Monitoring_Alerts/Issue.ReactView/")
    );
}

#[test]
fn two_targets_are_two_resources() {
    let other = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-booking-02";
    let mut targets =
        support::body("common-metric-static-fired").pointer("/data/essentials/alertTargetIDs").unwrap().clone();
    targets.as_array_mut().unwrap().push(json!(other));
    let alert = changed("common-metric-static-fired", &[("/data/essentials/alertTargetIDs", targets.clone())]);
    assert_eq!(alert.resources.len(), 2);
    assert_eq!(alert.title, "booking-cpu-high on vm-booking-01 and 1 more");
    targets.as_array_mut().unwrap().reverse();
    let turned = changed("common-metric-static-fired", &[("/data/essentials/alertTargetIDs", targets)]);
    assert_eq!(alert.correlation_key, turned.correlation_key);
}

#[test]
fn a_web_test_is_named() {
    let alert = fixture("common-metric-web-test-fired");
    assert_eq!(alert.summary, "web test home-page-ai-booking-web: sum of Failed Location 4 > 2 over 5 min");
    assert_eq!(fact(&alert, "condition", "Web test"), "home-page-ai-booking-web");
}

#[test]
fn prometheus_has_an_expression_and_labels() {
    let (fired, resolved) = (fixture("common-prometheus-fired"), fixture("common-prometheus-resolved"));
    assert_eq!(fired.summary, "kube_pod_status_ready{condition=\"false\"} > 0 (value 1) for 15 min");
    assert_eq!(resolved.summary, "no longer kube_pod_status_ready{condition=\"false\"} > 0 (value 0)");
    assert_eq!(label(&fired, "dimension.pod"), "payments-api-0");
    assert_eq!(link(&fired, "Runbook"), "https://runbooks.brightwater.example/pod-not-ready");
    assert_eq!(fired.resources[0].kind, "microsoft.containerservice/managedclusters");
}

#[test]
fn the_older_schema_says_the_same() {
    let (older, common) = (fixture("older-metric-activated"), fixture("common-metric-static-fired"));
    assert_eq!((&older.summary, &older.title, &older.fired_at), (&common.summary, &common.title, &common.fired_at));
    assert_eq!(older.severity, common.severity);
    let deactivated = fixture("older-metric-deactivated");
    assert_eq!(deactivated.condition, Condition::Resolved);
    assert_eq!(deactivated.fired_at, deactivated.observed_at);
    assert_eq!(deactivated.resolved_at.as_deref(), Some("2026-03-02T06:31:12.8840017Z"));
}

#[test]
fn a_classic_alert_has_one_criterion_and_parts_of_an_id() {
    let alert = fixture("older-metric-classic");
    assert_eq!(alert.summary, "average Queue Length 120 >= 100 over 5 min");
    let measured = alert.facts.iter().find(|fact| fact.name == "Measured value").unwrap();
    assert_eq!((measured.value.as_str(), measured.unit.as_str()), ("120", "Count"));
    assert_eq!(
        alert.resources[0].id,
        "/subscriptions/5c0b7e3a-91d4-4f7e-a1c2-6d2f0b8e4a10/resourceGroups/rg-booking-prod/providers/microsoft.servicebus/namespaces/sb-booking"
    );
}
