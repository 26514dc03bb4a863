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
//! assert!(running.server.keys("Incident", KEY_FIELD).values().all(|records| *records == 1));
//! running.server.act("10001", &Act::Close)?;
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

use std::{io, sync::Arc};

use axum::{Json, routing::get};

pub use control::Addresses;
pub use culture::Culture;
pub use inspect::Fields;
pub use options::{Account, CLIENT, KEY_FIELD, Options, PASSWORD, USER};
pub use people::{Act, ActError, Made};
pub use refusal::{FieldFault, Refusal};
pub use seed::PERSON;
pub use server::Server;

use crate::shared::{
    Apparatus, Fault,
    authority::{Authority, AuthorityError},
    listen::{self, Listener},
};

/// Starts simulated systems.
#[derive(Debug)]
pub struct Simulator;

/// A running system. Dropping it closes its ports and connections at once.
#[derive(Debug)]
pub struct Running {
    /// Base URL over HTTP, with the application's name and without a slash at its end.
    pub http_url: String,
    /// Base URL over HTTPS.
    pub https_url: String,
    /// Base URL of the control interface.
    pub control_url: String,
    /// The certificate of the authority that vouches for the HTTPS listener.
    pub ca_pem: String,
    /// Records to look at, and people to act.
    pub server: Arc<Server>,
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
    /// Starts a system and listens.
    ///
    /// # Errors
    /// Where an address is taken, or no certificate can be made for the names that are asked for.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let authority = Authority::throw_away(&options.tls_names)?;
        let (plain, secure, steered) = (options.listen, options.tls_listen, options.control);
        let apparatus = Arc::new(Apparatus::default());
        let server = Arc::new(Server::new(options, apparatus.clone()));
        let http = listen::platform(plain, None, server.clone(), apparatus.clone()).await?;
        let https = listen::platform(secure, Some(authority.server), server.clone(), apparatus.clone()).await?;
        let mut addresses = Addresses {
            http: format!("http://{}/CherwellAPI", http.address),
            https: format!("https://{}/CherwellAPI", https.address),
            control: String::new(),
            ca_pem: authority.ca_pem,
        };
        let routes = control::router(server.clone());
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
            server,
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
