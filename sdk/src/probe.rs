//! What a probe tells: most refusals are no failures of it, but what a person has to mend.

use crate::types::{CallError, CallErrorKind};

/// The answer to one question of a probe; where it was refused, a finding in these words, which are given the platform's.
///
/// # Errors
/// What concerns not this question but the connection: it is the probe's own answer.
pub fn finding_of<T>(
    answer: Result<T, CallError>,
    findings: &mut Vec<String>,
    words: impl FnOnce(&str) -> String,
) -> Result<Option<T>, CallError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if is_finding(&error) => {
            findings.push(words(&error.message));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Whether an error concerns one question. Credentials, an address that is another's, and a request that the connection's own policy
/// denies concern all.
#[must_use]
pub fn is_finding(error: &CallError) -> bool {
    matches!(error.kind, CallErrorKind::Rejected | CallErrorKind::Unsupported) && error.code != "denied"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::{Detail, fault};
    use CallErrorKind::{Protocol, Rejected, Unauthorized, Unavailable, Unsupported};

    fn told(answer: Result<u8, CallError>) -> (Result<Option<u8>, CallErrorKind>, Vec<String>) {
        let mut findings = Vec::new();
        let answer = finding_of(answer, &mut findings, |why| format!("cannot look ({why})"));
        (answer.map_err(|error| error.kind), findings)
    }

    #[test]
    fn an_answer_is_no_finding() {
        assert_eq!(told(Ok(7)), (Ok(Some(7)), vec![]));
    }

    #[test]
    fn what_one_question_is_refused_is_a_finding() {
        for kind in [Rejected, Unsupported] {
            assert_eq!(told(Err(fault(kind, "no right"))), (Ok(None), vec!["cannot look (no right)".to_owned()]));
        }
    }

    #[test]
    fn what_concerns_the_connection_is_the_probe_s_answer() {
        for kind in [Unauthorized, Protocol, Unavailable] {
            assert_eq!(told(Err(fault(kind, "no"))), (Err(kind), vec![]));
        }
        assert_eq!(told(Err(fault(Rejected, "no grant").with_code("denied"))), (Err(Rejected), vec![]));
    }
}
