//! Tickets as Request Tracker answers them.
//!
//! Values are texts, but the id of a ticket that was asked for by its id; a queue or a user is an object, users come as lists, and a
//! date that is not set is the year 1970. Custom fields stand in a list of their own, each with the list of its values; those that
//! the account may not see are not there.

use crate::fields::{self, OWN, Sort};
use crate::time;
use serde_json::{Map, Value, json};
use signalbox_sdk::json;
use signalbox_sdk::time::Stamp;

/// One ticket.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    object: Map<String, Value>,
    /// The id of its last transaction; empty in an answer that has many tickets.
    pub version: String,
}

// === impl Row ===

impl Row {
    /// Reads a ticket; none where it is no object with an id.
    #[must_use]
    pub fn parse(row: &Value) -> Option<Self> {
        let row = Self { object: row.as_object()?.clone(), version: String::new() };
        row.number().map(|_| row)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> String {
        self.object.get("id").and_then(json::scalar).unwrap_or_default()
    }

    /// Its id; none where that is no number.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        self.id().parse().ok()
    }

    /// One of Request Tracker's own fields; the name of a queue or a user, and users joined by commas.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        self.object.get(name).map_or_else(String::new, name_of)
    }

    /// What people call the user in a field; empty where it is nobody.
    #[must_use]
    pub fn person(&self, name: &str) -> String {
        let user = self.object.get(name).unwrap_or(&Value::Null);
        let names = [json::text(user, "RealName"), json::text(user, "Name"), json::text(user, "id")];
        if names.contains(&"Nobody") {
            return String::new();
        }
        names.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned()
    }

    /// How many users a field has.
    #[must_use]
    pub fn people(&self, name: &str) -> usize {
        self.object.get(name).and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// The id in a field that holds an object.
    #[must_use]
    pub fn id_in(&self, name: &str) -> String {
        self.object.get(name).and_then(|object| json::scalar(object.get("id")?)).unwrap_or_default()
    }

    /// When; none where it is not set.
    #[must_use]
    pub fn stamp(&self, name: &str) -> Option<Stamp> {
        time::read(&self.text(name))
    }

    /// The same as the contract spells it.
    #[must_use]
    pub fn time(&self, name: &str) -> Option<String> {
        self.stamp(name).map(Stamp::contract)
    }

    /// The values of a custom field; none where the ticket has no such field, or none that the account may see.
    #[must_use]
    pub fn custom(&self, name: &str) -> Option<Vec<String>> {
        self.customs().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, values)| values)
    }

    /// The first value of a custom field; empty where it has none.
    #[must_use]
    pub fn first_custom(&self, name: &str) -> String {
        self.custom(name).unwrap_or_default().into_iter().next().unwrap_or_default()
    }

    /// What a mapping can set, and the ids beside it: an object. A custom field with several values is a list.
    #[must_use]
    pub fn fields(&self) -> String {
        let own = OWN.iter().map(|(name, sort)| {
            let text = if *sort == Sort::Date { self.time(name).unwrap_or_default() } else { self.text(name) };
            ((*name).to_owned(), Value::String(text))
        });
        let custom = self.customs().map(|(name, mut values)| {
            let value = if values.len() > 1 { json!(values) } else { json!(values.pop().unwrap_or_default()) };
            (fields::name_of_custom(&name), value)
        });
        Value::Object(own.chain(custom).collect()).to_string()
    }

    /// The server's own address, out of a link.
    #[must_use]
    pub fn web_url(&self) -> Option<String> {
        let own = self.object.get("_url").and_then(Value::as_str);
        let mut urls = self.object.values().filter_map(|value| value.get("_url")?.as_str()).chain(own);
        urls.find_map(|url| url.split_once("/REST/2.0/").map(|(base, _)| base.to_owned()))
    }

    fn customs(&self) -> impl Iterator<Item = (String, Vec<String>)> {
        let fields = self.object.get("CustomFields").and_then(Value::as_array).into_iter().flatten();
        fields.filter_map(|field| {
            let values = field.get("values").and_then(Value::as_array)?.iter();
            // A value that was taken out can come back as an empty one.
            let values = values.filter_map(json::scalar).filter(|value| !value.is_empty()).collect();
            Some((json::text(field, "name").to_owned(), values))
        })
    }
}

