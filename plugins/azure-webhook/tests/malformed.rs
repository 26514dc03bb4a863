//! What is refused, where, and in which words.

mod support;

use azure_webhook::Settings;
use serde_json::{Value, json};
use signalbox_sdk::source::DecodeError;
use support::{changed_body, malformed, try_bytes};

#[test]
fn what_is_no_json_object_is_refused_at_its_byte() {
    for (body, at, message) in [
        (&b""[..], "0", "expected a JSON object, found an empty body"),
        (b" \n", "0", "expected a JSON object, found an empty body"),
        (b"hello", "0", "expected JSON: expected value at line 1 column 1"),
        (b"{\"schemaId\": ", "12", "expected JSON: EOF while parsing a value at line 1 column 13"),
        (b"{\"a\":1}\n}", "8", "expected JSON: trailing characters at line 2 column 1"),
        (b"alert=1&rule=2", "0", "expected JSON: expected value at line 1 column 1"),
        (b"{\"a\": \"\xc3\x28\"}", "7", "expected UTF-8, found other bytes"),
        (b"[]", "", "expected a JSON object with one alert, found an array"),
        (b"\"text\"", "", "expected a JSON object with one alert, found a text"),
        (b"17", "", "expected a JSON object with one alert, found a number"),
        (b"null", "", "expected a JSON object with one alert, found null"),
    ] {
        assert_eq!(malformed(body), (at.to_owned(), message.to_owned()), "{}", String::from_utf8_lossy(body));
    }
}

#[test]
fn json_that_nests_without_end_is_refused() {
    let body = "[".repeat(100_000);
    assert!(malformed(body.as_bytes()).1.contains("recursion limit exceeded"));
}

#[test]
fn what_a_schema_must_have_is_named_with_its_pointer() {
    const COMMON: &str = "azureMonitorCommonAlertSchema";
    let essentials = |essentials: Value| json!({"schemaId": COMMON, "data": {"essentials": essentials}});
    for (body, at, message) in [
        (json!({"schemaId": COMMON}), "/data", "expected an object, found nothing"),
        (json!({"schemaId": COMMON, "data": "gone"}), "/data", "expected an object, found `gone`"),
        (json!({"schemaId": COMMON, "data": {}}), "/data/essentials", "expected an object, found nothing"),
        (
            json!({"schemaId": COMMON, "data": {"essentials": [1]}}),
            "/data/essentials",
            "expected an object, found an array",
        ),
        (
            essentials(json!({"alertId": "a"})),
            "/data/essentials/monitorCondition",
            "expected `Fired` or `Resolved`, found nothing",
        ),
        (
            essentials(json!({"alertId": "a", "monitorCondition": "Suppressed"})),
            "/data/essentials/monitorCondition",
            "expected `Fired` or `Resolved`, found `Suppressed`",
        ),
        (
            essentials(json!({"alertId": "a", "monitorCondition": 1})),
            "/data/essentials/monitorCondition",
            "expected `Fired` or `Resolved`, found a number",
        ),
        (
            essentials(json!({"monitorCondition": "Fired", "alertTargetIDs": []})),
            "/data/essentials",
            "expected `alertId`, `alertRule` or `alertTargetIDs`, found none of them",
        ),
        (
            json!({"schemaId": COMMON, "data": {"essentials": {"alertId": "a", "monitorCondition": "Fired"}, "alertContext": 5}}),
            "/data/alertContext",
            "expected an object or null, found a number",
        ),
        (
            json!({"essentials": {"alertRule": "r"}}),
            "/essentials/monitorCondition",
            "expected `Fired` or `Resolved`, found nothing",
        ),
        (
            json!({"properties": {"essentials": {"alertRule": "r"}}}),
            "/properties/essentials/monitorCondition",
            "expected `Fired` or `Resolved`, found nothing",
        ),
        (
            json!({"schemaId": "AzureMonitorMetricAlert", "data": {}}),
            "/data/context",
            "expected an object, found nothing",
        ),
        (
            json!({"schemaId": "AzureMonitorMetricAlert", "data": {"context": {"name": "r"}}}),
            "/data/status",
            "expected `Activated` or `Deactivated`, found nothing",
        ),
        (
            json!({"schemaId": "AzureMonitorMetricAlert", "data": {"status": "Activated", "context": {}}}),
            "/data/context",
            "expected `name`, `id` or `resourceId`, found none of them",
        ),
        (
            json!({"schemaId": "Microsoft.Insights/activityLogs", "data": {"context": {}}}),
            "/data/context/activityLog",
            "expected an object, found nothing",
        ),
        (
            json!({"schemaId": "Microsoft.Insights/LogAlert", "data": {"SearchQuery": "x"}}),
            "/data/AlertRuleName",
            "expected the name of the rule, found nothing",
        ),
        (
            json!({"schemaId": "AIP Budget Notification", "data": {"Budget": "5"}}),
            "/data/BudgetName",
            "expected the name of the budget, found nothing",
        ),
    ] {
        assert_eq!(malformed(body.to_string().as_bytes()), (at.to_owned(), message.to_owned()), "{body}");
    }
}

