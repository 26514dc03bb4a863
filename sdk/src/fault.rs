//! Call errors: how they are made, and what HTTP alone says about one.
//!
//! The contract promises that any kind but `outcome-unknown` has written nothing. So each classification here takes the request's
//! [`Effect`]: an answer that never came means "back off" for a read and "nobody knows" for a write. What a platform says in a
//! body (a refused field, a state that forbids) only its adapter can judge, before it asks [`by_status`].

use crate::http::{Effect, Failure, Response};
use crate::types::{CallError, CallErrorKind, WorkItemKind};

/// A call error of this kind, in the platform's words or the adapter's.
#[must_use]
pub fn fault(kind: CallErrorKind, message: impl Into<String>) -> CallError {
    CallError { kind, code: String::new(), message: message.into(), field: String::new(), retry_after: None }
}

/// Refuses a kind of work item that a platform without events and alerts does not have; `why` says so to a person.
///
/// # Errors
/// `unsupported`, unless it is an incident.
pub fn incidents_alone(kind: WorkItemKind, why: &str) -> Result<(), CallError> {
    match kind {
        WorkItemKind::Incident => Ok(()),
        WorkItemKind::Alert | WorkItemKind::Event => Err(fault(CallErrorKind::Unsupported, why)),
    }
}

/// One of several requests that went out side by side has no answer.
#[must_use]
pub fn unanswered() -> CallError {
    fault(CallErrorKind::Unavailable, "the host answered fewer requests than it was given")
}

/// What more can be said of a call error.
pub trait Detail {
    /// With the platform's own code.
    #[must_use]
    fn with_code(self, code: impl Into<String>) -> Self;
    /// With the platform's field that was refused.
    #[must_use]
    fn with_field(self, field: impl Into<String>) -> Self;
    /// With the seconds to wait.
    #[must_use]
    fn with_retry_after(self, seconds: Option<u32>) -> Self;
    /// With what the adapter was at, where the platform's words alone would puzzle: `looked up …`.
    #[must_use]
    fn while_it(self, act: &str) -> Self;
    /// As what came after a part was written: only looking again tells what is left to do.
    #[must_use]
    fn after_a_write(self) -> Self;
}

impl Detail for CallError {
    fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = code.into();
        self
    }

    fn with_field(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }

    fn with_retry_after(mut self, seconds: Option<u32>) -> Self {
        self.retry_after = seconds;
        self
    }

    fn while_it(mut self, act: &str) -> Self {
        self.message = format!("while it {act}: {}", self.message);
        self
    }

    fn after_a_write(mut self) -> Self {
        self.kind = CallErrorKind::OutcomeUnknown;
        self
    }
}

/// What a request without an answer means.
#[must_use]
pub fn by_failure(failure: Failure, effect: Effect) -> CallError {
    match failure {
        Failure::Denied(why) => fault(CallErrorKind::Rejected, why).with_code("denied"),
        Failure::NotSent(why) => fault(CallErrorKind::Unavailable, why).with_code("not-sent"),
        Failure::OutcomeUnknown(why) => {
            fault(unless_it_wrote(effect, CallErrorKind::Unavailable), why).with_code("no-answer")
        }
        Failure::TooLarge(limit) => {
            let message = format!("the answer is larger than the {limit} bytes that the connection allows");
            fault(unless_it_wrote(effect, CallErrorKind::Rejected), message).with_code("too-large")
        }
    }
}

/// What the status alone says; none for a status whose meaning is the platform's (2xx, most of 4xx).
///
/// | status | a read | a write |
/// |---|---|---|
/// | 401 | unauthorized | unauthorized |
/// | 408 | unavailable | outcome-unknown |
/// | 429 | throttled | throttled |
/// | 503 | unavailable | unavailable: refused at the door |
/// | other 5xx | unavailable | outcome-unknown: a proxy may have given up on what went through |
/// | 3xx | protocol | protocol: the host follows what may be followed |
#[must_use]
pub fn by_status(response: &Response, effect: Effect) -> Option<CallError> {
    let kind = match response.status {
        300..=399 => CallErrorKind::Protocol,
        401 => CallErrorKind::Unauthorized,
        429 => CallErrorKind::Throttled,
        503 => CallErrorKind::Unavailable,
        408 | 500..=599 => unless_it_wrote(effect, CallErrorKind::Unavailable),
        _ => return None,
    };
    let error = fault(kind, format!("the platform answered {}", response.status));
    Some(error.with_code(response.status.to_string()).with_retry_after(retry_after(response)))
}

