//! The parts around a platform that tests turn and read: its clock, faults, journal, tokens, and its cable.

use tokio::sync::watch;

use super::{Clock, fault::Faults, journal::Journal, token::Tokens};

/// One simulator's controls. Shared by the listeners, the platform and the control interface.
#[derive(Debug)]
pub struct Apparatus {
    /// What the platform takes for now.
    pub clock: Clock,
    /// What goes wrong on demand.
    pub faults: Faults,
    /// What was asked and answered.
    pub journal: Journal,
    /// Access and refresh tokens that the platform gave out.
    pub tokens: Tokens,
    reachable: watch::Sender<bool>,
}

impl Apparatus {
    /// Pulls the cable, or plugs it in again: without it the platform's ports are closed and its connections gone, while
    /// its memory stays. The control interface is always reachable.
    ///
    /// The listeners follow within milliseconds, not at once.
    pub fn set_reachable(&self, reachable: bool) {
        self.reachable.send_replace(reachable);
    }

    pub(super) fn reachable(&self) -> watch::Receiver<bool> {
        self.reachable.subscribe()
    }
}

impl Default for Apparatus {
    fn default() -> Self {
        Self {
            clock: Clock::default(),
            faults: Faults::default(),
            journal: Journal::default(),
            tokens: Tokens::default(),
            reachable: watch::Sender::new(true),
        }
    }
}
