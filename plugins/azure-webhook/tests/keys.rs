//! Correlation keys: one problem's alerts meet, different problems stay apart.

mod support;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use support::{body, changed, fixture, fixtures};

/// Alerts of one problem, by fixtures.
const ONE_PROBLEM: &[&[&str]] = &[
    &[
        "common-metric-static-fired",
        "common-metric-static-refired-as-critical",
        "common-metric-static-resolved",
        "common-metric-static-critical-resolved",
        "common-metric-static-fired-again",
    ],
    &["common-metric-dynamic-fired", "common-metric-dynamic-resolved"],
    &["common-metric-multi-resource-fired", "common-metric-multi-resource-resolved"],
    &["common-metric-web-test-fired", "common-metric-web-test-resolved"],
    &["common-log-search-fired", "common-log-search-resolved"],
    &["common-log-classic-metric-measurement", "older-log-metric-measurement"],
    &["common-log-classic-application-insights", "older-log-application-insights"],
    &["common-prometheus-fired", "common-prometheus-resolved"],
    &[
        "common-service-health-active",
        "common-service-health-resolved",
        "common-service-health-rca",
        "older-service-health-active",
        "older-service-health-resolved",
    ],
    &["common-service-health-maintenance-planned", "common-service-health-maintenance-complete"],
    &["common-resource-health-unavailable", "common-resource-health-available"],
    &["older-resource-health-unavailable", "older-resource-health-available"],
    &["older-metric-activated", "older-metric-deactivated"],
];

#[test]
fn fixtures_of_one_problem_meet_and_all_others_stay_apart() {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in fixtures() {
        found.entry(fixture(&name).correlation_key).or_default().push(name);
    }
    let mut found: Vec<Vec<String>> = found.into_values().filter(|names| names.len() > 1).collect();
    found.sort();
    let mut expected: Vec<Vec<String>> = ONE_PROBLEM
        .iter()
        .map(|names| {
            let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            names.sort();
            names
        })
        .collect();
    expected.sort();
    assert_eq!(found, expected);
}

