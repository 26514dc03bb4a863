//! What a table is made of: columns, each with its type, its meaning and what fills it.
//!
//! A column's type and its value come from one [`Fill`], so that a row can't disagree with its table. The ARM template, the
//! workbook, the queries and the documentation name tables and columns as well; a test holds each of them against [`tables`].
//!
//! Names follow two rules. What the IT Service Management Connector had keeps its name, with the suffix that classic tables
//! gave it (`_s` text, `_t` time), so that queries written for it go on working. What is new has a plain name. No name is one
//! that a workspace keeps for itself ([`RESERVED`]).

use crate::cell;
use crate::{ticket_events, work_items};
use serde_json::{Map, Value};

/// Names that a workspace keeps for itself, and those that every table has of its own accord.
pub const RESERVED: [&str; 7] = ["_ResourceId", "id", "_SubscriptionId", "TenantId", "Type", "UniqueId", "Title"];

/// The most characters of a column's name.
pub const LONGEST_NAME: usize = 45;

/// A table, and what its rows are made of.
#[derive(Debug)]
pub struct Table<T: 'static> {
    /// With its suffix `_CL`.
    pub name: &'static str,
    /// What a row is.
    pub description: &'static str,
    /// In the order to show them.
    pub columns: &'static [Column<T>],
}

/// One column.
#[derive(Debug)]
pub struct Column<T: 'static> {
    /// As queries name it.
    pub name: &'static str,
    /// One line for people.
    pub description: &'static str,
    /// Its type, and its value.
    pub fill: Fill<T>,
}

/// What a column holds, and where that comes from. What is empty, none or `{}` is left out of the row.
#[derive(Debug)]
pub enum Fill<T: 'static> {
    /// A short text.
    Text(fn(&T) -> &str),
    /// A text of many lines.
    LongText(fn(&T) -> &str),
    /// A moment.
    Time(fn(&T) -> Option<&str>),
    /// Yes or no.
    Flag(fn(&T) -> bool),
    /// A whole number.
    Whole(fn(&T) -> u64),
    /// Several texts.
    Texts(fn(&T) -> &[String]),
    /// Names and values.
    Labels(fn(&T) -> &[(String, String)]),
    /// A JSON object.
    Object(fn(&T) -> &str),
}

/// A column on one line.
macro_rules! column {
    ($name:literal, $fill:ident, $from:expr, $description:literal) => {
        Column { name: $name, description: $description, fill: $fill($from) }
    };
}
pub(crate) use column;

/// A table as others speak of it, without what fills it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// With its suffix `_CL`.
    pub name: &'static str,
    /// What a row is.
    pub description: &'static str,
    /// Name, type and meaning, in their order.
    pub columns: Vec<(&'static str, &'static str, &'static str)>,
}

// === impl Table ===

impl<T> Table<T> {
    /// An item as JSON, fit to be posted.
    #[must_use]
    pub fn row(&self, item: &T) -> String {
        let cells = self.columns.iter().filter_map(|column| Some((column.name.to_owned(), column.fill.cell(item)?)));
        Value::Object(cells.collect::<Map<_, _>>()).to_string()
    }

    /// Without what fills it.
    #[must_use]
    pub fn shape(&self) -> Shape {
        let columns = self.columns.iter().map(|column| (column.name, column.fill.azure_type(), column.description));
        Shape { name: self.name, description: self.description, columns: columns.collect() }
    }
}

/// Both tables.
#[must_use]
pub fn tables() -> [Shape; 2] {
    [work_items::TABLE.shape(), ticket_events::TABLE.shape()]
}

// === impl Fill ===

impl<T> Fill<T> {
    /// The type's name in a table, and in a stream of a data collection rule.
    #[must_use]
    pub fn azure_type(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::LongText(_) => "string",
            Self::Time(_) => "datetime",
            Self::Flag(_) => "boolean",
            Self::Whole(_) => "long",
            Self::Texts(_) | Self::Labels(_) | Self::Object(_) => "dynamic",
        }
    }

    fn cell(&self, item: &T) -> Option<Value> {
        match self {
            Self::Text(from) => cell::text(from(item), cell::SHORT),
            Self::LongText(from) => cell::text(from(item), cell::LONG),
            Self::Time(from) => from(item).and_then(cell::time),
            Self::Flag(from) => Some(from(item).into()),
            // A `long` has a sign.
            Self::Whole(from) => Some(i64::try_from(from(item)).unwrap_or(i64::MAX).into()),
            Self::Texts(from) => cell::texts(from(item)),
            Self::Labels(from) => cell::labels(from(item)),
            Self::Object(from) => cell::object(from(item)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_workspace_takes_every_name() {
        for table in tables() {
            assert!(table.name.ends_with("_CL"), "{}", table.name);
            for (name, ..) in &table.columns {
                let fits = name.len() <= LONGEST_NAME
                    && name.starts_with(|first: char| first.is_ascii_alphabetic())
                    && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
                assert!(fits && !RESERVED.contains(name), "{}.{name}", table.name);
            }
        }
    }

    #[test]
    fn columns_are_distinct_whatever_their_case_and_each_is_described() {
        for table in tables() {
            let names: BTreeSet<_> = table.columns.iter().map(|(name, ..)| name.to_ascii_lowercase()).collect();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
            for (name, _, description) in &table.columns {
                assert!(description.ends_with('.') && description.len() > 5, "{}.{name}", table.name);
            }
        }
    }

    #[test]
    fn every_table_has_the_time_that_a_workspace_asks_for() {
        for table in tables() {
            assert_eq!(
                table.columns.first().map(|(name, kind, _)| (*name, *kind)),
                Some(("TimeGenerated", "datetime"))
            );
        }
    }
}
