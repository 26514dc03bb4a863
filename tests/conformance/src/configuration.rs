//! The configuration of a gateway whose only connection is a platform under test.

use crate::platform::Platform;
use anyhow::Context;
use serde_json::Map;
use signalbox_e2e::config::TOKEN;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// What a configuration is made of.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// `[gateway] name`.
    pub gateway: String,
    /// Where the gateway reaches the platform.
    pub address: String,
    /// `[sources.azure]`, below what is always there.
    pub source: String,
    /// What the route makes: `incident`, `alert`, `event`.
    pub work_item: String,
    /// `[[routes]]`, below what is always there.
    pub route: String,
    /// `[mappings.standard.settings]`, beside what the platform needs.
    pub mapping: String,
    /// The platform's own fields that the mapping sets, and their values.
    pub fields: Map<String, serde_json::Value>,
    /// `[connections.desk] pull`; empty for none.
    pub pull: String,
    /// Whatever else, and the plugins that it names.
    pub more: (String, Vec<&'static str>),
}

// === impl Configuration ===

impl Configuration {
    /// The least: everything becomes an incident.
    #[must_use]
    pub fn new(gateway: &str, address: &str) -> Self {
        Self {
            gateway: gateway.to_owned(),
            address: address.to_owned(),
            source: String::new(),
            work_item: "incident".to_owned(),
            route: String::new(),
            mapping: String::new(),
            fields: Map::new(),
            pull: String::new(),
            more: (String::new(), Vec::new()),
        }
    }

    /// Its text.
    ///
    /// # Errors
    /// Where a part of the mapping is no TOML.
    pub fn text(&self, platform: &dyn Platform) -> anyhow::Result<String> {
        let Self { gateway, address, source, work_item, route, more: (more, _), .. } = self;
        let pull = if self.pull.is_empty() { String::new() } else { format!("pull     = {}", self.pull) };
        let (adapter, base, settle) = (platform.adapter(), platform.base_path(), platform.settle());
        let connection = platform.connection().replace("{address}", address);
        let mapping = self.mapping(&platform.mapping())?;
        Ok(format!(
            r#"[gateway]
name = "{gateway}"

[ingest]
listen = "127.0.0.1:0"

[admin]
listen = "127.0.0.1:0"

[ledger]
url = "sqlite:signalbox.db"

[plugins]
folder = "plugins"
cache  = "{cache}"

[sources.azure]
plugin = "azure-webhook"
auth   = {{ bearer = [{{ file = "hook-token" }}] }}
{source}

[connections.desk]
adapter  = "{adapter}"
url      = "{address}{base}"
networks = ["127.0.0.0/8"]
settle   = "{settle}"
limits   = {{ per_second = 500, burst = 500 }}
{pull}
{connection}

[mappings.standard]
transform = "field-map"

{mapping}

[[routes]]
name       = "everything"
connection = "desk"
mapping    = "standard"
work_item  = "{work_item}"
{route}
{more}
"#,
            cache = signalbox_e2e::plugins().join("../test-cache").display(),
        ))
    }

    /// What the platform needs, with what is set here.
    fn mapping(&self, needed: &str) -> anyhow::Result<String> {
        let mut settings: Table = toml::from_str(needed).context("the platform's mapping is no TOML")?;
        settings.extend(toml::from_str::<Table>(&self.mapping).context("the mapping is no TOML")?);
        if !self.fields.is_empty() {
            let fields = settings.entry("fields").or_insert_with(|| Table::new().into());
            if let Some(fields) = fields.as_table_mut() {
                fields.extend(Table::try_from(&self.fields)?);
            }
        }
        let nested = |name: &str, inner: Table| Table::from_iter([(name.to_owned(), Value::from(inner))]);
        Ok(toml::to_string(&nested("mappings", nested("standard", nested("settings", settings))))?)
    }

    /// Writes it to `config.toml` in a folder, and secrets and plugins beside it. A gateway that runs there takes it as an edit.
    ///
    /// # Errors
    /// Where the folder can't be written to, a plugin is not built, or a part of the mapping is no TOML.
    pub fn write(&self, folder: &Path, platform: &dyn Platform) -> anyhow::Result<PathBuf> {
        let plugins = folder.join("plugins");
        std::fs::create_dir_all(&plugins)?;
        for name in ["azure-webhook", "field-map"].iter().chain(&self.more.1) {
            let file = format!("{name}.wasm");
            std::fs::copy(signalbox_e2e::plugins().join(&file), plugins.join(&file))
                .with_context(|| format!("{file} is not built: `cargo xtask build-plugins`"))?;
        }
        let component = platform.component();
        std::fs::copy(&component, plugins.join(format!("{}.wasm", platform.adapter())))
            .with_context(|| format!("the adapter is not built: {}", component.display()))?;
        std::fs::write(folder.join("hook-token"), TOKEN)?;
        for (name, value) in platform.secrets() {
            std::fs::write(folder.join(name), value)?;
        }
        let path = folder.join("config.toml");
        signalbox_e2e::config::replace(&path, &self.text(platform)?)?;
        Ok(path)
    }
}
