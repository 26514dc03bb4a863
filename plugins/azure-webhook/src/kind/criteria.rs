//! `condition.allOf`: the criteria that metric rules and log search rules share.
//!
//! A criterion says what was measured, how, over which series, and against what. All of a rule's criteria hold at once, so their
//! sentences are joined by "and".

use serde_json::Value;
use signalbox_sdk::types::Condition;

use super::Kind;
use crate::arm::canonical_value;
use crate::envelope::Details;
use crate::time::{Time, duration_seconds};
use crate::value::Lenient as _;
use crate::words;

/// One line of `allOf`.
pub struct Criterion<'a> {
    /// What was measured, `Percentage CPU`.
    pub metric: Option<String>,
    /// As sent; metric rules write it as text.
    pub threshold: Option<String>,
    pub value: Option<String>,
    pub operator: Option<String>,
    pub aggregation: Option<String>,
    pub dimensions: Vec<(String, String)>,
    /// Set by dynamic thresholds only.
    pub sensitivity: Option<String>,
    pub raw: &'a Value,
}

/// The whole of `condition`.
pub struct Criteria<'a> {
    pub all: Vec<Criterion<'a>>,
    /// `5 min`.
    pub window: Option<String>,
    pub start: Option<Time>,
    pub end: Option<Time>,
}

/// The kind that a condition with criteria is of.
pub fn kind(context: &Value, condition: &Value) -> Kind {
    let condition_type = context.text("conditionType").map(|text| words::squeeze(&text)).unwrap_or_default();
    let any = |names: &[&str]| elements(condition).iter().any(|criterion| criterion.any_field(names).is_some());
    if any(&["event"]) || context.field("event").is_some() || condition_type.starts_with("simplelog") {
        Kind::LogSimple
    } else if condition_type.starts_with("logquery") || any(&["searchQuery"]) {
        Kind::LogSearch
    } else if condition_type.starts_with("webtest") || any(&["webTestName"]) {
        Kind::MetricWebTest
    } else if condition_type.starts_with("dynamic") || any(&["alertSensitivity"]) {
        Kind::MetricDynamic
    } else if condition_type.starts_with("multipleresource") {
        Kind::MetricMultiResource
    } else {
        Kind::MetricStatic
    }
}

// === impl Criteria ===

impl<'a> Criteria<'a> {
    /// The criteria of a context; none where it has no condition.
    pub fn of(context: &'a Value) -> Self {
        let Some(condition) = context.field("condition") else {
            return Self { all: Vec::new(), window: None, start: None, end: None };
        };
        Self {
            all: elements(condition).into_iter().map(Criterion::of).collect(),
            window: condition.text("windowSize").map(|text| window_words(&text)),
            start: Time::of(condition, &["windowStartTime"]),
            end: Time::of(condition, &["windowEndTime"]),
        }
    }

    /// `average Percentage CPU 87.3 > 80 over 5 min`.
    pub fn summary(&self, condition: Condition) -> String {
        let sentences: Vec<String> =
            self.all.iter().map(|criterion| criterion.sentence(condition)).filter(|words| !words.is_empty()).collect();
        let over = self.window.as_ref().filter(|_| !sentences.is_empty()).map(|window| format!(" over {window}"));
        sentences.join(" and ") + &over.unwrap_or_default()
    }

    /// Facts, labels and identity of all criteria.
    pub fn describe(&self, details: &mut Details) {
        for (index, criterion) in self.all.iter().enumerate() {
            let group = if self.all.len() > 1 { format!("condition {}", index + 1) } else { "condition".to_owned() };
            criterion.describe(&group, details);
        }
        details.fact("condition", "Window", self.window.clone().unwrap_or_default());
        for (name, time) in [("Window start", self.start), ("Window end", self.end)] {
            details.fact("condition", name, time.map(|time| time.to_string()).unwrap_or_default());
        }
        for criterion in &self.all {
            details.dimensions("dimensions", &criterion.dimensions);
        }
    }
}

// === impl Criterion ===

