//! A reverse proxy on loopback between an adapter and its platform, where things go wrong on demand.
//!
//! It hands everything on as it came, `Host` included, so that links in answers point at the proxy; addresses that the platform
//! names otherwise are replaced. It counts what passes. What goes wrong is a [`Fault`]: the first one that is due decides.

mod fault;
mod forward;
mod login;
mod spoil;

pub use fault::{Effect, Fault, Which};

use crate::platform::Platform;
use anyhow::Context;
use fault::Faults;
use forward::Upstream;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use login::Logins;
use spoil::{Secrets, Tokens};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::{net::TcpListener, task::JoinHandle};

/// A running proxy. Dropping it closes its port.
#[derive(Debug)]
pub struct Proxy {
    /// Its own address, `http://127.0.0.1:40124`.
    pub address: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// A request that came by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// In capitals.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// What the client got; none where the connection was closed on it.
    pub status: Option<u16>,
    /// Whether somebody logged in by it.
    pub login: bool,
}

#[derive(Debug)]
struct Shared {
    upstream: Upstream,
    secrets: Secrets,
    logins: Logins,
    faults: Mutex<Faults>,
    passed: Mutex<Vec<Passed>>,
    tokens: Mutex<Tokens>,
}

// === impl Proxy ===

impl Proxy {
    /// In front of a platform.
    ///
    /// # Errors
    /// Where no port is free.
    pub async fn start(platform: &dyn Platform) -> anyhow::Result<Self> {
        signalbox_e2e::install_tls();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let mut others = platform.other_addresses();
        others.push(platform.address());
        let shared = Arc::new(Shared {
            upstream: Upstream::new(platform.address(), others, address.clone()).context("the proxy has no client")?,
            secrets: Secrets::new(platform.secrets().into_iter().map(|(_, value)| value)),
            logins: Logins::of(&platform.connection())?,
            faults: Mutex::default(),
            passed: Mutex::default(),
            tokens: Mutex::default(),
        });
        let serving = shared.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = serving.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| forward::answer(shared.clone(), request));
                    // A connection that a fault closes is an error here, as it is meant to be.
                    let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Ok(Self { address, shared, task })
    }

    /// From now on this goes wrong; what was in force is over.
    pub fn arm(&self, fault: Fault) {
        self.shared.tokens().age();
        *self.shared.faults() = Faults::of(fault);
    }

    /// Nothing goes wrong any more. Answers how often it did.
    pub fn mend(&self) -> u64 {
        std::mem::take(&mut *self.shared.faults()).hits()
    }

    /// How often what is in force went wrong so far.
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.shared.faults().hits()
    }

    /// All that came by, in the order of its end.
    #[must_use]
    pub fn passed(&self) -> Vec<Passed> {
        self.shared.passed().clone()
    }

    /// How many requests came by that were not logins.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.shared.passed().iter().filter(|passed| !passed.login).count()
    }

    /// Whether the connection's credentials are a token that ends and is renewed.
    #[must_use]
    pub fn renewable(&self) -> bool {
        self.shared.logins.renewable
    }

    /// How many logins came by.
    #[must_use]
    pub fn logins(&self) -> usize {
        self.shared.passed().iter().filter(|passed| passed.login).count()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

// === impl Shared ===

impl Shared {
    fn is_login(&self, target: &str, body: &[u8]) -> bool {
        self.logins.are_at(target) || self.secrets.stand_in(body)
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn passed(&self) -> MutexGuard<'_, Vec<Passed>> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
