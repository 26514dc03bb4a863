//! `signalbox sync`

use super::{
    Common, Done, Failure, block_on,
    client::{Client, encoded},
    output::{self, Output, cell, counted},
    tickets::said,
};
use crate::{
    admin::{MonitorStatus, PullStatus, SyncStatus},
    domain::{Item, Timestamp},
    ledger::RefusalRow,
    sync::Round,
};
use anyhow::anyhow;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use std::{process::ExitCode, time::Duration};

/// How often a round that is waited for is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Pulls, sinks and monitors of a running gateway.
#[derive(Debug, Subcommand)]
pub enum Sync {
    /// Shows how far pulls, sinks and monitors are.
    Status,
    /// Reads a connection's records now, gives a sink what waits for it, or asks and tells a monitor, and waits until that is
    /// done.
    Run(Run),
    /// Lists what sinks' other sides will never take, newest first.
    Refused(Refused),
    /// Gives a refused item to its sink once more.
    Again(Id),
    /// Takes a refused item out of sight for good.
    Drop(Id),
}

/// A round.
#[derive(Debug, Args)]
pub struct Run {
    /// The connection's name.
    #[arg(long, value_name = "NAME")]
    connection: String,
}

/// Which refused items.
#[derive(Debug, Args)]
pub struct Refused {
    /// At most so many.
    #[arg(long, default_value_t = 100)]
    limit: u32,
}

/// A refused item.
#[derive(Debug, Args)]
pub struct Id {
    /// Its number, as `sync refused` shows it.
    id: i64,
}

// === impl Sync ===