#[test]
fn json_of_another_kind_is_told_what_is_taken() {
    let message = "expected `azureMonitorCommonAlertSchema` or one of the older schemas of Azure Monitor; JSON of your own is taken \
                   where the source's settings name its fields under `custom`, or where it has `alertname` or `AlertRuleName`";
    for body in
        [json!({}), json!({"hello": "world"}), json!({"schemaId": null, "data": {}}), json!({"alertContext": {}})]
    {
        assert_eq!(malformed(body.to_string().as_bytes()), ("/schemaId".to_owned(), message.to_owned()), "{body}");
    }
}

#[test]
fn a_schema_of_azure_that_is_not_taken_says_what_the_sender_can_change() {
    let body = json!({"schemaId": "Microsoft.Insights/somethingNew", "data": {}}).to_string();
    assert_eq!(
        try_bytes(body.as_bytes(), &Settings::default()),
        Err(DecodeError::Unsupported(
            "schemaId `Microsoft.Insights/somethingNew` is not taken: turn on the common alert schema for this action of the action \
             group, or name the body's fields in the source's settings under `custom`"
                .to_owned()
        ))
    );
}

#[test]
fn settings_that_point_nowhere_in_a_body_refuse_it_at_the_pointer() {
    let settings = Settings::parse(r#"{"custom": {"rule": "/monitor/rule"}}"#).unwrap();
    let refused = |body: Value| match try_bytes(body.to_string().as_bytes(), &settings) {
        Err(DecodeError::Malformed(fault)) => (fault.at, fault.message),
        other => panic!("expected malformed, got {other:?}"),
    };
    let words = "expected the name of the rule, as the setting `custom.rule` says, found";
    assert_eq!(refused(json!({"monitor": {}})), ("/monitor/rule".to_owned(), format!("{words} nothing")));
    assert_eq!(refused(json!({"monitor": {"rule": null}})), ("/monitor/rule".to_owned(), format!("{words} null")));
    assert_eq!(refused(json!({"monitor": {"rule": ["r"]}})), ("/monitor/rule".to_owned(), format!("{words} an array")));
}

#[test]
fn a_fault_far_inside_a_real_body_is_found() {
    let body = changed_body("common-metric-static-fired", &[("/data/essentials/monitorCondition", json!("Maybe"))]);
    assert_eq!(malformed(body.to_string().as_bytes()).0, "/data/essentials/monitorCondition");
}

#[test]
fn a_status_is_named_where_it_stands() {
    let body = |data: Value| json!({"schemaId": "AzureMonitorMetricAlert", "data": data}).to_string();
    for (data, at) in [
        (json!({"context": {"status": "Broken", "name": "n"}}), "/data/context/status"),
        (json!({"status": "Broken", "context": {"name": "n"}}), "/data/status"),
        (json!({"context": {"name": "n"}}), "/data/status"),
    ] {
        assert_eq!(malformed(body(data).as_bytes()).0, at);
    }
}
