//! Everything together: one process that listens, keeps, converges and reloads, and ends in order.
//!
//! Ending goes along the way of an alert: first no new requests, then those under way, then the tickets under way, then the
//! sessions on the platforms. Whatever is cut by force is found again by the next start: it is in the ledger.

mod beginnings;
mod retention;
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
    generation::{
        Current, Generation, GenerationDesk, Reloader, Surroundings, Workshop, build, left_with_tickets, take_over,
        texts,
    },
    ingest::{
        self, Intake,
        listener::{Listener, ListenerOptions},
        tls,
    },
    ledger::{self, Ledger, Nearby, Store},
    sync::{LONGEST_LEAD, Rounds, Sync},
};
use anyhow::Context;
use arc_swap::ArcSwap;
use beginnings::Beginnings;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use retention::Retention;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
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
    drain_timeout: Duration,
    listeners: JoinSet<()>,
    crew: JoinSet<()>,
    rounds: JoinSet<()>,
    watching: JoinSet<()>,
    stop_ingest: CancellationToken,
    stop_crew: watch::Sender<bool>,
    stop_rounds: CancellationToken,
    stop_rest: CancellationToken,
}

// === impl Gateway ===

impl Gateway {
    /// Starts it with the configuration at `path`.
    ///
    /// # Errors
    /// Where the configuration is refused, or the machine has no place for it.
    pub async fn start(path: &Path) -> Result<Self, StartError> {
        // From here on a SIGHUP asks for a reload, and does not end the process.
        let hangups = signal(SignalKind::hangup()).context("signals can't be watched")?;
        let texts = texts(path);
        let config = config::load(path)?;
        let workshop = Arc::new(workshop(&config)?);
        let opened = ledger::open(&config.ledger.url).await;
        let opened = opened.context("the ledger can't be opened")?;
        let Store { ledger, records, monitors, reports, nearby, windows, upkeep } = opened;
        upkeep.bound(config.ledger.max_size.map(|size| size.0));
        let owner = ledger.belongs_to(&config.gateway.name).await.context("the ledger can't be written")?;
        if owner != config.gateway.name {
            let message = format!(
                "the ledger is that of the gateway `{owner}`, and `[gateway] name` is `{}`: under another name every open \
                 problem would get a second ticket. Keep the name, or give this gateway a ledger of its own",
                config.gateway.name
            );
            return Err(Problems(vec![Problem::anywhere(message)]).into());
        }
        let left = left_with_tickets(&*ledger, &config).await;
        if !left.is_empty() {
            return Err(Problems(left).into());
        }
        let certificate = certificate(&config)?.map(|acceptor| Arc::new(ArcSwap::from_pointee(acceptor)));
        let ingest = ingest_listener(&config, certificate.clone()).await?;
        let admin = admin_listener(&config).await?;
        let addresses = (ingest.address().context("no address")?, admin.address().context("no address")?);
        let (Span(lease), Span(drain_timeout)) = (config.gateway.lease, config.ingest.drain_timeout);
        let metrics = PrometheusBuilder::new().install_recorder().context("metrics can't be recorded")?;
        let generation = build(config, &workshop, 1).await?;
        take_over(&*ledger, &generation).await?;
        let current = Arc::new(Current::new(generation));
        let health = Arc::new(Health::default());
        let intake = Arc::new(Intake::new(current.clone(), ledger.clone()));
        let mut gateway = Self {
            ingest: addresses.0,
            admin: addresses.1,
            health: health.clone(),
            workshop: workshop.clone(),
            drain_timeout,
            listeners: JoinSet::new(),
            crew: JoinSet::new(),
            rounds: JoinSet::new(),
            watching: JoinSet::new(),
            stop_ingest: CancellationToken::new(),
            stop_crew: watch::Sender::new(false),
            stop_rounds: CancellationToken::new(),
            stop_rest: CancellationToken::new(),
        };
        gateway
            .listeners
            .spawn(ingest.serve(ingest::router(intake.clone(), health.clone()), gateway.stop_ingest.clone()));
        gateway.watching.spawn(refresh(metrics.clone(), gateway.stop_rest.clone()));
        let retention = Retention { current: current.clone(), upkeep: upkeep.clone() };
        gateway.watching.spawn(retention.run(gateway.stop_rest.clone()));
        let connections = Arc::new(ConnectionHealth::default());
        let rounds = Arc::new(Rounds::default());
        let told = Admin {
            ledger: ledger.clone(),
            records: records.clone(),
            monitors: monitors.clone(),
            reports,
            upkeep,
            windows: windows.clone(),
            rounds: rounds.clone(),
            intake: intake.clone(),
            health,
            connections: connections.clone(),
            metrics,
        };
        gateway.watching.spawn(admin.serve(told.router(), gateway.stop_rest.clone()));
        let owner = format!("{}-{}", std::process::id(), uuid::Uuid::new_v4());
        let sync = Sync {
            current: current.clone(),
            records,
            monitors,
            intake,
            health: connections.clone(),
            rounds,
            owner: owner.clone(),
            lease: lease.min(LONGEST_LEAD),
        };
        gateway.rounds.spawn(sync.run(gateway.stop_rounds.clone()));
        let surroundings = Surroundings::new(nearby.clone(), windows);
        let desk = Arc::new(GenerationDesk { current: current.clone(), surroundings: Some(surroundings) });
        gateway.converge(owner, &desk, &ledger, nearby, connections, Leases::of(lease));
        let taken = Box::new(move |generation: &Generation| renew(certificate.as_deref(), &generation.config));
        let reloader = Reloader { path: path.to_owned(), texts, hangups, current, workshop, ledger, taken };
        gateway.watching.spawn(reloader.watch(gateway.stop_rest.clone()));
        Ok(gateway)
    }

