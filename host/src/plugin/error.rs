//! What can go wrong in a call, by type, and whose fault it is.
//!
//! A plugin's own typed error is not among these: it is the call's answer, `Failure::Guest`. Everything else is `Failed`, with
//! what the call had sent until then, since a call that was cut short may have written on its platform.

use super::limits::{InvalidLimits, MemoryRefused};
use super::words;
use std::time::Duration;
use wasmtime::component::ResourceTableError;

/// Who has to do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blame {
    /// Who posted the alert.
    Sender,
    /// Who configured the gateway.
    Operator,
    /// Who wrote the plugin.
    Plugin,
    /// The other side of a connection.
    Platform,
    /// The gateway.
    Us,
}

/// How guest code stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrapKind {
    /// It said that it cannot go on: a panic, an abort.
    Unreachable,
    /// It called itself too deep.
    StackOverflow,
    /// It reached outside its memory or tables.
    OutOfBounds,
    /// Integer arithmetic or a conversion without a result.
    Arithmetic,
    /// It called what is no function, or one of another type.
    BadCall,
    /// It ended its process, with this code.
    Exit(i32),
    /// Another trap.
    Other,
}

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PluginError {
    /// Guest code stopped.
    #[error("the plugin {kind}{}", said(.last_words))]
    Trap {
        /// How.
        kind: TrapKind,
        /// What it said last on its error output, escaped and bounded; may be empty.
        last_words: String,
    },
    /// It took too long.
    #[error("the plugin gave no answer within {}", words::duration(*.limit))]
    Deadline {
        /// What it had.
        limit: Duration,
    },
    /// It asked for more than a call may have.
    #[error("the plugin asked for more memory than the {limit} bytes that it may have")]
    Memory {
        /// What it may have.
        limit: usize,
    },
    /// It answered what the contract does not allow.
    #[error("the plugin's answer is not valid: {0}")]
    Invalid(#[from] InvalidAnswer),
    /// It gave up after a request of its own was refused by policy.
    #[error("the plugin asked for what it may not have: {what}")]
    Denied {
        /// The policy's words.
        what: String,
    },
    /// All of its places, or all of the runtime's, stayed taken.
    #[error("no place for another call became free within {}", words::duration(*.waited))]
    Saturated {
        /// How long it waited.
        waited: Duration,
    },
    /// It failed too often in a row, and rests.
    #[error("the plugin failed too often and is not called for another {}", words::duration(*.retry_after))]
    BreakerOpen {
        /// Until it is tried again.
        retry_after: Duration,
    },
}

/// An answer, or a part of one, that the contract does not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", place(.field))]
pub struct InvalidAnswer {
    /// Where in the answer, `alerts[2].fired-at`; empty for the whole.
    pub field: String,
    /// What is wrong, bounded and escaped.
    pub message: String,
}

/// What a call had sent by the time that it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests that may have reached the other side.
    pub requests_sent: u32,
    /// Of these, the ones not marked safe.
    pub writes_sent: u32,
}

/// A call without an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct Failed {
    /// Why.
    pub error: PluginError,
    /// What it had sent.
    pub traffic: Traffic,
}

/// Why a call did not do what it was asked: the plugin says so itself, or it could not say anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure<E> {
    /// The plugin's own typed error.
    #[error("{0}")]
    Guest(E),
    /// No answer.
    #[error(transparent)]
    Failed(#[from] Failed),
}

// === impl TrapKind ===

impl std::fmt::Display for TrapKind {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable => out.write_str("stopped itself"),
            Self::StackOverflow => out.write_str("used up its stack"),
            Self::OutOfBounds => out.write_str("reached outside its memory"),
            Self::Arithmetic => out.write_str("calculated what has no result"),
            Self::BadCall => out.write_str("called what is no function"),
            Self::Exit(code) => write!(out, "ended its process with code {code}"),
            Self::Other => out.write_str("trapped"),
        }
    }
}

