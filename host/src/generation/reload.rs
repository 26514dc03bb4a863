//! Takes an edited configuration while the gateway runs: on SIGHUP, and when its files change.
//!
//! Editors write in steps, so a change is read a moment after the last of them. What can't change while the process runs (its
//! addresses, its ledger, its name) is refused with the words "restart", and like every other refusal it leaves the old
//! generation in force.

use super::{Current, Workshop, build};
use crate::{
    config::{self, Config, Problem, Problems},
    domain::Timestamp,
    ledger::Ledger,
};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};
use tokio_util::sync::CancellationToken;

/// How long after the last change the files are read.
const CALM: Duration = Duration::from_millis(100);

/// Reads the configuration again, and swaps the generation.
pub struct Reloader {
    /// The file, or the folder of files.
    pub path: PathBuf,
    /// Where the generation is.
    pub current: Arc<Current>,
    /// What outlives generations.
    pub workshop: Arc<Workshop>,
    /// Knows which connections have open tickets.
    pub ledger: Arc<dyn Ledger>,
}

// === impl Reloader ===

impl Reloader {
    /// Watches until `stop`.
    ///
    /// # Errors
    /// Where the system can't watch files or signals.
    pub async fn watch(self, stop: CancellationToken) -> anyhow::Result<()> {
        let (changed, mut changes) = mpsc::channel(1);
        let _watcher = self.watcher(changed)?;
        let mut hangups = signal(SignalKind::hangup())?;
        let mut last = contents(&self.path);
        loop {
            let asked = tokio::select! {
                Some(()) = changes.recv() => false,
                Some(()) = hangups.recv() => true,
                () = stop.cancelled() => return Ok(()),
            };
            if !asked {
                tokio::time::sleep(CALM).await;
                while changes.try_recv().is_ok() {}
            }
            let now = contents(&self.path);
            if asked || now != last {
                last = now;
                self.reload().await;
            }
        }
    }

    /// Reads the configuration, and puts it in force or says why not.
    pub async fn reload(&self) {
        match self.build().await {
            Ok(generation) => {
                tracing::info!(generation = generation.number, "the configuration is in force");
                metrics::counter!("signalbox_reloads_total", "outcome" => "taken").increment(1);
                self.current.swap(generation);
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

    async fn build(&self) -> Result<super::Generation, Problems> {
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

    /// Editors replace files, so the folder is watched and not the file.
    fn watcher(&self, changed: mpsc::Sender<()>) -> notify::Result<RecommendedWatcher> {
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !event.kind.is_access()) {
                // A full channel already says that there is something to read.
                let _said = changed.try_send(());
            }
        })?;
        let folder =
            if self.path.is_dir() { self.path.as_path() } else { self.path.parent().unwrap_or(Path::new(".")) };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
        Ok(watcher)
    }
}

/// Connections with open tickets that a configuration has no place for.
pub async fn left_with_tickets(ledger: &dyn Ledger, config: &Config) -> Vec<Problem> {
    let open = match ledger.open_connections().await {
        Ok(open) => open,
        Err(error) => return vec![Problem::anywhere(error.to_string())],
    };
    let left = open.into_iter().filter(|(name, _)| !config.connections.contains_key(name));
    let problem = |(name, tickets)| {
        let words = "it may leave only as `retired = true`, or when they have ended";
        Problem::anywhere(format!("the connection `{name}` is missing and has open tickets ({tickets}): {words}"))
    };
    left.map(problem).collect()
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

/// What the files say, to tell a change from a touch.
fn contents(path: &Path) -> Option<Vec<String>> {
    let files = config::read_files(path).ok()?;
    Some(files.iter().map(|file| format!("{}\n{}", file.name, file.text)).collect())
}
