//! The table of incidents and change requests, as the IT Service Management Connector had it, and what it lacked.
//!
//! A row is one version of a work item, as the platform had it. The connector's columns keep their names and their meaning:
//! `ServiceDeskId_s` is the number, `CreatedBy_s` who opened an incident and who requested a change, `Computer` the first
//! configuration item. One row a work item, as the connector had it: the others stand in `ConfigurationItems`.

use crate::schema::Fill::{Flag, Labels, LongText, Object, Text, Texts, Time, Whole};
use crate::schema::{Column, Table, column};
use signalbox_sdk::records::{ChangePhase, ItsmRecord, RecordKind};
use signalbox_sdk::sink::PlatformRecord;
use signalbox_sdk::types::TicketState;

/// A record, and how it came.
#[derive(Clone, Debug)]
pub struct WorkItem {
    /// Its place among all that the sink ever gets.
    pub sequence: u64,
    /// The time, for what says none of its own.
    pub now: String,
    /// The record, with its connection.
    pub platform: PlatformRecord,
}

/// The table.
pub const TABLE: Table<WorkItem> = Table {
    name: "ServiceDesk_CL",
    description: "Incidents and change requests, a row for each version of one.",
    columns: COLUMNS,
};

const COLUMNS: &[Column<WorkItem>] = &[
    column!("TimeGenerated", Time, |item| Some(item.changed_at()), "When this version came to be."),
    column!("ServiceDeskConnectionName_s", Text, |item| &item.platform.connection, "The gateway's connection."),
    column!("ServiceDeskWorkItemType_s", Text, |item| item.kind(), "`Incident` or `ChangeRequest`."),
    column!("ServiceDeskId_s", Text, |item| &item.record().number, "Number that people read out."),
    column!(
        "IncidentState_s",
        Text,
        |item| item.of_incident(|it| &it.platform_state),
        "State of an incident, in the platform's words."
    ),
    column!(
        "CRState_s",
        Text,
        |item| item.of_change(|it| &it.platform_state),
        "State of a change, in the platform's words."
    ),
    column!("Urgency_s", Text, |item| &item.record().urgency, "Urgency, in the platform's words."),
    column!("Impact_s", Text, |item| &item.record().impact, "Impact, in the platform's words."),
    column!("Priority_s", Text, |item| &item.record().priority, "Priority, in the platform's words."),
    column!("Risk_s", Text, |item| &item.record().risk, "How risky a change is, in the platform's words."),
    column!("Escalation_s", Text, |item| &item.record().escalation, "Escalation, in the platform's words."),
    column!("ConflictStatus_s", Text, |item| &item.record().conflict_status, "Whether a change collides with another."),
    column!("Category_s", Text, |item| &item.record().category, "Category."),
    column!("Type_s", Text, |item| &item.record().change_type, "Type of a change: normal, standard, emergency."),
    column!("Source_s", Text, |item| &item.record().origin, "How it came in."),
    column!("Title_s", Text, |item| &item.record().title, "One line."),
    column!("Description_s", LongText, |item| &item.record().description, "Many lines."),
    column!("Computer", Text, |item| item.computer(), "The first configuration item."),
    column!("CreatedBy_s", Text, |item| item.created_by(), "Who opened an incident; who requested a change."),
    column!("AssignedTo_s", Text, |item| &item.record().assigned_to, "Whom it is with."),
    column!("ResolvedBy_s", Text, |item| &item.record().resolved_by, "Who resolved it."),
    column!("ClosedBy_s", Text, |item| &item.record().closed_by, "Who closed it."),
    column!("CreatedDate_t", Time, |item| item.record().created_at.as_deref(), "When it was opened."),
    column!("LastModifiedDate_t", Time, |item| item.record().updated_at.as_deref(), "When it last changed."),
    column!("ResolvedDate_t", Time, |item| item.record().resolved_at.as_deref(), "When it was resolved."),
    column!("ClosedDate_t", Time, |item| item.record().closed_at.as_deref(), "When it was closed."),
    column!("RequestedDate_t", Time, |item| item.record().requested_at.as_deref(), "By when a change is asked for."),
    column!("PlannedStartDate_t", Time, |item| item.record().planned_start.as_deref(), "When a change shall begin."),
    column!("PlannedEndDate_t", Time, |item| item.record().planned_end.as_deref(), "When a change shall end."),
    column!("WorkStartDate_t", Time, |item| item.record().actual_start.as_deref(), "When a change began."),
    column!("WorkEndDate_t", Time, |item| item.record().actual_end.as_deref(), "When a change ended."),
    // What the connector lacked.
    column!(
        "Sequence",
        Whole,
        |item| item.sequence,
        "Tells versions apart: the greatest is the newest, the same is the same row again."
    ),
    column!("RecordId", Text, |item| &item.record().id, "The platform's own key."),
    column!("Url", Text, |item| &item.record().url, "Where a person opens it."),
    column!(
        "TicketKey",
        Text,
        |item| item.record().key.as_deref().unwrap_or_default(),
        "The gateway's key, where the gateway made it: as in the ticket events."
    ),
    column!(
        "State",
        Text,
        |item| state(item.record().state),
        "`open`, `pending`, `resolved`, `closed` or `canceled`, whatever the platform."
    ),
    column!(
        "Phase",
        Text,
        |item| item.record().phase.map_or("", phase),
        "Of a change: `draft`, `approved`, `implementing`, `reviewing`, `done`, `failed` or `canceled`."
    ),
    column!("Deleted", Flag, |item| item.record().deleted, "It is on the platform no more."),
    column!("ConfigurationItems", Texts, |item| &item.record().configuration_items, "All that it is about, by name."),
    column!("Service", Text, |item| &item.record().service, "What suffers, by name."),
    column!("AssignmentGroup", Text, |item| &item.record().assignment, "Group or queue that it is with."),
    column!("OpenedBy", Text, |item| &item.record().created_by, "Who made it."),
    column!("RequestedBy", Text, |item| &item.record().requested_by, "On whose behalf."),
    column!("CloseCode", Text, |item| &item.record().close_code, "How it ended, in the platform's words."),
    column!("CausedBy", Text, |item| &item.record().caused_by, "Number of the change that people say caused it."),
    column!("Labels", Labels, |item| &item.record().labels, "What no column exists for."),
    column!("PlatformFields", Object, |item| &item.record().fields, "The platform's own fields."),
];

