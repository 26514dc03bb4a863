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
//! assert!(running.portal.keys().values().all(|incidents| *incidents == 1));
//! running.portal.act("IR1", &Act::Close)?;
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

use std::{io, sync::Arc};

use axum::{Json, routing::get};

pub use control::Addresses;
pub use inspect::Fields;
pub use options::{Account, DOMAIN, Options, PASSWORD, USER};
pub use people::{Act, ActError, Made};
pub use portal::Portal;
pub use refusal::Refusal;
pub use schema::Class;
pub use seed::PERSON;

use crate::shared::{
    Apparatus, Fault,
    authority::{Authority, AuthorityError},
    listen::{self, Listener},
};

/// Starts simulated portals.
#[derive(Debug)]
pub struct Simulator;

/// A running portal. Dropping it closes its ports and connections at once.
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
    /// Work items to look at, and people to act.
    pub portal: Arc<Portal>,
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
    /// Starts a portal and listens.
    ///
    /// # Errors
    /// Where an address is taken, or no certificate can be made for the names that are asked for.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let authority = Authority::throw_away(&options.tls_names)?;
        let (plain, secure, steered) = (options.listen, options.tls_listen, options.control);
        let apparatus = Arc::new(Apparatus::default());
        let portal = Arc::new(Portal::new(options, apparatus.clone()));
        let http = listen::platform(plain, None, portal.clone(), apparatus.clone()).await?;
        let https = listen::platform(secure, Some(authority.server), portal.clone(), apparatus.clone()).await?;
        let mut addresses = Addresses {
            http: format!("http://{}", http.address),
            https: format!("https://{}", https.address),
            control: String::new(),
            ca_pem: authority.ca_pem,
        };
        let routes = control::router(portal.clone());
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
            portal,
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
