//! What every simulator needs and no vendor owns.
//!
//! A simulated platform is a [`Platform`]: a function from a [`Call`] to an [`Answer`] over its own memory. Listeners,
//! throw-away certificates, faults, the clock, the journal, tokens and throttles stand around it here, so that a new
//! vendor is one folder that knows its wire and nothing else.

pub mod apparatus;
pub mod authority;
pub mod clock;
pub mod control;
pub mod exchange;
pub mod fault;
pub mod journal;
pub mod listen;
pub mod running;
pub mod serve;
pub mod throttle;
pub mod token;

pub use apparatus::Apparatus;
pub use clock::Clock;
pub use exchange::{Answer, Call, Canned, Parameters, Platform};
pub use fault::{Effect, Fault, Schedule, Selector};
pub use running::{Addresses, Ports, Running, StartError};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, also after a holder panicked: a simulator's memory stays inspectable when a test fails.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
