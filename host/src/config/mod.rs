//! `config.toml`: the operator's words, parsed, checked and complete, or refused with every mistake named.
//!
//! This stage knows the text alone. What only a plugin can say of its settings is checked when a generation is built.

mod auth;
mod connection;
mod document;
mod gateway;
mod inside;
pub mod load;
mod maintenance;
mod mapping;
mod monitor;
mod problem;
mod pull;
mod route;
mod schema;
mod secret;
mod source;
#[cfg(test)]
mod tests;
mod units;
mod written;

pub use connection::{ConnectionLimits, ConnectionSection};
pub use document::{Located, Named, read_files};
pub use gateway::{
    AdminSection, CacheKeyFile, GatewaySection, IngestSection, IngestTls, KeepSection, LedgerSection, PluginLimits,
    PluginsSection, RelatedSection,
};
pub use inside::settings as place_of_setting;
pub use load::{Config, ConnectionConfig, MappingConfig, RouteConfig, SourceConfig, load};
pub use maintenance::{InvalidMaintenance, MaintenanceSection};
pub use mapping::MappingSection;
pub use monitor::{EnrichSection, RecheckSection};
pub use problem::{Place, Problem, Problems, SourceFile};
pub use pull::PullSection;
pub use route::{RouteSection, Split};
pub use schema::schema;
pub use secret::{MissingSecret, SecretRef};
pub use source::{SenderAuth, SourceSection};
pub use units::{ByteSize, InvalidUnit, Span};
pub use written::text as written_text;