impl Sync {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Done {
        let client = Client::new(common)?;
        block_on(async {
            match self {
                Self::Status => show_status(&client.get("/v1/sync").await?, common.output),
                Self::Run(run) => run.wait(&client, common.output).await?,
                Self::Refused(Refused { limit }) => {
                    show_refused(
                        &client.get::<Vec<_>>(&format!("/v1/sync/refused?limit={limit}")).await?,
                        common.output,
                    );
                }
                Self::Again(Id { id }) => {
                    let done = client.post(&format!("/v1/sync/refused/{id}/again")).await?;
                    said(&done, &format!("{id} is given to its sink once more"), common.output);
                }
                Self::Drop(Id { id }) => {
                    let done = client.post(&format!("/v1/sync/refused/{id}/drop")).await?;
                    said(&done, &format!("{id} is dropped"), common.output);
                }
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

// === impl Run ===

impl Run {
    /// Asks for a round, and shows how it goes. One that was under way may have passed what is new: it is waited for, too.
    async fn wait(&self, client: &Client, output: Output) -> Result<(), Failure> {
        let asked = client.post(&format!("/v1/sync/run?connection={}", encoded(&self.connection))).await?;
        let before: Round = serde_json::from_value(asked).map_err(anyhow::Error::from)?;
        let enough = before.over + if before.under_way { 2 } else { 1 };
        let bar = ProgressBar::new(1000);
        bar.set_style(ProgressStyle::with_template("{bar:40} {percent:>3}%  {msg}").map_err(anyhow::Error::from)?);
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let status: SyncStatus = client.get("/v1/sync").await?;
            let pulls = status.pulls.iter().filter(|pull| pull.state.name.connection.as_str() == self.connection);
            let pulls: Vec<_> = pulls.cloned().collect();
            let sink = status.sinks.iter().find(|sink| sink.state.sink == self.connection);
            let monitor = status.monitors.iter().rfind(|each| each.state.monitor == self.connection);
            let round = pulls.first().and_then(|pull| pull.round.clone()).or_else(|| sink?.round.clone());
            let round = round.or_else(|| monitor?.round.clone());
            let (share, words) = match (sink, monitor) {
                (Some(sink), _) => taken(sink.state.delivered, sink.state.waiting),
                (None, Some(_)) => told(&status.monitors, &self.connection),
                (None, None) => read(&pulls, Timestamp::now()),
            };
            bar.set_position(share);
            bar.set_message(words.clone());
            let Some(round) = round else {
                return Err(anyhow!("`{}` is no longer read: the configuration has changed", self.connection).into());
            };
            if round.over < enough {
                continue;
            }
            bar.finish_and_clear();
            if !round.trouble.is_empty() {
                return Err(anyhow!("{}: {}", self.connection, round.trouble).into());
            }
            if round.elsewhere {
                let words = "is led by another gateway on the ledger: ask that one";
                return Err(anyhow!("`{}` {words}", self.connection).into());
            }
            if output == Output::Json {
                output::print_json(&status);
            } else {
                output::print(&format!("{}: {words}", self.connection));
            }
            return Ok(());
        }
    }
}

/// How far a connection is read: a share of a thousand, and in words.
fn read(pulls: &[PullStatus], now: Timestamp) -> (u64, String) {
    let read: u64 = pulls.iter().map(|pull| pull.state.read).sum();
    let Some(first) = pulls.iter().find(|pull| pull.state.filled_at.is_none()) else {
        return (1000, format!("{read} records read, all up to date"));
    };
    let state = &first.state;
    let reached = state.reached.unwrap_or(state.since);
    let (done, left) = (reached.since(state.since).as_secs(), now.since(reached).as_secs());
    let share = done.saturating_mul(1000).checked_div(done.saturating_add(left)).unwrap_or(0);
    let days = left / 86_400;
    (share, format!("{read} records read, {}s up to {reached}, {days} days are left", state.name.kind))
}

/// How far a sink is: a share of a thousand, and in words.
fn taken(delivered: u64, waiting: u64) -> (u64, String) {
    let share = delivered.saturating_mul(1000).checked_div(delivered.saturating_add(waiting)).unwrap_or(1000);
    (share, format!("{delivered} items taken, {waiting} wait"))
}

/// How far a monitor is: a share of a thousand, and in words.
fn told(monitors: &[MonitorStatus], name: &str) -> (u64, String) {
    let states = || monitors.iter().map(|each| &each.state).filter(|state| state.monitor == name);
    let (done, waiting): (u64, u64) =
        states().fold((0, 0), |(done, waiting), state| (done + state.done, waiting + state.waiting));
    let share = done.saturating_mul(1000).checked_div(done.saturating_add(waiting)).unwrap_or(1000);
    let words: Vec<_> = states().map(|state| format!("{} {}", state.task.as_str(), state.done)).collect();
    (share, format!("{}, {waiting} wait", words.join(", ")))
}

fn show_status(status: &SyncStatus, output: Output) {
    if output == Output::Json {
        return output::print_json(status);
    }
    let now = Timestamp::now();
    let mut pulls = output::table(&["read from", "what", "records", "up to", "state"]);
    for pull in &status.pulls {
        let (_, words) = read(std::slice::from_ref(pull), now);
        let state = match &pull.round {
            _ if !pull.state.trouble.is_empty() => pull.state.trouble.clone(),
            None => "not read now".to_owned(),
            Some(_) if pull.state.filled_at.is_none() => format!("first reading: {words}"),
            Some(round) if round.under_way => "reading".to_owned(),
            Some(_) => "up to date".to_owned(),
        };
        pulls.add_row([
            pull.state.name.connection.to_string(),
            pull.state.name.kind.to_string(),
            pull.state.read.to_string(),
            pull.state.reached.map(|at| at.to_string()).unwrap_or_default(),
            cell(&state, 200),
        ]);
    }
    output::print(&pulls.to_string());
    let mut sinks = output::table(&["sink", "taken", "wait", "refused", "last", "state"]);
    for sink in &status.sinks {
        let state = match &sink.round {
            _ if !sink.state.trouble.is_empty() => sink.state.trouble.clone(),
            None => "nothing is delivered now".to_owned(),
            Some(_) if sink.state.waiting > 0 => "delivering".to_owned(),
            Some(_) => "up to date".to_owned(),
        };
        sinks.add_row([
            cell(&sink.state.sink, 60),
            sink.state.delivered.to_string(),
            sink.state.waiting.to_string(),
            sink.state.refused.to_string(),
            sink.state.delivered_at.map(|at| at.to_string()).unwrap_or_default(),
            cell(&state, 200),
        ]);
    }
    output::print(&sinks.to_string());
    let mut monitors = output::table(&["monitor", "task", "alerts", "wait", "given up", "last", "state"]);
    for monitor in &status.monitors {
        let state = match &monitor.round {
            _ if !monitor.state.trouble.is_empty() => monitor.state.trouble.clone(),
            None => "not done now".to_owned(),
            Some(_) if monitor.state.waiting > 0 => "at it".to_owned(),
            Some(_) => "up to date".to_owned(),
        };
        monitors.add_row([
            cell(&monitor.state.monitor, 60),
            monitor.state.task.as_str().to_owned(),
            monitor.state.done.to_string(),
            monitor.state.waiting.to_string(),
            monitor.state.given_up.to_string(),
            monitor.state.done_at.map(|at| at.to_string()).unwrap_or_default(),
            cell(&state, 200),
        ]);
    }
    output::print(&monitors.to_string());
}

fn show_refused(rows: &[RefusalRow], output: Output) {
    if output == Output::Json {
        return output::print_json(&rows);
    }
    let mut table = output::table(&["id", "sink", "when", "what", "in the other side's words"]);
    for row in rows {
        let what = match &row.item {
            Item::PlatformRecord { connection, record } => format!("{connection}: {} {}", record.kind, record.number),
            Item::TicketEvent(event) => format!("{}: {} {}", event.connection, event.event, event.key),
        };
        table.add_row([
            row.id.to_string(),
            cell(&row.sink, 60),
            row.at.to_string(),
            cell(&what, 100),
            cell(&row.message, 300),
        ]);
    }
    output::print(&table.to_string());
    output::print(&counted(rows.len(), "refused item"));
}
