//! What a row of JSON becomes under the columns of its stream.
//!
//! Columns that are not declared are left out in silence; a value that is not of its column's type becomes null; a text above
//! 64 KB is cut; a time too far from now becomes that of arrival. Each of these is kept beside the row, since Azure tells nobody
//! and a test wants to know. A name that no table can have is refused in a row too, and so is a row without a time, neither of
//! which Azure is known to do: nothing good can come of sending them.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Map, Number, Value};

use super::stream::{Kind, NameFault, Stream, TIME, check};

/// The longest text of a field in bytes; more is cut.
pub const LONGEST_FIELD: usize = 64 * 1024;

/// What a row became.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Row {
    /// The values of declared columns; those that are null left out.
    pub values: Map<String, Value>,
    /// Columns that were sent and are not declared.
    pub dropped: Vec<String>,
    /// Columns whose value did not fit their type and became null.
    pub nulled: Vec<String>,
    /// Columns whose text was cut.
    pub cut: Vec<String>,
    /// The time that was sent, where it was replaced by the time of arrival: older than two days, or more than one ahead.
    pub replaced_time: Option<Timestamp>,
}

/// Why a row is refused, and with it all of its call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRow {
    /// A column that no table can have.
    #[error("The column '{0}' {1}.")]
    Column(String, NameFault),
    /// It has no time.
    #[error("The column 'TimeGenerated' is missing or not a datetime.")]
    NoTime,
}

// === impl Row ===

impl Row {
    /// What a row becomes that arrives now.
    ///
    /// # Errors
    /// Where it names a column that can't be, or has no time.
    pub fn take(stream: &Stream, sent: Map<String, Value>, now: Timestamp) -> Result<Self, InvalidRow> {
        let mut row = Self::default();
        for (name, value) in sent {
            let Some(column) = stream.columns().iter().find(|column| column.name == name) else {
                check(&name).map_err(|fault| InvalidRow::Column(name.clone(), fault))?;
                row.dropped.push(name);
                continue;
            };
            if value.is_null() {
                continue;
            }
            match convert(column.kind, value) {
                None => row.nulled.push(name),
                Some(value) => {
                    let (value, is_cut) = cut(value);
                    if is_cut {
                        row.cut.push(name.clone());
                    }
                    row.values.insert(name, value);
                }
            }
        }
        let time = row.values.get(TIME).and_then(Value::as_str).and_then(|time| time.parse::<Timestamp>().ok());
        let time = time.ok_or(InvalidRow::NoTime)?;
        let ahead = time.duration_since(now);
        if ahead < SignedDuration::from_hours(-48) || ahead > SignedDuration::from_hours(24) {
            row.replaced_time = Some(time);
            row.values.insert(TIME.to_owned(), now.to_string().into());
        }
        Ok(row)
    }
}

