//! What settings make of an alert.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod common;

use common::{apply, fields};
use field_map::sample::{self, full_input, input};
use serde_json::json;
use signalbox_sdk::transform::{Action, Input, MappingError};
use signalbox_sdk::types::{Condition, Severity, WorkItemKind};
use signalbox_sdk::work::Content;

const ACTIONS: [Action; 5] = [Action::Create, Action::Update, Action::Resolve, Action::Reopen, Action::Annotate];

fn mapped(settings: &str, input: Input) -> Content {
    apply(settings, input).unwrap_or_else(|error| panic!("{error:?}\n{settings}"))
}

fn title_of(settings: &str, input: Input) -> Option<String> {
    mapped(settings, input).title
}

fn on(action: Action) -> Input {
    Input { action, ..full_input() }
}

fn refusal(settings: &str, input: Input) -> (String, String) {
    match apply(settings, input) {
        Err(MappingError::Field(fault)) => (fault.field, fault.message),
        other => panic!("{other:?}"),
    }
}

/// The names of the fields that are sent, the platform's own with a dot in front.
fn sent(content: &Content) -> Vec<String> {
    let common = [
        ("title", content.title.is_some()),
        ("description", content.description.is_some()),
        ("severity", content.severity.is_some()),
        ("assignment", content.assignment.is_some()),
        ("caller", content.caller.is_some()),
        ("configuration_item", content.configuration_item.is_some()),
        ("service", content.service.is_some()),
        ("category", content.category.is_some()),
        ("note", content.note.is_some()),
    ];
    let common = common.into_iter().filter(|(_, sent)| *sent).map(|(name, _)| name.to_owned());
    let own = fields(content).as_object().unwrap().keys().map(|name| format!(".{name}")).collect::<Vec<_>>();
    common.chain(own).collect()
}

#[test]
fn without_settings_the_fields_that_every_platform_has_are_filled() {
    let content = mapped("", input());
    assert_eq!(content.title.as_deref(), Some("CPU above 80 % on web-7"));
    assert!(content.description.unwrap().starts_with("average Percentage CPU 87.3 > 80 over 5 min\n"));
    assert_eq!(content.severity, Some(Severity::Error));
    assert_eq!(content.assignment, None);
    assert_eq!(content.configuration_item.as_deref(), Some("web-7"));
    assert_eq!(content.category.as_deref(), Some("hardware"));
    assert_eq!((content.caller, content.service, content.note), (None, None, None));
    assert_eq!(content.fields, "{}");
}

#[test]
fn without_settings_people_keep_what_they_changed() {
    for (action, expected) in [
        (Action::Create, vec!["title", "description", "severity", "configuration_item", "category"]),
        (Action::Update, vec!["severity", "note"]),
        (Action::Resolve, vec!["note"]),
        (Action::Reopen, vec!["severity", "note"]),
        (Action::Annotate, vec!["note"]),
    ] {
        assert_eq!(sent(&mapped("", on(action))), expected, "{action:?}");
    }
}

#[test]
fn an_event_is_whole_on_every_action() {
    for action in ACTIONS {
        let settings = "caller = 'signalbox'\n[fields]\nnode = '{{ resource.name }}'";
        let content = mapped(settings, Input { kind: WorkItemKind::Event, ..on(action) });
        let mut expected = vec!["title", "description", "severity", "caller", "configuration_item", "category"];
        expected.extend((action != Action::Create).then_some("note"));
        expected.push(".node");
        assert_eq!(sent(&content), expected, "{action:?}");
    }
}

#[test]
fn constants_keep_their_type_in_the_platforms_own_fields() {
    let settings = "[fields]\ncontact_type = 'monitoring'\nimpact = 2\nweight = 1.5\nknown = true\nempty = ''";
    let expected = json!({"contact_type": "monitoring", "impact": 2, "weight": 1.5, "known": true, "empty": ""});
    assert_eq!(fields(&mapped(settings, input())), expected);
}

