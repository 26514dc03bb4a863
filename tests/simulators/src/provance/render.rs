//! Rows as answers have them: columns, lookups, and annotations where they are asked for.

use serde_json::{Map, Value, json};

use super::{
    refusal::Refusal,
    schema::{Column, Kind, Schema, Table},
    store::{Row, Store},
};
use crate::shared::Call;

const SHOWN: &str = "OData.Community.Display.V1.FormattedValue";
const TABLE: &str = "Microsoft.Dynamics.CRM.lookuplogicalname";
const NAVIGATION: &str = "Microsoft.Dynamics.CRM.associatednavigationproperty";

/// What a call prefers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The written row is answered.
    pub representation: bool,
    /// Rows of a page.
    pub page_size: Option<usize>,
    /// A delta link is wanted.
    pub track: bool,
    /// Which annotations: all, or those of these names.
    pub annotations: Vec<String>,
    /// A batch goes on after an error.
    pub continue_on_error: bool,
}

/// How rows look.
#[derive(Debug, Clone)]
pub struct Appearance<'a> {
    /// All tables.
    pub schema: &'a Schema,
    /// All rows.
    pub store: &'a Store,
    /// Columns by their names in an answer; none for all.
    pub select: Option<Vec<String>>,
    /// Which annotations.
    pub annotations: &'a [String],
}

// === impl Preferences ===

impl Preferences {
    /// What a call's `Prefer` headers say.
    #[must_use]
    pub fn of(call: &Call) -> Self {
        let mut preferences = Self::default();
        let headers = call.headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        for part in headers.flat_map(split) {
            let (name, value) = part.split_once('=').unwrap_or((&part, ""));
            let value = value.trim_matches('"');
            match name.trim() {
                "return" => preferences.representation = value == "representation",
                "odata.maxpagesize" => preferences.page_size = value.parse().ok().filter(|size| *size > 0),
                "odata.track-changes" => preferences.track = true,
                "odata.continue-on-error" => preferences.continue_on_error = true,
                "odata.include-annotations" => {
                    preferences.annotations = value.split(',').map(|name| name.trim().to_owned()).collect();
                }
                _ => {}
            }
        }
        preferences
    }

    /// What was heeded, as the answer says it.
    #[must_use]
    pub fn applied(&self) -> String {
        let mut parts = Vec::new();
        if self.representation {
            parts.push("return=representation".to_owned());
        }
        if !self.annotations.is_empty() {
            parts.push(format!("odata.include-annotations=\"{}\"", self.annotations.join(",")));
        }
        parts.extend(self.page_size.map(|size| format!("odata.maxpagesize={size}")));
        if self.track {
            parts.push("odata.track-changes".to_owned());
        }
        parts.join(",")
    }
}

/// Split at commas outside of quotes.
fn split(header: &str) -> Vec<String> {
    let (mut parts, mut current, mut quoted) = (Vec::new(), String::new(), false);
    for character in header.chars() {
        quoted ^= character == '"';
        if character == ',' && !quoted {
            parts.push(std::mem::take(&mut current).trim().to_owned());
        } else {
            current.push(character);
        }
    }
    parts.push(current.trim().to_owned());
    parts
}

// === impl Appearance ===

impl Appearance<'_> {
    /// A row of a table.
    #[must_use]
    pub fn row(&self, table: &Table, row: &Row) -> Value {
        let mut shown = Map::new();
        shown.insert("@odata.etag".into(), row.etag().into());
        for column in &table.columns {
            let name = column.wire_name();
            let wanted =
                self.select.as_ref().is_none_or(|select| select.contains(&name) || column.kind == Kind::Identity);
            if wanted {
                self.column(&mut shown, column, &name, row);
            }
        }
        shown.into()
    }

    fn column(&self, shown: &mut Map<String, Value>, column: &Column, name: &str, row: &Row) {
        let Kind::Lookup(targets) = &column.kind else {
            let value = value(column, row);
            if let Some(text) = formatted(column, &value) {
                self.annotate(shown, name, SHOWN, text);
            }
            shown.insert(name.to_owned(), value);
            return;
        };
        let Some((table, id)) = row.lookups.get(&column.name) else {
            shown.insert(name.to_owned(), Value::Null);
            return;
        };
        let target = self.schema.table(table).zip(self.store.row(table, id));
        if let Some((table, row)) = target {
            self.annotate(shown, name, SHOWN, row.text(&table.primary_name).to_owned());
        }
        if let Some((navigation, _)) = targets.iter().find(|(_, target)| target == table) {
            self.annotate(shown, name, NAVIGATION, navigation.clone());
        }
        self.annotate(shown, name, TABLE, table.clone());
        shown.insert(name.to_owned(), id.clone().into());
    }

    fn annotate(&self, shown: &mut Map<String, Value>, column: &str, annotation: &str, text: String) {
        if self.annotations.iter().any(|wanted| wanted == "*" || wanted == annotation) {
            shown.insert(format!("{column}@{annotation}"), text.into());
        }
    }
}

/// The columns of `$select`.
///
/// # Errors
/// [`Refusal::NoProperty`] where the table has no such column.
pub fn select(call: &Call, table: &Table) -> Result<Option<Vec<String>>, Refusal> {
    let Some(names) = call.query.get("$select").filter(|names| !names.is_empty()) else { return Ok(None) };
    let names = names.split(',').map(|name| known(table, name.trim()).map(str::to_owned));
    names.collect::<Result<_, _>>().map(Some)
}

/// A column's name in an answer, which a query names it by.
///
/// # Errors
/// [`Refusal::NoProperty`] where the table has no such column.
pub fn known<'a>(table: &Table, name: &'a str) -> Result<&'a str, Refusal> {
    if table.columns.iter().any(|column| column.wire_name() == name) {
        return Ok(name);
    }
    Err(Refusal::NoProperty { property: name.to_owned(), table: table.logical_name.clone() })
}

/// A column's value by its name in an answer.
#[must_use]
pub fn by_name(table: &Table, row: &Row, name: &str) -> Value {
    let column = table.columns.iter().find(|column| column.wire_name() == name);
    column.map_or(Value::Null, |column| match column.kind {
        Kind::Lookup(_) => row.lookups.get(&column.name).map_or(Value::Null, |(_, id)| id.clone().into()),
        _ => value(column, row),
    })
}

fn value(column: &Column, row: &Row) -> Value {
    match column.kind {
        Kind::Identity => row.id.clone().into(),
        _ => row.values.get(&column.name).cloned().unwrap_or_default(),
    }
}

fn formatted(column: &Column, value: &Value) -> Option<String> {
    let number = value.as_i64();
    match &column.kind {
        Kind::Choice(choices) | Kind::State(choices) => {
            choices.iter().find(|(known, _)| Some(*known) == number).map(|(_, label)| label.clone())
        }
        Kind::Status(choices) => {
            choices.iter().find(|(known, ..)| Some(*known) == number).map(|(.., label)| label.clone())
        }
        Kind::Flag => value.as_bool().map(|flag| if flag { "Yes" } else { "No" }.to_owned()),
        Kind::Time => value.as_str().map(|time| time.replace('T', " ").replace('Z', "")),
        Kind::Whole => number.map(|number| number.to_string()),
        Kind::Text(_) | Kind::Lookup(_) | Kind::Identity => None,
    }
}

/// `{"@odata.context", "value"}`.
#[must_use]
pub fn listed(context: &str, rows: Vec<Value>) -> Value {
    json!({ "@odata.context": context, "value": rows })
}
