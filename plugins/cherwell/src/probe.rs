//! Is this a Cherwell system, does it take the credentials, and is it built as the settings say?
//!
//! What can be seen by reading is checked; rights to write show with the first ticket. The first refusal of the address or the
//! credentials is an error, all else is a finding: a line that says what a person must do.

use crate::catalog::{Field, Object, UNKNOWN};
use crate::client::Client;
use crate::errors::Place;
use crate::fields::{self, Role};
use crate::references;
use crate::row::Row;
use crate::search::{Listing, Question};
use crate::settings::{Operator, Settings};
use crate::time::Dates;
use serde_json::Value;
use signalbox_sdk::adapter::ProbeReport;
use signalbox_sdk::fault::unanswered;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::json;
use signalbox_sdk::probe::is_finding;
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::types::{CallError, CallErrorKind};
use std::collections::BTreeSet;

/// How often two pages are compared before they count as different.
const LOOKS: u32 = 3;

/// The characters of a key, at most.
const KEY: usize = 64;

/// Looks.
///
/// # Errors
/// `unauthorized`, `protocol` and what says that the system cannot be reached.
pub fn probe<H: Http + Log>(client: &Client<'_, H>) -> Result<ProbeReport, CallError> {
    let settings = client.settings;
    let info = client.get("serviceinfo", &[], Place::Elsewhere)?;
    let mut findings = Vec::new();
    let dates = match settings.dates() {
        Ok(dates) => Some(dates),
        Err(invalid) => {
            findings.push(invalid.to_string());
            None
        }
    };
    let incident = object(client, settings.object(RecordKind::Incident), &mut findings)?;
    let change = object(client, settings.object(RecordKind::Change), &mut findings)?;
    let note = object(client, &settings.journal.object, &mut findings)?;
    if let Some(incident) = &incident {
        findings.extend(of_incident(settings, incident));
        if let Some(dates) = &dates {
            findings.extend(of_search(client, incident, dates, &info)?);
        }
    }
    if let Some(change) = &change {
        findings.extend(missing_fields(settings, RecordKind::Change, change));
    }
    if let Some(note) = note.filter(|note| note.field(&settings.journal.text_field).is_err()) {
        findings
            .push(format!("`{}` has no field `{}`: set `journal.text_field`", note.name, settings.journal.text_field));
    }
    findings.extend(of_references(client)?);
    let version = [json::text(&info, "csmVersion"), json::text(&info, "apiVersion")];
    let version = version.into_iter().find(|version| !version.is_empty()).unwrap_or_default().to_owned();
    Ok(ProbeReport { product: "Cherwell Service Management".into(), version, findings })
}

