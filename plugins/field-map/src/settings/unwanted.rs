//! When a mapping wants no ticket.

use serde_json::Value as Json;

use super::Findings;
use super::place::Place;
use super::value::Part;

/// A condition under which no ticket is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Unwanted {
    /// A Jinja expression.
    pub when: String,
    /// The reason, for the ticket's timeline.
    pub why: Option<Part>,
    /// Which of a list it is.
    at: Option<usize>,
    /// Whether it stands as `{ when = …, why = … }`.
    is_table: bool,
}

// === impl Unwanted ===

impl Unwanted {
    /// Calls with the place of `when` or `why`.
    pub fn at<T>(&self, part: &str, call: impl FnOnce(&Place<'_>) -> T) -> T {
        let at = self.at.map(|at| at.to_string());
        let mut path = vec!["unwanted"];
        path.extend(at.as_deref());
        path.extend(self.is_table.then_some(part));
        Place::ROOT.descend(&path, call)
    }

    /// Reads one condition, or a list of them.
    pub fn read(json: Option<&Json>, place: &Place<'_>, findings: &mut Findings) -> Vec<Self> {
        match json {
            None => Vec::new(),
            Some(Json::Array(items)) => {
                let mut all = Vec::new();
                for (at, item) in items.iter().enumerate() {
                    all.extend(Self::read_one(item, Some(at), &place.child(&at.to_string()), findings));
                }
                all
            }
            Some(one) => Self::read_one(one, None, place, findings).into_iter().collect(),
        }
    }

    fn read_one(json: &Json, at: Option<usize>, place: &Place<'_>, findings: &mut Findings) -> Option<Self> {
        match json {
            Json::String(when) => Some(Self { when: when.clone(), why: None, at, is_table: false }),
            Json::Object(table) => {
                findings.only(table, &["when", "why"], place);
                let why = table.get("why").and_then(|why| Part::read_text(why, &place.child("why"), findings));
                match table.get("when") {
                    Some(Json::String(when)) => Some(Self { when: when.clone(), why, at, is_table: true }),
                    _ => {
                        findings.add(place, "expected `when` with a Jinja expression");
                        None
                    }
                }
            }
            _ => {
                findings.add(place, "expected a Jinja expression, or a table of `when` and `why`");
                None
            }
        }
    }
}
