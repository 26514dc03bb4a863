//! One call: a fresh instance, everything that bounds it, and its end.
//!
//! In order: the breaker's leave, a place among the use's calls, a place in the pool, a store with its budget, instantiation,
//! the guest's function, the answer checked against the contract. Whatever ends it early drops the store, and with it all that
//! the guest held; nothing of one call is there in the next.

use super::bindings::{log, settings};
use super::breaker::{Breaker, BreakerPolicy};
use super::deadline;
use super::error::{Failed, InvalidAnswer, PluginError, Traffic};
use super::limits::{Limits, MemoryBudget};
use super::log::{CallLog, Voice};
use super::runtime::Shared;
use super::wasi::{Clock, Randomness, Wasi};
use super::way_out::WayOut;
use futures::future::BoxFuture;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use wasmtime::{Engine, Store};

/// Bytes that a guest may hand to the host in one go: lists in lists can otherwise name the same memory a million times.
const HANDED_OVER: usize = 48 << 20;

/// What the host holds for one call.
pub(super) struct CallState {
    settings: Arc<str>,
    log: CallLog,
    memory: MemoryBudget,
    pub(super) wasi: Wasi,
    pub(super) way_out: WayOut,
}

/// One use of a plugin: what all its calls share.
#[derive(Debug)]
pub(super) struct Place {
    engine: Engine,
    pool: Arc<Semaphore>,
    places: Semaphore,
    breaker: Breaker,
    voice: Arc<Voice>,
    settings: Arc<str>,
    pub(super) limits: Limits,
}

/// What makes one call differ from the next.
pub(super) struct Terms {
    pub(super) deadline: Instant,
    pub(super) clock: Clock,
    pub(super) random: Randomness,
    pub(super) way_out: WayOut,
}

/// An answer, and how it came to be.
pub(super) struct Answered<T> {
    pub(super) value: T,
    pub(super) traffic: Traffic,
    pub(super) denied: Option<String>,
}

type Guest<'a, R> = BoxFuture<'a, wasmtime::Result<R>>;

// === impl CallState ===

impl settings::Host for CallState {
    fn get(&mut self) -> wasmtime::Result<String> {
        Ok((*self.settings).to_owned())
    }
}

impl log::Host for CallState {
    fn write(&mut self, level: log::Level, message: String, fields: Vec<(String, String)>) -> wasmtime::Result<()> {
        self.log.write(level, &message, &fields);
        Ok(())
    }
}

// === impl Terms ===

impl Terms {
    /// For calls that reach nothing and must answer the same tomorrow.
    pub(super) fn frozen(limits: &Limits, at: crate::domain::Timestamp) -> Self {
        let deadline = Instant::now() + limits.deadline;
        Self {
            deadline,
            clock: Clock::frozen(at),
            random: Randomness::seeded(&at.nanos().to_le_bytes()),
            way_out: WayOut::closed(deadline),
        }
    }

    /// For calls that reach out.
    pub(super) fn reaching(
        limits: &Limits,
        outbound: Arc<dyn crate::domain::Outbound>,
        budget: crate::domain::CallBudget,
    ) -> Self {
        let deadline = budget.deadline.min(Instant::now() + limits.deadline);
        let budget = crate::domain::CallBudget { deadline, ..budget };
        Self {
            deadline,
            clock: Clock::real(),
            random: Randomness::System,
            way_out: WayOut::over(Some(outbound), budget, limits.response_bytes),
        }
    }
}

// === impl Place ===

impl Place {
    pub(super) fn new(
        shared: &Shared,
        breaker: BreakerPolicy,
        voice: Voice,
        settings: Arc<str>,
        limits: Limits,
    ) -> Self {
        let places = Semaphore::new(usize::try_from(limits.concurrency).unwrap_or(usize::MAX));
        let (engine, pool) = (shared.engine.clone(), Arc::clone(&shared.pool));
        Self { engine, pool, places, breaker: Breaker::new(breaker), voice: Arc::new(voice), settings, limits }
    }

    /// Calls `guest` in a fresh store and reads its answer with `convert`.
    pub(super) async fn call<R, T>(
        &self,
        terms: Terms,
        guest: impl for<'a> FnOnce(&'a mut Store<CallState>) -> Guest<'a, R> + Send,
        convert: impl FnOnce(R) -> Result<T, InvalidAnswer> + Send,
    ) -> Result<Answered<T>, Failed>
    where
        R: Send,
    {
        let begun = Instant::now();
        let leave = self
            .breaker
            .ask(begun)
            .map_err(|retry_after| Failed::before_the_call(PluginError::BreakerOpen { retry_after }))?;
        let deadline = tokio::time::Instant::from_std(terms.deadline);
        // The use's own place first: who waits for one of those must not hold one of everybody's.
        let places = async { (self.places.acquire().await, self.pool.acquire().await) };
        let Ok((Ok(_place), Ok(_slot))) = tokio::time::timeout_at(deadline, places).await else {
            return Err(Failed::before_the_call(PluginError::Saturated { waited: begun.elapsed() }));
        };
        let limit = terms.deadline.saturating_duration_since(begun);
        let mut store = self.store(terms);
        let ran = tokio::time::timeout_at(deadline, guest(&mut store)).await;
        let (traffic, denied) = {
            let way_out = &store.data().way_out;
            (way_out.traffic(), way_out.denied().map(str::to_owned))
        };
        let answer = match ran {
            Ok(Ok(raw)) => convert(raw).map_err(PluginError::Invalid),
            Ok(Err(error)) => Err(self.classified(&error, limit, &store)),
            Err(_) => Err(PluginError::Deadline { limit }),
        };
        drop(store);
        match answer {
            Ok(value) => {
                leave.succeeded();
                Ok(Answered { value, traffic, denied })
            }
            Err(PluginError::Saturated { waited }) => Err(Failed { error: PluginError::Saturated { waited }, traffic }),
            Err(error) => {
                if leave.failed(Instant::now()) {
                    self.voice.tell_breaker_opened(&error);
                }
                Err(Failed { error, traffic })
            }
        }
    }

    fn store(&self, terms: Terms) -> Store<CallState> {
        let log = CallLog::new(Arc::clone(&self.voice), self.limits.log_bytes);
        let state = CallState {
            settings: Arc::clone(&self.settings),
            memory: MemoryBudget::new(self.limits.memory),
            wasi: Wasi::new(log.clone(), terms.clock, terms.random),
            way_out: terms.way_out,
            log,
        };
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.memory);
        store.set_hostcall_fuel(HANDED_OVER);
        deadline::enforce(&mut store, terms.deadline);
        store
    }

    fn classified(&self, error: &wasmtime::Error, limit: Duration, store: &Store<CallState>) -> PluginError {
        tracing::debug!(target: "plugin", %error, "a call ended early");
        PluginError::from_wasmtime(error, limit, store.data().log.last_words())
    }
}
