//! A monitor that answers more, less or other than it was asked, on demand: the alert's title says what, or its rule. Tests of the host
//! run it.

use signalbox_sdk::monitor::description::{self, Finding, Manifest};
use signalbox_sdk::monitor::{self, Facts, http};
use signalbox_sdk::types::{Alert, CallError, CallErrorKind, Condition, Fact, Ticket};

/// What the host calls.
pub struct MisbehavingMonitor;

impl description::Guest for MisbehavingMonitor {
    fn describe() -> Manifest {
        Manifest {
            name: "misbehaving-monitor".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "Answers other than it was asked, on demand".to_owned(),
            settings_schema: r#"{"type":"object"}"#.to_owned(),
            grants: vec!["http".to_owned()],
            abilities: ["enrich", "report", "recheck"].map(str::to_owned).to_vec(),
            extra: "{}".to_owned(),
        }
    }

    fn check() -> Vec<Finding> {
        Vec::new()
    }
}

impl monitor::Guest for MisbehavingMonitor {
    fn enrich(alert: Alert, budget_ms: u32) -> Result<Facts, CallError> {
        let fact = |name: &str, value: String| Fact {
            group: String::new(),
            name: name.to_owned(),
            value,
            unit: String::new(),
        };
        match alert.rule.as_str() {
            "loop" => loop {
                std::hint::spin_loop();
            },
            "trap" => std::process::abort(),
            _ => {}
        }
        let facts = match alert.title.as_str() {
            "tell too much" => vec![fact("n", "v".to_owned()); 10_001],
            _ => vec![fact("title", alert.title), fact("budget", budget_ms.to_string())],
        };
        Ok(Facts { facts, missing: vec!["one\nline".to_owned()] })
    }

    fn report(_: Alert, ticket: Ticket) -> Result<(), CallError> {
        let request = http::Request {
            method: "PUT".to_owned(),
            target: format!("/alerts/{}", ticket.number),
            headers: Vec::new(),
            body: Vec::new(),
            safe: false,
        };
        http::send(&request).map(|_| ()).map_err(|_| CallError {
            kind: CallErrorKind::Unavailable,
            code: String::new(),
            message: "as asked".to_owned(),
            field: String::new(),
            retry_after: None,
        })
    }

    fn recheck(alerts: Vec<Alert>) -> Result<Vec<Option<Condition>>, CallError> {
        let answer = |alert: &Alert| (alert.title != "forgotten").then_some(alert.condition);
        let mut answers: Vec<_> = alerts.iter().map(answer).collect();
        if alerts.iter().any(|alert| alert.title == "answer too few") {
            answers.pop();
        }
        Ok(answers)
    }
}

// Only a component has the contract's exports: their names mean nothing to a native linker.
#[cfg(target_family = "wasm")]
signalbox_sdk::monitor::export!(MisbehavingMonitor);
