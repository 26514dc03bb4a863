//! `signalbox report`

use super::{
    Cli, Common, Done, block_on,
    client::{Client, encoded},
    output::{self, Output, cell, counted},
};
use crate::{
    domain::Timestamp,
    report::{Answer, Asked, Cell, Question, Report, Unit, chart, csv},
};
use anyhow::Context as _;
use clap::{Args, CommandFactory as _, error::ErrorKind};
use std::{io::Write as _, path::PathBuf, process::ExitCode};

/// A question.
#[derive(Debug, Args)]
#[command(after_long_help = known())]
pub struct ReportCommand {
    /// Which report: see below. Without one, all are listed.
    #[arg(conflicts_with = "list")]
    name: Option<Report>,
    /// Lists all reports.
    #[arg(long)]
    list: bool,
    /// From this moment on, in RFC 3339, or from the beginning of this day in UTC. Default: 30 days before `--until`.
    #[arg(long, value_name = "TIME", requires = "name")]
    since: Option<String>,
    /// Up to and without this moment. Default: now.
    #[arg(long, value_name = "TIME", requires = "name")]
    until: Option<String>,
    /// So many days, instead of `--since`.
    #[arg(long, value_name = "N", requires = "name", conflicts_with = "since")]
    days: Option<u32>,
    /// Only tickets, incidents and changes of this connection.
    #[arg(long, value_name = "NAME", requires = "name")]
    connection: Option<String>,
    /// What each row is about: one of those that are named below for the report. Default: the first.
    #[arg(long, value_name = "WHAT", requires = "name")]
    by: Option<String>,
    /// At most so many rows. Default: 100.
    #[arg(long, value_name = "N", requires = "name")]
    limit: Option<u32>,
    /// The report's window, such as `24h`, for reports that have one. Default: see below.
    #[arg(long, value_name = "SPAN", requires = "name")]
    within: Option<String>,
    /// Prints CSV, without the figures about all rows.
    #[arg(long, requires = "name", conflicts_with = "output")]
    csv: bool,
    /// Draws a chart, too, as SVG, to this file: months as lines, anything else as bars.
    #[arg(long, value_name = "FILE", requires = "name")]
    svg: Option<PathBuf>,
}

// === impl ReportCommand ===

impl ReportCommand {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Done {
        let Some(report) = self.name else {
            list(common.output);
            return Ok(ExitCode::SUCCESS);
        };
        let asked = self.asked();
        if let Err(error) = Question::try_new(report, &asked, Timestamp::now()) {
            Cli::command().error(ErrorKind::ValueValidation, error).exit();
        }
        let client = Client::new(common)?;
        let answer: Answer = block_on(client.get(&format!("/v1/reports/{report}{}", query(&asked))))?;
        if let Some(path) = &self.svg {
            let picture = chart::svg(&answer).context("the answer has nothing that a chart could show")?;
            std::fs::write(path, picture).with_context(|| format!("{} can't be written", path.display()))?;
        }
        if self.csv {
            let written = std::io::stdout().write_all(csv::csv(&answer).as_bytes());
            // A reader that has gone away is no error.
            drop(written);
        } else if common.output == Output::Json {
            output::print_json(&answer);
        } else {
            show(&answer);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn asked(&self) -> Asked {
        Asked {
            since: self.since.clone(),
            until: self.until.clone(),
            days: self.days,
            connection: self.connection.clone(),
            by: self.by.clone(),
            limit: self.limit,
            within: self.within.clone(),
        }
    }
}

/// The question as a query.
fn query(asked: &Asked) -> String {
    let parameters = [
        ("since", asked.since.clone()),
        ("until", asked.until.clone()),
        ("days", asked.days.map(|days| days.to_string())),
        ("connection", asked.connection.clone()),
        ("by", asked.by.clone()),
        ("limit", asked.limit.map(|limit| limit.to_string())),
        ("within", asked.within.clone()),
    ];
    let parameters = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let query: Vec<_> = parameters.map(|(name, value)| format!("{name}={}", encoded(&value))).collect();
    if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) }
}

