//! A simulated Azure for scenes: a workspace whose tables are those of the template that ships with the docs, and a monitor for
//! the alerts of tests.

use crate::{alerts::SUBSCRIPTION, workspace};
use anyhow::Context;
use serde_json::Value;
use signalbox_simulators::{
    azure::{self, APPLICATION, CollectionRule, Options, RULE, Running, SECRET, Simulator, TENANT},
    shared::Ports,
};

/// The stream of incidents and change requests.
pub const WORK_ITEMS: &str = "Custom-ServiceDesk_CL";
/// The stream of what the gateway does with its own tickets.
pub const TICKET_EVENTS: &str = "Custom-SignalboxTicketEvents_CL";

/// The variable that the application's secret is in.
#[must_use]
pub fn secret() -> (&'static str, String) {
    ("ENTRA_SECRET", SECRET.to_owned())
}

/// Starts one.
///
/// # Errors
/// Where it does not listen, or the template declares what can't be.
pub async fn start() -> anyhow::Result<Running> {
    start_at(Ports::default()).await
}

/// Starts one where it is looked for.
///
/// # Errors
/// As [`start`]; where an address is taken.
pub async fn start_at(ports: Ports) -> anyhow::Result<Running> {
    let rule = CollectionRule { immutable_id: RULE.to_owned(), streams: streams()? };
    let subscriptions = vec![subscription().to_owned()];
    Ok(Simulator::start(Options { ports, rules: vec![rule], subscriptions, ..Options::default() }).await?)
}

fn subscription() -> &'static str {
    SUBSCRIPTION.rsplit('/').next().unwrap_or_default()
}

/// `[connections.azure]`, in front of it, which tells and asks about the alerts of tests; `more` stands below what is always
/// there.
#[must_use]
pub fn monitor(cloud: &Running, more: &str) -> String {
    format!(
        r#"
[connections.azure]
monitor = "azure-monitor"
url = "{url}"
networks = ["127.0.0.0/8"]
settings = {{ subscriptions = ["{subscription}"] }}
limits = {{ per_second = 2000, burst = 2000 }}
{more}
[connections.azure.auth.oauth2]
grant = "client_credentials"
token_url = "{url}/{TENANT}/oauth2/v2.0/token"
client_id = "{APPLICATION}"
client_secret = {{ env = "ENTRA_SECRET" }}
scope = "https://management.azure.com/.default"
"#,
        url = cloud.http_url,
        subscription = subscription(),
    )
}

/// `[connections.workspace]`, in front of it.
#[must_use]
pub fn sink(cloud: &Running) -> String {
    format!(
        r#"
[connections.workspace]
sink = "log-analytics"
url = "{url}"
networks = ["127.0.0.0/8"]
settings = {{ dcr = "{RULE}" }}
limits = {{ per_second = 2000, burst = 2000, request_timeout = "1s" }}
[connections.workspace.auth.oauth2]
grant = "client_credentials"
token_url = "{url}/{TENANT}/oauth2/v2.0/token"
client_id = "{APPLICATION}"
client_secret = {{ env = "ENTRA_SECRET" }}
scope = "https://monitor.azure.com/.default"
"#,
        url = cloud.http_url
    )
}

/// What the template declares.
fn streams() -> anyhow::Result<Vec<azure::Stream>> {
    let path = workspace().join("docs/azure/template.json");
    let template: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let resources = template["resources"].as_array().context("the template has no resources")?;
    let declared = resources.iter().find_map(|resource| resource["properties"]["streamDeclarations"].as_object());
    let declared = declared.context("the template declares no streams")?;
    let stream = |(name, stream): (&String, &Value)| {
        Ok(serde_json::from_value(serde_json::json!({ "name": name, "columns": stream["columns"] }))?)
    };
    declared.iter().map(stream).collect()
}
