//! Takes an edited configuration while the gateway runs: on SIGHUP, and when its files change.
//!
//! The files are read again and again and compared: that sees every way in which files are replaced (an editor's, a link that
//! an orchestrator turns, a network's share), and costs less than being told of every write to the ledger beside them. Editors
//! write in steps, so a change counts once two looks saw the same. What can't change while the process runs (its addresses, its
//! ledger, its name) is refused with the words "restart", and like every other refusal it leaves the old generation in force.

use super::{Current, Generation, Workshop, build};
use crate::{
    config::{self, Config, ConnectionConfig, Problem, Problems},
    domain::{ConnectionName, Timestamp},
    ledger::{Ledger, LedgerError},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    signal::unix::Signal,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// What the files said, to tell a change from a touch; none where they could not be read.
pub type Texts = Option<Vec<String>>;

/// Connections with open tickets, and how many.
type Open = [(ConnectionName, u64)];

/// Reads the configuration again, and swaps the generation.
pub struct Reloader {
    /// The file, or the folder of files.
    pub path: PathBuf,
    /// What the files said when the generation in force was read.
    pub texts: Texts,
    /// Asks for a reload, changed or not.
    pub hangups: Signal,
    /// Where the generation is.
    pub current: Arc<Current>,
    /// What outlives generations.
    pub workshop: Arc<Workshop>,
    /// Knows which connections have open tickets.
    pub ledger: Arc<dyn Ledger>,
    /// Told of a generation that was put in force.
    pub taken: Box<dyn Fn(&super::Generation) + Send + Sync>,
}

// === impl Reloader ===

impl Reloader {
    /// Watches until `stop`.
    pub async fn watch(mut self, stop: CancellationToken) {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last = self.texts.clone();
        loop {
            let asked = tokio::select! {
                _ = looks.tick() => false,
                Some(()) = self.hangups.recv() => true,
                () = stop.cancelled() => return,
            };
            let path = self.path.clone();
            let seen = tokio::task::spawn_blocking(move || texts(&path)).await.unwrap_or_default();
            let is_edited = seen != self.texts && seen == last;
            if asked || is_edited {
                self.texts.clone_from(&seen);
                self.reload().await;
            }
            last = seen;
        }
    }

    /// Reads the configuration, and puts it in force or says why not.
    pub async fn reload(&self) {
        match self.swap().await {
            Ok(number) => {
                tracing::info!(generation = number, "the configuration is in force");
                metrics::counter!("signalbox_reloads_total", "outcome" => "taken").increment(1);
            }
            Err(problems) => {
                for problem in &problems.0 {
                    tracing::error!(%problem, "the configuration is refused, the old one goes on");
                }
                metrics::counter!("signalbox_reloads_total", "outcome" => "refused").increment(1);
                self.current.refuse(&problems, Timestamp::now());
            }
        }
    }

    async fn swap(&self) -> Result<u64, Problems> {
        let generation = self.build().await?;
        let alone = self.current.alone().await;
        // Alerts that came in while the plugins were loaded may have made tickets.
        take_over(&*self.ledger, &generation).await?;
        (self.taken)(&generation);
        let number = generation.number;
        self.current.swap(generation, &alone);
        Ok(number)
    }

    async fn build(&self) -> Result<Generation, Problems> {
        let current = self.current.load();
        let path = self.path.clone();
        let read = tokio::task::spawn_blocking(move || config::load(&path)).await;
        let stopping = |_| Problems(vec![Problem::anywhere("the gateway is stopping")]);
        let config = read.map_err(stopping)??;
        let mut problems = unchangeable(&current.config, &config);
        problems.extend(left_with_tickets(&*self.ledger, &config).await);
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        build(config, &self.workshop, current.number + 1).await
    }
}

/// Connections with open tickets that a configuration has no place for.
pub async fn left_with_tickets(ledger: &dyn Ledger, config: &Config) -> Vec<Problem> {
    match ledger.open_connections().await {
        Ok(open) => missing(&open, config),
        Err(error) => unknown(&error).0,
    }
}

/// Has the open tickets go on with a generation's adapters.
///
/// # Errors
/// Where it has no place for some, or gives them to an adapter that knows nothing of them.
pub async fn take_over(ledger: &dyn Ledger, generation: &Generation) -> Result<(), Problems> {
    let open = ledger.open_connections().await.map_err(|error| unknown(&error))?;
    let before = ledger.adapters().await.map_err(|error| unknown(&error))?;
    let mut problems = missing(&open, &generation.config);
    problems.extend(given_to_others(&open, &before, generation));
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    let now =
        generation.platforms.keys().filter_map(|name| Some((name.clone(), adapter(generation, name)?.to_owned())));
    ledger.remember_adapters(now.collect()).await.map_err(|error| unknown(&error))
}

fn unknown(error: &LedgerError) -> Problems {
    Problems(vec![Problem::anywhere(error.to_string())])
}

fn missing(open: &Open, config: &Config) -> Vec<Problem> {
    let left = open.iter().filter(|(name, _)| !config.connections.contains_key(name));
    let problem = |(name, tickets): &(ConnectionName, u64)| {
        let words = "it may leave only as `retired = true`, or when they have ended";
        Problem::anywhere(format!("the connection `{name}` is missing and has open tickets ({tickets}): {words}"))
    };
    left.map(problem).collect()
}

/// Connections with open tickets that would have another plugin: it knows nothing of the old one's tickets.
fn given_to_others(open: &Open, before: &[(ConnectionName, String)], new: &Generation) -> Vec<Problem> {
    let problem = |(name, tickets): &(ConnectionName, u64)| {
        let ConnectionConfig { section, place, .. } = new.config.connections.get(name)?;
        let (_, before) = before.iter().find(|(known, _)| known == name)?;
        let now = adapter(new, name);
        let message = format!(
            "the connection `{name}` has open tickets ({tickets}) of the adapter `{before}`, and nothing else can go on with \
             them: give the new platform a connection of its own, and leave this one as `retired = true`"
        );
        (now != Some(before.as_str()) && !section.retired).then(|| Problem::in_section(place, "adapter", message))
    };
    open.iter().filter_map(problem).collect()
}

/// By the name that its plugin gives itself: a newer version of it is the same adapter.
fn adapter<'g>(generation: &'g Generation, connection: &ConnectionName) -> Option<&'g str> {
    generation.platforms.get(connection).map(|platform| platform.peer.plugin.plugin().manifest().name.as_str())
}

