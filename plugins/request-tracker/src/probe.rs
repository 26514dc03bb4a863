//! Is this Request Tracker 5, does it take the credentials, and has it what the settings name?
//!
//! What can be seen by reading is checked; rights to write show with the first ticket. The first refusal of the address or the
//! credentials is an error, all else is a finding: a line that says what a person must do.

use crate::client::{Client, Order};
use crate::create;
use crate::pull::ZONE;
use crate::query::Query;
use crate::row::Row;
use crate::settings::Settings;
use serde_json::Value;
use signalbox_sdk::adapter::ProbeReport;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::json;
use signalbox_sdk::probe::finding_of;
use signalbox_sdk::types::CallError;
use std::collections::BTreeSet;

/// Looks.
///
/// # Errors
/// `unauthorized`, `protocol` and what says that the server cannot be reached.
pub fn probe<H: Http + Log>(client: &Client<'_, H>) -> Result<ProbeReport, CallError> {
    let settings = client.settings;
    let version = client.version()?;
    let mut findings = Vec::new();
    if !version.starts_with("5.") {
        findings.push(format!("this is Request Tracker {version}: the adapter is made for release 5"));
    }
    let mut readable = Vec::new();
    for name in queues(settings) {
        let queue = finding_of(client.queue(&name), &mut findings, |why| {
            format!(
                "the account cannot see the queue `{name}`: is it there, and has the account the right SeeQueue? ({why})"
            )
        })?;
        if let Some(queue) = queue {
            findings.extend(of_queue(settings, &name, &queue));
            readable.push(name);
        }
    }
    if !readable.is_empty() {
        findings.extend(clock(client, &readable)?);
    }
    Ok(ProbeReport { product: "Request Tracker".into(), version, findings })
}

/// All queues that the settings name.
fn queues(settings: &Settings) -> BTreeSet<String> {
    let listed = settings.incident_queues().iter().chain(&settings.list.change);
    listed.chain([&settings.queue]).cloned().collect()
}

/// What a queue lacks.
fn of_queue(settings: &Settings, name: &str, queue: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    let fields = create::custom_fields(queue);
    let lacks = |field: &str| !fields.contains_key(&field.to_ascii_lowercase());
    let is_of_changes = settings.list.change.iter().any(|change| change == name);
    if !is_of_changes && lacks(&settings.key_field) {
        findings.push(format!(
            "the queue `{name}` has no custom field `{}` that the account may see: make it, apply it to the queue, and give the \
             account the right SeeCustomField",
            settings.key_field
        ));
    }
    for (setting, field) in settings.custom_fields.named() {
        let is_for_changes = matches!(setting, "change_type" | "risk");
        if is_for_changes == is_of_changes && lacks(field) {
            findings
                .push(format!("setting `custom_fields.{setting}`: the queue `{name}` has no custom field `{field}`"));
        }
    }
    let links = queue.get("_hyperlinks").and_then(Value::as_array);
    let may_create = links.into_iter().flatten().any(|link| json::text(link, "ref") == "create");
    if name == settings.queue && !may_create {
        findings
            .push(format!("the account may not make tickets in the queue `{name}`: give it the right CreateTicket"));
    }
    findings
}

/// A pull asks for tickets by time: the server must read that time as UTC.
fn clock<H: Http + Log>(client: &Client<'_, H>, queues: &[String]) -> Result<Option<String>, CallError> {
    // The one that has not changed for longest: it will be the same when its time is asked for.
    let oldest = client.search(&Query::of_queues(queues), 1, Order::OldestFirst)?.rows;
    let Some((id, at)) = oldest.first().and_then(|row| row.number().zip(row.stamp("LastUpdated"))) else {
        return Ok(None);
    };
    let is_there = |query| {
        let found = client.search(&query, 1, Order::OldestFirst)?.rows;
        let is_it = |row: &Row| row.number() == Some(id) && row.stamp("LastUpdated") == Some(at);
        Ok::<_, CallError>(found.iter().any(is_it))
    };
    // Where people change it meanwhile, nothing is known.
    let is_hidden = !is_there(Query::ticket(id).changed_from(at).changed_until(at))? && is_there(Query::ticket(id))?;
    Ok(is_hidden.then(|| ZONE.to_owned()))
}

#[cfg(test)]
mod tests;
