//! What an amend carries: mapped content against what was last confirmed, without what people have made theirs.
//!
//! Content has named parts and the platform's own `fields`, which are compared by top-level key. What differs between the
//! ticket that our last write answered and the one read now was changed by somebody else; the name of such a part is kept
//! with the ticket and never sent again. A named part that the platform keeps in a field of its own (a title in
//! `short_description`, say) is recognised by its value: the field that held what we confirmed.

use crate::domain::{Content, PlatformTicket};
use serde_json::Value;
use std::collections::BTreeSet;

const SEVERITY: &str = "severity";
const ASSIGNMENT: &str = "assignment";
const FIELD: &str = "fields.";

/// What there is to send.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// Only what differs and may be sent.
    pub content: Content,
    /// What differs and was left to people.
    pub left: BTreeSet<String>,
}

/// What `mapped` says other than `confirmed`, without what is `peoples`.
#[must_use]
pub fn difference(mapped: &Content, confirmed: &Content, peoples: &BTreeSet<String>) -> Difference {
    let mut left = BTreeSet::new();
    let mut keep = |name: &str, differs: bool| {
        if differs && peoples.contains(name) {
            left.insert(name.to_owned());
        }
        differs && !peoples.contains(name)
    };
    let mut content = Content::default();
    for (name, part) in texts(mapped) {
        if part.is_some() && keep(name, part != text(confirmed, name)) {
            set_text(&mut content, name, part.clone());
        }
    }
    if mapped.severity.is_some() && keep(SEVERITY, mapped.severity != confirmed.severity) {
        content.severity = mapped.severity;
    }
    for (key, value) in &mapped.fields {
        if keep(&format!("{FIELD}{key}"), confirmed.fields.get(key) != Some(value)) {
            content.fields.insert(key.clone(), value.clone());
        }
    }
    Difference { content, left }
}

/// Names of what `content` sets.
#[must_use]
pub fn names(content: &Content) -> BTreeSet<String> {
    let texts = texts(content).into_iter().filter(|(_, part)| part.is_some()).map(|(name, _)| name.to_owned());
    let severity = content.severity.map(|_| SEVERITY.to_owned());
    let fields = content.fields.keys().map(|key| format!("{FIELD}{key}"));
    texts.chain(severity).chain(fields).collect()
}

/// `confirmed` after `sent` was written.
#[must_use]
pub fn overlaid(confirmed: &Content, sent: &Content) -> Content {
    let mut content = confirmed.clone();
    for (name, part) in texts(sent) {
        if part.is_some() {
            set_text(&mut content, name, part.clone());
        }
    }
    content.severity = sent.severity.or(content.severity);
    content.fields.extend(sent.fields.clone());
    content
}

/// Forgets these parts of what was confirmed, so that they are sent anew.
pub fn forget(confirmed: &mut Content, names: &BTreeSet<String>) {
    for name in names {
        if name == SEVERITY {
            confirmed.severity = None;
        } else if let Some(key) = name.strip_prefix(FIELD) {
            confirmed.fields.remove(key);
        } else {
            set_text(confirmed, name, None);
        }
    }
}

/// What somebody else changed since our last write.
#[must_use]
pub fn changed_by_people(written: &PlatformTicket, now: &PlatformTicket, confirmed: &Content) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if written.priority != now.priority {
        names.insert(SEVERITY.to_owned());
    }
    if written.assignment != now.assignment {
        names.insert(ASSIGNMENT.to_owned());
    }
    for (key, before) in &written.fields {
        if now.fields.get(key).is_none_or(|after| after == before) {
            continue;
        }
        names.insert(format!("{FIELD}{key}"));
        if let Value::String(before) = before {
            let holds = texts(confirmed).into_iter().filter(|(_, part)| part.as_ref() == Some(before));
            names.extend(holds.filter(|_| !before.is_empty()).map(|(name, _)| name.to_owned()));
        }
    }
    names
}

/// A part's name as people read it.
#[must_use]
pub fn spoken(name: &str) -> &str {
    name.strip_prefix(FIELD).unwrap_or(name)
}

fn texts(content: &Content) -> [(&'static str, &Option<String>); 7] {
    [
        ("title", &content.title),
        ("description", &content.description),
        (ASSIGNMENT, &content.assignment),
        ("caller", &content.caller),
        ("configuration-item", &content.configuration_item),
        ("service", &content.service),
        ("category", &content.category),
    ]
}

fn text<'a>(content: &'a Content, name: &str) -> &'a Option<String> {
    texts(content).into_iter().find(|(each, _)| *each == name).map_or(&None, |(_, part)| part)
}

fn set_text(content: &mut Content, name: &str, value: Option<String>) {
    let part = match name {
        "title" => &mut content.title,
        "description" => &mut content.description,
        ASSIGNMENT => &mut content.assignment,
        "caller" => &mut content.caller,
        "configuration-item" => &mut content.configuration_item,
        "service" => &mut content.service,
        "category" => &mut content.category,
        _ => return,
    };
    *part = value;
}
