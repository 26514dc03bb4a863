//! What a data collection rule declares of a stream: its name, and its columns with their types.
//!
//! A stream that Azure would not let a rule or a table be made of can't be made here either: reserved and ill-formed names of
//! columns, no column for the time.

use serde::{Deserialize, Serialize};

/// The column that every table has its time in.
pub const TIME: &str = "TimeGenerated";

/// Names that no column of a custom table may have.
pub const RESERVED: [&str; 7] = ["_ResourceId", "id", "_SubscriptionId", "TenantId", "Type", "UniqueId", "Title"];

/// The longest name of a column.
pub const LONGEST_NAME: usize = 45;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Text.
    String,
    /// 32 bits.
    Int,
    /// 64 bits.
    Long,
    /// A fraction.
    Real,
    /// True or false.
    Boolean,
    /// A time.
    Datetime,
    /// Any JSON.
    Dynamic,
}

/// A column of a stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: Kind,
}

/// A stream as a rule declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Declared")]
pub struct Stream {
    name: String,
    columns: Vec<Column>,
}

/// A declaration as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    name: String,
    columns: Vec<Column>,
}

/// Why a stream can't be declared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStream {
    /// It has no prefix.
    #[error("the stream `{0}` does not begin with `Custom-` or `Microsoft-`")]
    Name(String),
    /// A column that no table can have.
    #[error("the column `{0}` {1}")]
    Column(String, NameFault),
    /// Twice the same.
    #[error("the column `{0}` is declared twice")]
    Twice(String),
    /// There is no column for the time.
    #[error("the stream has no column `TimeGenerated` of the type datetime")]
    NoTime,
}

/// What is wrong with a column's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// The workspace has it for itself.
    #[error("has a reserved name")]
    Reserved,
    /// Not letters, digits and underscores after a letter, 45 at most.
    #[error("has a name that is not a letter followed by at most 44 letters, digits and underscores")]
    IllFormed,
}

// === impl Stream ===

impl Stream {
    /// A stream of these columns.
    ///
    /// # Errors
    /// Where Azure would not let a rule or a table be made of them.
    pub fn new(name: &str, columns: &[(&str, Kind)]) -> Result<Self, InvalidStream> {
        let columns = columns.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }).collect();
        Self::try_from(Declared { name: name.to_owned(), columns })
    }

    /// Its name: `Custom-ServiceDesk_CL`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }
}

impl TryFrom<Declared> for Stream {
    type Error = InvalidStream;

    fn try_from(declared: Declared) -> Result<Self, InvalidStream> {
        let Declared { name, columns } = declared;
        let table = name.strip_prefix("Custom-").or_else(|| name.strip_prefix("Microsoft-"));
        if table.is_none_or(str::is_empty) {
            return Err(InvalidStream::Name(name));
        }
        for (index, column) in columns.iter().enumerate() {
            check(&column.name).map_err(|fault| InvalidStream::Column(column.name.clone(), fault))?;
            if columns.iter().take(index).any(|other| other.name == column.name) {
                return Err(InvalidStream::Twice(column.name.clone()));
            }
        }
        if !columns.iter().any(|column| column.name == TIME && column.kind == Kind::Datetime) {
            return Err(InvalidStream::NoTime);
        }
        Ok(Self { name, columns })
    }
}

/// Whether a column can have this name.
///
/// # Errors
/// What is wrong with it.
pub fn check(name: &str) -> Result<(), NameFault> {
    if RESERVED.contains(&name) {
        return Err(NameFault::Reserved);
    }
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_word = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if begins && is_word && name.len() <= LONGEST_NAME { Ok(()) } else { Err(NameFault::IllFormed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_azure_would_not_make_is_not_made() {
        let time = (TIME, Kind::Datetime);
        for (name, columns, error) in [
            ("Made_CL", vec![time], "the stream `Made_CL` does not begin with `Custom-` or `Microsoft-`"),
            ("Custom-", vec![time], "the stream `Custom-` does not begin with `Custom-` or `Microsoft-`"),
            ("Custom-M_CL", vec![time, ("Title", Kind::String)], "the column `Title` has a reserved name"),
            ("Custom-M_CL", vec![time, time], "the column `TimeGenerated` is declared twice"),
            (
                "Custom-M_CL",
                vec![(TIME, Kind::String)],
                "the stream has no column `TimeGenerated` of the type datetime",
            ),
        ] {
            assert_eq!(Stream::new(name, &columns).unwrap_err().to_string(), error);
        }
    }
}
