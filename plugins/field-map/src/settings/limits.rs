//! How long a text may be.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::Findings;
use super::place::Place;

/// What ServiceNow and its like take for a title.
const TITLE: usize = 160;

/// What they take for a description; for any other text a bound that none of them refuses.
const TEXT: usize = 4000;

/// Bounds in characters, by the name of the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    named: BTreeMap<String, usize>,
    other: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { named: BTreeMap::from([("title".to_owned(), TITLE)]), other: TEXT }
    }
}

impl Limits {
    /// Reads the table `limits`.
    pub fn read(table: &Map<String, Json>, place: &Place<'_>, findings: &mut Findings) -> Self {
        let mut limits = Self::default();
        for (name, json) in table {
            match json.as_u64().and_then(|bound| usize::try_from(bound).ok()).filter(|bound| *bound > 0) {
                Some(bound) if name == "default" => limits.other = bound,
                Some(bound) => {
                    limits.named.insert(name.clone(), bound);
                }
                None => findings.add(&place.child(name), "expected a number of characters, at least 1"),
            }
        }
        limits
    }

    /// The bound of a field.
    pub fn of(&self, field: &str) -> usize {
        self.named.get(field).copied().unwrap_or(self.other)
    }
}
