//! Keeps the ledger within its bounds: what is old is swept out, in small batches with pauses between them.
//!
//! A sweep is made at the start, after each change of the configuration, every ten minutes, and each minute while the ledger
//! is full. One that fails is made again a minute later, from the beginning: what has gone has gone.

use crate::{
    config::{Config, KeepSection, Span},
    domain::{ConnectionName, Timestamp, with_causes},
    generation::Current,
    ledger::{LedgerError, Old, Sweep, Upkeep},
    plugin::Kind,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

/// How often it is looked at how much room there is.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long after a sweep the next begins.
const SWEEP_EVERY: Duration = Duration::from_secs(600);
/// The same while there is no room, or after a failure.
const SWEEP_SOON: Duration = Duration::from_secs(60);
/// How long the ledger is left to others after a batch.
const PAUSE: Duration = Duration::from_millis(20);

/// See the module.
pub(super) struct Retention {
    pub(super) current: Arc<Current>,
    pub(super) upkeep: Arc<dyn Upkeep>,
}

// === impl Retention ===

impl Retention {
    /// Goes on until `stop`, which also ends a sweep.
    pub(super) async fn run(self, stop: CancellationToken) {
        let stopped = stop.clone();
        tokio::select! {
            () = self.go_on() => {}
            () = stopped.cancelled() => {}
        }
    }

    async fn go_on(self) {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last: Option<(u64, Instant, bool)> = None;
        loop {
            looks.tick().await;
            let generation = self.current.load();
            self.upkeep.bound(generation.config.ledger.max_size.map(|size| size.0));
            let is_full = self.look().await;
            let is_due = last.is_none_or(|(number, ended, failed)| {
                let pause = if is_full || failed { SWEEP_SOON } else { SWEEP_EVERY };
                number != generation.number || ended.elapsed() >= pause
            });
            if is_due {
                let swept = self.sweep(&old(&generation.config, Timestamp::now())).await;
                if let Err(error) = &swept {
                    tracing::warn!(error = with_causes(error), "what is old could not be deleted");
                }
                last = Some((generation.number, Instant::now(), swept.is_err()));
            }
        }
    }

    /// Shows how much room there is; whether there is none.
    async fn look(&self) -> bool {
        match self.upkeep.room().await {
            Ok(room) => {
                // To the KiB, and up to 4 TiB.
                let used = u32::try_from(room.used >> 10).unwrap_or(u32::MAX);
                metrics::gauge!("signalbox_ledger_bytes").set(f64::from(used) * 1024.0);
                metrics::gauge!("signalbox_ledger_full").set(f64::from(u8::from(room.full)));
                room.full
            }
            Err(error) => {
                tracing::debug!(error = with_causes(&error), "the ledger does not say how much room there is");
                false
            }
        }
    }

    async fn sweep(&self, old: &Old) -> Result<(), LedgerError> {
        let mut next = Some(Sweep::default());
        while let Some(from) = next {
            let swept = self.upkeep.sweep(old, from).await?;
            if swept.deleted > 0 {
                let (stage, deleted) = (from.stage.as_str(), swept.deleted);
                metrics::counter!("signalbox_ledger_deleted_total", "what" => stage).increment(deleted);
                tracing::debug!(stage, deleted, "what was old is deleted");
            }
            next = swept.next;
            sleep(PAUSE).await;
        }
        Ok(())
    }
}

/// What is old now, by this configuration.
fn old(config: &Config, now: Timestamp) -> Old {
    let KeepSection { bodies: Span(bodies), alerts: Span(alerts), tickets: Span(tickets), records: Span(records) } =
        config.ledger.keep;
    let sinks = config.connections.iter().filter(|(_, each)| each.kind == Kind::Sink && !each.section.retired);
    Old {
        bodies: now.before(bodies),
        alerts: now.before(alerts),
        tickets: now.before(tickets),
        records: now.before(records),
        sinks: sinks.map(|(name, _)| ConnectionName::clone(name)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"
[gateway]
name = "test"
[ledger]
keep = { bodies = "1d", alerts = "2d", tickets = "3d", records = "4d" }
[connections.desk]
adapter = "an-adapter"
url = "https://desk.example"
[connections.lake]
sink = "a-sink"
url = "https://lake.example"
paused = true
[connections.gone]
sink = "a-sink"
url = "https://gone.example"
retired = true
"#;

    #[test]
    fn what_is_old_is_as_the_configuration_says() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.toml"), CONFIG).unwrap();
        let config = crate::config::load(&folder.path().join("config.toml")).unwrap();
        let now = Timestamp::from_nanos(1_790_000_000_000_000_000);
        let ago = |days: u64| now.before(Duration::from_secs(days * 86_400));
        let old = old(&config, now);
        assert_eq!((old.bodies, old.alerts, old.tickets, old.records), (ago(1), ago(2), ago(3), ago(4)));
        let sinks: Vec<_> = old.sinks.iter().map(ConnectionName::as_str).collect();
        assert_eq!(sinks, ["lake"], "a paused sink is in use, a retired one is not");
    }
}
