//! The contract as Rust types, generated from `wit/`.
//!
//! One world imports and exports what all kinds of plugins have; each kind adds a world with its own export. So a record,
//! the manifest and the host's functions exist once, and a plugin that exports more than its kind is taken all the same.

#![allow(missing_docs, clippy::all, clippy::pedantic)]

mod shared {
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "
            package signalbox:host;
            world described {
                import signalbox:plugin/types@1.0.0;
                import signalbox:plugin/work@1.0.0;
                import signalbox:plugin/records@1.0.0;
                import signalbox:plugin/settings@1.0.0;
                import signalbox:plugin/log@1.0.0;
                import signalbox:plugin/http@1.0.0;
                export signalbox:plugin/description@1.0.0;
            }
        ",
        world: "signalbox:host/described",
        imports: { "signalbox:plugin/http@1.0.0": async | trappable, default: trappable },
        exports: { default: async },
        require_store_data_send: true,
    });
}

macro_rules! kind {
    ($(#[$doc:meta])* $module:ident, $inline:literal, $world:literal, $($interface:literal: $types:path),+) => {
        $(#[$doc])*
        pub mod $module {
            wasmtime::component::bindgen!({
                path: "../wit",
                inline: $inline,
                world: $world,
                with: { $($interface: $types),+ },
                exports: { default: async },
                require_store_data_send: true,
            });
        }
    };
}

kind!(
    /// Decodes what a monitor posts.
    source,
    "package signalbox:host; world decoding { export signalbox:plugin/source@1.0.0; }",
    "signalbox:host/decoding",
    "signalbox:plugin/types@1.0.0": super::types
);
kind!(
    /// Maps alerts to content.
    transform,
    "package signalbox:host; world mapping { export signalbox:plugin/transform@1.0.0; }",
    "signalbox:host/mapping",
    "signalbox:plugin/types@1.0.0": super::types,
    "signalbox:plugin/work@1.0.0": super::work
);
kind!(
    /// Speaks to an ITSM platform.
    adapter,
    "package signalbox:host; world adapting { export signalbox:plugin/adapter@1.0.0; }",
    "signalbox:host/adapting",
    "signalbox:plugin/types@1.0.0": super::types,
    "signalbox:plugin/work@1.0.0": super::work,
    "signalbox:plugin/records@1.0.0": super::records
);
kind!(
    /// Asks and tells a monitoring system.
    monitor,
    "package signalbox:host; world monitoring { export signalbox:plugin/monitor@1.0.0; }",
    "signalbox:host/monitoring",
    "signalbox:plugin/types@1.0.0": super::types
);
kind!(
    /// Takes records away.
    sink,
    "package signalbox:host; world delivering { export signalbox:plugin/sink@1.0.0; }",
    "signalbox:host/delivering",
    "signalbox:plugin/types@1.0.0": super::types,
    "signalbox:plugin/records@1.0.0": super::records
);

pub use shared::DescribedPre;
pub use shared::exports::signalbox::plugin::description;
pub use shared::signalbox::plugin::{http, log, records, settings, types, work};
