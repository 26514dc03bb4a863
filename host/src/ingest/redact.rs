//! What is taken out of posted bodies before anything else reads them: `[ledger] redact`.
//!
//! Pointers (RFC 6901) name values; `*` as a step stands for every member or element. What they name is replaced by a mark,
//! a member that is there twice both times; all else stays as it was sent, but for blanks on the way there. The plugin decodes
//! what is left, so that nothing of what was named can come by it into an alert, a ticket or the ledger. Texts that hold JSON
//! themselves are not looked into: name the whole text.

use bytes::Bytes;
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use serde_json::value::RawValue;
use std::{fmt, str::FromStr};

/// What stands in place of a value that was taken out.
pub const MARK: &str = "\"[redacted]\"";

/// A place in a JSON document, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Each,
    Named(String),
}

/// Not a place in a document.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{0}` is not a JSON pointer: write a path from the body's top, such as \"/data/caller\", `*` for every member or element, ~1 for a / in a name and ~0 for a ~"
)]
pub struct InvalidPointer(String);

/// A body that is not JSON: nothing can be taken out of it.
#[derive(Debug, thiserror::Error)]
#[error("it is not JSON")]
pub struct NotJson;

/// A body without what the pointers name.
///
/// # Errors
/// [`NotJson`]: it may hold anything.
pub fn redacted(pointers: &[Pointer], body: &Bytes) -> Result<Bytes, NotJson> {
    if pointers.is_empty() {
        return Ok(body.clone());
    }
    let text = std::str::from_utf8(body).map_err(|_| NotJson)?;
    let whole: &RawValue = serde_json::from_str(text).map_err(|_| NotJson)?;
    let steps: Vec<&[Step]> = pointers.iter().map(|pointer| pointer.0.as_slice()).collect();
    let mut copy = Copy { text: String::with_capacity(text.len()), marks: 0 };
    copy.value(whole, &steps).map_err(|_| NotJson)?;
    Ok(if copy.marks == 0 { body.clone() } else { Bytes::from(copy.text) })
}

/// A document, as it is written anew.
struct Copy {
    text: String,
    marks: usize,
}

// === impl Copy ===

impl Copy {
    /// Writes a value; `ways` lead from it to what is to be taken out.
    fn value(&mut self, value: &RawValue, ways: &[&[Step]]) -> serde_json::Result<()> {
        let text = value.get();
        if ways.iter().any(|way| way.is_empty()) {
            self.marks += 1;
            self.text.push_str(MARK);
        } else if ways.is_empty() {
            self.text.push_str(text);
        } else if text.starts_with('{') {
            let Members(members) = serde_json::from_str(text)?;
            self.text.push('{');
            for (number, (name, value)) in members.into_iter().enumerate() {
                self.comma(number);
                self.text.push_str(&serde_json::to_string(&name)?);
                self.text.push(':');
                self.value(value, &beyond(ways, &name))?;
            }
            self.text.push('}');
        } else if text.starts_with('[') {
            let elements: Vec<&RawValue> = serde_json::from_str(text)?;
            self.text.push('[');
            for (number, value) in elements.into_iter().enumerate() {
                self.comma(number);
                self.value(value, &beyond(ways, &number.to_string()))?;
            }
            self.text.push(']');
        } else {
            self.text.push_str(text);
        }
        Ok(())
    }

    fn comma(&mut self, number: usize) {
        if number > 0 {
            self.text.push(',');
        }
    }
}

/// The ways that lead on through this member or element.
fn beyond<'a>(ways: &[&'a [Step]], name: &str) -> Vec<&'a [Step]> {
    let leads = |step: &Step| match step {
        Step::Each => true,
        Step::Named(named) => named == name,
    };
    ways.iter().filter_map(|way| way.split_first()).filter(|(step, _)| leads(step)).map(|(_, rest)| rest).collect()
}

/// An object's members, those that are there twice included.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        input.deserialize_map(All)
    }
}

// === impl Pointer ===

impl FromStr for Pointer {
    type Err = InvalidPointer;

