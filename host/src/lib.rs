//! The gateway's parts, one folder a stage of an alert's way.

pub mod admin;
pub mod cli;
pub mod config;
pub mod converge;
pub mod domain;
pub mod gateway;
pub mod generation;
pub mod ingest;
pub mod ledger;
pub mod maintenance;
pub mod outbound;
pub mod plugin;
pub mod report;
pub mod route;
pub mod sync;
