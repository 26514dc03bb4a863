//! A source for the monitor Pulse, which posts one check at a time.

use serde::Deserialize;
use signalbox_sdk::source::description::{self, Finding, Manifest};
use signalbox_sdk::source::{self, DecodeError, Decoded, Fault, Request};
use signalbox_sdk::types::{Alert, Condition, Fact, Resource, Severity};

struct Pulse;

/// What Pulse posts.
#[derive(Deserialize)]
struct Check {
    check: String,
    host: String,
    up: bool,
    /// When it went down; the same in every post until it is up again, and in the one that says so.
    down_since: String,
    checked_at: String,
    message: String,
}

impl description::Guest for Pulse {
    fn describe() -> Manifest {
        Manifest {
            name: "pulse".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            summary: "Takes the checks that Pulse posts".into(),
            settings_schema: r#"{"type": "object", "additionalProperties": false}"#.into(),
            grants: vec![],
            abilities: vec![],
            extra: "{}".into(),
        }
    }

    fn check() -> Vec<Finding> {
        vec![]
    }
}

impl source::Guest for Pulse {
    fn decode(request: Request) -> Result<Decoded, DecodeError> {
        decode(&request.body).map(|alert| Decoded { alerts: vec![alert], reply: None })
    }
}

fn decode(body: &[u8]) -> Result<Alert, DecodeError> {
    let check: Check = serde_json::from_slice(body).map_err(|error| {
        DecodeError::Malformed(Fault { at: String::new(), message: format!("not a check of Pulse: {error}") })
    })?;
    let problem = format!("{}@{}", check.check, check.host);
    Ok(Alert {
        id: format!("{problem}@{}", check.down_since),
        correlation_key: format!("pulse:{problem}"),
        condition: if check.up { Condition::Resolved } else { Condition::Fired },
        severity: Severity::Error,
        resolves: true,
        signal: "availability".into(),
        title: format!("{} is {} on {}", check.check, if check.up { "up" } else { "down" }, check.host),
        rule: check.check,
        summary: check.message.clone(),
        description: String::new(),
        resolved_at: check.up.then(|| check.checked_at.clone()),
        observed_at: check.checked_at,
        fired_at: check.down_since,
        resources: vec![Resource {
            id: check.host.clone(),
            configuration_item: check.host.clone(),
            name: check.host,
            kind: "host".into(),
            scope: vec![],
        }],
        facts: vec![Fact {
            group: "condition".into(),
            name: "Answer".into(),
            value: check.message,
            unit: String::new(),
        }],
        links: vec![],
        labels: vec![],
        payload: String::from_utf8_lossy(body).into_owned(),
    })
}

#[cfg(target_family = "wasm")]
source::export!(Pulse);

#[cfg(test)]
mod tests {
    use super::*;

    fn body(up: bool, checked_at: &str) -> String {
        format!(
            r#"{{"check": "pay", "host": "web-03", "up": {up}, "down_since": "2026-11-22T13:06:00Z",
                "checked_at": "{checked_at}", "message": "answered 503"}}"#
        )
    }

    #[test]
    fn down_and_up_again_are_one_episode_of_one_problem() {
        let down = decode(body(false, "2026-11-22T13:07:30Z").as_bytes()).unwrap();
        let up = decode(body(true, "2026-11-22T13:20:00Z").as_bytes()).unwrap();
        assert_eq!((&down.id, &down.correlation_key), (&up.id, &up.correlation_key));
        assert_eq!((down.condition, up.condition), (Condition::Fired, Condition::Resolved));
    }

    #[test]
    fn another_body_is_refused() {
        assert!(matches!(decode(b"{}"), Err(DecodeError::Malformed(_))));
    }
}
