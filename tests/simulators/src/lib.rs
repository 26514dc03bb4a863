//! Simulated ITSM platforms, and the parts of Azure around a gateway, strict enough to test adapters against.
//!
//! Each platform is a folder that knows its wire: what it refuses, with which bytes; what it computes, cuts and ignores
//! in silence. [`shared`] holds what they have in common: listeners over HTTP and HTTPS, faults on demand, a clock to
//! move, a journal to count in. A simulator is started in a test by its `Simulator::start`, or as a process by the
//! binary `simulator`, and steered through Rust methods or its control interface.
//!
//! It is a check on the adapters and not their mirror: vendors' own clients must work against it, too
//! ([`client_test`]).

pub mod azure;
pub mod cherwell;
pub mod client_test;
pub mod provance;
pub mod scsm;
pub mod servicenow;
pub mod shared;
