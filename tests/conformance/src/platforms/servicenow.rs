//! ServiceNow: the simulated instance, with OAuth.

use crate::platform::{Canned, Did, Human, Lengths, Platform, Refused, Seen};
use async_trait::async_trait;
use serde_json::{Map, Value, json};
use signalbox::domain::{RecordKind, TicketState, WorkItemKind};
use signalbox_simulators::{
    servicenow::{Act, CLIENT, Fields, Options, PASSWORD, Running, SECRET, Simulator, USER},
    shared::Ports,
};

/// An instance.
#[derive(Debug)]
pub struct ServiceNow {
    /// The simulator, to be turned.
    pub instance: Running,
}

// === impl ServiceNow ===

impl ServiceNow {
    /// A fresh instance.
    ///
    /// # Errors
    /// Where its ports can't be had.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_at(Ports::default()).await
    }

    /// A fresh instance that listens there.
    ///
    /// # Errors
    /// Where its ports can't be had.
    pub async fn start_at(ports: Ports) -> anyhow::Result<Self> {
        let (close_code_checked, short_description_mandatory) = (true, true);
        let strict = Options { ports, close_code_checked, short_description_mandatory, ..Options::default() };
        Ok(Self { instance: Simulator::start(strict).await? })
    }

    fn rows(&self, kind: WorkItemKind, query: &str) -> Vec<Fields> {
        self.instance.instance.rows(table(kind), query)
    }

    fn seen(&self, kind: WorkItemKind, row: &Fields) -> Seen {
        let text = |name: &str| row.get(name).cloned().unwrap_or_default();
        let notes = self.instance.instance.journal(&text("sys_id"), "work_notes");
        let titled = if kind == WorkItemKind::Incident { "short_description" } else { "description" };
        let severity = match kind {
            WorkItemKind::Incident => {
                format!("priority {} of impact {} and urgency {}", text("priority"), text("impact"), text("urgency"))
            }
            WorkItemKind::Alert | WorkItemKind::Event => text("severity"),
        };
        Seen {
            id: text("sys_id"),
            number: text("number"),
            key: text(key_field(kind)),
            title: text(titled),
            description: text("description"),
            state: state(kind, &text("state")),
            severity,
            resolution: text("close_notes"),
            notes,
            ties: vec![text("parent_incident")],
        }
    }
}

#[async_trait]
impl Platform for ServiceNow {
    fn adapter(&self) -> &str {
        "servicenow"
    }

    fn address(&self) -> String {
        self.instance.http_url.clone()
    }

    fn connection(&self) -> String {
        format!(
            r#"auth     = {{ oauth2 = {{ grant = "password", token_url = "/oauth_token.do", client_id = "{CLIENT}", client_secret = {{ file = "client-secret" }}, username = "{USER}", password = {{ file = "password" }} }} }}"#
        )
    }

    fn secrets(&self) -> Vec<(&str, String)> {
        vec![("client-secret", SECRET.to_owned()), ("password", PASSWORD.to_owned())]
    }

    async fn tickets(&self, kind: WorkItemKind, key: &str) -> anyhow::Result<Vec<Seen>> {
        // Events are kept by their problem; what people see is the alert that they became.
        let (kind, key) = match (kind, key.split_once('-')) {
            (WorkItemKind::Event, Some((problem, _))) => (WorkItemKind::Alert, problem),
            _ => (kind, key),
        };
        let mut rows = self.rows(kind, &format!("{}={key}", key_field(kind)));
        rows.sort_by_key(|row| row.get("number").cloned());
        Ok(rows.iter().map(|row| self.seen(kind, row)).collect())
    }

    async fn ticket(&self, kind: WorkItemKind, id: &str) -> anyhow::Result<Option<Seen>> {
        Ok(self.rows(kind, &format!("sys_id={id}")).first().map(|row| self.seen(kind, row)))
    }

    async fn act(&self, _kind: WorkItemKind, id: &str, act: &Human) -> anyhow::Result<Did> {
        let instance = &self.instance.instance;
        let act = match act {
            Human::Resolve => Act::Resolve,
            Human::Close => Act::Close,
            Human::Delete => Act::Delete,
            Human::Merge => Act::Merge { into: instance.create("incident", &titled("The real one"))?.number },
            Human::TakeOutKey => Act::TakeOutKey,
            Human::Retitle(title) => Act::Edit { fields: titled(title) },
            Human::Note(text) => Act::Note { text: text.clone() },
        };
        instance.act(id, &act)?;
        Ok(Did::Done(()))
    }

    async fn write_row(&self, kind: RecordKind, id: Option<&str>, title: &str) -> anyhow::Result<Did<String>> {
        let instance = &self.instance.instance;
        let table = match kind {
            RecordKind::Incident => "incident",
            RecordKind::Change => "change_request",
        };
        Ok(Did::Done(match id {
            None => instance.create(table, &titled(title))?.sys_id,
            Some(id) => {
                instance.act(id, &Act::Edit { fields: titled(title) })?;
                id.to_owned()
            }
        }))
    }

    fn refused(&self) -> Refused {
        let fields = [("assignment_group".to_owned(), Value::from("No Such Group"))].into_iter().collect();
        Refused { fields, field: "assignment_group".to_owned(), words: "No Such Group".to_owned() }
    }

    fn throttled(&self, seconds: u32) -> Canned {
        let body = json!({ "error": {
            "message": "Rate limit exceeded",
            "detail": "Request rejected because the limit of requests per hour has been exceeded"
        }, "status": "failure" });
        Canned {
            status: 429,
            headers: vec![
                ("content-type".to_owned(), "application/json;charset=UTF-8".to_owned()),
                ("retry-after".to_owned(), seconds.to_string()),
            ],
            body: body.to_string(),
        }
    }

    async fn expire_tokens(&self) -> anyhow::Result<Did> {
        self.instance.apparatus.tokens.expire_access();
        Ok(Did::Done(()))
    }

    fn hints(&self) -> Vec<String> {
        let control = &self.instance.control_url;
        let act = r#"{"ticket":"INC0010001","act":{"kind":"close"}}"#;
        vec![format!("play a person: curl {control}/people -d '{act}' -H 'content-type: application/json'")]
    }

    fn lengths(&self) -> Lengths {
        Lengths { title: 160, description: 4000 }
    }
}

fn titled(title: &str) -> Map<String, Value> {
    [("short_description".to_owned(), Value::from(title))].into_iter().collect()
}

fn table(kind: WorkItemKind) -> &'static str {
    match kind {
        WorkItemKind::Incident => "incident",
        WorkItemKind::Alert => "em_alert",
        WorkItemKind::Event => "em_event",
    }
}

fn key_field(kind: WorkItemKind) -> &'static str {
    if kind == WorkItemKind::Incident { "correlation_id" } else { "message_key" }
}

fn state(kind: WorkItemKind, value: &str) -> TicketState {
    match (kind, value) {
        (WorkItemKind::Incident, "3") => TicketState::Pending,
        (WorkItemKind::Incident, "6") => TicketState::Resolved,
        (WorkItemKind::Incident, "7") | (WorkItemKind::Alert, "Closed") => TicketState::Closed,
        (WorkItemKind::Incident, "8") => TicketState::Canceled,
        _ => TicketState::Open,
    }
}
