//! The first rows of the search that fired a log alert.
//!
//! The query is sent again, with a bound on its rows; the service is told how long it may take.

use super::search::Search;
use super::words::{line, value};
use super::{Found, Scene};
use serde_json::{Value, json};
use signalbox_sdk::http::Request;
use signalbox_sdk::json;

const GROUP: &str = "results";
/// Of a row.
const LONGEST: usize = 400;
/// The longest that the service lets a query ask for, in seconds.
const LONGEST_WAIT: u32 = 600;

/// Repeats a search.
#[must_use]
pub fn request(scene: &Scene<'_>, search: &Search) -> Request {
    let mut body = json!({"query": search.query.bounded(scene.settings.enrich.rows)});
    if let (Some(timespan), Some(body)) = (&search.timespan, body.as_object_mut()) {
        body.insert("timespan".into(), timespan.clone().into());
    }
    let mut request = Request::send_json("POST", &search.url, &[], &body).that_only_reads();
    let wait = (scene.budget_ms / 1_000).clamp(1, LONGEST_WAIT);
    request.headers.push(("prefer".into(), format!("wait={wait}")));
    request
}

/// What it says.
pub fn tell(scene: &Scene<'_>, answer: &Value, found: &mut Found) {
    let tables = answer.get("tables").and_then(Value::as_array);
    let Some(table) = tables.and_then(|tables| tables.first()) else {
        found.missing.push("search results: Azure's answer has no table".into());
        return;
    };
    let columns: Vec<&str> = list(table, "columns").iter().map(|column| json::text(column, "name")).collect();
    let rows = list(table, "rows");
    let shown = scene.settings.enrich.rows;
    for (index, row) in rows.iter().take(shown).enumerate() {
        let cells = columns.iter().zip(row.as_array().map_or(&[][..], Vec::as_slice));
        let told = |(name, cell): (&&str, &Value)| Some(format!("{name}: {}", value(cell))).filter(|_| !is_empty(cell));
        let words = cells.filter_map(told).collect::<Vec<_>>().join(", ");
        found.fact(GROUP, format!("Row {}", index + 1), line(&words, LONGEST), "");
    }
    if rows.is_empty() {
        found.fact(GROUP, "Rows".into(), "none now".into(), "");
    }
    if rows.len() >= shown {
        found.missing.push(format!("search results: rows after the first {shown}, if there are more"));
    }
    let partial = answer.get("error").map_or("", |error| json::text(error, "message"));
    if !partial.is_empty() {
        found.missing.push(format!("search results: {}", line(partial, 300)));
    }
}

fn is_empty(cell: &Value) -> bool {
    cell.is_null() || cell.as_str().is_some_and(|text| text.trim().is_empty())
}

fn list<'a>(table: &'a Value, name: &str) -> &'a [Value] {
    table.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
