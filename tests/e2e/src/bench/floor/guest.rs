//! One decode in a fresh instance, with wasmtime and nothing around it.

mod bindings {
    #![allow(missing_docs, clippy::all, clippy::pedantic)]
    wasmtime::component::bindgen!({
        path: "../../wit",
        inline: "package signalbox:bench; world decoding { export signalbox:plugin/source@1.0.0; }",
        world: "signalbox:bench/decoding",
    });
}

use bindings::DecodingPre;
use bindings::exports::signalbox::plugin::source::Request;
pub use bindings::signalbox::plugin::types::Alert;
use bytes::Bytes;
use signalbox_e2e::plugins;
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store};

/// What an instance's slot keeps in memory for the next, as the gateway has it.
const KEPT_RESIDENT: usize = 2 << 20;

/// The plugin `least-source`, compiled and linked.
pub struct Guest(DecodingPre<()>);

// === impl Guest ===

impl Guest {
    /// Compiles it. What it imports is never called, and would trap.
    pub fn load() -> wasmtime::Result<Self> {
        let mut pool = PoolingAllocationConfig::new();
        pool.linear_memory_keep_resident(KEPT_RESIDENT).table_keep_resident(KEPT_RESIDENT);
        let mut config = Config::new();
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config)?;
        let component = Component::from_file(&engine, plugins().join("least-source.wasm"))?;
        let mut linker = Linker::new(&engine);
        linker.define_unknown_imports_as_traps(&component)?;
        DecodingPre::new(linker.instantiate_pre(&component)?).map(Self)
    }

    /// The alerts of a body.
    pub fn decode(&self, body: &Bytes) -> wasmtime::Result<Vec<Alert>> {
        let mut store = Store::new(self.0.engine(), ());
        let instance = self.0.instantiate(&mut store)?;
        let request = Request {
            content_type: "application/json".to_owned(),
            headers: Vec::new(),
            query: String::new(),
            body: body.to_vec(),
            received_at: jiff::Timestamp::now().to_string(),
        };
        let decoded = instance.signalbox_plugin_source().call_decode(&mut store, &request)?;
        decoded.map(|decoded| decoded.alerts).map_err(|error| wasmtime::format_err!("{error:?}"))
    }
}
