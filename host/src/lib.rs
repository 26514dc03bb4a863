//! The gateway's parts, one folder a stage of an alert's way.

pub mod domain;
pub mod ledger;
