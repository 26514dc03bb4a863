//! The gateway's front door: takes bodies, decodes them, keeps them, and only then says 202.

pub mod answer;
pub mod authentication;
pub mod body;
mod intake;
pub mod listener;
mod post;
pub mod redact;
pub mod tls;

pub use intake::{Intake, Posted};
pub use post::router;
