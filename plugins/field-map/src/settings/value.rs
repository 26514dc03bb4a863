//! What a field is set to: a constant, a template, or a lookup of either.

use serde_json::{Map, Value as Json};

use signalbox_sdk::transform::Action;

use super::Findings;
use super::place::Place;
use crate::path::Path;
use crate::words::{Word, words};

/// A field's value, when it is sent, and as what.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it is set to.
    pub value: Value,
    /// On which actions; none leaves it to where it stands.
    pub on: Option<Vec<Action>>,
    /// What a template's text becomes.
    pub form: Form,
    /// Whether it stands as `{ value = …, on = … }`.
    pub is_timed: bool,
}

/// What a field is set to.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// The same for every alert, or a template.
    Part(Part),
    /// By a value of the alert.
    Lookup(Lookup),
}

/// A constant or a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text, number or truth value, sent as it is.
    Constant(Json),
    /// Jinja.
    Template(String),
}

/// A table by a value of the alert.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// What it goes by.
    pub by: Path,
    /// The word as written, and what it stands for.
    pub cases: Vec<(String, Part)>,
    /// Where no word fits; none leaves the field out.
    pub default: Option<Part>,
}

/// What a text becomes in the platform's own field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// It stays one.
    Text,
    /// A JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Any JSON, an array or an object say.
    Json,
}

words!(Form { Text => "text", Number => "number", Boolean => "boolean", Json => "json" });

// === impl Form ===

impl Form {
    /// A text as what the platform's field takes.
    ///
    /// # Errors
    /// It is none; in words.
    pub fn read(self, text: &str) -> Result<Json, String> {
        let read: Option<Json> = match self {
            Self::Text => Some(Json::from(text)),
            Self::Json => serde_json::from_str(text).ok(),
            Self::Number => serde_json::from_str(text).ok().filter(Json::is_number),
            Self::Boolean => text.to_lowercase().parse().ok().map(Json::Bool),
        };
        read.ok_or_else(|| format!("{text:?} is no {}", self.word()))
    }
}

// === impl Entry ===

impl Entry {
    /// Reads what stands at a place; what is wrong is added to the findings.
    pub fn read(json: &Json, place: &Place<'_>, findings: &mut Findings) -> Option<Self> {
        let Json::Object(table) = json else {
            return Value::read(json, place, findings).map(Self::of);
        };
        if table.contains_key("by") || !table.contains_key("value") {
            return Lookup::read(table, place, findings).map(Value::Lookup).map(Self::of);
        }
        findings.only(table, &["value", "on", "as"], place);
        let value = table.get("value").and_then(|value| Value::read(value, &place.child("value"), findings))?;
        let on = table.get("on").map(|on| read_actions(on, &place.child("on"), findings));
        let form = table.get("as").and_then(|form| read_form(form, &place.child("as"), findings)).unwrap_or(Form::Text);
        Some(Self { value, on, form, is_timed: true })
    }

    /// Whether it changes with the severity by what it looks up.
    pub fn follows_severity(&self) -> bool {
        matches!(&self.value, Value::Lookup(lookup) if lookup.by.is_severity())
    }

    fn of(value: Value) -> Self {
        Self { value, on: None, form: Form::Text, is_timed: false }
    }
}

// === impl Value ===

impl Value {
    fn read(json: &Json, place: &Place<'_>, findings: &mut Findings) -> Option<Self> {
        match json {
            Json::Object(table) => Lookup::read(table, place, findings).map(Self::Lookup),
            _ => Part::read(json, place, findings).map(Self::Part),
        }
    }

    /// Every constant and template in it, with its name under the value: none for the value itself.
    pub fn parts(&self) -> Vec<(Option<&str>, &Part)> {
        match self {
            Self::Part(part) => vec![(None, part)],
            Self::Lookup(lookup) => {
                let cases = lookup.cases.iter().map(|(word, part)| (Some(word.as_str()), part));
                cases.chain(lookup.default.iter().map(|part| (Some("default"), part))).collect()
            }
        }
    }
}

// === impl Part ===

impl Part {
    fn read(json: &Json, place: &Place<'_>, findings: &mut Findings) -> Option<Self> {
        match json {
            Json::String(text) if is_template(text) => Some(Self::Template(text.clone())),
            Json::String(_) | Json::Number(_) | Json::Bool(_) => Some(Self::Constant(json.clone())),
            _ => {
                findings.add(place, "expected a text, a number, true or false");
                None
            }
        }
    }

    /// Reads a text, constant or template.
    pub fn read_text(json: &Json, place: &Place<'_>, findings: &mut Findings) -> Option<Self> {
        if json.is_string() {
            return Self::read(json, place, findings);
        }
        findings.add(place, "expected a text");
        None
    }
}

// === impl Lookup ===

impl Lookup {
    fn read(table: &Map<String, Json>, place: &Place<'_>, findings: &mut Findings) -> Option<Self> {
        let Some(Json::String(by)) = table.get("by") else {
            findings.add(place, "expected `by` with the name of a value to look up, or `value` with `on` or `as`");
            return None;
        };
        let by = Path::parse(by).map_err(|error| findings.add(&place.child("by"), &error.to_string())).ok();
        let mut cases: Vec<(String, Part)> = Vec::new();
        for (word, json) in table.iter().filter(|(word, _)| !matches!(word.as_str(), "by" | "default")) {
            let here = place.child(word);
            check_word(by.as_ref(), word, &here, findings);
            if cases.iter().any(|(other, _)| same(other, word)) {
                findings.add(&here, "stands here twice: upper and lower case are the same");
            }
            cases.extend(Part::read(json, &here, findings).map(|part| (word.clone(), part)));
        }
        let default = table.get("default").and_then(|json| Part::read(json, &place.child("default"), findings));
        if table.len() == 1 {
            findings.add(place, "looks up a value and has nothing for any");
        }
        Some(Self { by: by?, cases, default })
    }

    /// What stands for a word, and under which name.
    pub fn find(&self, word: &str) -> Option<(&str, &Part)> {
        let found = self.cases.iter().find(|(case, _)| same(case, word)).map(|(case, part)| (case.as_str(), part));
        found.or_else(|| self.default.as_ref().map(|part| ("default", part)))
    }
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn check_word(by: Option<&Path>, word: &str, place: &Place<'_>, findings: &mut Findings) {
    let Some((words, choices)) = by.and_then(Path::words) else { return };
    if !words.iter().any(|known| same(known, word)) {
        findings.add(place, &format!("`{word}` never stands there: it is {choices}"));
    }
}

/// Whether a text is rendered or sent as it is.
fn is_template(text: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|start| text.contains(start))
}

fn read_actions(json: &Json, place: &Place<'_>, findings: &mut Findings) -> Vec<Action> {
    let Json::Array(items) = json else {
        findings.add(place, "expected a list of actions");
        return Vec::new();
    };
    let mut actions = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match item.as_str().and_then(Action::parse) {
            Some(action) => actions.push(action),
            None => findings.add(&place.child(&at.to_string()), &format!("expected {}", Action::choices())),
        }
    }
    actions
}

fn read_form(json: &Json, place: &Place<'_>, findings: &mut Findings) -> Option<Form> {
    let form = json.as_str().and_then(Form::parse);
    if form.is_none() {
        findings.add(place, &format!("expected {}", Form::choices()));
    }
    form
}
