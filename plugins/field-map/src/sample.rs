//! An alert made up whole, that `check` renders every template with and that tests start from.

use signalbox_sdk::transform::{Action, Entry, Input, Member, Related};
use signalbox_sdk::types::{
    Alert, Condition, Fact, Labels, Link, Resource, Severity, Ticket, TicketState, WorkItemKind,
};
use signalbox_sdk::work::Content;

const FIRED_AT: &str = "2026-11-22T13:06:00.1234567Z";

/// A metric alert that has just fired and is about to become an incident.
pub fn input() -> Input {
    Input {
        now: "2026-11-22T13:06:05Z".to_owned(),
        action: Action::Create,
        kind: WorkItemKind::Incident,
        context: labels(&[
            ("connection", "desk"),
            ("gateway.url", "https://signalbox.example"),
            ("group.rule", "cpu-high"),
            ("mapping", "standard"),
            ("route", "production"),
        ]),
        alert: alert(),
        resource: None,
        members: vec![member()],
        firing: 1,
        total: 1,
        timeline: vec![Entry {
            at: FIRED_AT.to_owned(),
            event: "fired".to_owned(),
            text: "average Percentage CPU 87.3 > 80 over 5 min".to_owned(),
        }],
        related: Vec::new(),
        facts: Vec::new(),
        ticket: None,
        previous: None,
    }
}

/// The same, with everything that an input may hold: a ticket, what it held before, related alerts, facts of monitors.
pub fn full_input() -> Input {
    Input {
        resource: Some(resource()),
        related: vec![Related {
            alert_id: "0d5f-11".to_owned(),
            title: "Response time above 2 s on shop".to_owned(),
            severity: Severity::Warning,
            condition: Condition::Fired,
            fired_at: "2026-11-22T13:02:10Z".to_owned(),
            ticket_number: "INC0010017".to_owned(),
            why: "same resource group, 4 minutes earlier".to_owned(),
        }],
        facts: vec![fact("metrics", "Available memory", "512", "MB")],
        ticket: Some(Ticket {
            id: "9d385017c611228701d22104cc95c371".to_owned(),
            number: "INC0010023".to_owned(),
            url: "https://desk.example/INC0010023".to_owned(),
            key: "4c1f-1".to_owned(),
            state: TicketState::Open,
            platform_state: "In Progress".to_owned(),
            version: "3".to_owned(),
            priority: "2 - High".to_owned(),
            assignment: "Web operations".to_owned(),
            assigned_to: "Dana Berg".to_owned(),
            created_at: Some("2026-11-22T13:06:06Z".to_owned()),
            updated_at: Some("2026-11-22T13:07:00Z".to_owned()),
            resolved_at: None,
            closed_at: None,
            fields: r#"{"urgency":"2"}"#.to_owned(),
        }),
        previous: Some(content()),
        ..input()
    }
}

/// The alert of these inputs.
pub fn alert() -> Alert {
    Alert {
        id: "0d5f-12".to_owned(),
        correlation_key: "cpu-high/web-7".to_owned(),
        condition: Condition::Fired,
        severity: Severity::Error,
        resolves: true,
        signal: "metric".to_owned(),
        rule: "cpu-high".to_owned(),
        title: "CPU above 80 % on web-7".to_owned(),
        summary: "average Percentage CPU 87.3 > 80 over 5 min".to_owned(),
        description: "Runbook: restart the worker pool.\nAsk the web team before 8:00.".to_owned(),
        observed_at: FIRED_AT.to_owned(),
        fired_at: FIRED_AT.to_owned(),
        resolved_at: None,
        resources: vec![resource()],
        facts: vec![
            fact("condition", "Metric", "Percentage CPU", ""),
            fact("condition", "Threshold", "80", "%"),
            fact("condition", "Measured", "87.3", "%"),
            fact("dimensions", "cpu", "total", ""),
        ],
        links: vec![
            link("Alert", "https://portal.example/alerts/0d5f-12"),
            link("Rule", "https://portal.example/rules/cpu-high"),
        ],
        labels: labels(&[("env", "prod"), ("team", "web")]),
        payload: r#"{"data":{"essentials":{"alertRule":"cpu-high"}}}"#.to_owned(),
    }
}

/// The alert as one of several of a ticket.
pub fn member() -> Member {
    let alert = alert();
    Member {
        alert_id: alert.id,
        correlation_key: alert.correlation_key,
        title: alert.title,
        severity: alert.severity,
        condition: alert.condition,
        fired_at: alert.fired_at,
        resolved_at: None,
        resource: Some(resource()),
    }
}

/// The alert's resource.
pub fn resource() -> Resource {
    Resource {
        id: "/subscriptions/8a0f/resourcegroups/rg-web/providers/microsoft.compute/virtualmachines/web-7".to_owned(),
        name: "web-7".to_owned(),
        kind: "microsoft.compute/virtualmachines".to_owned(),
        scope: labels(&[("subscription", "8a0f"), ("resource-group", "rg-web")]),
        configuration_item: String::new(),
    }
}

/// Content that was confirmed before.
pub fn content() -> Content {
    Content {
        title: Some("CPU above 80 % on web-7".to_owned()),
        description: Some("CPU above 80 %".to_owned()),
        severity: Some(Severity::Error),
        assignment: None,
        caller: None,
        configuration_item: Some("web-7".to_owned()),
        service: None,
        category: Some("hardware".to_owned()),
        note: None,
        fields: "{}".to_owned(),
    }
}

/// A fact in one line.
pub fn fact(group: &str, name: &str, value: &str, unit: &str) -> Fact {
    Fact { group: group.to_owned(), name: name.to_owned(), value: value.to_owned(), unit: unit.to_owned() }
}

/// A link in one line.
pub fn link(title: &str, url: &str) -> Link {
    Link { title: title.to_owned(), url: url.to_owned() }
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