/// A scalar's text; the name of an object, or its id; a list's names joined by commas.
fn name_of(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let part = |name| object.get(name).and_then(json::scalar).filter(|text| !text.is_empty());
            part("Name").or_else(|| part("id")).unwrap_or_default()
        }
        Value::Array(items) => items.iter().map(name_of).collect::<Vec<_>>().join(", "),
        scalar => json::scalar(scalar).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let url = |place: &str| format!("https://rt.example.com/desk/REST/2.0/{place}");
        Row::parse(&json!({
            "id": 7,
            "Subject": "Disk full",
            "Status": "open",
            "Queue": {"id": "3", "type": "queue", "_url": url("queue/3"), "Name": "Incidents"},
            "Owner": {"id": "robin", "type": "user", "_url": url("user/robin"), "Name": "robin", "RealName": "Robin Doe"},
            "Creator": {"id": "signalbox", "type": "user", "_url": url("user/signalbox")},
            "Requestor": [{"id": "a@example.com", "type": "user"}, {"id": "kim", "type": "user"}],
            "Due": "2026-12-01T10:00:00Z",
            "Starts": "1970-01-01T00:00:00Z",
            "CustomFields": [
                {"id": "2", "name": "Signalbox Key", "type": "customfield", "values": ["k-1"]},
                {"id": "6", "name": "Tags", "type": "customfield", "values": ["a", "b"]},
                {"id": "7", "name": "Due", "type": "customfield", "values": [null]}
            ]
        }))
        .unwrap()
    }

    #[test]
    fn a_field_is_a_text_whatever_it_is_in_the_answer() {
        let texts = ["Subject", "Queue", "Creator", "Requestor", "Absent"].map(|name| row().text(name));
        assert_eq!(texts, ["Disk full", "Incidents", "signalbox", "a@example.com, kim", ""]);
        assert_eq!((row().id(), row().number(), row().people("Requestor")), ("7".into(), Some(7), 2));
        assert_eq!((row().person("Owner"), row().person("Creator")), ("Robin Doe".into(), "signalbox".into()));
        assert_eq!(row().id_in("Queue"), "3");
    }

    #[test]
    fn nobody_is_nobody() {
        let row =
            Row::parse(&json!({"id": "1", "Owner": {"id": "Nobody", "RealName": "Nobody in particular"}})).unwrap();
        assert_eq!(row.person("Owner"), "");
    }

    #[test]
    fn a_date_that_is_not_set_has_no_time() {
        assert_eq!((row().time("Due").as_deref(), row().time("Starts")), (Some("2026-12-01T10:00:00Z"), None));
    }

    #[test]
    fn a_custom_field_is_found_in_any_capitals() {
        assert_eq!(row().first_custom("signalbox key"), "k-1");
        assert_eq!(row().custom("Tags"), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!((row().custom("Due"), row().custom("Absent")), (Some(Vec::new()), None));
    }

    #[test]
    fn fields_have_the_names_that_a_mapping_uses() {
        let fields: Value = serde_json::from_str(&row().fields()).unwrap();
        assert_eq!((&fields["Due"], &fields["CF.{Due}"]), (&json!("2026-12-01T10:00:00Z"), &json!("")));
        assert_eq!((&fields["Tags"], &fields["Signalbox Key"]), (&json!(["a", "b"]), &json!("k-1")));
        assert_eq!((&fields["Queue"], &fields["Owner"]), (&json!("Incidents"), &json!("robin")));
    }

    #[test]
    fn links_tell_where_the_server_is() {
        assert_eq!(row().web_url().as_deref(), Some("https://rt.example.com/desk"));
        assert_eq!(Row::parse(&json!({"id": "1"})).unwrap().web_url(), None);
        assert_eq!(Row::parse(&json!({"id": "x"})), None);
    }
}
