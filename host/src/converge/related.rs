//! Which of the alerts that fire elsewhere may have to do with a ticket, the most telling first.
//!
//! The same resource tells most, then a neighbour in the same scope, then the same rule. Only the innermost scope is
//! looked at, and only with all that is around it: names repeat from one subscription, or cluster, to the next.

use crate::domain::{Alert, CorrelationKey, Related, Resource};
use crate::ledger::{Claimed, FiringNearby};
use std::collections::BTreeSet;

/// At most `most` of `others`, each once, without what the ticket itself stands for.
#[must_use]
pub fn related(claimed: &Claimed, others: Vec<FiringNearby>, most: usize) -> Vec<Related> {
    let own: &Alert = &claimed.newest.alert;
    let members = claimed.members.iter().map(|member| &member.correlation_key);
    let mut seen: BTreeSet<CorrelationKey> = members.chain([&own.correlation_key]).cloned().collect();
    let resources: Vec<&Resource> = match super::input::split_resource(claimed) {
        Some(split) => own.resources.iter().filter(|each| each.id == split.id).collect(),
        None => own.resources.iter().collect(),
    };
    let mut found: Vec<(Tie, FiringNearby)> = Vec::new();
    for other in others {
        let Some(tie) = tie(&resources, &own.rule, &other.alert) else { continue };
        if seen.insert(other.alert.correlation_key.clone()) {
            found.push((tie, other));
        }
    }
    found.sort_by(|(tie, one), (other_tie, other)| {
        let order = |tie: &Tie, alert: &Alert| (tie.rank(), alert.severity, std::cmp::Reverse(alert.fired_at));
        order(tie, &one.alert).cmp(&order(other_tie, &other.alert))
    });
    found.truncate(most);
    found.into_iter().map(|(tie, other)| told(&tie, other)).collect()
}

/// What two alerts have in common.
enum Tie {
    /// This resource.
    Resource(String),
    /// A scope of this name and value.
    Scope(String, String),
    /// Their rule.
    Rule(String),
}

fn tie(resources: &[&Resource], rule: &str, other: &Alert) -> Option<Tie> {
    let pairs = || resources.iter().flat_map(|own| other.resources.iter().map(move |their| (*own, their)));
    if let Some((own, _)) = pairs().find(|(own, their)| own.id.eq_ignore_ascii_case(&their.id)) {
        let name = if own.name.is_empty() { &own.id } else { &own.name };
        return Some(Tie::Resource(name.clone()));
    }
    if let Some((own, _)) = pairs().find(|(own, their)| is_same_scope(own, their))
        && let Some((name, value)) = own.scope.last()
    {
        return Some(Tie::Scope(name.replace(['-', '_'], " "), value.clone()));
    }
    (!rule.is_empty() && rule == other.rule).then(|| Tie::Rule(rule.to_owned()))
}

fn is_same_scope(one: &Resource, other: &Resource) -> bool {
    let same =
        |(one, other): (&(String, String), &(String, String))| one.0 == other.0 && one.1.eq_ignore_ascii_case(&other.1);
    !one.scope.is_empty() && one.scope.len() == other.scope.len() && one.scope.iter().zip(&other.scope).all(same)
}

fn told(tie: &Tie, FiringNearby { alert, ticket_number }: FiringNearby) -> Related {
    let why = match tie {
        Tie::Resource(name) => format!("on the same resource, {name}"),
        Tie::Scope(name, value) => format!("in the same {name}, {value}"),
        Tie::Rule(rule) => format!("of the same rule, {rule}"),
    };
    Related {
        alert_id: alert.id,
        title: alert.title,
        severity: alert.severity,
        condition: alert.condition,
        fired_at: alert.fired_at,
        ticket_number,
        why,
    }
}

// === impl Tie ===

impl Tie {
    fn rank(&self) -> u8 {
        match self {
            Self::Resource(_) => 0,
            Self::Scope(..) => 1,
            Self::Rule(_) => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::converge::testing::{alert, claimed, member};
    use crate::domain::{Condition, Severity};

    fn resource(group: &str, id: &str) -> Resource {
        let scope = vec![("cluster".to_owned(), "north".to_owned()), ("resource-group".to_owned(), group.to_owned())];
        Resource { id: id.to_owned(), name: id.to_owned(), scope, ..Resource::default() }
    }

    fn nearby(key: &str, rule: &str, resource: Resource, severity: Severity) -> FiringNearby {
        let alert = Alert {
            id: key.into(),
            correlation_key: key.into(),
            rule: rule.to_owned(),
            resources: vec![resource],
            severity,
            ..alert(&member(key, Condition::Fired, 0))
        };
        FiringNearby { alert, ticket_number: format!("N-{key}") }
    }

    fn own() -> Claimed {
        let mut own = claimed(vec![member("own", Condition::Fired, 0)]);
        own.newest.alert.rule = "cpu".to_owned();
        own.newest.alert.resources = vec![resource("shop", "web-7")];
        own
    }

    #[test]
    fn the_same_resource_tells_more_than_its_group_and_that_more_than_the_rule() {
        let others = vec![
            nearby("d", "else", resource("bank", "db-9"), Severity::Critical),
            nearby("c", "cpu", resource("bank", "db-1"), Severity::Critical),
            nearby("b2", "disk", resource("shop", "web-9"), Severity::Error),
            nearby("b", "disk", resource("SHOP", "web-8"), Severity::Critical),
            nearby("a", "disk", resource("shop", "WEB-7"), Severity::Verbose),
        ];
        let found = related(&own(), others.clone(), 10);
        let told: Vec<_> = found.iter().map(|each| (each.ticket_number.as_str(), each.why.as_str())).collect();
        assert_eq!(
            told,
            [
                ("N-a", "on the same resource, web-7"),
                ("N-b", "in the same resource group, shop"),
                ("N-b2", "in the same resource group, shop"),
                ("N-c", "of the same rule, cpu"),
            ]
        );
        let fewer = related(&own(), others, 2);
        assert_eq!(fewer, found[..2]);
    }

    #[test]
    fn what_the_ticket_stands_for_is_not_related_to_it_and_nothing_is_named_twice() {
        let mut own = own();
        own.newest.alert.correlation_key = "mine".into();
        let others = vec![
            nearby("mine", "cpu", resource("shop", "web-7"), Severity::Error),
            nearby("a", "cpu", resource("shop", "web-7"), Severity::Error),
            nearby("a", "cpu", resource("shop", "web-7"), Severity::Error),
        ];
        assert_eq!(related(&own, others, 10).len(), 1);
    }

    #[test]
    fn without_a_scope_there_are_no_neighbours() {
        let mut own = own();
        own.newest.alert.resources = vec![Resource { scope: vec![], ..resource("shop", "web-7") }];
        let other = nearby("a", "disk", Resource { scope: vec![], ..resource("shop", "web-8") }, Severity::Error);
        assert_eq!(related(&own, vec![other], 10), []);
    }
}
