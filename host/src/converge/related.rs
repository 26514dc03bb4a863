//! Which of the alerts that fire elsewhere may have to do with a ticket, the most telling first.
//!
//! The same resource tells most, then a neighbour in the same scope, then the same rule. Only the innermost scope is
//! looked at, and only with all that is around it: names repeat from one subscription, or cluster, to the next.

use crate::domain::{CorrelationKey, Related, Resource, Timestamp};
use crate::ledger::{Claimed, FiringNearby, Sighting};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::time::Duration;

/// What two alerts have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie<'a> {
    /// This resource.
    Resource(&'a Resource),
    /// A scope of this name and value.
    Scope(&'a str, &'a str),
    /// Their rule.
    Rule(&'a str),
}

/// Where to look.
#[derive(Debug)]
pub struct Vicinity<'a> {
    own: BTreeSet<&'a CorrelationKey>,
    resources: Vec<&'a Resource>,
    rule: &'a str,
    from: Timestamp,
    until: Timestamp,
}

// === impl Vicinity ===

impl<'a> Vicinity<'a> {
    /// Around a ticket's alert, so long before and after it; without what the ticket itself stands for.
    #[must_use]
    pub fn of(claimed: &'a Claimed, within: Duration) -> Self {
        let alert = &claimed.newest.alert;
        let members = claimed.members.iter().map(|member| &member.correlation_key);
        let resources = match super::input::split_resource(claimed) {
            Some(split) => alert.resources.iter().filter(|each| each.id == split.id).collect(),
            None => alert.resources.iter().collect(),
        };
        Self {
            own: members.chain([&alert.correlation_key]).collect(),
            resources,
            rule: &alert.rule,
            from: alert.fired_at.before(within),
            until: alert.fired_at.after(within),
        }
    }

    /// Those of these that may have to do with the ticket, each with why.
    pub fn ties<'s, P: Copy + 's>(&self, sightings: impl IntoIterator<Item = &'s (P, Sighting)>) -> Vec<(P, Tie<'a>)> {
        let mut tied: Vec<(P, &Sighting, Tie<'a>)> = Vec::new();
        for (place, seen) in sightings {
            let counts = (self.from..=self.until).contains(&seen.fired_at) && !self.own.contains(&seen.correlation_key);
            if let Some(tie) = counts.then(|| self.tie(seen)).flatten() {
                tied.push((*place, seen, tie));
            }
        }
        tied.sort_by_key(|(_, seen, tie)| (tie.rank(), seen.severity, Reverse(seen.fired_at)));
        tied.into_iter().map(|(place, _, tie)| (place, tie)).collect()
    }

    fn tie(&self, other: &Sighting) -> Option<Tie<'a>> {
        let pairs = || self.resources.iter().flat_map(|own| other.resources.iter().map(move |their| (*own, their)));
        if let Some((own, _)) = pairs().find(|(own, their)| own.id.eq_ignore_ascii_case(&their.id)) {
            return Some(Tie::Resource(own));
        }
        if let Some((own, _)) = pairs().find(|(own, their)| is_same_scope(own, their))
            && let Some((name, value)) = own.scope.last()
        {
            return Some(Tie::Scope(name, value));
        }
        (!self.rule.is_empty() && self.rule == other.rule).then_some(Tie::Rule(self.rule))
    }
}

fn is_same_scope(one: &Resource, other: &Resource) -> bool {
    let same =
        |(one, other): (&(String, String), &(String, String))| one.0 == other.0 && one.1.eq_ignore_ascii_case(&other.1);
    !one.scope.is_empty() && one.scope.len() == other.scope.len() && one.scope.iter().zip(&other.scope).all(same)
}

