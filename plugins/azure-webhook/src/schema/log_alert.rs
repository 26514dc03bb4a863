//! Classic log alerts of before the common schema: of Log Analytics flat and without `schemaId`, of Application Insights under
//! `data`. There is neither an id nor a state: each body is a firing.

use serde_json::Value;
use signalbox_sdk::source::DecodeError;
use signalbox_sdk::types::Condition;

use crate::body::malformed;
use crate::envelope::{Details, Envelope};
use crate::kind::Kind;
use crate::value::Lenient as _;

/// Members that tell such a body from JSON of the operator's own.
const SIGNS: &[&str] = &["SearchQuery", "SearchIntervalStartTimeUtc", "LinkToSearchResults"];

/// Whether a body without `schemaId` is of this schema.
pub fn is_flat(body: &Value) -> bool {
    body.text("AlertRuleName").is_some() && body.any_field(SIGNS).is_some()
}

/// # Errors
/// `malformed` where the rule's name is missing.
pub fn read(data: &Value, at: &str) -> Result<(Envelope, Details), DecodeError> {
    let Some(rule) = data.text("AlertRuleName") else {
        return Err(malformed(format!("{at}/AlertRuleName"), "expected the name of the rule, found nothing"));
    };
    let mut envelope = envelope(rule, data);
    envelope.service = Some(if at.is_empty() { "Log Analytics" } else { "Application Insights" }.to_owned());
    let details = Kind::LogClassic.read(data, &envelope);
    Ok((envelope, details))
}

/// The envelope of a firing without one.
pub fn envelope(rule: String, data: &Value) -> Envelope {
    let mut envelope = Envelope::new(Condition::Fired);
    envelope.rule_name = Some(rule);
    envelope.severity = data.text("Severity");
    envelope.signal_type = Some("Log".to_owned());
    envelope.description = data.text("Description");
    envelope.subscription = data.text("SubscriptionId");
    envelope.targets = data.text("ResourceId").map_or_else(|| data_sources(data), |id| vec![id]);
    envelope
}

/// The workspaces or applications that were queried; they stand with the results, where those are there.
fn data_sources(data: &Value) -> Vec<String> {
    let results = data.any_field(&["SearchResult", "SearchResults"]);
    let sources = results.map(|results| results.list("dataSources")).unwrap_or_default();
    sources.into_iter().filter_map(|source| source.text("resourceId")).collect()
}
