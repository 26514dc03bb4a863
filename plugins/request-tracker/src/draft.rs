//! What a write will carry, and whether it was kept.
//!
//! A mapping's own fields win over everything else but a ticket's identity, which nobody may change: a ticket without its key would
//! be made twice. Since Request Tracker says yes to what it drops, [`Draft::not_kept`] holds what was sent against the ticket.

use crate::fields::{self, Place, Sort};
use crate::row::Row;
use crate::time;
use serde_json::{Map, Value, json};
use signalbox_sdk::cut::Unit;
use signalbox_sdk::json;
use signalbox_sdk::text::{one_line, printable};
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::CallError;
use std::collections::BTreeMap;

/// What a subject can hold.
const SUBJECT_LENGTH: usize = 200;

/// The values to write, by the names that a mapping uses; most fields take one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft(BTreeMap<String, Vec<String>>);

// === impl Draft ===

impl Draft {
    /// Sets a field.
    pub fn set(&mut self, name: &str, value: &str) {
        self.set_all(name, vec![value.to_owned()]);
    }

    /// Sets a field where it has a name and there is a value, or a default that is not empty.
    pub fn set_or(&mut self, name: &str, value: Option<&str>, default: &str) {
        let value = value.or(Some(default).filter(|default| !default.is_empty()));
        if let Some(value) = value.filter(|_| !name.is_empty()) {
            self.set(name, value);
        }
    }

    /// Lets a mapping's own fields win.
    ///
    /// # Errors
    /// `rejected` with the field, where it is part of the ticket's identity or its value has no text.
    pub fn overlay(&mut self, fields: &str, key_field: &str) -> Result<(), CallError> {
        let is_identity = |name: &str| match fields::place(name) {
            Place::Custom(custom) => custom.eq_ignore_ascii_case(key_field) || custom == "id",
            Place::Own(_) => false,
        };
        for (name, value) in json::free_fields(fields, is_identity)? {
            let values = texts_of(&value).ok_or_else(|| json::not_a_value(&name, "texts"))?;
            self.set_all(&name, values);
        }
        Ok(())
    }

    /// A field's first value; empty where it is not written.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// The names of all custom fields.
    pub fn customs(&self) -> impl Iterator<Item = &str> {
        self.0.keys().filter_map(|name| match fields::place(name) {
            Place::Custom(custom) => Some(custom),
            Place::Own(_) => None,
        })
    }

    /// Only these.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        let some = self.0.iter().filter(|(name, _)| names.contains(&name.as_str()));
        Self(some.map(|(name, values)| (name.clone(), values.clone())).collect())
    }

    /// Leaves out what has no value: a new ticket has none anyway.
    #[must_use]
    pub fn without_blanks(mut self) -> Self {
        self.0.retain(|_, values| values.iter().any(|value| !value.is_empty()));
        self
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is written, for people: `Site = "North"`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let pairs = self.0.iter().map(|(name, values)| format!("{name} = \"{}\"", values.join(", ")));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// The body of the write; `reference` answers a custom field's id, or its name, by its name.
    #[must_use]
    pub fn to_json(&self, reference: impl Fn(&str) -> String) -> Value {
        let (mut body, mut customs) = (Map::new(), Map::new());
        for (name, values) in &self.0 {
            match fields::place(name) {
                Place::Own(Sort::People) => drop(body.insert(name.clone(), json!(values))),
                Place::Own(_) => drop(body.insert(name.clone(), one_of(values))),
                Place::Custom(custom) => drop(customs.insert(reference(custom), one_of(values))),
            }
        }
        if !customs.is_empty() {
            body.insert("CustomFields".into(), customs.into());
        }
        body.into()
    }

    /// The names of what a ticket does not show after it was written; `before` is what its fields were until then.
    #[must_use]
    pub fn not_kept(&self, row: &Row, before: &Value) -> Vec<&str> {
        let lost = self.0.iter().filter(|(name, values)| match fields::place(name) {
            Place::Own(sort) => !kept(sort, name, values, row),
            Place::Custom(custom) => !custom_kept(row.custom(custom), values, &before.get(name).and_then(texts_of)),
        });
        lost.map(|(name, _)| name.as_str()).collect()
    }

    fn set_all(&mut self, name: &str, values: Vec<String>) {
        let values = values.into_iter().map(|value| match fields::place(name) {
            Place::Own(Sort::Line) => Unit::Characters.cut(&one_line(&value), SUBJECT_LENGTH),
            Place::Own(Sort::Date) => Stamp::from_contract(&value).map_or(value, time::spelled),
            Place::Own(_) => one_line(&value),
            Place::Custom(_) => printable(&value),
        });
        self.0.insert(name.to_owned(), values.collect());
    }
}

/// Whether one of the ticket's own fields shows what was written.
fn kept(sort: Sort, name: &str, values: &[String], row: &Row) -> bool {
    let wanted = values.first().map_or("", String::as_str);
    let shown = row.text(name);
    match sort {
        Sort::Line => same_words(&shown, wanted),
        Sort::Name => shown.eq_ignore_ascii_case(wanted) || (!wanted.is_empty() && row.id_in(name) == wanted),
        Sort::Number => number(&shown) == number(wanted),
        Sort::Date => row.stamp(name).map(time::spelled).unwrap_or_default() == wanted,
        // A mail address reads back as the name of the user who has it.
        Sort::People => row.people(name) == values.iter().filter(|value| !value.is_empty()).count(),
    }
}

/// Whether a custom field shows what was written. Some spell a value in their own way, a date say: what has changed was kept.
fn custom_kept(shown: Option<Vec<String>>, values: &[String], before: &Option<Vec<String>>) -> bool {
    let Some(shown) = shown else { return values.iter().all(String::is_empty) };
    let sorted = |values: &[String]| {
        let words = |value: &String| value.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut values: Vec<_> = values.iter().map(words).filter(|value| !value.is_empty()).collect();
        values.sort_unstable();
        values
    };
    let (now, wanted) = (sorted(&shown), sorted(values));
    let earlier = before.as_deref().map(sorted).unwrap_or_default();
    now == wanted || (!wanted.is_empty() && !now.is_empty() && now != earlier)
}

fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

/// Nothing is 0 here.
fn number(text: &str) -> Option<i64> {
    if text.is_empty() { Some(0) } else { text.parse().ok() }
}

fn one_of(values: &[String]) -> Value {
    match values {
        [] => Value::String(String::new()),
        [value] => Value::String(value.clone()),
        values => json!(values),
    }
}

/// A scalar's text, or the texts of a list.
fn texts_of(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(items) => items.iter().map(json::scalar).collect(),
        scalar => json::scalar(scalar).map(|text| vec![text]),
    }
}

#[cfg(test)]
mod tests;
