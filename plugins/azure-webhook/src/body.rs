//! From the bytes of a request to JSON.
//!
//! Takes a byte order mark, JSON inside a JSON string, and containers that a tool has turned into text. What is no JSON object is
//! refused with the byte offset where reading stopped, or with the pointer to what stands there.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use signalbox_sdk::source::{DecodeError, Fault};

use crate::value::type_name;

/// A body that is a JSON object.
pub struct Body {
    /// As sent, without a byte order mark.
    pub text: String,
    pub json: Value,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Names under which an object or array is expected; text there that is JSON is read as what it holds.
const CONTAINERS: &[&str] = &[
    "activeautoscaleprofile",
    "activitylog",
    "affectedconfigurationitems",
    "alertcontext",
    "alertdata",
    "alerttargetids",
    "allof",
    "annotations",
    "authorization",
    "condition",
    "configurationitems",
    "context",
    "customproperties",
    "data",
    "dimensions",
    "essentials",
    "event",
    "extendedinfo",
    "failingperiods",
    "impactedservices",
    "labels",
    "policies",
    "properties",
    "searchresult",
    "searchresults",
];

/// JSON in strings in JSON is followed this deep.
const NESTING: u8 = 4;

// === impl Body ===

impl Body {
    /// # Errors
    /// `malformed` where the bytes are not one JSON object.
    pub fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (offset, bytes_after_mark) =
            bytes.strip_prefix(BYTE_ORDER_MARK).map_or((0, bytes), |rest| (BYTE_ORDER_MARK.len(), rest));
        let text = std::str::from_utf8(bytes_after_mark).map_err(|error| {
            malformed((offset + error.valid_up_to()).to_string(), "expected UTF-8, found other bytes")
        })?;
        if text.trim().is_empty() {
            return Err(malformed("0", "expected a JSON object, found an empty body"));
        }
        let mut json: Value = serde_json::from_str(text).map_err(|error| {
            let at = offset + byte_offset(text, error.line(), error.column());
            malformed(at.to_string(), format!("expected JSON: {error}"))
        })?;
        unpack_text(&mut json);
        if !json.is_object() {
            return Err(malformed("", format!("expected a JSON object with one alert, found {}", type_name(&json))));
        }
        unpack(&mut json, NESTING);
        Ok(Self { text: text.to_owned(), json })
    }

    /// SHA-256 of the text, in hex: the identity of a body that has none.
    pub fn digest(&self) -> String {
        hex(&Sha256::digest(&self.text))
    }
}

/// A refusal that says where and what was expected.
pub fn malformed(at: impl Into<String>, message: impl Into<String>) -> DecodeError {
    DecodeError::Malformed(Fault { at: at.into(), message: message.into() })
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// The offset of a line and column, both counted from one, columns in bytes.
fn byte_offset(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (line_start + column.saturating_sub(1)).min(text.len())
}

fn unpack(value: &mut Value, nesting: u8) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let inner = if looks_like_json(member) && is_container(name) && unpack_text(member) {
                    nesting.saturating_sub(1)
                } else {
                    nesting
                };
                if inner > 0 {
                    unpack(member, inner);
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| unpack(element, nesting)),
        _ => {}
    }
}

fn is_container(name: &str) -> bool {
    CONTAINERS.iter().any(|container| container.eq_ignore_ascii_case(name))
}

/// Whether it is text that may hold a JSON object or array: few are, so that this is asked before all else.
fn looks_like_json(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim_start().starts_with(['{', '[']))
}

/// Replaces text that holds a JSON object or array by what it holds; whether it did.
fn unpack_text(value: &mut Value) -> bool {
    let Some(text) = value.as_str().filter(|_| looks_like_json(value)) else { return false };
    let Ok(held) = serde_json::from_str(text) else { return false };
    *value = held;
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fault(bytes: &[u8]) -> (String, String) {
        match Body::parse(bytes).err() {
            Some(DecodeError::Malformed(fault)) => (fault.at, fault.message),
            other => panic!("expected malformed, got {other:?}"),
        }
    }

    #[test]
    fn offsets_count_bytes_from_the_start_of_the_body() {
        assert_eq!(fault(b"").0, "0");
        assert_eq!(fault(b"{\"a\": 1,\n \"b\": x}").0, "15");
        assert_eq!(fault(b"\xef\xbb\xbf{]").0, "4");
        assert_eq!(fault(b"{\"a\": \"\xff\"}"), ("7".to_owned(), "expected UTF-8, found other bytes".to_owned()));
    }

    #[test]
    fn what_is_no_object_is_named() {
        assert_eq!(fault(b"[{}]"), (String::new(), "expected a JSON object with one alert, found an array".to_owned()));
        assert_eq!(fault(b"\"hello\"").1, "expected a JSON object with one alert, found a text");
        assert_eq!(fault(b"null").1, "expected a JSON object with one alert, found null");
    }

    #[test]
    fn json_in_strings_is_read_where_containers_are_expected() {
        let body = Body::parse(br#"{"data": "{\"essentials\": \"{}\", \"description\": \"{}\"}"}"#).unwrap();
        assert_eq!(body.json, json!({"data": {"essentials": {}, "description": "{}"}}));
        let twice = Body::parse(br#""{\"data\": {}}""#).unwrap();
        assert_eq!(twice.json, json!({"data": {}}));
    }

    #[test]
    fn byte_order_mark_is_no_part_of_the_text() {
        let body = Body::parse(b"\xef\xbb\xbf{}").unwrap();
        assert_eq!(body.text, "{}");
        assert_eq!(body.digest(), Body::parse(b"{}").unwrap().digest());
    }
}
