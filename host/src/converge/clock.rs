//! Time and chance, passed in: convergence is the same function of its inputs in a test as in the field.

use crate::domain::Timestamp;
use rand::Rng;
use std::time::Instant;

/// What time it is.
pub trait Clock: Send + Sync + 'static {
    /// For everything that is stored.
    fn now(&self) -> Timestamp;
    /// The same moment, for what is only measured.
    fn instant(&self) -> Instant;
}

/// Chance, for back-off.
pub trait Chance: Send + Sync + 'static {
    /// At least 0, less than 1.
    fn fraction(&self) -> f64;
}

/// The system's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Clock for System {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn instant(&self) -> Instant {
        Instant::now()
    }
}

impl Chance for System {
    fn fraction(&self) -> f64 {
        rand::rng().random()
    }
}
