//! The contract's records, field by field.

use std::sync::{Arc, OnceLock};

use minijinja::Value;

use signalbox_sdk::transform::{Entry, Input, Member, Related};
use signalbox_sdk::types::{Fact, Link, Resource, Ticket};
use signalbox_sdk::work::Content;

use super::record::{self, Shape, optional, record};
use super::{main_resource, open};
use crate::words::Word;

/// The alert, with the resource that this ticket is for.
#[derive(Debug)]
pub struct AlertView {
    input: Arc<Input>,
    labels: OnceLock<Value>,
    payload: OnceLock<Value>,
}

// === impl AlertView ===

impl AlertView {
    /// The alert of an input.
    pub fn new(input: &Arc<Input>) -> Self {
        Self { input: Arc::clone(input), labels: OnceLock::new(), payload: OnceLock::new() }
    }
}

record!(AlertView as this {
    "id" Shape::Scalar => this.input.alert.id.as_str(),
    "correlation_key" Shape::Scalar => this.input.alert.correlation_key.as_str(),
    "condition" Shape::Scalar => this.input.alert.condition.word(),
    "severity" Shape::Scalar => this.input.alert.severity.word(),
    "resolves" Shape::Scalar => this.input.alert.resolves,
    "signal" Shape::Scalar => this.input.alert.signal.as_str(),
    "rule" Shape::Scalar => this.input.alert.rule.as_str(),
    "title" Shape::Scalar => this.input.alert.title.as_str(),
    "summary" Shape::Scalar => this.input.alert.summary.as_str(),
    "description" Shape::Scalar => this.input.alert.description.as_str(),
    "observed_at" Shape::Scalar => this.input.alert.observed_at.as_str(),
    "fired_at" Shape::Scalar => this.input.alert.fired_at.as_str(),
    "resolved_at" Shape::Scalar => optional(this.input.alert.resolved_at.as_deref()),
    "resource" Shape::Record(<Resource as record::Record>::FIELDS) => record::value(main_resource(&this.input)),
    "resources" Shape::List => record::list(this.input.alert.resources.iter().cloned()),
    "facts" Shape::List => record::list(this.input.alert.facts.iter().cloned()),
    "links" Shape::List => record::list(this.input.alert.links.iter().cloned()),
    "labels" Shape::Open => this.labels.get_or_init(|| open::labels(&this.input.alert.labels)).clone(),
    "payload" Shape::Open => this.payload.get_or_init(|| open::json(&this.input.alert.payload)).clone(),
});

record!(Resource as this {
    "id" Shape::Scalar => this.id.as_str(),
    "name" Shape::Scalar => this.name.as_str(),
    "kind" Shape::Scalar => this.kind.as_str(),
    "scope" Shape::Open => open::labels(&this.scope),
    "configuration_item" Shape::Scalar => this.configuration_item.as_str(),
});

record!(Fact as this {
    "group" Shape::Scalar => this.group.as_str(),
    "name" Shape::Scalar => this.name.as_str(),
    "value" Shape::Scalar => this.value.as_str(),
    "unit" Shape::Scalar => this.unit.as_str(),
});

record!(Link as this {
    "title" Shape::Scalar => this.title.as_str(),
    "url" Shape::Scalar => this.url.as_str(),
});

record!(Member as this {
    "alert_id" Shape::Scalar => this.alert_id.as_str(),
    "correlation_key" Shape::Scalar => this.correlation_key.as_str(),
    "title" Shape::Scalar => this.title.as_str(),
    "severity" Shape::Scalar => this.severity.word(),
    "condition" Shape::Scalar => this.condition.word(),
    "fired_at" Shape::Scalar => this.fired_at.as_str(),
    "resolved_at" Shape::Scalar => optional(this.resolved_at.as_deref()),
    "resource" Shape::Record(<Resource as record::Record>::FIELDS) => optional(this.resource.clone().map(record::value)),
});

record!(Entry as this {
    "at" Shape::Scalar => this.at.as_str(),
    "event" Shape::Scalar => this.event.as_str(),
    "text" Shape::Scalar => this.text.as_str(),
});

record!(Related as this {
    "alert_id" Shape::Scalar => this.alert_id.as_str(),
    "title" Shape::Scalar => this.title.as_str(),
    "severity" Shape::Scalar => this.severity.word(),
    "condition" Shape::Scalar => this.condition.word(),
    "fired_at" Shape::Scalar => this.fired_at.as_str(),
    "ticket_number" Shape::Scalar => this.ticket_number.as_str(),
    "why" Shape::Scalar => this.why.as_str(),
});

record!(Ticket as this {
    "id" Shape::Scalar => this.id.as_str(),
    "number" Shape::Scalar => this.number.as_str(),
    "url" Shape::Scalar => this.url.as_str(),
    "key" Shape::Scalar => this.key.as_str(),
    "state" Shape::Scalar => this.state.word(),
    "platform_state" Shape::Scalar => this.platform_state.as_str(),
    "version" Shape::Scalar => this.version.as_str(),
    "priority" Shape::Scalar => this.priority.as_str(),
    "assignment" Shape::Scalar => this.assignment.as_str(),
    "assigned_to" Shape::Scalar => this.assigned_to.as_str(),
    "created_at" Shape::Scalar => optional(this.created_at.as_deref()),
    "updated_at" Shape::Scalar => optional(this.updated_at.as_deref()),
    "resolved_at" Shape::Scalar => optional(this.resolved_at.as_deref()),
    "closed_at" Shape::Scalar => optional(this.closed_at.as_deref()),
    "fields" Shape::Open => open::json(&this.fields),
});

record!(Content as this {
    "title" Shape::Scalar => optional(this.title.as_deref()),
    "description" Shape::Scalar => optional(this.description.as_deref()),
    "severity" Shape::Scalar => optional(this.severity.map(Word::word)),
    "assignment" Shape::Scalar => optional(this.assignment.as_deref()),
    "caller" Shape::Scalar => optional(this.caller.as_deref()),
    "configuration_item" Shape::Scalar => optional(this.configuration_item.as_deref()),
    "service" Shape::Scalar => optional(this.service.as_deref()),
    "category" Shape::Scalar => optional(this.category.as_deref()),
    "note" Shape::Scalar => optional(this.note.as_deref()),
    "fields" Shape::Open => open::json(&this.fields),
});
