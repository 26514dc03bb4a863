//! `signalbox alerts`

use super::{
    Common, Done, block_on,
    client::{Client, encoded},
    output::{self, Output, cell, counted},
    tickets::said,
};
use crate::admin::AlertListing;
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Alerts of a running gateway.
#[derive(Debug, Subcommand)]
pub enum Alerts {
    /// Lists alerts, newest first.
    List(List),
    /// Shows an alert, or a body that is none yet.
    Show(Id),
    /// Decodes a quarantined or undecoded body again, or routes an unrouted alert again.
    Again(Id),
    /// Takes a body or an unrouted alert out of these lists for good.
    Drop(Id),
}

/// Which alerts.
#[derive(Debug, Args)]
pub struct List {
    /// Bodies that their source refused.
    #[arg(long)]
    quarantined: bool,
    /// Bodies whose plugin failed.
    #[arg(long)]
    undecoded: bool,
    /// Alerts that no route matched.
    #[arg(long)]
    unrouted: bool,
    /// At most so many.
    #[arg(long, default_value_t = 100)]
    limit: u32,
}

/// An alert, or a body.
#[derive(Debug, Args)]
pub struct Id {
    /// Its id, as `alerts list` shows it.
    id: String,
}

// === impl Alerts ===

impl Alerts {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Done {
        let client = Client::new(common)?;
        block_on(async {
            match self {
                Self::List(list) => {
                    let path = format!(
                        "/v1/alerts?limit={}&quarantined={}&undecoded={}&unrouted={}",
                        list.limit, list.quarantined, list.undecoded, list.unrouted
                    );
                    show_list(&client.get(&path).await?, common.output);
                }
                Self::Show(Id { id }) => {
                    show_one(&client.get(&format!("/v1/alerts/show?id={}", encoded(id))).await?, common.output);
                }
                Self::Again(Id { id }) => {
                    let done = client.post(&format!("/v1/alerts/again?id={}", encoded(id))).await?;
                    said(&done, &format!("taken again: {done}"), common.output);
                }
                Self::Drop(Id { id }) => {
                    let done = client.post(&format!("/v1/alerts/drop?id={}", encoded(id))).await?;
                    said(&done, &format!("{id} is dropped"), common.output);
                }
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

fn show_list(listing: &AlertListing, output: Output) {
    if output == Output::Json {
        return output::print_json(listing);
    }
    if !listing.bodies.is_empty() {
        let mut table = output::table(&["body", "source", "received", "bytes", "status", "why"]);
        for body in &listing.bodies {
            table.add_row([
                body.id.0.clone(),
                body.source.to_string(),
                body.received_at.to_string(),
                body.length.to_string(),
                format!("{:?}", body.status).to_lowercase(),
                cell(&body.reason, 120),
            ]);
        }
        output::print(&table.to_string());
        output::print(&output::counted_bodies(listing.bodies.len()));
    }
    if !listing.alerts.is_empty() || listing.bodies.is_empty() {
        let mut table = output::table(&["received", "source", "condition", "severity", "title", "tickets", "alert"]);
        for row in &listing.alerts {
            table.add_row([
                row.received_at.to_string(),
                row.source.to_string(),
                row.alert.condition.as_str().to_owned(),
                row.alert.severity.as_str().to_owned(),
                cell(&row.alert.title, 60),
                row.tickets.len().to_string(),
                // Whole: it is what `show`, `again` and `drop` are given.
                cell(row.alert.id.as_str(), usize::MAX),
            ]);
        }
        output::print(&table.to_string());
        output::print(&counted(listing.alerts.len(), "alert"));
    }
}

fn show_one(listing: &AlertListing, output: Output) {
    if output == Output::Json {
        return output::print_json(listing);
    }
    for body in &listing.bodies {
        let status = format!("{:?}", body.status).to_lowercase();
        output::print(&format!("body {} of {}, received {}, {status}", body.id.0, body.source, body.received_at));
        if !body.reason.is_empty() {
            output::print(&format!("why: {}", output::clean(&body.reason)));
        }
        output::print(&output::clean(&String::from_utf8_lossy(&body.body)));
    }
    for row in &listing.alerts {
        let tickets: Vec<_> = row.tickets.iter().map(AsRef::as_ref).collect();
        let tickets = if tickets.is_empty() { "none".to_owned() } else { tickets.join(", ") };
        output::print(&format!("received {} from {}, tickets: {tickets}", row.received_at, row.source));
        let alert = serde_json::to_string_pretty(&row.alert).unwrap_or_default();
        output::print(&output::clean(&alert));
    }
}
