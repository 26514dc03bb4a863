//! What a mapping is told: the newest observation in the context of its ticket.

use super::desk::Assignment;
use super::facts;
use super::life::Life;
use crate::domain::{Action, Labels, MappingInput, Related, Resource, Timestamp};
use crate::ledger::Claimed;

/// What the mapping of `assignment` is told of a claimed ticket.
#[must_use]
pub fn input(
    claimed: &Claimed,
    life: &Life,
    assignment: &Assignment,
    related: Vec<Related>,
    action: Action,
    now: Timestamp,
) -> MappingInput {
    let mut context: Labels = vec![
        ("route".to_owned(), assignment.route.to_string()),
        ("connection".to_owned(), claimed.connection.to_string()),
        ("mapping".to_owned(), assignment.mapping.to_string()),
    ];
    context.extend(claimed.group.iter().map(|(name, value)| (format!("group.{name}"), value.clone())));
    context.extend(assignment.context.iter().cloned());
    MappingInput {
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
        related,
        facts: facts::for_mapping(claimed.facts.as_ref()),
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
