//! Event Management: events come in, alerts are what becomes of those with one message key.
//!
//! Events are processed as they come; the product takes some seconds. An event without a severity that is one stays an
//! event in state `Error`.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{
    accounts::Account,
    input::Input,
    instance::{Caller, Instance, Memory, result},
    query::{View, format_time},
    refusal::Refusal,
    store::Row,
    table_api,
};
use crate::shared::{Answer, Call};

/// What makes an event's key where it brings none.
const KEY_PARTS: [&str; 5] = ["source", "node", "type", "resource", "metric_name"];
/// What an alert has from its newest event.
const CARRIED: [&str; 10] = [
    "source",
    "event_class",
    "node",
    "resource",
    "metric_name",
    "type",
    "message_key",
    "severity",
    "description",
    "additional_info",
];

/// Serves `POST /api/global/em/jsonv2`.
///
/// # Errors
/// What the platform refuses.
pub fn bulk(instance: &Instance, call: &Call, account: &Account) -> Result<Answer, Refusal> {
    if call.method != Method::POST {
        return Err(Refusal::Method(call.method.clone()));
    }
    let table = instance.schema.table("em_event").ok_or_else(|| Refusal::NoResource(call.path.clone()))?;
    if !account.has_one_of(table.write) {
        return Err(Refusal::MayNotCall);
    }
    let body = table_api::body(instance, call)?;
    let records = body.get("records").and_then(Value::as_array).ok_or(Refusal::NotJson)?;
    let records: Vec<&Map<String, Value>> = records.iter().filter_map(Value::as_object).collect();
    let mut memory = instance.memory();
    let caller = instance.caller(&memory, account);
    for record in &records {
        let view = View { schema: &instance.schema, store: &memory.store };
        let input = Input::read(view, table, record, None);
        instance.insert(&mut memory, &caller, table, input)?;
    }
    let told = format!("{} events were inserted", records.len());
    Ok(result(StatusCode::OK, json!({ "Default Bulk Endpoint": told })))
}

/// Makes or changes the alert of an event's message key.
pub fn process(instance: &Instance, memory: &mut Memory, caller: &Caller<'_>, event: &str) {
    let Some(mut event) = memory.store.row(event).cloned() else { return };
    if event.get("message_key").is_empty() {
        let key: Vec<&str> = KEY_PARTS.iter().map(|part| event.get(part)).collect();
        let key = key.join("_");
        event.set("message_key", key);
    }
    let severity = event.get("severity").parse::<u8>().ok().filter(|severity| *severity <= 5);
    if severity.is_none() {
        event.set("state", "Error");
        event.set("error_msg", "Severity is missing or not one of 0 to 5");
        memory.store.put(event);
        return;
    }
    let known = memory.store.find("message_key", event.get("message_key")).unwrap_or_default();
    let known = known.into_iter().find(|row| &*row.table == "em_alert").cloned();
    let ends = severity == Some(0) || event.get("resolution_state") == "Closing";
    let alert = match known {
        Some(alert) => Some(again(alert, &event, ends)),
        // An end of what never began makes no alert.
        None if ends => None,
        None => first(instance, memory, caller),
    };
    event.set("state", "Processed");
    if let Some(mut alert) = alert {
        let now = format_time(instance.apparatus.clock.now());
        for field in CARRIED {
            alert.set(field, event.get(field));
        }
        let at = if event.get("time_of_event").is_empty() { now.as_str() } else { event.get("time_of_event") };
        alert.set("last_event_time", at);
        if alert.get("initial_event_time").is_empty() {
            alert.set("initial_event_time", at);
        }
        alert.add("event_count", 1);
        alert.set("sys_updated_on", now);
        alert.set("sys_updated_by", caller.account.user.as_str());
        event.set("alert", &*alert.sys_id);
        memory.store.put(alert);
    }
    memory.store.put(event);
}

fn again(mut alert: Row, event: &Row, ends: bool) -> Row {
    let closed = alert.get("state") == "Closed";
    if ends {
        alert.set("state", "Closed");
    } else if closed {
        alert.set("state", "Reopen");
    }
    if event.get("severity") != alert.get("severity") || closed != ends {
        alert.add("sys_mod_count", 1);
    }
    alert
}

fn first(instance: &Instance, memory: &mut Memory, caller: &Caller<'_>) -> Option<Row> {
    let table = instance.schema.table("em_alert")?;
    let sys_id = instance.insert(memory, caller, table, Input::default()).ok()?;
    memory.store.row(&sys_id).cloned()
}
