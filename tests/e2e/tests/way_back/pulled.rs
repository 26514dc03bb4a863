//! Reading: what is new, what changed, and how far it is.

use super::*;
use signalbox_e2e::command;
use signalbox_simulators::shared::{Effect, Fault};

async fn run(scene: &Scene, arguments: &[&str]) -> anyhow::Result<command::Said> {
    let admin = scene.gateway.admin.trim_start_matches("http://").to_owned();
    command::run(scene.folder(), &[arguments, &["--admin", &admin]].concat()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn incidents_and_changes_are_read_and_shown() -> Tested {
    let scene = Scene::with(|config| {
        // Only when it is asked for.
        config.connection = format!("{}\npull = {{ every = \"1h\", history = \"30d\" }}", config.connection);
    })
    .await?;
    for number in 0..250 {
        incident(&scene.platform, &format!("printer {number}"))?;
    }
    let change = json!({ "short_description": "new printers", "type": "Normal" });
    scene.platform.instance.create("change_request", &fields(change))?;
    let said = run(&scene, &["sync", "run", "--connection", "desk"]).await?;
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("all up to date"), "{said:?}");
    let said = run(&scene, &["sync", "status", "--output", "json"]).await?.json()?;
    let pulls = said["pulls"].as_array().unwrap();
    let kinds: Vec<_> =
        pulls.iter().map(|pull| (pull["kind"].as_str().unwrap(), pull["trouble"].as_str().unwrap())).collect();
    assert_eq!(kinds, [("change", ""), ("incident", "")]);
    assert!(pulls[1]["read"].as_u64() >= Some(250), "{pulls:?}");
    let table = run(&scene, &["sync", "status"]).await?;
    assert!(table.out.contains("up to date"), "{}", table.out);

    let said = run(&scene, &["sync", "run", "--connection", "nowhere"]).await?;
    assert_eq!(said.code, 1);
    assert!(said.err.contains("the connection `nowhere` is not read"), "{said:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_that_is_down_is_told_and_read_later() -> Tested {
    let back = Back::start().await?;
    back.scene
        .platform
        .fault(Fault::new(Effect::Status { code: 503, committed: false }).method("GET").table("incident").times(3));
    let number = incident(&back.scene.platform, "behind the outage")?;
    let rows = back.shipped(|rows| newest(rows, &number).is_some()).await?;
    assert_eq!(newest(&rows, &number).unwrap()["Title_s"], "behind the outage");
    let up_to_date = || async {
        let status = back.status().await.ok()?;
        status["pulls"].as_array()?.iter().all(|pull| pull["trouble"] == "").then_some(())
    };
    wait::until("no trouble", PATIENCE, up_to_date).await
}

#[tokio::test]
async fn what_can_not_be_read_is_refused_with_the_configuration() -> Tested {
    let mut scene = Scene::start().await?;
    let errors = scene.edit_refused(|config| config.connection.push_str("\npull = { every = \"10ms\" }")).await?;
    assert!(errors[0].contains("`pull.every` is 10ms, and must be at least 1s"), "{errors:?}");
    let errors = scene.edit_refused(|config| config.connection.push_str("\npull = { history = \"121d\" }")).await?;
    assert!(errors[0].contains("may be at most"), "{errors:?}");
    let errors = scene.edit_refused(|config| config.connection.push_str("\npull = { records = [] }")).await?;
    assert!(errors[0].contains("`pull.records` is empty"), "{errors:?}");
    let errors = scene.edit_refused(|config| config.connection.push_str("\nsink = \"log-analytics\"")).await?;
    assert!(errors[0].contains("exactly one of `adapter`, `monitor` and `sink`"), "{errors:?}");
    Ok(())
}
