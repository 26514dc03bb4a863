//! A Cherwell Service Management system: its REST API with the refusals of the real one.
//!
//! What it promises: a client that works with it has met errors inside a 200, an unknown record inside a 500, values that are
//! all texts, dates as a culture writes them, fields that are ignored unless they are dirty, refresh tokens that are good once,
//! and licences that run out. A client from the package index works against it unmodified. What it leaves out, it refuses as an
//! unknown path.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use signalbox_simulators::{cherwell::{Act, KEY_FIELD, Options, Simulator}, shared::{Effect, Fault}};
//!
//! let running = Simulator::start(Options::default()).await?;
//! running.fault(Fault::new(Effect::DropAfter).path("savebusinessobject").table("Incident").every(10));
//! // … the gateway creates incidents at running.http_url …
//! assert!(running.instance.keys("Incident", KEY_FIELD).values().all(|records| *records == 1));
//! running.instance.act("10001", &Act::Close)?;
//! # Ok(())
//! # }
//! ```

pub mod control;
mod culture;
mod describe;
mod inspect;
mod objects;
mod options;
mod people;
mod read;
mod refusal;
mod related;
mod request;
mod rules;
mod save;
mod search;
mod seed;
mod server;
mod sessions;
mod store;

pub use culture::Culture;
pub use inspect::Fields;
pub use options::{Account, CLIENT, KEY_FIELD, Options, PASSWORD, USER};
pub use people::{Act, ActError, Made};
pub use refusal::{FieldFault, Refusal};
pub use seed::PERSON;
pub use server::Server;

pub use crate::shared::{Addresses, StartError};

use crate::shared;

/// Starts simulated systems.
#[derive(Debug)]
pub struct Simulator;

/// A system that runs. Dropping it closes its ports and connections at once.
pub type Running = shared::Running<Server>;

impl Simulator {
    /// Starts a system and listens.
    ///
    /// # Errors
    /// Where an address is taken, or no certificate can be made for the names that are asked for.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let ports = options.ports.clone();
        shared::running::start(ports, "/CherwellAPI", |apparatus| Server::new(options, apparatus), control::router)
            .await
    }
}
