//! What the tests of adapters begin with, so that each file of tests says only what is its own: work as the gateway hands it over,
//! [`manifest`]s held against the contract, [`schema`]s against the settings that they describe, and a platform's [`timeline`] to pull
//! from.
//!
//! The host for these tests is [`crate::scripted`].

pub mod manifest;
pub mod schema;
pub mod timeline;

use crate::types::{Severity, Ticket, TicketState, WorkItemKind};
use crate::work::{Content, Note, WorkItem};

/// A problem's name.
pub const PROBLEM: &str = "0e54ab7c9d3f1862055aa1b2c3d4e5f6071829ab";
/// The key of its first ticket.
pub const KEY: &str = "0e54ab7c9d3f1862055aa1b2c3d4e5f6071829ab-1";

/// Content that says nothing.
#[must_use]
pub fn content() -> Content {
    Content {
        title: None,
        description: None,
        severity: None,
        assignment: None,
        caller: None,
        configuration_item: None,
        service: None,
        category: None,
        note: None,
        fields: "{}".into(),
    }
}

/// Content as a mapping makes it, its title on two lines.
#[must_use]
pub fn full_content() -> Content {
    Content {
        title: Some("Disk full\non db-1".into()),
        description: Some("97 % > 90 %".into()),
        severity: Some(Severity::Error),
        ..content()
    }
}

/// An incident with this content, for the first time.
#[must_use]
pub fn item(content: Content) -> WorkItem {
    WorkItem {
        kind: WorkItemKind::Incident,
        key: KEY.into(),
        problem: PROBLEM.into(),
        follows: None,
        content,
        labels: vec![("alert.id".into(), "alert-77".into()), ("gateway".into(), "acme-test".into())],
        notes: Vec::new(),
        attachments: Vec::new(),
        again: false,
    }
}

/// A note of this time of day.
#[must_use]
pub fn note(id: &str, time: &str, text: &str) -> Note {
    Note { id: id.into(), at: format!("2026-11-22T{time}Z"), text: text.into() }
}

/// A ticket as the host saw it last, with nothing but what every ticket has.
#[must_use]
pub fn ticket(id: &str, state: TicketState, platform_state: &str) -> Ticket {
    Ticket {
        id: id.into(),
        number: String::new(),
        url: String::new(),
        key: KEY.into(),
        state,
        platform_state: platform_state.into(),
        version: String::new(),
        priority: String::new(),
        assignment: String::new(),
        assigned_to: String::new(),
        created_at: None,
        updated_at: None,
        resolved_at: None,
        closed_at: None,
        fields: "{}".into(),
    }
}

/// A request's target as it reads before percent-encoding.
///
/// # Panics
/// Where it is not encoded as it must be.
#[must_use]
#[allow(clippy::expect_used, reason = "a broken target must fail the test that sent it")]
pub fn decoded(target: &str) -> String {
    let mut parts = target.split('%');
    let mut decoded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_at_checked(2).expect("two hex digits after %");
        decoded.push(char::from(u8::from_str_radix(code, 16).expect("two hex digits after %")));
        decoded.push_str(rest);
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_reads_as_it_was_meant() {
        let pairs = [("q", "a=b^c>'d' %")];
        assert_eq!(decoded(&crate::percent::target("/x", &pairs)), "/x?q=a=b^c>'d' %");
    }
}
