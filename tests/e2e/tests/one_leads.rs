//! Two gateways on one ledger: each standing task (a pull, a sink, what is done with a monitor) is led by one of them at a
//! time. When that one is killed the other takes over, when it stops it does so at once; nothing is lost, and nothing is told
//! twice.

use anyhow::ensure;
use jiff::{Timestamp, ToSpan};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use serde_json::{Map, Value, json};
use signalbox_e2e::{
    Gateway, Scene,
    alerts::Metric,
    cloud::{self, WORK_ITEMS},
    command, config,
    scene::PATIENCE,
    wait,
};
use signalbox_simulators::{
    azure::{self, Contents, State},
    servicenow::Act,
};
use std::time::Duration;
use tempfile::TempDir;

type Tested = anyhow::Result<()>;

/// All standing tasks of the configuration.
const TASKS: [&str; 5] = ["pull/desk", "sink/workspace", "enrich/azure", "report/azure", "recheck/azure"];

/// No facts are waited for, and old alerts are asked about often.
const MONITOR: &str = "enrich = { wait = \"0s\" }\nrecheck = { after = \"10m\", every = \"1s\" }";

/// A gateway, and room for another one on the same ledger.
struct Pair {
    scene: Scene,
    cloud: azure::Running,
}

// === impl Pair ===

impl Pair {
    async fn start(every: &str) -> anyhow::Result<Self> {
        let cloud = cloud::start().await?;
        let more = cloud::sink(&cloud) + &cloud::monitor(&cloud, MONITOR);
        let scene = Scene::with(|config| {
            config.connection = format!("{}\npull = {{ every = \"{every}\" }}", config.connection);
            config.source = "monitor = \"azure\"".to_owned();
            config.more = more;
        })
        .await?;
        Ok(Self { scene, cloud })
    }

    async fn second(&self) -> anyhow::Result<(Gateway, TempDir)> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("config.toml");
        self.scene.config.write(&path)?;
        Ok((Gateway::start(&path, folder.path(), &config::secrets()).await?, folder))
    }

    /// Who leads a task, by its process, and until when.
    fn leads(&self, task: &str) -> anyhow::Result<Option<(u32, Timestamp)>> {
        let ledger = Connection::open_with_flags(&self.scene.config.ledger, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        ledger.busy_timeout(Duration::from_secs(10))?;
        let row = ledger.query_one("SELECT owner, until FROM leaders WHERE task = ?1", [task], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        });
        let Some((owner, until)) = row.optional()? else { return Ok(None) };
        let process = owner.split('-').next().unwrap_or_default().parse()?;
        Ok(Some((process, Timestamp::from_nanosecond(until.into())?)))
    }

    /// Waits until a process leads a task.
    async fn led_by(&self, task: &str, gateway: &Gateway) -> Tested {
        let process = gateway.pid();
        wait::until(&format!("{process} leads {task}"), 3 * PATIENCE, || async {
            self.leads(task).ok()?.filter(|(leader, _)| *leader == process).map(drop)
        })
        .await
    }

    /// A person makes an incident, and Azure sends an alert: both arrive, the one in the workspace, the other in a ticket
    /// that the alert shows once.
    async fn work(&self, by: &Gateway, number: u32) -> anyhow::Result<String> {
        let fields = Map::from_iter([("short_description".to_owned(), json!(format!("printer {number}")))]);
        let incident = self.scene.platform.instance.create("incident", &fields)?.number;
        let alert = Metric::new("cpu-high", &format!("web-{number:02}"), number, "Sev1", Timestamp::now() - 1.minute());
        let known = azure::Alert::new(&alert.instance, &alert.target());
        self.cloud.instance.put(Contents { alerts: vec![known], ..Contents::default() });
        by.accept(&alert.fired()).await?;
        let shipped = || async { self.newest(&incident).map(drop) };
        wait::until("the incident in the workspace", 3 * PATIENCE, shipped).await?;
        let shown = || async { (self.comments(&alert.instance).len() == 1).then_some(()) };
        wait::until("the ticket at its alert", 3 * PATIENCE, shown).await?;
        by.at_rest(PATIENCE).await?;
        Ok(incident)
    }

    /// What was said at an alert, with the state that it got.
    fn comments(&self, instance: &str) -> Vec<(String, State)> {
        let Some(kept) = self.cloud.instance.alert(instance) else { return Vec::new() };
        let state = kept.alert.state;
        let comments = kept.history.into_iter().filter_map(|each| each.comments).filter(|text| !text.is_empty());
        comments.map(|text| (text, state)).collect()
    }

    /// The row of an incident that came last.
    fn newest(&self, incident: &str) -> Option<Map<String, Value>> {
        self.cloud.instance.rows(WORK_ITEMS).into_iter().rfind(|row| row["ServiceDeskId_s"] == incident)
    }
}