/// What a mapping is told of it.
#[must_use]
pub fn told(tie: Tie<'_>, FiringNearby { alert, ticket_number }: FiringNearby) -> Related {
    let why = match tie {
        Tie::Resource(resource) if resource.name.is_empty() => format!("on the same resource, {}", resource.id),
        Tie::Resource(resource) => format!("on the same resource, {}", resource.name),
        Tie::Scope(name, value) => format!("in the same {}, {value}", name.replace(['-', '_'], " ")),
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

impl Tie<'_> {
    fn rank(self) -> u8 {
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
    use crate::domain::{Alert, Condition, Severity};

    const HOUR: Duration = Duration::from_secs(3600);

    fn resource(group: &str, id: &str) -> Resource {
        let scope = vec![("cluster".to_owned(), "north".to_owned()), ("resource-group".to_owned(), group.to_owned())];
        Resource { id: id.to_owned(), name: id.to_owned(), scope, ..Resource::default() }
    }

    fn seen(key: &'static str, rule: &str, resource: Resource, severity: Severity) -> (&'static str, Sighting) {
        let fired_at = alert(&member(key, Condition::Fired, 0)).fired_at;
        let (correlation_key, resources) = (key.into(), vec![resource]);
        (key, Sighting { correlation_key, severity, rule: rule.to_owned(), fired_at, resources })
    }

    fn own() -> Claimed {
        let mut own = claimed(vec![member("own", Condition::Fired, 0)]);
        own.newest.alert.rule = "cpu".to_owned();
        own.newest.alert.resources = vec![resource("shop", "web-7")];
        own
    }

    fn why((_, tie): &(&str, Tie<'_>)) -> String {
        let nearby = FiringNearby { alert: own().newest.alert, ticket_number: "N".to_owned() };
        told(*tie, nearby).why
    }

    #[test]
    fn the_same_resource_tells_more_than_its_group_and_that_more_than_the_rule() {
        let others = [
            seen("d", "else", resource("bank", "db-9"), Severity::Critical),
            seen("c", "cpu", resource("bank", "db-1"), Severity::Critical),
            seen("b2", "disk", resource("shop", "web-9"), Severity::Error),
            seen("b", "disk", resource("SHOP", "web-8"), Severity::Critical),
            seen("a", "disk", resource("shop", "WEB-7"), Severity::Verbose),
        ];
        let own = own();
        let found = Vicinity::of(&own, HOUR).ties(&others);
        let told: Vec<_> = found.iter().map(|each| (each.0, why(each))).collect();
        let told: Vec<_> = told.iter().map(|(key, why)| (*key, why.as_str())).collect();
        assert_eq!(
            told,
            [
                ("a", "on the same resource, web-7"),
                ("b", "in the same resource group, shop"),
                ("b2", "in the same resource group, shop"),
                ("c", "of the same rule, cpu"),
            ]
        );
    }

    #[test]
    fn what_the_ticket_stands_for_is_not_related_to_it() {
        let mut own = own();
        own.newest.alert.correlation_key = "mine".into();
        let others = [
            seen("mine", "cpu", resource("shop", "web-7"), Severity::Error),
            seen("own", "cpu", resource("shop", "web-7"), Severity::Error),
            seen("a", "cpu", resource("shop", "web-7"), Severity::Error),
        ];
        let found = Vicinity::of(&own, HOUR).ties(&others);
        assert_eq!(found.iter().map(|(key, _)| *key).collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn what_fired_longer_before_or_after_than_asked_for_is_left_out() {
        let own = own();
        let at = |fired_at| {
            let (key, seen) = seen("a", "cpu", resource("shop", "web-7"), Severity::Error);
            [(key, Sighting { fired_at, ..seen })]
        };
        let began = own.newest.alert.fired_at;
        let (second, vicinity) = (Duration::from_secs(1), Vicinity::of(&own, HOUR));
        for (fired_at, counts) in [
            (began.before(HOUR), true),
            (began.before(HOUR + second), false),
            (began.after(HOUR), true),
            (began.after(HOUR + second), false),
        ] {
            assert_eq!(vicinity.ties(&at(fired_at)).len(), usize::from(counts), "{fired_at}");
        }
    }

    #[test]
    fn without_a_scope_there_are_no_neighbours() {
        let mut own = own();
        own.newest.alert.resources = vec![Resource { scope: vec![], ..resource("shop", "web-7") }];
        let other = seen("a", "disk", Resource { scope: vec![], ..resource("shop", "web-8") }, Severity::Error);
        assert_eq!(Vicinity::of(&own, HOUR).ties(&[other]), []);
    }

    #[test]
    fn what_is_told_of_another_alert_is_its_own_and_its_tickets_number() {
        let other = Alert { title: "disk full".to_owned(), ..own().newest.alert };
        let told = told(Tie::Rule("cpu"), FiringNearby { alert: other, ticket_number: "N7".to_owned() });
        assert_eq!((told.title.as_str(), told.ticket_number.as_str()), ("disk full", "N7"));
    }
}
