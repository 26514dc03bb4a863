//! The words that adapters' settings are made of, spelled alike for all platforms: values for each severity, what a platform's
//! states mean, and what to do with a name that stands for nothing.
//!
//! An adapter's own module `settings` says what they default to and checks what a schema cannot see, each fault a [`SettingFault`].

use crate::records::ChangePhase;
use crate::types::{Severity, TicketState};
use serde::{Deserialize, Deserializer, Serialize};

/// A value for each severity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BySeverity<T> {
    /// Of a critical alert.
    pub critical: T,
    /// Of an error.
    pub error: T,
    /// Of a warning.
    pub warning: T,
    /// Of what is informational.
    pub informational: T,
    /// Of what is verbose.
    pub verbose: T,
}

/// [`TicketState`] as settings spell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Someone should work on it.
    Open,
    /// It waits.
    Pending,
    /// Done, and can come back.
    Resolved,
    /// Done for good.
    Closed,
    /// Will not be done.
    Canceled,
}

/// [`ChangePhase`] as settings spell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Being written, or waiting for approval.
    Draft,
    /// Approved, not begun.
    Approved,
    /// Under way.
    Implementing,
    /// Done, and being looked at.
    Reviewing,
    /// Over, well.
    Done,
    /// Over, badly.
    Failed,
    /// Withdrawn.
    Canceled,
}

/// What to do with a name that stands for no single record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Missing {
    /// Refuse the ticket: a person must look.
    #[default]
    Reject,
    /// Leave it out, and say so where the desk or the operator sees it.
    Omit,
}

/// A setting that no schema can refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingFault {
    /// JSON Pointer.
    pub at: String,
    /// What is wrong with it.
    pub message: String,
}

/// Those that an operator gave, of any number of severities.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
struct Given<T> {
    #[serde(default, deserialize_with = "some")]
    critical: Option<T>,
    #[serde(default, deserialize_with = "some")]
    error: Option<T>,
    #[serde(default, deserialize_with = "some")]
    warning: Option<T>,
    #[serde(default, deserialize_with = "some")]
    informational: Option<T>,
    #[serde(default, deserialize_with = "some")]
    verbose: Option<T>,
}

// === impl BySeverity ===

impl<T> BySeverity<T> {
    /// The value for one.
    #[must_use]
    pub fn of(&self, severity: Severity) -> &T {
        match severity {
            Severity::Critical => &self.critical,
            Severity::Error => &self.error,
            Severity::Warning => &self.warning,
            Severity::Informational => &self.informational,
            Severity::Verbose => &self.verbose,
        }
    }

    /// All five by what settings call them, worst first.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &T)> {
        [
            ("critical", &self.critical),
            ("error", &self.error),
            ("warning", &self.warning),
            ("informational", &self.informational),
            ("verbose", &self.verbose),
        ]
        .into_iter()
    }

    /// All five, worst first.
    pub fn each(&self) -> impl Iterator<Item = &T> {
        self.named().map(|(_, value)| value)
    }

    /// Made of five values, worst first.
    #[must_use]
    pub fn made<V>([critical, error, warning, informational, verbose]: [V; 5], of: impl Fn(V) -> T) -> Self {
        Self {
            critical: of(critical),
            error: of(error),
            warning: of(warning),
            informational: of(informational),
            verbose: of(verbose),
        }
    }

    /// Reads what an operator gave, and takes the rest from here: for serde's `deserialize_with`.
    ///
    /// # Errors
    /// Where it is no table, or has a severity that there is not.
    pub fn overlaid<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<Self, D::Error>
    where
        T: Deserialize<'de>,
    {
        let given = Given::deserialize(deserializer)?;
        Ok(Self {
            critical: given.critical.unwrap_or(self.critical),
            error: given.error.unwrap_or(self.error),
            warning: given.warning.unwrap_or(self.warning),
            informational: given.informational.unwrap_or(self.informational),
            verbose: given.verbose.unwrap_or(self.verbose),
        })
    }
}

/// What stands there must be a value: null is none.
fn some<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

// === impl State, Phase ===

impl From<State> for TicketState {
    fn from(state: State) -> Self {
        match state {
            State::Open => Self::Open,
            State::Pending => Self::Pending,
            State::Resolved => Self::Resolved,
            State::Closed => Self::Closed,
            State::Canceled => Self::Canceled,
        }
    }
}

impl From<Phase> for ChangePhase {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Draft => Self::Draft,
            Phase::Approved => Self::Approved,
            Phase::Implementing => Self::Implementing,
            Phase::Reviewing => Self::Reviewing,
            Phase::Done => Self::Done,
            Phase::Failed => Self::Failed,
            Phase::Canceled => Self::Canceled,
        }
    }
}

// === impl SettingFault ===

impl SettingFault {
    /// What is wrong with the setting at a place.
    #[must_use]
    pub fn new(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self { at: at.into(), message: message.into() }
    }
}

/// A setting that names a state, and what is wrong where that means none of these; `told` names the settings that say what it means.
#[must_use]
pub fn must_mean(
    at: &str,
    name: &str,
    means: Option<TicketState>,
    wanted: &[State],
    told: &str,
) -> Option<SettingFault> {
    let fits = wanted.iter().any(|state| means == Some(TicketState::from(*state)));
    let words: Vec<_> = wanted.iter().map(|state| format!("`{}`", format!("{state:?}").to_lowercase())).collect();
    (!fits).then(|| SettingFault::new(at, format!("{name} must mean {}: say so in {told}", words.join(" or "))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn priorities() -> BySeverity<u8> {
        BySeverity::made([1, 2, 3, 4, 5], |priority| priority)
    }

    #[test]
    fn each_severity_has_its_value() {
        let severities =
            [Severity::Critical, Severity::Error, Severity::Warning, Severity::Informational, Severity::Verbose];
        assert_eq!(severities.map(|severity| *priorities().of(severity)), [1, 2, 3, 4, 5]);
        assert_eq!(priorities().each().copied().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert_eq!(priorities().named().last(), Some(("verbose", &5)));
    }

    #[test]
    fn a_table_of_severities_may_be_given_in_part() {
        let read = |given: serde_json::Value| priorities().overlaid(given);
        assert_eq!(read(json!({"error": 9})).unwrap(), BySeverity { error: 9, ..priorities() });
        assert_eq!(read(json!({})).unwrap(), priorities());
        for wrong in [json!({"error": null}), json!({"err": 9}), json!({"error": "9"}), json!(null)] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_state_that_is_named_must_mean_what_it_is_for() {
        let fault = |means| must_mean("/reopen_state", "Back", means, &[State::Open, State::Pending], "`states`");
        assert_eq!(fault(Some(TicketState::Pending)), None);
        let expected = SettingFault::new("/reopen_state", "Back must mean `open` or `pending`: say so in `states`");
        assert_eq!([fault(Some(TicketState::Closed)), fault(None)], [Some(expected.clone()), Some(expected)]);
    }

    #[test]
    fn states_and_phases_are_the_contract_s_in_lower_case() {
        let state: State = serde_json::from_value(json!("canceled")).unwrap();
        let phase: Phase = serde_json::from_value(json!("reviewing")).unwrap();
        assert_eq!(
            (TicketState::from(state), ChangePhase::from(phase)),
            (TicketState::Canceled, ChangePhase::Reviewing)
        );
        assert!(serde_json::from_value::<State>(json!("Open")).is_err());
    }
}