/// What a running process can't change.
fn unchangeable(old: &Config, new: &Config) -> Vec<Problem> {
    let fixed = [
        ("[gateway] name", old.gateway.name != new.gateway.name),
        ("[gateway] lease", old.gateway.lease != new.gateway.lease),
        ("[ingest] listen", old.ingest.listen != new.ingest.listen),
        ("[ingest] max_connections", old.ingest.max_connections != new.ingest.max_connections),
        ("[ingest] header_timeout", old.ingest.header_timeout != new.ingest.header_timeout),
        ("[ingest] drain_timeout", old.ingest.drain_timeout != new.ingest.drain_timeout),
        ("[ingest] tls", old.ingest.tls != new.ingest.tls),
        ("[admin] listen", old.admin.listen != new.admin.listen),
        ("[ledger] url", old.ledger.url != new.ledger.url),
        ("[plugins] cache", old.plugins.cache != new.plugins.cache),
        ("[plugins] cache_key", old.plugins.cache_key != new.plugins.cache_key),
    ];
    let changed = fixed.into_iter().filter(|(_, changed)| *changed);
    changed
        .map(|(key, _)| Problem::anywhere(format!("`{key}` can't change while the gateway runs: restart it")))
        .collect()
}

/// What the files say now.
#[must_use]
pub fn texts(path: &Path) -> Texts {
    let files = config::read_files(path).ok()?;
    Some(files.iter().map(|file| format!("{}\n{}", file.name, file.text)).collect())
}