#[test]
fn templates_see_the_alert_and_its_context() {
    for (template, expected) in [
        ("{{ alert.rule }} on {{ alert.resource.name }}", "cpu-high on web-7"),
        ("{{ alert.labels.env }} {{ alert.labels['team'] }}", "prod web"),
        ("{{ alert.labels.missing.at.all }}-", "-"),
        ("{{ alert.labels.missing.startswith('x') }}", "False"),
        ("{{ alert.severity }}/{{ severity }}", "error/error"),
        ("{{ resource.scope.resource_group }}", "rg-web"),
        ("{{ context.group.rule }} by {{ context.route }}", "cpu-high by production"),
        ("{{ action }} {{ kind }} {{ now | date('%H:%M') }}", "create incident 13:06"),
        ("{{ alert.fired_at | date }}", "2026-11-22 13:06:00 UTC"),
        ("{{ alert.resolved_at | date }}-", "-"),
        (
            "{{ duration }}; {{ 7500 | duration }}; {{ alert.fired_at | duration(now) }}",
            "5 seconds; 2 hours 5 minutes; 5 seconds",
        ),
        ("{{ firing }} of {{ total }}", "1 of 1"),
        ("{{ alert.facts | map(attribute='name') | join(', ') }}", "Metric, Threshold, Measured, cpu"),
        (
            "{% for fact in facts %}{{ fact.name }} {{ fact.value }} {{ fact.unit }}{% endfor %}",
            "Available memory 512 MB",
        ),
        ("{{ timeline[0].event }} {{ related[0].why }}", "fired same resource group, 4 minutes earlier"),
        ("{{ members | length }} {{ members[0].resource.name }}", "1 web-7"),
        ("{{ ticket.number }} {{ ticket.state }} {{ ticket.fields.urgency }}", "INC0010023 open 2"),
        ("{{ previous.severity }}", "error"),
        ("{{ alert.payload.data.essentials.alertRule }}", "cpu-high"),
        ("{{ alert.summary | truncate_words(3) }}", "average Percentage CPU …"),
        ("{{ alert.summary | truncate(20) }}", "average Percentage …"),
        ("{{ alert.description | one_line }}", "Runbook: restart the worker pool. Ask the web team before 8:00."),
        ("{{ alert.rule.upper() }} {{ alert.rule.split('-')[1] }}", "CPU-HIGH high"),
        ("[{{ defaults.category }}] {{ defaults.title }}", "[hardware] CPU above 80 % on web-7"),
        ("<{{ alert.summary }}> & 'more'", "<average Percentage CPU 87.3 > 80 over 5 min> & 'more'"),
    ] {
        let settings = format!("title = {}", toml::Value::from(template));
        assert_eq!(title_of(&settings, full_input()).as_deref(), Some(expected), "{template}");
    }
}

#[test]
fn what_an_alert_lacks_is_an_empty_text() {
    let mut input = input();
    input.alert.resources.clear();
    let settings = "title = 'x{{ alert.resource.name }}{{ resource.scope.a }}{{ ticket.number }}{{ previous.title }}y'";
    assert_eq!(title_of(settings, input).as_deref(), Some("xy"));
}

#[test]
fn a_lookup_goes_by_any_value_in_any_case() {
    let by_label = "[fields.u_env]\nby = 'labels.env'\nPROD = 'Production'\ntest = 'Test'\ndefault = 'Other: {{ alert.labels.env }}'";
    for (label, expected) in [("prod", "Production"), ("Prod ", "Production"), ("TEST", "Test"), ("dev", "Other: dev")]
    {
        let mut input = input();
        input.alert.labels = vec![("env".to_owned(), label.to_owned())];
        assert_eq!(fields(&mapped(by_label, input)), json!({"u_env": expected}), "{label}");
    }
}

