//! `POST /api/V1/getsearchresults`: records by the values of their fields.
//!
//! Conditions on one field are alternatives, those on different fields must all hold. Texts are compared without case, as the
//! database does. Pages are counted from one, or from nought, which is the first as well, unless the system is set up so that
//! it is the one before.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    objects::{Field, Kind, Object},
    read::shown,
    refusal::Refusal,
    request,
    server::{Caller, Server, json_answer},
    store::Record,
};
use crate::shared::{Answer, clock::signed};

/// The rows of a page that no size was asked for.
const PAGE: usize = 20;

/// One condition.
struct Condition<'a> {
    field: &'a Field,
    operator: String,
    value: String,
    time: Option<Timestamp>,
}

/// Searches.
///
/// # Errors
/// Where there is no such object or field, or a condition makes no sense.
pub fn search(server: &Server, caller: &Caller, body: &Value) -> Result<Answer, Refusal> {
    let object = server.object(caller, &request::text(body, "busObId"))?;
    let mut conditions: BTreeMap<&str, Vec<Condition<'_>>> = BTreeMap::new();
    for filter in request::list(body, "filters") {
        let condition = condition(server, caller, object, filter)?;
        conditions.entry(&condition.field.name).or_default().push(condition);
    }
    let sorting = request::list(body, "sorting")
        .map(|sort| {
            let descending = request::number(sort, "sortDirection") == Some(1);
            Ok((named_field(object, &request::text(sort, "fieldId"))?, descending))
        })
        .collect::<Result<Vec<_>, Refusal>>()?;
    let all = request::flag(body, "includeAllFields") == Some(true);
    let columns = request::list(body, "fields")
        .filter_map(Value::as_str)
        .map(|id| named_field(object, id).map(|field| field.name.clone()))
        .collect::<Result<Vec<_>, Refusal>>()?;

    let memory = server.memory();
    let seen = server.apparatus.clock.now().saturating_sub(signed(memory.search_lag)).unwrap_or(Timestamp::MAX);
    let mut rows: Vec<&Record> = memory
        .store
        .of(object.name)
        .filter(|record| record.born <= seen)
        .filter(|record| conditions.values().all(|any| any.iter().any(|condition| condition.holds(record))))
        .collect();
    rows.sort_by(|a, b| {
        let orders = sorting.iter().map(|(field, descending)| {
            let order = key(field, a).cmp(&key(field, b));
            if *descending { order.reverse() } else { order }
        });
        orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    let total = rows.len();
    let size = request::number(body, "pageSize").filter(|size| *size > 0).unwrap_or(PAGE);
    let number = request::number(body, "pageNumber").unwrap_or(0);
    let before = if server.options.pages_from_zero { number } else { number.saturating_sub(1) };
    let page = rows.into_iter().skip(before.saturating_mul(size)).take(size);
    let wanted = |field: &Field| all || columns.contains(&field.name);
    let page: Vec<_> = page.map(|record| shown(server, caller, object, record, &wanted)).collect();
    let more = before.saturating_mul(size).saturating_add(page.len()) < total;
    Ok(json_answer(&json!({
        "businessObjects": page,
        "hasMoreRecords": more,
        "hasPrompts": false,
        "links": [],
        "prompts": [],
        "searchResultsFields": [],
        "simpleResults": null,
        "totalRows": total,
        "errorCode": null,
        "errorMessage": null,
        "hasError": false,
        "httpStatusCode": "OK",
    })))
}

fn condition<'a>(
    server: &Server,
    caller: &Caller,
    object: &'a Object,
    filter: &Value,
) -> Result<Condition<'a>, Refusal> {
    let field = named_field(object, &request::text(filter, "fieldId"))?;
    let operator = request::text(filter, "operator").to_ascii_lowercase();
    let value = request::text(filter, "value");
    if !["eq", "gt", "lt", "contains", "startswith", "startwith"].contains(&operator.as_str()) {
        return Err(Refusal::BadRequest(format!("Invalid operator {operator}.")));
    }
    let time = match field.kind {
        Kind::DateTime => {
            let time = caller.culture.read(&value, server.options.minutes_ahead);
            Some(time.ok_or_else(|| Refusal::BadRequest(format!("{value} is not a valid date.")))?)
        }
        Kind::Text | Kind::Logical => None,
    };
    Ok(Condition { field, operator, value, time })
}

fn named_field<'a>(object: &'a Object, id: &str) -> Result<&'a Field, Refusal> {
    object.field_of_id(id).ok_or_else(|| Refusal::FieldNotFound(id.to_owned()))
}

/// What rows are ordered by: a time as time, a text without case.
fn key(field: &Field, record: &Record) -> (Option<Timestamp>, String) {
    let value = record.get(&field.name);
    match field.kind {
        Kind::DateTime => (value.parse().ok(), String::new()),
        Kind::Text | Kind::Logical => (None, value.to_lowercase()),
    }
}

// === impl Condition ===

impl Condition<'_> {
    fn holds(&self, record: &Record) -> bool {
        let (at, text) = key(self.field, record);
        let value = self.value.to_lowercase();
        match (self.operator.as_str(), self.time) {
            ("eq", Some(time)) => at == Some(time),
            ("gt", Some(time)) => at.is_some_and(|at| at > time),
            ("lt", Some(time)) => at.is_some_and(|at| at < time),
            ("eq", None) => text == value,
            ("gt", None) => text > value,
            ("lt", None) => text < value,
            ("contains", None) => text.contains(&value),
            (_, None) => text.starts_with(&value),
            (_, Some(_)) => false,
        }
    }
}