// === impl WorkItem ===

impl WorkItem {
    fn record(&self) -> &ItsmRecord {
        &self.platform.record
    }

    fn changed_at(&self) -> &str {
        let record = self.record();
        let known = [&record.updated_at, &record.closed_at, &record.resolved_at, &record.created_at];
        known.into_iter().flatten().next().unwrap_or(&self.now)
    }

    fn kind(&self) -> &str {
        match self.record().kind {
            RecordKind::Incident => "Incident",
            RecordKind::Change => "ChangeRequest",
        }
    }

    fn of_incident(&self, text: fn(&ItsmRecord) -> &str) -> &str {
        if self.record().kind == RecordKind::Incident { text(self.record()) } else { "" }
    }

    fn of_change(&self, text: fn(&ItsmRecord) -> &str) -> &str {
        if self.record().kind == RecordKind::Change { text(self.record()) } else { "" }
    }

    fn computer(&self) -> &str {
        self.record().configuration_items.first().map_or("", String::as_str)
    }

    fn created_by(&self) -> &str {
        let record = self.record();
        if record.kind == RecordKind::Change && !record.requested_by.is_empty() {
            &record.requested_by
        } else {
            &record.created_by
        }
    }
}

/// A ticket's state in the words that all platforms share.
#[must_use]
pub fn state(state: TicketState) -> &'static str {
    match state {
        TicketState::Open => "open",
        TicketState::Pending => "pending",
        TicketState::Resolved => "resolved",
        TicketState::Closed => "closed",
        TicketState::Canceled => "canceled",
    }
}

fn phase(phase: ChangePhase) -> &'static str {
    match phase {
        ChangePhase::Draft => "draft",
        ChangePhase::Approved => "approved",
        ChangePhase::Implementing => "implementing",
        ChangePhase::Reviewing => "reviewing",
        ChangePhase::Done => "done",
        ChangePhase::Failed => "failed",
        ChangePhase::Canceled => "canceled",
    }
}

#[cfg(test)]
mod tests;
