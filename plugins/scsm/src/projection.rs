//! Objects as the portal answers them: a type projection is an object with its properties, and what it relates to beside them.
//!
//! A text is a text or null; an entry of a list is `{"Id","Name"}`, with null for the id where nothing is chosen; a related object
//! is an object with a `BaseId`, or a list of such. To change an object it is sent back whole, so nothing of it may be lost here.

use crate::element::Guid;
use crate::time;
use serde_json::{Map, Value};
use signalbox_sdk::json;
use signalbox_sdk::time::Stamp;

/// Related lists that tell what happened, and not what is.
const LOGS: [&str; 4] = ["AppliesToTroubleTicket", "AppliesToWorkItem", "ActionLog", "AnalystCommentLog"];

/// One object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Projection(Map<String, Value>);

// === impl Projection ===

impl Projection {
    /// Reads an object; none where it is something else, or is no object of Service Manager.
    #[must_use]
    pub fn parse(value: Value) -> Option<Self> {
        match value {
            Value::Object(properties) if properties.contains_key("ClassTypeId") => Some(Self(properties)),
            _ => None,
        }
    }

    /// As it is sent.
    #[must_use]
    pub fn to_json(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// Whether it has a property of this name, be it null.
    #[must_use]
    pub fn has(&self, property: &str) -> bool {
        self.0.contains_key(property)
    }

    /// A property as it came.
    #[must_use]
    pub fn get(&self, property: &str) -> Option<&Value> {
        self.0.get(property)
    }

    /// Sets a property.
    pub fn set(&mut self, property: &str, value: Value) {
        self.0.insert(property.to_owned(), value);
    }

    /// A scalar's text; empty where it is absent, null or no scalar.
    #[must_use]
    pub fn text(&self, property: &str) -> String {
        self.0.get(property).and_then(json::scalar).unwrap_or_default()
    }

    /// Its identity; none before it is stored.
    #[must_use]
    pub fn id(&self) -> Option<Guid> {
        self.0.get("BaseId").and_then(Value::as_str).and_then(Guid::parse)
    }

    /// The identity of the list's entry that a property holds.
    #[must_use]
    pub fn entry(&self, property: &str) -> Option<Guid> {
        self.0.get(property)?.get("Id")?.as_str().and_then(Guid::parse)
    }

    /// What people see of an entry, or of a related object.
    #[must_use]
    pub fn name(&self, property: &str) -> String {
        self.0.get(property).map(name_of).unwrap_or_default()
    }

    /// What people see of all objects that a property relates to.
    #[must_use]
    pub fn names(&self, property: &str) -> Vec<String> {
        self.related(property).iter().map(name_of).filter(|name| !name.is_empty()).collect()
    }

    /// The objects that a property relates to.
    #[must_use]
    pub fn related(&self, property: &str) -> &[Value] {
        self.0.get(property).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Adds a related object.
    pub fn relate(&mut self, property: &str, object: Value) {
        let list = self.0.entry(property.to_owned()).or_insert_with(|| Value::Array(Vec::new()));
        match list {
            Value::Array(objects) => objects.push(object),
            other => *other = Value::Array(vec![object]),
        }
    }

    /// A moment; none where it is unset.
    #[must_use]
    pub fn stamp(&self, property: &str) -> Option<Stamp> {
        self.0.get(property).and_then(Value::as_str).and_then(time::read)
    }

    /// A moment as the contract spells it.
    #[must_use]
    pub fn time(&self, property: &str) -> Option<String> {
        self.stamp(property).map(Stamp::contract)
    }

    /// All properties as texts, without the logs. An entry is its name, and its identity under `NAME.Id`; a related object is its
    /// name; lists are joined by commas.
    #[must_use]
    pub fn fields(&self) -> String {
        let mut fields = Map::new();
        for (property, value) in self.0.iter().filter(|(property, _)| !LOGS.contains(&property.as_str())) {
            let shown = match value {
                Value::Object(object) => {
                    if let Some(id) = object.get("Id").and_then(Value::as_str).filter(|_| object.contains_key("Name")) {
                        fields.insert(format!("{property}.Id"), id.into());
                    }
                    name_of(value)
                }
                Value::Array(_) => self.names(property).join(", "),
                scalar => json::scalar(scalar).unwrap_or_default(),
            };
            fields.insert(property.clone(), shown.into());
        }
        Value::Object(fields).to_string()
    }
}

/// An entry's name, or a related object's.
fn name_of(value: &Value) -> String {
    let name = ["Name", "DisplayName"].map(|name| json::text(value, name));
    name.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn incident() -> Projection {
        Projection::parse(json!({
            "ClassTypeId": "a604b942-4c7b-2fb2-28dc-61dc6f465c68",
            "BaseId": "3B9AB4D1-52FF-4d2c-8a71-0fd3c7a1e6f2",
            "Id": "IR77",
            "Title": "Disk full",
            "Description": null,
            "Priority": 2,
            "Escalated": false,
            "Status": {"Id": "5e2d3932-ca6d-1515-7310-6f58584df73e", "Name": "Aktiv"},
            "TierQueue": {"Id": null, "Name": ""},
            "AssignedWorkItem": {"BaseId": "0c", "DisplayName": "Robin Vale"},
            "RelatesToConfigItem": [{"BaseId": "0d", "DisplayName": "db-1"}, {"BaseId": "0e", "DisplayName": "db-2"}],
            "AppliesToTroubleTicket": [{"Comment": "looking"}],
            "LastModified": "2026-11-22T13:06:00.25",
            "ResolvedDate": null,
        }))
        .unwrap()
    }

    #[test]
    fn properties_are_read_by_their_kind() {
        let incident = incident();
        assert_eq!((incident.text("Title").as_str(), incident.text("Priority").as_str()), ("Disk full", "2"));
        assert_eq!((incident.text("Description").as_str(), incident.text("Status").as_str()), ("", ""));
        assert_eq!(incident.entry("Status").unwrap().to_string(), "5e2d3932-ca6d-1515-7310-6f58584df73e");
        assert_eq!(
            (incident.name("Status").as_str(), incident.name("AssignedWorkItem").as_str()),
            ("Aktiv", "Robin Vale")
        );
        assert_eq!((incident.entry("TierQueue"), incident.name("TierQueue").as_str()), (None, ""));
        assert_eq!(incident.names("RelatesToConfigItem"), ["db-1", "db-2"]);
        assert_eq!(incident.time("LastModified").as_deref(), Some("2026-11-22T13:06:00.25Z"));
        assert_eq!(incident.time("ResolvedDate"), None);
        assert_eq!(incident.id().unwrap().to_string(), "3b9ab4d1-52ff-4d2c-8a71-0fd3c7a1e6f2");
    }

    #[test]
    fn nothing_of_an_object_is_lost_on_its_way_back() {
        let mut incident = incident();
        let before = incident.to_json();
        assert_eq!(Projection::parse(before.clone()), Some(incident.clone()));
        incident.relate("AppliesToTroubleTicket", json!({"Comment": "found"}));
        incident.relate("RelatesToWorkItem", json!({"BaseId": "0f"}));
        assert_eq!(incident.related("AppliesToTroubleTicket").len(), 2);
        assert_eq!(incident.related("RelatesToWorkItem").len(), 1);
        assert_eq!(incident.to_json()["Title"], before["Title"]);
    }

    #[test]
    fn fields_are_texts_without_the_logs() {
        let fields: Value = serde_json::from_str(&incident().fields()).unwrap();
        assert_eq!((&fields["Status"], &fields["Priority"]), (&json!("Aktiv"), &json!("2")));
        assert_eq!(fields["Status.Id"], "5e2d3932-ca6d-1515-7310-6f58584df73e");
        assert_eq!((&fields["RelatesToConfigItem"], &fields["Description"]), (&json!("db-1, db-2"), &json!("")));
        assert_eq!(fields.get("AppliesToTroubleTicket"), None);
    }

    #[test]
    fn what_is_no_object_of_service_manager_is_none() {
        for value in [json!(null), json!([]), json!({"success": true}), json!("x")] {
            assert_eq!(Projection::parse(value), None);
        }
    }
}
