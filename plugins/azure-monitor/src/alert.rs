//! An alert as Alerts Management has it: where it is asked for, and what its answer says.
//!
//! Its state is people's (New, Acknowledged, Closed) and its condition is the monitor's (Fired, Resolved); neither follows the
//! other. Azure forgets an alert after 30 days.

use crate::arm::{self, ArmId, Unusable};
use crate::client;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use signalbox_sdk::http::{Effect, Request};
use signalbox_sdk::json;
use signalbox_sdk::types::{CallError, Condition};
use std::fmt;

/// The API that all requests about alerts speak.
pub const VERSION: &str = "2019-03-01";

/// Which alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertId(ArmId);

/// What people say of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlertState {
    /// Nobody has looked.
    New,
    /// Somebody knows.
    Acknowledged,
    /// Dealt with.
    Closed,
}

/// Why there is no alert to speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAlert {
    /// Alerts Management never had it: a budget, an older schema, a test notification.
    Unmanaged,
    /// It says that it is one, and must not be asked for.
    Refused(Unusable),
}

/// What Azure says of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// People's word.
    pub state: AlertState,
    /// The monitor's word.
    pub condition: Condition,
}

// === impl AlertId ===

impl AlertId {
    /// Reads a contract alert's id, which is a stranger's text.
    ///
    /// # Errors
    /// Why it is not to be asked for.
    pub fn within(text: &str, subscriptions: &[String]) -> Result<Self, NoAlert> {
        if !arm::claims_to_be_an_alert(text) {
            return Err(NoAlert::Unmanaged);
        }
        let id = ArmId::within(text, subscriptions).map_err(NoAlert::Refused)?;
        if id.is_alert() { Ok(Self(id)) } else { Err(NoAlert::Refused(Unusable::Shape)) }
    }

    /// Asks for the alert.
    #[must_use]
    pub fn get(&self) -> Request {
        client::get(&self.0.path(), VERSION, &[])
    }

    /// Asks for all that happened to it.
    #[must_use]
    pub fn get_history(&self) -> Request {
        client::get(&format!("{}/history", self.0.path()), VERSION, &[])
    }

    /// Gives it a state, with a comment.
    #[must_use]
    pub fn change_state(&self, state: AlertState, comment: &str) -> Request {
        let body = serde_json::json!({"comments": comment});
        let path = format!("{}/changestate", self.0.path());
        client::post(&path, VERSION, &[("newState", state.name())], &body)
    }

    /// What an answer says of this alert.
    ///
    /// # Errors
    /// `protocol`, or `outcome-unknown` for a write, where it is about another alert or says no state.
    pub fn standing(&self, answer: &Value, effect: Effect) -> Result<Standing, CallError> {
        // The scope may be spelled in several ways; the alert's own name is a GUID.
        let last = json::text(answer, "id").rsplit('/').next().unwrap_or_default();
        if !last.is_empty() && !last.eq_ignore_ascii_case(self.0.name()) {
            return Err(client::unreadable(effect, "word about the alert that was asked for"));
        }
        let essentials = answer.pointer("/properties/essentials").unwrap_or(&Value::Null);
        let state = AlertState::parse(json::text(essentials, "alertState"));
        let condition = condition(json::text(essentials, "monitorCondition"));
        let both = state.zip(condition).map(|(state, condition)| Standing { state, condition });
        both.ok_or_else(|| client::unreadable(effect, "alert with its state and condition"))
    }
}

impl fmt::Display for AlertId {
    /// As spelled.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

// === impl AlertState ===

impl AlertState {
    /// All three.
    pub const ALL: [Self; 3] = [Self::New, Self::Acknowledged, Self::Closed];

    /// Azure's word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Acknowledged => "Acknowledged",
            Self::Closed => "Closed",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| word.eq_ignore_ascii_case(state.name()))
    }
}

fn condition(word: &str) -> Option<Condition> {
    let conditions = [("Fired", Condition::Fired), ("Resolved", Condition::Resolved)];
    conditions.into_iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, condition)| condition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ALERT, SUBSCRIPTION, standing};
    use serde_json::json;
    use signalbox_sdk::types::CallErrorKind;

    fn id() -> AlertId {
        AlertId::within(ALERT, &[SUBSCRIPTION.to_owned()]).unwrap()
    }

    #[test]
    fn an_alert_is_asked_for_where_it_stands() {
        assert_eq!(id().get().target, format!("{ALERT}?api-version=2019-03-01"));
        assert_eq!(id().get_history().target, format!("{ALERT}/history?api-version=2019-03-01"));
        let change = id().change_state(AlertState::Closed, "a \"b\"");
        assert_eq!(change.target, format!("{ALERT}/changestate?api-version=2019-03-01&newState=Closed"));
        assert_eq!((change.body.as_slice(), change.effect), (br#"{"comments":"a \"b\""}"#.as_slice(), Effect::Writes));
    }

    #[test]
    fn what_alerts_management_never_had_is_no_alert_and_no_fault() {
        for text in [
            "",
            "4a7d1ed414474e4033ac29ccb8653d9b",
            "/subscriptions/x/providers/Microsoft.CostManagement/alerts/Test_Alert",
        ] {
            assert_eq!(AlertId::within(text, &[]), Err(NoAlert::Unmanaged), "{text}");
        }
    }

    #[test]
    fn what_says_that_it_is_an_alert_must_be_one() {
        let listed = [SUBSCRIPTION.to_owned()];
        let under = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.AlertsManagement");
        for (text, why) in [
            (format!("{under}/alerts/a/../../../x"), Unusable::Segment),
            (format!("{under}/alerts/a?newState=Closed&x="), Unusable::Segment),
            (format!("{under}/alerts/a%2f..%2fb"), Unusable::Segment),
            (format!("{under}/alerts/a/changestate"), Unusable::Shape),
            (format!("{under}/actionRules/a"), Unusable::Shape),
            (ALERT.replace("4a10", "4a11"), Unusable::Elsewhere),
            ("/providers/Microsoft.AlertsManagement/alerts/a".into(), Unusable::Shape),
        ] {
            assert_eq!(AlertId::within(&text, &listed), Err(NoAlert::Refused(why)), "{text}");
        }
    }

    #[test]
    fn an_answer_is_about_the_alert_or_not_believed() {
        let good = standing("acknowledged", "Resolved");
        let known = id().standing(&good, Effect::Reads).unwrap();
        assert_eq!(known, Standing { state: AlertState::Acknowledged, condition: Condition::Resolved });
        let mut other = good.clone();
        other["id"] = json!(ALERT.replace("3b4c", "3b4d"));
        for wrong in [other, standing("Odd", "Fired"), standing("New", ""), json!({})] {
            assert_eq!(id().standing(&wrong, Effect::Reads).unwrap_err().kind, CallErrorKind::Protocol);
            assert_eq!(id().standing(&wrong, Effect::Writes).unwrap_err().kind, CallErrorKind::OutcomeUnknown);
        }
    }
}
