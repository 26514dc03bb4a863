//! Records as large as some platforms make them: a delivery of them fits the sink, whatever has piled up for it.

use super::*;
use signalbox_e2e::{Scene, cloud, scene::PATIENCE, wait};
use signalbox_simulators::servicenow::Options;

const RECORDS: usize = 200;
/// Fields of the platform's own, each as long as it may be: 100 KB a record.
const OWN_FIELDS: usize = 400;
const LONGEST: usize = 255;
/// A quarter of what a sink has by default, and less than all of them together.
const MEMORY: &str = "16MiB";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_records_that_have_piled_up_get_through() -> Tested {
    let names: Vec<String> = (0..OWN_FIELDS).map(|nth| format!("u_own_{nth}")).collect();
    let custom_fields = names.iter().map(|name| ("incident".to_owned(), name.clone())).collect();
    let azure = cloud::start().await?;
    let sink = cloud::sink(&azure).replace("burst = 2000,", &format!("burst = 2000, memory = \"{MEMORY}\","));
    let paused = sink.replace("\nsettings", "\npaused = true\nsettings");
    let scene = Scene::on(Options { custom_fields, ..Options::default() }, |config| {
        config.connection.push_str("\npull = { every = \"1s\", history = \"1d\" }");
        config.more = paused;
    });
    let mut workspace = Workspace { scene: scene.await?, azure };
    let mut large: Map<String, Value> =
        names.into_iter().map(|name| (name, Value::from("x".repeat(LONGEST)))).collect();
    let mut made = BTreeSet::new();
    for number in 0..RECORDS {
        large.insert("short_description".to_owned(), format!("printer {number}").into());
        made.insert(workspace.scene.platform.instance.create("incident", &large)?.number);
    }
    let read = || async {
        let status = workspace.scene.gateway.get("/v1/sync").await.ok()?;
        let pulls = status["pulls"].as_array()?.clone();
        pulls.iter().any(|pull| pull["read"].as_u64() >= Some(RECORDS as u64)).then_some(())
    };
    wait::until("all records are read", 2 * PATIENCE, read).await?;

    workspace.scene.edit(|config| config.more = sink).await?;
    let all = |rows: &BTreeMap<String, Map<String, Value>>| made.iter().all(|number| rows.contains_key(number));
    workspace.work_items_when("all records", all).await?;
    let at_rest = || async {
        let status = workspace.scene.gateway.get("/v1/sync").await.ok()?;
        let sink = &status["sinks"][0];
        (sink["waiting"] == 0 && sink["trouble"] == "" && sink["refused"] == 0).then_some(())
    };
    wait::until("the sink at rest", PATIENCE, at_rest).await?;
    workspace.assert_nothing_was_lost();
    Ok(())
}