impl From<wasmtime::Trap> for TrapKind {
    fn from(trap: wasmtime::Trap) -> Self {
        use wasmtime::Trap;
        match trap {
            Trap::UnreachableCodeReached => Self::Unreachable,
            Trap::StackOverflow => Self::StackOverflow,
            Trap::MemoryOutOfBounds | Trap::TableOutOfBounds | Trap::ArrayOutOfBounds => Self::OutOfBounds,
            Trap::IntegerOverflow | Trap::IntegerDivisionByZero | Trap::BadConversionToInteger => Self::Arithmetic,
            Trap::IndirectCallToNull | Trap::BadSignature | Trap::NullReference => Self::BadCall,
            _ => Self::Other,
        }
    }
}

// === impl PluginError ===

impl PluginError {
    /// Who has to do something about it.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::Saturated { .. } => Blame::Us,
            Self::Trap { .. }
            | Self::Deadline { .. }
            | Self::Memory { .. }
            | Self::Invalid(_)
            | Self::Denied { .. }
            | Self::BreakerOpen { .. } => Blame::Plugin,
        }
    }

    /// Whether the plugin was called at all.
    #[must_use]
    pub fn was_called(&self) -> bool {
        !matches!(self, Self::Saturated { .. } | Self::BreakerOpen { .. })
    }

    /// What ended a call in wasmtime. Errors without a type come from reading the answer out of the guest's memory.
    pub(super) fn from_wasmtime(error: &wasmtime::Error, limit: Duration, last_words: String) -> Self {
        if let Some(refused) = error.downcast_ref::<MemoryRefused>() {
            return Self::Memory { limit: refused.limit };
        }
        if let Some(ResourceTableError::Full) = error.downcast_ref::<ResourceTableError>() {
            return Self::Invalid(InvalidAnswer::whole("it holds too many streams and timers at once"));
        }
        if let Some(exit) = error.downcast_ref::<wasmtime_wasi::I32Exit>() {
            return Self::Trap { kind: TrapKind::Exit(exit.0), last_words };
        }
        if error.downcast_ref::<wasmtime::PoolConcurrencyLimitError>().is_some() {
            return Self::Saturated { waited: Duration::ZERO };
        }
        match error.downcast_ref::<wasmtime::Trap>() {
            Some(wasmtime::Trap::Interrupt) => Self::Deadline { limit },
            Some(trap) if answers(*trap) => Self::Invalid(InvalidAnswer::whole(&trap.to_string())),
            Some(trap) => Self::Trap { kind: (*trap).into(), last_words },
            None => Self::Invalid(InvalidAnswer::whole(&error.root_cause().to_string())),
        }
    }
}

/// Traps of the component model's canonical ABI: what was handed over is not of its type.
fn answers(trap: wasmtime::Trap) -> bool {
    use wasmtime::Trap;
    matches!(
        trap,
        Trap::InvalidChar
            | Trap::StringOutOfBounds
            | Trap::ListOutOfBounds
            | Trap::InvalidDiscriminant
            | Trap::UnalignedPointer
    )
}

fn said(last_words: &str) -> String {
    if last_words.is_empty() { String::new() } else { format!(": {last_words}") }
}

fn place(field: &str) -> String {
    if field.is_empty() { String::new() } else { format!("`{field}` ") }
}

// === impl InvalidAnswer ===

impl InvalidAnswer {
    pub(super) fn at(field: impl Into<String>, message: &str) -> Self {
        Self { field: field.into(), message: words::escaped(message, 400) }
    }

    pub(super) fn whole(message: &str) -> Self {
        Self::at("", message)
    }

    /// The same, seen from the record that holds it.
    pub(super) fn within(self, outer: impl std::fmt::Display) -> Self {
        let field = if self.field.is_empty() { outer.to_string() } else { format!("{outer}.{}", self.field) };
        Self { field, message: self.message }
    }
}

// === impl Failed ===

impl Failed {
    pub(super) fn before_the_call(error: PluginError) -> Self {
        Self { error, traffic: Traffic::default() }
    }

    /// Whether the other side may hold something that nobody was told of. If not, the call has written nothing.
    #[must_use]
    pub fn outcome_is_unknown(&self) -> bool {
        self.traffic.writes_sent > 0
    }

    /// Who has to do something about it.
    #[must_use]
    pub fn blame(&self) -> Blame {
        self.error.blame()
    }
}

// === impl InvalidLimits ===

impl InvalidLimits {
    /// Who has to do something about it.
    #[must_use]
    pub fn blame(&self) -> Blame {
        Blame::Operator
    }
}
