//! What one behaviour has to itself: a proxy before the platform, a folder, and a gateway's name that makes its tickets its own.

use crate::{
    configuration::Configuration,
    platform::{Platform, Seen},
    proxy::Proxy,
    verbs::Verbs,
};
use anyhow::{Context, bail};
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use signalbox::{
    domain::{ConnectionName, WorkItemKind},
    gateway::workshop,
    generation::{Workshop, build},
    plugin::Ability,
};
use signalbox_e2e::{Gateway, alerts::Metric, scene::key_of, wait};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;

/// How long anything may take that is sure to come, where nobody says otherwise: behaviours share few processors.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Longer than the gateway takes what it saw of a ticket for what the ticket is now.
pub const NO_LONGER_FRESH: Duration = Duration::from_millis(10_500);

/// Makes names of gateways that are unlike those of other runs against the same server.
static STANDS: AtomicU32 = AtomicU32::new(0);

/// What all behaviours of a run share.
pub struct Ground {
    /// The platform.
    pub platform: Arc<dyn Platform>,
    /// What the adapter says it can do.
    pub abilities: Vec<Ability>,
    /// How long anything may take that is sure to come.
    pub patience: Duration,
    workshop: Arc<Workshop>,
}

/// A behaviour's own.
pub struct Stand {
    /// The platform, which other behaviours use as well.
    pub platform: Arc<dyn Platform>,
    /// Between it and whoever calls it here.
    pub proxy: Proxy,
    /// What the adapter says it can do.
    pub abilities: Vec<Ability>,
    /// What a gateway here would run with.
    pub configuration: Configuration,
    /// How long anything may take that is sure to come.
    pub patience: Duration,
    workshop: Arc<Workshop>,
    folder: TempDir,
}

// === impl Ground ===

impl Ground {
    /// The runtime, and what the adapter says of itself.
    ///
    /// # Errors
    /// Where the adapter can't be loaded, or its settings are refused.
    pub async fn prepare(platform: Arc<dyn Platform>, patience: Duration) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let configuration = Configuration::new("suite", &platform.address());
        let path = configuration.write(folder.path(), platform.as_ref())?;
        let workshop = workshop(&signalbox::config::load(&path)?)?;
        let generation = build(signalbox::config::load(&path)?, &workshop, 1).await?;
        let name: ConnectionName = "desk".parse()?;
        let desk = generation.platforms.get(&name).context("the configuration has no connection")?;
        let abilities = desk.peer.plugin.plugin().manifest().abilities.iter().collect();
        Ok(Self { platform, abilities, patience, workshop: Arc::new(workshop) })
    }
}

// === impl Stand ===

impl Stand {
    /// In front of a platform.
    ///
    /// # Errors
    /// Where the machine has no folder or port for it.
    pub async fn set(ground: &Ground) -> anyhow::Result<Self> {
        let proxy = Proxy::start(ground.platform.as_ref()).await?;
        let number = STANDS.fetch_add(1, Ordering::Relaxed);
        let name = format!("suite-{}-{number}", Timestamp::now().as_millisecond());
        Ok(Self {
            platform: ground.platform.clone(),
            abilities: ground.abilities.clone(),
            configuration: Configuration::new(&name, &proxy.address),
            patience: ground.patience,
            workshop: ground.workshop.clone(),
            folder: tempfile::tempdir()?,
            proxy,
        })
    }

    /// Whether the adapter says that it can do this.
    #[must_use]
    pub fn can(&self, ability: Ability) -> bool {
        self.abilities.contains(&ability)
    }

    /// The adapter by itself, behind the host's own runtime and outbound.
    ///
    /// # Errors
    /// Where the configuration is refused.
    pub async fn verbs(&self) -> anyhow::Result<Verbs> {
        let path = self.configuration.write(self.folder.path(), self.platform.as_ref())?;
        Verbs::load(&path, &self.workshop, &self.configuration.gateway).await
    }

    /// A whole gateway.
    ///
    /// # Errors
    /// Where it does not start.
    pub async fn gateway(&self) -> anyhow::Result<Gateway> {
        let path = self.configuration.write(self.folder.path(), self.platform.as_ref())?;
        Gateway::start(&path, self.folder.path(), &[]).await
    }

