//! Is this the portal of a Service Manager, does it take the credentials, and is there what the settings name?
//!
//! What can be seen by reading is checked; rights to write show with the first ticket. The first refusal of the address or the
//! credentials is an error, all else is a finding: a line that says what a person must do.

use crate::client::{Client, Named, Question, Reply};
use crate::element::Guid;
use crate::lists::{LISTS, List};
use crate::projection::Projection;
use crate::query::{Left, Operator, Query};
use crate::references;
use crate::settings::{KeyProperty, Settings, Times, Weight};
use crate::time;
use signalbox_sdk::adapter::ProbeReport;
use signalbox_sdk::fault::unanswered;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::probe;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// A key that no ticket has.
const NOBODY: &str = "0000000000000000000000000000000000000000-0";
/// How far back an object is looked for that shows how the portal reads times.
const LATELY: u32 = 7 * 86_400;

/// Looks.
///
/// # Errors
/// `unauthorized`, `protocol` and what says that the portal cannot be reached.
pub fn probe<H: Http + Log>(client: &Client<'_, H>) -> Result<ProbeReport, CallError> {
    let settings = client.settings;
    let questions = questions(client);
    let mut answers = client.ask_all(&questions).into_iter();
    let mut next = || answers.next().unwrap_or_else(|| Err(unanswered()));
    let mut findings = Vec::new();
    let looked = finding_of(next(), &mut findings, |why| {
        format!(
            "incidents cannot be asked for by `{}`: look at the settings `key` and `projections` ({why})",
            settings.key.property
        )
    })?;
    if let Some(Reply::Objects(listing)) = looked {
        findings.extend(listing.objects.first().map(|object| {
            format!("the portal does not bind criteria: asked for no incident it answered {}", object.text("Id"))
        }));
    }
    finding_of(next(), &mut findings, |why| format!("change requests cannot be asked for ({why})"))?;
    let recent = finding_of(next(), &mut findings, |why| format!("incidents cannot be asked for by time ({why})"))?;
    if let Some(Reply::Objects(listing)) = recent
        && let Some((object, stamp)) =
            listing.objects.iter().find_map(|object| Some((object, object.stamp("LastModified")?)))
    {
        findings.extend(properties(settings, object));
        findings.extend(clock(client, object, stamp)?);
    }
    let templates = finding_of(next(), &mut findings, |why| format!("templates cannot be listed ({why})"))?;
    findings.extend(templates.and_then(|templates| template(settings, &named(templates))));
    for list in LISTS {
        let what = format!("the list of `{}` cannot be read", list.property());
        let entries = finding_of(next(), &mut findings, |why| format!("{what} ({why})"))?;
        findings.extend(entries.map(|entries| entries_of(settings, list, &named(entries))).unwrap_or_default());
    }
    findings.extend(user(client, "created_by", &settings.created_by)?);
    findings.extend(user(client, "caller", &settings.caller)?);
    Ok(ProbeReport { product: "System Center Service Manager".into(), version: String::new(), findings })
}

fn questions<H>(client: &Client<'_, H>) -> Vec<Question> {
    let Settings { projections, key, .. } = client.settings;
    let none = Query::new().and(Left::Property(key), Operator::Equal, NOBODY);
    let no_change = Query::new().and(Left::Generic("FullName"), Operator::Equal, NOBODY);
    let lately = between(client, Some(client.now.minus_seconds(LATELY)), None);
    let class = Guid::of_element("System.WorkItem.Incident.Library", "System.WorkItem.Incident");
    let mut questions = vec![
        Question::Objects(none, projections.incident.clone()),
        Question::Objects(no_change, projections.change.clone()),
        Question::Objects(lately, projections.incident.clone()),
        Question::Templates(class),
    ];
    questions.extend(LISTS.into_iter().map(|list| Question::Entries(list.root())));
    questions
}

/// What is refused of one question is a finding.
fn finding_of(
    answer: Result<Reply, CallError>,
    findings: &mut Vec<String>,
    words: impl Fn(&str) -> String,
) -> Result<Option<Reply>, CallError> {
    // A portal answers 500 to a query that it cannot make sense of.
    let answer = answer.map_err(|error| match error.code.as_str() {
        "500" => CallError { kind: CallErrorKind::Rejected, ..error },
        _ => error,
    });
    probe::finding_of(answer, findings, words)
}

