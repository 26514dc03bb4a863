//! Plugins: what knows a vendor, in a box.
//!
//! A plugin is a WebAssembly component that exports one of the five kinds of `signalbox:plugin`. It runs in a fresh instance for
//! every call, reaches only what its connection's outbound lets through, and is bounded in time, memory, log and answers. A
//! plugin can hurt only its own call: what it does wrong comes back as a `Failure` that says what happened, whose fault it is,
//! and what it may have sent. This is the only folder that names wasmtime.
//!
//! ```text
//! Runtime -> load -> Plugin (kind, manifest) -> SourceUse, TransformUse, AdapterUse, MonitorUse, SinkUse -> calls
//! ```

mod ability;
mod adapter;
mod bindings;
mod breaker;
mod cache;
mod call;
mod connected;
mod convert;
mod deadline;
mod engine;
mod error;
mod export;
mod grant;
mod kind;
mod limits;
mod linker;
mod loaded;
mod log;
mod manifest;
mod mapping;
mod monitor;
mod runtime;
mod schema;
mod sink;
mod source;
mod transform;
mod usage;
mod wasi;
mod way_out;
mod words;

pub use ability::{Abilities, Ability, UnknownAbility};
pub use adapter::{AdapterUse, Page, ProbeReport};
pub use breaker::BreakerPolicy;
pub use cache::{CacheKey, CompileCache, Compiled, ComponentDigest, KeyError};
pub use connected::CallFailure;
pub use engine::EngineError;
pub use error::{Blame, Failed, Failure, InvalidAnswer, PluginError, Traffic, TrapKind};
pub use grant::{GrantedOrigin, Grants, UnknownGrant};
pub use kind::Kind;
pub use limits::{Ceiling, InvalidLimits, Limits};
pub use loaded::{LoadError, LoadFault, Plugin};
pub use manifest::{InvalidManifest, Manifest};
pub use mapping::MappingError;
pub use monitor::{Facts, MonitorUse};
pub use runtime::{Runtime, RuntimeOptions};
pub use schema::{Finding, SettingsSchema, UnusableSchema};
pub use sink::{Receipt, SinkUse};
pub use source::{DecodeError, Decoded, SourceFailure, SourceRequest, SourceUse};
pub use transform::{TransformFailure, TransformUse};
pub use usage::{UseError, UseOptions};
