//! Accepted means on disk: under strace, every 202 is written after a sync of the ledger that began after its request was
//! there. A kill doesn't show that, since what a killed process wrote is the system's to keep.
//!
//! The connection is paused, so that nothing but acceptances is written to the ledger.

mod trace;

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use signalbox_e2e::{
    Gateway,
    alerts::Metric,
    config::{self, Config, TOKEN},
    gateway::program,
    raw::Connection,
    wait,
};
use std::{env, net::SocketAddr, path::Path, process::Stdio, time::Duration};
use tokio::process::Command;

const CONNECTIONS: usize = 5;
/// How often each connection posts while no other does.
const ROUNDS_ALONE: usize = 10;
/// How often all post at once, so that several alerts are committed together.
const ROUNDS_TOGETHER: usize = 10;
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn each_202_is_written_after_a_sync_that_began_after_its_request() -> anyhow::Result<()> {
    if !can_trace().await? {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let (config_file, trace_file) = (folder.path().join("config.toml"), folder.path().join("trace"));
    let mut config = Config::new(folder.path(), "http://127.0.0.1:9");
    config.connection = "paused = true".to_owned();
    config.write(&config_file)?;
    let mut command = strace(&trace_file);
    command.arg(program()?);
    let mut gateway = Gateway::start_by(&mut command, &config_file, folder.path(), &config::secrets()).await?;

    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(Connection::open(&gateway.ingest).await?);
    }
    let mut requests = (0..).map(request);
    let mut sent = 0;
    for _ in 0..ROUNDS_ALONE {
        for connection in &mut connections {
            connection.send(requests.next().context("no request")?).await?;
            is_accepted(connection).await?;
            sent += 1;
        }
    }
    for _ in 0..ROUNDS_TOGETHER {
        for connection in &mut connections {
            connection.send(requests.next().context("no request")?).await?;
            sent += 1;
        }
        for connection in &mut connections {
            is_accepted(connection).await?;
        }
    }
    let trace = ended(&mut gateway, &trace_file).await?;

    let ingest: SocketAddr = gateway.ingest.trim_start_matches("http://").parse()?;
    match trace::judge(&trace, &config.ledger, ingest) {
        Ok(answers) => ensure!(answers == sent, "the trace shows {answers} of {sent} answers"),
        Err(too_early) => bail!("answers before the ledger was synced: {too_early:#?}"),
    }
    println!("{sent} answers, each after its sync");
    Ok(())
}

/// An alert of its own, as it is posted.
fn request(n: u32) -> String {
    let body = Metric::new("cpu-high", &format!("web-{n:03}"), n, "Sev2", Timestamp::now()).fired().to_string();
    let head = format!("host: test\r\nauthorization: Bearer {TOKEN}\r\ncontent-type: application/json");
    format!("POST /v1/alerts/azure HTTP/1.1\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

async fn is_accepted(connection: &mut Connection) -> anyhow::Result<()> {
    let answer = connection.answer().await?;
    ensure!(answer.status == 202, "the gateway answers {answer:?}");
    Ok(())
}

/// The tracer, to be followed by what it traces: it stands aside, so that the process that was started is the traced one.
fn strace(into: &Path) -> Command {
    let mut command = Command::new("strace");
    command.args(["-D", "-f", "-yy", "-e", &format!("trace={}", trace::CALLS), "-o"]).arg(into).arg("--");
    command
}

/// Whether there is strace here, and it may trace.
async fn can_trace() -> anyhow::Result<bool> {
    let mut tried = strace(Path::new("/dev/null"));
    tried.arg("true").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if tried.status().await.is_ok_and(|status| status.success()) {
        return Ok(true);
    }
    let lacking =
        "there is no strace that may trace here: `apt-get install strace`, and let containers `--cap-add SYS_PTRACE`";
    ensure!(env::var_os("CI").is_none(), "{lacking}; with CI set this is a failure");
    eprintln!("skipped: {lacking}");
    Ok(false)
}

/// Ends the gateway, and answers the whole trace.
async fn ended(gateway: &mut Gateway, trace_file: &Path) -> anyhow::Result<String> {
    let process = gateway.pid().to_string();
    let is_last = |line: &str| {
        line.split_once(' ').is_some_and(|(thread, text)| thread == process && text.contains("+++ exited"))
    };
    gateway.signal("TERM").await?;
    gateway.ended(PATIENCE).await?;
    wait::until("the trace is whole", PATIENCE, || async {
        std::fs::read_to_string(trace_file).ok().filter(|trace| trace.lines().any(is_last))
    })
    .await
}
