use super::*;
use crate::domain::{Condition as AlertCondition, Resource, Severity, Timestamp};

fn alert() -> Alert {
    let at: Timestamp = "2026-11-22T13:06:00Z".parse().unwrap();
    let resource = |id: &str| Resource { id: id.into(), name: "web-1".into(), ..Resource::default() };
    Alert {
        id: "a-1".into(),
        correlation_key: "cpu/web-1".into(),
        condition: AlertCondition::Fired,
        severity: Severity::Error,
        resolves: true,
        signal: "metric".into(),
        rule: "cpu high".into(),
        title: "cpu high on web-1".into(),
        summary: String::new(),
        description: String::new(),
        observed_at: at,
        fired_at: at,
        resolved_at: None,
        resources: vec![resource("/b/WEB-1"), resource("/a/web-2"), resource("/b/web-1")],
        facts: Vec::new(),
        links: Vec::new(),
        labels: vec![("env".into(), "prod".into()), ("service.tier".into(), "gold".into())],
        payload: "{}".into(),
    }
}

fn a_route(name: &str, when: &str) -> Route {
    Route {
        name: name.parse().unwrap(),
        when: Condition::compile(when).unwrap(),
        connection: "desk".parse().unwrap(),
        kind: WorkItemKind::Incident,
        group_by: vec![GroupBy::CorrelationKey],
        split: false,
        stop: false,
        hold: Duration::ZERO,
        max_new: None,
    }
}

