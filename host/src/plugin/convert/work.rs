//! Content, and the work items that carry it.

use super::{as_json, kind_in, object, severity_in, severity_out, text, ticket_in};
use crate::domain::{Attachment, Content, Note, WorkItem};
use crate::plugin::bindings::work;
use crate::plugin::error::InvalidAnswer;

pub(in crate::plugin) fn content_out(content: work::Content) -> Result<Content, InvalidAnswer> {
    let some = |field: &str, given: Option<String>| given.map(|given| text(field, given)).transpose();
    Ok(Content {
        title: some("title", content.title)?,
        description: some("description", content.description)?,
        severity: content.severity.map(severity_out),
        assignment: some("assignment", content.assignment)?,
        caller: some("caller", content.caller)?,
        configuration_item: some("configuration-item", content.configuration_item)?,
        service: some("service", content.service)?,
        category: some("category", content.category)?,
        note: some("note", content.note)?,
        fields: object("fields", &content.fields)?,
    })
}

pub(super) fn content_in(content: Content) -> work::Content {
    work::Content {
        title: content.title,
        description: content.description,
        severity: content.severity.map(severity_in),
        assignment: content.assignment,
        caller: content.caller,
        configuration_item: content.configuration_item,
        service: content.service,
        category: content.category,
        note: content.note,
        fields: as_json(&content.fields),
    }
}

pub(in crate::plugin) fn work_item_in(item: WorkItem) -> work::WorkItem {
    let note_in = |note: Note| work::Note { id: note.id, at: note.at.to_string(), text: note.text };
    let attachment_in =
        |file: Attachment| work::Attachment { name: file.name, media_type: file.media_type, body: file.body };
    work::WorkItem {
        kind: kind_in(item.kind),
        key: item.key.to_string(),
        problem: item.problem.to_string(),
        follows: item.follows.map(ticket_in),
        content: content_in(item.content),
        labels: item.labels,
        notes: item.notes.into_iter().map(note_in).collect(),
        attachments: item.attachments.into_iter().map(attachment_in).collect(),
        again: item.again,
    }
}
