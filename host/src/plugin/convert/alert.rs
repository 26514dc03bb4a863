//! Alerts, and what they are made of.

use super::{
    condition_in, condition_out, identity, json, labels, list, severity_in, severity_out, some_timestamp, text,
    timestamp,
};
use crate::domain::{Alert, Fact, Link, Resource};
use crate::plugin::bindings::types;
use crate::plugin::error::InvalidAnswer;

/// Alerts of one body.
const ALERTS: usize = 1_000;

pub(in crate::plugin) fn alerts_out(alerts: Vec<types::Alert>) -> Result<Vec<Alert>, InvalidAnswer> {
    if alerts.len() > ALERTS {
        let many = format!("has {} elements where {ALERTS} are allowed", alerts.len());
        return Err(InvalidAnswer::at("alerts", &many));
    }
    list("alerts", alerts, alert_out)
}

fn alert_out(alert: types::Alert) -> Result<Alert, InvalidAnswer> {
    Ok(Alert {
        id: identity("id", alert.id)?.into(),
        correlation_key: identity("correlation-key", alert.correlation_key)?.into(),
        condition: condition_out(alert.condition),
        severity: severity_out(alert.severity),
        resolves: alert.resolves,
        signal: text("signal", alert.signal)?,
        rule: text("rule", alert.rule)?,
        title: text("title", alert.title)?,
        summary: text("summary", alert.summary)?,
        description: text("description", alert.description)?,
        observed_at: timestamp("observed-at", &alert.observed_at)?,
        fired_at: timestamp("fired-at", &alert.fired_at)?,
        resolved_at: some_timestamp("resolved-at", alert.resolved_at.as_deref())?,
        resources: list("resources", alert.resources, resource_out)?,
        facts: facts_out("facts", alert.facts)?,
        links: list("links", alert.links, link_out)?,
        labels: labels("labels", alert.labels)?,
        payload: json("payload", alert.payload)?,
    })
}

fn resource_out(resource: types::Resource) -> Result<Resource, InvalidAnswer> {
    Ok(Resource {
        id: identity("id", resource.id)?,
        name: text("name", resource.name)?,
        kind: text("kind", resource.kind)?,
        scope: labels("scope", resource.scope)?,
        configuration_item: text("configuration-item", resource.configuration_item)?,
    })
}

fn link_out(link: types::Link) -> Result<Link, InvalidAnswer> {
    Ok(Link { title: text("title", link.title)?, url: text("url", link.url)? })
}

pub(in crate::plugin) fn facts_out(field: &str, facts: Vec<types::Fact>) -> Result<Vec<Fact>, InvalidAnswer> {
    list(field, facts, |fact| {
        Ok(Fact {
            group: text("group", fact.group)?,
            name: text("name", fact.name)?,
            value: text("value", fact.value)?,
            unit: text("unit", fact.unit)?,
        })
    })
}

pub(in crate::plugin) fn alert_in(alert: Alert) -> types::Alert {
    types::Alert {
        id: alert.id.to_string(),
        correlation_key: alert.correlation_key.to_string(),
        condition: condition_in(alert.condition),
        severity: severity_in(alert.severity),
        resolves: alert.resolves,
        signal: alert.signal,
        rule: alert.rule,
        title: alert.title,
        summary: alert.summary,
        description: alert.description,
        observed_at: alert.observed_at.to_string(),
        fired_at: alert.fired_at.to_string(),
        resolved_at: alert.resolved_at.map(|at| at.to_string()),
        resources: alert.resources.into_iter().map(resource_in).collect(),
        facts: facts_in(alert.facts),
        links: alert.links.into_iter().map(|link| types::Link { title: link.title, url: link.url }).collect(),
        labels: alert.labels,
        payload: alert.payload,
    }
}

pub(super) fn resource_in(resource: Resource) -> types::Resource {
    types::Resource {
        id: resource.id,
        name: resource.name,
        kind: resource.kind,
        scope: resource.scope,
        configuration_item: resource.configuration_item,
    }
}

pub(super) fn facts_in(facts: Vec<Fact>) -> Vec<types::Fact> {
    let fact_in = |fact: Fact| types::Fact { group: fact.group, name: fact.name, value: fact.value, unit: fact.unit };
    facts.into_iter().map(fact_in).collect()
}
