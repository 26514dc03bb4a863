//! The five kinds of plugins, found by what a component exports.

use super::linker::unversioned;
use std::fmt;
use wasmtime::Engine;
use wasmtime::component::Component;

/// What a plugin is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Decodes what a monitor posts.
    Source,
    /// Maps alerts to content.
    Transform,
    /// Speaks to an ITSM platform.
    Adapter,
    /// Asks and tells a monitoring system.
    Monitor,
    /// Takes records away.
    Sink,
}

// === impl Kind ===

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Source, Self::Transform, Self::Adapter, Self::Monitor, Self::Sink];

    /// The word that configuration and output use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Transform => "transform",
            Self::Adapter => "adapter",
            Self::Monitor => "monitor",
            Self::Sink => "sink",
        }
    }

    /// Whether plugins of this kind may send requests. The others answer the same tomorrow.
    #[must_use]
    pub fn reaches_out(self) -> bool {
        match self {
            Self::Source | Self::Transform => false,
            Self::Adapter | Self::Monitor | Self::Sink => true,
        }
    }

    fn interface(self) -> &'static str {
        match self {
            Self::Source => "signalbox:plugin/source",
            Self::Transform => "signalbox:plugin/transform",
            Self::Adapter => "signalbox:plugin/adapter",
            Self::Monitor => "signalbox:plugin/monitor",
            Self::Sink => "signalbox:plugin/sink",
        }
    }

    /// The kinds that a component exports.
    pub(super) fn exported(component: &Component, engine: &Engine) -> Vec<Self> {
        let ty = component.component_type();
        let exports: Vec<&str> = ty.exports(engine).map(|(name, _)| unversioned(name)).collect();
        Self::ALL.into_iter().filter(|kind| exports.contains(&kind.interface())).collect()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
