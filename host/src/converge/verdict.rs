//! What follows a call that failed: a pure function of the failure and of what went wrong before.

use super::desk::{Blame, CallFailure, PluginFault};
use super::life::Trouble;
use crate::domain::{CallError, CallErrorKind, FieldFault};
use crate::ledger::Parked;
use std::time::Duration;

/// How many plugin failures in a row park a ticket: the first may have been bad luck.
const FAULTS: u32 = 3;
/// How many conflicts in a row are answered with another read at once, and how many park the ticket.
const CONFLICTS_AT_ONCE: u32 = 3;
const CONFLICTS: u32 = 10;
/// How many unknown outcomes in a row park a ticket.
const UNKNOWN: u32 = 10;

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody knows whether it was done.
    OutcomeUnknown,
    /// The ticket is no longer there.
    Gone,
    /// The ticket is in another state than it was seen in: read it and plan anew.
    Conflict,
    /// The same again, later.
    Later {
        /// What the platform asks for.
        asked: Option<Duration>,
    },
    /// The connection's credentials are refused.
    StopConnection,
    /// A person has to look at it.
    Park(Parked),
}

/// The outcome's word in the ledger and in metrics.
#[must_use]
pub fn outcome(failure: &CallFailure) -> &str {
    match failure {
        CallFailure::Plugin(fault) if fault.may_have_written => super::plan::OUTCOME_UNKNOWN,
        CallFailure::Plugin(fault) => &fault.reason,
        CallFailure::Call(error) => word(error.kind),
    }
}

/// What follows a call that failed.
#[must_use]
pub fn verdict(failure: &CallFailure, trouble: &Trouble) -> Verdict {
    match failure {
        CallFailure::Call(error) => of_call(error),
        CallFailure::Plugin(fault) if fault.may_have_written => Verdict::OutcomeUnknown,
        CallFailure::Plugin(fault) => of_fault(fault, trouble),
    }
}

/// What follows a plugin that failed without having written.
#[must_use]
pub fn of_fault(fault: &PluginFault, trouble: &Trouble) -> Verdict {
    if fault.passing || trouble.faults.saturating_add(1) < FAULTS {
        return Verdict::Later { asked: None };
    }
    Verdict::Park(Parked {
        reason: "plugin".to_owned(),
        code: fault.reason.clone(),
        message: fault.message.clone(),
        blame: fault.blame.as_str().to_owned(),
    })
}

/// The settings of a mapping do not fit an alert.
#[must_use]
pub fn of_field(fault: &FieldFault) -> Parked {
    Parked {
        reason: "mapping".to_owned(),
        code: fault.field.clone(),
        message: fault.to_string(),
        blame: Blame::Operator.as_str().to_owned(),
    }
}

/// Why a ticket that goes on like this would never converge; none where it may.
#[must_use]
pub fn not_converging(trouble: &Trouble) -> Option<Parked> {
    let why = if trouble.conflicts >= CONFLICTS {
        "the platform refuses it each time, since the ticket is in another state or not there"
    } else if trouble.unknown >= UNKNOWN {
        "no call that writes to this ticket gets an answer"
    } else {
        return None;
    };
    Some(Parked {
        reason: "not-converging".to_owned(),
        code: String::new(),
        message: why.to_owned(),
        blame: Blame::Platform.as_str().to_owned(),
    })
}

/// How many failures count for the pause before a ticket is read again after a conflict or an unknown outcome; the first
/// few go on at once.
#[must_use]
pub fn failures_before_a_pause(trouble: &Trouble) -> u32 {
    trouble.conflicts.saturating_sub(CONFLICTS_AT_ONCE).max(trouble.unknown.saturating_sub(1))
}

