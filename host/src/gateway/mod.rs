//! Everything together: one process that listens, keeps, converges and reloads, and ends in order.
//!
//! Ending goes along the way of an alert: first no new requests, then those under way, then the tickets under way, then the
//! sessions on the platforms. Whatever is cut by force is found again by the next start: it is in the ledger.

mod workshop;

pub use workshop::workshop;

use crate::{
    admin::{Admin, Health},
    config::{self, Config, Problem, Problems, Span},
    converge::{
        crew::Crew,
        health::Health as ConnectionHealth,
        worker::{Leases, Worker},
    },
    generation::{Current, GenerationDesk, Reloader, Workshop, build, left_with_tickets},
    ingest::{
        self, Intake,
        listener::{Listener, ListenerOptions},
        tls,
    },
    ledger::{self, Ledger},
};
use anyhow::Context;
use metrics_exporter_prometheus::PrometheusBuilder;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// A gateway that does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is refused.
    #[error("the configuration is refused")]
    Refused(#[from] Problems),
    /// Something of this machine.
    #[error(transparent)]
    Machine(#[from] anyhow::Error),
}

/// A gateway that runs.
pub struct Gateway {
    /// Where alerts are posted.
    pub ingest: SocketAddr,
    /// Where it is asked.
    pub admin: SocketAddr,
    health: Arc<Health>,
    workshop: Arc<Workshop>,
    listeners: JoinSet<()>,
    crew: JoinSet<()>,
    watching: JoinSet<()>,
    stop_ingest: CancellationToken,
    stop_crew: watch::Sender<bool>,
    stop_rest: CancellationToken,
}

// === impl Gateway ===

impl Gateway {
    /// Starts it with the configuration at `path`.
    ///
    /// # Errors
    /// Where the configuration is refused, or the machine has no place for it.
    pub async fn start(path: &Path) -> Result<Self, StartError> {
        let config = config::load(path)?;
        let workshop = Arc::new(workshop(&config)?);
        let ledger = ledger::open(&config.ledger.url).await.context("the ledger can't be opened")?;
        let left = left_with_tickets(&*ledger, &config).await;
        if !left.is_empty() {
            return Err(Problems(left).into());
        }
        let ingest = ingest_listener(&config).await?;
        let admin = admin_listener(&config).await?;
        let addresses = (ingest.address().context("no address")?, admin.address().context("no address")?);
        let Span(lease) = config.gateway.lease;
        let current = Arc::new(Current::new(build(config, &workshop, 1).await?));
        let health = Arc::new(Health::default());
        let intake = Arc::new(Intake::new(current.clone(), ledger.clone()));
        let metrics = PrometheusBuilder::new().install_recorder().context("metrics can't be recorded")?;
        let mut gateway = Self {
            ingest: addresses.0,
            admin: addresses.1,
            health: health.clone(),
            workshop: workshop.clone(),
            listeners: JoinSet::new(),
            crew: JoinSet::new(),
            watching: JoinSet::new(),
            stop_ingest: CancellationToken::new(),
            stop_crew: watch::Sender::new(false),
            stop_rest: CancellationToken::new(),
        };
        gateway
            .listeners
            .spawn(ingest.serve(ingest::router(intake.clone(), health.clone()), gateway.stop_ingest.clone()));
        let told = Admin { ledger: ledger.clone(), intake, health, metrics };
        gateway.watching.spawn(admin.serve(told.router(), gateway.stop_rest.clone()));
        gateway.converge(&current, &ledger, Leases::of(lease));
        gateway.watch(Reloader { path: path.to_owned(), current, workshop, ledger });
        Ok(gateway)
    }

    fn converge(&mut self, current: &Arc<Current>, ledger: &Arc<dyn Ledger>, leases: Leases) {
        let desk = Arc::new(GenerationDesk(current.clone()));
        let worker = Worker::new(ledger.clone(), desk, Arc::new(ConnectionHealth::default()), leases);
        let name = format!("{}-{}", std::process::id(), uuid::Uuid::new_v4());
        self.crew.spawn(Crew::new(worker, name).run(self.stop_crew.subscribe()));
    }

    fn watch(&mut self, reloader: Reloader) {
        let stop = self.stop_rest.clone();
        self.watching.spawn(async move {
            if let Err(error) = reloader.watch(stop).await {
                tracing::error!(%error, "the configuration is not watched: a change of it takes a restart");
            }
        });
    }

    /// Ends it in order.
    pub async fn stop(mut self) {
        tracing::info!("stopping");
        self.health.stop();
        self.stop_ingest.cancel();
        while self.listeners.join_next().await.is_some() {}
        let _no_crew = self.stop_crew.send(true);
        while self.crew.join_next().await.is_some() {}
        self.workshop.connections.close().await;
        self.stop_rest.cancel();
        while self.watching.join_next().await.is_some() {}
        tracing::info!("stopped");
    }
}

async fn ingest_listener(config: &Config) -> Result<Listener, StartError> {
    let (Span(header_timeout), Span(drain_timeout)) = (config.ingest.header_timeout, config.ingest.drain_timeout);
    let max_connections = config.ingest.max_connections;
    let tls = config.ingest.tls.as_ref().map(|section| acceptor(section, &config.folder)).transpose()?;
    let options = ListenerOptions { max_connections, header_timeout, drain_timeout, tls };
    bind(config.ingest.listen, options, "[ingest] listen").await
}

fn acceptor(section: &config::IngestTls, folder: &Path) -> Result<tokio_rustls::TlsAcceptor, Problems> {
    let refused = |words: String| Problems(vec![Problem::anywhere(format!("`[ingest] tls`: {words}"))]);
    let path: PathBuf = folder.join(&section.cert);
    let chain = std::fs::read(&path).map_err(|cause| refused(format!("{} can't be read: {cause}", path.display())))?;
    let key = section.key.read(folder).map_err(|error| refused(error.to_string()))?;
    tls::acceptor(&chain, &key).map_err(|error| refused(error.to_string()))
}

async fn admin_listener(config: &Config) -> Result<Listener, StartError> {
    let options = ListenerOptions {
        max_connections: 64,
        header_timeout: Duration::from_secs(10),
        drain_timeout: Duration::from_secs(2),
        tls: None,
    };
    bind(config.admin.listen, options, "[admin] listen").await
}

async fn bind(address: SocketAddr, options: ListenerOptions, key: &str) -> Result<Listener, StartError> {
    let bound = Listener::bind(address, options).await;
    Ok(bound.with_context(|| format!("`{key}`: {address} can't be had"))?)
}
