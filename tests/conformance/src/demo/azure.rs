//! Azure's part in the story: it sends alerts, knows of their machine, and shows how an alert stands.

use crate::stage::Stage;
use serde_json::Value;
use signalbox_conformance::platform::Seen;
use signalbox_e2e::{alerts::Metric, wait};
use signalbox_simulators::azure::{Alert, Condition, Contents, Kept, Resource, State};
use std::time::Duration;

impl Stage {
    /// Azure sends an alert that fires, and has the machine that it is about. Answers what the gateway answers.
    pub async fn fires(&self, alert: &Metric) -> anyhow::Result<Value> {
        let known = Alert { started: Some(alert.fired_at), ..Alert::new(&alert.instance, &alert.target()) };
        let machine = Resource::machine_under_repair(&alert.target(), alert.fired_at);
        self.cloud.instance.put(Contents { alerts: vec![known], resources: vec![machine], ..Contents::default() });
        self.gateway.accept(&alert.fired()).await
    }

    /// An alert is over, and nobody is told.
    pub fn is_over(&self, alert: &Metric) -> bool {
        self.cloud.instance.set_condition(&alert.instance, Condition::Resolved)
    }

    /// Azure sends the end of an alert, so many minutes after it fired.
    pub async fn ends(&self, alert: &Metric, minutes: i64) -> anyhow::Result<()> {
        self.is_over(alert);
        self.gateway.accept(&alert.resolved_after(minutes)).await?;
        Ok(())
    }

    /// The alert as Azure shows it, once it is in this state.
    pub async fn stands(&self, alert: &Metric, state: State, patience: Duration) -> anyhow::Result<Kept> {
        let stands = || async { self.cloud.instance.alert(&alert.instance).filter(|kept| kept.alert.state == state) };
        wait::until(&format!("the alert in Azure is {}", state.name()), patience, stands).await
    }

    /// Waits until the monitor was asked for facts so often, and tickets say what it found.
    pub async fn asked(&self, times: u64, patience: Duration) -> anyhow::Result<()> {
        wait::until("the monitor is asked for facts", patience, || async {
            let status = self.gateway.get("/v1/sync").await.ok()?;
            let enrich = status["monitors"].as_array()?.iter().find(|each| each["task"] == "enrich")?;
            (enrich["done"].as_u64() >= Some(times)).then_some(())
        })
        .await?;
        self.gateway.at_rest(patience).await?;
        Ok(())
    }
}

/// The last comment at an alert; empty where there is none.
pub fn comment(kept: &Kept) -> &str {
    kept.history.iter().rev().find_map(|each| each.comments.as_deref()).unwrap_or_default()
}

/// The lines of a ticket, of its description and its notes, that tell what Azure says of the machine.
pub fn facts(seen: &Seen) -> Vec<&str> {
    let texts = [&seen.description].into_iter().chain(&seen.notes);
    let lines = texts.flat_map(|text| text.lines());
    lines
        .filter(|line| line.contains("97.5") || line.contains(Resource::REPAIR))
        .map(|line| line.trim_start_matches([' ', '-']))
        .collect()
}