fn of_call(error: &CallError) -> Verdict {
    let blame = match error.kind {
        CallErrorKind::OutcomeUnknown => return Verdict::OutcomeUnknown,
        CallErrorKind::Gone => return Verdict::Gone,
        CallErrorKind::Conflict => return Verdict::Conflict,
        CallErrorKind::Unauthorized => return Verdict::StopConnection,
        // A login form or a maintenance page is there for all tickets, and goes by itself or when the operator mends it.
        CallErrorKind::Throttled | CallErrorKind::Unavailable | CallErrorKind::Protocol => {
            return Verdict::Later { asked: error.retry_after.map(|seconds| Duration::from_secs(u64::from(seconds))) };
        }
        CallErrorKind::Rejected => Blame::Operator,
        CallErrorKind::Unsupported => Blame::Plugin,
    };
    let field = if error.field.is_empty() { String::new() } else { format!("field `{}`: ", error.field) };
    Verdict::Park(Parked {
        reason: word(error.kind).to_owned(),
        code: error.code.clone(),
        message: format!("{field}{}", error.message),
        blame: blame.as_str().to_owned(),
    })
}

fn word(kind: CallErrorKind) -> &'static str {
    match kind {
        CallErrorKind::Rejected => "rejected",
        CallErrorKind::Unauthorized => "unauthorized",
        CallErrorKind::Gone => "gone",
        CallErrorKind::Conflict => "conflict",
        CallErrorKind::Throttled => "throttled",
        CallErrorKind::OutcomeUnknown => super::plan::OUTCOME_UNKNOWN,
        CallErrorKind::Unavailable => "unavailable",
        CallErrorKind::Protocol => "protocol",
        CallErrorKind::Unsupported => "unsupported",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(kind: CallErrorKind) -> CallFailure {
        CallFailure::Call(CallError {
            kind,
            code: "42".into(),
            message: "no".into(),
            field: String::new(),
            retry_after: Some(7),
        })
    }

    fn fault(may_have_written: bool, passing: bool) -> CallFailure {
        let (reason, message) = ("trap".to_owned(), "it stopped itself".to_owned());
        CallFailure::Plugin(PluginFault { reason, message, blame: Blame::Plugin, may_have_written, passing })
    }

    fn parked(reason: &str, code: &str, message: &str, blame: &str) -> Verdict {
        let [reason, code, message, blame] = [reason, code, message, blame].map(str::to_owned);
        Verdict::Park(Parked { reason, code, message, blame })
    }

    #[test]
    fn each_failure_has_what_follows() {
        use CallErrorKind::*;
        let calm = Trouble::default();
        let faulty = Trouble { faults: 2, ..calm };
        let seven = Verdict::Later { asked: Some(Duration::from_secs(7)) };
        let later = Verdict::Later { asked: None };
        let cases = [
            (call(Rejected), calm, parked("rejected", "42", "no", "operator")),
            (call(Protocol), calm, Verdict::Later { asked: Some(Duration::from_secs(7)) }),
            (call(Unsupported), calm, parked("unsupported", "42", "no", "plugin")),
            (call(Unauthorized), calm, Verdict::StopConnection),
            (call(Gone), calm, Verdict::Gone),
            (call(Conflict), calm, Verdict::Conflict),
            (call(Throttled), calm, seven.clone()),
            (call(Unavailable), calm, seven),
            (call(OutcomeUnknown), calm, Verdict::OutcomeUnknown),
            (fault(true, false), faulty, Verdict::OutcomeUnknown),
            (fault(false, false), calm, later.clone()),
            (fault(false, false), faulty, parked("plugin", "trap", "it stopped itself", "plugin")),
            (fault(false, true), faulty, later),
        ];
        for (failure, trouble, expected) in cases {
            assert_eq!(verdict(&failure, &trouble), expected, "{failure:?}");
        }
    }

    #[test]
    fn what_goes_wrong_for_ever_is_parked_after_longer_and_longer_pauses() {
        let conflicts = |conflicts| Trouble { conflicts, ..Trouble::default() };
        let unknown = |unknown| Trouble { unknown, ..Trouble::default() };
        assert_eq!([1, 3, 4, 9].map(|n| failures_before_a_pause(&conflicts(n))), [0, 0, 1, 6]);
        assert_eq!([1, 2, 9].map(|n| failures_before_a_pause(&unknown(n))), [0, 1, 8]);
        assert_eq!(not_converging(&conflicts(9)), None);
        assert_eq!(not_converging(&conflicts(10)).map(|parked| parked.reason), Some("not-converging".to_owned()));
        assert_eq!(not_converging(&unknown(10)).map(|parked| parked.blame), Some("platform".to_owned()));
    }
}
