//! Monitors: an alert shows its ticket, its facts stand in the ticket, and what was resolved unheard is found out.

mod enriched;
mod rechecked;
mod reported;
mod searched;

use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use signalbox_e2e::{
    Scene,
    alerts::Metric,
    cloud,
    scene::{PATIENCE, field, key_of},
    wait,
};
use signalbox_simulators::azure::{self, Contents, Kept, State};

type Tested = anyhow::Result<()>;

/// A gateway between Azure, which sends alerts and can be asked about them, and a platform that it reads.
struct Watch {
    scene: Scene,
    cloud: azure::Running,
}

// === impl Watch ===

impl Watch {
    /// With more keys of the monitor's connection.
    async fn start(more: &str) -> anyhow::Result<Self> {
        let cloud = cloud::start().await?;
        let monitor = cloud::monitor(&cloud, more);
        let scene = Scene::with(|config| {
            config.connection = format!("{}\npull = {{ every = \"1s\" }}", config.connection);
            config.source = "monitor = \"azure\"".to_owned();
            config.more = monitor;
        })
        .await?;
        Ok(Self { scene, cloud })
    }

    /// An alert that Azure has, fires; answers the key of its ticket.
    async fn fires(&self, alert: &Metric) -> anyhow::Result<String> {
        self.put(alert);
        key_of(&self.scene.gateway.accept(&alert.fired()).await?)
    }

    fn put(&self, alert: &Metric) {
        let alerts = vec![azure::Alert::new(&alert.instance, &alert.target())];
        self.cloud.instance.put(Contents { alerts, ..Contents::default() });
    }

    /// What a ticket says, whether the facts came in time or in a note.
    fn told(&self, key: &str) -> String {
        let description = self.scene.incident(key).map(|row| field(&row, "description").to_owned());
        format!("{}\n{}", description.unwrap_or_default(), self.notes(key))
    }

    /// The notes in a ticket.
    fn notes(&self, key: &str) -> String {
        let Some(row) = self.scene.incident(key) else { return String::new() };
        let id = field(&row, "sys_id");
        let query = format!("element_id={id}");
        let entries = self.scene.platform.instance.rows("sys_journal_field", &query);
        entries.iter().map(|entry| field(entry, "value").to_owned()).collect::<Vec<_>>().join("\n---\n")
    }

    /// The alert, once it has this state.
    async fn stands(&self, alert: &Metric, state: State) -> anyhow::Result<Kept> {
        let stands = || async { self.cloud.instance.alert(&alert.instance).filter(|kept| kept.alert.state == state) };
        wait::until(&format!("the alert {}", state.name()), PATIENCE, stands).await
    }

    /// What a task of the monitor says of itself, once it is so.
    async fn task_when(&self, task: &str, what: &str, is: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        let is = &is;
        wait::until(what, PATIENCE, || async move {
            let status = self.scene.gateway.get("/v1/sync").await.ok()?;
            let tasks = status.get("monitors")?.as_array()?.clone();
            tasks.into_iter().find(|each| each["task"] == task && is(each))
        })
        .await
    }

    /// What was asked of Azure about alerts and resources.
    fn asked(&self) -> Vec<String> {
        let entries = self.cloud.apparatus.journal.entries();
        entries.into_iter().map(|entry| format!("{} {}", entry.method, entry.path)).collect()
    }
}

/// A rule's alert that fires since a while.
fn since(rule: &str, instance: u32, minutes: i64) -> Metric {
    Metric::new(rule, "web-01", instance, "Sev1", Timestamp::now() - minutes.minutes())
}

/// The comments that were left at an alert, oldest first.
fn comments(kept: &Kept) -> Vec<String> {
    kept.history.iter().filter_map(|each| each.comments.clone()).filter(|text| !text.is_empty()).collect()
}
