//! The Table API: `/api/now/table/{table}[/{sys_id}]`.

use http::{HeaderName, Method, StatusCode, header};
use serde_json::{Map, Value};

use super::{
    accounts::Account,
    input::Input,
    instance::{Instance, Memory, result},
    query::{Moment, Query, View, Zone},
    refusal::Refusal,
    render::{Appearance, links},
    schema::Table,
    store::{Row, SysId},
};
use crate::shared::{Answer, Call, clock::signed};

/// How many rows a list has where nothing else is asked for.
const LIMIT: usize = 10_000;

/// Serves a whole table: list and create.
///
/// # Errors
/// What the platform refuses.
pub fn collection(
    instance: &Instance,
    call: &Call,
    account: &Account,
    table: &str,
    version: u8,
) -> Result<Answer, Refusal> {
    let table = instance.schema.table(table).ok_or_else(|| Refusal::InvalidTable(table.to_owned()))?;
    match method(call) {
        Method::GET => list(instance, call, account, table, version),
        Method::POST => create(instance, call, account, table),
        other => Err(Refusal::Method(other)),
    }
}

/// Serves one row: read, change, delete.
///
/// # Errors
/// What the platform refuses.
pub fn member(
    instance: &Instance,
    call: &Call,
    account: &Account,
    table: &str,
    sys_id: &str,
) -> Result<Answer, Refusal> {
    let table = instance.schema.table(table).ok_or_else(|| Refusal::InvalidTable(table.to_owned()))?;
    match method(call) {
        Method::GET => read(instance, call, account, table, sys_id),
        Method::PATCH | Method::PUT => change(instance, call, account, table, sys_id),
        Method::DELETE => delete(instance, account, table, sys_id),
        other => Err(Refusal::Method(other)),
    }
}

/// The method that is meant: a POST may name another.
fn method(call: &Call) -> Method {
    let meant = call.header("x-http-method-override").filter(|_| call.method == Method::POST);
    meant.and_then(|name| name.parse().ok()).unwrap_or_else(|| call.method.clone())
}

fn list(instance: &Instance, call: &Call, account: &Account, table: &Table, version: u8) -> Result<Answer, Refusal> {
    if !account.has_one_of(table.read) {
        return Err(Refusal::MayNotQuery);
    }
    let count = |name: &'static str, default: usize| match call.query.get(name).filter(|text| !text.is_empty()) {
        Some(text) => text.parse().map_err(|_| Refusal::Parameter(name)),
        None => Ok(default),
    };
    let (limit, offset) = (count("sysparm_limit", LIMIT)?, count("sysparm_offset", 0)?);
    let memory = instance.memory();
    let rows = find(instance, &memory, call, account, table);
    let appearance = Appearance::of(&call.query, &call.base, Zone(account.minutes_ahead));
    let view = View { schema: &instance.schema, store: &memory.store };
    let page: Vec<Value> = rows.iter().skip(offset).take(limit).map(|row| appearance.row(view, row)).collect();
    if page.is_empty() && version == 1 {
        return Err(Refusal::NoRecords);
    }
    let total = rows.len();
    let mut answer = result(StatusCode::OK, Value::Array(page));
    if !call.query.is_true("sysparm_no_count") {
        answer = answer.with(HeaderName::from_static("x-total-count"), total.into());
    }
    if !call.query.is_true("sysparm_suppress_pagination_header") {
        answer = answer.with_text(header::LINK, &links(&call.base, &call.path, &call.query, limit, offset, total));
    }
    Ok(answer)
}

fn find<'a>(
    instance: &'a Instance,
    memory: &'a Memory,
    call: &Call,
    account: &Account,
    table: &'a Table,
) -> Vec<&'a Row> {
    let now = instance.apparatus.clock.now();
    let moment =
        Moment { now, user: instance.caller(memory, account).sys_id.to_string(), zone: Zone(account.minutes_ahead) };
    let query = match call.query.get("sysparm_query") {
        Some(text) => Query::parse(text, &instance.schema, &table.name, &moment),
        None => Query::of_parameters(&call.query.0, &instance.schema, &table.name, &moment),
    };
    if instance.options.invalid_query_returns_no_rows && !query.dropped.is_empty() {
        return Vec::new();
    }
    let view = View { schema: &instance.schema, store: &memory.store };
    let mut rows = view.select(&table.name, &query);
    if !memory.search_lag.is_zero() {
        rows.retain(|row| now.duration_since(row.born) >= signed(memory.search_lag));
    }
    rows
}

