//! Searches out of an alert's body: the links that Azure gives to programs, read and made anew.
//!
//! A link is a stranger's text. It is taken only at the services that Azure's links lead to, one or two a cloud, where it names a workspace or an
//! application that the settings list, or another resource in a listed subscription; and only with a query that stays there. The
//! address is built from what was read, so nothing else of the link is sent.

use super::query::Query;
use crate::arm::{ArmId, is_guid};
use crate::settings::Settings;
use serde_json::Value;
use signalbox_sdk::types::Alert;

/// Where links for programs lead, in the public cloud, the US government's and China's; each wants a grant of the operator's.
pub const ORIGINS: [&str; 7] = [
    "https://api.loganalytics.io",
    "https://api.loganalytics.azure.com",
    "https://api.applicationinsights.io",
    "https://api.loganalytics.us",
    "https://api.applicationinsights.us",
    "https://api.loganalytics.azure.cn",
    "https://api.applicationinsights.azure.cn",
];

/// The narrower one first.
const LINKS: [&str; 2] = ["linkToFilteredSearchResultsAPI", "linkToSearchResultsAPI"];
/// How many searches of one alert are repeated.
const MOST: usize = 3;
/// Longer than any link of Azure's.
const LONGEST: usize = 64 << 10;
/// Of a time span, `2026-03-02T11:00:00Z/2026-03-02T11:10:00Z`.
const LONGEST_TIMESPAN: usize = 100;
/// Types whose own name is what `workspaces` lists.
const STORES: [&str; 2] = ["microsoft.operationalinsights/workspaces", "microsoft.insights/components"];

/// A search that may be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Where to.
    pub url: String,
    /// What.
    pub query: Query,
    /// Over what time, where the query itself does not say.
    pub timespan: Option<String>,
}

/// The searches of an alert, each to repeat or with a reason why not.
#[must_use]
pub fn of_alert(settings: &Settings, alert: &Alert) -> Vec<Result<Search, String>> {
    let Ok(payload) = serde_json::from_str::<Value>(&alert.payload) else { return Vec::new() };
    let mut links = Vec::new();
    collect(&payload, &mut links);
    let is_cut = links.len() > MOST;
    let searches = links.into_iter().take(MOST).map(|link| search(settings, link));
    searches.chain(is_cut.then(|| Err(format!("those after the first {MOST} searches are not repeated")))).collect()
}

/// One link of each object that has some, each once, until there is one too many.
fn collect<'a>(value: &'a Value, links: &mut Vec<&'a str>) {
    match value {
        _ if links.len() > MOST => {}
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, links)),
        Value::Object(fields) => {
            let named = |wanted: &str| {
                let field = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
                field.and_then(|(_, value)| value.as_str()).filter(|link| !link.trim().is_empty())
            };
            if let Some(link) = LINKS.into_iter().find_map(named).filter(|link| !links.contains(link)) {
                links.push(link);
            }
            fields.values().for_each(|field| collect(field, links));
        }
        _ => {}
    }
}

fn search(settings: &Settings, link: &str) -> Result<Search, String> {
    let origin = ORIGINS.into_iter().find(|origin| link.get(..origin.len()) == Some(origin));
    let rest = origin.and_then(|origin| link.get(origin.len()..)).filter(|rest| rest.starts_with("/v1/"));
    let (Some(origin), Some(rest)) = (origin, rest) else {
        return Err("the alert's link does not lead to a search service of Azure's".into());
    };
    if link.len() > LONGEST || link.contains('#') {
        return Err("the alert's link is none of Azure's".into());
    }
    let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let scope = path.strip_prefix("/v1").and_then(|path| path.strip_suffix("/query"));
    let scope = scope.ok_or("the alert's link leads to no search")?;
    let url = format!("{origin}/v1{}/query", scope_of(settings, scope)?);
    let mut query = None;
    let mut timespan = None;
    for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = decoded(&value.replace('+', " ")).ok_or("the alert's link is not encoded as a link must be")?;
        match name {
            "query" if query.is_none() => query = Some(value),
            "timespan" if timespan.is_none() => timespan = Some(value),
            _ => return Err("the alert's link has more than a query and a time span".into()),
        }
    }
    let query = Query::parse(&query.unwrap_or_default()).map_err(|why| format!("the search's query {why}"))?;
    if timespan.as_deref().is_some_and(|timespan| !is_timespan(timespan)) {
        return Err("the alert's link has a time span that is none".into());
    }
    Ok(Search { url, query, timespan })
}

/// What a search reads, as a path; `scope` as it stands in the link.
fn scope_of(settings: &Settings, scope: &str) -> Result<String, String> {
    let listed = |is_it: &dyn Fn(&str) -> bool| settings.workspaces.iter().any(|listed| is_it(listed));
    let unlisted = |what: &str| format!("{what} that the settings do not list under `workspaces`");
    for (word, what) in [("/workspaces/", "a workspace"), ("/apps/", "an application")] {
        if let Some(id) = scope.strip_prefix(word) {
            let is_listed = is_guid(id) && listed(&|listed| listed.eq_ignore_ascii_case(id));
            return if is_listed { Ok(format!("{word}{id}")) } else { Err(unlisted(&format!("it reads {what}"))) };
        }
    }
    let scope = decoded(scope).ok_or("the alert's link is not encoded as a link must be")?;
    let id = ArmId::within(&scope, &settings.subscriptions).map_err(|why| format!("what it reads {why}"))?;
    match id.kind() {
        // A search over a subscription or a group reads whatever workspaces are in it.
        None => Err("it reads a whole subscription or resource group".into()),
        Some(kind) if STORES.contains(&kind.as_str()) && !listed(&|listed| id.is(listed)) => {
            Err(unlisted("it reads a workspace or an application"))
        }
        Some(_) => Ok(id.path()),
    }
}

/// Two moments, or a duration, by their characters.
fn is_timespan(text: &str) -> bool {
    let is_known = |character: char| character.is_ascii_alphanumeric() || ":.+-/".contains(character);
    !text.is_empty() && text.len() <= LONGEST_TIMESPAN && text.chars().all(is_known)
}

/// Without percent-encoding; none where it is broken, or no UTF-8 comes of it.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        if first == b'%' {
            let (code, behind) = behind.split_at_checked(2)?;
            let code = std::str::from_utf8(code).ok().filter(|code| !code.starts_with('+'))?;
            bytes.push(u8::from_str_radix(code, 16).ok()?);
            rest = behind;
        } else {
            bytes.push(first);
            rest = behind;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests;
