//! A gateway with a platform that is read back and a workspace that takes it, and what tests wait for.

use crate::newest;
use anyhow::Context;
use serde_json::{Map, Value};
use signalbox_e2e::{
    Scene,
    cloud::{self, TICKET_EVENTS, WORK_ITEMS},
    scene::PATIENCE,
    wait,
};
use signalbox_simulators::azure::Running;
use std::collections::BTreeMap;

type Rows = Vec<Map<String, Value>>;

/// Both of them.
pub struct Workspace {
    pub scene: Scene,
    pub azure: Running,
}

// === impl Workspace ===

impl Workspace {
    pub async fn start() -> anyhow::Result<Self> {
        let azure = cloud::start().await?;
        let sink = cloud::sink(&azure);
        let scene = Scene::with(|config| {
            config.connection.push_str("\npull = { every = \"1s\", history = \"1d\" }");
            config.more = sink;
        });
        Ok(Self { scene: scene.await?, azure })
    }

    /// The newest version of each work item by its number, once they are as they should be.
    pub async fn work_items_when(
        &self,
        what: &str,
        are: impl Fn(&BTreeMap<String, Map<String, Value>>) -> bool,
    ) -> anyhow::Result<BTreeMap<String, Map<String, Value>>> {
        let are = &are;
        let found =
            wait::until(
                what,
                PATIENCE,
                || async move { Some(newest(self.azure.instance.rows(WORK_ITEMS))).filter(are) },
            );
        found.await.with_context(|| self.scene.log())
    }

    /// The ticket events, once they are as they should be.
    pub async fn events_when(&self, what: &str, are: impl Fn(&[Map<String, Value>]) -> bool) -> anyhow::Result<Rows> {
        let are = &are;
        let found = wait::until(what, PATIENCE, || async move {
            Some(self.azure.instance.rows(TICKET_EVENTS)).filter(|rows| are(rows))
        });
        found.await.with_context(|| self.scene.log())
    }

    /// Waits until the sink's last delivery failed with these words.
    pub async fn trouble_with(&self, words: &str) -> anyhow::Result<()> {
        let told = wait::until("the operator is told", PATIENCE, || async move {
            let status = self.scene.gateway.get("/v1/sync").await.ok()?;
            status["sinks"][0]["trouble"].as_str()?.contains(words).then_some(())
        });
        told.await.with_context(|| self.scene.log())
    }

    /// Every column of every row arrived as it was sent, and rows came in their order, unless they were repeated.
    pub fn assert_nothing_was_lost(&self) {
        for stream in [WORK_ITEMS, TICKET_EVENTS] {
            let mut seen: Vec<u64> = Vec::new();
            for row in self.azure.instance.uploads(stream).into_iter().flat_map(|upload| upload.rows) {
                let lost = [&row.dropped, &row.nulled, &row.cut];
                assert!(lost.iter().all(|columns| columns.is_empty()), "{stream}: {lost:?}");
                let sequence = row.values["Sequence"].as_u64().unwrap();
                let is_next = seen.iter().all(|earlier| *earlier < sequence);
                assert!(is_next || seen.contains(&sequence), "{stream}: {sequence} after {seen:?}");
                seen.push(sequence);
            }
        }
    }
}
