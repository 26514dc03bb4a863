//! The contract's records, generated once, so that every kind of plugin speaks of the same Rust types.

// Only a component lives for one call; tests of plugins are programs like any other.
#[cfg(target_family = "wasm")]
mod arena;

mod generated {
    wit_bindgen::generate!({
        path: "../../../wit",
        world: "vocabulary",
        additional_derives: [PartialEq, Clone],
    });
}

pub use generated::signalbox::plugin::{records, types, work};
