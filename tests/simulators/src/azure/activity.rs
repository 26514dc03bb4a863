//! The activity log: `/subscriptions/{s}/providers/microsoft.insights/eventtypes/management/values`.
//!
//! A filter is `name operator 'value'` joined by `and`, with the names and operators that the reference allows and no other
//! syntax; where its time begins must be said, and no more than 90 days ago. The newest event comes first. `$select` keeps
//! the named properties.

use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::{
    cloud::Cloud,
    contents::Event,
    directory::{Action, Caller},
    management::{self, Path, authorize, check_version},
    options::TENANT,
    paging,
    refusal::{JSON, Refusal},
};
use crate::shared::{Answer, Call};

const VERSIONS: [&str; 1] = ["2015-04-01"];

/// How long events are kept.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What a filter asks.
#[derive(Debug, PartialEq, Eq)]
struct Filter {
    from: Timestamp,
    until: Option<Timestamp>,
    resource: Option<String>,
    resource_group: Option<String>,
    provider: Option<String>,
    correlation: Option<String>,
}

/// Serves a call.
///
/// # Errors
/// What the service refuses.
pub fn serve(cloud: &Cloud, call: &Call, path: &Path, caller: &Caller) -> Result<Answer, Refusal> {
    if call.method != Method::GET {
        return Err(management::wrong_method());
    }
    check_version(call, &VERSIONS)?;
    authorize(caller, Action::Read("Microsoft.Insights/eventtypes/values/Read"), &path.scope)?;
    let text = call.query.get("$filter").unwrap_or_default();
    let filter = Filter::parse(text).ok_or_else(|| {
        Refusal::bad_request(&format!("The filter '{text}' is not valid, or lacks the time that it begins with."))
    })?;
    let oldest = cloud.apparatus.clock.now().saturating_sub(KEPT_FOR).unwrap_or(Timestamp::MIN);
    if filter.from < oldest {
        let words =
            format!("The start time cannot be more than 90 days in the past. Provided start time: {}.", filter.from);
        return Err(Refusal::bad_request(&words));
    }
    let memory = cloud.memory();
    let here = memory.events.iter().filter(|event| management::is_within(&event.resource, &path.scope));
    let mut events: Vec<_> = here.filter(|event| filter.holds(event)).collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    let page = paging::page(call, events, cloud.options.activity_page);
    let page = page.map_err(|paging::UnknownPage| Refusal::bad_request("The skip token is not valid."))?;
    let select: Option<Vec<_>> = call.query.get("$select").map(|names| names.split(',').map(str::trim).collect());
    let value: Vec<_> = page.rows.into_iter().map(|event| selected(shown(event), select.as_deref())).collect();
    let mut body = Map::from_iter([("value".to_owned(), Value::from(value))]);
    body.extend(page.next.map(|next| ("nextLink".to_owned(), next.into())));
    Ok(Answer::json(StatusCode::OK, JSON, &body))
}

// === impl Filter ===

impl Filter {
    fn parse(text: &str) -> Option<Self> {
        let mut from = None;
        let (mut until, mut resource, mut resource_group, mut provider, mut correlation) =
            (None, None, None, None, None);
        for condition in text.split(" and ") {
            let mut words = condition.trim().splitn(3, ' ');
            let (name, operator) = (words.next()?, words.next()?);
            let value = words.next()?.trim().strip_prefix('\'')?.strip_suffix('\'')?;
            let slot = match (name.to_ascii_lowercase().as_str(), operator) {
                ("eventtimestamp", "ge") => {
                    from = Some(value.parse().ok()?);
                    continue;
                }
                ("eventtimestamp", "le") => {
                    until = Some(value.parse().ok()?);
                    continue;
                }
                ("resourceuri", "eq") => &mut resource,
                ("resourcegroupname", "eq") => &mut resource_group,
                ("resourceprovider", "eq") => &mut provider,
                ("correlationid", "eq") => &mut correlation,
                _ => return None,
            };
            *slot = Some(value.to_owned());
        }
        Some(Self { from: from?, until, resource, resource_group, provider, correlation })
    }

    fn holds(&self, event: &Event) -> bool {
        let is = |wanted: &Option<String>, value: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(value))
        };
        let provider = management::kind(&event.resource).unwrap_or_default().0;
        self.from <= event.at
            && self.until.is_none_or(|until| event.at <= until)
            && is(&self.resource, &event.resource)
            && is(&self.resource_group, management::resource_group(&event.resource).unwrap_or_default())
            && is(&self.provider, &provider)
            && is(&self.correlation, &event.correlation)
    }
}

fn shown(event: &Event) -> Value {
    let both = |value: &str| json!({ "value": value, "localizedValue": value });
    let (provider, types, _) = management::kind(&event.resource).unwrap_or_default();
    let title = if event.operation_title.is_empty() { &event.operation } else { &event.operation_title };
    let data_id = format!("{:032x}", event.at.as_nanosecond());
    json!({
        "authorization": { "action": event.operation, "scope": event.resource },
        "caller": event.caller,
        "channels": "Operation",
        "correlationId": event.correlation,
        "description": "",
        "eventDataId": data_id,
        "eventName": { "value": "EndRequest", "localizedValue": "End request" },
        "category": both(&event.category),
        "id": format!("{}/events/{data_id}/ticks/{}", event.resource, event.at.as_microsecond()),
        "level": event.level,
        "resourceGroupName": management::resource_group(&event.resource).unwrap_or_default(),
        "resourceProviderName": both(&provider),
        "resourceId": event.resource,
        "resourceType": both(&format!("{provider}/{types}")),
        "operationId": event.correlation,
        "operationName": { "value": event.operation, "localizedValue": title },
        "properties": event.properties,
        "status": both(&event.status),
        "subStatus": both(""),
        "eventTimestamp": event.at,
        "submissionTimestamp": event.at,
        "subscriptionId": management::subscription(&event.resource).unwrap_or_default(),
        "tenantId": TENANT,
    })
}

fn selected(mut event: Value, select: Option<&[&str]>) -> Value {
    if let (Some(select), Some(event)) = (select, event.as_object_mut()) {
        event.retain(|name, _| select.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)));
    }
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_has_a_beginning_and_no_other_syntax() {
        let from = "eventTimestamp ge '2026-11-22T10:00:00Z'";
        assert!(Filter::parse(from).is_some());
        let whole = format!("{from} and eventTimestamp le '2026-11-22T11:00:00Z' and resourceUri eq '/a b'");
        let filter = Filter::parse(&whole).unwrap();
        assert_eq!((filter.resource.as_deref(), filter.until.is_some()), (Some("/a b"), true));
        for wrong in [
            "",
            "resourceUri eq '/a'",
            "eventTimestamp ge 2026-11-22T10:00:00Z",
            "eventTimestamp ge 'yesterday'",
            "eventTimestamp gt '2026-11-22T10:00:00Z'",
            &format!("{from} or resourceUri eq '/a'"),
            &format!("{from} and caller eq 'robin'"),
        ] {
            assert_eq!(Filter::parse(wrong), None, "{wrong}");
        }
    }
}