/// The value as this type; none where it is not one.
fn convert(kind: Kind, value: Value) -> Option<Value> {
    match (kind, value) {
        (Kind::Dynamic, value) => Some(value),
        (Kind::String, text @ Value::String(_)) => Some(text),
        (Kind::String, other) => Some(other.to_string().into()),
        (Kind::Boolean, flag @ Value::Bool(_)) => Some(flag),
        (Kind::Boolean, Value::String(text)) => text.to_ascii_lowercase().parse::<bool>().ok().map(Value::from),
        (Kind::Int, value) => whole(&value).and_then(|number| i32::try_from(number).ok()).map(Value::from),
        (Kind::Long, value) => whole(&value).map(Value::from),
        (Kind::Real, Value::Number(number)) => Some(Value::Number(number)),
        (Kind::Real, Value::String(text)) => text.parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number),
        (Kind::Datetime, Value::String(text)) => text.parse::<Timestamp>().ok().map(|time| time.to_string().into()),
        _ => None,
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A value that fits a field, and whether it was cut. A dynamic one that is too long becomes the beginning of its text.
fn cut(value: Value) -> (Value, bool) {
    let long = match value {
        Value::String(text) if text.len() > LONGEST_FIELD => text,
        Value::Array(_) | Value::Object(_) => match value.to_string() {
            text if text.len() > LONGEST_FIELD => text,
            _ => return (value, false),
        },
        fits => return (fits, false),
    };
    let end = long.floor_char_boundary(LONGEST_FIELD);
    (long.get(..end).unwrap_or_default().into(), true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::stream::RESERVED, *};

    fn stream() -> Stream {
        let columns = [
            (TIME, Kind::Datetime),
            ("Text", Kind::String),
            ("Small", Kind::Int),
            ("Large", Kind::Long),
            ("Part", Kind::Real),
            ("Open", Kind::Boolean),
            ("Any", Kind::Dynamic),
        ];
        Stream::new("Custom-Made_CL", &columns).unwrap()
    }

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn take(mut row: Value) -> Result<Row, InvalidRow> {
        if row.get(TIME).is_none() {
            row[TIME] = "2026-11-22T11:00:00Z".into();
        }
        let Value::Object(row) = row else { panic!("an object") };
        Row::take(&stream(), row, now())
    }

    #[test]
    fn values_become_their_column_s_type_or_null() {
        for (column, sent, kept) in [
            ("Text", json!("a"), Some(json!("a"))),
            ("Text", json!(7), Some(json!("7"))),
            ("Text", json!({ "a": 1 }), Some(json!("{\"a\":1}"))),
            ("Small", json!(2_147_483_647), Some(json!(2_147_483_647))),
            ("Small", json!(2_147_483_648_i64), None),
            ("Small", json!("12"), Some(json!(12))),
            ("Large", json!(2_147_483_648_i64), Some(json!(2_147_483_648_i64))),
            ("Large", json!(1.5), None),
            ("Part", json!(1.5), Some(json!(1.5))),
            ("Part", json!("1.5"), Some(json!(1.5))),
            ("Part", json!("x"), None),
            ("Open", json!(true), Some(json!(true))),
            ("Open", json!("True"), Some(json!(true))),
            ("Open", json!(1), None),
            ("Any", json!([1, { "a": null }]), Some(json!([1, { "a": null }]))),
        ] {
            let row = take(json!({ column: sent })).unwrap();
            assert_eq!(row.values.get(column), kept.as_ref(), "{column} {sent}");
            assert_eq!(row.nulled.is_empty(), kept.is_some(), "{column} {sent}");
        }
        assert!(take(json!({ "Text": null })).unwrap().nulled.is_empty());
    }

    #[test]
    fn undeclared_columns_are_left_out_and_impossible_ones_refused() {
        let row = take(json!({ "Text": "a", "Other": 1, "text": 2 })).unwrap();
        assert_eq!((row.values.len(), row.dropped), (2, vec!["Other".to_owned(), "text".to_owned()]));
        for name in RESERVED {
            assert_eq!(take(json!({ name: 1 })), Err(InvalidRow::Column(name.into(), NameFault::Reserved)));
        }
        for name in ["1st", "_x", "a-b", "a b", "", "ä", &"x".repeat(46)] {
            assert_eq!(take(json!({ name: 1 })), Err(InvalidRow::Column(name.into(), NameFault::IllFormed)));
        }
        assert!(take(json!({ "x".repeat(45): 1 })).is_ok());
    }

    #[test]
    fn what_is_too_long_is_cut_between_letters() {
        let row =
            take(json!({ "Text": format!("x{}", "ä".repeat(LONGEST_FIELD)), "Any": ["y".repeat(LONGEST_FIELD)] }));
        let row = row.unwrap();
        assert_eq!(row.cut, ["Any", "Text"]);
        assert_eq!(row.values["Text"].as_str().unwrap().len(), LONGEST_FIELD - 1);
        assert_eq!(row.values["Any"].as_str().unwrap().len(), LONGEST_FIELD);
        let row = take(json!({ "Text": "x".repeat(LONGEST_FIELD) })).unwrap();
        assert!(row.cut.is_empty());
    }

    #[test]
    fn a_row_has_a_time_and_an_old_one_becomes_that_of_arrival() {
        for (sent, replaced) in [
            ("2026-11-20T12:00:00Z", false),
            ("2026-11-20T11:59:59Z", true),
            ("2026-11-23T12:00:00Z", false),
            ("2026-11-23T12:00:01Z", true),
        ] {
            let row = take(json!({ TIME: sent })).unwrap();
            assert_eq!(row.replaced_time, replaced.then(|| sent.parse().unwrap()), "{sent}");
            let kept = if replaced { now().to_string() } else { sent.to_owned() };
            assert_eq!(row.values[TIME], kept, "{sent}");
        }
        for none in [json!(null), json!("yesterday"), json!(17)] {
            assert_eq!(take(json!({ TIME: none })), Err(InvalidRow::NoTime));
        }
    }
}
