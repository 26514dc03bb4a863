//! Bodies that tools have bent: nulls, numbers as texts, other spellings, JSON in strings. Every single change to every fixture
//! either decodes to a whole alert or is refused in words; none panics.

mod support;

use azure_webhook::Settings;
use serde_json::{Value, json};
use signalbox_sdk::source::DecodeError;
use signalbox_sdk::types::Alert;
use support::{RECEIVED_AT, alert, as_text, body, bytes, fixture, fixtures, label, settings, try_bytes};

/// What may not go missing: without the condition an alert says nothing, without a rule's or budget's name neither do these.
const INDISPENSABLE: &[(&str, &str)] = &[
    ("alerts-management", "/properties"),
    ("alerts-management", "/properties/essentials"),
    ("alerts-management", "/properties/essentials/monitorCondition"),
    ("common", "/data"),
    ("common", "/data/essentials"),
    ("common", "/data/essentials/monitorCondition"),
    ("custom-known-names", "/alertname"),
    ("custom-own-names", "/monitor"),
    ("custom-own-names", "/monitor/rule"),
    ("older-activity", "/data"),
    ("older-activity", "/data/context"),
    ("older-activity", "/data/context/activityLog"),
    ("older-budget", "/data"),
    ("older-budget", "/data/BudgetName"),
    ("older-log", "/AlertRuleName"),
    ("older-log-application-insights", "/schemaId"),
    ("older-log-application-insights", "/data"),
    ("older-log-application-insights", "/data/AlertRuleName"),
    ("older-metric", "/data"),
    ("older-metric", "/data/status"),
    ("older-metric", "/data/context"),
    ("older-metric-classic", "/status"),
    ("older-metric-classic", "/context"),
    ("older-metric-classic", "/context/condition"),
    ("older-resource-health", "/data"),
    ("older-resource-health", "/data/context"),
    ("older-resource-health", "/data/context/activityLog"),
    ("older-service-health", "/data"),
    ("older-service-health", "/data/context"),
    ("older-service-health", "/data/context/activityLog"),
];

/// Pointers to every value in a body.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut step = |name: &str, member: &Value| {
        let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        pointers(member, &pointer, found);
        found.push(pointer);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| step(name, member)),
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, member)| step(&index.to_string(), member))
        }
        _ => {}
    }
}

fn assert_whole(alert: &Alert, context: &str) {
    for (name, value) in [
        ("id", &alert.id),
        ("correlation key", &alert.correlation_key),
        ("signal", &alert.signal),
        ("rule", &alert.rule),
        ("title", &alert.title),
        ("summary", &alert.summary),
    ] {
        assert!(!value.is_empty(), "{context}: {name} is empty");
    }
    let times = [&alert.observed_at, &alert.fired_at].into_iter().chain(&alert.resolved_at);
    times.for_each(|time| assert!(time.len() >= 20 && time.ends_with('Z'), "{context}: {time}"));
    assert!(alert.correlation_key.chars().count() < 200, "{context}: {}", alert.correlation_key);
    assert!(alert.resources.iter().all(|resource| !resource.id.is_empty() && !resource.name.is_empty()), "{context}");
    assert!(alert.links.iter().all(|link| link.url.starts_with("https://")), "{context}: {:?}", alert.links);
    assert!(alert.facts.iter().all(|fact| !fact.value.is_empty()), "{context}");
    let names: Vec<&String> = alert.labels.iter().map(|(name, _)| name).collect();
    assert!(names.iter().all(|name| **name == name.to_lowercase()), "{context}: {names:?}");
    assert!(names.is_sorted_by(|one, other| one < other), "{context}: {names:?}");
}

#[test]
fn every_fixture_is_whole() {
    fixtures().iter().for_each(|name| assert_whole(&fixture(name), name));
}

#[test]
fn any_value_may_be_null_but_what_is_indispensable() {
    for name in fixtures() {
        let whole = body(&name);
        let mut all = Vec::new();
        pointers(&whole, "", &mut all);
        for pointer in all {
            let mut bent = whole.clone();
            *bent.pointer_mut(&pointer).unwrap() = Value::Null;
            let context = format!("{name} without {pointer}");
            let indispensable = INDISPENSABLE.iter().any(|(prefix, at)| name.starts_with(prefix) && *at == pointer);
            match try_bytes(bent.to_string().as_bytes(), &settings(&name)) {
                Ok(alert) => assert_whole(&alert, &context),
                Err(error) => assert!(indispensable, "{context}: {error:?}"),
            }
        }
    }
}

