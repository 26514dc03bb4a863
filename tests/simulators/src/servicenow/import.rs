//! Import sets: `POST /api/now/import/{staging table}`.
//!
//! A row is kept in the staging table and transformed at once: fields of the same name are copied, and a row of the
//! target with the same `correlation_id` is changed instead of made twice. **The answer is 201 also where the transform
//! failed**; only the row's `status` says so.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{
    accounts::Account,
    input::Input,
    instance::{Caller, Instance, Memory},
    query::View,
    refusal::{JSON, Refusal},
    schema::Table,
    store::SysId,
    table_api,
};
use crate::shared::{Answer, Call};

/// What became of a row.
struct Outcome {
    status: &'static str,
    sys_id: Option<SysId>,
    error: Option<String>,
}

/// Serves an import of one row.
///
/// # Errors
/// Where there is no such staging table, or the user may not import.
pub fn serve(instance: &Instance, call: &Call, account: &Account, staging: &str) -> Result<Answer, Refusal> {
    if call.method != Method::POST {
        return Err(Refusal::Method(call.method.clone()));
    }
    let invalid = || Refusal::InvalidTable(staging.to_owned());
    let (_, target) = instance.options.staging_tables.iter().find(|(name, _)| name == staging).ok_or_else(invalid)?;
    let table = instance.schema.table(staging).ok_or_else(invalid)?;
    let target = instance.schema.table(target).ok_or_else(invalid)?;
    if !account.has_one_of(table.write) {
        return Err(Refusal::MayNot("Insert"));
    }
    let body = table_api::body(instance, call)?;
    let mut memory = instance.memory();
    let caller = instance.caller(&memory, account);
    let view = View { schema: &instance.schema, store: &memory.store };
    let kept = Input { journals: Vec::new(), ..Input::read(view, table, &body, None) };
    instance.insert(&mut memory, &caller, table, kept)?;
    let set = memory.store.next_number(&table.name, "ISET", 10_001);
    let outcome = transform(instance, &mut memory, &caller, target, &body);
    let row = outcome.show(&memory, call, target, staging);
    let body = json!({ "import_set": set, "staging_table": staging, "result": [row] });
    Ok(Answer::json(StatusCode::CREATED, JSON, &body))
}

fn transform(
    instance: &Instance,
    memory: &mut Memory,
    caller: &Caller<'_>,
    target: &Table,
    body: &Map<String, Value>,
) -> Outcome {
    let view = View { schema: &instance.schema, store: &memory.store };
    let input = Input::read(view, target, body, None);
    let key = body.get("correlation_id").and_then(Value::as_str).unwrap_or_default();
    let known = memory.store.find("correlation_id", key).unwrap_or_default();
    let known =
        known.into_iter().find(|row| row.table == target.name).map(|row| (row.sys_id.clone(), row.number(COUNT)));
    let result = match known {
        None => instance.insert(memory, caller, target, input).map(|sys_id| ("inserted", sys_id)),
        Some((sys_id, before)) => instance.update(memory, caller, &sys_id, input).map(|()| {
            let after = memory.store.row(&sys_id).map_or(before, |row| row.number(COUNT));
            (if after == before { "ignored" } else { "updated" }, sys_id)
        }),
    };
    match result {
        Ok((status, sys_id)) => Outcome { status, sys_id: Some(sys_id), error: None },
        Err(refusal) => Outcome { status: "error", sys_id: None, error: Some(refusal.to_string()) },
    }
}

/// The field that tells whether an update changed anything.
const COUNT: &str = "sys_mod_count";

impl Outcome {
    fn show(&self, memory: &Memory, call: &Call, target: &Table, staging: &str) -> Value {
        let mut shown = json!({ "transform_map": format!("{staging} to {}", target.name), "table": &*target.name });
        let Some(fields) = shown.as_object_mut() else { return shown };
        fields.insert("status".into(), self.status.into());
        if let Some(row) = self.sys_id.as_ref().and_then(|sys_id| memory.store.row(sys_id)) {
            let link = format!("{}/api/now/table/{}/{}", call.base, target.name, row.sys_id);
            let named = [("display_name", target.display), ("display_value", row.get(target.display))];
            for (name, value) in named.into_iter().chain([("record_link", link.as_str()), ("sys_id", &*row.sys_id)]) {
                fields.insert(name.into(), value.into());
            }
        }
        if let Some(error) = &self.error {
            fields.insert("error_message".into(), error.as_str().into());
        }
        shown
    }
}
