//! A simulator that runs: its listeners, and what tests hold of it.

use std::{io, net::SocketAddr, sync::Arc};

use axum::{Json, Router, routing::get};
use serde::{Deserialize, Serialize};

use super::{
    Apparatus, Fault, Platform,
    authority::{Authority, AuthorityError},
    listen::{self, Listener},
};

/// Where a simulator listens; by default on any free ports of the loopback.
#[derive(Debug, Clone)]
pub struct Ports {
    /// For HTTP.
    pub http: SocketAddr,
    /// For HTTPS.
    pub https: SocketAddr,
    /// For its control interface.
    pub control: SocketAddr,
    /// Names and addresses that its certificate is for.
    pub tls_names: Vec<String>,
}

/// Where a running simulator is reached.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Addresses {
    /// Base URL over HTTP, with the platform's own path if it has one, and without a slash at its end.
    pub http: String,
    /// Base URL over HTTPS.
    pub https: String,
    /// Base URL of the control interface.
    pub control: String,
    /// The throw-away authority's certificate.
    pub ca_pem: String,
}

/// A running simulator. Dropping it closes its ports and connections at once.
#[derive(Debug)]
pub struct Running<P> {
    /// Base URL over HTTP, as in [`Addresses`].
    pub http_url: String,
    /// Base URL over HTTPS.
    pub https_url: String,
    /// Base URL of the control interface.
    pub control_url: String,
    /// The certificate of the authority that vouches for the HTTPS listener.
    pub ca_pem: String,
    /// Tickets to look at, and people to act.
    pub instance: Arc<P>,
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

/// Makes an instance and listens for it. `path` is what its base URLs end with, `control` makes all routes of its control
/// interface but `GET /`, which needs the addresses that only listening gives.
///
/// # Errors
/// Where an address is taken, or no certificate can be made for the names that are asked for.
pub async fn start<P: Platform>(
    ports: Ports,
    path: &str,
    instance: impl FnOnce(Arc<Apparatus>) -> P,
    control: impl FnOnce(Arc<P>) -> Router,
) -> Result<Running<P>, StartError> {
    let authority = Authority::throw_away(&ports.tls_names)?;
    let apparatus = Arc::new(Apparatus::default());
    let instance = Arc::new(instance(apparatus.clone()));
    let http = listen::platform(ports.http, None, instance.clone(), apparatus.clone()).await?;
    let https = listen::platform(ports.https, Some(authority.server), instance.clone(), apparatus.clone()).await?;
    let mut addresses = Addresses {
        http: format!("http://{}{path}", http.address),
        https: format!("https://{}{path}", https.address),
        control: String::new(),
        ca_pem: authority.ca_pem,
    };
    let routes = control(instance.clone());
    let control = listen::router(ports.control, |address| {
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

// === impl Running ===

impl<P> Running<P> {
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

// === impl Ports ===

impl Default for Ports {
    fn default() -> Self {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let tls_names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
        Self { http: loopback, https: loopback, control: loopback, tls_names }
    }
}
