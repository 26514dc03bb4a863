//! The least that reads an Azure Monitor body: six fields of its essentials. Benches compare the gateway with it; a source
//! that says what a responder needs is `azure-webhook`.

use serde::Deserialize;
use signalbox_sdk::source::description::{self, Finding, Manifest};
use signalbox_sdk::source::{self, DecodeError, Decoded, Fault, Request};
use signalbox_sdk::types::{Alert, Condition, Resource, Severity};

/// What the host calls.
pub struct LeastSource;

#[derive(Deserialize)]
struct Body {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    essentials: Essentials,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Essentials {
    alert_id: String,
    alert_rule: String,
    severity: String,
    monitor_condition: String,
    fired_date_time: String,
    #[serde(rename = "alertTargetIDs")]
    targets: Vec<String>,
}

impl description::Guest for LeastSource {
    fn describe() -> Manifest {
        Manifest {
            name: "least-source".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "Reads six fields of an Azure Monitor body, for benches".to_owned(),
            settings_schema: r#"{"type":"object","additionalProperties":false}"#.to_owned(),
            grants: Vec::new(),
            abilities: Vec::new(),
            extra: "{}".to_owned(),
        }
    }

    fn check() -> Vec<Finding> {
        Vec::new()
    }
}

impl source::Guest for LeastSource {
    fn decode(request: Request) -> Result<Decoded, DecodeError> {
        let body: Body = serde_json::from_slice(&request.body).map_err(|error| {
            DecodeError::Malformed(Fault {
                at: String::new(),
                message: format!("not the common alert schema: {error}"),
            })
        })?;
        Ok(Decoded { alerts: vec![alert(body.data.essentials)], reply: None })
    }
}

fn alert(essentials: Essentials) -> Alert {
    let resource = |id: String| Resource {
        name: id.rsplit('/').next().unwrap_or_default().to_owned(),
        id,
        kind: String::new(),
        scope: Vec::new(),
        configuration_item: String::new(),
    };
    Alert {
        correlation_key: format!("{}@{}", essentials.alert_rule, essentials.targets.join(",")),
        id: essentials.alert_id,
        condition: if essentials.monitor_condition == "Resolved" { Condition::Resolved } else { Condition::Fired },
        severity: match essentials.severity.as_str() {
            "Sev0" => Severity::Critical,
            "Sev1" => Severity::Error,
            "Sev2" => Severity::Warning,
            "Sev3" => Severity::Informational,
            _ => Severity::Verbose,
        },
        resolves: true,
        signal: String::new(),
        title: essentials.alert_rule.clone(),
        rule: essentials.alert_rule,
        summary: String::new(),
        description: String::new(),
        observed_at: essentials.fired_date_time.clone(),
        fired_at: essentials.fired_date_time,
        resolved_at: None,
        resources: essentials.targets.into_iter().map(resource).collect(),
        facts: Vec::new(),
        links: Vec::new(),
        labels: Vec::new(),
        payload: "{}".to_owned(),
    }
}

// Only a component has the contract's exports: their names mean nothing to a native linker.
#[cfg(target_family = "wasm")]
source::export!(LeastSource);
