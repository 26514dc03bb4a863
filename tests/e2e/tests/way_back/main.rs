//! The way back: what people work on is read from the ITSM platform, shipped to a workspace, and respected by the plan.

mod kills;
mod pulled;
mod respected;
mod shipped;

use serde_json::{Map, Value, json};
use signalbox_e2e::{
    Scene,
    cloud::{self, WORK_ITEMS},
    scene::PATIENCE,
    wait,
};
use signalbox_simulators::{azure, servicenow::Running};

type Tested = anyhow::Result<()>;

/// Pulls often, so that nobody waits.
const PULL: &str = "pull = { every = \"1s\" }";

/// A gateway between a platform that it reads and a workspace that it ships to.
struct Back {
    scene: Scene,
    cloud: azure::Running,
}

// === impl Back ===

impl Back {
    async fn start() -> anyhow::Result<Self> {
        let cloud = cloud::start().await?;
        let sink = cloud::sink(&cloud);
        let scene = Scene::with(|config| {
            config.connection = format!("{}\n{PULL}", config.connection);
            config.more = sink;
        })
        .await?;
        Ok(Self { scene, cloud })
    }

    /// Waits until nothing waits to be read or shipped, and answers the rows of incidents and changes.
    async fn shipped(&self, rows: impl Fn(&[Map<String, Value>]) -> bool) -> anyhow::Result<Vec<Map<String, Value>>> {
        let shipped = || async { Some(self.cloud.instance.rows(WORK_ITEMS)).filter(|all| rows(all)) };
        wait::until("the rows", PATIENCE, shipped).await
    }

    async fn status(&self) -> anyhow::Result<Value> {
        self.scene.gateway.get("/v1/sync").await
    }
}

/// A person makes an incident.
fn incident(platform: &Running, title: &str) -> anyhow::Result<String> {
    Ok(platform.instance.create("incident", &fields(json!({ "short_description": title })))?.number)
}

fn fields(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// The newest version of the row with this number.
fn newest<'a>(rows: &'a [Map<String, Value>], number: &str) -> Option<&'a Map<String, Value>> {
    rows.iter().rfind(|row| row["ServiceDeskId_s"] == number)
}
