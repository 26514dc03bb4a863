//! The workbook.

use crate::{kql, read};
use serde_json::Value;

fn workbook() -> Value {
    serde_json::from_str(&read("workbook.json")).unwrap()
}

/// Title and query of each step that asks.
fn queries(workbook: &Value) -> Vec<(String, String)> {
    let steps = workbook["items"].as_array().unwrap().iter().filter(|item| item["type"] == 3);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    steps.map(|step| (text(&step["content"]["title"]), text(&step["content"]["query"]))).collect()
}

/// What the workbook puts in the place of its parameters.
fn filled(query: &str) -> String {
    query.replace("{TimeRange}", "> ago(30d)")
}

#[test]
fn every_step_names_what_is_there() {
    let queries = queries(&workbook());
    assert!(queries.len() >= 15, "{}", queries.len());
    for (title, query) in queries {
        let columns = kql::check(&filled(&query)).unwrap_or_else(|error| panic!("{title}: {error}"));
        assert!(!columns.is_empty(), "{title}");
    }
}

#[test]
fn a_misspelt_step_is_found() {
    for (title, query) in queries(&workbook()) {
        for word in ["TimeGenerated", "CreatedDate_t", "RecordId", "Sequence", "AlertRule"] {
            if query.contains(word) {
                assert!(kql::check(&filled(&query.replacen(word, "Tim", 1))).is_err(), "{title}: {word}");
            }
        }
    }
}

#[test]
fn what_the_old_dashboard_showed_is_there() {
    let titles: Vec<_> = queries(&workbook()).into_iter().map(|(title, _)| title).collect();
    // Work items created, impacted computers, connector status, alert rules.
    for title in [
        "Work items opened, by type",
        "Impacted computers, with their work items",
        "Connector health",
        "Tickets, by alert rule",
    ] {
        assert!(titles.iter().any(|known| known == title), "{title}");
    }
}

#[test]
fn every_step_asks_the_workspace_that_was_chosen() {
    let workbook = workbook();
    assert_eq!(workbook["version"], "Notebook/1.0");
    for item in workbook["items"].as_array().unwrap() {
        if item["type"] == 3 {
            assert_eq!(item["content"]["crossComponentResources"], serde_json::json!(["{Workspace}"]));
        }
    }
    let names: Vec<_> = workbook["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|item| item["content"]["parameters"].as_array().into_iter().flatten())
        .map(|parameter| parameter["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Workspace", "TimeRange"]);
}
