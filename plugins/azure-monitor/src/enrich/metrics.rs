//! Metrics: how a resource's values went around the time that the alert fired.
//!
//! One question a resource, for all metrics of its type. What is told of each is the last value up to the firing, and between what
//! bounds it moved; a metric without values is missing, and not zero.

use super::words::{line, localizable, number};
use super::{Found, Scene};
use crate::arm::ArmId;
use crate::client;
use crate::settings::{Aggregation, Metric};
use serde_json::Value;
use signalbox_sdk::http::Request;
use signalbox_sdk::json;
use signalbox_sdk::time::Stamp;

const VERSION: &str = "2018-01-01";
const GROUP: &str = "metrics";
/// Of a metric's name.
const LONGEST: usize = 120;

/// Asks for all metrics of a resource; none where there are none.
#[must_use]
pub fn request(scene: &Scene<'_>, id: &ArmId, metrics: &[Metric]) -> Option<Request> {
    if metrics.is_empty() {
        return None;
    }
    let window = &scene.settings.metrics;
    let from = scene.fired.minus_seconds(window.before_minutes.saturating_mul(60)).whole_second();
    let to = scene.fired.plus_seconds(window.after_minutes.saturating_mul(60)).whole_second();
    let mut aggregations: Vec<Aggregation> = metrics.iter().map(|metric| metric.aggregation).collect();
    aggregations.sort_unstable();
    aggregations.dedup();
    let names = metrics.iter().map(|metric| metric.name.as_ref()).collect::<Vec<_>>().join(",");
    let aggregations = aggregations.into_iter().map(Aggregation::name).collect::<Vec<_>>().join(",");
    let query = [
        ("timespan", format!("{from}/{to}")),
        ("interval", window.interval.name().to_owned()),
        ("metricnames", names),
        ("aggregation", aggregations),
    ];
    let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
    Some(client::get(&id.child("Microsoft.Insights/metrics"), VERSION, &query))
}

/// What it says.
pub fn tell(scene: &Scene<'_>, id: &ArmId, metrics: &[Metric], answer: &Value, found: &mut Found) {
    let answered = answer.get("value").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for metric in metrics {
        let is_it = |value: &&Value| {
            let name = value.pointer("/name/value").and_then(Value::as_str).unwrap_or_default();
            name.eq_ignore_ascii_case(&metric.name)
        };
        let Some(value) = answered.iter().find(is_it) else {
            found.missing.push(format!("metric {} of {}: Azure did not answer it", metric.name, id.name()));
            continue;
        };
        let points = points(value, metric.aggregation);
        match summary(&points, scene.fired) {
            Some(words) => {
                let name = format!("{} ({})", line(localizable(value, "name"), LONGEST), metric.aggregation.name());
                found.fact(GROUP, scene.name(id, &name), words, unit(json::text(value, "unit")));
            }
            None => {
                let why = json::text(value, "errorMessage");
                let why = if why.is_empty() { "no values in this time".into() } else { line(why, 300) };
                found.missing.push(format!("metric {} of {}: {why}", metric.name, id.name()));
            }
        }
    }
}

/// All values with their times, oldest first; intervals without one are left out.
fn points(metric: &Value, aggregation: Aggregation) -> Vec<(Stamp, f64)> {
    let series = metric.get("timeseries").and_then(Value::as_array).into_iter().flatten();
    let data = series.filter_map(|series| series.get("data")?.as_array()).flatten();
    let point = |point: &Value| {
        let at = Stamp::from_contract(json::text(point, "timeStamp"))?;
        Some((at, point.get(aggregation.name())?.as_f64()?))
    };
    let mut points: Vec<_> = data.filter_map(point).collect();
    points.sort_by_key(|(at, _)| *at);
    points
}

/// `97.1 at 11:10 (from 12.5 to 97.1 between 10:45 and 11:15)`; none without values.
fn summary(points: &[(Stamp, f64)], fired: Stamp) -> Option<String> {
    let (first, last) = (points.first()?, points.last()?);
    // Each value is stamped with the beginning of its interval.
    let (at, now) = points.iter().rfind(|(at, _)| *at <= fired).unwrap_or(first);
    let values = || points.iter().map(|(_, value)| *value);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let mut words = format!("{} at {}", number(*now), time(*at));
    if low < high {
        let span = format!("between {} and {}", time(first.0), time(last.0));
        words = format!("{words} (from {} to {} {span})", number(low), number(high));
    }
    Some(words)
}

/// `11:10`, in UTC.
fn time(at: Stamp) -> String {
    let text = at.whole_second().to_string();
    text.split_once('T').and_then(|(_, time)| time.get(..5)).unwrap_or(&text).to_owned()
}

/// Azure's word for a unit, where people have a shorter one.
fn unit(word: &str) -> &str {
    match word {
        "Percent" => "%",
        "MilliSeconds" => "ms",
        "Seconds" => "s",
        "Unspecified" => "",
        word => word,
    }
}
