//! What a mapping is told: the newest observation in the context of its ticket.

use super::desk::Assignment;
use super::life::Life;
use crate::domain::{
    Action, Alert, AlertId, Condition, Content, Fact, Labels, PlatformTicket, Resource, Severity, Timestamp,
    WorkItemKind,
};
use crate::ledger::{Claimed, Entry, Member};

/// The contract's `transform.input`, with its texts parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The time that the mapping is for; its clock stands still at it.
    pub now: Timestamp,
    /// What the plan is about to do.
    pub action: Action,
    /// What the route asks for.
    pub kind: WorkItemKind,
    /// `route`, `connection`, `mapping`, `group.*`, and what the desk adds.
    pub context: Labels,
    /// The observation that decides.
    pub alert: Alert,
    /// The one that this ticket is for, where the route makes one for each.
    pub resource: Option<Resource>,
    /// The alerts that this ticket stands for, newest first.
    pub members: Vec<Member>,
    /// How many of all of them fire.
    pub firing: u32,
    /// How many there are.
    pub total: u32,
    /// Oldest first.
    pub timeline: Vec<Entry>,
    /// Other alerts that may have to do with this one.
    pub related: Vec<Related>,
    /// What monitors added.
    pub facts: Vec<Fact>,
    /// None before it is created.
    pub ticket: Option<PlatformTicket>,
    /// What was last confirmed.
    pub previous: Option<Content>,
}

/// Another alert that may have to do with this one, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Its id.
    pub alert_id: AlertId,
    /// Its title.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it fires.
    pub condition: Condition,
    /// Since when.
    pub fired_at: Timestamp,
    /// Empty where it has none.
    pub ticket_number: String,
    /// Why it is named.
    pub why: String,
}

/// What the mapping of `assignment` is told of a claimed ticket.
#[must_use]
pub fn input(claimed: &Claimed, life: &Life, assignment: &Assignment, action: Action, now: Timestamp) -> Input {
    let mut context: Labels = vec![
        ("route".to_owned(), assignment.route.to_string()),
        ("connection".to_owned(), claimed.connection.to_string()),
        ("mapping".to_owned(), assignment.mapping.to_string()),
    ];
    context.extend(claimed.group.iter().map(|(name, value)| (format!("group.{name}"), value.clone())));
    context.extend(assignment.context.iter().cloned());
    Input {
        now,
        action,
        kind: claimed.kind,
        context,
        alert: claimed.newest.alert.clone(),
        resource: split_resource(claimed),
        members: claimed.members.clone(),
        firing: claimed.firing,
        total: claimed.total,
        timeline: claimed.timeline.clone(),
        related: assignment.related.clone(),
        facts: assignment.facts.clone(),
        ticket: life.ticket().cloned(),
        previous: life.confirmed.as_ref().map(|confirmed| confirmed.content.clone()),
    }
}

/// The resource that a route's split made this ticket for: the alert spells it out; where its body is gone, its id stays.
pub(super) fn split_resource(claimed: &Claimed) -> Option<Resource> {
    let id = claimed.resource.as_ref()?;
    let of_alert = claimed.newest.alert.resources.iter();
    let of_members = claimed.members.iter().filter_map(|each| each.resource.as_ref());
    let known = of_alert.chain(of_members).find(|each| each.id == *id);
    Some(known.cloned().unwrap_or_else(|| Resource { id: id.clone(), name: id.clone(), ..Resource::default() }))
}
