//! Bodies as large as Azure sends them: all decode, their lists end where no person reads on, and what was left out is counted.
//!
//! Nothing here measures time. Reading that takes the square of a body's length would show in how long these tests take.

mod support;

use serde_json::{Map, Value, json};
use signalbox_sdk::types::Alert;
use support::{changed, fact, label};

/// Facts, labels, links and resources of an alert end here.
const MOST: usize = 1_000;

fn target(number: usize) -> String {
    format!("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-quay-{number:05}")
}

fn pairs(count: usize) -> Value {
    (0..count).map(|number| (format!("name{number:05}"), json!("v"))).collect::<Map<_, _>>().into()
}

fn count_of(alert: &Alert, prefix: &str) -> usize {
    alert.labels.iter().filter(|(name, _)| name.starts_with(prefix)).count()
}

/// An alert on these, with nothing else that names a resource.
fn on(targets: &[String]) -> Alert {
    changed(
        "common-metric-static-fired",
        &[("/data/essentials/alertTargetIDs", json!(targets)), ("/data/essentials/configurationItems", json!([]))],
    )
}

#[test]
fn a_thousand_targets() {
    let targets: Vec<String> = (0..MOST).map(target).collect();
    let shouted: Vec<String> = targets.iter().map(|id| id.to_uppercase()).collect();
    let found = on(&targets);
    assert_eq!(found.resources.len(), MOST);
    assert!(found.title.ends_with("on vm-quay-00000 and 999 more"), "{}", found.title);
    assert_eq!(fact(&found, "left out", "Resources"), "");
    assert_eq!(found.correlation_key, on(&[targets.as_slice(), &shouted].concat()).correlation_key);
    assert_eq!(on(&[targets.as_slice(), &shouted].concat()).resources, found.resources);
}

#[test]
fn more_targets_than_a_person_reads() {
    let targets: Vec<String> = (0..3_000).map(target).collect();
    let found = on(&targets);
    assert_eq!(found.resources.len(), MOST);
    assert_eq!(found.resources[MOST - 1].name, "vm-quay-00999");
    assert!(found.title.ends_with("on vm-quay-00000 and 2999 more"), "{}", found.title);
    assert_eq!(fact(&found, "left out", "Resources"), "2000 more in the payload");
}

#[test]
fn thousands_of_affected_configuration_items() {
    let items: Vec<String> = (0..4_000).map(|number| format!("srv-pier-{number:05}")).collect();
    let name = "common-log-classic-number-of-results";
    let found = changed(name, &[("/data/alertContext/AffectedConfigurationItems", json!(items))]);
    assert_eq!(found.resources.len(), MOST);
    assert!(found.resources.iter().zip(&items).all(|(resource, item)| resource.configuration_item == *item));
    assert!(found.title.ends_with("on srv-pier-00000 and 3999 more"), "{}", found.title);
    // The workspace is the one after them.
    assert_eq!(fact(&found, "left out", "Resources"), "3001 more in the payload");
}

#[test]
fn targets_and_items_that_name_each_other() {
    let targets: Vec<String> = (0..1_000).map(target).collect();
    let items: Vec<String> = (0..2_000).rev().map(|number| format!("VM-QUAY-{number:05}")).collect();
    let found = changed(
        "common-metric-static-fired",
        &[("/data/essentials/alertTargetIDs", json!(targets)), ("/data/essentials/configurationItems", json!(items))],
    );
    assert_eq!(found.resources.len(), MOST);
    assert_eq!(found.resources[0].configuration_item, "VM-QUAY-01999");
    assert_eq!(fact(&found, "left out", "Resources"), "1000 more in the payload");
}

#[test]
fn thousands_of_custom_properties() {
    let found = changed("common-metric-static-fired", &[("/data/customProperties", pairs(12_000))]);
    let before = changed("common-metric-static-fired", &[("/data/customProperties", json!(null))]);
    assert_eq!((found.facts.len(), found.labels.len()), (MOST, MOST));
    assert_eq!(count_of(&found, "custom."), MOST - before.labels.len());
    assert_eq!(label(&found, "custom.name00000"), "v");
    assert_eq!(label(&found, "kind"), "metric-static");
    let shown = MOST - 1 - before.facts.len();
    assert_eq!(fact(&found, "left out", "Facts"), format!("{} more in the payload", 12_000 - shown));
    assert_eq!(found.facts[MOST - 1].group, "left out");
}

#[test]
fn thousands_of_prometheus_labels() {
    let found = changed("common-prometheus-fired", &[("/data/alertContext/labels", pairs(12_000))]);
    let other = changed("common-prometheus-fired", &[("/data/alertContext/labels", pairs(11_999))]);
    assert_eq!((found.facts.len(), found.labels.len()), (MOST, MOST));
    assert_eq!((label(&found, "kind"), label(&found, "dimension.name00000")), ("prometheus", "v"));
    assert!(fact(&found, "left out", "Facts").ends_with("more in the payload"));
    assert_ne!(found.correlation_key, other.correlation_key);
}

#[test]
fn thousands_of_properties_of_an_event() {
    let found = changed("common-activity-administrative", &[("/data/alertContext/properties", pairs(12_000))]);
    let before = changed("common-activity-administrative", &[("/data/alertContext/properties", json!(null))]);
    assert_eq!(found.facts.len(), MOST);
    let shown = MOST - 1 - before.facts.len();
    let left_out = fact(&found, "left out", "Facts");
    assert!(left_out.starts_with(&(12_000 - shown).to_string()), "{left_out}");
    assert_eq!(found.labels, before.labels);
}

#[test]
fn thousands_of_criteria_over_one_series() {
    let criterion = json!({"metricName": "m", "dimensions": [{"name": "Computer", "value": "srv-pier-04"}]});
    let all: Vec<Value> = std::iter::repeat_n(criterion, 2_500).collect();
    let found = changed("common-log-search-fired", &[("/data/alertContext/condition/allOf", json!(all))]);
    assert_eq!(found.facts.len(), MOST);
    let once = found.facts.iter().filter(|fact| fact.group == "dimensions").count();
    assert!(once <= 1, "{once}");
    assert_eq!(found.resources.iter().filter(|resource| resource.name == "srv-pier-04").count(), 1);
}

#[test]
fn thousands_of_links() {
    let rows: Vec<Value> = (0..5_000)
        .map(|number| json!({"Link": format!("<a href=\"https://a.example/{}\">x</a>", number % 4_000)}))
        .collect();
    let found = changed(
        "common-smart-detector",
        &[("/data/alertContext", json!({"SmartDetectorId": "d", "LinksTable": rows}))],
    );
    assert_eq!(found.links.len(), MOST);
    assert!(fact(&found, "left out", "Links").ends_with("more in the payload"));
}

#[test]
fn markup_without_end() {
    const LENGTH: usize = 240_000;
    for (piece, expected) in [
        ("<", LENGTH),
        ("<b", LENGTH),
        ("</", LENGTH),
        ("&", LENGTH),
        ("&#", LENGTH),
        ("<script>", 0),
        ("<script></script>x", LENGTH / 18),
        ("<style></a></style>x", LENGTH / 20),
        ("<a href=x>", 0),
    ] {
        let markup = piece.repeat(LENGTH / piece.len());
        let name = "common-service-health-active";
        let found = changed(name, &[("/data/alertContext/properties/communication", json!(markup))]);
        let rule_says = if expected == 0 { "Outages that touch us".len() } else { expected };
        assert_eq!(found.description.len(), rule_says, "{piece}");
    }
}