/// A pull asks for objects by time: the portal must read that time as UTC.
fn clock<H: Http + Log>(
    client: &Client<'_, H>,
    object: &Projection,
    stamp: Stamp,
) -> Result<Option<String>, CallError> {
    let asked = |query| client.query(&client.settings.projections.incident, query).map(|listing| listing.objects);
    let is_it = |found: &&Projection| found.id() == object.id();
    let window = between(client, Some(stamp.minus_seconds(1)), Some(stamp.plus_seconds(1)));
    if asked(window)?.iter().any(|found| is_it(&found)) {
        return Ok(None);
    }
    // People may have changed it meanwhile: then it is another moment's, and nothing is known.
    let id = object.id().map(|id| id.to_string()).unwrap_or_default();
    let now = asked(Query::new().and(Left::Generic("Id"), Operator::Equal, &id))?;
    let is_as_it_was = now.iter().find(is_it).is_some_and(|now| now.stamp("LastModified") == Some(stamp));
    let other = match client.settings.list.times {
        Times::Marked => "bare",
        Times::Bare => "marked",
    };
    Ok(is_as_it_was.then(|| {
        format!(
            "the portal does not read times as UTC, so that a pull misses incidents: set `list.times` to \"{other}\""
        )
    }))
}

fn between<H>(client: &Client<'_, H>, from: Option<Stamp>, to: Option<Stamp>) -> Query {
    let spelled = |stamp: Stamp| match client.settings.list.times {
        Times::Marked => time::spelled(stamp),
        Times::Bare => time::bare(stamp),
    };
    let stamp = Left::Generic("LastModified");
    let query = from.map(|from| Query::new().and(stamp, Operator::GreaterEqual, &spelled(from))).unwrap_or_default();
    match to {
        Some(to) => query.and(stamp, Operator::LessEqual, &spelled(to)),
        None => query,
    }
}

/// The projection must show what the adapter reads and writes.
fn properties(settings: &Settings, object: &Projection) -> Vec<String> {
    let KeyProperty { property, .. } = &settings.key;
    let resolution = ["ResolutionCategory", "ResolutionDescription", "ResolvedDate"];
    let needed = [property.as_str(), "Title", "Status", "Impact", "Urgency"].into_iter().chain(resolution);
    let missing = needed.filter(|property| !object.has(property));
    missing.map(|property| format!("incidents of this projection have no property `{property}`")).collect()
}

fn template(settings: &Settings, templates: &[Named]) -> Option<String> {
    let id = Guid::parse(&settings.template);
    let is_there = templates.is_empty() || templates.iter().any(|template| Some(template.id) == id);
    (!is_there).then(|| format!("setting `template`: no template for incidents has the GUID {}", settings.template))
}

/// The settings that name an entry of this list must name one that is there.
fn entries_of(settings: &Settings, list: List, entries: &[Named]) -> Vec<String> {
    let of_severity = |name: fn(&Weight) -> &str, what: &str| {
        let pairs = settings.severity.named();
        pairs.map(|(severity, weight)| (format!("severity.{severity}.{what}"), name(weight).to_owned())).collect()
    };
    let named: Vec<(String, String)> = match list {
        List::Status => {
            let statuses = [("resolved_status", &settings.resolved_status), ("reopen_status", &settings.reopen_status)];
            statuses.map(|(setting, name)| (setting.to_owned(), name.clone())).to_vec()
        }
        List::Classification => vec![("category".into(), settings.category.clone())],
        List::Source => vec![("source".into(), settings.source.clone())],
        List::TierQueue => vec![("support_group".into(), settings.support_group.clone())],
        List::ResolutionCategory => vec![("resolution_category".into(), settings.resolution_category.clone())],
        List::Impact => of_severity(|weight| &weight.impact, "impact"),
        List::Urgency => of_severity(|weight| &weight.urgency, "urgency"),
        List::ChangeStatus => Vec::new(),
    };
    let is_there = |name: &str| match Guid::parse(name).or_else(|| list.entry(name)) {
        Some(id) => entries.iter().any(|entry| entry.id == id),
        None => {
            let has_name = |entry: &&Named| entry.names.iter().any(|known| known.to_lowercase() == name.to_lowercase());
            entries.iter().filter(has_name).count() == 1
        }
    };
    let missing = named.into_iter().filter(|(_, name)| !name.is_empty() && !is_there(name));
    let there = entries.iter().filter_map(|entry| entry.names.last()).cloned().collect::<Vec<_>>().join(", ");
    missing.map(|(setting, name)| format!("setting `{setting}`: \"{name}\" is no single entry of: {there}")).collect()
}

fn user<H: Http + Log>(client: &Client<'_, H>, setting: &str, name: &str) -> Result<Option<String>, CallError> {
    if name.is_empty() {
        return Ok(None);
    }
    match references::user(client, name) {
        Ok(_) => Ok(None),
        Err(error) if error.kind == CallErrorKind::Rejected => {
            Ok(Some(format!("setting `{setting}`: {}", error.message)))
        }
        Err(error) => Err(error),
    }
}

fn named(reply: Reply) -> Vec<Named> {
    match reply {
        Reply::Named(named) => named,
        Reply::Objects(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
