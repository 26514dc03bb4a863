//! What the ledger's promises mean, as functions of what it holds: no I/O, no clock, no engine.
//!
//! An engine takes its write lock, puts what it holds of a group's keys on a [`Board`], lets the board take the submissions
//! one by one, and writes the [`Changes`]. So a key is looked up once for a group of a hundred bodies, and every engine
//! decides alike.

mod board;
mod changes;
mod place;
mod rank;
mod rest;

pub(crate) use board::{Board, Known, Latest, PastSeat, Recorded, Seat, Twin};
pub(crate) use changes::{AlertSeq, Changes, Membership, NewAlert, NewBody, NewTicket, TicketSeq, Winner};
pub(crate) use rank::{Observation, Rank};
pub(crate) use rest::{Rest, overtaken};

/// How long a byte-identical body counts as the same one.
pub(crate) const TWIN_WINDOW: std::time::Duration = std::time::Duration::from_secs(600);
