//! The arguments of each platform, and how it is started with them.

use std::{any::Any, net::SocketAddr, path::PathBuf};

use clap::Args;
use signalbox_simulators::shared::{Addresses, Ports, Running};

pub mod azure;
pub mod cherwell;
pub mod provance;
pub mod scsm;
pub mod servicenow;

/// Where a platform listens, and what vouches for it.
#[derive(Debug, Args)]
pub struct Listen {
    /// Where to listen for HTTP.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where to listen for HTTPS.
    #[arg(long, default_value = "127.0.0.1:0")]
    tls_listen: SocketAddr,
    /// Where the control interface listens.
    #[arg(long, default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// Where to write the certificate authority's PEM.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
}

/// A platform that listens, until this is dropped.
pub struct Started {
    /// Where.
    pub addresses: Addresses,
    /// Where the certificate goes.
    pub ca_file: Option<PathBuf>,
    _running: Box<dyn Any>,
}

// === impl Listen ===

impl Listen {
    fn ports(&self) -> Ports {
        Ports { http: self.listen, https: self.tls_listen, control: self.control, ..Ports::default() }
    }
}

// === impl Started ===

impl Started {
    fn new<P: 'static>(running: Running<P>, ca_file: Option<PathBuf>) -> Self {
        Self { addresses: running.addresses(), ca_file, _running: Box::new(running) }
    }
}
