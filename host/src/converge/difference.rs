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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::converge::testing::platform_ticket;
    use crate::domain::{Severity, TicketKey};
    use serde_json::json;

    fn content(title: &str, severity: Severity, fields: Value) -> Content {
        let fields = fields.as_object().cloned().unwrap();
        Content { title: Some(title.into()), severity: Some(severity), fields, ..Content::default() }
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn shown(fields: Value) -> PlatformTicket {
        PlatformTicket { fields: fields.as_object().cloned().unwrap(), ..platform_ticket(&TicketKey::from("k-1")) }
    }

    #[test]
    fn only_what_differs_is_sent() {
        let confirmed = content("disk full", Severity::Error, json!({"urgency": 2, "site": "north"}));
        let cases = [
            ("nothing", confirmed.clone(), set(&[])),
            ("a part", content("disk very full", Severity::Error, json!({"urgency": 2})), set(&["title"])),
            ("the severity", content("disk full", Severity::Critical, json!({})), set(&["severity"])),
            (
                "a field by its key",
                content("disk full", Severity::Error, json!({"urgency": 1})),
                set(&["fields.urgency"]),
            ),
            ("a new field", content("disk full", Severity::Error, json!({"zone": 7})), set(&["fields.zone"])),
            ("what is not mapped is left as it is", Content::default(), set(&[])),
        ];
        for (name, mapped, differs) in cases {
            let difference = difference(&mapped, &confirmed, &BTreeSet::new());
            assert_eq!(names(&difference.content), differs, "{name}");
            assert_eq!(overlaid(&confirmed, &difference.content), overlaid(&confirmed, &mapped), "{name}");
        }
    }

    #[test]
    fn what_is_peoples_is_left_and_named_where_it_would_have_differed() {
        let confirmed = content("disk full", Severity::Error, json!({"urgency": 2}));
        let mapped = content("disk full", Severity::Critical, json!({"urgency": 1}));
        let difference = difference(&mapped, &confirmed, &set(&["severity", "title"]));
        assert_eq!(names(&difference.content), set(&["fields.urgency"]));
        assert_eq!(difference.left, set(&["severity"]), "the title would not have changed");
    }

    #[test]
    fn what_somebody_else_changed_is_recognised() {
        let confirmed = content("disk full", Severity::Error, json!({}));
        let written = shown(json!({"headline": "disk full", "group": "web", "stamp": "1"}));
        let cases = [
            ("nothing", written.clone(), set(&[])),
            (
                "a part by the field that held its value",
                shown(json!({"headline": "disk is full", "group": "web", "stamp": "1"})),
                set(&["fields.headline", "title"]),
            ),
            ("a field", shown(json!({"headline": "disk full", "group": "net", "stamp": "1"})), set(&["fields.group"])),
            ("not a field that was not shown", shown(json!({"group": "web"})), set(&[])),
            ("the priority", PlatformTicket { priority: "1".into(), ..written.clone() }, set(&["severity"])),
            ("the assignment", PlatformTicket { assignment: "net".into(), ..written.clone() }, set(&["assignment"])),
            ("not who works on it", PlatformTicket { assigned_to: "Kim".into(), ..written.clone() }, set(&[])),
        ];
        for (name, now, changed) in cases {
            assert_eq!(changed_by_people(&written, &now, &confirmed), changed, "{name}");
        }
    }

    #[test]
    fn what_is_forgotten_is_sent_anew() {
        let mut confirmed = content("disk full", Severity::Error, json!({"urgency": 2}));
        let mapped = confirmed.clone();
        forget(&mut confirmed, &set(&["title", "severity", "fields.urgency"]));
        assert_eq!(difference(&mapped, &confirmed, &BTreeSet::new()).content, mapped);
    }
}
