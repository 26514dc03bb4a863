//! The one engine: how plugins are compiled and where their memory comes from.
//!
//! A call takes its memories, tables and stack from a pool that was reserved at start, so that a fresh instance costs
//! microseconds. The pool's slots are address space, not memory: what a call has touched beyond `KEPT_RESIDENT` is given back
//! when it ends. Two things are never done: Winch, whose code has not had Cranelift's scrutiny, and a second engine, whose
//! epochs nothing would tick.

use super::deadline;
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Strategy};

/// Core instances in one component: a language runtime with its libraries has a dozen or two.
pub(super) const CORE_INSTANCES: u32 = 64;
/// Memories in one component.
pub(super) const MEMORIES: u32 = 4;
/// Tables in one component.
pub(super) const TABLES: u32 = 16;

/// Elements of one table: functions that a component calls by pointer.
const TABLE_ELEMENTS: usize = 1 << 16;
/// What an instance's slot keeps in memory for the next.
const KEPT_RESIDENT: usize = 2 << 20;
/// Slots that keep something; the others are given back whole.
const WARM_SLOTS: u32 = 32;
/// Tables keep this much.
const TABLE_KEPT_RESIDENT: usize = 64 << 10;

/// The engine cannot be had on this machine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The pool's address space was refused, or a setting does not fit this processor.
    #[error("the plugin engine cannot be set up for {instances} calls at once")]
    Engine {
        /// Calls at the same time.
        instances: u32,
        /// wasmtime's reason.
        #[source]
        cause: wasmtime::Error,
    },
    /// No thread for the clock.
    #[error("the plugin engine's clock cannot be started")]
    Clock(#[source] std::io::Error),
}

/// An engine whose pool holds `instances` calls at once, of up to `memory` bytes each.
pub(super) fn engine(instances: u32, memory: usize) -> Result<Engine, EngineError> {
    let engine = Engine::new(&config(instances, memory)).map_err(|cause| EngineError::Engine { instances, cause })?;
    deadline::tick(&engine).map_err(EngineError::Clock)?;
    Ok(engine)
}

fn config(instances: u32, memory: usize) -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances)
        .total_core_instances(instances.saturating_mul(CORE_INSTANCES))
        .total_memories(instances.saturating_mul(MEMORIES))
        .total_tables(instances.saturating_mul(TABLES))
        .total_stacks(instances)
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(TABLES)
        .table_elements(TABLE_ELEMENTS)
        .max_memory_size(memory)
        .max_unused_warm_slots(WARM_SLOTS)
        .linear_memory_keep_resident(KEPT_RESIDENT)
        .table_keep_resident(TABLE_KEPT_RESIDENT)
        .pagemap_scan(Enabled::Auto);
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .memory_init_cow(true)
        .epoch_interruption(true)
        .concurrency_support(false)
        .wasm_component_model(true)
        .wasm_memory64(false);
    config
}
