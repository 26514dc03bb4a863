//! Brings each ticket to what its alerts say.
//!
//! The core is pure: [`plan::plan`] says the next step from what is known, `learn` says what an answer teaches, `difference`
//! and `item` say what a write carries. The shell around it claims tickets, puts each attempt down before it is made, calls
//! plugins through the traits of [`desk`], and gives tickets back. Nothing is lost with a worker: what it knew stands in the
//! ledger as the ticket's [`life::Life`].

pub mod backoff;
mod calls;
pub mod clock;
pub mod crew;
pub mod desk;
pub mod difference;
mod facts;
pub mod health;
pub mod input;
pub mod item;
pub mod learn;
pub mod life;
pub mod plan;
pub mod policies;
pub mod related;
#[cfg(test)]
pub(crate) mod testing;
mod turn;
pub mod verdict;
pub mod worker;