/// What each report answers and can be asked.
fn known() -> String {
    let mut known = "Reports:\n".to_owned();
    for report in Report::ALL {
        let by: Vec<_> = report.by().iter().map(|by| by.as_str()).collect();
        let within = report.within().map(|within| format!("\n      within {}h", within.as_secs() / 3_600));
        let connection =
            if report.has_connection() { "" } else { "\n      without `--connection`: it is about alerts" };
        known.push_str(&format!(
            "  {report}\n      {about}\n      by {by}{within}{connection}\n",
            about = report.about(),
            by = by.join(", "),
            within = within.unwrap_or_default(),
        ));
    }
    known.push_str("\nAll times are UTC. `docs/reference/reports.md` defines what each counts and leaves out.");
    known
}

fn list(output: Output) {
    if output == Output::Json {
        return output::print_json(&Report::ALL.map(Report::entry));
    }
    let mut table = output::table(&["report", "what it answers", "--by", "--within"]);
    for report in Report::ALL {
        let by: Vec<_> = report.by().iter().map(|by| by.as_str()).collect();
        let within = report.within().map(|within| seconds(within.as_secs_f64())).unwrap_or_default();
        table.add_row([report.as_str(), report.about(), &by.join(", "), &within]);
    }
    output::print(&table.to_string());
}

fn show(answer: &Answer) {
    let headings: Vec<_> = answer.columns.iter().map(|column| column.name.replace('_', " ")).collect();
    let mut table = output::table(&headings.iter().map(String::as_str).collect::<Vec<_>>());
    for row in &answer.rows {
        table.add_row(answer.columns.iter().map(|column| words(answer.cell(row, &column.name), column.unit)));
    }
    output::print(&table.to_string());
    let more = if answer.more > 0 { format!(", and {} more", answer.more) } else { String::new() };
    let span = answer.span;
    output::print(&format!("{}{more}, from {} to {}", counted(answer.rows.len(), "row"), span.since, span.until));
    for figure in &answer.figures {
        output::print(&format!("{}: {}", figure.name.replace('_', " "), words(&figure.value, figure.unit)));
    }
}

/// A value for people.
fn words(value: &Cell, unit: Unit) -> String {
    match (value, unit, value.number()) {
        (Cell::None, Unit::Text, _) => "(none)".to_owned(),
        (Cell::None, ..) => "–".to_owned(),
        (Cell::Text(text), ..) => cell(text, 80),
        (_, Unit::Seconds, Some(number)) => seconds(number),
        (_, Unit::Share, Some(number)) => format!("{:.1} %", number * 100.0),
        (Cell::Count(count), ..) => count.to_string(),
        (Cell::Number(number), ..) => format!("{number:.1}"),
    }
}

/// The two largest units, as in `2 d 3 h`.
fn seconds(seconds: f64) -> String {
    let units = [("d", 86_400.0), ("h", 3_600.0), ("min", 60.0), ("s", 1.0)];
    let mut left = seconds.round();
    let mut said = Vec::new();
    for (name, length) in units {
        let number = (left / length).floor();
        left -= number * length;
        if number > 0.0 || !said.is_empty() {
            said.push((number, name));
        }
    }
    let said = said.iter().take(2).filter(|(number, _)| *number > 0.0).map(|(number, name)| format!("{number} {name}"));
    let said: Vec<_> = said.collect();
    if said.is_empty() { "0 s".to_owned() } else { said.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_two_units() {
        let table = [
            (0.0, "0 s"),
            (0.4, "0 s"),
            (59.0, "59 s"),
            (60.0, "1 min"),
            (61.0, "1 min 1 s"),
            (3_600.0, "1 h"),
            (3_605.0, "1 h"),
            (86_400.0 * 2.0 + 3_600.0 * 3.0, "2 d 3 h"),
        ];
        for (number, expected) in table {
            assert_eq!(seconds(number), expected, "{number}");
        }
    }
}
