//! Provance: a simulated Dataverse organisation with the Case table, and a custom table of change requests.

use crate::platform::{Canned, Did, Human, Lengths, Platform, Refused, Seen};
use async_trait::async_trait;
use serde_json::{Map, Value, json};
use signalbox::{
    domain::{TicketState, WorkItemKind},
    plugin::RecordKind,
};
use signalbox_simulators::provance::{
    Act, CUSTOMER, Fields, Options, Running, SECRET, Simulator, TENANT, application_id,
};
use std::net::SocketAddr;

/// An organisation.
#[derive(Debug)]
pub struct Provance {
    running: Running,
}

// === impl Provance ===

impl Provance {
    /// A fresh organisation.
    ///
    /// # Errors
    /// Where its ports can't be had.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_at(Options::default().listen).await
    }

    /// A fresh organisation that listens here.
    ///
    /// # Errors
    /// Where its ports can't be had.
    pub async fn start_at(listen: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self { running: Simulator::start(Options { listen, ..Options::default() }).await? })
    }

    fn rows(&self, filter: &str) -> Vec<Fields> {
        self.running.organisation.rows("incident", filter)
    }

    fn seen(&self, row: &Fields) -> Seen {
        let text = |name: &str| row.get(name).cloned().unwrap_or_default();
        let id = text("incidentid");
        let resolutions = self.running.organisation.resolutions(&id);
        Seen {
            number: text("ticketnumber"),
            key: text("new_signalboxkey"),
            title: text("title"),
            description: text("description"),
            state: state(&text("statuscode")),
            severity: format!("priority {}", text("prioritycode")),
            resolution: resolutions.last().map(|(_, description)| description.clone()).unwrap_or_default(),
            notes: self.running.organisation.notes(&id),
            ties: vec![text("_masterid_value")],
            id,
        }
    }
}

#[async_trait]
impl Platform for Provance {
    fn adapter(&self) -> &str {
        "provance"
    }

    fn address(&self) -> String {
        self.running.http_url.clone()
    }

    fn connection(&self) -> String {
        format!(
            r#"auth     = {{ oauth2 = {{ grant = "client_credentials", token_url = "/{TENANT}/oauth2/v2.0/token", client_id = "{id}", client_secret = {{ file = "client-secret" }}, scope = "https://acme.crm.dynamics.com/.default" }} }}

[connections.desk.settings]
defaults = {{ customerid_account = "{CUSTOMER}" }}

[connections.desk.settings.change]
logical_name = "acme_change"
entity_set   = "acme_changes"
primary_key  = "acme_changeid"
columns      = {{ title = "acme_name", number = "acme_number", risk = "acme_risk", planned_start = "acme_begins", planned_end = "acme_ends" }}
phases       = {{ 1 = "draft", 100000000 = "approved", 100000001 = "implementing", 2 = "done", 100000002 = "canceled" }}"#,
            id = application_id()
        )
    }

    fn secrets(&self) -> Vec<(&str, String)> {
        vec![("client-secret", SECRET.to_owned())]
    }

    async fn tickets(&self, _kind: WorkItemKind, key: &str) -> anyhow::Result<Vec<Seen>> {
        let rows = self.rows(&format!("new_signalboxkey eq '{}'", key.replace('\'', "''")));
        Ok(rows.iter().map(|row| self.seen(row)).collect())
    }

    async fn ticket(&self, _kind: WorkItemKind, id: &str) -> anyhow::Result<Option<Seen>> {
        let rows = self.rows(&format!("incidentid eq '{}'", id.replace('\'', "''")));
        Ok(rows.first().map(|row| self.seen(row)))
    }

    async fn act(&self, _kind: WorkItemKind, id: &str, act: &Human) -> anyhow::Result<Did> {
        let organisation = &self.running.organisation;
        let act = match act {
            Human::Resolve => Act::Resolve,
            // What is resolved can be reopened for ever: over is what was canceled.
            Human::Close => Act::Cancel,
            Human::Delete => Act::Delete,
            Human::Merge => Act::Merge { into: organisation.create("incident", &titled("title", "The real one"))?.id },
            Human::TakeOutKey => Act::TakeOutKey,
            Human::Retitle(title) => Act::Edit { fields: titled("title", title) },
            Human::Note(text) => Act::Note { text: text.clone() },
        };
        organisation.act(id, &act)?;
        Ok(Did::Done(()))
    }

    async fn write_row(&self, kind: RecordKind, id: Option<&str>, title: &str) -> anyhow::Result<Did<String>> {
        let organisation = &self.running.organisation;
        let (table, column) = match kind {
            RecordKind::Incident => ("incident", "title"),
            RecordKind::Change => ("acme_change", "acme_name"),
        };
        Ok(Did::Done(match id {
            None => organisation.create(table, &titled(column, title))?.id,
            Some(id) => {
                organisation.act(id, &Act::Edit { fields: titled(column, title) })?;
                id.to_owned()
            }
        }))
    }

    fn refused(&self) -> Refused {
        let fields = titled("new_colour", "blue");
        Refused { fields, field: "new_colour".to_owned(), words: "undeclared property".to_owned() }
    }

    fn throttled(&self, seconds: u32) -> Canned {
        let body = json!({ "error": {
            "code": "0x80072321",
            "message": "Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over time window of 300 seconds."
        } });
        Canned {
            status: 429,
            headers: vec![
                ("content-type".to_owned(), "application/json; odata.metadata=minimal".to_owned()),
                ("retry-after".to_owned(), seconds.to_string()),
            ],
            body: body.to_string(),
        }
    }

    async fn expire_tokens(&self) -> anyhow::Result<Did> {
        self.running.apparatus.tokens.expire_access();
        Ok(Did::Done(()))
    }

    fn hints(&self) -> Vec<String> {
        let control = &self.running.control_url;
        let act = r#"{"ticket":"CAS-01001","act":{"kind":"resolve"}}"#;
        vec![format!("play a person: curl {control}/people -d '{act}' -H 'content-type: application/json'")]
    }

    fn lengths(&self) -> Lengths {
        Lengths { title: 200, description: 2_000 }
    }
}

fn titled(column: &str, title: &str) -> Map<String, Value> {
    [(column.to_owned(), Value::from(title))].into_iter().collect()
}

fn state(status: &str) -> TicketState {
    match status {
        "2" | "3" => TicketState::Pending,
        "5" | "1000" => TicketState::Resolved,
        "6" => TicketState::Canceled,
        "2000" => TicketState::Closed,
        _ => TicketState::Open,
    }
}
