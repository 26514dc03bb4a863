//! A Dataverse organisation: the Web API with the stock Case table and tables of one's own, and Entra's token endpoint.
//!
//! What it promises: a client that works with it has met the Web API's own error codes, its state rules, its preferences,
//! optimistic concurrency, alternate keys, paging cookies, delta links and change sets. Microsoft's own Python client works
//! against it unmodified. What it leaves out, it refuses as an unknown segment.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use signalbox_simulators::{provance::{Act, Options, Simulator}, shared::{Effect, Fault}};
//!
//! let running = Simulator::start(Options::default()).await?;
//! running.fault(Fault::new(Effect::DropAfter).method("POST").table("incidents").every(10));
//! // … the gateway makes Cases at running.http_url …
//! assert!(running.instance.keys("incident").values().all(|rows| *rows == 1));
//! running.instance.act("CAS-01001", &Act::Resolve)?;
//! # Ok(())
//! # }
//! ```

mod accounts;
mod address;
mod batch;
pub mod control;
mod entra;
mod filter;
mod input;
mod inspect;
mod metadata;
mod options;
mod organisation;
mod people;
mod query;
mod refusal;
mod render;
mod rules;
mod schema;
mod seed;
mod serve;
mod stock;
mod store;
mod tracking;
mod write;

pub use accounts::{Accounts, Application, Role};
pub use inspect::Fields;
pub use options::{CUSTOMER, Limit, Options, PASSWORD, SECRET, TEAM, TENANT, USER, application_id};
pub use organisation::Organisation;
pub use people::{Act, ActError, Made};
pub use refusal::{Protection, Refusal};
pub use seed::PERSON;

pub use crate::shared::{Addresses, StartError};

use crate::shared;

/// Starts simulated organisations.
#[derive(Debug)]
pub struct Simulator;

/// An organisation that runs. Dropping it closes its ports and connections at once.
pub type Running = shared::Running<Organisation>;

impl Simulator {
    /// Starts an organisation and listens.
    ///
    /// # Errors
    /// Where an address is taken, or no certificate can be made for the names that are asked for.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let ports = options.ports.clone();
        shared::running::start(ports, "", |apparatus| Organisation::new(options, apparatus), control::router).await
    }
}
