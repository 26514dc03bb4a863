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
//! assert!(running.organisation.keys("incident").values().all(|rows| *rows == 1));
//! running.organisation.act("CAS-01001", &Act::Resolve)?;
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

use std::{io, sync::Arc};

use axum::{Json, routing::get};

pub use accounts::{Accounts, Application, Role};
pub use control::Addresses;
pub use inspect::Fields;
pub use options::{CUSTOMER, Limit, Options, PASSWORD, SECRET, TEAM, TENANT, USER, application_id};
pub use organisation::Organisation;
pub use people::{Act, ActError, Made};
pub use refusal::{Protection, Refusal};
pub use seed::PERSON;

use crate::shared::{
    Apparatus, Fault,
    authority::{Authority, AuthorityError},
    listen::{self, Listener},
};

/// Starts simulated organisations.
#[derive(Debug)]
pub struct Simulator;

/// A running organisation. Dropping it closes its ports and connections at once.
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
    pub organisation: Arc<Organisation>,
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
    /// Starts an organisation and listens.
    ///
    /// # Errors
    /// Where an address is taken, or no certificate can be made for the names that are asked for.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let authority = Authority::throw_away(&options.tls_names)?;
        let (plain, secure, steered) = (options.listen, options.tls_listen, options.control);
        let apparatus = Arc::new(Apparatus::default());
        let organisation = Arc::new(Organisation::new(options, apparatus.clone()));
        let http = listen::platform(plain, None, organisation.clone(), apparatus.clone()).await?;
        let tls = Some(authority.server);
        let https = listen::platform(secure, tls, organisation.clone(), apparatus.clone()).await?;
        let mut addresses = Addresses {
            http: format!("http://{}", http.address),
            https: format!("https://{}", https.address),
            control: String::new(),
            ca_pem: authority.ca_pem,
        };
        let routes = control::router(organisation.clone());
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
            organisation,
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
