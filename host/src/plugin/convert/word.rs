//! The contract's enumerations, one to one.

use crate::domain;
use crate::plugin::bindings::{adapter, records, transform, types};

macro_rules! one_to_one {
    ($into:ident, $out_of:ident: $ours:path = $theirs:path { $($word:ident),+ }) => {
        pub(in crate::plugin) fn $into(word: $ours) -> $theirs {
            use $ours as Ours;
            use $theirs as Theirs;
            match word { $(Ours::$word => Theirs::$word),+ }
        }

        one_to_one!(@out $out_of: $ours = $theirs { $($word),+ });
    };
    ($into:ident: $ours:path = $theirs:path { $($word:ident),+ }) => {
        pub(in crate::plugin) fn $into(word: $ours) -> $theirs {
            use $ours as Ours;
            use $theirs as Theirs;
            match word { $(Ours::$word => Theirs::$word),+ }
        }
    };
    (@out $out_of:ident: $ours:path = $theirs:path { $($word:ident),+ }) => {
        pub(in crate::plugin) fn $out_of(word: $theirs) -> $ours {
            use $ours as Ours;
            use $theirs as Theirs;
            match word { $(Theirs::$word => Ours::$word),+ }
        }
    };
}

one_to_one!(severity_in, severity_out: domain::Severity = types::Severity { Critical, Error, Warning, Informational, Verbose });
one_to_one!(condition_in, condition_out: domain::Condition = types::Condition { Fired, Resolved });
one_to_one!(kind_in: domain::WorkItemKind = types::WorkItemKind { Event, Alert, Incident });
one_to_one!(state_in, state_out: domain::TicketState = types::TicketState { Open, Pending, Resolved, Closed, Canceled });
one_to_one!(change_in: domain::Change = adapter::exports::signalbox::plugin::adapter::Change { Update, Resolve, Reopen, Annotate });
one_to_one!(action_in: domain::Action = transform::exports::signalbox::plugin::transform::Action { Create, Update, Resolve, Reopen, Annotate });
one_to_one!(record_kind_in, record_kind_out: domain::RecordKind = records::RecordKind { Incident, Change });
one_to_one!(phase_in, phase_out: domain::ChangePhase = records::ChangePhase { Draft, Approved, Implementing, Reviewing, Done, Failed, Canceled });
one_to_one!(@out error_kind_out: domain::CallErrorKind = types::CallErrorKind {
    Rejected, Unauthorized, Gone, Conflict, Throttled, OutcomeUnknown, Unavailable, Protocol, Unsupported
});
