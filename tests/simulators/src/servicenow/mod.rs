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

use std::{io, sync::Arc};

use axum::{Json, routing::get};

pub use accounts::{Account, Accounts, Client};
pub use control::Addresses;
pub use inspect::Fields;
pub use instance::Instance;
pub use options::{API_KEY, CLIENT, Options, PASSWORD, RateLimit, SECRET, USER};
pub use people::{Act, ActError, Made};
pub use refusal::Refusal;
pub use seed::PERSON;

use crate::shared::{
    Apparatus, Fault,
    authority::{Authority, AuthorityError},
    listen::{self, Listener},
};

/// Starts simulated instances.
#[derive(Debug)]
pub struct Simulator;

/// A running instance. Dropping it closes its ports and connections at once.
#[derive(Debug)]
pub struct Running {
    /// Base URL over HTTP, without a slash at its end.
    pub http_url: String,
    /// Base URL over HTTPS.
    pub https_url: String,
    /// Base URL of the control interface.
    pub control_url: String,
    /// The certificate of the authority that vouches for the HTTPS listener.
    pub ca_pem: String,
    /// Rows to look at, and people to act.
    pub instance: Arc<Instance>,
    /// Clock, faults, journal and tokens.
    pub apparatus: Arc<Apparatus>,
    _listeners: [Listener; 3],
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address can't be listened at.
    #[error("an address cannot be listened at")]
    Listen(#[from] io::Error),
    /// There is no certificate for HTTPS.
    #[error("there is no certificate for the HTTPS listener")]
    Authority(#[from] AuthorityError),
}

impl Simulator {
    /// Starts an instance and listens.
    ///
    /// # Errors
    /// Where an address is taken, or no certificate can be made for the names that are asked for.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let authority = Authority::throw_away(&options.tls_names)?;
        let (plain, secure, steered) = (options.listen, options.tls_listen, options.control);
        let apparatus = Arc::new(Apparatus::default());
        let instance = Arc::new(Instance::new(options, apparatus.clone()));
        let http = listen::platform(plain, None, instance.clone(), apparatus.clone()).await?;
        let https = listen::platform(secure, Some(authority.server), instance.clone(), apparatus.clone()).await?;
        let mut addresses = Addresses {
            http: format!("http://{}", http.address),
            https: format!("https://{}", https.address),
            control: String::new(),
            ca_pem: authority.ca_pem,
        };
        let routes = control::router(instance.clone());
        let control = listen::router(steered, |address| {
            addresses.control = format!("http://{address}");
            let shown = addresses.clone();
            routes.route("/", get(move || async move { Json(shown) }))
        })
        .await?;
        Ok(Running {
            http_url: addresses.http,
            https_url: addresses.https,
            control_url: addresses.control,
            ca_pem: addresses.ca_pem,
            instance,
            apparatus,
            _listeners: [http, https, control],
        })
    }
}

impl Running {
    /// Where it is reached.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        Addresses {
            http: self.http_url.clone(),
            https: self.https_url.clone(),
            control: self.control_url.clone(),
            ca_pem: self.ca_pem.clone(),
        }
    }

    /// Puts a fault in force and names it.
    pub fn fault(&self, fault: Fault) -> u64 {
        self.apparatus.faults.add(fault)
    }
}