    fn from_str(text: &str) -> Result<Self, InvalidPointer> {
        let invalid = || InvalidPointer(text.to_owned());
        let path = text.strip_prefix('/').ok_or_else(invalid)?;
        let step = |step: &str| match step {
            "*" => Ok(Step::Each),
            _ if step.replace("~0", "").replace("~1", "").contains('~') => Err(invalid()),
            _ => Ok(Step::Named(step.replace("~1", "/").replace("~0", "~"))),
        };
        path.split('/').map(step).collect::<Result<_, _>>().map(Self)
    }
}

impl<'de> Deserialize<'de> for Pointer {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Pointer {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Pointer".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^(/([^/~]|~[01])*)+$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(pointers: &[&str], body: &str) -> Option<String> {
        let pointers: Vec<Pointer> = pointers.iter().map(|pointer| pointer.parse().unwrap()).collect();
        let left = redacted(&pointers, &Bytes::copy_from_slice(body.as_bytes())).ok()?;
        Some(String::from_utf8(left.to_vec()).unwrap())
    }

    #[test]
    fn what_pointers_name_is_replaced_and_nothing_else() {
        for (pointers, body, expected) in [
            (&["/a"][..], r#"{"a":1,"b": 1.50}"#, r#"{"a":"[redacted]","b":1.50}"#),
            (&["/a/b"], r#"{"a":{"b":{"c":[1]},"d":2}}"#, r#"{"a":{"b":"[redacted]","d":2}}"#),
            (&["/l/1"], r#"{"l":["x","y"]}"#, r#"{"l":["x","[redacted]"]}"#),
            (
                &["/l/*/who"],
                r#"{"l":[{"who":"x"},{"who":"y","z":0}]}"#,
                r#"{"l":[{"who":"[redacted]"},{"who":"[redacted]","z":0}]}"#,
            ),
            (&["/*"], r#"{"a":1,"b":[2]}"#, r#"{"a":"[redacted]","b":"[redacted]"}"#),
            (&["/a", "/a/b", "/c"], r#"{"a":{"b":1},"c":2}"#, r#"{"a":"[redacted]","c":"[redacted]"}"#),
            (&["/a~1b/~0c"], r#"{"a/b":{"~c":1}}"#, r#"{"a/b":{"~c":"[redacted]"}}"#),
            (&["/a"], r#"{"a":1,"a":2}"#, r#"{"a":"[redacted]","a":"[redacted]"}"#),
            (&["/a/b"], r#"{"a":{"b":1},"a":{}}"#, r#"{"a":{"b":"[redacted]"},"a":{}}"#),
            (&["/a"], r#"{"\u0061":1}"#, r#"{"a":"[redacted]"}"#),
            (&["/"], r#"{"":1}"#, r#"{"":"[redacted]"}"#),
        ] {
            assert_eq!(left(pointers, body).as_deref(), Some(expected), "{pointers:?} {body}");
        }
    }

    #[test]
    fn what_they_do_not_name_stays_byte_for_byte() {
        for body in ["{ \"b\" : 1e2,\n \"a\" : {} }", "[1, 2]", "\"text\"", "null", r#"{"A":1}"#] {
            assert_eq!(left(&["/a/b", "/01", "/-"], body).as_deref(), Some(body));
            assert_eq!(left(&[], body).as_deref(), Some(body));
        }
        assert_eq!(left(&[], "no JSON").as_deref(), Some("no JSON"), "nothing is to be taken out");
    }

    #[test]
    fn what_is_not_json_is_told() {
        for body in ["", "a=b", "{\"a\":1", "{\"a\":1} x", "{'a':1}", "\u{feff}{}", "{\"\\ud800\":1}"] {
            assert_eq!(left(&["/a"], body), None, "{body}");
        }
        assert!(redacted(&["/a".parse().unwrap()], &Bytes::from_static(&[b'"', 0xff, b'"'])).is_err());
    }

    #[test]
    fn a_pointer_begins_at_the_top() {
        for text in ["", "a", "a/b", "#/a", "/~", "/a~2"] {
            assert_eq!(text.parse::<Pointer>(), Err(InvalidPointer(text.to_owned())));
        }
    }
}
