//! One call: a fresh instance, everything that bounds it, and its end.
//!
//! In order: a place among the use's calls, a place in the pool, the breaker's leave, a store with its budget, instantiation,
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
use super::words;
use crate::domain::{CallBudget, Outbound, Timestamp};
use futures::future::BoxFuture;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit};
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
    clock: Clock,
    random: Randomness,
    outbound: Option<Arc<dyn Outbound>>,
    budget: Option<CallBudget>,
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
    pub(super) fn frozen(at: Timestamp) -> Self {
        Self {
            clock: Clock::frozen(at),
            random: Randomness::seeded(&at.nanos().to_le_bytes()),
            outbound: None,
            budget: None,
        }
    }

    /// For calls that reach out.
    pub(super) fn reaching(outbound: Arc<dyn Outbound>, budget: CallBudget) -> Self {
        Self { clock: Clock::real(), random: Randomness::System, outbound: Some(outbound), budget: Some(budget) }
    }

    /// What is left for a call that starts now, or for waiting for its start: the limit, or less where its caller has less.
    fn time_left(&self, limits: &Limits) -> Duration {
        let of_caller = |budget: CallBudget| budget.deadline.saturating_duration_since(Instant::now());
        self.budget.map_or(limits.deadline, |budget| limits.deadline.min(of_caller(budget)))
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
        let (_place, _slot) = self.wait(&terms).await?;
        let leave = self.breaker.ask(Instant::now()).map_err(resting)?;
        let limit = terms.time_left(&self.limits);
        let ends = Instant::now() + limit;
        let mut store = self.store(terms, ends);
        let ran = tokio::time::timeout_at(ends.into(), guest(&mut store)).await;
        let (traffic, denied) = {
            let way_out = &store.data().way_out;
            (way_out.traffic(), way_out.denied().map(str::to_owned))
        };
        let answer = match ran {
            Ok(Ok(raw)) => convert(raw).map_err(PluginError::Invalid),
            Ok(Err(error)) => Err(ended_early(&error, limit, &store)),
            Err(_) => Err(PluginError::Deadline { limit }),
        };
        drop(store);
        match answer {
            Ok(value) => {
                leave.succeeded();
                Ok(Answered { value, traffic, denied })
            }
            Err(error) => {
                // Who was given less time than the limit, or no slot, has not shown that it fails.
                let cut_short = matches!(error, PluginError::Deadline { limit } if limit < self.limits.deadline);
                let counts = !cut_short && error.was_called();
                if counts && leave.failed(Instant::now()) {
                    self.voice.tell_breaker_opened(&error);
                }
                Err(Failed { error, traffic })
            }
        }
    }

    /// A place among the use's calls and one in the pool. Waiting is bounded, and does not count against the call: a plugin is
    /// not to blame for those before it.
    async fn wait(&self, terms: &Terms) -> Result<(SemaphorePermit<'_>, SemaphorePermit<'_>), Failed> {
        let begun = Instant::now();
        self.breaker.peek(begun).map_err(resting)?;
        // The use's own place first: who waits for one of those must not hold one of everybody's.
        let places = async { (self.places.acquire().await, self.pool.acquire().await) };
        match tokio::time::timeout(terms.time_left(&self.limits), places).await {
            Ok((Ok(place), Ok(slot))) => Ok((place, slot)),
            _ => Err(Failed::before_the_call(PluginError::Saturated { waited: begun.elapsed() })),
        }
    }

    fn store(&self, terms: Terms, ends: Instant) -> Store<CallState> {
        let log = CallLog::new(Arc::clone(&self.voice), self.limits.log_bytes);
        let budget = CallBudget { deadline: ends, send_before: terms.budget.and_then(|budget| budget.send_before) };
        let state = CallState {
            settings: Arc::clone(&self.settings),
            memory: MemoryBudget::new(self.limits.memory),
            wasi: Wasi::new(log.clone(), terms.clock, terms.random),
            way_out: WayOut::new(terms.outbound, budget, self.limits.response_bytes),
            log,
        };
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.memory);
        store.set_hostcall_fuel(HANDED_OVER);
        deadline::enforce(&mut store, ends);
        store
    }
}

fn ended_early(error: &wasmtime::Error, limit: Duration, store: &Store<CallState>) -> PluginError {
    tracing::debug!(target: "plugin", error = words::escaped(&format!("{error:#}"), 2_000), "a call ended early");
    PluginError::from_wasmtime(error, limit, store.data().log.last_words())
}

fn resting(retry_after: Duration) -> Failed {
    Failed::before_the_call(PluginError::BreakerOpen { retry_after })
}
