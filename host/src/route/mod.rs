//! Which problems an alert belongs to.
//!
//! Routing is a pure function of an alert and the generation's routes. It never fails on an alert: a condition that cannot
//! be evaluated (a label that is missing, a type that does not compare) counts as not matched and is reported to the
//! operator, since one odd alert must not hide the others.

mod condition;
mod fields;
mod group;
mod identity;
mod storm;
#[cfg(test)]
mod tests;
mod trial;
mod words;

pub use condition::{Condition, ConditionError, InvalidCondition, Variables};
pub use group::{GroupBy, InvalidGroupBy};
pub use identity::problem_id;
pub use storm::{InvalidMaxNew, MaxNew, deserialize as max_new};

use crate::{
    domain::{Alert, ConnectionName, RouteName, WorkItemKind},
    ledger::{Placement, Storm},
};
use std::time::Duration;

/// One rule of the configuration, with its condition compiled.
#[derive(Debug)]
pub struct Route {
    /// Its name.
    pub name: RouteName,
    /// Which alerts it takes.
    pub when: Condition,
    /// To where.
    pub connection: ConnectionName,
    /// As what.
    pub kind: WorkItemKind,
    /// What one ticket stands for.
    pub group_by: Vec<GroupBy>,
    /// A ticket for each affected resource.
    pub split: bool,
    /// No route after this one is asked when it matches.
    pub stop: bool,
    /// How long a new ticket waits before its first attempt.
    pub hold: Duration,
    /// How many new tickets are too many.
    pub max_new: Option<MaxNew>,
}

/// Why an alert took the way it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The route takes it.
    Matched,
    /// The route does not want it.
    NotMatched,
    /// Its condition could not be evaluated on this alert.
    Unevaluable(ConditionError),
    /// A route before it took the alert and ended the search.
    Stopped,
}

/// Where an alert goes, and why.
#[derive(Debug)]
pub struct Routed {
    /// The problems that it belongs to, in the order of the routes.
    pub placements: Vec<Placement>,
    /// What each route said, in their order.
    pub decisions: Vec<(RouteName, Decision)>,
}

/// Routes an alert of the gateway of this name.
#[must_use]
pub fn route(gateway: &str, routes: &[Route], alert: &Alert) -> Routed {
    let mut routed = Routed { placements: Vec::new(), decisions: Vec::new() };
    let mut stopped = false;
    let variables = Variables::of(alert);
    for each in routes {
        let decision = if stopped { Decision::Stopped } else { each.decide(&variables) };
        if decision == Decision::Matched {
            routed.placements.extend(each.placements(gateway, alert));
            stopped = each.stop;
        }
        routed.decisions.push((each.name.clone(), decision));
    }
    routed
}

// === impl Route ===

impl Route {
    /// Whether it takes an alert with these variables.
    fn decide(&self, variables: &Variables<'_>) -> Decision {
        match self.when.matches(variables) {
            Ok(true) => Decision::Matched,
            Ok(false) => Decision::NotMatched,
            Err(error) => Decision::Unevaluable(error),
        }
    }

    /// Whether it takes an alert: for tickets whose own route is gone.
    #[must_use]
    pub fn takes(&self, alert: &Alert) -> bool {
        self.decide(&Variables::of(alert)) == Decision::Matched
    }

    /// The problems that an alert belongs to, if this route takes it.
    fn placements(&self, gateway: &str, alert: &Alert) -> Vec<Placement> {
        if !self.split || alert.resources.is_empty() {
            return vec![self.placement(gateway, alert, None)];
        }
        let mut seen = std::collections::HashSet::new();
        let resources = alert.resources.iter().filter(|resource| seen.insert(resource.id.to_lowercase()));
        resources.map(|resource| self.placement(gateway, alert, Some(&resource.id))).collect()
    }

    fn placement(&self, gateway: &str, alert: &Alert, resource: Option<&str>) -> Placement {
        let mut group: Vec<_> =
            self.group_by.iter().map(|by| (by.name().to_owned(), by.value(alert, resource))).collect();
        if let Some(resource) = resource
            && !self.group_by.contains(&GroupBy::Resource)
        {
            group.push(("resource".to_owned(), resource.to_lowercase()));
        }
        let storm = self.max_new.map(|limit| {
            let group = vec![("storm".to_owned(), self.name.to_string())];
            let problem = problem_id(gateway, &self.connection, self.kind, &group);
            Storm { max_new: limit.tickets, window: limit.window, problem, group }
        });
        Placement {
            route: self.name.clone(),
            connection: self.connection.clone(),
            kind: self.kind,
            problem: problem_id(gateway, &self.connection, self.kind, &group),
            group,
            resource: resource.map(str::to_owned),
            hold: self.hold,
            storm,
        }
    }
}
