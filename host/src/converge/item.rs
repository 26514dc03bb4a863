//! The work item that an adapter gets: content that differs, notes that are pending, and where it all comes from.

use super::desk::{Abilities, Assignment};
use super::difference::{self, Difference};
use super::input::split_resource;
use super::life::Life;
use crate::domain::{Change, Content, Labels, Note, Timestamp, WorkItem};
use crate::ledger::Claimed;

/// What a create, or a kind that is always sent whole, carries of mapped content.
#[must_use]
pub fn whole(mapped: &Content) -> Difference {
    Difference { content: Content { note: None, ..mapped.clone() }, left: std::collections::BTreeSet::new() }
}

/// What an amend carries of mapped content.
#[must_use]
pub fn changed(mapped: &Content, life: &Life) -> Difference {
    let nothing = Content::default();
    let confirmed = life.confirmed.as_ref().map_or(&nothing, |confirmed| &confirmed.content);
    difference::difference(mapped, confirmed, &life.peoples)
}

/// A work item with this content, and all pending notes that can be posted now.
#[must_use]
pub fn work_item(
    claimed: &Claimed,
    life: &Life,
    assignment: &Assignment,
    content: Content,
    now: Timestamp,
) -> WorkItem {
    let notes = life.notes.iter().filter(|each| each.can_be_posted(now)).map(|each| each.note.clone()).collect();
    WorkItem { again: life.again(), ..bare(claimed, life, assignment, content, notes) }
}

/// A work item that says nothing but this note.
#[must_use]
pub fn only_note(claimed: &Claimed, life: &Life, assignment: &Assignment, note: Note, again: bool) -> WorkItem {
    WorkItem { again, ..bare(claimed, life, assignment, Content::default(), vec![note]) }
}

fn bare(claimed: &Claimed, life: &Life, assignment: &Assignment, content: Content, notes: Vec<Note>) -> WorkItem {
    WorkItem {
        kind: claimed.kind,
        key: claimed.lease.key.clone(),
        problem: claimed.problem.clone(),
        follows: life.follows.clone(),
        content,
        labels: labels(claimed, assignment),
        notes,
        attachments: Vec::new(),
        again: false,
    }
}

fn labels(claimed: &Claimed, assignment: &Assignment) -> Labels {
    let alert = &claimed.newest.alert;
    let resource = split_resource(claimed).or_else(|| alert.resources.first().cloned()).unwrap_or_default();
    let labels = [
        ("alert.id", alert.id.to_string()),
        ("alert.correlation-key", alert.correlation_key.to_string()),
        ("alert.source", claimed.newest.source.to_string()),
        ("alert.rule", alert.rule.clone()),
        ("alert.signal", alert.signal.clone()),
        ("alert.condition", alert.condition.as_str().to_owned()),
        ("alert.observed-at", alert.observed_at.to_string()),
        ("resource.id", resource.id),
        ("resource.name", resource.name),
        ("resource.kind", resource.kind),
        ("gateway", assignment.gateway.clone()),
        ("route", assignment.route.to_string()),
    ];
    labels.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// How a change can be made with these abilities; none where there is nothing to make. `stands` says that the ticket's state
/// is already as the change would leave it.
#[must_use]
pub fn feasible(
    change: Change,
    stands: bool,
    content: Content,
    notes: bool,
    abilities: Abilities,
) -> Option<(Change, Content)> {
    let content = if abilities.read && !abilities.update && stands { Content::default() } else { content };
    let empty = content == Content::default();
    match change {
        Change::Resolve | Change::Reopen => (!stands || !empty || notes).then_some((change, content)),
        Change::Update | Change::Annotate if empty => {
            (notes && abilities.annotate).then_some((Change::Annotate, content))
        }
        Change::Update | Change::Annotate if abilities.update => Some((Change::Update, content)),
        Change::Update | Change::Annotate => (notes && abilities.annotate).then_some((Change::Annotate, content)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::converge::testing::whole_abilities;
    use crate::domain::Severity;

    #[test]
    fn a_change_is_made_as_the_platform_can_make_it() {
        let some = || Content { severity: Some(Severity::Error), ..Content::default() };
        let none = Content::default;
        let all = whole_abilities();
        let no_update = Abilities { update: false, ..all };
        let no_notes = Abilities { annotate: false, ..all };
        let neither = Abilities { update: false, annotate: false, ..all };
        let cases = [
            ("content", feasible(Change::Update, true, some(), false, all), Some((Change::Update, some()))),
            ("content and notes", feasible(Change::Update, true, some(), true, all), Some((Change::Update, some()))),
            ("only notes", feasible(Change::Update, true, none(), true, all), Some((Change::Annotate, none()))),
            ("nothing", feasible(Change::Update, true, none(), false, all), None),
            (
                "an annotation with content",
                feasible(Change::Annotate, true, some(), true, all),
                Some((Change::Update, some())),
            ),
            (
                "notes where content can't change",
                feasible(Change::Update, true, some(), true, no_update),
                Some((Change::Annotate, none())),
            ),
            (
                "content where nobody can be told",
                feasible(Change::Annotate, true, some(), true, no_notes),
                Some((Change::Update, some())),
            ),
            ("notes where nobody can be told", feasible(Change::Annotate, true, none(), true, no_notes), None),
            ("nothing that it can do", feasible(Change::Update, true, some(), true, neither), None),
            (
                "a resolve of its own",
                feasible(Change::Resolve, false, none(), false, all),
                Some((Change::Resolve, none())),
            ),
            ("a resolve that stands", feasible(Change::Resolve, true, none(), false, all), None),
            (
                "what a resolve that stands lacks",
                feasible(Change::Resolve, true, none(), true, all),
                Some((Change::Resolve, none())),
            ),
        ];
        for (name, made, expected) in cases {
            assert_eq!(made, expected, "{name}");
        }
    }
}
