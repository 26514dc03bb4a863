//! Is this a ServiceNow instance, does it take the credentials, and may the account do what the settings need?
//!
//! What can be seen by reading is checked; rights to write show with the first ticket. The first refusal of the address or the
//! credentials is an error, all else is a finding: a line that says what a person must do.

use crate::client::{Client, Columns, Question};
use crate::draft::Draft;
use crate::query::Query;
use crate::references;
use crate::row::Row;
use crate::settings::Settings;
use signalbox_sdk::adapter::ProbeReport;
use signalbox_sdk::fault::unanswered;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::probe::finding_of;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// Looks.
///
/// # Errors
/// `unauthorized`, `protocol` and what says that the instance cannot be reached.
pub fn probe<H: Http + Log>(client: &Client<'_, H>) -> Result<ProbeReport, CallError> {
    let settings = client.settings;
    let named = [("groups", "assignment_group"), ("configuration items", "cmdb_ci")].map(|(things, column)| {
        (things, references::of_column(settings, column).map(|reference| reference.table).unwrap_or_default())
    });
    let answers = client.list_all(&questions(settings, &named));
    let [incidents, codes, journal, build, groups, items] =
        answers.try_into().unwrap_or_else(|_| std::array::from_fn(|_| Err(unanswered())));
    let mut findings = Vec::new();
    let incidents = finding_of(incidents, &mut findings, |why| {
        format!("the account cannot read `{}`: give it the role itil ({why})", settings.tables.incident)
    })?;
    let codes = finding_of(codes, &mut findings, |why| {
        format!("the account cannot read `sys_choice`, so that close_code is unchecked ({why})")
    })?;
    findings.extend(codes.and_then(|codes| close_code(settings, &codes.rows)));
    finding_of(journal, &mut findings, |why| {
        format!("the account cannot read `sys_journal_field`, which keeps notes from being posted twice ({why})")
    })?;
    for ((things, table), looked) in named.iter().zip([groups, items]) {
        finding_of(looked, &mut findings, |why| {
            format!("the account cannot read `{table}`, so that names of {things} cannot be looked up ({why})")
        })?;
    }
    if let Some(row) = incidents.as_ref().and_then(|incidents| incidents.rows.first()) {
        findings.extend(clock(client, row)?);
    }
    for (setting, column, value) in defaults(settings) {
        findings.extend(default_reference(client, setting, column, value)?);
    }
    // The build's name is for people; most accounts may not see it.
    let version = build.ok().and_then(|build| Some(build.rows.first()?.value("value").to_owned())).unwrap_or_default();
    Ok(ProbeReport { product: "ServiceNow".into(), version, findings })
}

/// What is asked side by side, at last the tables where names are looked up.
fn questions<'a>(settings: &'a Settings, named: &'a [(&str, String); 2]) -> [Question<'a>; 6] {
    let close_codes =
        Query::new().is("name", &settings.tables.incident).is("element", "close_code").is("inactive", "false");
    let only = Columns::Only;
    let [groups, items] =
        named.each_ref().map(|(_, table)| Question { table, query: Query::new(), columns: only("sys_id"), limit: 1 });
    [
        // The one that has not changed for longest: it will be the same when its stamp is asked for.
        Question {
            table: &settings.tables.incident,
            query: Query::new().ordered_by("sys_updated_on"),
            columns: only("sys_id,sys_updated_on"),
            limit: 1,
        },
        Question { table: "sys_choice", query: close_codes, columns: only("name,element,value"), limit: 100 },
        Question { table: "sys_journal_field", query: Query::new(), columns: only("sys_id"), limit: 1 },
        Question {
            table: "sys_properties",
            query: Query::new().is("name", "glide.buildname"),
            columns: only("name,value"),
            limit: 1,
        },
        groups,
        items,
    ]
}

/// The configured resolution code must be one of the instance's choices. Rows that are no such choice were not asked for; a table
/// that inherits its choices has none of its own, and says nothing.
fn close_code(settings: &Settings, rows: &[Row]) -> Option<String> {
    let is_choice = |row: &&Row| row.value("element") == "close_code" && row.value("name") == settings.tables.incident;
    let codes: Vec<_> = rows.iter().filter(is_choice).map(|row| row.value("value")).collect();
    if codes.is_empty() || codes.contains(&settings.close_code.as_str()) {
        return None;
    }
    Some(format!("close_code \"{}\" is none of the instance's: {}", settings.close_code, codes.join(", ")))
}

/// A pull asks for rows by time: the instance must read that time as UTC.
fn clock<H: Http + Log>(client: &Client<'_, H>, row: &Row) -> Result<Option<String>, CallError> {
    let (id, stamp) = (row.value("sys_id"), row.value("sys_updated_on"));
    let (table, columns) = (&client.settings.tables.incident, Columns::Only("sys_id,sys_updated_on"));
    let is_there = |query| {
        let found = client.list(&Question { table, query, columns, limit: 1 })?;
        let is_it = |found: &Row| found.value("sys_id") == id && found.value("sys_updated_on") == stamp;
        Ok::<_, CallError>(found.rows.iter().any(is_it))
    };
    let by_id = Query::new().is("sys_id", id);
    let by_time = by_id.clone().from("sys_updated_on", stamp).to("sys_updated_on", stamp);
    // Where people change it meanwhile, nothing is known.
    let is_hidden = !is_there(by_time)? && is_there(by_id)?;
    Ok(is_hidden.then(|| "the account's time zone must be GMT: a pull by time misses rows".to_owned()))
}

/// The settings that name a record.
fn defaults(settings: &Settings) -> [(&str, &str, &str); 4] {
    [
        ("assignment_group", "assignment_group", &settings.assignment_group),
        ("caller", "caller_id", &settings.caller),
        ("configuration_item", "cmdb_ci", &settings.configuration_item),
        ("service", "business_service", &settings.service),
    ]
}

fn default_reference<H: Http + Log>(
    client: &Client<'_, H>,
    setting: &str,
    column: &str,
    value: &str,
) -> Result<Option<String>, CallError> {
    if value.is_empty() {
        return Ok(None);
    }
    let finding = |why: &str| Some(format!("setting `{setting}`: {why}"));
    let known = if references::is_sys_id(value) {
        let Some(reference) = references::of_column(client.settings, column) else { return Ok(None) };
        client.row(&reference.table, value).map(|_| Vec::new())
    } else {
        let mut draft = Draft::default();
        draft.set(column, value);
        references::resolve(client, &mut draft)
    };
    match known {
        Ok(left_out) => Ok(left_out.first().and_then(|line| finding(line))),
        Err(error) if error.kind == CallErrorKind::Gone => {
            Ok(finding("no record that this account may see has this sys_id"))
        }
        Err(error) if error.kind == CallErrorKind::Rejected => Ok(finding(&error.message)),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