#[test]
fn any_value_may_be_of_another_type() {
    let strangers = [json!(-1.5e300), json!("\u{0}<b>\u{202e} ☃"), json!([[null], true]), json!({"a": {}})];
    for name in fixtures() {
        let whole = body(&name);
        let mut all = Vec::new();
        pointers(&whole, "", &mut all);
        for pointer in all {
            for stranger in &strangers {
                let mut bent = whole.clone();
                *bent.pointer_mut(&pointer).unwrap() = stranger.clone();
                let context = format!("{name} with {pointer} = {stranger}");
                match try_bytes(bent.to_string().as_bytes(), &settings(&name)) {
                    Ok(alert) => assert_whole(&alert, &context),
                    Err(DecodeError::Malformed(fault)) => assert!(fault.message.starts_with("expected "), "{context}"),
                    Err(DecodeError::Unsupported(message)) => assert!(message.contains("schemaId"), "{context}"),
                }
            }
        }
    }
}

/// Rewrites every scalar of a body.
fn rewrite(value: &mut Value, change: &dyn Fn(&mut Value)) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|member| rewrite(member, change)),
        Value::Array(elements) => elements.iter_mut().for_each(|element| rewrite(element, change)),
        scalar => change(scalar),
    }
}

#[test]
fn numbers_may_be_texts_and_texts_numbers() {
    for name in fixtures() {
        let mut bent = body(&name);
        rewrite(&mut bent, &|value| match value {
            Value::Number(number) => *value = json!(number.to_string().trim_end_matches(".0")),
            Value::String(text) => {
                if let Some(number) = text.parse::<i64>().ok().filter(|number| number.to_string() == *text) {
                    *value = json!(number);
                }
            }
            _ => {}
        });
        let (bent, straight) = (try_bytes(bent.to_string().as_bytes(), &settings(&name)).unwrap(), fixture(&name));
        assert_eq!(without_id(&bent), without_id(&straight), "{name}");
    }
}

#[test]
fn names_may_be_of_any_case() {
    fn shout(value: &Value, keep: &[&str]) -> Value {
        match value {
            Value::Object(members) => members
                .iter()
                .map(|(name, member)| {
                    let kept = keep.contains(&name.as_str());
                    (
                        if kept { name.clone() } else { name.to_uppercase() },
                        if kept { member.clone() } else { shout(member, keep) },
                    )
                })
                .collect::<serde_json::Map<_, _>>()
                .into(),
            Value::Array(elements) => elements.iter().map(|element| shout(element, keep)).collect(),
            scalar => scalar.clone(),
        }
    }
    // Names that are the author's own, or that become headings, do show.
    let names = fixtures()
        .into_iter()
        .filter(|name| !matches!(name.as_str(), "custom-own-names" | "common-unknown-service" | "common-backup"));
    for name in names {
        let own: &[&str] = &["labels", "annotations", "customProperties", "properties"];
        let loud = shout(&body(&name), if name.starts_with("alerts-management") { &own[..3] } else { own });
        assert_eq!(without_id(&alert(&loud)), without_id(&fixture(&name)), "{name}");
    }
}

#[test]
fn containers_may_be_json_in_strings() {
    for (name, pointer) in [
        ("common-metric-static-fired", "/data/essentials"),
        ("common-metric-static-fired", "/data/alertContext"),
        ("common-metric-static-fired", "/data/alertContext/condition"),
        ("common-metric-static-fired", "/data/alertContext/condition/allOf"),
        ("common-metric-static-fired", "/data/customProperties"),
        ("common-metric-static-fired", "/data/essentials/alertTargetIDs"),
        ("common-metric-dynamic-fired", "/data/alertContext/condition/allOf/0/dimensions"),
        ("common-prometheus-fired", "/data/alertContext/labels"),
        ("common-service-health-active", "/data/alertContext/properties"),
        ("common-budget-actual", "/data/alertContext/AlertData"),
        ("older-service-health-active", "/data/context/activityLog"),
    ] {
        let mut bent = body(name);
        let place = bent.pointer_mut(pointer).unwrap();
        *place = json!(place.to_string());
        assert_eq!(as_text(&alert(&bent)), as_text(&alert(&body(name))), "{name}: {pointer}");
    }
}

#[test]
fn a_lone_value_is_a_list_of_one() {
    let name = "common-metric-static-fired";
    let mut bent = body(name);
    for pointer in
        ["/data/essentials/alertTargetIDs", "/data/essentials/configurationItems", "/data/alertContext/condition/allOf"]
    {
        let place = bent.pointer_mut(pointer).unwrap();
        *place = place[0].clone();
    }
    assert_eq!(as_text(&alert(&bent)), as_text(&alert(&body(name))));
}