/// Fixture, what is changed in it, and whether it is still the same problem.
type Case = (&'static str, &'static str, &'static str, Value, bool);

#[test]
fn a_key_changes_with_the_problem_and_with_nothing_else() {
    const ESSENTIALS: &str = "/data/essentials";
    const CRITERION: &str = "/data/alertContext/condition/allOf/0";
    let upper =
        |name: &str, pointer: &str| json!(body(name).pointer(pointer).unwrap().as_str().unwrap().to_uppercase());
    let other_vm = json!(["/subscriptions/s/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm-other"]);
    #[rustfmt::skip]
    let cases: Vec<Case> = vec![
        ("common-metric-static-fired", ESSENTIALS, "severity", json!("Sev4"), true),
        ("common-metric-static-fired", ESSENTIALS, "alertId", json!("/subscriptions/s/providers/Microsoft.AlertsManagement/alerts/x"), true),
        ("common-metric-static-fired", ESSENTIALS, "originAlertId", json!(null), true),
        ("common-metric-static-fired", ESSENTIALS, "firedDateTime", json!("2026-05-01T00:00:00Z"), true),
        ("common-metric-static-fired", ESSENTIALS, "description", json!("rewritten"), true),
        ("common-metric-static-fired", ESSENTIALS, "configurationItems", json!([]), true),
        ("common-metric-static-fired", ESSENTIALS, "alertRule", json!("Booking-CPU-High"), true),
        ("common-metric-static-fired", ESSENTIALS, "alertRule", json!("another rule"), false),
        ("common-metric-static-fired", "/data/essentials/alertTargetIDs", "0", upper("common-metric-static-fired", "/data/essentials/alertTargetIDs/0"), true),
        ("common-metric-static-fired", ESSENTIALS, "alertTargetIDs", other_vm.clone(), false),
        ("common-metric-static-fired", CRITERION, "metricValue", json!("99"), true),
        ("common-metric-static-fired", CRITERION, "threshold", json!(85), true),
        ("common-metric-static-fired", CRITERION, "dimensions", json!(null), true),
        ("common-metric-static-fired", CRITERION, "dimensions", json!([{"name": "Disk", "value": "c"}]), false),
        ("common-metric-static-fired", CRITERION, "metricName", json!("Available Memory Bytes"), false),
        ("common-metric-dynamic-fired", ESSENTIALS, "alertRuleId", upper("common-metric-dynamic-fired", "/data/essentials/alertRuleId"), true),
        ("common-metric-dynamic-fired", ESSENTIALS, "alertRule", json!("a new display name"), true),
        ("common-metric-dynamic-fired", ESSENTIALS, "alertRuleId", json!("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Insights/metricAlerts/other"), false),
        ("common-metric-dynamic-fired", CRITERION, "dimensions", json!([{"name": "GeoType", "value": "Primary"}, {"name": "ApiName", "value": "GetBlob"}]), true),
        ("common-metric-dynamic-fired", CRITERION, "dimensions", json!({"apiname": "GetBlob", "geotype": "Primary"}), true),
        ("common-metric-dynamic-fired", CRITERION, "dimensions", json!([{"name": "ApiName", "value": "PutBlob"}, {"name": "GeoType", "value": "Primary"}]), false),
        ("common-log-search-fired", "/data/alertContext/condition/allOf/0/dimensions/0", "value", json!("srv-pier-99"), false),
        ("common-log-search-fired", CRITERION, "searchQuery", json!("Heartbeat | take 1"), true),
        ("common-log-search-fired", ESSENTIALS, "originAlertId", json!("another"), true),
        ("common-log-simple", ESSENTIALS, "configurationItems", json!(["srv-pier-11"]), false),
        ("common-log-simple", CRITERION, "event", json!(null), true),
        ("common-log-classic-metric-measurement", "/data/alertContext/Dimensions/0", "value", json!("srv-pier-99"), false),
        ("common-log-classic-number-of-results", "/data/alertContext", "ResultCount", json!("700"), true),
        ("common-log-classic-number-of-results", "/data/alertContext", "AffectedConfigurationItems", json!(["srv-pier-09"]), true),
        ("older-log-number-of-results", "", "WorkspaceId", json!("00000000-0000-0000-0000-000000000000"), false),
        ("older-log-number-of-results", "", "SubscriptionId", json!("00000000-0000-0000-0000-000000000000"), false),
        ("common-prometheus-fired", "/data/alertContext/labels", "pod", json!("payments-api-1"), false),
        ("common-prometheus-fired", "/data/alertContext", "expressionValue", json!(7), true),
        ("common-prometheus-fired", "/data/alertContext", "annotations", json!(null), true),
        ("common-activity-administrative", "/data/alertContext", "status", json!("Failed"), true),
        ("common-activity-administrative", "/data/alertContext", "caller", json!("someone@example.com"), true),
        ("common-activity-administrative", "/data/alertContext", "operationName", json!("Microsoft.Compute/virtualMachines/delete"), false),
        ("common-activity-administrative", ESSENTIALS, "alertTargetIDs", other_vm, false),
        ("common-activity-policy", "/data/alertContext/properties", "policies", json!("[{\"policyDefinitionId\": \"/providers/x/policyDefinitions/other\"}]"), false),
        ("common-activity-recommendation", "/data/alertContext/properties", "recommendationType", json!("another"), false),
        ("common-service-health-active", ESSENTIALS, "alertRule", json!("another rule"), true),
        ("common-service-health-active", "/data/alertContext/properties", "communicationId", json!("2"), true),
        ("common-service-health-active", "/data/alertContext/properties", "title", json!("Storage - West Europe - Mitigated"), true),
        ("common-service-health-active", "/data/alertContext/properties", "trackingId", json!("OTHER-1"), false),
        ("common-service-health-active", ESSENTIALS, "alertTargetIDs", json!(["/subscriptions/00000000-0000-0000-0000-000000000000"]), false),
        ("common-resource-health-unavailable", "/data/alertContext/properties", "cause", json!("UserInitiated"), true),
        ("common-budget-actual", "/data/alertContext/AlertData", "SpentAmount", json!("$19,000.00"), true),
        ("common-budget-actual", "/data/alertContext/AlertData", "NotificationThresholdAmount", json!(16000), true),
        ("common-budget-actual", "/data/alertContext/AlertData", "NotificationThresholdAmount", json!("$18,000.00"), false),
        ("common-budget-actual", "/data/alertContext/AlertData", "ThresholdType", json!("Forecasted"), false),
        ("common-budget-actual", "/data/alertContext/AlertData", "BudgetId", json!("/subscriptions/s/providers/Microsoft.Consumption/budgets/other"), false),
        ("common-backup", "/data/alertContext", "protectedItemId", json!("/subscriptions/s/resourceGroups/rg/providers/x/vaults/other"), false),
        ("common-smart-detector", "/data/alertContext", "DetectedValue", json!("3 sec"), true),
        ("common-unknown-service", "/data/alertContext", "message", json!("other words"), true),
        ("custom-known-names", "", "alertname", json!("another"), false),
    ];
    for (name, holder, member, value, same) in cases {
        let pointer = format!("{holder}/{member}");
        let key = changed(name, &[(&pointer, value.clone())]).correlation_key;
        assert_eq!(key == fixture(name).correlation_key, same, "{name}: {pointer} = {value}");
    }
}

#[test]
fn a_rule_id_is_the_same_in_both_spellings() {
    let mut body = body("common-metric-dynamic-fired");
    let essentials = body.pointer_mut("/data/essentials").unwrap().as_object_mut().unwrap();
    let id = essentials.remove("alertRuleId").unwrap();
    essentials.insert("alertRuleID".to_owned(), id);
    assert_eq!(support::alert(&body).correlation_key, fixture("common-metric-dynamic-fired").correlation_key);
}

#[test]
fn rows_stay_apart_where_the_item_names_nothing_but_the_target() {
    let name = "common-log-simple";
    let workspace = body(name).pointer("/data/essentials/alertTargetIDs/0").unwrap().as_str().unwrap().to_owned();
    for item in ["Log-Brightwater", &workspace.to_uppercase()] {
        let key = |event: Value| {
            let items = ("/data/essentials/configurationItems", json!([item]));
            changed(name, &[items, ("/data/alertContext/condition/allOf/0/event", event)]).correlation_key
        };
        let row = |computer: &str| json!([[{"name": "Computer", "value": computer}]]);
        assert_eq!(key(row("web-01")), key(row("WEB-01 ")), "{item}");
        assert_ne!(key(row("web-01")), key(row("web-02")), "{item}");
    }
}

#[test]
fn an_outage_is_one_however_its_subscriptions_are_listed() {
    let key = |subscriptions: &[&str]| {
        let targets = subscriptions.iter().map(|id| format!("/subscriptions/{id}")).collect::<Vec<_>>();
        changed("common-service-health-active", &[("/data/essentials/alertTargetIDs", json!(targets))]).correlation_key
    };
    assert_eq!(key(&["s1", "s2"]), key(&["S2", "S1"]));
    assert_ne!(key(&["s1", "s2"]), key(&["s1"]));
}

#[test]
fn protected_items_stay_apart_by_whatever_names_them() {
    let key = |context: Value| changed("common-backup", &[("/data/alertContext", context)]).correlation_key;
    for named in [|item: &str| json!({"affectedItems": [item]}), |item: &str| json!({"linkedResourceName": item})] {
        assert_eq!(key(named("vm1")), key(named("VM1")));
        assert_ne!(key(named("vm1")), key(named("vm2")));
    }
}

#[test]
fn a_body_without_rule_and_target_is_known_by_its_alert_id() {
    let bare = |id: &str, condition: &str| {
        let essentials = json!({"alertId": id, "monitorCondition": condition, "monitoringService": "SCOM"});
        support::alert(&json!({"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": essentials}}))
            .correlation_key
    };
    assert_eq!(bare("a1", "Fired"), bare("A1", "Resolved"));
    assert_ne!(bare("a1", "Fired"), bare("a2", "Fired"));
}

