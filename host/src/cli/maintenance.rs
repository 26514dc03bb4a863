//! `signalbox maintenance`

use super::{
    Common, Done, block_on,
    client::{Client, encoded},
    output::{self, Output, cell},
    tickets::said,
};
use crate::{config::Span, domain::Timestamp, ledger::WindowRow};
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Maintenance windows of a running gateway, beside those of its configuration.
#[derive(Debug, Subcommand)]
pub enum Maintenance {
    /// Lists windows that are not over.
    List,
    /// Opens a window.
    Begin(Begin),
    /// Ends a window now.
    End(Id),
}

/// A window.
#[derive(Debug, Args)]
pub struct Begin {
    /// Its name, for people.
    name: String,
    /// Which alerts it is for: a condition as routes have it.
    #[arg(long, value_name = "CEL", default_value = "true")]
    when: String,
    /// When it begins, in RFC 3339; now, where nothing is said.
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// When it ends, in RFC 3339.
    #[arg(long, value_name = "TIME", required_unless_present = "lasts", conflicts_with = "lasts")]
    until: Option<Timestamp>,
    /// How long it lasts, such as `2h`.
    #[arg(long = "for", value_name = "DURATION", id = "lasts")]
    lasts: Option<Span>,
}

/// A window's number.
#[derive(Debug, Args)]
pub struct Id {
    /// As `maintenance list` shows it.
    id: i64,
}

// === impl Maintenance ===

impl Maintenance {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Done {
        let client = Client::new(common)?;
        block_on(async {
            match self {
                Self::List => show(&client.get::<Vec<_>>("/v1/maintenance").await?, common.output),
                Self::Begin(begin) => {
                    let done = client.post(&begin.path(Timestamp::now())).await?;
                    let id = done.get("id").map(ToString::to_string).unwrap_or_default();
                    said(&done, &format!("window {id} is kept"), common.output);
                }
                Self::End(Id { id }) => {
                    let done = client.post(&format!("/v1/maintenance/{id}/end")).await?;
                    said(&done, &format!("window {id} is over"), common.output);
                }
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

// === impl Begin ===

impl Begin {
    fn path(&self, now: Timestamp) -> String {
        let from = self.from.unwrap_or(now);
        let lasts = self.lasts.map(|Span(lasts)| from.after(lasts));
        let until = self.until.or(lasts).unwrap_or(from);
        let (name, when) = (encoded(&self.name), encoded(&self.when));
        let (from, until) = (encoded(&from.to_string()), encoded(&until.to_string()));
        format!("/v1/maintenance?name={name}&when={when}&from={from}&until={until}")
    }
}

fn show(windows: &[WindowRow], output: Output) {
    if output == Output::Json {
        return output::print_json(&windows);
    }
    let mut table = output::table(&["window", "name", "from", "until", "for"]);
    for window in windows {
        let WindowRow { id, name, when, from, until } = window;
        table.add_row([id.to_string(), cell(name, 60), from.to_string(), until.to_string(), cell(when, 120)]);
    }
    output::print(&table.to_string());
}