#[test]
fn conditions_speak_of_the_alert() {
    for (when, holds) in [
        ("true", true),
        (r#"alert.severity in ["critical", "error"] && alert.labels.env == "prod""#, true),
        (r#"alert.labels["service.tier"] == "gold""#, true),
        (r#"alert.resource.name.startsWith("web")"#, true),
        (r#"alert.resources.exists(r, r.id == "/a/web-2")"#, true),
        (r#"alert.rule.matches("^cpu")"#, true),
        (r#"has(alert.labels.team) && alert.labels.team == "x""#, false),
        (r#"timestamp(alert.fired_at) < timestamp("2030-01-01T00:00:00Z")"#, true),
        (r#"alert.condition == "resolved""#, false),
    ] {
        let condition = Condition::compile(when).unwrap();
        assert_eq!(condition.matches(&Variables::of(&alert())), Ok(holds), "{when}");
    }
}

#[test]
fn what_cannot_be_evaluated_does_not_match_and_is_told() {
    let routes = [
        a_route("odd", r#"alert.labels.team == "x""#),
        a_route("type", "alert.rule + 1 == 2"),
        a_route("text", "alert.labels.env == 'prod' ? alert.rule : true"),
        a_route("good", "true"),
    ];
    let routed = route("gw", &routes, &alert());
    assert_eq!(routed.placements.len(), 1);
    let told: Vec<_> =
        routed.decisions.iter().map(|(_, decision)| matches!(decision, Decision::Unevaluable(_))).collect();
    assert_eq!(told, [true, true, true, false], "{:?}", routed.decisions);
}

#[test]
fn what_no_alert_can_be_is_refused_with_what_it_can_be() {
    let severities = "critical, error, warning, informational, verbose";
    for (when, expected) in [
        (r#"alert.severity == "Sev1""#, format!("`alert.severity` is never \"Sev1\", only one of {severities}")),
        (
            r#""Critical" != alert.severity"#,
            format!("`alert.severity` is never \"Critical\", only one of {severities}"),
        ),
        ("alert.severity == 1", format!("`alert.severity` is never anything but a text, only one of {severities}")),
        (
            r#"alert.labels.env == "prod" && !(alert.severity in ["critical", "fatal"])"#,
            format!("`alert.severity` is never \"fatal\", only one of {severities}"),
        ),
        (
            r#"alert.resources.exists(r, r.name == "web" && alert.condition == "Fired")"#,
            "`alert.condition` is never \"Fired\", only one of fired, resolved".to_owned(),
        ),
    ] {
        let told = Condition::compile(when).unwrap_err().to_string();
        assert_eq!(told, format!("the condition does not compile: {expected}"), "{when}");
    }
    for when in
        [r#"alert.severity == alert.labels.severity"#, r#"alert.severity in ["critical"]"#, r#"alert.rule == "Sev1""#]
    {
        assert!(Condition::compile(when).is_ok(), "{when}");
    }
}

#[test]
fn what_is_no_condition_is_refused_with_its_reason() {
    for when in ["alert.severity ==", "alrt.severity == \"x\"", ""] {
        assert!(Condition::compile(when).is_err(), "{when}");
    }
}

#[test]
fn what_can_never_be_evaluated_is_refused() {
    for (when, says) in [
        ("alert.rule.startsWyth('x')", "there is no function `startsWyth`"),
        ("true || lowercase(alert.rule) == 'x'", "there is no function `lowercase`"),
        ("alert.resources.exist(r, r.id == 'x')", "`r` is unknown here"),
        ("alert.rule", "not true or false"),
        ("size(alert.resources)", "not true or false"),
    ] {
        let error = Condition::compile(when).err().map(|error| error.to_string());
        assert!(error.as_ref().is_some_and(|error| error.contains(says)), "{when}: {error:?}");
    }
    for when in [
        "alert.rule.matches('^a') || alert.rule.contains('b') || alert.rule.endsWith('c')",
        "size(alert.resources) > 1 && alert.resources.all(r, r.name != '')",
        "duration('1h') < timestamp(alert.observed_at) - timestamp(alert.fired_at)",
        "timestamp(alert.fired_at).getHours() < 6 || int('7') == 7 || string(1) == '1'",
        "alert.labels.env == 'prod'",
        "alert.facts.filter(f, f.name == 'x').size() > 0 && double('1.5') > 1.0",
        "dyn(1) == 1 && bytes('a') == b'a' && uint(1) == 1u",
    ] {
        assert!(Condition::compile(when).is_ok(), "{when}: {:?}", Condition::compile(when).err());
    }
}

#[test]
fn a_field_that_no_alert_has_is_refused() {
    for (when, says) in [
        ("alert.severtiy == 'critical'", "`alert.severtiy` is unknown, expected one of id,"),
        ("true && !alert.resource.type.startsWith('x')", "`alert.resource.type` is unknown, expected one of id, name"),
    ] {
        let error = Condition::compile(when).err().map(|error| error.to_string());
        assert!(error.as_ref().is_some_and(|error| error.contains(says)), "{when}: {error:?}");
    }
    for when in [
        "alert.labels.severtiy == 'x' && alert.rule == \"alert.severtiy\"",
        "alert.rule == 'it\\'s alert.odd' || alert.resource.scope.any == 'x'",
        "alert.resources.exists(r, r.odd == 1)",
        "has(alert.labels.a) && alert.title.contains('b')",
    ] {
        assert!(Condition::compile(when).is_ok(), "{when}");
    }
    let alert = serde_json::to_value(condition::view(&alert())).unwrap();
    let names = |value: &serde_json::Value| {
        value.as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names(&alert), fields::ALERT.map(str::to_owned).into());
    assert_eq!(names(&alert["resource"]), fields::RESOURCE.map(str::to_owned).into());
}

#[test]
fn what_would_need_a_deep_stack_is_refused() {
    let nested = |depth: usize| format!("{}true{}", "(".repeat(depth), ")".repeat(depth));
    let denied = |depth: usize| format!("{}true", "!".repeat(depth));
    for deep in [nested(25), nested(2000), denied(25), format!("alert.id == \"{}\"", "x".repeat(4096))] {
        let error = Condition::compile(&deep).err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("24 brackets")), "{deep}");
    }
    assert!(Condition::compile("alert.labels.env == \"a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z\"").is_ok());
}

#[test]
fn all_routes_that_match_take_it_until_one_stops() {
    let mut stop = a_route("second", "true");
    stop.stop = true;
    let routes = [a_route("first", "true"), stop, a_route("third", "true")];
    let routed = route("gw", &routes, &alert());
    assert_eq!(routed.placements.len(), 2);
    assert_eq!(routed.decisions[2].1, Decision::Stopped);
}

#[test]
fn a_problem_is_gateway_connection_kind_and_group() {
    let base = route("gw", &[a_route("r", "true")], &alert()).placements.remove(0);
    assert_eq!(base.problem.as_str().len(), 40);
    assert_eq!(base.group, [("correlation_key".to_owned(), "cpu/web-1".to_owned())]);
    let same = route("gw", &[a_route("other-name", "true")], &alert()).placements.remove(0);
    assert_eq!(base.problem, same.problem);
    let other_gateway = route("gw2", &[a_route("r", "true")], &alert()).placements.remove(0);
    let mut other_kind = a_route("r", "true");
    other_kind.kind = WorkItemKind::Event;
    let other_kind = route("gw", &[other_kind], &alert()).placements.remove(0);
    assert_ne!(base.problem, other_gateway.problem);
    assert_ne!(base.problem, other_kind.problem);
}

#[test]
fn groups_do_not_run_together() {
    let name: ConnectionName = "desk".parse().unwrap();
    let group =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    let first = problem_id("gw", &name, WorkItemKind::Incident, &group(&[("rule", "ab"), ("signal", "c")]));
    let second = problem_id("gw", &name, WorkItemKind::Incident, &group(&[("rule", "a"), ("signal", "bc")]));
    assert_ne!(first, second);
}

#[test]
fn group_by_names_the_alerts_values() {
    for (name, value) in [
        ("correlation_key", "cpu/web-1"),
        ("rule", "cpu high"),
        ("signal", "metric"),
        ("severity", "error"),
        ("title", "cpu high on web-1"),
        ("labels.env", "prod"),
        ("labels.service.tier", "gold"),
        ("labels.none", ""),
        ("resource", "/a/web-2\n/b/web-1"),
    ] {
        assert_eq!(name.parse::<GroupBy>().unwrap().value(&alert(), None), value, "{name}");
    }
    for name in ["", "labels.", "id", "Rule"] {
        assert!(name.parse::<GroupBy>().is_err(), "{name}");
    }
}

#[test]
fn a_split_route_makes_a_problem_for_each_resource_once() {
    let mut split = a_route("r", "true");
    split.split = true;
    let placements = route("gw", &[split], &alert()).placements;
    let resources: Vec<_> = placements.iter().map(|each| each.resource.clone().unwrap()).collect();
    assert_eq!(resources, ["/b/WEB-1", "/a/web-2"]);
    assert_ne!(placements[0].problem, placements[1].problem);
}

#[test]
fn a_limit_on_new_tickets_is_a_number_and_a_span() {
    assert_eq!("20 per 10m".parse(), Ok(MaxNew { tickets: 20, window: Duration::from_secs(600) }));
    for text in ["", "20", "per 10m", "20 per", "20 per 0s", "-1 per 10m"] {
        assert!(text.parse::<MaxNew>().is_err(), "{text}");
    }
}
