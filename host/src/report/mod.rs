//! Answers over the ledger: what is asked, what an answer is, and what each report counts.
//!
//! A report is a table with typed columns over a span of time. Everything here is a function from values to values: the
//! ledger reads what happened, row by row, into a report's tally, and the tally makes the answer. Texts of an answer come
//! from strangers; whoever prints one escapes them for where they go ([`csv`], [`chart`], the command line's tables).
//!
//! Times are UTC. Each report is defined in `docs/reference/reports.md`.

pub mod after_changes;
pub mod alerts_without_tickets;
mod answer;
mod catalogue;
pub mod chart;
pub mod csv;
pub mod flapping;
mod groups;
pub mod metrics;
pub mod noisiest;
mod question;
mod spread;
pub mod tickets_without_alerts;
pub mod time_to_resolve;
mod windows;

pub use answer::{Answer, Cell, Column, Figure, Row, Unit};
pub use catalogue::{By, Entry, Report, UnknownReport};
pub use question::{Asked, InvalidQuestion, Question, SpanOfTime};
pub use spread::Spread;
