//! Incidents and change requests as people work on them, as adapters tell them.

use crate::records::{ItsmRecord, RecordKind};
use crate::types::TicketState;

/// A record of which nothing is known yet: open, and every text empty. An adapter fills in what its platform has.
#[must_use]
pub fn blank(kind: RecordKind) -> ItsmRecord {
    ItsmRecord {
        kind,
        id: String::new(),
        number: String::new(),
        url: String::new(),
        key: None,
        title: String::new(),
        description: String::new(),
        state: TicketState::Open,
        platform_state: String::new(),
        phase: None,
        deleted: false,
        priority: String::new(),
        urgency: String::new(),
        impact: String::new(),
        escalation: String::new(),
        category: String::new(),
        change_type: String::new(),
        risk: String::new(),
        conflict_status: String::new(),
        origin: String::new(),
        configuration_items: Vec::new(),
        service: String::new(),
        assignment: String::new(),
        assigned_to: String::new(),
        created_by: String::new(),
        requested_by: String::new(),
        resolved_by: String::new(),
        closed_by: String::new(),
        close_code: String::new(),
        caused_by: String::new(),
        created_at: None,
        updated_at: None,
        resolved_at: None,
        closed_at: None,
        requested_at: None,
        planned_start: None,
        planned_end: None,
        actual_start: None,
        actual_end: None,
        labels: Vec::new(),
        fields: "{}".into(),
    }
}

/// The gateway's key in the field that is meant for it; none for anything else, since people may write into that field, too.
#[must_use]
pub fn key(text: impl AsRef<str> + Into<String>) -> Option<String> {
    is_key(text.as_ref()).then(|| text.into())
}

/// Whether a text is a gateway's key: 40 hex digits, and which of the problem's tickets.
fn is_key(text: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.split_once('-').is_some_and(|(problem, count)| {
        problem.len() == 40
            && problem.bytes().all(is_hex)
            && !count.is_empty()
            && count.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0e54ab7c9d3f1862055aa1b2c3d4e5f6071829ab-12";

    #[test]
    fn not_every_text_is_a_key() {
        assert_eq!(key(KEY), Some(KEY.to_owned()));
        let upper = KEY.to_uppercase();
        for text in ["", "see #7", "-1", &KEY[..40], &KEY[..41], &KEY[1..], upper.as_str(), &format!("{KEY} ")] {
            assert_eq!(key(text), None, "{text}");
        }
    }
}
