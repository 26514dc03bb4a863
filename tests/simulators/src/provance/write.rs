//! Rows made, changed and deleted, and the action that ends a Case.

use http::{HeaderName, StatusCode, header};
use serde_json::Value;

use super::{
    address::Key,
    input::{self, Input},
    refusal::Refusal,
    render::Preferences,
    rules,
    schema::Table,
    serve::Service,
    store::Row,
};
use crate::shared::{Answer, Call};

/// `POST` to a table.
///
/// # Errors
/// What the platform refuses.
pub fn create(service: &mut Service<'_>, call: &Call, table: &Table) -> Result<Answer, Refusal> {
    service.caller.may_write("Create", &table.schema_name)?;
    let input = Input::read(service, table, &input::body(call)?)?;
    let id = insert(service, table, &input)?;
    written(service, call, table, &id, StatusCode::CREATED)
}

/// `PATCH` of a row; without `If-Match` it makes the row where there is none.
///
/// # Errors
/// What the platform refuses.
pub fn change(service: &mut Service<'_>, call: &Call, table: &Table, key: &Key) -> Result<Answer, Refusal> {
    service.caller.may_write("Write", &table.schema_name)?;
    let version = call.header(header::IF_MATCH);
    let body = input::body(call)?;
    let row = match service.row(table, key) {
        Ok(_) if call.header(header::IF_NONE_MATCH) == Some("*") => return Err(Refusal::Exists),
        Ok(row) => row.clone(),
        Err(Refusal::NoRow { .. }) if version.is_none() => {
            service.caller.may_write("Create", &table.schema_name)?;
            let mut input = Input::read(service, table, &body)?;
            match key {
                Key::Id(id) => input.id = Some(id.clone()),
                Key::Column(column, text) => input.values.push((column.clone(), text.as_str().into())),
                Key::Empty => {}
            }
            let id = insert(service, table, &input)?;
            return written(service, call, table, &id, StatusCode::CREATED);
        }
        Err(refusal) => return Err(refusal),
    };
    if version.is_some_and(|version| version != "*" && version != row.etag()) {
        return Err(Refusal::Version);
    }
    let input = Input::read(service, table, &body)?;
    let id = row.id.clone();
    update(service, table, row, &input)?;
    written(service, call, table, &id, StatusCode::OK)
}

/// `DELETE` of a row.
///
/// # Errors
/// What the platform refuses.
pub fn delete(service: &mut Service<'_>, call: &Call, table: &Table, key: &Key) -> Result<Answer, Refusal> {
    service.caller.may_write("Delete", &table.schema_name)?;
    let row = service.row(table, key)?;
    if call.header(header::IF_MATCH).is_some_and(|version| version != "*" && version != row.etag()) {
        return Err(Refusal::Version);
    }
    let id = row.id.clone();
    service.memory.store.delete(&table.logical_name, &id);
    Ok(empty())
}

/// `POST CloseIncident`: ends a Case and leaves a resolution beside it.
///
/// # Errors
/// What the platform refuses.
pub fn close(service: &mut Service<'_>, call: &Call) -> Result<Answer, Refusal> {
    let organisation = service.organisation;
    let tables = organisation.schema.table("incident").zip(organisation.schema.table("incidentresolution"));
    let (case, resolution) = tables.ok_or_else(|| Refusal::NoSegment("CloseIncident".into()))?;
    service.caller.may_write("Write", &case.schema_name)?;
    let body = input::body(call)?;
    let status = body.get("Status").and_then(Value::as_i64).ok_or(Refusal::Unreadable)?;
    let left = body.get("IncidentResolution").and_then(Value::as_object).ok_or(Refusal::Unreadable)?;
    let input = Input::read(service, resolution, left)?;
    let target = input.lookups.iter().find(|(column, _)| column == "incidentid");
    let (_, id) = target.and_then(|(_, target)| target.clone()).ok_or(Refusal::Unreadable)?;
    let mut row = service.row(case, &Key::Id(id))?.clone();
    rules::close(case, &mut row, status)?;
    put(service, row);
    insert(service, resolution, &input)?;
    Ok(empty())
}

/// Makes a row and answers its identity.
///
/// # Errors
/// What the platform refuses.
pub fn insert(service: &mut Service<'_>, table: &Table, input: &Input) -> Result<String, Refusal> {
    let mut row = input.new_row(table);
    if service.memory.store.row(&table.logical_name, &row.id).is_some() {
        return Err(Refusal::Exists);
    }
    input.apply(table, &mut row, true);
    rules::begin(table, &mut row, &mut service.memory.store)?;
    rules::keys_are_free(table, &row, &service.memory.store)?;
    if let Some(user) = user(service) {
        row.lookups.insert("createdby".into(), user.clone());
        row.lookups.entry("ownerid".into()).or_insert(user);
    }
    let id = row.id.clone();
    put(service, row);
    Ok(id)
}

/// Changes a row.
///
/// # Errors
/// What the platform refuses.
pub fn update(service: &mut Service<'_>, table: &Table, mut row: Row, input: &Input) -> Result<(), Refusal> {
    rules::change(table, &mut row, input)?;
    let state = ["statecode", "statuscode"].map(|column| (column, row.values.get(column).cloned()));
    input.apply(table, &mut row, false);
    for (column, value) in state {
        row.set(column, value.unwrap_or_default());
    }
    rules::keys_are_free(table, &row, &service.memory.store)?;
    put(service, row);
    Ok(())
}

/// Writes a row as it stands, by whoever calls.
pub fn put(service: &mut Service<'_>, mut row: Row) {
    if let Some(user) = user(service) {
        row.lookups.insert("modifiedby".into(), user);
    }
    let now = service.organisation.apparatus.clock.now();
    service.memory.store.put(row, now);
}

fn user(service: &Service<'_>) -> Option<(String, String)> {
    let users = service.memory.store.with("systemuser", "fullname", &service.caller.user);
    users.first().map(|row| ("systemuser".to_owned(), row.id.clone()))
}

/// The answer to a write: the row where it is wanted, else its address alone.
fn written(service: &Service<'_>, call: &Call, table: &Table, id: &str, status: StatusCode) -> Result<Answer, Refusal> {
    let preferences = Preferences::of(call);
    let address = service.address(table, id);
    let answer = if preferences.representation {
        let row = service.row(table, &Key::Id(id.to_owned()))?;
        service.json(status, &service.shown(call, table, row, &preferences)?, &preferences)
    } else {
        empty()
    };
    Ok(answer.with_text(HeaderName::from_static("odata-entityid"), &address).with_text(header::LOCATION, &address))
}

fn empty() -> Answer {
    Answer::empty(StatusCode::NO_CONTENT).with_text(HeaderName::from_static("odata-version"), "4.0")
}
