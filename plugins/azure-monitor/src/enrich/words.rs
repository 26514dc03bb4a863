//! Values of Azure's as people read them in a ticket: one line, bounded, numbers without noise.

use serde_json::Value;
use signalbox_sdk::cut::Unit;
use signalbox_sdk::json;
use signalbox_sdk::text::one_line;

/// A name of something, in a line.
const LONGEST_NAME: usize = 100;

/// A text on one line, cut at a word.
#[must_use]
pub fn line(text: &str, longest: usize) -> String {
    Unit::Characters.cut(&one_line(text), longest)
}

/// A stranger's name for something.
#[must_use]
pub fn named(name: &str) -> String {
    line(name, LONGEST_NAME)
}

/// A number with at most three decimals.
#[must_use]
pub fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

/// A value of any kind: scalars as their text, the rest as JSON.
#[must_use]
pub fn value(value: &Value) -> String {
    json::scalar(value).unwrap_or_else(|| value.to_string())
}

/// `{"value", "localizedValue"}`, in the words for people where there are some.
#[must_use]
pub fn localizable<'a>(object: &'a Value, name: &str) -> &'a str {
    let field = object.get(name).unwrap_or(&Value::Null);
    let localized = json::text(field, "localizedValue");
    if !localized.is_empty() {
        return localized;
    }
    let plain = json::text(field, "value");
    if plain.is_empty() { json::text(object, name) } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_have_no_noise() {
        for (value, text) in [(87.0, "87"), (0.30000000000000004, "0.3"), (-0.0001, "0"), (1234.5678, "1234.568")] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn words_are_for_people_where_there_are_some() {
        let event = json!({
            "both": {"value": "a/b/write", "localizedValue": "Write b"},
            "one": {"value": "a/b/write", "localizedValue": ""},
            "bare": "text",
        });
        assert_eq!(
            ["both", "one", "bare", "none"].map(|name| localizable(&event, name)),
            ["Write b", "a/b/write", "text", ""]
        );
    }

    #[test]
    fn a_stranger_s_name_is_one_short_line() {
        assert_eq!(named("web-01\r\n[fake] fact"), "web-01 [fake] fact");
        assert_eq!(named(&"a".repeat(500)).chars().count(), LONGEST_NAME);
        assert_eq!(value(&json!({"a": 1})), "{\"a\":1}");
    }
}
