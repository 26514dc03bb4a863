//! Every fixture, by a table of what a person would say of it, and whole as a snapshot.

mod support;

use support::{as_text, bytes, condition_name, fixture, fixtures, label, severity_name};

const SUBSCRIPTION: &str = "5c0b7e3a-91d4-4f7e-a1c2-6d2f0b8e4a10";
const FINANCE: &str = "e2a94d17-0c55-4b1b-9f3e-8a71c6d05b92";

/// Fixture, kind, signal, condition, severity, whether Azure resolves such alerts, names of the resources.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, bool, &'static [&'static str]);

#[rustfmt::skip]
const EXPECTED: &[Row] = &[
    ("alerts-management-failure-anomalies", "smart-detector", "smart-detector", "resolved", "informational", true, &["ai-booking-web"]),
    ("common-activity-administrative", "activity-administrative", "activity-log", "fired", "verbose", false, &["vm-booking-01"]),
    ("common-activity-autoscale", "activity-autoscale", "activity-log", "fired", "verbose", false, &["vmss-booking-web", "as-booking-web"]),
    ("common-activity-policy", "activity-policy", "activity-log", "fired", "verbose", false, &["stbookingmedia"]),
    ("common-activity-recommendation", "activity-recommendation", "activity-log", "fired", "verbose", false, &["vm-booking-01"]),
    ("common-activity-security", "activity-security", "activity-log", "fired", "verbose", false, &["vm-booking-01", "2518998877_sec-77aa"]),
    ("common-backup", "backup", "backup", "fired", "error", true, &["vm-booking-sql", "rsv-brightwater"]),
    ("common-budget-actual", "budget", "cost", "fired", "warning", false, &["Harbour-IT-2026", FINANCE]),
    ("common-budget-forecast", "budget", "cost", "fired", "warning", false, &["Harbour-IT-2026", FINANCE]),
    ("common-log-classic-application-insights", "log-classic", "log", "fired", "error", false, &["ai-booking-web"]),
    ("common-log-classic-metric-measurement", "log-classic", "log", "fired", "warning", false, &["srv-pier-04", "log-brightwater"]),
    ("common-log-classic-number-of-results", "log-classic", "log", "fired", "warning", false, &["srv-pier-08", "srv-pier-09", "log-brightwater"]),
    ("common-log-search-fired", "log-search", "log", "fired", "error", true, &["srv-pier-04", "log-brightwater"]),
    ("common-log-search-resolved", "log-search", "log", "resolved", "error", true, &["srv-pier-04", "log-brightwater"]),
    ("common-log-search-rows", "log-search", "log", "fired", "warning", true, &["ai-booking-web"]),
    ("common-log-simple", "log-simple", "log", "fired", "critical", true, &["srv-pier-07", "log-brightwater"]),
    ("common-metric-dynamic-fired", "metric-dynamic", "metric", "fired", "informational", true, &["stbookingmedia"]),
    ("common-metric-dynamic-resolved", "metric-dynamic", "metric", "resolved", "informational", true, &["stbookingmedia"]),
    ("common-metric-multi-resource-fired", "metric-multi-resource", "metric", "fired", "error", true, &["vm-checkout-02"]),
    ("common-metric-multi-resource-resolved", "metric-multi-resource", "metric", "resolved", "error", true, &["vm-checkout-02"]),
    ("common-metric-static-critical-resolved", "metric-static", "metric", "resolved", "critical", true, &["vm-booking-01"]),
    ("common-metric-static-fired", "metric-static", "metric", "fired", "warning", true, &["vm-booking-01"]),
    ("common-metric-static-fired-again", "metric-static", "metric", "fired", "warning", true, &["vm-booking-01"]),
    ("common-metric-static-refired-as-critical", "metric-static", "metric", "fired", "critical", true, &["vm-booking-01"]),
    ("common-metric-static-resolved", "metric-static", "metric", "resolved", "warning", true, &["vm-booking-01"]),
    ("common-metric-two-criteria-fired", "metric-static", "metric", "fired", "error", true, &["vm-booking-01"]),
    ("common-metric-web-test-fired", "metric-web-test", "metric", "fired", "error", true, &["ai-booking-web"]),
    ("common-metric-web-test-resolved", "metric-web-test", "metric", "resolved", "error", true, &["ai-booking-web"]),
    ("common-prometheus-fired", "prometheus", "metric", "fired", "warning", true, &["aks-booking", "amw-brightwater"]),
    ("common-prometheus-resolved", "prometheus", "metric", "resolved", "warning", true, &["aks-booking", "amw-brightwater"]),
    ("common-resource-health-available", "resource-health", "resource-health", "resolved", "verbose", true, &["vm-booking-01"]),
    ("common-resource-health-unavailable", "resource-health", "resource-health", "fired", "verbose", true, &["vm-booking-01"]),
    ("common-service-health-active", "service-health", "service-health", "fired", "verbose", true, &[SUBSCRIPTION]),
    ("common-service-health-advisory", "service-health", "service-health", "fired", "verbose", false, &[SUBSCRIPTION]),
    ("common-service-health-maintenance-complete", "service-health", "service-health", "resolved", "verbose", true, &[SUBSCRIPTION]),
    ("common-service-health-maintenance-planned", "service-health", "service-health", "fired", "verbose", true, &[SUBSCRIPTION]),
    ("common-service-health-rca", "service-health", "service-health", "resolved", "verbose", true, &[SUBSCRIPTION]),
    ("common-service-health-resolved", "service-health", "service-health", "resolved", "verbose", true, &[SUBSCRIPTION]),
    ("common-smart-detector", "smart-detector", "smart-detector", "fired", "informational", false, &["ai-booking-web"]),
    ("common-unknown-service", "other", "harbour-sensors-preview", "fired", "warning", true, &["iot-harbour"]),
    ("custom-known-names", "custom", "custom", "fired", "error", false, &["log-brightwater"]),
    ("custom-own-names", "custom", "custom", "fired", "critical", true, &["quay-4", "quay-5"]),
    ("older-activity-administrative", "activity-administrative", "activity-log", "fired", "informational", false, &["vm-booking-01"]),
    ("older-activity-administrative-2017", "activity-administrative", "activity-log", "fired", "warning", false, &["on-call"]),
    ("older-activity-policy", "activity-policy", "activity-log", "fired", "warning", false, &["stbookingmedia"]),
    ("older-activity-recommendation", "activity-recommendation", "activity-log", "fired", "informational", false, &["vm-booking-01"]),
    ("older-activity-security-2017", "activity-security", "activity-log", "fired", "warning", false, &["vm-gangway", "Sec-41bd-4c7e-9f00-aa11bb22cc33"]),
    ("older-budget", "budget", "cost", "fired", "warning", false, &[FINANCE]),
    ("older-log-application-insights", "log-classic", "log", "fired", "error", false, &["ai-booking-web"]),
    ("older-log-metric-measurement", "log-classic", "log", "fired", "warning", false, &["srv-pier-04", "log-brightwater"]),
    ("older-log-number-of-results", "log-classic", "log", "fired", "warning", false, &["srv-pier-08", "srv-pier-09"]),
    ("older-metric-activated", "metric-static", "metric", "fired", "warning", true, &["vm-booking-01"]),
    ("older-metric-classic", "metric-static", "metric", "fired", "warning", true, &["sb-booking"]),
    ("older-metric-deactivated", "metric-static", "metric", "resolved", "warning", true, &["vm-booking-01"]),
    ("older-resource-health-available", "resource-health", "resource-health", "resolved", "informational", true, &["vm-booking-01"]),
    ("older-resource-health-unavailable", "resource-health", "resource-health", "fired", "critical", true, &["vm-booking-01"]),
    ("older-service-health-active", "service-health", "service-health", "fired", "warning", true, &[SUBSCRIPTION]),
    ("older-service-health-resolved", "service-health", "service-health", "resolved", "warning", true, &[SUBSCRIPTION]),
];

#[test]
fn every_fixture_has_a_row() {
    let rows: Vec<&str> = EXPECTED.iter().map(|row| row.0).collect();
    assert_eq!(fixtures(), rows);
}

#[test]
fn every_fixture_is_what_its_row_says() {
    for (name, kind, signal, condition, severity, resolves, resources) in EXPECTED {
        let alert = fixture(name);
        let names: Vec<&str> = alert.resources.iter().map(|resource| resource.name.as_str()).collect();
        let found = (
            label(&alert, "kind"),
            alert.signal.as_str(),
            condition_name(alert.condition),
            severity_name(alert.severity),
            alert.resolves,
            names.as_slice(),
        );
        assert_eq!(found, (*kind, *signal, *condition, *severity, *resolves, *resources), "{name}");
    }
}

#[test]
fn every_fixture_decodes_to_its_snapshot() {
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        for name in fixtures() {
            insta::assert_snapshot!(name.clone(), as_text(&fixture(&name)));
        }
    });
}

#[test]
fn payload_is_the_body_as_sent() {
    for name in fixtures() {
        assert_eq!(fixture(&name).payload.as_bytes(), bytes(&name), "{name}");
    }
}
