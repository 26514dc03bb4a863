//! What templates and lookups see: the input of the contract in snake_case, with labels as maps.
//!
//! Two names are this plugin's own: `severity`, the ticket's (an alert has one, too), and `defaults`, the texts that this plugin
//! would write itself, so that a template can add to them.

mod open;
pub mod record;
mod views;

use std::sync::{Arc, OnceLock};

use minijinja::Value;

use signalbox_sdk::transform::Input;
use signalbox_sdk::types::{Resource, Severity};

use crate::words::Word;
use crate::{defaults, description, note, time};
use record::{Fields, Record, Shape, optional, record};
use views::AlertView;

/// The input of one call, with the ticket's severity and the room that a default description has.
#[derive(Clone, Debug)]
pub struct Context {
    input: Arc<Input>,
    severity: Severity,
    room: usize,
    root: Value,
}

/// Everything by name.
#[derive(Debug)]
struct Root {
    input: Arc<Input>,
    severity: Severity,
    room: usize,
    /// Made once: templates ask for it again and again, and its labels are copied.
    alert: OnceLock<Value>,
    context: OnceLock<Value>,
}

/// What this plugin would write where the settings say nothing.
#[derive(Debug)]
struct Defaults {
    input: Arc<Input>,
    severity: Severity,
    room: usize,
}

/// Every name that a template may use.
pub const ROOT: Fields = Root::FIELDS;

/// The fields of `alert`, which a lookup may name without it.
pub const ALERT: Fields = AlertView::FIELDS;

// === impl Context ===

impl Context {
    /// What templates see of an input; `room` is the bound of a description.
    pub fn new(input: Arc<Input>, severity: Severity, room: usize) -> Self {
        let root = Root { input: Arc::clone(&input), severity, room, alert: OnceLock::new(), context: OnceLock::new() };
        Self { input, severity, room, root: record::value(root) }
    }

    /// The same with another severity of the ticket.
    pub fn with_severity(&self, severity: Severity) -> Self {
        if severity == self.severity { self.clone() } else { Self::new(Arc::clone(&self.input), severity, self.room) }
    }

    /// The same with less room for the default description.
    pub fn with_room(&self, room: usize) -> Self {
        Self::new(Arc::clone(&self.input), self.severity, room)
    }

    /// The input itself.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// The ticket's severity.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The bound of a default description.
    pub fn room(&self) -> usize {
        self.room
    }

    /// What a template is rendered with.
    pub fn root(&self) -> Value {
        self.root.clone()
    }
}

// === impl Root ===

record!(Root as this {
    "alert" Shape::Record(AlertView::FIELDS) => this.alert.get_or_init(|| record::value(AlertView::new(&this.input))).clone(),
    "resource" Shape::Record(Resource::FIELDS) => record::value(main_resource(&this.input)),
    "severity" Shape::Scalar => this.severity.word(),
    "duration" Shape::Scalar => duration(&this.input),
    "action" Shape::Scalar => this.input.action.word(),
    "kind" Shape::Scalar => this.input.kind.word(),
    "now" Shape::Scalar => this.input.now.as_str(),
    "context" Shape::Open => this.context.get_or_init(|| open::labels(&this.input.context)).clone(),
    "firing" Shape::Scalar => this.input.firing,
    "total" Shape::Scalar => this.input.total,
    "members" Shape::List => record::list(this.input.members.iter().cloned()),
    "timeline" Shape::List => record::list(this.input.timeline.iter().cloned()),
    "related" Shape::List => record::list(this.input.related.iter().cloned()),
    "facts" Shape::List => record::list(this.input.facts.iter().cloned()),
    "ticket" Shape::Record(signalbox_sdk::types::Ticket::FIELDS) => optional(this.input.ticket.clone().map(record::value)),
    "previous" Shape::Record(signalbox_sdk::work::Content::FIELDS) => optional(this.input.previous.clone().map(record::value)),
    "defaults" Shape::Record(Defaults::FIELDS) => record::value(Defaults {
        input: Arc::clone(&this.input),
        severity: this.severity,
        room: this.room,
    }),
});

record!(Defaults as this {
    "title" Shape::Scalar => defaults::title(&this.input),
    "description" Shape::Scalar => description::description(&this.input, this.severity, this.room),
    "severity" Shape::Scalar => defaults::severity(&this.input).word(),
    "configuration_item" Shape::Scalar => optional(defaults::configuration_item(&this.input)),
    "category" Shape::Scalar => defaults::category(&this.input),
    "note" Shape::Scalar => optional(note::note(&this.input, this.severity)),
});

/// What the ticket is about: the split's resource, or the alert's first; one of empty texts where it has none.
fn main_resource(input: &Input) -> Resource {
    defaults::resource(input).cloned().unwrap_or_else(|| Resource {
        id: String::new(),
        name: String::new(),
        kind: String::new(),
        scope: Vec::new(),
        configuration_item: String::new(),
    })
}

/// How long the alert's episode lasted, or has lasted by now, in words.
fn duration(input: &Input) -> String {
    time::between(&input.alert.fired_at, defaults::episode_end(input).unwrap_or(&input.now))
}
