//! Cherwell Service Management: the simulated system, with a token that is refreshed.

use crate::platform::{Did, Human, Lengths, Platform, Refused, Seen};
use anyhow::Context;
use async_trait::async_trait;
use serde_json::Value;
use signalbox::domain::{RecordKind, TicketState, WorkItemKind};
use signalbox_simulators::cherwell::{
    Act, CLIENT, Culture, Fields, KEY_FIELD, Options, PASSWORD, PERSON, Running, Simulator, USER,
};

/// A system.
#[derive(Debug)]
pub struct Cherwell {
    system: Running,
    dates: &'static str,
}

/// What the documentation has for a system in Munich, by whose clock the simulated one goes in winter.
const ABROAD: &str = r#"locale   = "de-DE"
dates    = { format = "%d.%m.%Y %H:%M", time_zone = "+01:00" }
"#;

// === impl Cherwell ===

impl Cherwell {
    /// A fresh system.
    ///
    /// # Errors
    /// Where its ports can't be had.
    pub async fn start() -> anyhow::Result<Self> {
        Ok(Self { system: Simulator::start(Options::default()).await?, dates: "" })
    }

    /// A fresh system that writes dates in another way, and by another clock.
    ///
    /// # Errors
    /// Where its ports can't be had.
    pub async fn start_abroad() -> anyhow::Result<Self> {
        let options = Options { culture: Culture::DeDe, minutes_ahead: 60, ..Options::default() };
        Ok(Self { system: Simulator::start(options).await?, dates: ABROAD })
    }

    /// How many sessions take a licence.
    #[must_use]
    pub fn licences(&self) -> usize {
        self.system.instance.licences()
    }

    /// How many logins by password there were.
    #[must_use]
    pub fn logins(&self) -> usize {
        self.system.instance.logins()
    }

    fn seen(&self, record: &Fields) -> Seen {
        let text = |name: &str| record.get(name).cloned().unwrap_or_default();
        Seen {
            id: text("RecID"),
            number: text("IncidentID"),
            key: text(KEY_FIELD),
            title: text("ShortDescription"),
            description: text("Description"),
            state: state(&text("Status")),
            severity: text("Priority"),
            resolution: text("CloseDescription"),
            notes: self.system.instance.notes(&text("RecID")),
            ties: Vec::new(),
        }
    }

    /// A record that people make must have what one of the gateway's must have.
    fn fresh(&self, kind: RecordKind, title: &str) -> anyhow::Result<Fields> {
        if kind == RecordKind::Change {
            return Ok(titled(kind, title));
        }
        let people = self.system.instance.records("CustomerInternal", &[("FullName", PERSON)]);
        let customer = people.first().and_then(|person| person.get("RecID")).context("there is no such customer")?;
        let needed = [
            ("Description", "Told by telephone."),
            ("Priority", "3"),
            ("Service", "Workplace"),
            ("Category", "Printing"),
            ("Subcategory", "Submit Incident"),
            ("CustomerRecID", customer.as_str()),
        ];
        let needed = needed.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(titled(kind, title).into_iter().chain(needed).collect())
    }
}

#[async_trait]
impl Platform for Cherwell {
    fn adapter(&self) -> &str {
        "cherwell"
    }

    fn address(&self) -> String {
        self.system.http_url.trim_end_matches(self.base_path()).to_owned()
    }

    fn base_path(&self) -> &str {
        "/CherwellAPI"
    }

    fn connection(&self) -> String {
        let dates = self.dates;
        format!(
            r#"auth     = {{ oauth2 = {{ grant = "password", token_url = "/CherwellAPI/token?auth_mode=Internal", client_id = "{CLIENT}", username = "{USER}", password = {{ file = "password" }}, logout = {{ method = "DELETE", target = "/CherwellAPI/api/V1/logout" }} }} }}

[connections.desk.settings]
{dates}caller   = "Signalbox"
service  = "Infrastructure"
category = "Monitoring"
opening  = {{ IncidentType = "Incident", Source = "Event", Subcategory = "Alert" }}"#
        )
    }

    fn secrets(&self) -> Vec<(&str, String)> {
        // The key stands in every login, the password only in the first.
        vec![("password", PASSWORD.to_owned()), ("client-key", CLIENT.to_owned())]
    }

    async fn tickets(&self, _kind: WorkItemKind, key: &str) -> anyhow::Result<Vec<Seen>> {
        let records = self.system.instance.records("Incident", &[(KEY_FIELD, key)]);
        Ok(records.iter().map(|record| self.seen(record)).collect())
    }

    async fn ticket(&self, _kind: WorkItemKind, id: &str) -> anyhow::Result<Option<Seen>> {
        Ok(self.system.instance.records("Incident", &[("RecID", id)]).first().map(|record| self.seen(record)))
    }

    async fn act(&self, _kind: WorkItemKind, id: &str, act: &Human) -> anyhow::Result<Did> {
        let act = match act {
            Human::Resolve => Act::Resolve,
            Human::Close => Act::Close,
            Human::Delete => Act::Delete,
            Human::Merge => return Ok(Did::NotOffered("incidents are linked, and not merged".to_owned())),
            Human::TakeOutKey => Act::TakeOutKey,
            Human::Retitle(title) => Act::Edit { fields: titled(RecordKind::Incident, title) },
            Human::Note(text) => Act::Note { text: text.clone() },
        };
        self.system.instance.act(id, &act)?;
        Ok(Did::Done(()))
    }

    async fn write_row(&self, kind: RecordKind, id: Option<&str>, title: &str) -> anyhow::Result<Did<String>> {
        let server = &self.system.instance;
        let object = match kind {
            RecordKind::Incident => "Incident",
            RecordKind::Change => "ChangeRequest",
        };
        Ok(Did::Done(match id {
            None => server.create(object, &self.fresh(kind, title)?)?.rec_id,
            Some(id) => {
                server.act(id, &Act::Edit { fields: titled(kind, title) })?;
                id.to_owned()
            }
        }))
    }

    fn refused(&self) -> Refused {
        let fields = [("OwnedByTeam".to_owned(), Value::from("No Such Team"))].into_iter().collect();
        Refused { fields, field: "OwnedByTeam".to_owned(), words: "No Such Team is not a valid value".to_owned() }
    }

    async fn expire_tokens(&self) -> anyhow::Result<Did> {
        self.system.apparatus.tokens.expire_access();
        Ok(Did::Done(()))
    }

    fn hints(&self) -> Vec<String> {
        let control = &self.system.control_url;
        let act = r#"{"ticket":"10001","act":{"kind":"close"}}"#;
        vec![format!("play a person: curl {control}/people -d '{act}' -H 'content-type: application/json'")]
    }

    fn lengths(&self) -> Lengths {
        Lengths { title: 100, description: 1_000_000 }
    }
}

fn titled(kind: RecordKind, title: &str) -> Fields {
    let field = if kind == RecordKind::Change { "Title" } else { "ShortDescription" };
    Fields::from([(field.to_owned(), title.to_owned())])
}

fn state(status: &str) -> TicketState {
    match status {
        "Pending" => TicketState::Pending,
        "Resolved" => TicketState::Resolved,
        "Closed" => TicketState::Closed,
        _ => TicketState::Open,
    }
}