    fn converge(
        &mut self,
        owner: String,
        desk: &Arc<GenerationDesk>,
        ledger: &Arc<dyn Ledger>,
        nearby: Arc<dyn Nearby>,
        connections: Arc<ConnectionHealth>,
        leases: Leases,
    ) {
        let beginnings = Beginnings { desk: desk.clone(), ledger: ledger.clone(), nearby };
        self.watching.spawn(beginnings.run(self.stop_rest.clone()));
        let worker = Worker::new(ledger.clone(), desk.clone(), connections, leases);
        self.crew.spawn(Crew::new(worker, owner).run(self.stop_crew.subscribe()));
    }

    /// Waits until a part of it ends that nobody asked to: it must not go on accepting what it can't converge.
    pub async fn broken(&mut self) {
        tokio::select! {
            Some(_) = self.listeners.join_next() => tracing::error!("the ingest listener has ended"),
            Some(_) = self.crew.join_next() => tracing::error!("the workers have ended"),
            Some(_) = self.rounds.join_next() => tracing::error!("the rounds of pulls, sinks and monitors have ended"),
        }
    }

    /// Ends it in order. What takes longer than `drain_timeout` is cut, and found again by the next start.
    pub async fn stop(mut self) {
        tracing::info!("stopping");
        self.health.stop();
        self.stop_ingest.cancel();
        while self.listeners.join_next().await.is_some() {}
        let _no_crew = self.stop_crew.send(true);
        self.stop_rounds.cancel();
        let at_rest = async {
            while self.crew.join_next().await.is_some() {}
            while self.rounds.join_next().await.is_some() {}
        };
        if timeout(self.drain_timeout, at_rest).await.is_err() {
            tracing::warn!("tickets or records were still under way when the shutdown's time was over");
        }
        self.crew.shutdown().await;
        self.rounds.shutdown().await;
        self.workshop.connections.close().await;
        self.stop_rest.cancel();
        while self.watching.join_next().await.is_some() {}
        tracing::info!("stopped");
    }
}

/// Histograms keep every sample until somebody asks for them, or until this.
async fn refresh(metrics: PrometheusHandle, stop: CancellationToken) {
    let mut turns = tokio::time::interval(Duration::from_secs(5));
    loop {
        tokio::select! {
            _ = turns.tick() => metrics.run_upkeep(),
            () = stop.cancelled() => return,
        }
    }
}

/// Shows the certificate as it is on disk now: whoever renews it edits the file and asks for a reload.
fn renew(shown: Option<&ArcSwap<TlsAcceptor>>, config: &Config) {
    let Some(shown) = shown else { return };
    match certificate(config) {
        Ok(Some(acceptor)) => shown.store(Arc::new(acceptor)),
        Ok(None) => {}
        Err(problems) => tracing::error!(%problems, "the old certificate is still shown"),
    }
}

/// What answers a sender's TLS handshake; none for plain HTTP.
///
/// # Errors
/// Where the certificate or its key can't be used.
pub fn certificate(config: &Config) -> Result<Option<TlsAcceptor>, Problems> {
    config.ingest.tls.as_ref().map(|section| acceptor(section, &config.folder)).transpose()
}

async fn ingest_listener(config: &Config, tls: Option<Arc<ArcSwap<TlsAcceptor>>>) -> Result<Listener, StartError> {
    let (Span(header_timeout), Span(drain_timeout)) = (config.ingest.header_timeout, config.ingest.drain_timeout);
    let max_connections = config.ingest.max_connections;
    let options = ListenerOptions { max_connections, header_timeout, drain_timeout, tls };
    bind(config.ingest.listen, options, "[ingest] listen").await
}

fn acceptor(section: &config::IngestTls, folder: &Path) -> Result<TlsAcceptor, Problems> {
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
