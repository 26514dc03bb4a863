//! A JSON Schema as tables: a row for each key, with its type, its default and its meaning.

use serde_json::{Map, Value};
use std::fmt::Write;

/// A schema with its definitions, and how a page shows it.
pub struct Schema {
    root: Value,
    /// Words, or links, for definitions that are not spelt out where they are used.
    words: fn(&str) -> Option<String>,
}

/// One key.
struct Row {
    key: String,
    kind: String,
    default: String,
    meaning: String,
}

// === impl Schema ===

impl Schema {
    pub fn new(root: Value, words: fn(&str) -> Option<String>) -> Self {
        Self { root, words }
    }

    /// The schema as a whole.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// A definition.
    pub fn definition(&self, name: &str) -> &Value {
        &self.root["$defs"][name]
    }

    /// A table of an object's keys; empty where it has none.
    pub fn table(&self, object: &Value) -> String {
        let mut rows = Vec::new();
        self.rows("", self.target(object), &mut rows);
        if rows.is_empty() {
            return String::new();
        }
        let mut text = "| key | type | default | meaning |\n|---|---|---|---|\n".to_owned();
        for Row { key, kind, default, meaning } in rows {
            let _written = writeln!(text, "| `{key}` | {} | {} | {} |", cell(&kind), cell(&default), cell(&meaning));
        }
        text
    }

    fn rows(&self, prefix: &str, object: &Value, rows: &mut Vec<Row>) {
        let required: Vec<_> = object["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in object["properties"].as_object().unwrap_or(&Map::new()) {
            let key = format!("{prefix}{name}");
            let (meaning, said) = split(&description(property));
            let default = match (required.contains(&name.as_str()), said) {
                (true, _) => "required".to_owned(),
                (false, Some(said)) => said,
                (false, None) => default(property),
            };
            rows.push(Row {
                key: key.clone(),
                kind: self.kind(property),
                default,
                meaning: self.choices(meaning, property),
            });
            self.inner(&key, property, rows);
        }
    }

    /// The keys of what stands under a key, unless the page describes them elsewhere.
    fn inner(&self, key: &str, property: &Value, rows: &mut Vec<Row>) {
        let property = optional(property);
        if self.named(property).is_some() {
            return;
        }
        let target = self.target(property);
        if target["properties"].is_object() {
            self.rows(&format!("{key}."), target, rows);
        } else if let Some(each) = target.get("additionalProperties").filter(|each| each.is_object()) {
            if self.named(each).is_none() {
                self.rows(&format!("{key}.NAME."), self.target(each), rows);
            }
        } else if let Some(each) = target.get("items").filter(|each| self.named(each).is_none()) {
            self.rows(&format!("{key}[]."), self.target(each), rows);
        }
    }

    /// A type in words.
    pub fn kind(&self, schema: &Value) -> String {
        let schema = optional(schema);
        if let Some(words) = self.named(schema) {
            return words;
        }
        let target = self.target(schema);
        if let Some(constants) = constants(target) {
            return one_of(constants.iter().map(|(word, _)| format!("`{word}`")).collect());
        }
        if let Some(choices) = target["anyOf"].as_array() {
            return one_of(choices.iter().map(|each| self.kind(each)).collect());
        }
        match &target["type"] {
            Value::Array(kinds) => {
                let kinds = kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null");
                one_of(kinds.map(|kind| word(kind).to_owned()).collect())
            }
            Value::String(kind) if kind == "array" => format!("list of {}", self.kind(&target["items"])),
            Value::String(kind) if kind == "object" => match target.get("additionalProperties") {
                Some(each) if each.is_object() && !target["properties"].is_object() => {
                    format!("table of {} by name", self.kind(each))
                }
                _ => "table".to_owned(),
            },
            Value::String(kind) => word(kind).to_owned(),
            _ => "any value".to_owned(),
        }
    }

    fn named(&self, schema: &Value) -> Option<String> {
        let name = schema["$ref"].as_str()?.strip_prefix("#/$defs/")?;
        (self.words)(name)
    }

    /// What each constant means, behind what the key means.
    fn choices(&self, mut meaning: String, property: &Value) -> String {
        for (word, says) in constants(self.target(optional(property))).into_iter().flatten() {
            if !says.is_empty() {
                let _written = write!(meaning, " `{word}`: {}{}", says[..1].to_lowercase(), &says[1..]);
            }
        }
        meaning
    }

    fn target<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str().and_then(|target| target.strip_prefix("#/$defs/")) {
            Some(name) => self.definition(name),
            None => schema,
        }
    }
}

/// What a schema says of itself, on one line.
pub fn description(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `X or null` as `X`.
fn optional(schema: &Value) -> &Value {
    match schema["anyOf"].as_array().map(Vec::as_slice) {
        Some([one, null]) if null["type"] == "null" => one,
        _ => schema,
    }
}

fn constants(schema: &Value) -> Option<Vec<(String, String)>> {
    if let Some(words) = schema["enum"].as_array() {
        return Some(words.iter().filter_map(Value::as_str).map(|word| (word.to_owned(), String::new())).collect());
    }
    let choices = schema["oneOf"].as_array()?;
    choices.iter().map(|choice| Some((choice["const"].as_str()?.to_owned(), description(choice)))).collect()
}

/// `a, b or c`.
fn one_of(mut words: Vec<String>) -> String {
    match words.pop() {
        Some(last) if !words.is_empty() => format!("{} or {last}", words.join(", ")),
        last => last.unwrap_or_default(),
    }
}

fn word(kind: &str) -> &str {
    match kind {
        "string" => "text",
        "integer" => "whole number",
        "array" => "list",
        "object" => "table",
        other => other,
    }
}

/// A sentence that begins with "Default" is the default.
fn split(description: &str) -> (String, Option<String>) {
    let Some(at) = description.find("Default") else { return (description.to_owned(), None) };
    let (before, said) = description.split_at(at);
    let said = said.trim_start_matches("Default").trim_start_matches(':').trim();
    let (said, after) = said.split_once(". ").unwrap_or((said.trim_end_matches('.'), ""));
    (format!("{}{}{after}", before.trim(), if after.is_empty() { "" } else { " " }), Some(said.to_owned()))
}

fn default(property: &Value) -> String {
    match &property["default"] {
        Value::Null => String::new(),
        Value::String(text) if text.is_empty() => String::new(),
        Value::Array(list) if list.is_empty() => String::new(),
        Value::Object(table) if table.is_empty() => String::new(),
        Value::Object(table) => {
            let pairs: Vec<_> = table.iter().map(|(key, value)| format!("{key} = {value}")).collect();
            format!("`{{ {} }}`", pairs.join(", "))
        }
        other => format!("`{other}`"),
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
