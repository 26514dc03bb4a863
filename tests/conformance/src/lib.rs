//! One conformance suite for adapters: what every adapter must do, as a table of behaviours, each run against a platform.
//!
//! It knows adapters by their component alone and platforms by the trait [`Platform`], so a stranger's adapter is tried like one of
//! the project's own. What an adapter passes, declares that its platform can't do, or fails, is a column of
//! `docs/reference/adapters.md`.
//!
//! ```text
//! gateway or host library -> adapter -> Proxy (things go wrong here) -> platform, real or simulated
//!                      behaviours look at the gateway and, past the adapter, at the platform
//! ```

#![expect(clippy::indexing_slicing, reason = "an index into JSON answers null where there is nothing")]

pub mod behaviours;
pub mod column;
pub mod configuration;
pub mod described;
pub mod page;
pub mod platform;
pub mod platforms;
pub mod proxy;
pub mod stand;
pub mod suite;
pub mod verbs;

pub use column::conforms;
pub use platform::Platform;
pub use suite::{Cell, Report, Suite};
