//! Whatever a sender writes, a ticket is made, and keeps to its limits.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod common;

use common::{apply, fields};
use field_map::sample::{fact, full_input, link};
use proptest::prelude::*;
use serde_json::Value as Json;
use signalbox_sdk::transform::{Action, Entry, Input, Member};
use signalbox_sdk::types::{Condition, Resource, Severity, WorkItemKind};

const SETTINGS: &str = "
    assignment = { by = 'labels.team', default = '{{ alert.labels.team }}' }
    service = '{{ alert.resources | map(attribute=\"name\") | join(\" \") }}'
    [fields]
    everything = '{{ alert }} {{ members }} {{ timeline }} {{ facts }}'
    dates = '{{ alert.fired_at | date(\"%d.%m.%Y\") }} {{ alert.fired_at | duration(now) }} {{ duration }}'
    build = 'See {{ alert.rule }}: {{ defaults.description }}'
    [limits]
    title = 30
    description = 900
    note = 200
    default = 300";

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "(?s).{0,60}",
        1 => "(?s).{0,3000}",
        1 => Just("2026-11-22T13:06:00Z".to_owned()),
        1 => Just("-009999-01-01T00:00:00Z".to_owned()),
        1 => Just("9999-12-30T22:00:00.999999999Z".to_owned()),
        1 => Just("{{ alert.rule }} {% raw %}".to_owned()),
        1 => Just(String::new()),
    ]
}

fn inputs() -> impl Strategy<Value = Input> {
    let word = || texts().boxed();
    let alert = (word(), word(), word(), word(), word(), word());
    let lists = (prop::collection::vec(word(), 0..40), prop::collection::vec(word(), 0..40));
    let cases = (0usize..5, 0usize..3, 0usize..5, any::<bool>(), any::<u32>(), any::<u32>());
    (alert, lists, cases).prop_map(|(alert, (names, values), (action, kind, severity, fired, firing, total))| {
        let mut input = full_input();
        let actions = [Action::Create, Action::Update, Action::Resolve, Action::Reopen, Action::Annotate];
        let kinds = [WorkItemKind::Event, WorkItemKind::Alert, WorkItemKind::Incident];
        let severities =
            [Severity::Critical, Severity::Error, Severity::Warning, Severity::Informational, Severity::Verbose];
        input.action = *actions.get(action).unwrap();
        input.kind = *kinds.get(kind).unwrap();
        input.alert.severity = *severities.get(severity).unwrap();
        input.alert.condition = if fired { Condition::Fired } else { Condition::Resolved };
        (input.firing, input.total) = (firing, total);
        (input.alert.rule, input.alert.title, input.alert.summary) = (alert.0, alert.1, alert.2);
        (input.alert.description, input.alert.fired_at, input.now) = (alert.3, alert.4, alert.5);
        let named =
            |name: &String| Resource { name: name.clone(), id: name.clone(), ..input.resource.clone().unwrap() };
        input.alert.resources = names.iter().map(named).collect();
        let member = input.members.first().cloned().unwrap();
        input.members = names.iter().map(|name| Member { title: name.clone(), ..member.clone() }).collect();
        input.resource = None;
        let pairs = || names.iter().zip(&values);
        input.alert.labels = pairs().map(|(name, value)| (name.clone(), value.clone())).collect();
        input.facts = pairs().map(|(name, value)| fact(value, name, value, name)).collect();
        input.alert.links = pairs().map(|(name, value)| link(name, value)).collect();
        let entry =
            |(name, value): (&String, &String)| Entry { at: name.clone(), event: value.clone(), text: name.clone() };
        input.timeline = pairs().map(entry).collect();
        input.alert.payload = values.concat();
        input
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_alert_becomes_content_within_its_limits(input in inputs()) {
        let content = apply(SETTINGS, input.clone()).unwrap_or_else(|error| panic!("{error:?}"));
        for (text, bound) in [
            (&content.title, 30),
            (&content.description, 900),
            (&content.note, 200),
            (&content.assignment, 300),
            (&content.service, 300),
            (&content.category, 300),
            (&content.configuration_item, 300),
        ] {
            let length = text.as_ref().map_or(1, |text| text.chars().count());
            prop_assert!((1..=bound).contains(&length), "{text:?}");
        }
        for (name, value) in fields(&content).as_object().unwrap() {
            prop_assert!(value.as_str().is_some_and(|text| text.chars().count() <= 300), "{name}");
        }
        let text = Json::from(vec![content.title.clone(), content.description.clone(), content.note.clone()]).to_string();
        prop_assert!(!text.contains("\\u00"), "controls reach the platform: {text}");
        prop_assert_eq!(content, apply(SETTINGS, input).unwrap());
    }
}
