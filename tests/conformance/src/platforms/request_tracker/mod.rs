//! Request Tracker: a real server from Debian's packages, asked with an authentication token.

mod person;
pub mod server;

use crate::platform::{Did, Human, Lengths, Platform, Refused, Seen};
use anyhow::{Context, bail};
use async_trait::async_trait;
use person::Person;
use serde_json::{Value, json};
use server::{PASSWORD, QUEUES, Server, Tokens};
use signalbox::domain::{RecordKind, TicketState, WorkItemKind};
use std::sync::Arc;

/// The custom field that holds the gateway's key.
const KEY_FIELD: &str = "Signalbox Key";

/// A server, an account of the gateway's, and a person who works with it.
#[derive(Debug)]
pub struct RequestTracker {
    /// The server itself.
    pub server: Arc<Server>,
    token: String,
    person: Person,
}

// === impl RequestTracker ===

impl RequestTracker {
    /// With the gateway's account; none where no server is installed and need not be.
    ///
    /// # Errors
    /// Where the server does not start, or is not installed where `CI` is set.
    pub async fn start() -> anyhow::Result<Option<Self>> {
        let Some(server) = Server::shared().await? else { return Ok(None) };
        let person = Person::new(&server.url, &server.tokens.person)?;
        let token = server.tokens.gateway.clone();
        Ok(Some(Self { server, token, person }))
    }

    /// The same with another account for the gateway.
    #[must_use]
    pub fn with_account(self, token: impl FnOnce(&Tokens) -> &str) -> Self {
        let token = token(&self.server.tokens).to_owned();
        Self { token, ..self }
    }

    /// A ticket as people see it.
    async fn seen(&self, ticket: &Value) -> anyhow::Result<Seen> {
        let id = number(ticket).context("a ticket has no id")?;
        let told = self.person.told(&id).await?;
        let text = |name: &str| ticket[name].as_str().unwrap_or_default().to_owned();
        Ok(Seen {
            number: format!("#{id}"),
            key: person::custom_field(ticket, KEY_FIELD),
            title: text("Subject"),
            description: told.description,
            state: state(&text("Status"))?,
            severity: text("Priority"),
            resolution: String::new(),
            notes: told.comments,
            ties: person::ties(ticket),
            id,
        })
    }
}

#[async_trait]
impl Platform for RequestTracker {
    fn adapter(&self) -> &str {
        "request-tracker"
    }

    fn address(&self) -> String {
        self.server.url.clone()
    }

    fn connection(&self) -> String {
        let [incidents, network, changes] = QUEUES;
        format!(
            r#"auth = {{ api_key = {{ header = "Authorization", prefix = "token ", value = {{ file = "token" }} }} }}

[connections.desk.settings]
queue         = "{incidents}"
custom_fields = {{ configuration_item = "Affected System", service = "Service" }}
list          = {{ incident = ["{incidents}", "{network}"], change = ["{changes}"] }}
"#
        )
    }

    fn secrets(&self) -> Vec<(&str, String)> {
        vec![("token", self.token.clone())]
    }

    async fn tickets(&self, _kind: WorkItemKind, key: &str) -> anyhow::Result<Vec<Seen>> {
        let mut tickets = Vec::new();
        for id in self.person.search(&format!("'CF.{{{KEY_FIELD}}}' = '{key}'")).await? {
            tickets.push(self.seen(&self.person.ticket(&id).await?).await?);
        }
        Ok(tickets)
    }

    async fn ticket(&self, _kind: WorkItemKind, id: &str) -> anyhow::Result<Option<Seen>> {
        let ticket = self.person.ticket(id).await?;
        // A merged ticket is answered as the other one, and a deleted one as it was.
        if number(&ticket).as_deref() != Some(id) || ticket["Status"] == json!("deleted") {
            return Ok(None);
        }
        self.seen(&ticket).await.map(Some)
    }

    async fn act(&self, _kind: WorkItemKind, id: &str, act: &Human) -> anyhow::Result<Did> {
        let person = &self.person;
        match act {
            Human::Resolve => person.change(id, &json!({"Status": "resolved"})).await?,
            Human::Close => person.change(id, &json!({"Status": "rejected"})).await?,
            Human::Delete => person.change(id, &json!({"Status": "deleted"})).await?,
            Human::Merge => {
                let into = person.create(&json!({"Queue": "Incidents", "Subject": "The real one"})).await?;
                person.change(id, &json!({"MergeInto": into})).await?;
            }
            Human::TakeOutKey => person.change(id, &json!({"CustomFields": {KEY_FIELD: ""}})).await?,
            Human::Retitle(title) => person.change(id, &json!({"Subject": title})).await?,
            Human::Note(text) => person.comment(id, text).await?,
        }
        Ok(Did::Done(()))
    }

    async fn write_row(&self, kind: RecordKind, id: Option<&str>, title: &str) -> anyhow::Result<Did<String>> {
        let [incidents, _, changes] = QUEUES;
        let queue = if kind == RecordKind::Incident { incidents } else { changes };
        Ok(Did::Done(match id {
            None => self.person.create(&json!({"Queue": queue, "Subject": title})).await?,
            Some(id) => {
                self.person.change(id, &json!({"Subject": title})).await?;
                id.to_owned()
            }
        }))
    }

    fn refused(&self) -> Refused {
        let fields = [("Queue".to_owned(), Value::from("No Such Queue"))].into_iter().collect();
        Refused { fields, field: "Queue".to_owned(), words: "No Such Queue".to_owned() }
    }

    fn hints(&self) -> Vec<String> {
        let (url, token) = (&self.server.url, &self.server.tokens.person);
        let reject = r#"-X PUT -d '{"Status":"rejected"}' -H 'content-type: application/json'"#;
        vec![
            format!("look: {url}/ as robin, password \"{PASSWORD}\""),
            format!("play a person: curl {url}/REST/2.0/ticket/1 {reject} -H 'authorization: token {token}'"),
        ]
    }

    fn lengths(&self) -> Lengths {
        // The default of $MaxAttachmentSize, in bytes; each character has four at most.
        Lengths { title: 200, description: 2_500_000 }
    }
}

fn number(ticket: &Value) -> Option<String> {
    ticket["id"].as_u64().map(|id| id.to_string())
}

fn state(status: &str) -> anyhow::Result<TicketState> {
    Ok(match status {
        "new" | "open" => TicketState::Open,
        "stalled" => TicketState::Pending,
        "resolved" => TicketState::Resolved,
        "rejected" => TicketState::Canceled,
        other => bail!("a ticket has the status {other:?}"),
    })
}