#[test]
fn a_lookup_without_a_match_or_default_leaves_its_field_out() {
    let settings =
        "assignment = { by = 'labels.team', db = 'DBA' }\n[fields]\nurgency = { by = 'severity', critical = 1 }";
    let content = mapped(settings, input());
    assert_eq!((content.assignment.as_deref(), content.fields.as_str()), (None, "{}"));
}

#[test]
fn a_lookup_by_severity_is_sent_as_long_as_the_alert_fires() {
    let settings = "[fields]\nurgency = { by = 'severity', critical = 1, error = 2, default = 3 }\nimpact = 2";
    for (action, expected) in [
        (Action::Create, json!({"urgency": 2, "impact": 2})),
        (Action::Update, json!({"urgency": 2})),
        (Action::Resolve, json!({})),
        (Action::Reopen, json!({"urgency": 2})),
        (Action::Annotate, json!({})),
    ] {
        assert_eq!(fields(&mapped(settings, on(action))), expected, "{action:?}");
    }
}

#[test]
fn lookups_by_severity_see_the_severity_that_is_set() {
    let settings = "severity = { by = 'labels.env', prod = 'critical', default = '{{ severity }}' }\n\
                    [fields]\nurgency = { by = 'severity', critical = 1, default = 3 }\nown = { by = 'alert.severity', error = 'e' }";
    let content = mapped(settings, input());
    assert_eq!(content.severity, Some(Severity::Critical));
    assert_eq!(fields(&content), json!({"urgency": 1, "own": "e"}));
    assert!(content.description.unwrap().contains("Severity: critical (the newest alert: error)"));
}

#[test]
fn the_ticket_is_as_bad_as_the_worst_alert_that_fires() {
    let mut input = input();
    input.members.push(signalbox_sdk::transform::Member { severity: Severity::Critical, ..sample::member() });
    let content = mapped("[fields]\nurgency = { by = 'severity', critical = 1, error = 2 }", input);
    assert_eq!((content.severity, fields(&content)), (Some(Severity::Critical), json!({"urgency": 1})));
}

#[test]
fn a_field_says_on_which_actions_it_is_sent() {
    let settings = "category = { value = 'web', on = ['create', 'reopen'] }\ncaller = { value = 'x', on = [] }\n\
                    [fields]\nstate = { value = { by = 'action', resolve = 'done', default = 'open' }, on = ['update', 'resolve'] }";
    for (action, category, expected) in [
        (Action::Create, Some("web"), json!({})),
        (Action::Update, None, json!({"state": "open"})),
        (Action::Resolve, None, json!({"state": "done"})),
        (Action::Reopen, Some("web"), json!({})),
    ] {
        let content = mapped(settings, on(action));
        assert_eq!(content.category.as_deref(), category, "{action:?}");
        assert_eq!((content.caller.as_deref(), fields(&content)), (None, expected), "{action:?}");
    }
}

#[test]
fn the_most_special_setting_decides_alone() {
    let settings = "
        category = 'settings'
        [fields]
        a = 'settings'
        b = 'settings'
        [create]
        category = 'create'
        fields.b = 'create'
        fields.c = 'create'
        [event]
        category = 'event'
        [incident]
        fields.d = 'incident'
        [incident.create]
        category = 'incident.create'
        [incident.resolve]
        category = 'incident.resolve'
        [event.update]
        fields.a = 'event.update'";
    let of = |kind, action| {
        let content = mapped(settings, Input { kind, ..on(action) });
        (content.category.clone().unwrap_or_default(), fields(&content))
    };
    let (incident, event, alert) = (WorkItemKind::Incident, WorkItemKind::Event, WorkItemKind::Alert);
    let created = json!({"a": "settings", "b": "create", "c": "create", "d": "incident"});
    assert_eq!(of(incident, Action::Create), ("incident.create".to_owned(), created));
    assert_eq!(of(incident, Action::Resolve), ("incident.resolve".to_owned(), json!({})));
    assert_eq!(of(incident, Action::Update), (String::new(), json!({})));
    let created = json!({"a": "settings", "b": "create", "c": "create"});
    assert_eq!(of(alert, Action::Create), ("create".to_owned(), created.clone()));
    assert_eq!(of(event, Action::Create), ("event".to_owned(), created));
    let updated = json!({"a": "event.update", "b": "settings"});
    assert_eq!(of(event, Action::Update), ("event".to_owned(), updated));
}

