//! The parts of Azure around a gateway: Entra's tokens, the metadata service of a machine with a managed identity, Logs
//! Ingestion, Alerts Management, metrics, resource health, the activity log, and log queries.
//!
//! In life each has a host of its own. Here one listener serves all, told apart by their paths, so that a test gives each
//! the same base URL; a token is for one of them still, and the others refuse it.
//!
//! What is known comes from Microsoft's documentation and specifications; where they are silent, the stricter behaviour that
//! is possible was chosen, and the module says so. Microsoft's own clients work against it unmodified.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use signalbox_simulators::{azure::{Options, STREAM, Simulator}, shared::{Effect, Fault}};
//!
//! let running = Simulator::start(Options::default()).await?;
//! running.fault(Fault::new(Effect::DropAfter).method("POST").table(STREAM).every(10));
//! // … the gateway uploads to running.https_url …
//! assert_eq!(running.instance.rows(STREAM).len(), 10_000);
//! # Ok(())
//! # }
//! ```

mod access;
mod activity;
mod alerts;
mod assertion;
mod certificate;
mod cloud;
mod contents;
pub mod control;
mod directory;
mod entra;
mod health;
mod ingestion;
mod inspect;
mod limits;
mod management;
mod metadata;
mod metrics;
mod options;
mod paging;
mod query;
mod refusal;
mod row;
mod stream;

pub use alerts::{Kept, Modification, StateChange};
pub use certificate::{Certificate, NoCertificate};
pub use cloud::Cloud;
pub use contents::{Alert, Condition, Contents, Event, Health, QueryResult, Resource, State};
pub use directory::{Application, Credential, Directory, ManagedIdentity, Role};
pub use ingestion::{CollectionRule, LARGEST, Upload};
pub use options::{
    APPLICATION, IDENTITY, Limit, Limits, Options, RULE, SECRET, STRANGER, STREAM, SUBSCRIPTION, TENANT,
};
pub use query::AskedQuery;
pub use row::{LONGEST_FIELD, Row};
pub use stream::{Column, InvalidStream, Kind, Stream};

pub use crate::shared::{Addresses, StartError};

use crate::shared;

/// Starts simulated Azures.
#[derive(Debug)]
pub struct Simulator;

/// One that runs. Dropping it closes its ports and connections at once.
pub type Running = shared::Running<Cloud>;

impl Simulator {
    /// Starts one and listens.
    ///
    /// # Errors
    /// Where an address is taken, or no certificate can be made for the names that are asked for.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let ports = options.ports.clone();
        shared::running::start(ports, "", |apparatus| Cloud::new(options, apparatus), control::router).await
    }
}
