//! The generation in force, and what was last refused.

use super::Generation;
use crate::{admin::Refusal, config::Problems, domain::Timestamp};
use arc_swap::ArcSwap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// One pointer, swapped as a whole.
///
/// Work takes the pointer and goes on. Only what makes tickets must not meet a swap: a ticket on a connection that has just
/// left would belong to nobody. So alerts are placed *inside*, and a swap waits until nobody is.
pub struct Current {
    generation: ArcSwap<Generation>,
    inside: RwLock<()>,
    refused: Mutex<Option<Refusal>>,
}

// === impl Current ===

impl Current {
    /// The first.
    #[must_use]
    pub fn new(generation: Generation) -> Self {
        let current =
            Self { generation: ArcSwap::from_pointee(generation), inside: RwLock::new(()), refused: Mutex::new(None) };
        current.tell();
        current
    }

    /// The generation in force; work holds it until it is done.
    #[must_use]
    pub fn load(&self) -> Arc<Generation> {
        self.generation.load_full()
    }

    /// The generation in force, which stays so until the guard is dropped.
    pub async fn inside(&self) -> (Arc<Generation>, RwLockReadGuard<'_, ()>) {
        let guard = self.inside.read().await;
        (self.load(), guard)
    }

    /// Waits until nobody is inside; nobody comes in until the guard is dropped.
    pub async fn alone(&self) -> RwLockWriteGuard<'_, ()> {
        self.inside.write().await
    }

    /// Puts another in force; the guard shows that nobody is inside. The last refusal is over.
    pub fn swap(&self, generation: Generation, _alone: &RwLockWriteGuard<'_, ()>) {
        self.generation.store(Arc::new(generation));
        self.tell();
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn tell(&self) {
        let number = u32::try_from(self.load().number).unwrap_or(u32::MAX);
        metrics::gauge!("signalbox_generation").set(f64::from(number));
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
