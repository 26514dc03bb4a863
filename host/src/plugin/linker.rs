//! What plugins can import: the contract's own interfaces by kind, and WASI in its denying form.
//!
//! There is a linker for plugins that reach out and one for those that don't, where `http` is simply not there: a plugin that
//! imports what its kind may not have, or what nobody has, fails at load with the import's name.

use super::bindings::{http, log, settings};
use super::call::CallState;
use super::kind::Kind;
use super::wasi;
use wasmtime::Engine;
use wasmtime::component::{Component, HasSelf, Linker};

/// The interface that reaches out.
pub(super) const HTTP: &str = "signalbox:plugin/http";

/// Interfaces that every plugin may import, without their versions. The contract's `types`, `work` and `records` hold no
/// function, but components name them.
const EVERYONE: &[&str] = &[
    "signalbox:plugin/types",
    "signalbox:plugin/work",
    "signalbox:plugin/records",
    "signalbox:plugin/settings",
    "signalbox:plugin/log",
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/instance-network",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/network",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];

/// The linkers of one engine.
pub(super) struct Linkers {
    pure: Linker<CallState>,
    reaching: Linker<CallState>,
}

// === impl Linkers ===

impl Linkers {
    pub(super) fn new(engine: &Engine) -> wasmtime::Result<Self> {
        let mut pure = Linker::new(engine);
        wasi::link(&mut pure)?;
        settings::add_to_linker::<CallState, HasSelf<CallState>>(&mut pure, |state| state)?;
        log::add_to_linker::<CallState, HasSelf<CallState>>(&mut pure, |state| state)?;
        let mut reaching = pure.clone();
        http::add_to_linker::<CallState, HasSelf<CallState>>(&mut reaching, |state| state)?;
        Ok(Self { pure, reaching })
    }

    pub(super) fn of(&self, kind: Kind) -> &Linker<CallState> {
        if kind.reaches_out() { &self.reaching } else { &self.pure }
    }
}

/// Imports of a component that a plugin of this kind can't have, as the component spells them.
pub(super) fn unlinked(component: &Component, engine: &Engine, kind: Kind) -> Vec<String> {
    let allowed = |name: &str| EVERYONE.contains(&name) || (name == HTTP && kind.reaches_out());
    component
        .component_type()
        .imports(engine)
        .map(|(import, _)| import)
        .filter(|import| !allowed(unversioned(import)))
        .map(str::to_owned)
        .collect()
}

/// Whether a component imports this interface, in any version.
pub(super) fn imports(component: &Component, engine: &Engine, interface: &str) -> bool {
    component.component_type().imports(engine).any(|(import, _)| unversioned(import) == interface)
}

/// `wasi:io/poll@0.2.6` without its version.
pub(super) fn unversioned(name: &str) -> &str {
    name.split_once('@').map_or(name, |(name, _)| name)
}