#[test]
fn an_empty_text_leaves_a_common_field_to_the_platform() {
    let settings = "category = ''\nconfiguration_item = '{{ alert.labels.ci }}'\nassignment = '  '";
    assert_eq!(sent(&mapped(settings, input())), ["title", "description", "severity"]);
}

#[test]
fn a_title_is_never_empty_and_one_line() {
    assert_eq!(title_of("title = '{{ alert.labels.nothing }}'", input()).as_deref(), Some("CPU above 80 % on web-7"));
    assert_eq!(title_of(r#"title = "disk\n\n  full""#, input()).as_deref(), Some("disk full"));
}

#[test]
fn a_template_that_makes_nothing_leaves_the_platforms_own_field_out() {
    assert_eq!(mapped("[fields]\nu_ci = '{{ alert.labels.ci }}'", input()).fields, "{}");
}

#[test]
fn a_template_becomes_what_the_platform_takes() {
    let settings = "[fields]\n\
        count = { value = '{{ total + 1 }}', as = 'number' }\n\
        loud = { value = '{{ alert.severity == \"error\" }}', as = 'boolean' }\n\
        tags = { value = '{{ [alert.rule, alert.labels.env] | tojson }}', as = 'json' }\n\
        absent = { value = '{{ alert.labels.absent }}', as = 'number' }";
    assert_eq!(fields(&mapped(settings, input())), json!({"count": 2, "loud": true, "tags": ["cpu-high", "prod"]}));
}

#[test]
fn a_text_that_is_not_what_it_should_become_is_refused() {
    for (form, message) in [
        ("number", "\"cpu-high\" is no number"),
        ("boolean", "\"cpu-high\" is no boolean"),
        ("json", "\"cpu-high\" is no json"),
    ] {
        let settings = format!("[incident.fields]\nn = {{ value = '{{{{ alert.rule }}}}', as = '{form}' }}");
        assert_eq!(refusal(&settings, input()), ("incident.fields.n.value".to_owned(), message.to_owned()));
    }
}

#[test]
fn a_template_that_fails_on_an_alert_names_field_line_and_column() {
    let settings = "[fields]\nu_number = \"\"\"\nfirst\n{{ alert.rule + 1 }}\"\"\"";
    let (field, message) = refusal(settings, input());
    assert_eq!(field, "fields.u_number");
    assert_eq!(
        message,
        "line 2, column 4: invalid operation: tried to use + operator on unsupported types string and number"
    );
}

#[test]
fn a_fault_in_a_lookup_names_its_case() {
    let settings = "[incident.fields.urgency]\nby = 'severity'\nerror = '{{ alert.rule / 2 }}'\ncritical = 1";
    let (field, message) = refusal(settings, input());
    assert_eq!(field, "incident.fields.urgency.error");
    assert!(message.starts_with("line 1, column 4: invalid operation: "), "{message}");
}

#[test]
fn a_severity_that_is_none_is_refused() {
    let (field, message) = refusal("severity = 'sev{{ total }}'", input());
    assert_eq!(field, "severity");
    assert_eq!(message, "`sev1` is no severity: expected critical, error, warning, informational or verbose");
}

#[test]
fn a_template_that_never_ends_runs_out_of_fuel() {
    let settings = "description = '{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}'";
    let (field, message) = refusal(settings, input());
    assert_eq!(field, "description");
    assert!(message.ends_with("engine ran out of fuel"), "{message}");
}

#[test]
fn an_unwanted_alert_is_answered_with_the_reason() {
    let unwanted = |settings: &str| match apply(settings, input()) {
        Err(MappingError::Unwanted(why)) => Some(why),
        Ok(_) => None,
        other => panic!("{other:?}"),
    };
    for (settings, expected) in [
        ("unwanted = 'alert.labels.env == \"dev\"'", None),
        (
            "unwanted = 'alert.labels.env == \"prod\"'",
            Some("the mapping wants no ticket where alert.labels.env == \"prod\""),
        ),
        ("unwanted = { when = 'total < 3', why = 'only {{ total }} of 3' }", Some("only 1 of 3")),
        (
            "unwanted = ['false', { when = 'kind == \"incident\"', why = 'none at night' }, 'true']",
            Some("none at night"),
        ),
        ("unwanted = 'alert.labels.absent'", None),
        ("unwanted = []", None),
    ] {
        assert_eq!(unwanted(settings).as_deref(), expected, "{settings}");
    }
}

#[test]
fn a_condition_that_fails_names_its_place() {
    let (field, message) = refusal("unwanted = ['false', { when = 'alert.rule < alert.rule + 1' }]", input());
    assert_eq!(field, "unwanted.1.when");
    assert!(message.starts_with("line 1, column 14: invalid operation: "), "{message}");
}

#[test]
fn every_text_keeps_to_its_limit() {
    let settings = "title = '{{ alert.description }} {{ alert.description }} {{ alert.description }}'\n\
                    caller = 'a caller with a very long name'\n\
                    note = '{{ alert.summary }}'\n\
                    [fields]\nu_text = '{{ alert.summary }}'\nu_other = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa'\n\
                    [limits]\ntitle = 40\ndescription = 600\ncaller = 12\nu_text = 20\ndefault = 14";
    let content = mapped(settings, input());
    assert_eq!(content.title.as_deref(), Some("Runbook: restart the worker pool. Ask …"));
    assert_eq!(content.caller.as_deref(), Some("a caller …"));
    assert_eq!(fields(&content), json!({"u_text": "average Percentage …", "u_other": "aaaaaaaaaaaa …"}));
    assert!(content.description.unwrap().chars().count() <= 600);
}

#[test]
fn without_limits_a_title_has_160_characters_and_a_text_4000() {
    let mut input = input();
    input.alert.title = "ä ".repeat(4000);
    input.alert.labels = vec![("long".to_owned(), "ö ".repeat(9000))];
    let content = mapped("description = '{{ alert.labels.long }}'\n[fields]\nf = '{{ alert.labels.long }}'", input);
    assert!((150..=160).contains(&content.title.as_ref().unwrap().chars().count()));
    assert!((3900..=4000).contains(&content.description.as_ref().unwrap().chars().count()));
    assert!((3900..=4000).contains(&fields(&content)["f"].as_str().unwrap().chars().count()));
}

#[test]
fn a_default_description_in_a_template_gives_way_and_keeps_its_links() {
    let mut input = input();
    input.alert.facts = (0..300).map(|n| sample::fact("metrics", &format!("Metric {n}"), "12", "ms")).collect();
    let settings = "description = \"Runbook: {{ alert.rule }}\\n\\n{{ defaults.description }}\\n\\nEnd of text\"";
    let text = mapped(settings, input).description.unwrap();
    assert!(text.chars().count() <= 4000);
    assert!(text.starts_with("Runbook: cpu-high\n\n") && text.ends_with("Alert id: 0d5f-12\n\nEnd of text"), "{text}");
    assert!(text.contains("- Rule: https://portal.example/rules/cpu-high"), "{text}");
    assert!(text.contains("- Metric 20: 12 ms") && text.contains(" more\n"), "{text}");
}

#[test]
fn the_same_input_makes_the_same_content() {
    let settings = "note = '{{ now }} {{ duration }}'\n[fields]\na = '{{ alert.labels | items | list }}'";
    for action in ACTIONS {
        let resolved = || {
            let mut input = on(action);
            input.alert.condition = Condition::Resolved;
            input
        };
        assert_eq!(mapped(settings, resolved()), mapped(settings, resolved()));
    }
}
