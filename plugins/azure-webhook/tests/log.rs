//! The log family: log search, simple and classic alerts, in the common schema and before it.

mod support;

use azure_webhook::Settings;
use serde_json::{Value, json};
use signalbox_sdk::types::{Condition, Severity};
use support::{bytes, changed, fact, fixture, label, link, try_bytes};

fn names(alert: &signalbox_sdk::types::Alert) -> Vec<&str> {
    alert.resources.iter().map(|resource| resource.name.as_str()).collect()
}

#[test]
fn a_log_search_says_what_it_found_and_where_to_look() {
    let alert = fixture("common-log-search-fired");
    assert_eq!(alert.summary, "total Beats 0 < 1 over 10 min");
    assert_eq!(alert.title, "pier server silent on srv-pier-04");
    assert_eq!(fact(&alert, "query", "Query"), "Heartbeat\n| summarize Beats = count() by Computer");
    assert_eq!(fact(&alert, "query", "Target resource types"), "Microsoft.Compute/virtualMachines");
    assert_eq!(fact(&alert, "condition", "Failing periods"), "1 of 1");
    assert_eq!(fact(&alert, "dimensions", "Computer"), "srv-pier-04");
    assert!(link(&alert, "Filtered search results").ends_with("/q/filtered"));
    assert!(link(&alert, "Search results").ends_with("/q/all"));
    assert!(alert.links.iter().all(|link| !link.url.contains("api.loganalytics.io")));
}

#[test]
fn a_log_search_resolves() {
    let alert = fixture("common-log-search-resolved");
    assert_eq!(alert.condition, Condition::Resolved);
    assert_eq!(alert.summary, "total Beats 9, no longer < 1 over 10 min");
    assert_eq!(fact(&alert, "times", "Duration"), "30 min");
}

#[test]
fn a_count_without_column_counts_rows() {
    let alert = fixture("common-log-search-rows");
    assert_eq!(alert.summary, "count of rows 31 >= 25 over 1 h");
    assert_eq!(alert.resources[0].configuration_item, "ai-booking-web");
}

#[test]
fn the_item_that_a_query_found_goes_before_the_workspace() {
    let alert = fixture("common-log-search-fired");
    assert_eq!(names(&alert), ["srv-pier-04", "log-brightwater"]);
    let without_stores = Settings::parse(r#"{"list_data_stores": false}"#).unwrap();
    let alert = try_bytes(&bytes("common-log-search-fired"), &without_stores).unwrap();
    assert_eq!(names(&alert), ["srv-pier-04"]);
}

#[test]
fn a_dimension_that_holds_an_id_is_a_resource() {
    let id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/srv-pier-05";
    let alert = changed(
        "common-log-search-fired",
        &[
            ("/data/essentials/configurationItems", json!([id.to_lowercase()])),
            ("/data/alertContext/condition/allOf/0/dimensions", json!([{"name": "_ResourceId", "value": id}])),
        ],
    );
    assert_eq!(names(&alert), ["srv-pier-05", "log-brightwater"]);
    assert_eq!(alert.resources[0].configuration_item, "srv-pier-05");
}

#[test]
fn a_simple_alert_shows_its_row() {
    let alert = fixture("common-log-simple");
    assert_eq!(
        alert.summary,
        "TimeGenerated 2026-03-02T14:00:02.41Z, Computer srv-pier-07, SyslogMessage kernel panic - not syncing"
    );
    assert_eq!(fact(&alert, "event", "SyslogMessage"), "kernel panic - not syncing");
    assert_eq!(fact(&alert, "condition", "Threshold"), "");
    assert_eq!(alert.severity, Severity::Critical);
}

#[test]
fn a_classic_metric_measurement_shows_the_worst_value() {
    let alert = fixture("common-log-classic-metric-measurement");
    assert_eq!(alert.summary, "AggregatedValue 97.125 > 90 over 15 min");
    assert_eq!(fact(&alert, "condition", "Window start"), "2026-03-02T15:15:00Z");
    assert_eq!(
        fact(&alert, "search results", "Row 2"),
        "Computer: srv-pier-04, TimeGenerated: 2026-03-02T15:25:00Z, AggregatedValue: 97.125"
    );
    assert!(!alert.resolves);
    let falling =
        changed("common-log-classic-metric-measurement", &[("/data/alertContext/Operator", json!("Less Than"))]);
    assert_eq!(falling.summary, "AggregatedValue 91 < 90 over 15 min");
}

#[test]
fn a_classic_number_of_results_shows_the_number() {
    let alert = fixture("common-log-classic-number-of-results");
    assert_eq!(alert.summary, "number of results 12 > 5 over 15 min");
    assert_eq!(alert.title, "errors on the pier on srv-pier-08 and 1 more");
    assert_eq!(names(&alert), ["srv-pier-08", "srv-pier-09", "log-brightwater"]);
}

#[test]
fn a_classic_alert_may_lack_its_results() {
    let alert = fixture("common-log-classic-application-insights");
    assert_eq!(alert.summary, "AggregatedValue > 100 over 15 min");
    assert_eq!(fact(&alert, "query", "Application id"), "0c7e5d21-4f3a-4b90-9d5e-2a1b3c4d5e6f");
    assert!(alert.facts.iter().all(|fact| fact.group != "search results"));
}

#[test]
fn a_window_comes_from_minutes_seconds_or_its_ends() {
    let name = "older-log-number-of-results";
    for (seconds, summary) in [
        (json!(900), "number of results 12 > 5 over 15 min"),
        (json!("3600"), "number of results 12 > 5 over 1 h"),
        (Value::Null, "number of results 12 > 5 over 15 min"),
    ] {
        assert_eq!(changed(name, &[("/SearchIntervalInSeconds", seconds)]).summary, summary);
    }
}

#[test]
fn a_flat_body_has_no_id_and_is_seen_at_the_end_of_its_window() {
    let alert = fixture("older-log-number-of-results");
    assert_eq!(alert.id.len(), 64);
    assert_eq!(alert.observed_at, "2026-03-02T15:30:00Z");
    assert_eq!(alert.severity, Severity::Warning);
    assert_eq!(names(&alert), ["srv-pier-08", "srv-pier-09"]);
    assert_eq!(label(&alert, "subscription"), "5c0b7e3a-91d4-4f7e-a1c2-6d2f0b8e4a10");
}

#[test]
fn application_insights_before_the_common_schema() {
    let alert = fixture("older-log-application-insights");
    assert_eq!(alert.summary, "AggregatedValue 188 > 100 over 15 min");
    assert_eq!(alert.severity, Severity::Error);
    assert_eq!(label(&alert, "dimension.cloud_rolename"), "checkout-api");
}

#[test]
fn what_a_dimension_names_is_affected_once() {
    let alert = |dimension: &str, items: Value| {
        let dimensions = json!([{"name": dimension, "value": "srv-9.example"}]);
        changed(
            "common-log-search-fired",
            &[
                ("/data/essentials/configurationItems", items),
                ("/data/alertContext/condition/allOf/0/dimensions", dimensions),
            ],
        )
    };
    for dimension in ["Resource", "resourceid", "Computer"] {
        for items in [json!([]), json!(["SRV-9.example"])] {
            let resources = alert(dimension, items.clone()).resources;
            let named: Vec<_> = resources.iter().map(|each| each.configuration_item.to_lowercase()).collect();
            assert_eq!(
                named.iter().filter(|item| *item == "srv-9.example").count(),
                1,
                "{dimension} {items}: {named:?}"
            );
            assert_eq!(named[0], "srv-9.example", "{dimension} {items}");
        }
    }
}
