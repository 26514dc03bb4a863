//! Values that fit their column.
//!
//! The service cuts what is over 64 KB without a word. So a text is cut here, at a character and with a mark; a list and an
//! object lose whole members, and say how many, since half of one is no JSON. The bounds are chosen so that the largest row
//! that can be made is under the limit of one request: no row is ever too large to be sent.

use serde_json::{Map, Value};
use signalbox_sdk::text;
use signalbox_sdk::time::Stamp;

/// Bytes of a short text: state, name, address.
pub const SHORT: usize = 4_096;
/// Bytes of a long text, and of a list or an object as JSON: under 64 KB, be that 65,536 or 64,000.
pub const LONG: usize = 63_000;
/// Bytes of one member of a list or an object, as JSON.
const MEMBER: usize = 8_192;
/// What stands where a text was cut.
const MARK: &str = "…";
/// What says how many members an object lost.
const OMITTED: &str = "signalbox_omitted";

/// A text of at most so many bytes; none for an empty one. Controls but for tab and line feed are left out.
#[must_use]
pub fn text(text: &str, longest: usize) -> Option<Value> {
    let printable = text::printable(text);
    (!printable.is_empty()).then(|| cut(printable, longest).into())
}

/// A moment as the service reads it, to the millisecond.
#[must_use]
pub fn time(moment: &str) -> Option<Value> {
    Stamp::from_contract(moment).map(|stamp| stamp.whole_millisecond().contract().into())
}

/// A list; none for an empty one. The last of a list that lost members says how many.
#[must_use]
pub fn texts(list: &[String]) -> Option<Value> {
    let mut room = Room::new();
    let values = list.iter().filter_map(|item| text(item, SHORT));
    let mut kept: Vec<Value> = values.filter(|value| room.takes(value.to_string().len())).collect();
    if room.omitted > 0 {
        kept.push(format!("{MARK} and {} more", room.omitted).into());
    }
    (!kept.is_empty()).then(|| kept.into())
}

/// An object of labels; none where there are none.
#[must_use]
pub fn labels(labels: &[(String, String)]) -> Option<Value> {
    bounded(labels.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))))
}

/// An object; none for an empty one, and for what is no object.
#[must_use]
pub fn object(json: &str) -> Option<Value> {
    let members: Map<String, Value> = serde_json::from_str(json).ok()?;
    bounded(members.into_iter())
}

/// Members as long as there is room, a text that is too long for a member cut.
fn bounded(members: impl Iterator<Item = (String, Value)>) -> Option<Value> {
    let mut room = Room::new();
    let mut kept = Map::new();
    for (name, value) in members {
        let value = match value {
            Value::String(long) => Value::from(cut(text::printable(&long), SHORT)),
            other => other,
        };
        let length = Value::from(name.as_str()).to_string().len() + value.to_string().len();
        if room.takes(length) {
            kept.insert(name, value);
        }
    }
    if room.omitted > 0 {
        kept.insert(OMITTED.into(), room.omitted.into());
    }
    (!kept.is_empty()).then(|| kept.into())
}

/// The text itself, or its beginning with a mark.
fn cut(mut text: String, longest: usize) -> String {
    if text.len() > longest {
        text.truncate(text.floor_char_boundary(longest.saturating_sub(MARK.len())));
        text.push_str(MARK);
    }
    text
}

/// What is left for the members of a list or an object.
struct Room {
    left: usize,
    omitted: u64,
}

// === impl Room ===

impl Room {
    fn new() -> Self {
        // The brackets, and what says how many were left out.
        Self { left: LONG - 64, omitted: 0 }
    }

    fn takes(&mut self, length: usize) -> bool {
        // A comma, a colon.
        let needed = length + 2;
        let fits = length <= MEMBER && needed <= self.left;
        if fits {
            self.left -= needed;
        } else {
            self.omitted += 1;
        }
        fits
    }
}

#[cfg(test)]
mod tests;
