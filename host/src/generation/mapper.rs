//! A mapping as convergence sees it.

use super::platform::fault;
use crate::{
    converge::{
        desk::{Mapper, MappingFailure},
        input::Input,
    },
    domain::Content,
    plugin::{Entry, Failure, MappingError, Member, Related, TransformInput, TransformUse},
};
use async_trait::async_trait;
use std::sync::Arc;

/// A transform in its generation.
pub(super) struct TransformMapper(pub(super) Arc<TransformUse>);

// === impl TransformMapper ===

#[async_trait]
impl Mapper for TransformMapper {
    async fn apply(&self, input: Input) -> Result<Content, MappingFailure> {
        self.0.apply(told(input)).await.map_err(|failure| match failure {
            Failure::Guest(MappingError::Field(fault)) => MappingFailure::Field(fault),
            Failure::Guest(MappingError::Unwanted(why)) => MappingFailure::Unwanted(why),
            Failure::Failed(failed) => MappingFailure::Plugin(fault(&failed)),
        })
    }
}

/// What convergence knows, in the contract's terms.
fn told(input: Input) -> TransformInput {
    let member = |member: crate::ledger::Member| Member {
        alert_id: member.alert_id,
        correlation_key: member.correlation_key,
        title: member.title,
        severity: member.severity,
        condition: member.condition,
        fired_at: member.episode.fired_at,
        resolved_at: member.resolved_at,
        resource: member.resource,
    };
    let entry = |entry: crate::ledger::Entry| Entry { at: entry.at, event: entry.event, text: entry.text };
    let related = |related: crate::converge::input::Related| Related {
        alert_id: related.alert_id,
        title: related.title,
        severity: related.severity,
        condition: related.condition,
        fired_at: related.fired_at,
        ticket_number: related.ticket_number,
        why: related.why,
    };
    TransformInput {
        now: input.now,
        action: input.action,
        kind: input.kind,
        context: input.context,
        alert: input.alert,
        resource: input.resource,
        members: input.members.into_iter().map(member).collect(),
        firing: input.firing,
        total: input.total,
        timeline: input.timeline.into_iter().map(entry).collect(),
        related: input.related.into_iter().map(related).collect(),
        facts: input.facts,
        ticket: input.ticket,
        previous: input.previous,
    }
}