impl<'a> Criterion<'a> {
    fn of(raw: &'a Value) -> Self {
        Self {
            metric: raw.any_text(&["metricName", "metricMeasureColumn"]),
            threshold: raw.text("threshold"),
            value: raw.text("metricValue"),
            operator: raw.text("operator"),
            aggregation: raw.text("timeAggregation"),
            dimensions: raw.pairs("dimensions"),
            sensitivity: raw.text("alertSensitivity"),
            raw,
        }
    }

    fn sentence(&self, condition: Condition) -> String {
        let aggregation = self.aggregation.as_deref().and_then(words::aggregation);
        let measured = match (&self.metric, aggregation) {
            (None, Some("count of")) => Some("rows".to_owned()),
            (metric, _) => metric.clone(),
        };
        let value = self.value.as_deref().map(words::number_text);
        let bound = self.threshold.as_deref().map(|threshold| {
            let operator = self.operator.as_deref().map(words::operator).unwrap_or("threshold");
            let dynamic = if self.sensitivity.is_some() { " (dynamic)" } else { "" };
            format!("{operator} {}{dynamic}", words::number_text(threshold))
        });
        let before_bound =
            [aggregation.map(str::to_owned), measured, value].into_iter().flatten().collect::<Vec<_>>().join(" ");
        match (before_bound.is_empty(), bound, condition) {
            (_, None, _) => before_bound,
            (true, Some(bound), _) => bound,
            (false, Some(bound), Condition::Fired) => format!("{before_bound} {bound}"),
            (false, Some(bound), Condition::Resolved) => format!("{before_bound}, no longer {bound}"),
        }
    }

    fn describe(&self, group: &str, details: &mut Details) {
        details.facts_of(group, self.raw, &[("metricName", "Metric"), ("metricMeasureColumn", "Measured column")]);
        details.unit_fact(
            group,
            "Measured value",
            self.value.clone().unwrap_or_default(),
            &self.raw.text("metricUnit").unwrap_or_default(),
        );
        details.fact(group, "Operator", self.operator.as_deref().map(words::operator).unwrap_or_default());
        details.fact(group, "Threshold", self.threshold.clone().unwrap_or_default());
        details.facts_of(
            group,
            self.raw,
            &[
                ("timeAggregation", "Aggregation"),
                ("metricNamespace", "Metric namespace"),
                ("alertSensitivity", "Sensitivity"),
                ("ignoreDataBefore", "Data ignored before"),
                ("webTestName", "Web test"),
            ],
        );
        if let Some(periods) = self.raw.field("failingPeriods") {
            details.fact(group, "Failing periods", failing_periods(periods));
        }
        // Several criteria may watch different series: each keeps its own dimensions to itself.
        let mut series: Vec<String> = self
            .dimensions
            .iter()
            .map(|(name, value)| format!("{}={:?}", name.to_lowercase(), canonical_value(value)))
            .collect();
        series.sort_unstable();
        let metric = self.metric.as_deref().unwrap_or_default().to_lowercase();
        details.identity.push(("criterion", format!("{metric:?}{{{}}}", series.join(","))));
    }
}

/// `5 min`; classic metric alerts count minutes without saying so.
fn window_words(text: &str) -> String {
    let minutes = || Some(text.parse::<i64>().ok()?.saturating_mul(60));
    duration_seconds(text).or_else(minutes).map_or_else(|| text.to_owned(), words::duration)
}

/// Classic metric alerts have the one criterion where others have `allOf`.
fn elements(condition: &Value) -> Vec<&Value> {
    let all = condition.any_field(&["allOf", "anyOf"]);
    match all {
        Some(Value::Array(elements)) => elements.iter().filter(|element| element.is_object()).collect(),
        Some(lone) if lone.is_object() => vec![lone],
        _ if condition.field("metricName").is_some() => vec![condition],
        _ => Vec::new(),
    }
}

/// `3 of 4`; zero periods mean that the rule has none.
pub fn failing_periods(periods: &Value) -> String {
    let count = |name| periods.text(name).filter(|count| count != "0");
    match (count("minFailingPeriodsToAlert"), count("numberOfEvaluationPeriods")) {
        (Some(failing), Some(all)) => format!("{failing} of {all}"),
        _ => String::new(),
    }
}
