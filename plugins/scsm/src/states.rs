//! Statuses as delivered, in the gateway's words. `settings.states` says what others mean.
//!
//! Source: the statuses' elements in Microsoft's management packs, and the console's own rules: a resolved incident can be
//! activated again, a closed one is read-only.

use crate::element::Guid;
use crate::lists::List;
use signalbox_sdk::records::ChangePhase;
use signalbox_sdk::types::TicketState;

/// An incident's status; none for one of the installation's own.
#[must_use]
pub fn incident(status: Guid) -> Option<TicketState> {
    match List::Status.name_of(status)? {
        "Active" => Some(TicketState::Open),
        "Active.Pending" => Some(TicketState::Pending),
        "Resolved" => Some(TicketState::Resolved),
        "Closed" => Some(TicketState::Closed),
        _ => None,
    }
}

/// A change request's status; none for one of the installation's own.
#[must_use]
pub fn change(status: Guid) -> Option<(TicketState, ChangePhase)> {
    Some(match List::ChangeStatus.name_of(status)? {
        "New" | "Submitted" => (TicketState::Open, ChangePhase::Draft),
        "InProgress" => (TicketState::Open, ChangePhase::Implementing),
        "OnHold" => (TicketState::Pending, ChangePhase::Implementing),
        "Completed" => (TicketState::Resolved, ChangePhase::Done),
        "Failed" => (TicketState::Resolved, ChangePhase::Failed),
        "Cancelled" => (TicketState::Canceled, ChangePhase::Canceled),
        "Closed" => (TicketState::Closed, ChangePhase::Done),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incident_statuses_as_delivered() {
        for (name, state) in [
            ("Active", TicketState::Open),
            ("Active.Pending", TicketState::Pending),
            ("Resolved", TicketState::Resolved),
            ("Closed", TicketState::Closed),
        ] {
            assert_eq!(incident(List::Status.entry(name).unwrap()), Some(state), "{name}");
        }
        assert_eq!(incident(List::Impact.root()), None);
    }

    #[test]
    fn change_statuses_as_delivered() {
        for (name, phase) in [
            ("New", ChangePhase::Draft),
            ("Submitted", ChangePhase::Draft),
            ("InProgress", ChangePhase::Implementing),
            ("OnHold", ChangePhase::Implementing),
            ("Completed", ChangePhase::Done),
            ("Failed", ChangePhase::Failed),
            ("Cancelled", ChangePhase::Canceled),
            ("Closed", ChangePhase::Done),
        ] {
            let known = change(List::ChangeStatus.entry(name).unwrap());
            assert_eq!(known.map(|(_, phase)| phase), Some(phase), "{name}");
        }
        assert_eq!(change(List::Status.root()), None);
    }
}
