//! The open part of a record: labels and JSON.

use std::collections::BTreeSet;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Enumerator, Object};
use serde_json::Value as Json;

use signalbox_sdk::types::Labels;

/// Labels as a map.
///
/// Label names hold dots and hyphens, which a template reads as operators. So `labels.a.b` finds the label `a.b`, and
/// `resource_group` finds `resource-group` where no label has the name as written.
#[derive(Debug)]
struct LabelMap {
    labels: Arc<Labels>,
    /// What precedes the names in this map, with its dot.
    prefix: String,
}

/// Labels as a value.
pub fn labels(labels: &Labels) -> Value {
    Value::from_object(LabelMap { labels: Arc::new(labels.clone()), prefix: String::new() })
}

/// A JSON text as a value; nothing where it is none.
pub fn json(text: &str) -> Value {
    serde_json::from_str(text).map_or(Value::UNDEFINED, |json: Json| from_json(&json))
}

/// JSON as a value.
pub fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(truth) => Value::from(*truth),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::from(number),
            (None, Some(number)) => Value::from(number),
            (None, None) => Value::from(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::from(items.iter().map(from_json).collect::<Vec<_>>()),
        Json::Object(members) => Value::from_pairs(members.iter().map(|(name, json)| (name.as_str(), from_json(json)))),
    }
}

// === impl LabelMap ===

impl LabelMap {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.labels.iter().filter_map(|(name, _)| name.strip_prefix(self.prefix.as_str()))
    }

    fn exact(&self, key: &str) -> Option<Value> {
        let named = |name: &str| name.strip_prefix(self.prefix.as_str()) == Some(key);
        self.labels.iter().find(|(name, _)| named(name)).map(|(_, value)| Value::from(value.as_str()))
    }

    fn below(&self, key: &str) -> Option<Value> {
        let prefix = format!("{}{key}.", self.prefix);
        let any = self.labels.iter().any(|(name, _)| name.starts_with(&prefix));
        any.then(|| Value::from_object(Self { labels: Arc::clone(&self.labels), prefix }))
    }
}

impl Object for LabelMap {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let found = |key: &str| self.exact(key).or_else(|| self.below(key));
        found(key).or_else(|| key.contains('_').then(|| key.replace('_', "-")).and_then(|key| found(&key)))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names: BTreeSet<Value> = self.names().map(Value::from).collect();
        Enumerator::Values(names.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Value {
        let pairs =
            [("env", "prod"), ("group.rule", "cpu"), ("resource-group", "rg-web"), ("team", "a"), ("team.lead", "b")];
        labels(&pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec())
    }

    fn at(path: &str) -> String {
        path.split('/').fold(sample(), |value, key| value.get_attr(key).unwrap()).to_string()
    }

    #[test]
    fn a_label_is_found_by_its_name_its_dotted_path_or_with_underscores() {
        for (path, expected) in [
            ("env", "prod"),
            ("group.rule", "cpu"),
            ("group/rule", "cpu"),
            ("resource-group", "rg-web"),
            ("resource_group", "rg-web"),
            ("team", "a"),
            ("team.lead", "b"),
            ("missing", ""),
        ] {
            assert_eq!(at(path), expected, "{path}");
        }
    }

    #[test]
    fn labels_can_be_looped_over_in_the_order_of_their_names() {
        let names: Vec<String> = sample().try_iter().unwrap().map(|name| name.to_string()).collect();
        assert_eq!(names, ["env", "group.rule", "resource-group", "team", "team.lead"]);
    }

    #[test]
    fn json_keeps_its_types() {
        let value = json(r#"{"a": [1, 2.5, true, null, "x"]}"#);
        assert_eq!(value.get_attr("a").unwrap().to_string(), "[1, 2.5, True, None, 'x']");
        assert!(json("{").is_undefined());
    }
}