#[test]
fn a_subscription_alone_does_not_make_one_problem_of_many() {
    const ALERTS: &str = "/subscriptions/s1/providers/Microsoft.AlertsManagement/alerts";
    let bare = |id: &str, origin: Value, condition: &str, context: Value| {
        let essentials = json!({
            "alertId": format!("{ALERTS}/{id}"), "originAlertId": origin, "monitorCondition": condition, "alertRule": null,
            "alertTargetIDs": null, "monitoringService": "SCOM",
        });
        support::alert(&json!({
            "schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": essentials, "alertContext": context},
        }))
        .correlation_key
    };
    for context in [json!(null), json!({"dimensions": {"Disk": "c"}}), json!({"conditionType": "x", "condition": {}})] {
        let key = |id, origin, condition| bare(id, origin, condition, context.clone());
        assert_eq!(key("a1", json!(null), "Fired"), key("A1", json!(null), "Resolved"), "{context}");
        assert_eq!(key("a1", json!("o1"), "Fired"), key("a2", json!("o1"), "Fired"), "{context}");
        assert_ne!(key("a1", json!(null), "Fired"), key("a2", json!(null), "Fired"), "{context}");
        assert_ne!(key("a1", json!("o1"), "Fired"), key("a1", json!("o2"), "Fired"), "{context}");
    }
}

#[test]
fn budgets_without_name_and_id_are_known_by_scope_and_instance() {
    let nameless = |scope: &str, id: Value| {
        let name = "common-budget-actual";
        changed(
            name,
            &[
                ("/data/alertContext/AlertData/BudgetName", json!(null)),
                ("/data/alertContext/AlertData/BudgetId", json!(null)),
                ("/data/alertContext/AlertData/Scope", json!(scope)),
                ("/data/essentials/alertId", id),
            ],
        )
        .correlation_key
    };
    let (one, other) = ("/subscriptions/s1", "/subscriptions/s2/resourceGroups/rg");
    assert_eq!(nameless(one, json!("a1")), nameless("/Subscriptions/S1/", json!("A1")));
    for (first, second) in [
        (nameless(one, json!("a1")), nameless(other, json!("a1"))),
        (nameless(one, json!("a1")), nameless(one, json!("a2"))),
        (nameless(one, json!(null)), nameless(other, json!(null))),
    ] {
        assert_ne!(first, second);
        assert!(!first.contains(":budgets:"), "{first}");
    }
}

#[test]
fn keys_are_short() {
    for name in fixtures() {
        let key = fixture(&name).correlation_key;
        assert!(key.starts_with("azure:") && key.chars().count() < 200, "{key}");
    }
}
