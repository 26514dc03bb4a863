//! System Center Service Manager: the simulated portal, with its token.

use crate::platform::{Canned, Did, Human, Lengths, Platform, Refused, Seen};
use anyhow::Context;
use async_trait::async_trait;
use serde_json::{Map, Value, json};
use signalbox::domain::{RecordKind, TicketState, WorkItemKind};
use signalbox_simulators::scsm::{Act, Class, DOMAIN, Fields, Options, PASSWORD, Running, Simulator, USER};

/// A portal.
#[derive(Debug)]
pub struct Scsm {
    portal: Running,
    user: String,
}

// === impl Scsm ===

impl Scsm {
    /// A fresh portal.
    ///
    /// # Errors
    /// Where its ports can't be had.
    pub async fn start() -> anyhow::Result<Self> {
        let portal = Simulator::start(Options { key: "GatewayKey".to_owned(), ..Options::default() }).await?;
        let user = portal.instance.user(USER).context("the portal does not know its user")?;
        Ok(Self { portal, user })
    }

    fn incidents(&self, having: (&str, &str)) -> Vec<Seen> {
        self.portal.instance.rows(Class::Incident, &[having]).iter().map(|row| self.seen(row)).collect()
    }

    fn seen(&self, row: &Fields) -> Seen {
        let text = |name: &str| row.get(name).cloned().unwrap_or_default();
        Seen {
            id: text("BaseId"),
            number: text("Id"),
            key: text("GatewayKey"),
            title: text("Title"),
            description: text("Description"),
            state: match text("Status").as_str() {
                r"Active\Pending" => TicketState::Pending,
                "Resolved" => TicketState::Resolved,
                "Closed" => TicketState::Closed,
                _ => TicketState::Open,
            },
            severity: format!(
                "priority {} of impact {} and urgency {}",
                text("Priority"),
                text("Impact"),
                text("Urgency")
            ),
            resolution: text("ResolutionDescription"),
            notes: self.portal.instance.comments(&text("BaseId")),
            ties: Vec::new(),
        }
    }
}

#[async_trait]
impl Platform for Scsm {
    fn adapter(&self) -> &str {
        "scsm"
    }

    fn address(&self) -> String {
        self.portal.http_url.clone()
    }

    fn connection(&self) -> String {
        let body = format!(r#"{{"UserName":"{DOMAIN}\\{USER}","Password":"${{password}}","LanguageCode":"ENU"}}"#);
        let user = &self.user;
        format!(
            r#"[connections.desk.auth.exchange]
request  = {{ target = "/api/V3/Authorization/GetToken", headers = {{ Content-Type = "application/json" }}, body = '{body}' }}
secrets  = {{ password = {{ file = "password" }} }}
prefix   = "Token "
lifetime = "5m"

[connections.desk.settings]
created_by = "{user}"
key        = {{ property = "GatewayKey", class = "9d41c7b2-6e0f-4a38-85d3-1c2b7f9e6a04" }}
"#
        )
    }

    fn secrets(&self) -> Vec<(&str, String)> {
        vec![("password", PASSWORD.to_owned())]
    }

    async fn tickets(&self, _kind: WorkItemKind, key: &str) -> anyhow::Result<Vec<Seen>> {
        Ok(self.incidents(("GatewayKey", key)))
    }

    async fn ticket(&self, _kind: WorkItemKind, id: &str) -> anyhow::Result<Option<Seen>> {
        Ok(self.incidents(("BaseId", id)).into_iter().next())
    }

    async fn act(&self, _kind: WorkItemKind, id: &str, act: &Human) -> anyhow::Result<Did> {
        let act = match act {
            Human::Resolve => Act::Resolve,
            Human::Close => Act::Close,
            Human::Delete => Act::Delete,
            Human::Merge => return Ok(Did::NotOffered("incidents are not merged".to_owned())),
            Human::TakeOutKey => Act::TakeOutKey,
            Human::Retitle(title) => Act::Edit { properties: titled(title) },
            Human::Note(text) => Act::Note { text: text.clone() },
        };
        self.portal.instance.act(id, &act)?;
        Ok(Did::Done(()))
    }

    async fn write_row(&self, kind: RecordKind, id: Option<&str>, title: &str) -> anyhow::Result<Did<String>> {
        let class = match kind {
            RecordKind::Incident => Class::Incident,
            RecordKind::Change => Class::Change,
        };
        Ok(Did::Done(match id {
            None => self.portal.instance.create(class, &titled(title))?.base_id,
            Some(id) => {
                self.portal.instance.act(id, &Act::Edit { properties: titled(title) })?;
                id.to_owned()
            }
        }))
    }

    fn refused(&self) -> Refused {
        let fields = [("TierQueue".to_owned(), Value::from("No Such Group"))].into_iter().collect();
        Refused { fields, field: "TierQueue".to_owned(), words: "No Such Group".to_owned() }
    }

    /// Something before the portal counts: it has no limit of its own.
    fn throttled(&self, seconds: u32) -> Canned {
        Canned {
            status: 429,
            headers: vec![
                ("content-type".to_owned(), "application/json; charset=utf-8".to_owned()),
                ("retry-after".to_owned(), seconds.to_string()),
            ],
            body: json!({ "Message": "Too many requests." }).to_string(),
        }
    }

    async fn expire_tokens(&self) -> anyhow::Result<Did> {
        self.portal.apparatus.tokens.expire_access();
        Ok(Did::Done(()))
    }

    fn hints(&self) -> Vec<String> {
        let control = &self.portal.control_url;
        let close = r#"{"ticket": "IR1", "act": {"kind": "close"}}"#;
        vec![
            format!("curl {control}/objects/incident        what the platform has"),
            format!("curl {control}/people -H 'content-type: application/json' -d '{close}'"),
        ]
    }

    fn lengths(&self) -> Lengths {
        Lengths { title: 200, description: 4000 }
    }
}

fn titled(title: &str) -> Map<String, Value> {
    [("Title".to_owned(), Value::from(title))].into_iter().collect()
}
