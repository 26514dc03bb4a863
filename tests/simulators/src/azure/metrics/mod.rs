//! Metrics: `{resource}/providers/microsoft.insights/metrics`, and their definitions.
//!
//! Known from the reference and from reports of errors: parameters, shapes, the names of metrics, twenty of them in a call at
//! most, the words for a metric that is not there. Chosen: that an interval without values has nothing but its time. Left out:
//! dimensions; a call with `$filter` is refused.

mod definitions;
mod question;

use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use self::{
    definitions::{Aggregation, Definition, ResourceType},
    question::Question,
};
use super::{
    cloud::Cloud,
    contents::Resource,
    directory::{Action, Caller},
    management::{self, Path, authorize, check_version},
    refusal::{JSON, Refusal},
};
use crate::shared::{Answer, Call};

const VALUES: [&str; 7] =
    ["2018-01-01", "2019-07-01", "2021-05-01", "2022-05-01", "2023-05-01", "2023-10-01", "2024-02-01"];
const DEFINITIONS: [&str; 5] = ["2018-01-01", "2021-05-01", "2022-05-01", "2023-10-01", "2024-02-01"];

/// Values of metrics.
///
/// # Errors
/// What the service refuses.
pub fn values(cloud: &Cloud, call: &Call, path: &Path, caller: &Caller) -> Result<Answer, Refusal> {
    check(call, caller, &path.scope, &VALUES, "Microsoft.Insights/Metrics/Read")?;
    let memory = cloud.memory();
    let (resource, kind) = find(&memory.resources, &path.scope)?;
    let question = Question::read(call, kind, cloud.apparatus.clock.now())?;
    let value: Vec<_> = question.metrics.iter().map(|metric| shown(resource, metric, &question)).collect();
    let body = json!({
        "cost": 0,
        "timespan": format!("{}/{}", question.from, question.until),
        "interval": question.interval_name,
        "value": value,
        "namespace": kind.name,
        "resourceregion": resource.region,
    });
    Ok(Answer::json(StatusCode::OK, JSON, &body))
}

/// Which metrics a resource has.
///
/// # Errors
/// What the service refuses.
pub fn definitions(cloud: &Cloud, call: &Call, path: &Path, caller: &Caller) -> Result<Answer, Refusal> {
    check(call, caller, &path.scope, &DEFINITIONS, "Microsoft.Insights/MetricDefinitions/Read")?;
    let memory = cloud.memory();
    let (resource, kind) = find(&memory.resources, &path.scope)?;
    let availabilities: Vec<_> =
        question::INTERVALS.iter().map(|(name, _)| json!({ "timeGrain": name, "retention": "P93D" })).collect();
    let defined = kind.metrics.iter().map(|metric| {
        json!({
            "id": format!("{}/providers/microsoft.insights/metricdefinitions/{}", resource.id, metric.name),
            "resourceId": resource.id,
            "namespace": kind.name,
            "name": { "value": metric.name, "localizedValue": metric.name },
            "isDimensionRequired": false,
            "unit": metric.unit,
            "primaryAggregationType": metric.primary.name(),
            "supportedAggregationTypes": Aggregation::ALL.map(Aggregation::name),
            "metricAvailabilities": availabilities,
            "dimensions": [],
        })
    });
    Ok(Answer::json(StatusCode::OK, JSON, &json!({ "value": defined.collect::<Vec<_>>() })))
}

fn check(call: &Call, caller: &Caller, scope: &str, versions: &[&str], action: &'static str) -> Result<(), Refusal> {
    if call.method != Method::GET {
        return Err(management::wrong_method());
    }
    check_version(call, versions)?;
    authorize(caller, Action::Read(action), scope)
}

fn find<'a>(resources: &'a [Resource], id: &str) -> Result<(&'a Resource, &'static ResourceType), Refusal> {
    let resource = resources.iter().find(|resource| resource.id.eq_ignore_ascii_case(id));
    let resource = resource.ok_or_else(|| management::no_resource(id))?;
    let name = management::kind(id).map(|(provider, types, _)| format!("{provider}/{types}")).unwrap_or_default();
    let kind = definitions::of(&name)
        .ok_or_else(|| Refusal::bad_request(&format!("No metric namespace is registered for the type '{name}'.")))?;
    Ok((resource, kind))
}

fn shown(resource: &Resource, metric: &Definition, question: &Question) -> Value {
    json!({
        "id": format!("{}/providers/Microsoft.Insights/metrics/{}", resource.id, metric.name),
        "type": "Microsoft.Insights/metrics",
        "name": { "value": metric.name, "localizedValue": metric.name },
        "displayDescription": "",
        "unit": metric.unit,
        "timeseries": [{ "metadatavalues": [], "data": series(resource, metric, question) }],
        "errorCode": "Success",
    })
}

/// One entry for each interval, whether there are values in it or not.
fn series(resource: &Resource, metric: &Definition, question: &Question) -> Vec<Value> {
    let points = resource.metrics.iter().find(|(name, _)| name.eq_ignore_ascii_case(metric.name));
    let points = points.map(|(_, points)| points.as_slice()).unwrap_or_default();
    let aggregations = question.aggregations(metric);
    question.starts().map(|start| entry(points, start, question.interval, &aggregations)).collect()
}

fn entry(
    points: &[(Timestamp, f64)],
    start: Timestamp,
    interval: SignedDuration,
    aggregations: &[Aggregation],
) -> Value {
    let end = start.saturating_add(interval).unwrap_or(Timestamp::MAX);
    let inside = points.iter().filter(|(at, _)| start <= *at && *at < end);
    let values: Vec<f64> = inside.map(|(_, value)| *value).collect();
    let mut entry = Map::from_iter([("timeStamp".to_owned(), json!(start))]);
    if !values.is_empty() {
        entry.extend(aggregations.iter().map(|how| (how.name().to_ascii_lowercase(), json!(how.of(&values)))));
    }
    Value::Object(entry)
}
