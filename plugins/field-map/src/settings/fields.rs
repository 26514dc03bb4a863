//! The fields that all platforms share, and when each is sent.

use signalbox_sdk::transform::Action;
use signalbox_sdk::types::WorkItemKind;

use crate::words::{Word, words};

/// A field of the contract's `content`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Common {
    /// One line that names the problem.
    Title,
    /// All that is known of it.
    Description,
    /// How bad.
    Severity,
    /// Group or queue.
    Assignment,
    /// On whose behalf.
    Caller,
    /// What is broken.
    ConfigurationItem,
    /// What suffers.
    Service,
    /// What sort of problem.
    Category,
    /// What people are told with this change.
    Note,
}

words!(Common {
    Title => "title",
    Description => "description",
    Severity => "severity",
    Assignment => "assignment",
    Caller => "caller",
    ConfigurationItem => "configuration_item",
    Service => "service",
    Category => "category",
    Note => "note",
});

/// A field by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<'a> {
    /// One that all platforms share.
    Common(Common),
    /// One of the platform's own.
    Own(&'a str),
}

/// What only people should change once the ticket stands.
const FIRST: &[Action] = &[Action::Create];

/// What stays true to the alert.
const WHILE_FIRING: &[Action] = &[Action::Create, Action::Update, Action::Reopen];

/// What accompanies a change.
const CHANGES: &[Action] = &[Action::Update, Action::Resolve, Action::Reopen, Action::Annotate];

const ALL: &[Action] = &[Action::Create, Action::Update, Action::Resolve, Action::Reopen, Action::Annotate];

// === impl Field ===

impl Field<'_> {
    /// The name by which limits and errors know it.
    pub fn name(&self) -> &str {
        match self {
            Self::Common(common) => common.word(),
            Self::Own(name) => name,
        }
    }

    /// The actions on which it is sent where the settings don't say.
    ///
    /// Severity, and what looks it up, stays true to the alert; all else is set once, since people take over from there. An
    /// event is no ticket that people work on: it is whole every time.
    pub fn actions(&self, follows_severity: bool, kind: WorkItemKind) -> &'static [Action] {
        match (self, kind) {
            (Self::Common(Common::Note), _) => CHANGES,
            (_, WorkItemKind::Event) => ALL,
            (Self::Common(Common::Severity), _) => WHILE_FIRING,
            _ if follows_severity => WHILE_FIRING,
            _ => FIRST,
        }
    }
}
