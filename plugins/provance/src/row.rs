//! Rows as the Web API answers them with all annotations.
//!
//! What people see of a column stands beside its value, under `…@OData.Community.Display.V1.FormattedValue`. A lookup's identity
//! stands under `_ownerid_value`, and is written by its navigation property, `ownerid`.

use crate::odata::is_guid;
use crate::time;
use serde_json::{Map, Value};
use signalbox_sdk::json;
use signalbox_sdk::time::Stamp;

const SHOWN: &str = "@OData.Community.Display.V1.FormattedValue";
const KIND: &str = "@Microsoft.Dynamics.CRM.lookuplogicalname";
const NAVIGATION: &str = "@Microsoft.Dynamics.CRM.associatednavigationproperty";

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    columns: Map<String, Value>,
    instance: String,
}

// === impl Row ===

impl Row {
    /// Reads a row; none where it is no object. `context` is the answer's `@odata.context`.
    #[must_use]
    pub fn parse(row: Value, context: &str) -> Option<Self> {
        let Value::Object(columns) = row else { return None };
        let own = columns.get("@odata.context").and_then(Value::as_str).unwrap_or(context);
        let instance = own.split_once("/api/data/").map_or("", |(base, _)| base).to_owned();
        Some(Self { columns, instance })
    }

    /// The stored value, a GUID for a lookup; empty where there is none.
    #[must_use]
    pub fn value(&self, column: &str) -> String {
        self.columns.get(column).and_then(json::scalar).unwrap_or_default()
    }

    /// What people see; the value where there is nothing else.
    #[must_use]
    pub fn display(&self, column: &str) -> String {
        self.note(column, SHOWN).map_or_else(|| self.value(column), str::to_owned)
    }

    /// The logical name of the table that a lookup points into: `team`, `systemuser`.
    #[must_use]
    pub fn kind(&self, column: &str) -> &str {
        self.note(column, KIND).unwrap_or_default()
    }

    /// A time, as the contract spells it.
    #[must_use]
    pub fn time(&self, column: &str) -> Option<String> {
        self.stamp(column).map(|stamp| stamp.to_string())
    }

    /// A time.
    #[must_use]
    pub fn stamp(&self, column: &str) -> Option<Stamp> {
        time::read(&self.value(column))
    }

    /// The row's version.
    #[must_use]
    pub fn etag(&self) -> &str {
        self.columns.get("@odata.etag").and_then(Value::as_str).unwrap_or_default()
    }

    /// The organisation's own address, out of the answer's context.
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// The values of all columns. A lookup stands here three times: as the platform has it, with its name under the platform's
    /// annotation, and under the navigation property that a mapping writes it by, so that whoever wrote it finds it again.
    #[must_use]
    pub fn fields(&self) -> String {
        let mut fields = Map::new();
        for (column, value) in self.columns.iter().filter(|(column, _)| !column.contains('@')) {
            fields.insert(column.clone(), value.clone());
            if column.starts_with('_') && value.as_str().is_some_and(is_guid) {
                let shown = format!("{column}{SHOWN}");
                if let Some(name) = self.columns.get(&shown) {
                    fields.insert(shown, name.clone());
                }
                if let Some(navigation) = self.columns.get(&format!("{column}{NAVIGATION}")).and_then(Value::as_str) {
                    fields.insert(navigation.to_owned(), value.clone());
                }
            }
        }
        Value::Object(fields).to_string()
    }

    fn note(&self, column: &str, annotation: &str) -> Option<&str> {
        self.columns.get(&format!("{column}{annotation}"))?.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TEAM: &str = "1f6a8d10-2b3c-4d5e-8f90-a1b2c3d4e5f6";

    fn row() -> Row {
        let row = json!({
            "@odata.etag": "W/\"4711\"",
            "title": "Disk full",
            "prioritycode": 1,
            "prioritycode@OData.Community.Display.V1.FormattedValue": "High",
            "isescalated": false,
            "description": null,
            "createdon": "2026-11-22T13:06:00Z",
            "_ownerid_value": TEAM,
            "_ownerid_value@OData.Community.Display.V1.FormattedValue": "Night shift",
            "_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname": "team",
            "_customerid_value": TEAM,
            "_customerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty": "customerid_account",
        });
        Row::parse(row, "https://acme.crm.dynamics.com/api/data/v9.2/$metadata#incidents").unwrap()
    }

    #[test]
    fn a_column_has_a_value_and_what_people_see() {
        assert_eq!((row().value("prioritycode"), row().display("prioritycode")), ("1".into(), "High".into()));
        assert_eq!((row().value("title"), row().display("title")), ("Disk full".into(), "Disk full".into()));
        assert_eq!((row().value("isescalated"), row().value("description")), ("false".into(), String::new()));
        assert_eq!((row().value("absent"), row().display("absent")), (String::new(), String::new()));
        assert_eq!((row().etag(), row().instance()), ("W/\"4711\"", "https://acme.crm.dynamics.com"));
    }

    #[test]
    fn a_lookup_tells_what_it_points_to() {
        let row = row();
        assert_eq!((row.value("_ownerid_value"), row.display("_ownerid_value")), (TEAM.into(), "Night shift".into()));
        assert_eq!((row.kind("_ownerid_value"), row.kind("title")), ("team", ""));
    }

    #[test]
    fn fields_are_values_and_lookups_as_mappings_write_them() {
        let fields: Value = serde_json::from_str(&row().fields()).unwrap();
        assert_eq!((&fields["prioritycode"], &fields["description"]), (&json!(1), &Value::Null));
        assert_eq!(fields["_ownerid_value@OData.Community.Display.V1.FormattedValue"], "Night shift");
        assert_eq!((&fields["customerid_account"], &fields["_customerid_value"]), (&json!(TEAM), &json!(TEAM)));
        assert!(fields.get("@odata.etag").is_none());
        assert!(fields.get("prioritycode@OData.Community.Display.V1.FormattedValue").is_none());
    }

    #[test]
    fn what_is_no_object_is_no_row() {
        assert_eq!(Row::parse(json!([]), ""), None);
    }
}
