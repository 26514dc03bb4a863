//! Provance: a simulated Dataverse organisation, with tickets in the Case table or in a table of its own.

use crate::platform::{Canned, Did, Human, Lengths, Platform, Refused, Seen};
use async_trait::async_trait;
use serde_json::{Map, Value, json};
use signalbox::domain::{RecordKind, TicketState, WorkItemKind};
use signalbox_simulators::provance::{
    Act, CUSTOMER, Fields, Options, Running, SECRET, Simulator, TENANT, application_id,
};

/// An organisation.
#[derive(Debug)]
pub struct Provance {
    running: Running,
    tickets: Tickets,
}

/// Where tickets stand, and which column means what.
#[derive(Clone, Copy, Debug)]
struct Tickets {
    table: &'static str,
    id: &'static str,
    number: &'static str,
    key: &'static str,
    title: &'static str,
    description: &'static str,
    urgency: &'static str,
    lengths: Lengths,
    settings: &'static str,
}

const CASE: Tickets = Tickets {
    table: "incident",
    id: "incidentid",
    number: "ticketnumber",
    key: "new_signalboxkey",
    title: "title",
    description: "description",
    urgency: "prioritycode",
    lengths: Lengths { title: 200, description: 2_000 },
    settings: "",
};

/// The table of the documentation's example, without an alternate key, with its changes tracked, and written without looking at
/// versions: all that Case is not.
const CUSTOM: Tickets = Tickets {
    table: "acme_ticket",
    id: "acme_ticketid",
    number: "acme_number",
    key: "acme_alertkey",
    title: "acme_name",
    description: "acme_details",
    urgency: "acme_urgency",
    lengths: Lengths { title: 100, description: 4_000 },
    settings: r#"
[connections.desk.settings.incident]
logical_name       = "acme_ticket"
entity_set         = "acme_tickets"
primary_key        = "acme_ticketid"
description_length = 4000
alternate_key      = false
change_tracking    = true
columns            = { key = "acme_alertkey", number = "acme_number", title = "acme_name", description = "acme_details", priority = "acme_urgency", close_code = "acme_resolution" }
resolve            = { text_column = "acme_resolution" }

[connections.desk.settings.incident.severity]
critical      = { acme_urgency = 100000002 }
error         = { acme_urgency = 100000002 }
warning       = { acme_urgency = 100000001 }
informational = { acme_urgency = 100000000 }
verbose       = { acme_urgency = 100000000 }
"#,
};

// === impl Provance ===

impl Provance {
    /// A fresh organisation whose tickets are Cases.
    ///
    /// # Errors
    /// Where its ports can't be had.
    pub async fn start() -> anyhow::Result<Self> {
        let running = Simulator::start(Options::default()).await?;
        Ok(Self { running, tickets: CASE })
    }

    /// A fresh organisation whose tickets stand in a table that it made itself.
    ///
    /// # Errors
    /// Where its ports can't be had.
    pub async fn start_custom() -> anyhow::Result<Self> {
        let tracked = ["acme_ticket", "acme_change"].map(str::to_owned).to_vec();
        let options = Options { alternate_key: false, tracked, ..Options::default() };
        Ok(Self { running: Simulator::start(options).await?, tickets: CUSTOM })
    }

    fn is_case(&self) -> bool {
        self.tickets.table == CASE.table
    }

    fn rows(&self, column: &str, value: &str) -> Vec<Fields> {
        let filter = format!("{column} eq '{}'", value.replace('\'', "''"));
        self.running.instance.rows(self.tickets.table, &filter)
    }

