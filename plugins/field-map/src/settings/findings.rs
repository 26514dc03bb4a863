//! What is wrong with the settings: all of it, each with its place.

use serde_json::{Map, Value as Json};

use signalbox_sdk::transform::description::Finding;

use super::place::Place;

/// Findings as they are made, in the order of the settings.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

// === impl Findings ===

impl Findings {
    /// What was read, where nothing is wrong.
    ///
    /// # Errors
    /// The findings.
    pub fn none_or<T>(self, read: T) -> Result<T, Vec<Finding>> {
        if self.0.is_empty() { Ok(read) } else { Err(self.0) }
    }

    /// Adds one.
    pub fn add(&mut self, place: &Place<'_>, message: &str) {
        self.0.push(Finding { at: place.pointer(), message: message.to_owned() });
    }

    /// A table, where something stands and it is one.
    pub fn table<'j>(&mut self, json: Option<&'j Json>, place: &Place<'_>) -> Option<&'j Map<String, Json>> {
        match json {
            None => None,
            Some(Json::Object(table)) => Some(table),
            Some(_) => {
                self.add(place, "expected a table");
                None
            }
        }
    }

    /// Adds one for each name that is not among the known.
    pub fn only(&mut self, table: &Map<String, Json>, known: &[&str], place: &Place<'_>) {
        for name in table.keys().filter(|name| !known.contains(&name.as_str())) {
            self.add(&place.child(name), &format!("is no setting here; there are {}", known.join(", ")));
        }
    }
}
