//! A component that was found to be a plugin.
//!
//! Loading compiles it, links it, and asks it to describe itself, under no grants and with empty settings. What can be wrong
//! with a plugin as such is found here, before a configuration that names it is taken.

use super::bindings::DescribedPre;
use super::bindings::description;
use super::breaker::BreakerPolicy;
use super::cache::{Compiled, ComponentDigest};
use super::call::{CallState, Place, Terms};
use super::error::{Blame, Failed};
use super::export::Exports;
use super::kind::Kind;
use super::limits::Limits;
use super::linker;
use super::log::Voice;
use super::manifest::{InvalidManifest, Manifest};
use super::runtime::Shared;
use super::usage::guest;
use crate::domain::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use wasmtime::component::Component;

/// A plugin, ready to be used. Shared by all uses and generations that have the same bytes.
pub struct Plugin {
    name: Arc<str>,
    digest: ComponentDigest,
    compiled: Compiled,
    kind: Kind,
    manifest: Manifest,
    pub(super) needs_http: bool,
    pub(super) described: DescribedPre<CallState>,
    pub(super) exports: Exports,
    pub(super) shared: Arc<Shared>,
}

/// A file that is no plugin, or none that may run here.
#[derive(Debug, thiserror::Error)]
#[error("plugin `{plugin}` {fault}")]
pub struct LoadError {
    /// As the configuration names it.
    pub plugin: String,
    /// What is wrong with it.
    #[source]
    pub fault: LoadFault,
}

/// What can be wrong with a plugin.
#[derive(Debug, thiserror::Error)]
pub enum LoadFault {
    /// No such file, or not ours to read.
    #[error("cannot be read from `{}`", .file.display())]
    Read {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Not a component, or one that this engine does not take.
    #[error("is not a WebAssembly component that can be compiled")]
    Compile(#[source] wasmtime::Error),
    /// A component that is for something else.
    #[error("exports none of the interfaces source, transform, adapter, monitor and sink of `signalbox:plugin`")]
    NoKind,
    /// It says that it is several things.
    #[error("exports more than one kind: {}", .0.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", "))]
    ManyKinds(Vec<Kind>),
    /// It imports what nobody has, or what its kind may not have.
    #[error("imports {}, which no {kind} may import", listed(.imports))]
    Imports {
        /// What it imports, with versions.
        imports: Vec<String>,
        /// What it is.
        kind: Kind,
    },
    /// Its imports or exports have other types or versions than the contract's.
    #[error("does not fit the contract `signalbox:plugin@1.0.0`")]
    Contract(#[source] wasmtime::Error),
    /// It imports `http` and its manifest does not ask for it.
    #[error("imports `signalbox:plugin/http` and its manifest does not ask for the grant `http`")]
    HttpNotAsked,
    /// It could not say what it is.
    #[error("cannot describe itself")]
    Describe(#[source] Failed),
    /// What it says is not a description.
    #[error("does not describe itself as the contract wants")]
    Manifest(#[source] InvalidManifest),
    /// The host itself is at fault.
    #[error("cannot be loaded: a task of the host ended early")]
    Host,
}

// === impl LoadError ===

impl LoadError {
    /// Who has to do something about it.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self.fault {
            LoadFault::Read { .. } => Blame::Operator,
            LoadFault::Host => Blame::Us,
            _ => Blame::Plugin,
        }
    }
}

fn listed(imports: &[String]) -> String {
    imports.iter().map(|import| format!("`{}`", super::words::escaped(import, 120))).collect::<Vec<_>>().join(", ")
}

// === impl Plugin ===

impl Plugin {
    /// Links a component and asks it what it is.
    pub(super) async fn load(
        shared: Arc<Shared>,
        name: &str,
        digest: ComponentDigest,
        (component, compiled): (Component, Compiled),
    ) -> Result<Self, LoadFault> {
        let engine = &shared.engine;
        let kind = match Kind::exported(&component, engine).as_slice() {
            [] => return Err(LoadFault::NoKind),
            [kind] => *kind,
            many => return Err(LoadFault::ManyKinds(many.to_vec())),
        };
        let imports = linker::unlinked(&component, engine, kind);
        if !imports.is_empty() {
            return Err(LoadFault::Imports { imports, kind });
        }
        let linked = shared.linkers.of(kind).instantiate_pre(&component).map_err(LoadFault::Contract)?;
        let described = DescribedPre::new(linked.clone()).map_err(LoadFault::Contract)?;
        let exports = Exports::look_up(kind, linked).map_err(LoadFault::Contract)?;
        let manifest = describe(&shared, &described, name).await.map_err(LoadFault::Describe)?;
        let manifest = Manifest::parse(&manifest, kind).map_err(LoadFault::Manifest)?;
        let needs_http = linker::imports(&component, engine, linker::HTTP);
        if needs_http && !manifest.asks.http {
            return Err(LoadFault::HttpNotAsked);
        }
        Ok(Self { name: name.into(), digest, compiled, kind, manifest, needs_http, described, exports, shared })
    }

    /// As the configuration names it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SHA-256 of its bytes.
    #[must_use]
    pub fn digest(&self) -> ComponentDigest {
        self.digest
    }

    /// Where its machine code came from.
    #[must_use]
    pub fn compiled(&self) -> Compiled {
        self.compiled
    }

    /// What it is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What it says of itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Plugin").field("name", &self.name).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Under no grants, with empty settings, and with as much memory as any use may have: settings that say less come later.
async fn describe(
    shared: &Arc<Shared>,
    described: &DescribedPre<CallState>,
    name: &str,
) -> Result<description::Manifest, Failed> {
    let limits = Limits { deadline: Duration::from_secs(10), memory: shared.ceiling.memory, ..Limits::pure() };
    let place = Place::new(shared, BreakerPolicy::default(), Voice::new(name, "describe"), "{}".into(), limits);
    let terms = Terms::frozen(Timestamp::from_nanos(0));
    let answered = place.call(terms, guest!(described, signalbox_plugin_description.call_describe()), Ok).await?;
    Ok(answered.value)
}
