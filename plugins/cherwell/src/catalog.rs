//! Business objects and their fields, found by name.
//!
//! Ids differ from system to system for all that people have added, so each call begins with the names in the settings: one request
//! for an object's id (none where the settings have it) and one for its fields, for all objects side by side. What is found is
//! good for the call alone: an administrator may publish another blueprint at any time.

use crate::client::Client;
use crate::errors::Place;
use serde_json::Value;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::json;
use signalbox_sdk::percent;
use signalbox_sdk::types::{CallError, CallErrorKind};
use std::collections::BTreeMap;

/// The code of what the system does not have.
pub const UNKNOWN: &str = "unknown-name";

/// A business object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// Its internal name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// The states of its life, where it has one.
    pub states: Vec<String>,
    /// The short id of the field that the states are in.
    pub state_field: String,
    rec_id_field: String,
    fields: Vec<Field>,
    relations: Vec<(String, String)>,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its internal name.
    pub name: String,
    /// Its whole id, `BO:…,FI:…`.
    pub id: String,
    /// The most characters; none for no bound.
    pub longest: Option<usize>,
    /// Whether a record can't be saved without it.
    pub required: bool,
}

/// Objects by name.
#[derive(Clone, Debug, Default)]
pub struct Catalog(BTreeMap<String, Object>);

// === impl Client ===

impl<H: Http + Log> Client<'_, H> {
    /// The id of an object.
    ///
    /// # Errors
    /// `rejected` where there is no object of this name.
    pub fn object_id(&self, name: &str) -> Result<String, CallError> {
        match self.settings.ids.get(name) {
            Some(id) => Ok(id.clone()),
            None => id_in(name, &self.get(&summary_path(name), &[], Place::Elsewhere)?),
        }
    }

    /// Objects with their fields and relationships.
    ///
    /// # Errors
    /// `rejected` where there is no object of a name; else what the system answers.
    pub fn catalog(&self, names: &[&str]) -> Result<Catalog, CallError> {
        let mut ids: BTreeMap<&str, String> = BTreeMap::new();
        let (known, asked): (Vec<&str>, Vec<&str>) =
            names.iter().copied().partition(|name| self.settings.ids.contains_key(*name));
        ids.extend(known.into_iter().filter_map(|name| Some((name, self.settings.ids.get(name)?.clone()))));
        let targets: Vec<_> = asked.iter().map(|name| (summary_path(name), Vec::new())).collect();
        for (name, summary) in asked.into_iter().zip(self.get_all(&targets)) {
            ids.insert(name, id_in(name, &summary?)?);
        }
        let targets: Vec<_> = ids
            .values()
            .map(|id| {
                (
                    format!("getbusinessobjectschema/busobid/{}", percent::encode(id)),
                    vec![("includerelationships", "true")],
                )
            })
            .collect();
        let mut catalog = Catalog::default();
        for ((name, id), schema) in ids.iter().zip(self.get_all(&targets)) {
            catalog.0.insert((*name).to_owned(), Object::parse(name, id, &schema?)?);
        }
        Ok(catalog)
    }
}

// === impl Catalog ===

impl Catalog {
    /// An object that was asked for.
    ///
    /// # Errors
    /// `rejected` where it was not.
    pub fn object(&self, name: &str) -> Result<&Object, CallError> {
        self.0.get(name).ok_or_else(|| unknown(format!("the business object `{name}` was not looked up")))
    }
}

// === impl Object ===

impl Object {
    /// Reads a schema.
    fn parse(name: &str, id: &str, schema: &Value) -> Result<Self, CallError> {
        let list = |of: &str| schema.get(of).and_then(Value::as_array).cloned();
        let fields = list("fieldDefinitions")
            .ok_or_else(|| fault(CallErrorKind::Protocol, format!("the schema of `{name}` has no list of fields")))?;
        let relations = list("relationships").unwrap_or_default();
        let pair = |relation: &Value| {
            (json::text(relation, "displayName").to_owned(), json::text(relation, "relationshipId").to_owned())
        };
        let states = json::text(schema, "states").split(',').map(|state| state.trim().to_owned());
        Ok(Self {
            name: name.to_owned(),
            id: id.to_owned(),
            states: states.filter(|state| !state.is_empty()).collect(),
            state_field: json::text(schema, "stateFieldId").to_owned(),
            rec_id_field: json::text(schema, "firstRecIdField").to_owned(),
            fields: fields.iter().map(Field::parse).collect(),
            relations: relations.iter().map(pair).collect(),
        })
    }

    /// A field by its internal name, in any case.
    ///
    /// # Errors
    /// `rejected` with the name, where the object has none.
    pub fn field(&self, name: &str) -> Result<&Field, CallError> {
        let field = self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        field.ok_or_else(|| unknown(format!("`{}` has no field `{name}`", self.name)).with_field(name))
    }

    /// All of its fields.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter()
    }

    /// The name of the field with this id, short or whole; the id where there is none.
    #[must_use]
    pub fn name_of<'a>(&'a self, id: &'a str) -> &'a str {
        let short = |id: &str| id.rsplit_once("FI:").map_or(id, |(_, short)| short).to_ascii_lowercase();
        self.fields.iter().find(|field| short(&field.id) == short(id)).map_or(id, |field| &field.name)
    }

    /// The id of the field that holds a record's id.
    ///
    /// # Errors
    /// `rejected` where the object has none.
    pub fn rec_id_field(&self) -> Result<&str, CallError> {
        let name = self.name_of(&self.rec_id_field);
        if self.rec_id_field.is_empty() {
            self.field("RecID").map(|field| field.id.as_str())
        } else {
            Ok(self.field(name).map_or(&*self.rec_id_field, |field| &*field.id))
        }
    }

    /// The id of a relationship by what it is called.
    ///
    /// # Errors
    /// `rejected` where there is none.
    pub fn relation(&self, display: &str) -> Result<&str, CallError> {
        let relation = self.relations.iter().find(|(name, _)| name.eq_ignore_ascii_case(display));
        relation
            .map(|(_, id)| id.as_str())
            .ok_or_else(|| unknown(format!("`{}` has no relationship `{display}`", self.name)))
    }
}

// === impl Field ===

impl Field {
    fn parse(field: &Value) -> Self {
        let longest = field.get("maximumSize").and_then(json::scalar).and_then(|size| size.trim().parse().ok());
        let is_text = json::text(field, "type").is_empty() || json::text(field, "type").eq_ignore_ascii_case("text");
        Self {
            name: json::text(field, "name").to_owned(),
            id: json::text(field, "fieldId").to_owned(),
            longest: longest.filter(|longest| *longest > 0 && is_text),
            required: field.get("required") == Some(&Value::Bool(true)),
        }
    }
}

fn summary_path(name: &str) -> String {
    format!("getbusinessobjectsummary/busobname/{}", percent::encode(name))
}

/// The id in a list of the one object that has the name.
fn id_in(name: &str, summaries: &Value) -> Result<String, CallError> {
    let summaries = summaries.as_array().into_iter().flatten();
    let named = summaries.into_iter().find(|summary| json::text(summary, "name").eq_ignore_ascii_case(name));
    let id = named.map_or("", |summary| json::text(summary, "busObId"));
    if id.is_empty() {
        return Err(unknown(format!("the system has no business object `{name}` that this account may see")));
    }
    Ok(id.to_owned())
}

fn unknown(message: String) -> CallError {
    fault(CallErrorKind::Rejected, message).with_code(UNKNOWN)
}

#[cfg(test)]
mod tests;
