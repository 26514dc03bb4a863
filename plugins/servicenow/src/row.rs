//! Rows as the Table API answers them with `sysparm_display_value=all`: each column has a value and what people see.
//!
//! Values are texts, never null; but an instance in another mode, or a scripted field, answers a bare scalar or a bare link, and
//! those are taken too.

use crate::references::is_sys_id;
use crate::time;
use serde_json::{Map, Value};
use signalbox_sdk::json;
use signalbox_sdk::time::Stamp;
use std::collections::BTreeMap;

/// Columns that only take entries: what they show is the ticket's whole history.
const JOURNALS: [&str; 3] = ["work_notes", "comments", "comments_and_work_notes"];

/// One column of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Cell {
    value: String,
    display: String,
    link: String,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row(BTreeMap<String, Cell>);

// === impl Row ===

impl Row {
    /// Reads a row; none where it is no object.
    #[must_use]
    pub fn parse(row: &Value) -> Option<Self> {
        let cells = row.as_object()?.iter().map(|(column, cell)| (column.clone(), Cell::parse(cell)));
        Some(Self(cells.collect()))
    }

    /// The stored value, a sys_id for a reference; empty where the column is absent.
    #[must_use]
    pub fn value(&self, column: &str) -> &str {
        self.0.get(column).map_or("", |cell| &cell.value)
    }

    /// What people see; the value where there is nothing else.
    #[must_use]
    pub fn display(&self, column: &str) -> &str {
        self.0.get(column).map_or("", |cell| if cell.display.is_empty() { &cell.value } else { &cell.display })
    }

    /// A reference that has a sys_id and no name: there is no such record.
    #[must_use]
    pub fn dangles(&self, column: &str) -> bool {
        self.0.get(column).is_some_and(|cell| !cell.value.is_empty() && cell.display.is_empty())
    }

    /// A time, as the contract spells it.
    #[must_use]
    pub fn time(&self, column: &str) -> Option<String> {
        time::read(self.value(column)).map(Stamp::contract)
    }

    /// The values of all columns but the journals. A reference's name stands beside its sys_id under `dv_`, as the instance's own
    /// views have it, so that whoever wrote a name finds it again.
    #[must_use]
    pub fn fields(&self) -> String {
        let mut fields = Map::new();
        for (column, cell) in self.0.iter().filter(|(column, _)| !JOURNALS.contains(&column.as_str())) {
            fields.insert(column.clone(), cell.value.clone().into());
            if is_sys_id(&cell.value) && !is_sys_id(&cell.display) {
                fields.insert(format!("dv_{column}"), cell.display.clone().into());
            }
        }
        Value::Object(fields).to_string()
    }

    /// The instance's own address, out of a reference's link.
    #[must_use]
    pub fn instance_url(&self) -> Option<&str> {
        self.0.values().find_map(|cell| cell.link.split_once("/api/now/").map(|(base, _)| base))
    }
}

// === impl Cell ===

impl Cell {
    fn parse(cell: &Value) -> Self {
        match cell {
            Value::Object(parts) => {
                let part = |name| parts.get(name).and_then(json::scalar).unwrap_or_default();
                Self { value: part("value"), display: part("display_value"), link: part("link") }
            }
            other => {
                let text = json::scalar(other).unwrap_or_default();
                Self { display: text.clone(), value: text, link: String::new() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row() -> Row {
        Row::parse(&json!({
            "state": {"display_value": "In Progress", "value": "2"},
            "assignment_group": {
                "display_value": "Network",
                "value": "5f1c0de07b3a4d0cb1d2e3f405162738",
                "link": "https://example.service-now.com/api/now/table/sys_user_group/5f1c0de07b3a4d0cb1d2e3f405162738"
            },
            "caller_id": {"display_value": "", "value": "00000000000000000000000000000001", "link": ""},
            "opened_at": {"display_value": "22.11.2026 14:00:00", "value": "2026-11-22 13:00:00"},
            "work_notes": {"display_value": "2026-11-22 - Robin (Work notes)\nlooking", "value": ""},
            "plain": "x",
            "odd": 3,
            "none": null
        }))
        .unwrap()
    }

    #[test]
    fn a_column_has_a_value_and_what_people_see() {
        assert_eq!((row().value("state"), row().display("state")), ("2", "In Progress"));
        assert_eq!((row().value("plain"), row().display("plain")), ("x", "x"));
        assert_eq!((row().value("odd"), row().value("none"), row().value("absent")), ("3", "", ""));
    }

    #[test]
    fn a_time_is_read_from_the_value_and_not_from_the_account_s_time_zone() {
        assert_eq!(row().time("opened_at").as_deref(), Some("2026-11-22T13:00:00Z"));
        assert_eq!(row().time("plain"), None);
    }

    #[test]
    fn a_reference_to_nothing_shows() {
        assert!(row().dangles("caller_id"));
        assert!(!row().dangles("assignment_group"));
        assert!(!row().dangles("absent"));
    }

    #[test]
    fn fields_are_values_without_the_journals() {
        let fields: Value = serde_json::from_str(&row().fields()).unwrap();
        assert_eq!(fields["assignment_group"], "5f1c0de07b3a4d0cb1d2e3f405162738");
        assert_eq!((&fields["dv_assignment_group"], &fields["state"]), (&json!("Network"), &json!("2")));
        assert!(fields.get("work_notes").is_none());
    }

    #[test]
    fn links_tell_where_the_instance_is() {
        assert_eq!(row().instance_url(), Some("https://example.service-now.com"));
        assert_eq!(Row::default().instance_url(), None);
        assert_eq!(Row::parse(&json!([])), None);
    }
}
