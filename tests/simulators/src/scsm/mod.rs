//! System Center Service Manager behind the Cireson portal: its REST API version 3, with the refusals of the real one.
//!
//! What it promises: a client that works with it has met the portal's token, which is a bare JSON string and lives for five minutes;
//! projections by criteria, in no order and without pages; objects from templates that are stored only when they are committed;
//! commits that are refused when the object has changed meanwhile, with status 500 and a reason; entries of lists that only their
//! identity tells apart; a priority that nobody writes. What it leaves out, it refuses as an unknown path or property.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use signalbox_simulators::{scsm::{Act, Options, Simulator}, shared::{Effect, Fault}};
//!
//! let running = Simulator::start(Options::default()).await?;
//! running.fault(Fault::new(Effect::DropAfter).path("/Commit").table("incident").every(10));
//! // … the gateway creates incidents at running.http_url …
//! assert!(running.instance.keys().values().all(|incidents| *incidents == 1));
//! running.instance.act("IR1", &Act::Close)?;
//! # Ok(())
//! # }
//! ```

mod commit;
pub mod control;
mod criteria;
pub mod ids;
mod inspect;
mod options;
mod people;
mod portal;
mod projections;
mod refusal;
mod render;
mod request;
mod rosters;
mod rules;
mod schema;
mod seed;
mod sign_in;
mod store;
mod write;

pub use inspect::Fields;
pub use options::{Account, DOMAIN, Options, PASSWORD, USER};
pub use people::{Act, ActError, Made};
pub use portal::Portal;
pub use refusal::Refusal;
pub use schema::Class;
pub use seed::PERSON;

pub use crate::shared::{Addresses, StartError};

use crate::shared;

/// Starts simulated portals.
#[derive(Debug)]
pub struct Simulator;

/// A portal that runs. Dropping it closes its ports and connections at once.
pub type Running = shared::Running<Portal>;

impl Simulator {
    /// Starts a portal and listens.
    ///
    /// # Errors
    /// Where an address is taken, or no certificate can be made for the names that are asked for.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let ports = options.ports.clone();
        shared::running::start(ports, "", |apparatus| Portal::new(options, apparatus), control::router).await
    }
}
