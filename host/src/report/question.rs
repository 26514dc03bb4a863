//! What a report is asked: parsed once, refused with what is allowed instead.

use super::{By, Report, catalogue::names};
use crate::{
    config::{InvalidUnit, Span},
    domain::{ConnectionName, InvalidName, InvalidTimestamp, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How many rows there are where nobody says.
const ROWS: u32 = 100;

/// How far back a report goes where nobody says, in days.
const DAYS: u32 = 30;

/// The most days that can be asked for.
const MOST_DAYS: u32 = 3660;

const DAY: Duration = Duration::from_secs(86_400);

/// A question as it is put, in a query or on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Asked {
    /// From this moment on, in RFC 3339, or from the beginning of this day.
    pub since: Option<String>,
    /// Up to and without this moment.
    pub until: Option<String>,
    /// So many days up to `until`.
    pub days: Option<u32>,
    /// Only of this connection.
    pub connection: Option<String>,
    /// What each row is about.
    pub by: Option<String>,
    /// At most so many rows.
    pub limit: Option<u32>,
    /// The report's window, such as `24h`.
    pub within: Option<String>,
}

/// From a moment up to another, the second without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanOfTime {
    /// The first moment.
    pub since: Timestamp,
    /// The first moment after.
    pub until: Timestamp,
}

/// A question that has an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which report.
    pub report: Report,
    /// Over what time.
    pub span: SpanOfTime,
    /// Only of this connection.
    pub connection: Option<ConnectionName>,
    /// What each row is about.
    pub by: By,
    /// At most so many rows.
    pub limit: u32,
    /// The report's window, where it has one.
    pub within: Option<Duration>,
}

/// A question that has none.
#[derive(Debug, thiserror::Error)]
pub enum InvalidQuestion {
    /// Not a moment.
    #[error("`{name}`: {cause}; a day such as `2026-11-22` will do")]
    Time {
        /// Which parameter.
        name: &'static str,
        /// Why.
        cause: InvalidTimestamp,
    },
    /// Nothing lies between.
    #[error("`until` ({until}) must be later than `since` ({since})")]
    NoTime {
        /// From.
        since: Timestamp,
        /// To.
        until: Timestamp,
    },
    /// Both say the same.
    #[error("`days` and `since` both say where the time begins: give one of them")]
    TwoBeginnings,
    /// Too few, or too many.
    #[error("`days` must be from 1 to {MOST_DAYS}")]
    Days,
    /// Not a connection's name.
    #[error("`connection`: {0}")]
    Connection(InvalidName),
    /// This report counts nothing of connections.
    #[error("the report `{0}` is about alerts, which no connection has: `connection` means nothing to it")]
    NoConnection(Report),
    /// This report has no such rows.
    #[error("the report `{report}` has no rows by `{by}`: `by` is one of {}", names(&report.by().iter().map(|by| by.as_str()).collect::<Vec<_>>()))]
    By {
        /// The report.
        report: Report,
        /// What was asked for.
        by: String,
    },
    /// Not a duration.
    #[error("`within`: {0}")]
    Within(InvalidUnit),
    /// Nothing, or longer than a year.
    #[error("`within` must be longer than nothing and at most 366 days")]
    WithinRange,
    /// This report has no window.
    #[error("the report `{0}` has no window: `within` means nothing to it")]
    NoWindow(Report),
    /// None at all.
    #[error("`limit` must be at least 1")]
    NoRows,
}

// === impl Question ===

impl Question {
    /// The question that is put at `now`.
    ///
    /// # Errors
    /// [`InvalidQuestion`], which says what is allowed.
    pub fn try_new(report: Report, asked: &Asked, now: Timestamp) -> Result<Self, InvalidQuestion> {
        Ok(Self {
            report,
            span: SpanOfTime::try_new(asked, now)?,
            connection: connection(report, asked)?,
            by: by(report, asked)?,
            limit: match asked.limit {
                Some(0) => return Err(InvalidQuestion::NoRows),
                limit => limit.unwrap_or(ROWS),
            },
            within: within(report, asked)?,
        })
    }
}

fn connection(report: Report, asked: &Asked) -> Result<Option<ConnectionName>, InvalidQuestion> {
    let Some(name) = &asked.connection else { return Ok(None) };
    if !report.has_connection() {
        return Err(InvalidQuestion::NoConnection(report));
    }
    name.parse().map(Some).map_err(InvalidQuestion::Connection)
}

fn by(report: Report, asked: &Asked) -> Result<By, InvalidQuestion> {
    let known = match &asked.by {
        None => report.by().first(),
        Some(word) => report.by().iter().find(|by| by.as_str() == word),
    };
    let unknown =
        || InvalidQuestion::By { report, by: asked.by.clone().unwrap_or_default().chars().take(80).collect() };
    known.copied().ok_or_else(unknown)
}

fn within(report: Report, asked: &Asked) -> Result<Option<Duration>, InvalidQuestion> {
    let (default, text) = match (report.within(), &asked.within) {
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err(InvalidQuestion::NoWindow(report)),
        (Some(default), text) => (default, text),
    };
    let Some(text) = text else { return Ok(Some(default)) };
    let Span(within) = text.parse().map_err(InvalidQuestion::Within)?;
    let allowed = !within.is_zero() && within <= DAY * 366;
    if allowed { Ok(Some(within)) } else { Err(InvalidQuestion::WithinRange) }
}

// === impl SpanOfTime ===

impl SpanOfTime {
    fn try_new(asked: &Asked, now: Timestamp) -> Result<Self, InvalidQuestion> {
        let until = moment("until", asked.until.as_deref())?.unwrap_or(now);
        let since = match (moment("since", asked.since.as_deref())?, asked.days) {
            (Some(_), Some(_)) => return Err(InvalidQuestion::TwoBeginnings),
            (Some(since), None) => since,
            (None, days) => match days.unwrap_or(DAYS) {
                days @ 1..=MOST_DAYS => until.before(DAY * days),
                _ => return Err(InvalidQuestion::Days),
            },
        };
        if since < until { Ok(Self { since, until }) } else { Err(InvalidQuestion::NoTime { since, until }) }
    }
}

/// A moment, or the beginning of a day in UTC.
fn moment(name: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, InvalidQuestion> {
    let Some(text) = text else { return Ok(None) };
    let parsed = text.parse::<Timestamp>();
    let parsed = parsed.or_else(|cause| format!("{text}T00:00:00Z").parse().map_err(|_| cause));
    parsed.map(Some).map_err(|cause| InvalidQuestion::Time { name, cause })
}

#[cfg(test)]
#[path = "question_tests.rs"]
mod tests;
