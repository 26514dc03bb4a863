//! An adapter's settings where the contract asks for them: all that is wrong with them in `check`, and whole for a call.

use crate::adapter::description::Finding;
use crate::fault::fault;
use crate::terms::SettingFault;
use crate::types::{CallError, CallErrorKind};

/// What is wrong with settings that fit the schema; `faults` says what a schema cannot see.
#[must_use]
pub fn check<S>(parsed: Result<S, serde_json::Error>, faults: impl FnOnce(&S) -> Vec<SettingFault>) -> Vec<Finding> {
    match parsed {
        Ok(settings) => {
            let finding = |fault: SettingFault| Finding { at: fault.at, message: fault.message };
            faults(&settings).into_iter().map(finding).collect()
        }
        Err(error) => vec![Finding { at: String::new(), message: error.to_string() }],
    }
}

/// Settings for a call. Each call has a fresh instance, so they are read each time.
///
/// # Errors
/// `rejected`: they are not as the schema says.
pub fn read<S>(parsed: Result<S, serde_json::Error>) -> Result<S, CallError> {
    parsed.map_err(|error| fault(CallErrorKind::Rejected, format!("the plugin's settings: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(json: &str) -> Result<u8, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn check_tells_each_fault_and_where_it_is() {
        let faults = |_: &u8| vec![SettingFault::new("/a", "is odd"), SettingFault::new("/b/0", "is even")];
        let findings = check(parsed("1"), faults);
        let told: Vec<_> = findings.iter().map(|finding| (finding.at.as_str(), finding.message.as_str())).collect();
        assert_eq!(told, [("/a", "is odd"), ("/b/0", "is even")]);
    }

    #[test]
    fn what_is_not_as_the_schema_says_is_one_finding_and_no_call() {
        let findings = check(parsed("[]"), |_| unreachable!());
        assert_eq!(findings.len(), 1);
        assert!(findings[0].at.is_empty() && findings[0].message.contains("expected u8"), "{findings:?}");
        let error = read(parsed("[]")).unwrap_err();
        assert_eq!(error.kind, CallErrorKind::Rejected);
        assert!(error.message.starts_with("the plugin's settings: "), "{}", error.message);
        assert_eq!(read(parsed("7")).unwrap(), 7);
    }
}
