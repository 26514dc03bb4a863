//! What plugin authors build against: one module a kind of plugin, and the records that all kinds share.
//!
//! A plugin implements `description::Guest` and its kind's `Guest` on one type and hands that type to its kind's `export!`.
//!
//! Beside these stands what adapters of quite different platforms do alike, each idea a module: what they say of themselves and how they
//! are called ([`describe`], [`incidents`], [`probe`]), requests and what their failures mean ([`http`], [`fault`]), tickets
//! ([`ticket`]), texts and notes ([`text`], [`cut`], [`note`]), settings ([`terms`], [`settings`]), pulls ([`pull`], [`time`],
//! [`record`]), and what tests begin with ([`scripted`], [`testing`]). None of it knows a platform.

pub use signalbox_bindings_types::{records, types, work};

pub mod cut;
pub mod describe;
pub mod fault;
pub mod host;
pub mod http;
pub mod incidents;
pub mod json;
pub mod note;
pub mod percent;
pub mod probe;
pub mod pull;
pub mod record;
pub mod scripted;
pub mod settings;
pub mod terms;
pub mod testing;
pub mod text;
pub mod ticket;
pub mod time;

/// Plugins that decode what a monitor posts.
pub mod source {
    pub use signalbox_bindings_source::export;
    pub use signalbox_bindings_source::exports;
    pub use signalbox_bindings_source::exports::signalbox::plugin::description;
    pub use signalbox_bindings_source::exports::signalbox::plugin::source::*;
    pub use signalbox_bindings_source::signalbox::plugin::{log, settings};
}

/// Plugins that map alerts to work items.
pub mod transform {
    pub use signalbox_bindings_transform::export;
    pub use signalbox_bindings_transform::exports;
    pub use signalbox_bindings_transform::exports::signalbox::plugin::description;
    pub use signalbox_bindings_transform::exports::signalbox::plugin::transform::*;
    pub use signalbox_bindings_transform::signalbox::plugin::{log, settings};
}

/// Plugins that speak to an ITSM platform.
pub mod adapter {
    pub use signalbox_bindings_adapter::export;
    pub use signalbox_bindings_adapter::exports;
    pub use signalbox_bindings_adapter::exports::signalbox::plugin::adapter::*;
    pub use signalbox_bindings_adapter::exports::signalbox::plugin::description;
    pub use signalbox_bindings_adapter::signalbox::plugin::{http, log, settings};
}

/// Plugins that ask and tell a monitoring system.
pub mod monitor {
    pub use signalbox_bindings_monitor::export;
    pub use signalbox_bindings_monitor::exports;
    pub use signalbox_bindings_monitor::exports::signalbox::plugin::description;
    pub use signalbox_bindings_monitor::exports::signalbox::plugin::monitor::*;
    pub use signalbox_bindings_monitor::signalbox::plugin::{http, log, settings};
}

/// Plugins that take records away.
pub mod sink {
    pub use signalbox_bindings_sink::export;
    pub use signalbox_bindings_sink::exports;
    pub use signalbox_bindings_sink::exports::signalbox::plugin::description;
    pub use signalbox_bindings_sink::exports::signalbox::plugin::sink::*;
    pub use signalbox_bindings_sink::signalbox::plugin::{http, log, settings};
}