    fn seen(&self, row: &Fields) -> Seen {
        let text = |name: &str| row.get(name).cloned().unwrap_or_default();
        let id = text(self.tickets.id);
        let resolutions = self.running.instance.resolutions(&id);
        let left = resolutions.last().map(|(_, description)| description.clone());
        Seen {
            number: text(self.tickets.number),
            key: text(self.tickets.key),
            title: text(self.tickets.title),
            description: text(self.tickets.description),
            state: state(&text("statecode"), &text("statuscode")),
            severity: format!("{} {}", self.tickets.urgency, text(self.tickets.urgency)),
            resolution: left.unwrap_or_else(|| text("acme_resolution")),
            notes: self.running.instance.notes(&id),
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
        let (id, more) = (application_id(), self.tickets.settings);
        let (plain, tracked) = if self.is_case() {
            (format!(r#"defaults = {{ customerid_account = "{CUSTOMER}" }}"#), "")
        } else {
            (r#"concurrency = "last-wins""#.to_owned(), "change_tracking = true")
        };
        format!(
            r#"auth     = {{ oauth2 = {{ grant = "client_credentials", token_url = "/{TENANT}/oauth2/v2.0/token", client_id = "{id}", client_secret = {{ file = "client-secret" }}, scope = "https://acme.crm.dynamics.com/.default" }} }}

[connections.desk.settings]
{plain}
{more}
[connections.desk.settings.change]
logical_name = "acme_change"
entity_set   = "acme_changes"
primary_key  = "acme_changeid"
columns      = {{ title = "acme_name", number = "acme_number", risk = "acme_risk", planned_start = "acme_begins", planned_end = "acme_ends" }}
phases       = {{ 1 = "draft", 100000000 = "approved", 100000001 = "implementing", 2 = "done", 100000002 = "canceled" }}
{tracked}"#
        )
    }

    fn secrets(&self) -> Vec<(&str, String)> {
        vec![("client-secret", SECRET.to_owned())]
    }

    async fn tickets(&self, _kind: WorkItemKind, key: &str) -> anyhow::Result<Vec<Seen>> {
        Ok(self.rows(self.tickets.key, key).iter().map(|row| self.seen(row)).collect())
    }

    async fn ticket(&self, _kind: WorkItemKind, id: &str) -> anyhow::Result<Option<Seen>> {
        Ok(self.rows(self.tickets.id, id).first().map(|row| self.seen(row)))
    }

    async fn act(&self, _kind: WorkItemKind, id: &str, act: &Human) -> anyhow::Result<Did> {
        let organisation = &self.running.instance;
        let not_offered = |why: &str| Ok(Did::NotOffered(why.to_owned()));
        let act = match act {
            Human::Resolve => Act::Resolve,
            Human::Close if !self.is_case() => return not_offered("the table has two states: active and inactive"),
            // What is resolved can be brought back for ever: a Case that is over was canceled.
            Human::Close => Act::Cancel,
            Human::Delete => Act::Delete,
            Human::Merge if !self.is_case() => return not_offered("only Cases can be merged"),
            Human::Merge => Act::Merge { into: organisation.create("incident", &titled("title", "The real one"))?.id },
            Human::TakeOutKey => Act::TakeOutKey,
            Human::Retitle(title) => Act::Edit { fields: titled(self.tickets.title, title) },
            Human::Note(text) => Act::Note { text: text.clone() },
        };
        organisation.act(id, &act)?;
        Ok(Did::Done(()))
    }

    async fn write_row(&self, kind: RecordKind, id: Option<&str>, title: &str) -> anyhow::Result<Did<String>> {
        let organisation = &self.running.instance;
        let (table, column) = match kind {
            RecordKind::Incident => (self.tickets.table, self.tickets.title),
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
        self.tickets.lengths
    }
}

fn titled(column: &str, title: &str) -> Map<String, Value> {
    [(column.to_owned(), Value::from(title))].into_iter().collect()
}

fn state(state: &str, status: &str) -> TicketState {
    match (state, status) {
        (_, "2000") => TicketState::Closed,
        ("0", "2" | "3") => TicketState::Pending,
        ("1", _) => TicketState::Resolved,
        ("2", _) => TicketState::Canceled,
        _ => TicketState::Open,
    }
}