    /// All that the gateway has logged.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("signalbox.log")).unwrap_or_default()
    }

    /// Posts a body, and answers its ticket's key.
    ///
    /// # Errors
    /// Where it is not accepted, or becomes no ticket.
    pub async fn send(&self, gateway: &Gateway, body: &Value) -> anyhow::Result<String> {
        key_of(&gateway.accept(body).await?)
    }

    /// The tickets that the platform has with this key.
    ///
    /// # Errors
    /// Where it can't be looked at.
    pub async fn tickets(&self, key: &str) -> anyhow::Result<Vec<Seen>> {
        self.platform.tickets(self.kind(), key).await
    }

    /// The one ticket with this key.
    ///
    /// # Errors
    /// Where there is none, or another.
    pub async fn ticket(&self, key: &str) -> anyhow::Result<Seen> {
        let mut tickets = self.tickets(key).await?;
        match (tickets.pop(), tickets.len()) {
            (Some(ticket), 0) => Ok(ticket),
            (None, _) => bail!("the platform has no ticket with the key {key}"),
            (Some(_), more) => bail!("the platform has {} tickets with the key {key}", more + 1),
        }
    }

    /// The one ticket with this key, once it is as it should be and the gateway knows.
    ///
    /// # Errors
    /// Where that does not come.
    pub async fn ticket_when(
        &self,
        gateway: &Gateway,
        key: &str,
        what: &str,
        is: impl Fn(&Seen) -> bool,
    ) -> anyhow::Result<Seen> {
        let is = &is;
        let found = wait::until(what, self.patience, || async move {
            let story = gateway.get(&format!("/v1/tickets/{key}")).await.ok()?;
            let confirmed = story["ticket"]["wanted"] == story["ticket"]["confirmed"];
            let ticket = self.ticket(key).await.ok()?;
            (confirmed && is(&ticket)).then_some(ticket)
        });
        match found.await {
            Ok(ticket) => Ok(ticket),
            Err(error) => {
                let story = gateway.get(&format!("/v1/tickets/{key}")).await.unwrap_or_default();
                let shown = self.tickets(key).await.unwrap_or_default();
                bail!("{error}; the platform has {shown:?}, the gateway {:#}\n{:#}", story["ticket"], story["timeline"])
            }
        }
    }

    /// The gateway's tickets of the problem that a key belongs to, in the order of their numbers.
    ///
    /// # Errors
    /// Where the gateway does not answer.
    pub async fn keys_of_problem(&self, gateway: &Gateway, key: &str) -> anyhow::Result<Vec<String>> {
        let problem = key.split('-').next().unwrap_or(key);
        let tickets = gateway.get("/v1/tickets?ended=true&limit=10000").await?;
        let tickets = tickets.as_array().context("the gateway lists no tickets")?;
        let keys = tickets.iter().filter_map(|ticket| ticket["key"].as_str());
        let mut keys: Vec<String> = keys.filter(|key| key.starts_with(problem)).map(str::to_owned).collect();
        keys.sort_by_key(|key| key.rsplit('-').next().and_then(|n| n.parse::<u32>().ok()));
        Ok(keys)
    }

    /// The kind of work item that is tried here.
    #[must_use]
    pub fn kind(&self) -> WorkItemKind {
        match self.configuration.work_item.as_str() {
            "alert" => WorkItemKind::Alert,
            "event" => WorkItemKind::Event,
            _ => WorkItemKind::Incident,
        }
    }
}

/// A rule's alert on a machine, `minute` minutes into an hour that began 50 minutes ago.
///
/// # Errors
/// Where the clock is at its end.
pub fn alert(rule: &str, severity: &str, minute: i64) -> anyhow::Result<Metric> {
    let began = Timestamp::now().checked_sub(50.minutes())?;
    let instance = u32::try_from(minute)? + 1;
    Ok(Metric::new(rule, "web-01", instance, severity, began.checked_add(minute.minutes())?))
}
