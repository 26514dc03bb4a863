//! A gateway with a platform that is read back and a workspace that takes it, and what tests wait for.

use crate::newest;
use anyhow::Context;
use serde_json::{Map, Value};
use signalbox_e2e::{Scene, scene::PATIENCE, wait, workspace as root};
use signalbox_simulators::azure::{
    APPLICATION, CollectionRule, Options, RULE, Running, SECRET, Simulator, Stream, TENANT,
};
use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt};
use tempfile::TempDir;

/// Where incidents and changes go.
pub const WORK_ITEMS: &str = "Custom-ServiceDesk_CL";
/// Where ticket events go.
pub const EVENTS: &str = "Custom-SignalboxTicketEvents_CL";

type Rows = Vec<Map<String, Value>>;

/// All of it.
pub struct Workspace {
    pub scene: Scene,
    pub azure: Running,
    _secrets: TempDir,
}

// === impl Workspace ===

impl Workspace {
    pub async fn start() -> anyhow::Result<Self> {
        let azure = Simulator::start(Options { rules: vec![rule()?], ..Options::default() }).await?;
        let secrets = tempfile::tempdir()?;
        let secret = secrets.path().join("entra");
        fs::write(&secret, SECRET)?;
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600))?;
        let sink = format!(
            r#"
[connections.workspace]
sink = "log-analytics"
url = "{url}"
networks = ["127.0.0.0/8"]
limits = {{ per_second = 2000, burst = 2000 }}
settings = {{ dcr = "{RULE}" }}
[connections.workspace.auth.oauth2]
grant = "client_credentials"
token_url = "{url}/{TENANT}/oauth2/v2.0/token"
client_id = "{APPLICATION}"
client_secret = {{ file = "{secret}" }}
scope = "https://monitor.azure.com/.default"
"#,
            url = azure.http_url,
            secret = secret.display(),
        );
        let scene = Scene::with(|config| {
            config.connection.push_str("\npull = { every = \"1s\", history = \"1d\" }");
            config.more = sink;
        });
        Ok(Self { scene: scene.await?, azure, _secrets: secrets })
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
        let found =
            wait::until(
                what,
                PATIENCE,
                || async move { Some(self.azure.instance.rows(EVENTS)).filter(|rows| are(rows)) },
            );
        found.await.with_context(|| self.scene.log())
    }

    /// Why the sink's last delivery failed, once it is as it should be.
    pub async fn trouble_when(&self, what: &str, is: impl Fn(&str) -> bool) -> anyhow::Result<String> {
        let is = &is;
        let trouble = wait::until(what, PATIENCE, || async move {
            let status = self.scene.gateway.get("/v1/sync").await.ok()?;
            status["sinks"][0]["trouble"].as_str().map(str::to_owned).filter(|trouble| is(trouble))
        });
        trouble.await.with_context(|| self.scene.log())
    }

    /// Every column of every row arrived as it was sent, and rows came in their order, unless they were repeated.
    pub fn assert_nothing_was_lost(&self) {
        for stream in [WORK_ITEMS, EVENTS] {
            let mut last = 0;
            for row in self.azure.instance.uploads(stream).into_iter().flat_map(|upload| upload.rows) {
                let lost = [&row.dropped, &row.nulled, &row.cut];
                assert!(lost.iter().all(|columns| columns.is_empty()), "{stream}: {lost:?}");
                let sequence = row.values["Sequence"].as_u64().unwrap();
                assert!(sequence > last || self.came_before(stream, sequence), "{stream}: {sequence} after {last}");
                last = last.max(sequence);
            }
        }
    }

    fn came_before(&self, stream: &str, sequence: u64) -> bool {
        let rows = self.azure.instance.rows(stream);
        rows.iter().filter(|row| row["Sequence"].as_u64() == Some(sequence)).count() > 1
    }
}

/// A rule with the streams of the template.
pub fn rule() -> anyhow::Result<CollectionRule> {
    let template = fs::read_to_string(root().join("docs/azure/template.json"))?;
    let template: Value = serde_json::from_str(&template)?;
    let resources = template["resources"].as_array().context("no resources")?;
    let rule = resources.iter().find(|resource| resource["type"] == "Microsoft.Insights/dataCollectionRules");
    let declared = rule.context("no rule")?["properties"]["streamDeclarations"].as_object().context("no streams")?;
    let streams = declared.iter().map(|(name, stream)| {
        let text = serde_json::json!({"name": name, "columns": stream["columns"]});
        Ok(serde_json::from_value::<Stream>(text)?)
    });
    Ok(CollectionRule { immutable_id: RULE.into(), streams: streams.collect::<anyhow::Result<_>>()? })
}
