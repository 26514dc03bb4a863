//! What a body writes: each property checked against its column before anything is written.

use serde_json::{Map, Value};

use super::{
    address::{self, Key},
    refusal::Refusal,
    schema::{Column, Kind, Table, Written},
    serve::Service,
    store::{Row, new_id},
};
use crate::shared::Call;

/// How a navigation property is written.
const BIND: &str = "@odata.bind";

/// Columns and lookups to write.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// Values by column; null empties one.
    pub values: Vec<(String, Value)>,
    /// Rows by column; none empties one.
    pub lookups: Vec<(String, Option<(String, String)>)>,
    /// The identity that the caller chose for a new row.
    pub id: Option<String>,
}

/// The JSON object of a body.
///
/// # Errors
/// [`Refusal::MediaType`] or [`Refusal::Unreadable`].
pub fn body(call: &Call) -> Result<Map<String, Value>, Refusal> {
    if call.content_type().as_deref() != Some("application/json") {
        return Err(Refusal::MediaType);
    }
    serde_json::from_slice(&call.body).map_err(|_| Refusal::Unreadable)
}

// === impl Input ===

impl Input {
    /// Checks a body against a table.
    ///
    /// # Errors
    /// With what is wrong with the first property that is wrong.
    pub fn read(service: &Service<'_>, table: &Table, body: &Map<String, Value>) -> Result<Self, Refusal> {
        let mut input = Self::default();
        for (property, value) in body {
            if property == "@odata.type" || property == "@odata.etag" {
                continue;
            }
            if let Some(navigation) = property.strip_suffix(BIND) {
                input.bind(service, table, navigation, property, value)?;
            } else if *property == table.primary_key {
                input.id = value.as_str().map(str::to_ascii_lowercase);
            } else {
                let column = table.column(property).ok_or_else(|| Refusal::Undeclared(property.clone()))?;
                if matches!(column.kind, Kind::Lookup(_)) {
                    return Err(Refusal::Undeclared(property.clone()));
                }
                // What the platform writes is ignored when others write it.
                if column.written != Written::Never {
                    input.values.push((property.clone(), checked(table, column, value)?));
                }
            }
        }
        Ok(input)
    }

    fn bind(
        &mut self,
        service: &Service<'_>,
        table: &Table,
        navigation: &str,
        property: &str,
        value: &Value,
    ) -> Result<(), Refusal> {
        let undeclared = || Refusal::Undeclared(property.to_owned());
        let (column, targets) = table.navigation(navigation).ok_or_else(undeclared)?;
        if value.is_null() {
            self.lookups.push((column.name.clone(), None));
            return Ok(());
        }
        let place = value.as_str().ok_or(Refusal::Unreadable)?;
        let place = service.resolved(place);
        let path = place.split_once("/api/data/").map_or_else(
            || format!("/api/data/v9.2/{}", place.trim_start_matches('/')),
            |(_, rest)| format!("/api/data/{rest}"),
        );
        let (_, segments) = address::parse(&path)?;
        let segment = segments.first().ok_or(Refusal::Unreadable)?;
        let target = service
            .organisation
            .schema
            .by_set(&segment.name)
            .ok_or_else(|| Refusal::NoSegment(segment.name.clone()))?;
        if !targets.contains(&target.logical_name.as_str()) {
            return Err(Refusal::Type { property: property.to_owned(), value: place });
        }
        let id = match &segment.key {
            Some(Key::Id(id)) => id.clone(),
            _ => return Err(Refusal::Unreadable),
        };
        if service.memory.store.row(&target.logical_name, &id).is_none() {
            return Err(Refusal::NoRow { table: target.logical_name.clone(), id });
        }
        self.lookups.push((column.name.clone(), Some((target.logical_name.clone(), id))));
        Ok(())
    }

    /// The value that it gives a column; none where it does not write it.
    #[must_use]
    pub fn value(&self, column: &str) -> Option<&Value> {
        self.values.iter().rev().find(|(name, _)| name == column).map(|(_, value)| value)
    }

    /// A new row, empty.
    #[must_use]
    pub fn new_row(&self, table: &Table) -> Row {
        Row::new(&table.logical_name, self.id.clone().unwrap_or_else(new_id))
    }

    /// Writes into a row; what callers cannot write yet is left out.
    pub fn apply(&self, table: &Table, row: &mut Row, is_new: bool) {
        for (name, value) in &self.values {
            let later = table.column(name).is_some_and(|column| column.written == Written::Later);
            if !(is_new && later) {
                row.set(name, value.clone());
            }
        }
        for (name, target) in &self.lookups {
            match target {
                Some(target) => drop(row.lookups.insert(name.clone(), target.clone())),
                None => drop(row.lookups.remove(name)),
            }
        }
    }
}

fn checked(table: &Table, column: &Column, value: &Value) -> Result<Value, Refusal> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let wrong = || Refusal::Type { property: column.name.clone(), value: value.to_string() };
    let choice = |value: i64| Refusal::Choice { column: column.name.clone(), table: table.logical_name.clone(), value };
    match &column.kind {
        Kind::Text(length) => {
            let text = value.as_str().ok_or_else(wrong)?;
            if text.encode_utf16().count() > *length {
                let (column, table) = (column.name.clone(), table.logical_name.clone());
                return Err(Refusal::TooLong { column, table, length: *length });
            }
            // The platform holds no text of nothing.
            return Ok(if text.is_empty() { Value::Null } else { value.clone() });
        }
        Kind::Whole => drop(value.as_i64().ok_or_else(wrong)?),
        Kind::Flag => drop(value.as_bool().ok_or_else(wrong)?),
        Kind::Time => {
            let text = value.as_str().ok_or_else(wrong)?;
            text.parse::<jiff::Timestamp>().map_err(|_| wrong())?;
        }
        Kind::Choice(choices) | Kind::State(choices) => {
            let number = value.as_i64().ok_or_else(wrong)?;
            if choices.iter().all(|(known, _)| *known != number) {
                return Err(choice(number));
            }
        }
        Kind::Status(choices) => {
            let number = value.as_i64().ok_or_else(wrong)?;
            if choices.iter().all(|(known, ..)| *known != number) {
                return Err(choice(number));
            }
        }
        Kind::Lookup(_) | Kind::Identity => return Err(wrong()),
    }
    Ok(value.clone())
}
