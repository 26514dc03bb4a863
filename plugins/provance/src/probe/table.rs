//! What the settings name and a table does not have: functions from metadata to lines for a person.

use super::metadata::{Entity, Reason};
use crate::settings::{Columns, Concurrency, Settings};
use std::collections::BTreeSet;

/// What is wrong with the incident table, or with what the settings say of it.
#[must_use]
pub fn of_incidents(settings: &Settings, entity: &Entity) -> Vec<String> {
    let table = &settings.incident;
    let key = &table.columns.key;
    let mut findings = addresses("incident", &table.entity_set, &table.primary_key, entity);
    if !entity.is_known {
        return findings;
    }
    if entity.column(key).is_none() {
        findings.push(format!(
            "setting `incident.columns.key`: `{}` has no column `{key}`: make a text column of 64 characters or more for the \
             gateway's key, and name it here",
            table.logical_name
        ));
    } else if table.alternate_key {
        findings.extend(alternate_key(entity, key));
    }
    let columns = Columns { key: String::new(), ..table.columns.clone() };
    findings.extend(unknown_columns("incident.columns", columns.named(), entity));
    findings.extend(unknown_columns("incident.writes", table.writes.named(), entity));
    let by_severity: BTreeSet<_> =
        table.severity.each().flat_map(|columns| columns.keys().map(String::as_str)).collect();
    findings.extend(unknown_columns("incident.severity", by_severity.iter().map(|column| ("", *column)), entity));
    let defaults = settings.defaults.keys().map(|column| ("", column.as_str()));
    findings.extend(unknown_columns("defaults", defaults, entity));
    let text_column =
        Some(("text_column", table.resolve.text_column.as_str())).filter(|(_, column)| !column.is_empty());
    findings.extend(unknown_columns("incident.resolve", text_column, entity));
    findings.extend(never_written(settings, entity));
    if settings.concurrency == Concurrency::Optimistic && !entity.optimistic {
        findings.push(format!(
            "setting `concurrency`: `{}` has optimistic concurrency off: set `last-wins`",
            table.logical_name
        ));
    }
    if !entity.notes {
        findings.push(format!("`{}` takes no notes: turn on attachments (notes) for the table", table.logical_name));
    }
    findings.extend(untracked("incident", table.change_tracking, entity));
    findings
}

/// What is wrong with the table of change requests, or with what the settings say of it.
#[must_use]
pub fn of_changes(settings: &Settings, entity: &Entity) -> Vec<String> {
    let table = &settings.change;
    let mut findings = addresses("change", &table.entity_set, &table.primary_key, entity);
    if entity.is_known {
        findings.extend(unknown_columns("change.columns", table.columns.named(), entity));
        findings.extend(untracked("change", table.change_tracking, entity));
    }
    findings
}

/// Status reasons that the settings name and the table does not have, or has at another state.
#[must_use]
pub fn reasons(settings: &Settings, known: &[Reason]) -> Vec<String> {
    let table = &settings.incident;
    let pair = |setting: &str, state: i64, status: i64| match known.iter().find(|reason| reason.value == status) {
        None => {
            Some(format!("setting `incident.{setting}.status`: there is no status reason {status}: {}", spoken(known)))
        }
        Some(reason) if reason.state != state => {
            Some(format!("setting `incident.{setting}`: status reason {status} belongs to state {}", reason.state))
        }
        Some(_) => None,
    };
    let resolve = pair("resolve", table.resolve.state, table.resolve.status);
    let reopen = pair("reopen", table.reopen.state, table.reopen.status);
    let is_known = |status: &&String| known.iter().any(|reason| reason.value.to_string() == **status);
    let unknown = table.status_reasons.keys().filter(|status| !is_known(status));
    let unknown =
        unknown.map(|status| format!("setting `incident.status_reasons`: there is no status reason {status}"));
    resolve.into_iter().chain(reopen).chain(unknown).collect()
}

fn addresses(table: &str, entity_set: &str, primary_key: &str, entity: &Entity) -> Vec<String> {
    [("entity_set", entity_set, &entity.entity_set), ("primary_key", primary_key, &entity.primary_key)]
        .into_iter()
        .filter(|(_, set, is)| entity.is_known && set != is)
        .map(|(part, set, is)| format!("setting `{table}.{part}` is `{set}`, and the table's is `{is}`"))
        .collect()
}

fn alternate_key(entity: &Entity, column: &str) -> Option<String> {
    let key = entity.keys.iter().find(|key| key.columns == [column]);
    match key {
        None => Some(format!(
            "setting `incident.alternate_key`: no alternate key of the table is `{column}` alone: define one, or set it to false"
        )),
        Some(key) if key.status != "Active" => {
            Some(format!("the alternate key on `{column}` is not active but {}: wait for its index", key.status))
        }
        Some(_) => None,
    }
}

fn unknown_columns<'a>(
    setting: &str,
    named: impl IntoIterator<Item = (&'static str, &'a str)>,
    entity: &Entity,
) -> Vec<String> {
    let absent = named.into_iter().filter(|(_, column)| entity.column(column).is_none());
    absent
        .map(|(part, column)| {
            let dot = if part.is_empty() { "" } else { "." };
            format!("setting `{setting}{dot}{part}`: the table has no column `{column}`")
        })
        .collect()
}

/// Columns that the organisation wants a value in, and that a new ticket may come without.
fn never_written(settings: &Settings, entity: &Entity) -> Vec<String> {
    let columns = &settings.incident.columns;
    let by_severity = settings.incident.severity.each().flat_map(|columns| columns.keys());
    let named = [&columns.key, &columns.title, &columns.description, &columns.state, &columns.status];
    let written = named.into_iter().chain(by_severity).chain(settings.defaults.keys());
    let written: BTreeSet<_> = written.filter_map(|name| entity.column(name)).collect();
    let required = entity.columns.iter().filter(|column| column.required && !written.contains(column.name.as_str()));
    required
        .map(|column| format!("`{}` is required: give it a value in `defaults`, or in every mapping", column.name))
        .collect()
}

fn untracked(table: &str, wanted: bool, entity: &Entity) -> Option<String> {
    (wanted && !entity.change_tracking).then(|| {
        format!("setting `{table}.change_tracking`: the table's changes are not tracked: turn it on for the table")
    })
}

fn spoken(known: &[Reason]) -> String {
    let known: Vec<_> = known.iter().map(|reason| reason.value.to_string()).collect();
    format!("the table has {}", known.join(", "))
}
