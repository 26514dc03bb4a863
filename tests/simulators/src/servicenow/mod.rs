//! A ServiceNow instance: Table API, Event Management, OAuth, with the refusals of the real one.
//!
//! What it promises: a client that works with it has met ServiceNow's own error bodies, state model, computed fields and
//! silent oddities (query parts that are dropped, texts that are cut, fields that are ignored). ServiceNow's own Python
//! client works against it unmodified. What it leaves out, it refuses as an unknown path or table.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use signalbox_simulators::{servicenow::{Act, Options, Simulator}, shared::{Effect, Fault}};
//!
//! let running = Simulator::start(Options::default()).await?;
//! running.fault(Fault::new(Effect::DropAfter).method("POST").table("incident").every(10));
//! // … the gateway creates incidents at running.http_url …
//! assert!(running.instance.keys("incident").values().all(|rows| *rows == 1));
//! running.instance.act("INC0010001", &Act::Close)?;
//! # Ok(())
//! # }
//! ```

mod accounts;
mod batch;
mod columns;
pub mod control;
mod events;
mod import;
mod input;
mod inspect;
mod instance;
mod oauth;
mod options;
mod people;
pub mod query;
mod refusal;
mod render;
mod rules;
mod schema;
mod seed;
mod store;
mod table_api;
mod write;

pub use accounts::{Account, Accounts, Client};
pub use inspect::Fields;
pub use instance::Instance;
pub use options::{API_KEY, CLIENT, Options, PASSWORD, RateLimit, SECRET, USER};
pub use people::{Act, ActError, Made};
pub use refusal::Refusal;
pub use seed::PERSON;

pub use crate::shared::{Addresses, StartError};

use crate::shared;

/// Starts simulated instances.
#[derive(Debug)]
pub struct Simulator;

/// An instance that runs. Dropping it closes its ports and connections at once.
pub type Running = shared::Running<Instance>;

impl Simulator {
    /// Starts an instance and listens.
    ///
    /// # Errors
    /// Where an address is taken, or no certificate can be made for the names that are asked for.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let ports = options.ports.clone();
        shared::running::start(ports, "", |apparatus| Instance::new(options, apparatus), control::router).await
    }
}
