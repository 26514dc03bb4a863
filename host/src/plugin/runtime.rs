//! The runtime: one engine, one pool, one compile cache, and the plugins that were loaded from them.

use super::breaker::BreakerPolicy;
use super::cache::{CompileCache, Compiled, ComponentDigest};
use super::engine::{self, EngineError};
use super::limits::Ceiling;
use super::linker::Linkers;
use super::loaded::{LoadError, LoadFault, Plugin};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::Semaphore;
use wasmtime::Engine;
use wasmtime::component::Component;

/// How the runtime is set up; changing any of it takes a restart.
#[derive(Debug)]
pub struct RuntimeOptions {
    /// Where compiled code is kept; none compiles each plugin anew at each start.
    pub cache: Option<CompileCache>,
    /// Calls of all plugins together at the same time.
    pub calls: u32,
    /// The most memory that a use may be given, in bytes: address space is reserved for it.
    pub memory: usize,
    /// When a plugin that keeps failing is left alone.
    pub breaker: BreakerPolicy,
}

/// Loads plugins and bounds them all together.
#[derive(Clone, Debug)]
pub struct Runtime(Arc<Shared>);

/// What all plugins of a runtime share.
pub(super) struct Shared {
    pub(super) engine: Engine,
    pub(super) pool: Arc<Semaphore>,
    pub(super) linkers: Linkers,
    pub(super) ceiling: Ceiling,
    pub(super) breaker: BreakerPolicy,
    cache: Option<CompileCache>,
    loaded: Mutex<HashMap<(String, ComponentDigest), Weak<Plugin>>>,
}

// === impl RuntimeOptions ===

impl Default for RuntimeOptions {
    fn default() -> Self {
        Self { cache: None, calls: 128, memory: 1 << 30, breaker: BreakerPolicy::default() }
    }
}

// === impl Runtime ===

impl Runtime {
    /// Reserves the pool's address space and starts the engine's clock.
    ///
    /// # Errors
    /// The address space is refused, or a thread.
    pub fn new(options: RuntimeOptions) -> Result<Self, EngineError> {
        let calls = options.calls.max(2);
        let engine = engine::engine(calls, options.memory)?;
        let linkers = Linkers::new(&engine).map_err(|cause| EngineError::Engine { instances: calls, cause })?;
        // Below the pool: a call that has its place must find its slot, and half of all is the most for one plugin.
        let places = usize::try_from(calls).unwrap_or(Semaphore::MAX_PERMITS);
        Ok(Self(Arc::new(Shared {
            engine,
            pool: Arc::new(Semaphore::new(places)),
            linkers,
            ceiling: Ceiling { memory: options.memory, concurrency: calls / 2 },
            breaker: options.breaker,
            cache: options.cache,
            loaded: Mutex::default(),
        })))
    }

    /// The most that a use may be given.
    #[must_use]
    pub fn ceiling(&self) -> Ceiling {
        self.0.ceiling
    }

    /// The plugin in a file.
    ///
    /// # Errors
    /// As [`Self::load`], and where the file cannot be read.
    pub async fn load_file(&self, name: &str, file: &Path) -> Result<Arc<Plugin>, LoadError> {
        let bytes = tokio::fs::read(file).await.map_err(|cause| LoadError {
            plugin: name.to_owned(),
            fault: LoadFault::Read { file: file.to_owned(), cause },
        })?;
        self.load(name, bytes).await
    }

    /// The plugin with these bytes. Where one with the same name and bytes is in use, it is that one.
    ///
    /// # Errors
    /// It is no plugin, imports what it may not have, or cannot describe itself.
    pub async fn load(&self, name: &str, bytes: Vec<u8>) -> Result<Arc<Plugin>, LoadError> {
        let digest = ComponentDigest::of(&bytes);
        let key = (name.to_owned(), digest);
        if let Some(plugin) = self.0.loaded().get(&key).and_then(Weak::upgrade) {
            return Ok(plugin);
        }
        let failed = |fault| LoadError { plugin: name.to_owned(), fault };
        let compiling = Arc::clone(&self.0);
        let compiled = tokio::task::spawn_blocking(move || compiling.compile(digest, &bytes))
            .await
            .map_err(|_| failed(LoadFault::Host))?
            .map_err(|cause| failed(LoadFault::Compile(cause)))?;
        let plugin = Arc::new(Plugin::load(Arc::clone(&self.0), name, digest, compiled).await.map_err(failed)?);
        let mut loaded = self.0.loaded();
        loaded.retain(|_, plugin| plugin.strong_count() > 0);
        loaded.insert(key, Arc::downgrade(&plugin));
        Ok(plugin)
    }
}

// === impl Shared ===

impl Shared {
    fn compile(&self, digest: ComponentDigest, bytes: &[u8]) -> wasmtime::Result<(Component, Compiled)> {
        match &self.cache {
            Some(cache) => cache.component(&self.engine, digest, bytes),
            None => Ok((Component::from_binary(&self.engine, bytes)?, Compiled::Fresh)),
        }
    }

    fn loaded(&self) -> std::sync::MutexGuard<'_, HashMap<(String, ComponentDigest), Weak<Plugin>>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Runtime").field("ceiling", &self.ceiling).finish_non_exhaustive()
    }
}
