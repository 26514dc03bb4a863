//! Configurations for tests: one source, one connection to a simulator, one route; and what a test adds.

use crate::plugins;
use std::path::{Path, PathBuf};

/// The bearer token that the test's source takes.
pub const TOKEN: &str = "hook-token-of-a-test";
/// The bearer token of whatever second source a test adds.
pub const OTHER_TOKEN: &str = "other-token-of-a-test";

/// The variables that the configurations' secrets are in.
#[must_use]
pub fn secrets() -> Vec<(&'static str, String)> {
    vec![
        ("HOOK_TOKEN", TOKEN.to_owned()),
        ("OTHER_TOKEN", OTHER_TOKEN.to_owned()),
        ("DESK_PASSWORD", signalbox_simulators::servicenow::PASSWORD.to_owned()),
        crate::cloud::secret(),
    ]
}

/// A configuration that is made of parts.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[gateway]`, below its `name`.
    pub gateway: String,
    /// `[ingest]`, below its `listen`.
    pub ingest: String,
    /// `[plugins]`, below its folder and cache.
    pub plugins: String,
    /// The ledger's file.
    pub ledger: PathBuf,
    /// `[ledger]`, below its address.
    pub retention: String,
    /// `[sources.azure]`, below what is always there.
    pub source: String,
    /// Where the plugins are.
    pub plugin_folder: PathBuf,
    /// Where the compile cache is: shared, so that plugins are compiled once.
    pub cache: PathBuf,
    /// The platform's address.
    pub platform: String,
    /// `[connections.desk]`, below what is always there.
    pub connection: String,
    /// `[mappings.standard.settings]`.
    pub mapping: String,
    /// What the route makes: `incident`, `alert`, `event`.
    pub work_item: String,
    /// `[[routes]]`, below what is always there.
    pub route: String,
    /// Whatever else.
    pub more: String,
}

// === impl Config ===

impl Config {
    /// The least: everything from the source `azure` becomes an incident of the platform.
    #[must_use]
    pub fn new(folder: &Path, platform: &str) -> Self {
        Self {
            gateway: String::new(),
            ingest: String::new(),
            plugins: String::new(),
            source: String::new(),
            ledger: folder.join("signalbox.db"),
            retention: String::new(),
            plugin_folder: plugins(),
            cache: plugins().join("../test-cache"),
            platform: platform.to_owned(),
            connection: "settle = \"1s\"\nlimits = { per_second = 2000, burst = 2000 }".to_owned(),
            mapping: String::new(),
            work_item: "incident".to_owned(),
            route: String::new(),
            more: String::new(),
        }
    }

    /// The text of its file.
    #[must_use]
    pub fn text(&self) -> String {
        let Self {
            gateway,
            ingest,
            plugins: more_plugins,
            source,
            ledger,
            retention,
            plugin_folder,
            cache,
            platform,
            connection,
            mapping,
            work_item,
            route,
            more,
        } = self;
        format!(
            r#"
[gateway]
name = "test"
{gateway}
[ingest]
listen = "127.0.0.1:0"
{ingest}
[admin]
listen = "127.0.0.1:0"
[ledger]
url = "sqlite:{}"
{retention}
[plugins]
folder = "{}"
cache = "{}"
{more_plugins}
[sources.azure]
plugin = "azure-webhook"
auth = {{ bearer = [{{ env = "HOOK_TOKEN" }}] }}
{source}
[connections.desk]
adapter = "servicenow"
url = "{platform}"
networks = ["127.0.0.0/8"]
auth = {{ basic = {{ username = "{}", password = {{ env = "DESK_PASSWORD" }} }} }}
{connection}
[mappings.standard]
transform = "field-map"
[mappings.standard.settings]
{mapping}
[[routes]]
name = "all"
connection = "desk"
mapping = "standard"
work_item = "{work_item}"
{route}
{more}
"#,
            ledger.display(),
            plugin_folder.display(),
            cache.display(),
            signalbox_simulators::servicenow::USER,
        )
    }

    /// Writes it, in one step: a gateway may be watching.
    ///
    /// # Errors
    /// Where the folder can't be written to.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        replace(path, &self.text())
    }
}

/// Replaces a file in one step.
///
/// # Errors
/// Where its folder can't be written to.
pub fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, text)?;
    std::fs::rename(fresh, path)
}