fn read(instance: &Instance, call: &Call, account: &Account, table: &Table, sys_id: &str) -> Result<Answer, Refusal> {
    let memory = instance.memory();
    let row = memory.store.row_of(&instance.schema, &table.name, sys_id).ok_or(Refusal::NoRecord)?;
    if !account.has_one_of(table.read) {
        return Err(Refusal::NoRecord);
    }
    Ok(show(instance, &memory, call, account, StatusCode::OK, row))
}

fn create(instance: &Instance, call: &Call, account: &Account, table: &Table) -> Result<Answer, Refusal> {
    let body = body(instance, call)?;
    let mut memory = instance.memory();
    let caller = instance.caller(&memory, account);
    let input = input(instance, &memory, call, account, table, &body);
    let sys_id = instance.insert(&mut memory, &caller, table, input)?;
    let row = memory.store.row(&sys_id).ok_or(Refusal::NoRecord)?;
    let location = format!("{}/api/now/table/{}/{sys_id}", call.base, table.name);
    Ok(show(instance, &memory, call, account, StatusCode::CREATED, row).with_text(header::LOCATION, &location))
}

fn change(instance: &Instance, call: &Call, account: &Account, table: &Table, sys_id: &str) -> Result<Answer, Refusal> {
    let body = body(instance, call)?;
    let mut memory = instance.memory();
    let row = memory.store.row_of(&instance.schema, &table.name, sys_id).ok_or(Refusal::NoRecord)?;
    let own = instance.schema.table(&row.table).unwrap_or(table);
    let caller = instance.caller(&memory, account);
    let input = input(instance, &memory, call, account, own, &body);
    instance.update(&mut memory, &caller, sys_id, input)?;
    let row = memory.store.row(sys_id).ok_or(Refusal::NoRecord)?;
    Ok(show(instance, &memory, call, account, StatusCode::OK, row))
}

fn delete(instance: &Instance, account: &Account, table: &Table, sys_id: &str) -> Result<Answer, Refusal> {
    let mut memory = instance.memory();
    let row = memory.store.row_of(&instance.schema, &table.name, sys_id).ok_or(Refusal::NoRecord)?;
    let sys_id: SysId = row.sys_id.clone();
    let caller = instance.caller(&memory, account);
    instance.delete(&mut memory, &caller, &sys_id)?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

fn show(instance: &Instance, memory: &Memory, call: &Call, account: &Account, status: StatusCode, row: &Row) -> Answer {
    let view = View { schema: &instance.schema, store: &memory.store };
    let appearance = Appearance::of(&call.query, &call.base, Zone(account.minutes_ahead));
    result(status, appearance.row(view, row))
}

fn input(
    instance: &Instance,
    memory: &Memory,
    call: &Call,
    account: &Account,
    table: &Table,
    body: &Map<String, Value>,
) -> Input {
    let view = View { schema: &instance.schema, store: &memory.store };
    let shown = call.query.is_true("sysparm_input_display_value").then_some(Zone(account.minutes_ahead));
    Input::read(view, table, body, shown)
}

/// A call's body: a JSON object, or nothing at all.
///
/// # Errors
/// What is not sent as JSON, or is not an object.
pub fn body(instance: &Instance, call: &Call) -> Result<Map<String, Value>, Refusal> {
    match call.content_type().as_deref() {
        Some("application/json") => {}
        Some(other) => return Err(Refusal::UnsupportedMediaType(other.to_owned())),
        None if call.body.is_empty() || !instance.options.strict_headers => {}
        None => return Err(Refusal::MissingHeader("Content-Type")),
    }
    if call.body.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(&call.body).map_err(|_| Refusal::NotJson)
}
