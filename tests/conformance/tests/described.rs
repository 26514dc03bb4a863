//! A platform described by a file and looked at by a program, as the documentation shows it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it found by panicking")]

use signalbox_conformance::{Cell, Suite, described::Described};
use signalbox_e2e::{plugins, workspace};
use signalbox_simulators::servicenow::{Options, Simulator};
use std::{fs, process::Command, sync::Arc};

/// Some of each sort: what looks, what acts, what writes rows, what the platform refuses, what ends.
const TRIED: [&str; 7] = [
    "finds by the whole key",
    "resolves with what the platform demands",
    "leaves closed what people closed, and renews",
    "renews what people merged",
    "a refused field is `rejected`, in the platform's words",
    "waits as long as the platform says",
    "lists changes under concurrent writes",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_s_platform_is_tried_like_the_project_s_own() -> anyhow::Result<()> {
    if Command::new("python3").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "python3 is missing");
        eprintln!("skipped: there is no python3 (apt-get install python3)");
        return Ok(());
    }
    let simulator = Simulator::start(Options::default()).await?;
    let example = workspace().join("docs/examples/described-platform");
    let folder = tempfile::tempdir()?;
    let text = fs::read_to_string(example.join("platform.toml"))?;
    let program =
        format!(r#"["env", "DESK_ADDRESS={}", "DESK_PERSON=admin:admin", "python3", "desk.py"]"#, simulator.http_url);
    let text = text.replace("http://127.0.0.1:8090", &simulator.http_url);
    let text = text.replace(r#"["python3", "desk.py"]"#, &program);
    fs::write(folder.path().join("platform.toml"), text)?;
    fs::copy(example.join("desk.py"), folder.path().join("desk.py"))?;
    fs::copy(plugins().join("servicenow.wasm"), folder.path().join("servicenow.wasm"))?;

    let described = Described::read(&folder.path().join("platform.toml"))?;
    let report = Suite::new(Arc::new(described)).only(|name| TRIED.contains(&name)).run().await?;
    assert_eq!(report.cells.len(), TRIED.len());
    assert_eq!(report.failures(), Vec::<String>::new());
    let merged = report.cells.iter().find(|(name, _)| *name == "renews what people merged").unwrap();
    assert_eq!(merged.1, Cell::NotOffered("this program does not merge".to_owned()));
    Ok(())
}