/// An object's schema; what concerns one object is a finding, and what concerns the connection is the probe's answer.
fn object<H: Http + Log>(
    client: &Client<'_, H>,
    name: &str,
    findings: &mut Vec<String>,
) -> Result<Option<Object>, CallError> {
    let found = client.catalog(&[name]).and_then(|catalog| catalog.object(name).cloned());
    match found {
        Ok(object) => Ok(Some(object)),
        Err(error) if is_finding(&error) => {
            let hint = if error.code == UNKNOWN { "" } else { ": the account's security group must see it" };
            findings.push(format!("`{name}` can't be used{hint} ({})", error.message));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Whether incidents are as the settings have them.
fn of_incident(settings: &Settings, incident: &Object) -> Vec<String> {
    let mut findings = missing_fields(settings, RecordKind::Incident, incident);
    match incident.field(&settings.key_field) {
        Ok(Field { longest: Some(longest), .. }) if *longest < KEY => {
            findings.push(format!("`{}` holds {longest} characters, and the gateway's key needs {KEY}", settings.key_field));
        }
        Ok(_) => {}
        Err(_) => findings.push(format!(
            "`{}` has no field `{}`: add a text field of {KEY} characters for the gateway's key, or name another in `key_field`",
            incident.name, settings.key_field
        )),
    }
    if let Err(error) = incident.relation(&settings.journal.relationship) {
        findings.push(format!("{}: set `journal.relationship`", error.message));
    }
    let state = settings.field(RecordKind::Incident, Role::State);
    if !incident.state_field.is_empty() && !incident.name_of(&incident.state_field).eq_ignore_ascii_case(state) {
        let field = incident.name_of(&incident.state_field);
        findings.push(format!(
            "the states of `{}` are in `{field}` and not in `{state}`: set `incident.fields`",
            incident.name
        ));
    }
    let has = |wanted: &str| incident.states.iter().any(|state| state == wanted);
    for (setting, state) in [("resolved_state", &settings.resolved_state), ("reopen_state", &settings.reopen_state)] {
        if !incident.states.is_empty() && !has(state) {
            findings.push(format!("{setting} \"{state}\" is none of the system's: {}", incident.states.join(", ")));
        }
    }
    for state in incident.states.iter().filter(|state| settings.state(state).is_none()) {
        findings.push(format!("the state \"{state}\" has no meaning here: add it to `states`"));
    }
    let needed: Vec<_> = unset(settings, incident).collect();
    if !needed.is_empty() {
        findings.push(format!(
            "a new `{}` needs {}: give a value in `opening`, or in the mapping's `fields`",
            incident.name,
            needed.join(", ")
        ));
    }
    findings
}

/// The fields that the settings name and the object does not have.
fn missing_fields(settings: &Settings, kind: RecordKind, object: &Object) -> Vec<String> {
    let delivered = fields::delivered(kind);
    let roles: BTreeSet<Role> = match kind {
        RecordKind::Incident => &settings.incident,
        RecordKind::Change => &settings.change,
    }
    .fields
    .keys()
    .chain(delivered.keys())
    .copied()
    // Where there is no stamp, the date of the last change takes its place.
    .filter(|role| *role != Role::Version)
    .collect();
    let names = roles.into_iter().map(|role| settings.field(kind, role)).filter(|name| !name.is_empty());
    let missing: Vec<_> = names.filter(|name| object.field(name).is_err()).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let section = if kind == RecordKind::Incident { "incident" } else { "change" };
    vec![format!(
        "`{}` has no field {}: name another in `{section}.fields`, or none (\"\")",
        object.name,
        missing.join(", ")
    )]
}

/// The fields without which no incident can be made, and for which nothing but a mapping could give a value.
fn unset<'a>(settings: &'a Settings, incident: &'a Object) -> impl Iterator<Item = &'a str> {
    let field = |role| settings.field(RecordKind::Incident, role);
    // Content always has a title, a description and a severity.
    let mut set: Vec<&str> = vec![field(Role::Title), field(Role::Description), &settings.key_field, "RecID"];
    set.extend(settings.opening.keys().chain(settings.severity.error.keys()).map(String::as_str));
    set.push(field(Role::State));
    for (role, default) in [
        (Role::Assignment, &settings.assignment),
        (Role::Caller, &settings.caller),
        (Role::ConfigurationItem, &settings.configuration_item),
        (Role::Service, &settings.service),
        (Role::Category, &settings.category),
    ] {
        set.extend(Some(field(role)).filter(|_| !default.is_empty()));
    }
    let is_set = move |field: &&Field| set.iter().any(|set| set.eq_ignore_ascii_case(&field.name));
    incident
        .fields()
        .filter(|field| field.required)
        .filter(move |field| !is_set(field))
        .map(|field| field.name.as_str())
}

/// Whether searches count pages and read dates as the settings say: an incident that is there must be found by its own date, and
/// not by a later one.
fn of_search<H: Http + Log>(
    client: &Client<'_, H>,
    incident: &Object,
    dates: &Dates,
    info: &Value,
) -> Result<Vec<String>, CallError> {
    let name = client.settings.field(RecordKind::Incident, Role::UpdatedAt);
    let (Ok(rec_id), Ok(updated_at)) = (incident.rec_id_field(), incident.field(name)) else { return Ok(Vec::new()) };
    let (first, from_nought) = match first_page(client, incident, rec_id) {
        Ok(found) => found,
        Err(error) if matches!(error.kind, CallErrorKind::Rejected | CallErrorKind::Protocol) => {
            return Ok(vec![format!("`{}` can't be searched: {}", incident.name, error.message)]);
        }
        Err(error) => return Err(error),
    };
    let Some(row) = first.rows.first() else { return Ok(Vec::new()) };
    let mut findings = Vec::new();
    if from_nought {
        findings.push("the first page of a search is number 0: set `search.first_page`".to_owned());
    }
    if let Some((said, date)) = offset(info).zip(first.date).filter(|(said, date)| dates.offset_at(*date) != *said) {
        let set = dates.offset_at(date);
        findings.push(format!(
            "the system's clock is {} minutes ahead of UTC, by `dates.time_zone` it is {}",
            said / 60,
            set / 60
        ));
    }
    findings.extend(clock(client, incident, (rec_id, &updated_at.id), row, dates)?);
    Ok(findings)
}

/// The first page, and whether there is another one before it. People write meanwhile, so two pages that differ once tell nothing:
/// it counts what differs each time.
fn first_page<H: Http + Log>(
    client: &Client<'_, H>,
    incident: &Object,
    rec_id: &str,
) -> Result<(Listing, bool), CallError> {
    let first = Question::new(incident, Vec::new(), 1).ordered_by(rec_id);
    let nought = Question { page: Some(0), ..first.clone() };
    let mut left = LOOKS;
    loop {
        left -= 1;
        let [first, nought] = pair(client.search_all(&[first.clone(), nought.clone()]));
        let first = first?;
        let row = first.rows.first().map(|row| &row.rec_id);
        let is_other = |listing: Listing| listing.rows.first().is_some_and(|other| Some(&other.rec_id) != row);
        let differs = row.is_some() && nought.is_ok_and(is_other);
        if !differs || left == 0 {
            return Ok((first, differs));
        }
    }
}

fn clock<H: Http + Log>(
    client: &Client<'_, H>,
    incident: &Object,
    (rec_id, updated_at): (&str, &str),
    row: &Row,
    dates: &Dates,
) -> Result<Option<String>, CallError> {
    let name = client.settings.field(RecordKind::Incident, Role::UpdatedAt);
    let shown = row.get(name);
    let Some(stamp) = dates.read(shown) else {
        return Ok(Some(format!("the system writes dates as {shown:?}: set `dates.format`, or `locale`")));
    };
    let after = |stamp| {
        let conditions =
            vec![(rec_id, Operator::Eq, row.rec_id.clone()), (updated_at, Operator::Gt, dates.write_at_most(stamp))];
        Question::new(incident, conditions, 1)
    };
    let [before, later] = pair(client.search_all(&[after(stamp.minus_seconds(60)), after(stamp.plus_seconds(60))]));
    let found = |listing: Result<Listing, CallError>| listing.map(|listing| !listing.rows.is_empty());
    if found(before)? && !found(later)? {
        return Ok(None);
    }
    // People may have changed it meanwhile: then it is another minute's, and nothing is known.
    let itself = Question::new(incident, vec![(rec_id, Operator::Eq, row.rec_id.clone())], 1);
    let is_as_it_was =
        client.search(&itself)?.rows.iter().any(|now| now.rec_id == row.rec_id && now.get(name) == shown);
    let finding = "the system compares dates otherwise than it writes them: set `dates.format`, or `locale`";
    Ok(is_as_it_was.then(|| finding.to_owned()))
}

/// The settings that name a record, and the objects that names are looked up in.
fn of_references<H: Http + Log>(client: &Client<'_, H>) -> Result<Vec<String>, CallError> {
    let settings = client.settings;
    let mut findings = Vec::new();
    for (setting, role, value) in [
        ("caller", Role::Caller, &settings.caller),
        ("configuration_item", Role::ConfigurationItem, &settings.configuration_item),
    ] {
        let mut draft = crate::draft::Draft::default();
        draft.set_or(settings.field(RecordKind::Incident, role), None, value);
        let lookups = references::lookups(settings, &draft);
        if lookups.is_empty() {
            continue;
        }
        let names = references::objects(&lookups);
        let resolved =
            client.catalog(&names).and_then(|catalog| references::resolve(client, &catalog, &lookups, &mut draft));
        match resolved {
            Ok(left_out) => findings.extend(left_out.into_iter().map(|line| format!("setting `{setting}`: {line}"))),
            Err(error) if error.kind == CallErrorKind::Rejected => {
                findings.push(format!("setting `{setting}`: {}", error.message));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(findings)
}

fn pair<T>(answers: Vec<Result<T, CallError>>) -> [Result<T, CallError>; 2] {
    let mut answers = answers.into_iter();
    let mut next = || answers.next().unwrap_or_else(|| Err(unanswered()));
    [next(), next()]
}

/// Seconds that the system says its clock is ahead of UTC; none where it does not say.
fn offset(info: &Value) -> Option<i32> {
    let text = json::text(info, "systemUtcOffset");
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut parts = rest.split(':').map(str::parse::<i32>);
    let (hours, minutes) = (parts.next()?.ok()?, parts.next()?.ok()?);
    Some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests;
