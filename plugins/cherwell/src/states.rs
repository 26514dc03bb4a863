//! States as a system is delivered, in the gateway's words. `settings.states` and `settings.change_states` say what others mean.
//!
//! Source: the states that the summary of Incident answers in public fixtures, and the product documentation of change requests.

use crate::settings::{Phase, Settings};
use signalbox_sdk::records::ChangePhase;
use signalbox_sdk::types::TicketState;

/// An incident's `Status`; none for a value of the system's own.
#[must_use]
pub fn incident(state: &str) -> Option<TicketState> {
    match state {
        "New" | "Assigned" | "In Progress" | "Reopened" => Some(TicketState::Open),
        "Pending" => Some(TicketState::Pending),
        "Resolved" => Some(TicketState::Resolved),
        "Closed" => Some(TicketState::Closed),
        "Cancelled" | "Canceled" => Some(TicketState::Canceled),
        _ => None,
    }
}

/// A change request's `Status`, by the settings and as delivered; none for a value that neither knows.
#[must_use]
pub fn change(settings: &Settings, state: &str) -> Option<(TicketState, ChangePhase)> {
    settings.change_states.get(state).copied().or_else(|| change_as_delivered(state)).map(meaning)
}

fn change_as_delivered(state: &str) -> Option<Phase> {
    match state {
        "New" | "Risk Analysis" | "Planning" | "Approval" => Some(Phase::Draft),
        "Scheduled" => Some(Phase::Approved),
        "In Progress" => Some(Phase::Implementing),
        "On Hold" => Some(Phase::Held),
        "Implemented" | "Completed" => Some(Phase::Reviewing),
        "Closed" => Some(Phase::Done),
        "Rejected" | "Cancelled" | "Canceled" => Some(Phase::Canceled),
        _ => None,
    }
}

fn meaning(phase: Phase) -> (TicketState, ChangePhase) {
    match phase {
        Phase::Draft => (TicketState::Open, ChangePhase::Draft),
        Phase::Approved => (TicketState::Open, ChangePhase::Approved),
        Phase::Implementing => (TicketState::Open, ChangePhase::Implementing),
        Phase::Held => (TicketState::Pending, ChangePhase::Implementing),
        Phase::Reviewing => (TicketState::Open, ChangePhase::Reviewing),
        Phase::Done => (TicketState::Closed, ChangePhase::Done),
        Phase::Failed => (TicketState::Closed, ChangePhase::Failed),
        Phase::Canceled => (TicketState::Canceled, ChangePhase::Canceled),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incident_states_as_delivered() {
        use TicketState::{Closed, Open, Pending, Resolved};
        for (state, means) in [
            ("New", Some(Open)),
            ("Assigned", Some(Open)),
            ("In Progress", Some(Open)),
            ("Reopened", Some(Open)),
            ("Pending", Some(Pending)),
            ("Resolved", Some(Resolved)),
            ("Closed", Some(Closed)),
            ("With Vendor", None),
            ("", None),
        ] {
            assert_eq!(incident(state), means, "{state}");
        }
    }

    #[test]
    fn change_states_as_delivered_and_as_set() {
        let settings =
            Settings::parse(r#"{"change_states": {"Backed Out": "failed", "Closed": "reviewing"}}"#).unwrap();
        for (state, phase) in [
            ("New", Some(ChangePhase::Draft)),
            ("Scheduled", Some(ChangePhase::Approved)),
            ("In Progress", Some(ChangePhase::Implementing)),
            ("On Hold", Some(ChangePhase::Implementing)),
            ("Completed", Some(ChangePhase::Reviewing)),
            ("Rejected", Some(ChangePhase::Canceled)),
            ("Cancelled", Some(ChangePhase::Canceled)),
            ("Backed Out", Some(ChangePhase::Failed)),
            ("Closed", Some(ChangePhase::Reviewing)),
            ("Unheard Of", None),
        ] {
            assert_eq!(change(&settings, state).map(|(_, phase)| phase), phase, "{state}");
        }
        assert_eq!(change(&Settings::default(), "Closed"), Some((TicketState::Closed, ChangePhase::Done)));
        assert_eq!(change(&settings, "On Hold").map(|(state, _)| state), Some(TicketState::Pending));
    }
}
