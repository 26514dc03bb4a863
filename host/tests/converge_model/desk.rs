//! The model's configuration: one route whose policies can be swapped, one mapping that tells people everything.

use crate::platform::{ModelPlatform, SETTLE};
use async_trait::async_trait;
use serde_json::json;
use signalbox::config::Span;
use signalbox::converge::desk::*;
use signalbox::converge::policies::*;
use signalbox::domain::MappingInput;
use signalbox::domain::*;
use signalbox::ledger::Claimed;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// See the module.
pub struct ModelDesk {
    pub platform: Arc<ModelPlatform>,
    pub policies: Mutex<Policies>,
    pub abilities: Abilities,
    pub settle: Duration,
}

struct Tell;

/// What the configuration is swapped between.
pub fn policies(which: u8) -> Policies {
    let reopen = |resolved, closed| Reopen {
        resolved,
        closed,
        canceled: Return::Renew,
        within: Span(Duration::from_secs(90 * 86_400)),
    };
    let usual = Policies { reopen: reopen(Return::Reopen, Return::Renew), ..Policies::default() };
    match which {
        0 => usual,
        1 => Policies { resolve: Resolve::Never, reopen: reopen(Return::Update, Return::Renew), ..usual },
        2 => Policies { resolve: Resolve::Untouched, resolved_first: ResolvedFirst::Skip, ..usual },
        _ => Policies { reopen: reopen(Return::Renew, Return::Reopen), ..usual },
    }
}

impl ModelDesk {
    pub fn new(platform: Arc<ModelPlatform>, abilities: Abilities, settle: Option<Duration>) -> Self {
        Self { platform, policies: Mutex::new(policies(0)), abilities, settle: settle.unwrap_or(SETTLE) }
    }
}

#[async_trait]
impl Desk for ModelDesk {
    fn connections(&self) -> Vec<(ConnectionName, usize)> {
        vec![("desk".parse().unwrap(), 1)]
    }

    fn generation(&self) -> u64 {
        1
    }

    async fn assign(&self, _: &Claimed) -> Assigned {
        Assigned::To(Box::new(Assignment {
            route: "all".parse().unwrap(),
            mapping: "tell".parse().unwrap(),
            policies: self.policies.lock().unwrap().clone(),
            abilities: self.abilities,
            settle: self.settle,
            deadline: Duration::from_secs(10),
            maintenance: None,
            gateway: "model".into(),
            context: vec![],
            neighbours: Arc::new(()),
            mapper: Arc::new(Tell),
            platform: self.platform.clone(),
        }))
    }

    async fn probe(&self, _: &ConnectionName) -> Result<(), CallFailure> {
        Ok(())
    }
}

#[async_trait]
impl Mapper for Tell {
    async fn apply(&self, input: MappingInput) -> Result<Content, MappingFailure> {
        crate::clock::interruptible().await;
        let Alert { id, severity, condition, .. } = &input.alert;
        Ok(Content {
            title: Some("a problem".to_owned()),
            severity: Some(*severity),
            note: Some(format!("{:?}: {} {}", input.action, id, condition.as_str())),
            fields: [("team".to_owned(), json!(format!("team for {id}")))].into_iter().collect(),
            ..Content::default()
        })
    }
}
