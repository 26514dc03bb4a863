//! The generation in force, and what was last refused.

use super::Generation;
use crate::{admin::Refusal, config::Problems, domain::Timestamp};
use arc_swap::ArcSwap;
use std::sync::{Arc, Mutex, PoisonError};

/// One pointer, swapped as a whole.
pub struct Current {
    generation: ArcSwap<Generation>,
    refused: Mutex<Option<Refusal>>,
}

// === impl Current ===

impl Current {
    /// The first.
    #[must_use]
    pub fn new(generation: Generation) -> Self {
        Self { generation: ArcSwap::from_pointee(generation), refused: Mutex::new(None) }
    }

    /// The generation in force; work holds it until it is done.
    #[must_use]
    pub fn load(&self) -> Arc<Generation> {
        self.generation.load_full()
    }

    /// Puts another in force. The last refusal is over.
    pub fn swap(&self, generation: Generation) {
        metrics::gauge!("signalbox_generation").set(f64::from(u32::try_from(generation.number).unwrap_or(u32::MAX)));
        self.generation.store(Arc::new(generation));
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Remembers that a configuration was refused.
    pub fn refuse(&self, problems: &Problems, at: Timestamp) {
        let errors = problems.0.iter().map(ToString::to_string).collect();
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(Refusal { at, errors });
    }

    /// The configuration that was refused last, if none was taken since.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
