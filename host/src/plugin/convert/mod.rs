//! Between the contract's records and the host's own types.
//!
//! Into a plugin nothing can go wrong. Out of a plugin everything can: a time that is none, a text that is not the JSON that
//! it should be, lists without end. What does not fit is named by its field and is the plugin's fault; nothing deeper in the
//! host checks it again.

mod alert;
mod record;
mod ticket;
mod transform;
mod word;
mod work;

pub(super) use alert::{alert_in, alerts_out, facts_out};
pub(super) use record::{delivery_in, page_out};
pub(super) use ticket::{call_error_out, ticket_in, ticket_out, tickets_out};
pub(super) use transform::input_in;
pub(super) use word::*;
pub(super) use work::{content_out, work_item_in};

use super::error::InvalidAnswer;
use crate::domain::Timestamp;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

/// Elements of one list in an answer.
const ELEMENTS: usize = 10_000;
/// Bytes of one text in an answer.
const TEXT: usize = 4 << 20;
/// Bytes of an identity: it becomes a key of the ledger.
const IDENTITY: usize = 4 << 10;

pub(super) fn text(field: &str, text: String) -> Result<String, InvalidAnswer> {
    if text.len() > TEXT {
        return Err(InvalidAnswer::at(field, &format!("is over {TEXT} bytes")));
    }
    Ok(text)
}

pub(super) fn identity(field: &str, text: String) -> Result<String, InvalidAnswer> {
    match text.len() {
        0 => Err(InvalidAnswer::at(field, "is empty")),
        1..=IDENTITY => Ok(text),
        _ => Err(InvalidAnswer::at(field, &format!("is over {IDENTITY} bytes"))),
    }
}

pub(super) fn timestamp(field: &str, text: &str) -> Result<Timestamp, InvalidAnswer> {
    text.parse().map_err(|error: crate::domain::InvalidTimestamp| InvalidAnswer::at(field, &format!("is {error}")))
}

pub(super) fn some_timestamp(field: &str, text: Option<&str>) -> Result<Option<Timestamp>, InvalidAnswer> {
    text.map(|text| timestamp(field, text)).transpose()
}

/// A text that must be JSON, as text.
pub(super) fn json(field: &str, given: String) -> Result<String, InvalidAnswer> {
    let given = text(field, given)?;
    match serde_json::from_str::<IgnoredAny>(&given) {
        Ok(_) => Ok(given),
        Err(error) => Err(InvalidAnswer::at(field, &format!("is not JSON: {error}"))),
    }
}

/// A text that must be a JSON object. Empty counts as `{}`.
pub(super) fn object(field: &str, given: &str) -> Result<Map<String, Value>, InvalidAnswer> {
    if given.len() > TEXT {
        return Err(InvalidAnswer::at(field, &format!("is over {TEXT} bytes")));
    }
    if given.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_str(given).map_err(|error| InvalidAnswer::at(field, &format!("is not a JSON object: {error}")))
}

/// Each element by `convert`, its faults placed as `field[n]`.
pub(super) fn list<A, B>(
    field: &str,
    elements: Vec<A>,
    convert: impl Fn(A) -> Result<B, InvalidAnswer>,
) -> Result<Vec<B>, InvalidAnswer> {
    if elements.len() > ELEMENTS {
        return Err(InvalidAnswer::at(field, &format!("has {} elements where {ELEMENTS} are allowed", elements.len())));
    }
    let placed = |(at, element)| convert(element).map_err(|fault| fault.within(format_args!("{field}[{at}]")));
    elements.into_iter().enumerate().map(placed).collect()
}

pub(super) fn labels(field: &str, labels: Vec<(String, String)>) -> Result<Vec<(String, String)>, InvalidAnswer> {
    list(field, labels, |(name, value)| Ok((identity("name", name)?, text("value", value)?)))
}

pub(super) fn as_json(object: &Map<String, Value>) -> String {
    // A map with text keys always has a JSON text.
    serde_json::to_string(object).unwrap_or_else(|_| "{}".to_owned())
}

#[cfg(test)]
mod tests;
