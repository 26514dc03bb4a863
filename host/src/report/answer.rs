//! What a report answers: a table whose columns have units, and figures about all of it.

use super::{Question, SpanOfTime};
use crate::domain::{ConnectionName, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a column's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A text; none where the platform or monitor has none.
    Text,
    /// How many.
    Count,
    /// Seconds.
    Seconds,
    /// A part of a whole, from 0 to 1.
    Share,
    /// A moment in UTC, in RFC 3339.
    Time,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// What programs call it.
    pub name: String,
    /// What its values are.
    pub unit: Unit,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// There is none.
    None,
    /// A whole number.
    Count(u64),
    /// Any number.
    Number(f64),
    /// A text, or a moment in RFC 3339.
    Text(String),
}

/// A row: its columns' names with their values.
pub type Row = BTreeMap<String, Cell>;

/// A number about all of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What programs call it.
    pub name: String,
    /// What it is.
    pub unit: Unit,
    /// How much.
    pub value: Cell,
}

/// What a report answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The report's name.
    pub report: String,
    /// From when to when.
    #[serde(flatten)]
    pub span: SpanOfTime,
    /// Only of this connection.
    pub connection: Option<ConnectionName>,
    /// What each row is about.
    pub by: String,
    /// The report's window, in seconds, where it has one.
    pub within: Option<u64>,
    /// In the order to show them.
    pub columns: Vec<Column>,
    /// In the report's order, at most as many as were asked for.
    pub rows: Vec<Row>,
    /// How many rows there are beyond these.
    pub more: u64,
    /// Numbers about all of it, rows beyond these included.
    pub figures: Vec<Figure>,
}

// === impl Answer ===

impl Answer {
    /// The answer to `question` with these columns; rows beyond its limit are counted, and never made.
    #[must_use]
    pub fn of<T>(
        question: &Question,
        columns: &[(&str, Unit)],
        rows: Vec<T>,
        cells: impl FnMut(T) -> Vec<Cell>,
    ) -> Self {
        let columns: Vec<_> =
            columns.iter().map(|(name, unit)| Column { name: (*name).to_owned(), unit: *unit }).collect();
        let limit = usize::try_from(question.limit).unwrap_or(usize::MAX);
        let more = rows.len().saturating_sub(limit);
        let row = |cells: Vec<Cell>| columns.iter().map(|column| column.name.clone()).zip(cells).collect();
        Self {
            report: question.report.as_str().to_owned(),
            span: question.span,
            connection: question.connection.clone(),
            by: question.by.as_str().to_owned(),
            within: question.within.map(|within| within.as_secs()),
            rows: rows.into_iter().take(limit).map(cells).map(row).collect(),
            columns,
            more: u64::try_from(more).unwrap_or(u64::MAX),
            figures: Vec::new(),
        }
    }

    /// The same of rows that are made already.
    #[must_use]
    pub fn new(question: &Question, columns: &[(&str, Unit)], rows: Vec<Vec<Cell>>) -> Self {
        Self::of(question, columns, rows, |cells| cells)
    }

    /// With a number about all of it.
    #[must_use]
    pub fn figure(mut self, name: &str, unit: Unit, value: impl Into<Cell>) -> Self {
        self.figures.push(Figure { name: name.to_owned(), unit, value: value.into() });
        self
    }

    /// A row's value of a column; none where it has none.
    #[must_use]
    pub fn cell<'a>(&self, row: &'a Row, column: &str) -> &'a Cell {
        row.get(column).unwrap_or(&Cell::None)
    }
}

// === impl Cell ===

impl Cell {
    /// A text, or none where it is empty.
    #[must_use]
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::None } else { Self::Text(text.to_owned()) }
    }

    /// Whole seconds; none of none, and of less than none.
    #[must_use]
    pub fn seconds(seconds: Option<i64>) -> Self {
        seconds.and_then(|seconds| u64::try_from(seconds).ok()).into()
    }

    /// A moment in nanoseconds since 1970.
    #[must_use]
    pub fn moment(nanos: i64) -> Self {
        Timestamp::from_nanos(nanos).into()
    }

    /// A part of a whole; none of nothing.
    #[must_use]
    pub fn share(part: u64, whole: u64) -> Self {
        if whole == 0 { Self::None } else { Self::Number(float(part) / float(whole)) }
    }

    /// Its number, where it is one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(float(*count)),
            Self::Number(number) => Some(*number),
            Self::None | Self::Text(_) => None,
        }
    }
}

/// Nanoseconds in a second.
pub(super) const NANOS: i64 = 1_000_000_000;

/// Counts of a report are far below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "what is counted fits")]
pub(super) fn float(count: u64) -> f64 {
    count as f64
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Timestamp> for Cell {
    fn from(moment: Timestamp) -> Self {
        Self::Text(moment.to_string())
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}
