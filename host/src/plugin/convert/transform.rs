//! What a transform is told.

use super::alert::{facts_in, resource_in};
use super::work::content_in;
use super::{action_in, alert_in, condition_in, kind_in, severity_in, ticket_in};
use crate::domain::{Entry, MappingInput, Member, Related};
use crate::plugin::bindings::transform::exports::signalbox::plugin::transform;

pub(in crate::plugin) fn input_in(input: MappingInput) -> transform::Input {
    transform::Input {
        now: input.now.to_string(),
        action: action_in(input.action),
        kind: kind_in(input.kind),
        context: input.context,
        alert: alert_in(input.alert),
        resource: input.resource.map(resource_in),
        members: input.members.into_iter().map(member_in).collect(),
        firing: input.firing,
        total: input.total,
        timeline: input.timeline.into_iter().map(entry_in).collect(),
        related: input.related.into_iter().map(related_in).collect(),
        facts: facts_in(input.facts),
        ticket: input.ticket.map(ticket_in),
        previous: input.previous.map(content_in),
    }
}

fn member_in(member: Member) -> transform::Member {
    transform::Member {
        alert_id: member.alert_id.to_string(),
        correlation_key: member.correlation_key.to_string(),
        title: member.title,
        severity: severity_in(member.severity),
        condition: condition_in(member.condition),
        fired_at: member.episode.fired_at.to_string(),
        resolved_at: member.resolved_at.map(|at| at.to_string()),
        resource: member.resource.map(resource_in),
    }
}

fn entry_in(entry: Entry) -> transform::Entry {
    transform::Entry { at: entry.at.to_string(), event: entry.event, text: entry.text }
}

fn related_in(related: Related) -> transform::Related {
    transform::Related {
        alert_id: related.alert_id.to_string(),
        title: related.title,
        severity: severity_in(related.severity),
        condition: condition_in(related.condition),
        fired_at: related.fired_at.to_string(),
        ticket_number: related.ticket_number,
        why: related.why,
    }
}