/// `Retry-After` in seconds; a date there counts as none.
#[must_use]
pub fn retry_after(response: &Response) -> Option<u32> {
    response.header("retry-after")?.trim().parse().ok()
}

/// This kind for a read, and `outcome-unknown` for a write.
#[must_use]
pub fn unless_it_wrote(effect: Effect, kind: CallErrorKind) -> CallErrorKind {
    match effect {
        Effect::Reads => kind,
        Effect::Writes => CallErrorKind::OutcomeUnknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CallErrorKind::{OutcomeUnknown, Protocol, Rejected, Throttled, Unauthorized, Unavailable};

    #[test]
    fn a_missing_answer_is_unknown_only_for_what_writes() {
        let failures = [
            (Failure::Denied("no grant".into()), Rejected, Rejected),
            (Failure::NotSent("refused".into()), Unavailable, Unavailable),
            (Failure::OutcomeUnknown("reset".into()), Unavailable, OutcomeUnknown),
            (Failure::TooLarge(9), Rejected, OutcomeUnknown),
        ];
        for (failure, read, write) in failures {
            assert_eq!(by_failure(failure.clone(), Effect::Reads).kind, read, "{failure:?}");
            assert_eq!(by_failure(failure.clone(), Effect::Writes).kind, write, "{failure:?}");
        }
    }

    #[test]
    fn an_error_says_what_the_adapter_was_at() {
        let error = fault(Rejected, "no rights").while_it("looked up \"a\"").with_code("acl").with_field("group");
        assert_eq!(error.message, "while it looked up \"a\": no rights");
        assert_eq!((error.code.as_str(), error.field.as_str()), ("acl", "group"));
    }

    #[test]
    fn what_fails_after_a_write_leaves_it_unknown() {
        let error = fault(Rejected, "too long").with_field("note").after_a_write();
        assert_eq!((error.kind, error.field.as_str(), error.message.as_str()), (OutcomeUnknown, "note", "too long"));
    }

    #[test]
    fn statuses_that_mean_the_same_everywhere() {
        for (status, read, write) in [
            (200, None, None),
            (302, Some(Protocol), Some(Protocol)),
            (400, None, None),
            (401, Some(Unauthorized), Some(Unauthorized)),
            (403, None, None),
            (404, None, None),
            (408, Some(Unavailable), Some(OutcomeUnknown)),
            (429, Some(Throttled), Some(Throttled)),
            (500, Some(Unavailable), Some(OutcomeUnknown)),
            (502, Some(Unavailable), Some(OutcomeUnknown)),
            (503, Some(Unavailable), Some(Unavailable)),
            (504, Some(Unavailable), Some(OutcomeUnknown)),
        ] {
            let response = Response { status, headers: Vec::new(), body: Vec::new() };
            assert_eq!(by_status(&response, Effect::Reads).map(|error| error.kind), read, "{status}");
            assert_eq!(by_status(&response, Effect::Writes).map(|error| error.kind), write, "{status}");
        }
    }

    #[test]
    fn the_platform_says_how_long_to_wait() {
        for (value, seconds) in [("17", Some(17)), (" 3 ", Some(3)), ("Sun, 22 Nov 2026 10:00:00 GMT", None)] {
            let headers = vec![("retry-after".to_owned(), value.to_owned())];
            let response = Response { status: 429, headers, body: Vec::new() };
            assert_eq!(by_status(&response, Effect::Writes).and_then(|error| error.retry_after), seconds, "{value}");
        }
    }

    #[test]
    fn events_and_alerts_are_refused_where_there_are_incidents_alone() {
        assert_eq!(incidents_alone(WorkItemKind::Incident, "no others"), Ok(()));
        for kind in [WorkItemKind::Alert, WorkItemKind::Event] {
            let error = incidents_alone(kind, "no others").unwrap_err();
            assert_eq!((error.kind, error.message.as_str()), (CallErrorKind::Unsupported, "no others"));
        }
    }
}
