//! Is this a Dataverse organisation, does it take the credentials, and does it have what the settings name?
//!
//! What a table has is asked of the organisation's own metadata (`EntityDefinitions`), so each setting that names a table, a column, a
//! key or a status reason that is not there is told by its name. Rights to write show with the first ticket. The first refusal of the
//! address or the credentials is an error, all else is a finding: a line that says what a person must do.

mod metadata;
mod table;

use crate::client::{Client, Question};
use crate::draft::Draft;
use crate::references;
use metadata::Entity;
use serde_json::Value;
use signalbox_sdk::adapter::ProbeReport;
use signalbox_sdk::fault::unanswered;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::json;
use signalbox_sdk::probe::{finding_of, is_finding};
use signalbox_sdk::types::{CallError, CallErrorKind};

/// Tables of one's own that a finding names at most.
const NAMED: usize = 12;

/// Looks.
///
/// # Errors
/// `unauthorized`, `protocol` and what says that the organisation cannot be reached.
pub fn probe<H: Http + Log>(client: &Client<'_, H>) -> Result<ProbeReport, CallError> {
    let (incident, change) = (&client.settings.incident, &client.settings.change);
    let status = &incident.columns.status;
    let mut questions = vec![
        ("WhoAmI()".to_owned(), Vec::new()),
        ("RetrieveVersion()".to_owned(), Vec::new()),
        metadata::question(&incident.logical_name),
        metadata::reasons(&incident.logical_name, status),
    ];
    if !change.logical_name.is_empty() {
        questions.push(metadata::question(&change.logical_name));
    }
    let mut answers = client.ask_all(&questions).into_iter();
    let mut next = || answers.next().unwrap_or_else(|| Err(unanswered()));
    // Who this is decides whether the rest is worth asking.
    next()?;
    let version = next().map(|version| json::text(&version, "Version").to_owned()).unwrap_or_default();
    let mut findings = Vec::new();
    match described(next(), &mut findings)? {
        Some(entity) => findings.extend(table::of_incidents(client.settings, &entity)),
        None => findings.push(no_table(client, "incident", &incident.logical_name)?),
    }
    // The incident table's absence is told above, its reasons' absence with it.
    if let Ok(reasons) = next() {
        findings.extend(table::reasons(client.settings, &metadata::options(&reasons)));
    }
    if !change.logical_name.is_empty() {
        match described(next(), &mut findings)? {
            Some(entity) => findings.extend(table::of_changes(client.settings, &entity)),
            None => findings.push(no_table(client, "change", &change.logical_name)?),
        }
    }
    // Metadata is open to accounts that rows are closed to.
    let query = vec![("$select", incident.primary_key.clone()), ("$top", "1".to_owned())];
    let rows = client.list(&Question { entity_set: &incident.entity_set, query, page: None });
    finding_of(rows, &mut findings, |why| {
        let table = &incident.entity_set;
        format!("the account cannot read `{table}`: give its application user a security role ({why})")
    })?;
    findings.extend(defaults(client)?);
    Ok(ProbeReport { product: "Microsoft Dataverse".into(), version, findings })
}

/// What metadata says of a table; none where there is no such table.
fn described(answer: Result<Value, CallError>, findings: &mut Vec<String>) -> Result<Option<Entity>, CallError> {
    match answer {
        Err(error) if error.kind == CallErrorKind::Gone => Ok(None),
        answer => {
            let words = |why: &str| format!("the account cannot read the organisation's metadata ({why})");
            let body = finding_of(answer, findings, words)?;
            Ok(Some(body.map_or_else(Entity::unknown, |body| Entity::parse(&body))))
        }
    }
}

/// A table that is not there, with the tables that this organisation has of its own: one of them may be meant.
fn no_table<H: Http + Log>(client: &Client<'_, H>, setting: &str, name: &str) -> Result<String, CallError> {
    let query = vec![("$select", "LogicalName,EntitySetName"), ("$filter", "IsCustomEntity eq true")];
    let answer = client.ask_all(&[("EntityDefinitions".to_owned(), query)]).into_iter().next();
    let body = answer.unwrap_or_else(|| Err(unanswered()))?;
    let tables = body.get("value").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut names: Vec<_> = tables.iter().map(|table| json::text(table, "LogicalName")).collect();
    names.sort_unstable();
    let more = if names.len() > NAMED { ", …" } else { "" };
    names.truncate(NAMED);
    let has = if names.is_empty() { "none of its own".to_owned() } else { format!("{}{more}", names.join(", ")) };
    Ok(format!(
        "setting `{setting}.logical_name`: there is no table `{name}`; the organisation's own tables are: {has}"
    ))
}

/// Defaults that name a row must name one that is there.
fn defaults<H: Http + Log>(client: &Client<'_, H>) -> Result<Vec<String>, CallError> {
    let mut findings = Vec::new();
    for (name, value) in &client.settings.defaults {
        if references::of_navigation(client.settings, name).is_none() {
            continue;
        }
        let mut draft = Draft::default();
        draft.set(name, value.clone());
        let why = match references::resolve(client, &mut draft) {
            Ok(left_out) => left_out.into_iter().next(),
            Err(error) if is_finding(&error) => Some(error.message),
            Err(error) => return Err(error),
        };
        findings.extend(why.map(|why| format!("setting `defaults.{name}`: {why}")));
    }
    Ok(findings)
}

#[cfg(test)]
mod tests;
