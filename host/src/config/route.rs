//! `[[routes]]`: a condition on alerts, and where what matches goes.

use super::units::Span;
use crate::{
    converge::policies::{Maintenance, Patience, Policies, Reopen, Resolve, ResolvedFirst, WhenUnknown},
    domain::WorkItemKind,
    route::{self, GroupBy, MaxNew},
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// One of `[[routes]]`. All that match an alert take it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteSection {
    /// Tickets remember it: a route of the same name goes on with them.
    pub name: String,
    /// Which alerts it takes, in CEL over `alert`. Default: all.
    #[serde(default = "every_alert")]
    pub when: String,
    /// To where.
    pub connection: String,
    /// With which mapping. Default: the default transform without settings.
    pub mapping: Option<String>,
    /// As what.
    pub work_item: WorkItemKind,
    /// What one ticket stands for: alerts with the same values share it. Default: the correlation key.
    #[serde(default = "correlation_key")]
    pub group_by: Vec<GroupBy>,
    /// `resource` makes a ticket for each affected resource. Default: `none`.
    #[serde(default)]
    pub split: Split,
    /// No route after this one is asked for an alert that it takes.
    #[serde(default)]
    pub stop: bool,
    /// How long a new ticket waits before it is created. With `resolved_first = "skip"`, what is over by then makes none.
    /// Default: `0s`.
    #[serde(default = "no_time")]
    pub hold: Span,
    /// How many new tickets are made as usual, such as `20 per 10m`; one storm ticket lists the rest. Default: `none`.
    #[serde(default, deserialize_with = "route::max_new")]
    #[schemars(with = "MaxNew")]
    pub max_new: Option<MaxNew>,
    /// What becomes of a problem that was over before its ticket was created. Default: `create-and-resolve`.
    #[serde(default)]
    pub resolved_first: ResolvedFirst,
    /// Whether the end of the problem resolves the ticket. Default: `always`.
    #[serde(default)]
    pub resolve: Resolve,
    /// When a ticket is resolved whose monitor never says that the problem is over: `never`, or so long after the last
    /// observation. Default: `never`.
    #[serde(default)]
    pub resolve_after: Patience,
    /// What a problem that comes back does with a ticket that is done, by the ticket's state.
    #[serde(default)]
    pub reopen: Reopen,
    /// What follows a create whose outcome nobody knows, on a platform that can't be searched. Default: `park`.
    #[serde(default)]
    pub when_unknown: WhenUnknown,
    /// What a maintenance window, or a change that is under way, does: `annotate` tells people, `hold` keeps what fires from
    /// becoming a ticket before its end. Default: `annotate`.
    #[serde(default)]
    pub maintenance: Maintenance,
}

/// Whether an alert with several resources makes several tickets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// One ticket.
    #[default]
    None,
    /// One for each affected resource.
    Resource,
}

fn every_alert() -> String {
    "true".to_owned()
}

fn correlation_key() -> Vec<GroupBy> {
    vec![GroupBy::CorrelationKey]
}

fn no_time() -> Span {
    Span(Duration::ZERO)
}

// === impl RouteSection ===

impl RouteSection {
    /// Its policies, as convergence takes them.
    #[must_use]
    pub fn policies(&self) -> Policies {
        Policies {
            resolved_first: self.resolved_first,
            resolve: self.resolve,
            resolve_after: self.resolve_after,
            reopen: self.reopen,
            when_unknown: self.when_unknown,
            maintenance: self.maintenance,
        }
    }
}
