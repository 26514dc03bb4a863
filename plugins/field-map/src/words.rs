//! The contract's enumerations as the words that settings, templates and texts use: the names of the WIT cases.

use signalbox_sdk::transform::Action;
use signalbox_sdk::types::{Condition, Severity, TicketState, WorkItemKind};

/// A case that people write and read as one word.
pub trait Word: Copy + 'static {
    /// Every case with its word, in the order of the contract.
    const ALL: &'static [(&'static str, Self)];

    /// The word of this case.
    fn word(self) -> &'static str;

    /// The case that is meant, whatever its case and the blanks around it.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, case)| *case)
    }

    /// All words in one phrase: `a, b or c`.
    fn choices() -> String {
        let words: Vec<&str> = Self::ALL.iter().map(|(word, _)| *word).collect();
        match words.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => words.concat(),
        }
    }
}

macro_rules! words {
    ($type:ty { $($case:ident => $word:literal),+ $(,)? }) => {
        impl $crate::words::Word for $type {
            const ALL: &'static [(&'static str, Self)] = &[$(($word, <$type>::$case)),+];

            fn word(self) -> &'static str {
                match self {
                    $(<$type>::$case => $word),+
                }
            }
        }
    };
}

pub(crate) use words;

words!(Severity {
    Critical => "critical",
    Error => "error",
    Warning => "warning",
    Informational => "informational",
    Verbose => "verbose",
});

words!(Condition { Fired => "fired", Resolved => "resolved" });

words!(WorkItemKind { Event => "event", Alert => "alert", Incident => "incident" });

words!(Action {
    Create => "create",
    Update => "update",
    Resolve => "resolve",
    Reopen => "reopen",
    Annotate => "annotate",
});

words!(TicketState {
    Open => "open",
    Pending => "pending",
    Resolved => "resolved",
    Closed => "closed",
    Canceled => "canceled",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_whatever_its_case() {
        assert_eq!(Severity::parse(" Critical "), Some(Severity::Critical));
        assert_eq!(Severity::parse("crit"), None);
    }

    #[test]
    fn choices_read_as_a_phrase() {
        assert_eq!(Condition::choices(), "fired or resolved");
        assert_eq!(Severity::choices(), "critical, error, warning, informational or verbose");
    }
}
