//! What a body's values mean for a row: by the kind of each field, and by whether they are values or what people see.

use serde_json::{Map, Value};

use super::{
    query::{View, Zone, format_time},
    schema::{Field, Kind, Name, Table},
};

/// Values to write, and entries for journal fields.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Input {
    /// Fields with their new values.
    pub values: Vec<(Name, String)>,
    /// Journal fields with the text to add.
    pub journals: Vec<(Name, String)>,
    /// A sys_id that the writer chose.
    pub sys_id: Option<String>,
}

impl Input {
    /// Reads a body. Fields that are unknown, or the platform's alone, are ignored; so is a value that does not fit.
    ///
    /// With `shown`, values are what this person sees: labels, names, times on their clock.
    #[must_use]
    pub fn read(view: View<'_>, table: &Table, body: &Map<String, Value>, shown: Option<Zone>) -> Self {
        let mut input = Self::default();
        for (name, value) in body {
            let Some((name, field)) = table.fields.get_key_value(name.as_str()) else { continue };
            let value = text(value);
            match field.kind {
                _ if &**name == "sys_id" && is_sys_id(&value) => input.sys_id = Some(value),
                _ if field.computed => {}
                Kind::Journal if value.is_empty() => {}
                Kind::Journal => input.journals.push((name.clone(), value)),
                _ => input.values.extend(fit(view, field, value, shown).map(|value| (name.clone(), value))),
            }
        }
        input
    }
}

/// Whether a text can be a sys_id.
#[must_use]
pub fn is_sys_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Every value is a text to the platform.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn fit(view: View<'_>, field: &Field, value: String, shown: Option<Zone>) -> Option<String> {
    let value = match (shown, field.value_of(&value)) {
        (Some(_), Some(known)) => known.to_owned(),
        _ => value,
    };
    match field.kind {
        Kind::Text(longest) => Some(value.chars().take(longest).collect()),
        Kind::Integer if value.is_empty() => Some(value),
        Kind::Integer => value.trim().parse::<i64>().ok().map(|number| number.to_string()),
        Kind::Boolean => Some(if value == "true" || value == "1" { "true".into() } else { "false".into() }),
        Kind::Time if value.is_empty() => Some(value),
        Kind::Time => shown.unwrap_or_default().read(&value).map(format_time),
        Kind::Reference(to) if shown.is_some() && !value.is_empty() => Some(referred(view, to, &value)),
        Kind::Reference(_) => Some(value.chars().take(32).collect()),
        Kind::Journal => None,
    }
}

/// The sys_id of the row that people mean by a name; empty where there is none.
fn referred(view: View<'_>, table: &str, name: &str) -> String {
    if view.store.row_of(view.schema, table, name).is_some() {
        return name.to_owned();
    }
    let mut rows = view.store.rows(view.schema, table);
    let row = rows.find(|row| view.schema.table(&row.table).is_some_and(|table| row.get(table.display) == name));
    row.map_or_else(String::new, |row| row.sys_id.to_string())
}
