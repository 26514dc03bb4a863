//! What a state and a status reason mean, in the gateway's words.
//!
//! A status reason belongs to exactly one state, and says more: so it decides where the settings know it, and the state where they
//! do not. The stock Case table's stand in [`crate::settings::Incident::stock`]; their source is Microsoft's table reference.

use crate::settings::{Change, Incident};
use signalbox_sdk::records::ChangePhase;
use signalbox_sdk::types::TicketState;

/// What an incident's state means; none where the settings know neither of the two.
#[must_use]
pub fn meaning(table: &Incident, state: &str, status: &str) -> Option<TicketState> {
    table.status_reasons.get(status).or_else(|| table.states.get(state)).map(|state| TicketState::from(*state))
}

/// What a change request's state means, and where it stands; what the settings do not know is open.
#[must_use]
pub fn of_change(table: &Change, state: &str, status: &str) -> (TicketState, Option<ChangePhase>) {
    let phase = table.phases.get(status).map(|phase| ChangePhase::from(*phase));
    let told = table.status_reasons.get(status).map(|state| TicketState::from(*state));
    let by_phase = phase.map(|phase| match phase {
        ChangePhase::Done | ChangePhase::Failed => TicketState::Closed,
        ChangePhase::Canceled => TicketState::Canceled,
        ChangePhase::Draft | ChangePhase::Approved | ChangePhase::Implementing | ChangePhase::Reviewing => {
            TicketState::Open
        }
    });
    let by_state = || table.states.get(state).map(|state| TicketState::from(*state));
    (told.or(by_phase).or_else(by_state).unwrap_or(TicketState::Open), phase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use TicketState::{Canceled, Closed, Open, Pending, Resolved};
    use serde_json::json;

    #[test]
    fn case_states_as_delivered() {
        let table = Settings::default().incident;
        for (state, status, meant) in [
            ("0", "1", Some(Open)),
            ("0", "2", Some(Pending)),
            ("0", "3", Some(Pending)),
            ("0", "4", Some(Open)),
            ("1", "5", Some(Resolved)),
            ("1", "1000", Some(Resolved)),
            ("2", "6", Some(Canceled)),
            ("2", "2000", Some(Closed)),
            ("0", "100000000", Some(Open)),
            ("1", "100000001", Some(Resolved)),
            ("7", "100000002", None),
        ] {
            assert_eq!(meaning(&table, state, status), meant, "{state}/{status}");
        }
    }

    #[test]
    fn a_change_stands_where_its_status_reason_says() {
        let settings = json!({"change": {
            "logical_name": "acme_change",
            "phases": {"1": "draft", "3": "implementing", "4": "done", "5": "failed", "6": "canceled"},
            "status_reasons": {"3": "pending"},
        }});
        let table = Settings::parse(&settings.to_string()).unwrap().change;
        for (state, status, meant) in [
            ("0", "1", (Open, Some(ChangePhase::Draft))),
            ("0", "3", (Pending, Some(ChangePhase::Implementing))),
            ("1", "4", (Closed, Some(ChangePhase::Done))),
            ("1", "5", (Closed, Some(ChangePhase::Failed))),
            ("1", "6", (Canceled, Some(ChangePhase::Canceled))),
            ("1", "9", (Closed, None)),
            ("8", "9", (Open, None)),
        ] {
            assert_eq!(of_change(&table, state, status), meant, "{state}/{status}");
        }
    }
}
