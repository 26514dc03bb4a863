//! Reports over a year that was made so that every answer is known before it is asked for.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test says what it found by panicking"
)]

mod after_changes;
mod alerts;
mod ask;
mod book;
mod incidents;
mod time_to_resolve;
