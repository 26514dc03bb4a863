//! One call of the Web API: which segment it names, and who serves it.

use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

use super::{
    accounts::Caller,
    address::{self, Key, Segment},
    metadata,
    organisation::{Memory, Organisation},
    query,
    refusal::{JSON, Refusal},
    render::{self, Appearance, Preferences},
    schema::Table,
    store::Row,
    write,
};
use crate::shared::{Answer, Call};

/// What serves a call.
#[derive(Debug)]
pub struct Service<'a> {
    /// Whose it is.
    pub organisation: &'a Organisation,
    /// Its rows.
    pub memory: &'a mut Memory,
    /// Who calls.
    pub caller: &'a Caller,
    /// `https://127.0.0.1:4711/api/data/v9.2`.
    pub api: String,
    /// What earlier parts of the same change set made, by their `Content-ID`.
    pub made: Vec<(String, String)>,
}

impl Service<'_> {
    /// Serves one call that is no batch.
    ///
    /// # Errors
    /// What the platform refuses.
    pub fn call(&mut self, call: &Call) -> Result<Answer, Refusal> {
        let path = self.resolved_path(&call.path);
        let (_, segments) = address::parse(&path)?;
        let segment = segments.first().ok_or(Refusal::Unreadable)?;
        match (segment.name.as_str(), &call.method) {
            ("EntityDefinitions", &Method::GET) => metadata::serve(self, call, &segments),
            ("WhoAmI", &Method::GET) => Ok(self.who()),
            ("RetrieveVersion", &Method::GET) => Ok(self.version()),
            ("CloseIncident", &Method::POST) => write::close(self, call),
            _ => self.table(call, segment, segments.len()),
        }
    }

    fn table(&mut self, call: &Call, segment: &Segment, segments: usize) -> Result<Answer, Refusal> {
        let organisation = self.organisation;
        let table = organisation.schema.by_set(&segment.name).filter(|_| segments == 1);
        let table = table.ok_or_else(|| Refusal::NoSegment(segment.name.clone()))?;
        match (&segment.key, &call.method) {
            (None, &Method::GET) => query::list(self, call, table),
            (None, &Method::POST) => write::create(self, call, table),
            (Some(key), &Method::GET) => self.one(call, table, key),
            (Some(key), &Method::PATCH) => write::change(self, call, table, key),
            (Some(key), &Method::DELETE) => write::delete(self, call, table, key),
            (_, method) => Err(Refusal::Method(method.clone())),
        }
    }

    fn one(&self, call: &Call, table: &Table, key: &Key) -> Result<Answer, Refusal> {
        self.caller.may_read(&table.schema_name)?;
        let row = self.row(table, key)?;
        let preferences = Preferences::of(call);
        Ok(self.json(StatusCode::OK, &self.shown(call, table, row, &preferences)?, &preferences))
    }

    /// The row that a key names.
    ///
    /// # Errors
    /// [`Refusal::NoRow`], or [`Refusal::NoProperty`] where the column is no alternate key.
    pub fn row(&self, table: &Table, key: &Key) -> Result<&Row, Refusal> {
        let store = &self.memory.store;
        let (row, named) = match key {
            Key::Id(id) => (store.row(&table.logical_name, id), id.clone()),
            Key::Column(column, text) if table.keys.contains(column) => {
                (store.with(&table.logical_name, column, text).first().copied(), format!("{column}={text}"))
            }
            Key::Column(column, _) => {
                let words = format!(
                    "The specified key attribute '{column}' is not a defined key of the {} entity.",
                    table.logical_name
                );
                return Err(Refusal::Query(words));
            }
            Key::Empty => return Err(Refusal::Unreadable),
        };
        row.ok_or(Refusal::NoRow { table: table.logical_name.clone(), id: named })
    }

    /// One row as an answer has it.
    ///
    /// # Errors
    /// Where `$select` names what is not there.
    pub fn shown(&self, call: &Call, table: &Table, row: &Row, preferences: &Preferences) -> Result<Value, Refusal> {
        let appearance = Appearance {
            schema: &self.organisation.schema,
            store: &self.memory.store,
            select: render::select(call, table)?,
            annotations: &preferences.annotations,
        };
        let mut shown = appearance.row(table, row);
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("@odata.context".into(), self.context(&format!("{}/$entity", table.entity_set)).into());
        }
        Ok(shown)
    }

    /// What an answer says it is.
    #[must_use]
    pub fn context(&self, what: &str) -> String {
        format!("{}/$metadata#{what}", self.api)
    }

    /// A row's address.
    #[must_use]
    pub fn address(&self, table: &Table, id: &str) -> String {
        format!("{}/{}({id})", self.api, table.entity_set)
    }

    /// A JSON answer.
    #[must_use]
    pub fn json(&self, status: StatusCode, body: &Value, preferences: &Preferences) -> Answer {
        let answer = Answer::json(status, JSON, body)
            .with(HeaderName::from_static("odata-version"), HeaderValue::from_static("4.0"));
        match preferences.applied() {
            applied if applied.is_empty() => answer,
            applied => answer.with_text(HeaderName::from_static("preference-applied"), &applied),
        }
    }

    /// A place with the row in it that `$1` stands for.
    #[must_use]
    pub fn resolved(&self, place: &str) -> String {
        let id = place.trim_start_matches('/').strip_prefix('$');
        let made = id.and_then(|id| self.made.iter().find(|(known, _)| known == id));
        made.map_or_else(|| place.to_owned(), |(_, address)| address.clone())
    }

    fn resolved_path(&self, path: &str) -> String {
        let Some((_, last)) = path.rsplit_once('/').filter(|(_, last)| last.starts_with('$')) else {
            return path.to_owned();
        };
        let place = self.resolved(last);
        place.split_once("/api/data/").map_or_else(|| path.to_owned(), |(_, rest)| format!("/api/data/{rest}"))
    }

    fn who(&self) -> Answer {
        let user = self.memory.store.with("systemuser", "fullname", &self.caller.user);
        let user = user.first().map_or("", |row| row.id.as_str());
        let body = json!({
            "@odata.context": self.context("Microsoft.Dynamics.CRM.WhoAmIResponse"),
            "BusinessUnitId": "5e1a0c7d-2b94-4f63-8d17-9c0e3a6b4f52",
            "UserId": user,
            "OrganizationId": "c4d8e2f1-6a05-4b39-9e7c-1f2d3b5a8c60",
        });
        self.json(StatusCode::OK, &body, &Preferences::default())
    }

    fn version(&self) -> Answer {
        let body = json!({
            "@odata.context": self.context("Microsoft.Dynamics.CRM.RetrieveVersionResponse"),
            "Version": "9.2.26104.184",
        });
        self.json(StatusCode::OK, &body, &Preferences::default())
    }
}
