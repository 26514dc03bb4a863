//! The parts around a platform that tests turn and read: its clock, faults, journal and tokens.

use super::{Clock, fault::Faults, journal::Journal, token::Tokens};

/// One simulator's controls. Shared by the listeners, the platform and the control interface.
#[derive(Debug, Default)]
pub struct Apparatus {
    /// What the platform takes for now.
    pub clock: Clock,
    /// What goes wrong on demand.
    pub faults: Faults,
    /// What was asked and answered.
    pub journal: Journal,
    /// Access and refresh tokens that the platform gave out.
    pub tokens: Tokens,
}
