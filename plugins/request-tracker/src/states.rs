//! Statuses of the lifecycle as delivered, in the gateway's words. `settings.states` and `settings.phases` say what others mean.
//!
//! Source: `%Lifecycles` in `RT_Config.pm` of Request Tracker 5.0. Each of these statuses can follow each other one.

use signalbox_sdk::records::ChangePhase;
use signalbox_sdk::types::TicketState;

/// The status of a ticket that people took away; it is still answered, and no search finds it.
pub const DELETED: &str = "deleted";

/// What a status means; none for one of the server's own.
#[must_use]
pub fn incident(status: &str) -> Option<TicketState> {
    match status {
        "new" | "open" => Some(TicketState::Open),
        "stalled" => Some(TicketState::Pending),
        "resolved" => Some(TicketState::Resolved),
        "rejected" => Some(TicketState::Canceled),
        _ => None,
    }
}

/// Where a change request of this status stands; none for a status that does not tell.
#[must_use]
pub fn change(status: &str) -> Option<ChangePhase> {
    match status {
        "new" => Some(ChangePhase::Draft),
        "open" => Some(ChangePhase::Implementing),
        "resolved" => Some(ChangePhase::Done),
        "rejected" => Some(ChangePhase::Canceled),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_as_delivered() {
        use TicketState::{Canceled, Open, Pending, Resolved};
        for (status, state, phase) in [
            ("new", Some(Open), Some(ChangePhase::Draft)),
            ("open", Some(Open), Some(ChangePhase::Implementing)),
            ("stalled", Some(Pending), None),
            ("resolved", Some(Resolved), Some(ChangePhase::Done)),
            ("rejected", Some(Canceled), Some(ChangePhase::Canceled)),
            ("deleted", None, None),
            ("waiting for parts", None, None),
        ] {
            assert_eq!((incident(status), change(status)), (state, phase), "{status}");
        }
    }
}
