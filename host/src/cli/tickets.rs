//! `signalbox tickets`

use super::{
    Common, Done, block_on,
    client::{Client, encoded},
    output::{self, Output, cell, counted},
};
use crate::ledger::{Standing, TicketRow, TicketStory};
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Tickets of a running gateway.
#[derive(Debug, Subcommand)]
pub enum Tickets {
    /// Lists tickets, newest first.
    List(List),
    /// Shows a ticket with its alerts, its timeline and its attempts.
    Show(Key),
    /// Takes a parked ticket up again, now.
    Retry(Key),
    /// Ends a ticket without touching its platform.
    Drop(Drop),
}

/// Which tickets.
#[derive(Debug, Args)]
pub struct List {
    /// Only those that wait for a person.
    #[arg(long)]
    parked: bool,
    /// Also those that have ended.
    #[arg(long)]
    ended: bool,
    /// Only those of this connection.
    #[arg(long, value_name = "NAME")]
    connection: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 100)]
    limit: u32,
}

/// A ticket.
#[derive(Debug, Args)]
pub struct Key {
    /// Its key, as `tickets list` shows it.
    key: String,
}

/// A ticket that is to end.
#[derive(Debug, Args)]
pub struct Drop {
    /// Its key, as `tickets list` shows it.
    key: String,
    /// Stands in its timeline.
    #[arg(long, default_value = "dropped by the operator")]
    why: String,
}

// === impl Tickets ===

impl Tickets {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Done {
        let client = Client::new(common)?;
        block_on(async {
            match self {
                Self::List(list) => {
                    let rows: Vec<TicketRow> = client.get(&list.path()).await?;
                    show_list(&rows, common.output);
                }
                Self::Show(Key { key }) => {
                    let story: TicketStory = client.get(&format!("/v1/tickets/{}", encoded(key))).await?;
                    show_story(&story, common.output);
                }
                Self::Retry(Key { key }) => {
                    let done = client.post(&format!("/v1/tickets/{}/retry", encoded(key))).await?;
                    said(&done, &format!("{key} is taken up again"), common.output);
                }
                Self::Drop(Drop { key, why }) => {
                    let path = format!("/v1/tickets/{}/drop?why={}", encoded(key), encoded(why));
                    let done = client.post(&path).await?;
                    said(&done, &format!("{key} has ended"), common.output);
                }
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

// === impl List ===

impl List {
    fn path(&self) -> String {
        let mut path = format!("/v1/tickets?limit={}&parked={}&ended={}", self.limit, self.parked, self.ended);
        if let Some(connection) = &self.connection {
            path.push_str("&connection=");
            path.push_str(&encoded(connection));
        }
        path
    }
}

/// What was done, in the words that were asked for.
pub fn said(done: &serde_json::Value, words: &str, output: Output) {
    if output == Output::Json {
        output::print_json(done);
    } else {
        output::print(&output::clean(words));
    }
}

fn show_list(rows: &[TicketRow], output: Output) {
    if output == Output::Json {
        return output::print_json(&rows);
    }
    let mut table = output::table(&["ticket", "on", "state", "severity", "firing", "title", "key"]);
    for row in rows {
        table.add_row([
            cell(&row.shown.number, 20),
            format!("{} ({})", row.connection, row.kind.as_str()),
            cell(&state(row), 60),
            row.severity.as_str().to_owned(),
            format!("{}/{}", row.firing, row.total),
            cell(&row.shown.title, 60),
            row.key.to_string(),
        ]);
    }
    output::print(&table.to_string());
    output::print(&counted(rows.len(), "ticket"));
}

fn state(row: &TicketRow) -> String {
    match &row.standing {
        Standing::Live if row.shown.id.is_empty() => "to be created".to_owned(),
        Standing::Live if row.wanted > row.confirmed => format!("{}, to be changed", row.shown.state),
        Standing::Live => row.shown.state.clone(),
        Standing::Parked(parked) => format!("parked ({}): {}", parked.reason, parked.message),
        Standing::Ended(reason) => format!("ended ({})", word(reason)),
    }
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn show_story(story: &TicketStory, output: Output) {
    if output == Output::Json {
        return output::print_json(story);
    }
    let row = &story.ticket;
    let mut facts = output::table(&["", ""]);
    facts.add_row(["key".to_owned(), row.key.to_string()]);
    facts.add_row(["number".to_owned(), cell(&row.shown.number, 100)]);
    facts.add_row(["address".to_owned(), cell(&row.shown.url, 200)]);
    facts.add_row(["title".to_owned(), cell(&row.shown.title, 200)]);
    facts.add_row(["connection".to_owned(), format!("{} ({})", row.connection, row.kind.as_str())]);
    facts.add_row(["route".to_owned(), row.route.to_string()]);
    facts.add_row(["state".to_owned(), cell(&state(row), 500)]);
    if let Standing::Parked(parked) = &row.standing {
        facts.add_row(["blame".to_owned(), cell(&parked.blame, 40)]);
        facts.add_row(["code".to_owned(), cell(&parked.code, 100)]);
    }
    facts.add_row(["revision".to_owned(), format!("{} wanted, {} confirmed", row.wanted, row.confirmed)]);
    if let Some(follows) = &row.follows {
        facts.add_row(["follows".to_owned(), follows.to_string()]);
    }
    output::print(&facts.to_string());

    let mut members = output::table(&["alert", "condition", "severity", "title"]);
    for member in &story.members {
        members.add_row([
            cell(member.alert_id.as_str(), usize::MAX),
            member.condition.as_str().to_owned(),
            member.severity.as_str().to_owned(),
            cell(&member.title, 60),
        ]);
    }
    output::print(&members.to_string());

    let mut timeline = output::table(&["when", "what", "in words"]);
    for entry in &story.timeline {
        timeline.add_row([entry.at.to_string(), cell(&entry.event, 30), cell(&entry.text, 300)]);
    }
    output::print(&timeline.to_string());

    let mut attempts = output::table(&["attempt", "action", "began", "outcome"]);
    for attempt in &story.attempts {
        let outcome = if attempt.outcome.is_empty() { "open" } else { &attempt.outcome };
        attempts.add_row([
            cell(&attempt.id, 60),
            cell(&attempt.action, 30),
            attempt.opened_at.to_string(),
            cell(outcome, 200),
        ]);
    }
    output::print(&attempts.to_string());
    if let Some(attempt) = story.attempts.last()
        && matches!(row.standing, Standing::Parked(_))
        && !attempt.exchange.is_empty()
    {
        output::print(&format!("the last request and its answer:\n{}", output::clean(&attempt.exchange)));
    }
}
