//! What a call for metrics asks: which, of when, how fine, and which aggregations.

use jiff::{SignedDuration, Timestamp};

use super::definitions::{Aggregation, Definition, ResourceType};
use crate::{azure::refusal::Refusal, shared::Call};

/// Intervals that values can be had for, in seconds.
pub const INTERVALS: [(&str, i64); 8] = [
    ("PT1M", 60),
    ("PT5M", 300),
    ("PT15M", 900),
    ("PT30M", 1_800),
    ("PT1H", 3_600),
    ("PT6H", 21_600),
    ("PT12H", 43_200),
    ("P1D", 86_400),
];

/// Metrics in a call at most.
const MOST: usize = 20;

/// Parameters that are known.
const KNOWN: [&str; 9] = [
    "api-version",
    "metricnames",
    "metricnamespace",
    "timespan",
    "interval",
    "aggregation",
    "AutoAdjustTimegrain",
    "ValidateDimensions",
    "resultType",
];

/// What is asked.
#[derive(Debug)]
pub struct Question {
    /// Which metrics.
    pub metrics: Vec<&'static Definition>,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// How fine.
    pub interval: SignedDuration,
    /// The same as it is written.
    pub interval_name: &'static str,
    aggregations: Vec<Aggregation>,
}

// === impl Question ===

impl Question {
    /// Reads a call's parameters.
    ///
    /// # Errors
    /// 400 for what can't be asked.
    pub fn read(call: &Call, kind: &'static ResourceType, now: Timestamp) -> Result<Self, Refusal> {
        if let Some((name, _)) = call.query.0.iter().find(|(name, _)| !KNOWN.contains(&name.as_str())) {
            return Err(Refusal::bad_request(&format!("Detect invalid query parameter: '{name}'.")));
        }
        if let Some(namespace) = call.query.get("metricnamespace")
            && !namespace.eq_ignore_ascii_case(kind.name)
        {
            return Err(invalid("metricnamespace", namespace, kind.name));
        }
        let (from, until) = timespan(call, now)?;
        let (interval_name, seconds) = interval(call)?;
        let interval = SignedDuration::from_secs(seconds);
        Ok(Self {
            metrics: metrics(call, kind)?,
            from,
            until,
            interval,
            interval_name,
            aggregations: aggregations(call)?,
        })
    }

    /// What is asked of a metric; where nothing is, what it is mostly asked for.
    #[must_use]
    pub fn aggregations(&self, metric: &Definition) -> Vec<Aggregation> {
        if self.aggregations.is_empty() { vec![metric.primary] } else { self.aggregations.clone() }
    }

    /// When each interval begins.
    pub fn starts(&self) -> impl Iterator<Item = Timestamp> {
        let seconds = self.interval.as_secs();
        let first = self.from.as_second() - self.from.as_second().rem_euclid(seconds);
        let starts = std::iter::successors(Some(first), move |start| start.checked_add(seconds));
        let until = self.until;
        starts.map_while(|second| Timestamp::from_second(second).ok()).take_while(move |start| *start < until)
    }
}

fn metrics(call: &Call, kind: &'static ResourceType) -> Result<Vec<&'static Definition>, Refusal> {
    let names: Vec<_> = call.query.get("metricnames").unwrap_or_default().split(',').map(str::trim).collect();
    if names.len() > MOST {
        let words = format!("Requested metrics count: {} bigger than allowed max: {MOST}", names.len());
        return Err(Refusal::bad_request(&words));
    }
    let (provider, types) = kind.name.split_once('/').unwrap_or_default();
    let find = |name: &str| {
        kind.metric(name).ok_or_else(|| {
            let valid: Vec<_> = kind.metrics.iter().map(|metric| metric.name).collect();
            let valid = valid.join(",");
            Refusal::bad_request(&format!(
                "Failed to find metric configuration for provider: {provider}, resource Type: {types}, metric: {name}, \
                 Valid metrics: {valid}"
            ))
        })
    };
    names.into_iter().map(find).collect()
}

fn timespan(call: &Call, now: Timestamp) -> Result<(Timestamp, Timestamp), Refusal> {
    let Some(text) = call.query.get("timespan") else {
        return Ok((now.saturating_sub(SignedDuration::from_hours(1)).unwrap_or(Timestamp::MIN), now));
    };
    let ends = text.split_once('/');
    let ends = ends.and_then(|(from, until)| Some((from.parse().ok()?, until.parse::<Timestamp>().ok()?)));
    ends.filter(|(from, until)| from < until).ok_or_else(|| invalid("timespan", text, "startDateTime/endDateTime"))
}

fn interval(call: &Call) -> Result<(&'static str, i64), Refusal> {
    let Some(text) = call.query.get("interval") else { return Ok(("PT1M", 60)) };
    let known = INTERVALS.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
    known.ok_or_else(|| invalid("interval", text, &INTERVALS.map(|(name, _)| name).join(",")))
}

fn aggregations(call: &Call) -> Result<Vec<Aggregation>, Refusal> {
    let Some(text) = call.query.get("aggregation") else { return Ok(Vec::new()) };
    let known = text.split(',').map(Aggregation::parse).collect::<Option<_>>();
    known.ok_or_else(|| invalid("aggregation", text, &Aggregation::ALL.map(Aggregation::name).join(",")))
}

fn invalid(parameter: &str, value: &str, valid: &str) -> Refusal {
    let words = format!("Detect invalid value: {value} for query parameter: '{parameter}', the value must be: {valid}");
    Refusal::bad_request(&words)
}
