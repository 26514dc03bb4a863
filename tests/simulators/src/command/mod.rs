//! The arguments of each platform, and how it is started with them.

pub mod cherwell;
pub mod provance;
pub mod scsm;
