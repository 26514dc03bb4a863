//! Names become addresses here and nowhere else, and what comes out has been checked.
//!
//! The HTTP client connects to the very addresses that this answers and never asks again, so a name that points elsewhere
//! a moment later gains nothing. Addresses written as such never come by here; [`Guard::check_literal`] is for them.

use super::address::{Unreachable, never_reachable, reachable};
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use url::{Host, Url};

/// Finds the addresses of a name.
#[async_trait::async_trait]
pub trait Lookup: Send + Sync + 'static {
    /// All addresses of `host`, the preferred first.
    ///
    /// # Errors
    /// When the name is unknown or nobody can be asked.
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

/// What the addresses of a connection are checked against.
#[derive(Clone)]
pub(super) struct Guard {
    lookup: Arc<dyn Lookup>,
    reach: Reach,
}

/// Which addresses a request may end at.
#[derive(Clone, Debug)]
pub(super) enum Reach {
    /// Public ones, and special ones in these networks.
    Networks(Vec<IpNet>),
    /// Like [`Reach::Networks`], but a proxy stands between: names are checked for the proxy itself, and of literal
    /// addresses behind it those that nothing may reach.
    Proxied(Vec<IpNet>),
    /// Where the operator pointed a metadata credential, which is link-local as a rule.
    Metadata,
}

/// A name with no address that may be reached.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unresolved {
    #[error("the name `{0}` has no address")]
    Empty(String),
    #[error("`{name}` is not to be reached: {cause}")]
    Forbidden { name: String, cause: Unreachable },
}

// === impl SystemLookup ===

#[async_trait::async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|found| found.ip()).collect())
    }
}

// === impl Guard ===

impl Guard {
    pub(super) fn new(lookup: Arc<dyn Lookup>, reach: Reach) -> Self {
        Self { lookup, reach }
    }

    /// For a URL whose host is an address already.
    pub(super) fn check_literal(&self, url: &Url) -> Result<(), Unreachable> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(_)) | None => return Ok(()),
        };
        match &self.reach {
            Reach::Networks(networks) => reachable(address, networks),
            Reach::Proxied(_) => never_reachable(address),
            Reach::Metadata => Ok(()),
        }
    }

    /// The addresses of `name` that may be reached. Some names have more: `localhost` is `::1` too, where only 127.0.0.1 is
    /// listed.
    async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let found = self.lookup.lookup(name).await?;
        let mut allowed = Vec::with_capacity(found.len());
        let mut forbidden = None;
        for address in found {
            match self.check(address) {
                Ok(()) => allowed.push(SocketAddr::new(address, 0)),
                Err(cause) => forbidden = Some(cause),
            }
        }
        match forbidden {
            _ if !allowed.is_empty() => Ok(allowed),
            Some(cause) => Err(Unresolved::Forbidden { name: name.to_owned(), cause }.into()),
            None => Err(Unresolved::Empty(name.to_owned()).into()),
        }
    }

    fn check(&self, address: IpAddr) -> Result<(), Unreachable> {
        match &self.reach {
            Reach::Networks(networks) | Reach::Proxied(networks) => reachable(address, networks),
            Reach::Metadata => Ok(()),
        }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Guard").field("reach", &self.reach).finish_non_exhaustive()
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let addresses = guard.addresses(name.as_str()).await?;
            Ok::<Addrs, _>(Box::new(addresses.into_iter()))
        })
    }
}
