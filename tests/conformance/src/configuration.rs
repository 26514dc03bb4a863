//! The configuration of a gateway whose only connection is a platform under test.

use crate::platform::Platform;
use signalbox_e2e::config::TOKEN;
use std::path::{Path, PathBuf};

/// What a configuration is made of.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// `[gateway] name`.
    pub gateway: String,
    /// Where the gateway reaches the platform.
    pub address: String,
    /// Where the compiled plugins are.
    pub plugins: PathBuf,
    /// What the route makes: `incident`, `alert`, `event`.
    pub work_item: String,
    /// `[[routes]]`, below what is always there.
    pub route: String,
    /// `[mappings.standard.settings]`, below what the platform needs.
    pub mapping: String,
}

// === impl Configuration ===

impl Configuration {
    /// The least: everything becomes an incident.
    #[must_use]
    pub fn new(gateway: &str, address: &str) -> Self {
        Self {
            gateway: gateway.to_owned(),
            address: address.to_owned(),
            plugins: signalbox_e2e::plugins(),
            work_item: "incident".to_owned(),
            route: String::new(),
            mapping: String::new(),
        }
    }

    /// Its text.
    #[must_use]
    pub fn text(&self, platform: &dyn Platform) -> String {
        let Self { gateway, address, plugins, work_item, route, mapping } = self;
        let (adapter, base, settle) = (platform.adapter(), platform.base_path(), platform.settle());
        let connection = platform.connection().replace("{address}", address);
        let needed = platform.mapping();
        format!(
            r#"[gateway]
name = "{gateway}"

[ingest]
listen = "127.0.0.1:0"

[admin]
listen = "127.0.0.1:0"

[ledger]
url = "sqlite:signalbox.db"

[plugins]
folder = "{plugins}"
cache  = "{cache}"

[sources.azure]
plugin = "azure-webhook"
auth   = {{ bearer = [{{ file = "hook-token" }}] }}

[connections.desk]
adapter  = "{adapter}"
url      = "{address}{base}"
networks = ["127.0.0.0/8"]
settle   = "{settle}"
limits   = {{ per_second = 500, burst = 500 }}
{connection}

[mappings.standard]
transform = "field-map"

[mappings.standard.settings]
{needed}
{mapping}

[[routes]]
name       = "everything"
connection = "desk"
mapping    = "standard"
work_item  = "{work_item}"
{route}
"#,
            plugins = plugins.display(),
            cache = plugins.join("../test-cache").display(),
        )
    }

    /// Writes it to `config.toml` in a folder, and the secrets beside it. A gateway that runs there takes it as an edit.
    ///
    /// # Errors
    /// Where the folder can't be written to.
    pub fn write(&self, folder: &Path, platform: &dyn Platform) -> std::io::Result<PathBuf> {
        std::fs::write(folder.join("hook-token"), TOKEN)?;
        for (name, value) in platform.secrets() {
            std::fs::write(folder.join(name), value)?;
        }
        let path = folder.join("config.toml");
        signalbox_e2e::config::replace(&path, &self.text(platform))?;
        Ok(path)
    }
}
