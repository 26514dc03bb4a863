//! Lists of alerts: filters, sorting, time range, pages.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Book, Kept, invalid, shown};
use crate::{
    azure::{
        management::{self, Path},
        paging,
        refusal::Refusal,
    },
    shared::Call,
};

/// Alerts in a page where nothing is said, and where the context is asked for at most.
const USUAL: usize = 25;
/// Alerts in a page at most.
const MOST: usize = 250;

/// The name of a parameter, and the field that it is compared with.
type Filter = (&'static str, fn(&Kept) -> String);

/// All filters.
const FILTERS: [Filter; 8] = [
    ("targetResource", |kept| kept.alert.target.clone()),
    ("targetResourceType", |kept| management::kind(&kept.alert.target).unwrap_or_default().1),
    ("targetResourceGroup", |kept| management::resource_group(&kept.alert.target).unwrap_or_default().to_owned()),
    ("monitorService", |kept| kept.alert.monitor_service.clone()),
    ("monitorCondition", |kept| kept.alert.condition.name().to_owned()),
    ("severity", |kept| kept.alert.severity.clone()),
    ("alertState", |kept| kept.alert.state.name().to_owned()),
    ("alertRule", |kept| kept.alert.rule.clone()),
];

/// Parameters that are taken and mean nothing here.
const IGNORED: [&str; 4] = ["api-version", "includeEgressConfig", "select", "smartGroupId"];

/// A page of alerts.
///
/// # Errors
/// Where a parameter is unknown or its value not one of those that are documented.
pub fn serve(book: &Book, call: &Call, path: &Path, now: Timestamp) -> Result<Value, Refusal> {
    check_names(call)?;
    let with_context = call.query.is_true("includeContext");
    let size = page_size(call, with_context)?;
    let (from, until) = range(call, now)?;
    let mut found: Vec<_> = book
        .all(now)
        .filter(|kept| management::is_within(&kept.alert.target, &path.scope))
        .filter(|kept| from <= kept.started && kept.started <= until)
        .filter(|kept| FILTERS.iter().all(|filter| passes(call, kept, filter)))
        .collect();
    sort(call, &mut found)?;
    let page = paging::page(call, found, size).map_err(|paging::UnknownPage| invalid("The page token is invalid."))?;
    let value: Vec<_> = page.rows.into_iter().map(|kept| shown(kept, with_context)).collect();
    Ok(json!({ "value": value, "nextLink": page.next }))
}

fn check_names(call: &Call) -> Result<(), Refusal> {
    let known = ["includeContext", "pageCount", "sortBy", "sortOrder", "timeRange", "customTimeRange", paging::TOKEN];
    for (name, _) in &call.query.0 {
        let name = name.as_str();
        let is_filter = FILTERS.iter().any(|(filter, _)| *filter == name);
        if !is_filter && !known.contains(&name) && !IGNORED.contains(&name) {
            return Err(invalid(&format!("The parameter '{name}' is not known.")));
        }
    }
    Ok(())
}

fn page_size(call: &Call, with_context: bool) -> Result<usize, Refusal> {
    let Some(text) = call.query.get("pageCount") else { return Ok(USUAL) };
    let most = if with_context { USUAL } else { MOST };
    let size = text.parse().ok().filter(|size| (1..=most).contains(size));
    size.ok_or_else(|| invalid(&format!("The value '{text}' of the parameter 'pageCount' must be from 1 to {most}.")))
}

fn range(call: &Call, now: Timestamp) -> Result<(Timestamp, Timestamp), Refusal> {
    let back = |hours| now.saturating_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MIN);
    let oldest = back(30 * 24);
    if let Some(custom) = call.query.get("customTimeRange") {
        let ends = custom.split_once('/');
        let ends = ends.and_then(|(from, until)| Some((from.parse().ok()?, until.parse::<Timestamp>().ok()?)));
        return ends.filter(|(from, until)| oldest <= *from && from <= until).ok_or_else(|| {
            invalid(&format!(
                "The value '{custom}' of the parameter 'customTimeRange' must be within the past 30 days."
            ))
        });
    }
    let hours = match call.query.get("timeRange") {
        Some("1h") => 1,
        None | Some("1d") => 24,
        Some("7d") => 7 * 24,
        Some("30d") => 30 * 24,
        Some(other) => {
            return Err(invalid(&format!("The value '{other}' of the parameter 'timeRange' is invalid.")));
        }
    };
    Ok((back(hours), now))
}

fn passes(call: &Call, kept: &Kept, (name, field): &Filter) -> bool {
    call.query.get(name).is_none_or(|wanted| field(kept).eq_ignore_ascii_case(wanted))
}

fn sort(call: &Call, found: &mut [&Kept]) -> Result<(), Refusal> {
    let by = call.query.get("sortBy").unwrap_or("lastModifiedDateTime");
    match by {
        "lastModifiedDateTime" => found.sort_by_key(|kept| kept.modified),
        "startDateTime" => found.sort_by_key(|kept| kept.started),
        "name" => found.sort_by(|a, b| a.alert.name.cmp(&b.alert.name)),
        other => match FILTERS.iter().find(|(name, _)| *name == other) {
            Some((_, field)) => found.sort_by_key(|kept| field(kept)),
            None => return Err(invalid(&format!("The value '{other}' of the parameter 'sortBy' is invalid."))),
        },
    }
    match call.query.get("sortOrder") {
        Some("asc") => Ok(()),
        None | Some("desc") => {
            found.reverse();
            Ok(())
        }
        Some(other) => Err(invalid(&format!("The value '{other}' of the parameter 'sortOrder' is invalid."))),
    }
}