/// Whether a gateway has read anything since it was started.
async fn has_read(gateway: &Gateway) -> anyhow::Result<bool> {
    let metrics = reqwest::get(format!("{}/metrics", gateway.admin)).await?.text().await?;
    Ok(metrics.contains("signalbox_records_read_total"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_gateway_led_goes_on_elsewhere() -> Tested {
    let mut pair = Pair::start("1s").await?;
    let first = pair.work(&pair.scene.gateway, 1).await?;
    for task in TASKS {
        pair.led_by(task, &pair.scene.gateway).await?;
    }
    let (second, _folder) = pair.second().await?;
    pair.work(&second, 2).await?;
    ensure!(has_read(&pair.scene.gateway).await?, "the first one reads");
    ensure!(!has_read(&second).await?, "both read the platform");

    pair.scene.gateway.kill().await?;
    pair.scene.platform.instance.act(&first, &Act::Resolve)?;
    pair.work(&second, 3).await?;
    for task in TASKS {
        pair.led_by(task, &second).await?;
    }
    let last = || async { pair.newest(&first).filter(|row| row["State"] == "resolved").map(drop) };
    wait::until("its final version comes last", PATIENCE, last).await?;
    for number in 1..=3 {
        let alert = Metric::new("cpu-high", "", number, "Sev1", Timestamp::now());
        let said = pair.comments(&alert.instance);
        ensure!(said.len() == 1 && said[0].1 == State::Acknowledged, "alert {number}: {said:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_leads_between_its_rounds_and_hands_over_when_it_stops() -> Tested {
    let mut pair = Pair::start("1h").await?;
    let half_an_hour = Timestamp::now() + 30.minutes();
    wait::until("it leads until its next round", PATIENCE, || async {
        pair.leads("pull/desk").ok()?.filter(|(_, until)| *until > half_an_hour).map(drop)
    })
    .await?;
    pair.led_by("pull/desk", &pair.scene.gateway).await?;
    let (second, _folder) = pair.second().await?;
    let tried = || async {
        let status = second.get("/v1/sync").await.ok()?;
        let pulls = status["pulls"].as_array()?;
        pulls.iter().any(|pull| pull["round"]["over"].as_u64() > Some(0)).then_some(())
    };
    wait::until("the second one has tried", PATIENCE, tried).await?;
    ensure!(!has_read(&second).await?, "both read the platform");

    let admin = second.admin.trim_start_matches("http://");
    let said = command::run(pair.scene.folder(), &["sync", "run", "--connection", "desk", "--admin", admin]).await?;
    ensure!(said.code == 1 && said.err.contains("`desk` is led by another gateway"), "{said:?}");

    pair.scene.gateway.signal("TERM").await?;
    pair.scene.gateway.ended(PATIENCE).await?;
    // In far less time than the first one led for.
    wait::until("the second one reads", PATIENCE, || async { has_read(&second).await.ok()?.then_some(()) }).await?;
    pair.led_by("pull/desk", &second).await
}
