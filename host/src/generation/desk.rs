//! Who decides over a ticket now: the current generation's route of the ticket's name, or the one that takes its place;
//! and what its mapping is told of the ticket's surroundings.

use super::{
    Current, Generation, Platform,
    build::abilities,
    mapper::TransformMapper,
    neighbours::{Firing, Neighbourhood},
    platform::{AdapterPlatform, call_failure},
};
use crate::{
    config::RelatedSection,
    converge::desk::{Assigned, Assignment, CallFailure, Desk, Neighbours},
    domain::{Alert, CallBudget, ConnectionName, RouteName, Timestamp},
    ledger::{ChangesAt, Claimed, LedgerError, Nearby, WindowRow, Windows},
    maintenance::{InForce, Opened, Window, in_force},
};
use async_trait::async_trait;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How long a ticket waits whose connection can't be worked on, before it asks again.
const ASK_AGAIN: Duration = Duration::from_secs(60);
/// How long a ticket is held before it is looked at again: a window may have been shortened, or a change called off.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
/// What one probe may take.
const PROBE: Duration = Duration::from_secs(30);

/// Hands out the current generation.
pub struct GenerationDesk {
    /// The configuration in force.
    pub current: Arc<Current>,
    /// What stands around tickets, and windows that people open; none where there is no ledger to ask.
    pub surroundings: Option<Surroundings>,
}

/// What the ledger knows beside tickets.
pub struct Surroundings {
    nearby: Arc<dyn Nearby>,
    windows: Arc<dyn Windows>,
    opened: Opened,
    neighbourhood: Arc<Neighbourhood>,
}

// === impl Surroundings ===

impl Surroundings {
    /// Of this ledger.
    #[must_use]
    pub fn new(nearby: Arc<dyn Nearby>, windows: Arc<dyn Windows>) -> Self {
        let neighbourhood = Arc::new(Neighbourhood::new(nearby.clone()));
        Self { nearby, windows, opened: Opened::default(), neighbourhood }
    }
}

// === impl GenerationDesk ===

#[async_trait]
impl Desk for GenerationDesk {
    fn connections(&self) -> Vec<(ConnectionName, usize)> {
        let generation = self.current.load();
        let at_work = generation.platforms.iter().filter(|(_, platform)| !platform.peer.paused);
        at_work.map(|(name, platform)| (name.clone(), platform.peer.places)).collect()
    }

    fn generation(&self) -> u64 {
        self.current.load().number
    }

    async fn assign(&self, claimed: &Claimed) -> Assigned {
        let generation = self.current.load();
        let now = Timestamp::now();
        let waits = Assigned::Waits { until: now.after(ASK_AGAIN) };
        let Some(platform) = generation.platforms.get(&claimed.connection) else { return waits };
        if platform.peer.paused {
            return waits;
        }
        let Some(route) = generation.route_of(claimed) else { return Assigned::NoRoute };
        let Some(handling) = generation.handling.get(route) else { return Assigned::NoRoute };
        let asked = async {
            let opened = self.ready(self.windows(now).await?);
            self.maintenance(&generation, &opened, &claimed.newest.alert, now).await
        };
        let maintenance = match asked.await {
            Ok(maintenance) => maintenance,
            Err(error) => {
                tracing::warn!(ticket = %claimed.lease.key, %error, "maintenance could not be looked for");
                return Assigned::Waits { until: now.after(LOOK_AGAIN) };
            }
        };
        Assigned::To(Box::new(Assignment {
            route: route.clone(),
            mapping: handling.mapping.clone(),
            policies: handling.policies.clone(),
            abilities: abilities(platform, claimed.kind),
            settle: platform.settle,
            deadline: platform.peer.deadline,
            maintenance: maintenance.as_ref().map(|found| found.until.min(now.after(LOOK_AGAIN))),
            gateway: generation.gateway.clone(),
            context: maintenance.map_or_else(Vec::new, |found| found.context()),
            neighbours: self.neighbours(generation.config.gateway.related),
            mapper: Arc::new(TransformMapper(handling.transform.clone())),
            platform: Arc::new(AdapterPlatform::new(&platform.peer.plugin, &platform.peer.connection)),
        }))
    }

    async fn probe(&self, connection: &ConnectionName) -> Result<(), CallFailure> {
        let generation = self.current.load();
        let Some(platform) = generation.platforms.get(connection) else { return Ok(()) };
        let budget = CallBudget { deadline: Instant::now() + PROBE, send_before: None };
        let probed = platform.peer.plugin.probe(budget).await;
        probed.map(drop).map_err(|failure| call_failure(failure, &platform.peer.connection))
    }
}

impl GenerationDesk {
    /// The maintenance in force for an alert; `opened` are the windows that people opened.
    ///
    /// # Errors
    /// Where the ledger can't be asked.
    pub async fn maintenance(
        &self,
        generation: &Generation,
        opened: &[Arc<Window>],
        alert: &Alert,
        now: Timestamp,
    ) -> Result<Option<InForce>, LedgerError> {
        let maintained = |platform: &Platform| platform.pull.as_ref().is_some_and(|pull| pull.maintenance);
        let connections = generation.platforms.iter().filter(|(_, platform)| maintained(platform));
        let connections: Vec<ConnectionName> = connections.map(|(name, _)| name.clone()).collect();
        let items = alert.resources.iter().flat_map(|each| [&each.configuration_item, &each.name]);
        let items: Vec<String> = items.filter(|name| !name.is_empty()).cloned().collect();
        let changes = match &self.surroundings {
            Some(Surroundings { nearby, .. }) if !connections.is_empty() && !items.is_empty() => {
                nearby.changes(&ChangesAt { connections, items, now }).await?
            }
            _ => Vec::new(),
        };
        let windows = generation.config.maintenance.iter().chain(opened.iter().map(Arc::as_ref));
        Ok(in_force(windows, changes, alert, now))
    }

    /// Windows that people opened and that are not over.
    ///
    /// # Errors
    /// Where the ledger can't be asked.
    pub async fn windows(&self, now: Timestamp) -> Result<Vec<WindowRow>, LedgerError> {
        match &self.surroundings {
            Some(Surroundings { windows, .. }) => windows.windows(now).await,
            None => Ok(Vec::new()),
        }
    }

    /// These windows that people opened, ready to be asked.
    #[must_use]
    pub fn ready(&self, rows: Vec<WindowRow>) -> Vec<Arc<Window>> {
        self.surroundings.as_ref().map_or_else(Vec::new, |known| known.opened.ready(rows))
    }

    fn neighbours(&self, section: RelatedSection) -> Arc<dyn Neighbours> {
        match &self.surroundings {
            Some(Surroundings { neighbourhood, .. }) if section.most > 0 => {
                Arc::new(Firing { neighbourhood: neighbourhood.clone(), section })
            }
            _ => Arc::new(()),
        }
    }
}

// === impl Generation ===

impl Generation {
    /// The ticket's own route, if it still leads where the ticket is; else the first that now takes its alert there.
    fn route_of(&self, claimed: &Claimed) -> Option<&RouteName> {
        let leads_there =
            self.routes.iter().filter(|route| route.connection == claimed.connection && route.kind == claimed.kind);
        let own = leads_there.clone().find(|route| route.name == claimed.route);
        let other = || leads_there.clone().find(|route| route.takes(&claimed.newest.alert));
        own.or_else(other).map(|route| &route.name)
    }
}