#[test]
fn byte_order_mark_and_white_space_do_not_matter() {
    for name in fixtures() {
        let marked = [b"\xef\xbb\xbf \n", bytes(&name).as_slice()].concat();
        let marked = try_bytes(&marked, &settings(&name)).unwrap();
        assert_eq!(without_id(&marked), without_id(&fixture(&name)), "{name}");
    }
}

#[test]
fn what_is_inside_data_is_taken_without_its_wrapping() {
    let name = "common-metric-static-fired";
    assert_eq!(as_text(&alert(&body(name)["data"])), as_text(&fixture(name)));
    let mut unnamed = body(name);
    unnamed.as_object_mut().unwrap().remove("schemaId");
    assert_eq!(as_text(&alert(&unnamed)), as_text(&fixture(name)));
}

#[test]
fn older_schemas_are_known_by_their_shape_where_a_relay_drops_the_schema_id() {
    let names = ["older-metric-activated", "older-metric-deactivated", "older-budget", "older-activity-administrative"];
    for name in names {
        let mut unnamed = body(name);
        unnamed.as_object_mut().unwrap().remove("schemaId");
        assert_eq!(without_id(&alert(&unnamed)), without_id(&fixture(name)), "{name}");
    }
}

#[test]
fn shapes_of_older_schemas_take_nothing_from_others() {
    let older = [body("older-metric-activated"), body("older-budget")];
    for older in older {
        let own = json!({"alertname": "own", "monitor": {"rule": "mine"}, "data": older["data"]});
        assert_eq!(label(&alert(&own), "kind"), "custom");
        let named = try_bytes(own.to_string().as_bytes(), &settings("custom-own-names")).unwrap();
        assert_eq!((named.rule.as_str(), label(&named, "kind")), ("mine", "custom"));
        let mut common = body("common-metric-static-fired");
        let members = older["data"].as_object().unwrap().clone();
        common["data"].as_object_mut().unwrap().extend(members);
        common.as_object_mut().unwrap().remove("schemaId");
        assert_eq!(alert(&common).correlation_key, fixture("common-metric-static-fired").correlation_key);
    }
    for data in [
        json!({"BudgetName": "b"}),
        json!({"context": {"name": "n"}}),
        json!({"status": "active", "context": {"name": "n", "condition": "sunny"}}),
    ] {
        let foreign = json!({"data": data});
        assert_eq!(support::malformed(foreign.to_string().as_bytes()).0, "/schemaId", "{foreign}");
    }
}

#[test]
fn a_body_without_id_is_known_by_its_digest_and_one_without_time_by_its_receipt() {
    let found = fixture("older-budget");
    assert_eq!(found.id.len(), 64);
    assert!(found.id.chars().all(|c| c.is_ascii_hexdigit()));
    assert_eq!((found.observed_at.as_str(), found.fired_at.as_str()), (RECEIVED_AT, RECEIVED_AT));
    assert_eq!(found.resolved_at, None);
}

#[test]
fn essentials_alone_make_an_alert() {
    let essentials = json!({"alertId": "a-1", "alertRule": "bare", "monitorCondition": "Fired"});
    let found = alert(&json!({"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": essentials}}));
    assert_eq!((found.rule.as_str(), found.title.as_str(), found.summary.as_str()), ("bare", "bare", "bare"));
    assert_whole(&found, "bare");
}

#[test]
fn links_and_ids_of_strangers_do_no_harm() {
    let name = "common-metric-multi-resource-fired";
    for (address, taken) in [
        ("https://portal.azure.com/#view/x", true),
        ("http://portal.azure.com/#view/x", false),
        ("javascript:alert(1)", false),
        ("https://user:secret@evil.example/", false),
        ("//evil.example/", false),
    ] {
        let found = support::changed(name, &[("/data/essentials/investigationLink", json!(address))]);
        assert_eq!(found.links.iter().any(|link| link.title == "Investigation"), taken, "{address}");
    }
    let found = support::changed(
        name,
        &[("/data/essentials/alertTargetIDs", json!(["/subscriptions/s/resourceGroups/a b\"><script>"]))],
    );
    assert!(found.links.iter().all(|link| !link.url.contains(['"', '<', '>', ' '])), "{:?}", found.links);
}

#[test]
fn settings_need_not_be_there() {
    assert!(try_bytes(&bytes("common-metric-static-fired"), &Settings::parse("").unwrap()).is_ok());
}

/// An alert as text without what is made of the body's bytes.
fn without_id(alert: &Alert) -> String {
    let mut alert = alert.clone();
    if alert.id.len() == 64 {
        alert.id = "digest".to_owned();
    }
    as_text(&alert)
}
