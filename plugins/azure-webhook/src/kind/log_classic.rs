//! Classic log alerts (V1) of Log Analytics and Application Insights, in the common schema and flat.
//!
//! Two types: "Number of results" compares a count of rows, "Metric measurement" compares `AggregatedValue` of each row. Nothing
//! says that one is over. Results may be left out where the body would be too large.

use serde_json::Value;

use super::Kind;
use crate::arm::canonical_value;
use crate::envelope::{Details, Envelope};
use crate::link;
use crate::time::Time;
use crate::value::{Lenient as _, text_of};
use crate::words;

/// Links for people, the narrowest first.
const LINKS: &[(&str, &str)] = &[
    ("LinkToFilteredSearchResultsUI", "Filtered search results"),
    ("LinkToSearchResults", "Search results"),
    ("LinkToSearchResultsUI", "Search results"),
];

/// A ticket shows this many rows of a result.
const ROWS: usize = 10;

pub fn read(kind: Kind, context: &Value, envelope: &Envelope) -> Details {
    let mut details = Details::new(kind);
    let threshold = context.any_text(&["Threshold", "AlertThresholdValue"]);
    let operator = context.any_text(&["Operator", "AlertThresholdOperator"]);
    let alert_type = context.text("AlertType");
    let measures = alert_type.as_deref().is_some_and(|text| words::squeeze(text) == "metricmeasurement");
    let results = context.text("ResultCount");
    let table = Table::of(context);
    let falls = operator.as_deref().is_some_and(|word| words::operator(word).starts_with('<'));
    let measured =
        if measures { table.as_ref().and_then(|table| table.worst("AggregatedValue", falls)) } else { results.clone() };
    let window = window(context);
    details.summary =
        summary(measures, measured.as_deref(), operator.as_deref(), threshold.as_deref(), results.as_deref());
    if let Some(window) = window.as_ref().filter(|_| !details.summary.is_empty()) {
        details.summary = format!("{} over {window}", details.summary);
    }
    details.seen = Time::of(context, &["SearchIntervalEndtimeUtc", "SearchIntervalEndTimeUtc"]);
    details.severity =
        context.any_text(&["Severity", "SeverityDescription"]).and_then(|text| crate::severity::parse(&text));

    details.fact("condition", "Alert type", alert_type.clone().unwrap_or_default());
    details.fact("condition", "Measured value", measured.unwrap_or_default());
    details.fact("condition", "Operator", operator.as_deref().map(words::operator).unwrap_or_default());
    details.fact("condition", "Threshold", threshold.unwrap_or_default());
    details.fact("condition", "Number of results", results.unwrap_or_default());
    details.fact("condition", "Window", window.unwrap_or_default());
    for (name, members) in
        [("Window start", ["SearchIntervalStartTimeUtc"]), ("Window end", ["SearchIntervalEndtimeUtc"])]
    {
        details.fact("condition", name, Time::of(context, &members).map(|time| time.to_string()).unwrap_or_default());
    }
    let dimensions = context.pairs("Dimensions");
    details.dimensions("dimensions", &dimensions);
    details.identity.extend(
        dimensions
            .iter()
            .map(|(name, value)| ("dimension", format!("{}={}", name.to_lowercase(), canonical_value(value)))),
    );
    // Where no id of a resource is left, rules of one name in two workspaces stay apart by this.
    if envelope.targets.is_empty() {
        details
            .identity
            .extend(context.any_text(&["WorkspaceId", "ApplicationId"]).map(|id| ("workspace", id.to_lowercase())));
    }
    details.facts_of("query", context, &[("SearchQuery", "Query")]);
    details.facts_of("query", context, &[("WorkspaceId", "Workspace id"), ("ApplicationId", "Application id")]);
    if let Some(table) = &table {
        for (index, row) in table.rows(ROWS).enumerate() {
            details.fact("search results", format!("Row {}", index + 1), row);
        }
    }
    details.configuration_items = context.texts("AffectedConfigurationItems");
    details.label("alert-type", alert_type);
    details.links = LINKS.iter().filter_map(|(member, title)| link::https(title, &context.text(member)?)).collect();
    details.links.dedup_by(|one, other| one.title == other.title);
    details
}

fn summary(
    measures: bool,
    measured: Option<&str>,
    operator: Option<&str>,
    threshold: Option<&str>,
    results: Option<&str>,
) -> String {
    let what = if measures { "AggregatedValue" } else { "number of results" };
    if measured.is_none() && threshold.is_none() {
        return results.map(|count| format!("{count} results")).unwrap_or_default();
    }
    let mut sentence = what.to_owned();
    if let Some(measured) = measured {
        sentence.push_str(&format!(" {}", words::number_text(measured)));
    }
    if let Some(threshold) = threshold {
        let operator = operator.map(words::operator).unwrap_or("threshold");
        sentence.push_str(&format!(" {operator} {}", words::number_text(threshold)));
    }
    sentence
}

/// Its length in words: from minutes, from seconds, or from its two ends.
fn window(context: &Value) -> Option<String> {
    let minutes = ["SearchIntervalInMinutes", "SearchIntervalDurationMin"].iter().find_map(|name| whole(context, name));
    let ends = || {
        Time::of(context, &["SearchIntervalEndtimeUtc"])?
            .seconds_since(Time::of(context, &["SearchIntervalStartTimeUtc"])?)
    };
    minutes
        .map(|minutes| minutes.saturating_mul(60))
        .or_else(|| whole(context, "SearchIntervalInSeconds"))
        .or_else(ends)
        .filter(|seconds| *seconds > 0)
        .map(words::duration)
}

fn whole(context: &Value, name: &str) -> Option<i64> {
    context.text(name)?.parse().ok()
}

/// The first table of a result.
struct Table<'a> {
    columns: Vec<String>,
    rows: Vec<&'a [Value]>,
}

// === impl Table ===

impl<'a> Table<'a> {
    fn of(context: &'a Value) -> Option<Self> {
        let results = context.any_field(&["SearchResults", "SearchResult"])?;
        let table = results.list("tables").into_iter().next()?;
        let columns = table.list("columns").into_iter().map(|column| column.text("name").unwrap_or_default()).collect();
        let rows = table.list("rows").into_iter().filter_map(|row| row.as_array().map(Vec::as_slice)).collect();
        Some(Self { columns, rows })
    }

    /// The value of a column that is farthest past the threshold.
    fn worst(&self, column: &str, falls: bool) -> Option<String> {
        let index = self.columns.iter().position(|name| name.eq_ignore_ascii_case(column))?;
        let values = self.rows.iter().filter_map(|row| words::parse_number(&text_of(row.get(index)?)?));
        let worst = if falls { values.min_by(f64::total_cmp) } else { values.max_by(f64::total_cmp) };
        worst.map(words::number)
    }

    /// `Computer: web-01, Free: 3`, a line a row.
    fn rows(&self, limit: usize) -> impl Iterator<Item = String> {
        self.rows.iter().take(limit).map(|row| {
            let cells = self.columns.iter().zip(row.iter()).filter(|(name, _)| !name.starts_with('$'));
            let cells = cells.filter_map(|(name, value)| Some(format!("{name}: {}", text_of(value)?)));
            words::line(&cells.collect::<Vec<_>>().join(", "), 400)
        })
    }
}
