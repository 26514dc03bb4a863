//! Incidents and changes: out of adapters, into sinks.

use super::{
    as_json, condition_in, identity, kind_in, labels, list, object, phase_in, phase_out, record_kind_in,
    record_kind_out, severity_in, some_timestamp, state_in, state_out, text, ticket_in,
};
use crate::domain::{Delivery, Item, ItsmRecord, TicketEvent, Timestamp};
use crate::plugin::Page;
use crate::plugin::bindings::{adapter, records, sink::exports::signalbox::plugin::sink};
use crate::plugin::error::InvalidAnswer;

pub(in crate::plugin) fn page_out(
    page: adapter::exports::signalbox::plugin::adapter::Page,
) -> Result<Page, InvalidAnswer> {
    Ok(Page {
        records: list("records", page.records, record_out)?,
        cursor: text("cursor", page.cursor)?,
        more: page.more,
    })
}

fn record_out(record: records::ItsmRecord) -> Result<ItsmRecord, InvalidAnswer> {
    Ok(ItsmRecord {
        kind: record_kind_out(record.kind),
        id: identity("id", record.id)?,
        number: text("number", record.number)?,
        url: text("url", record.url)?,
        key: record.key.map(|key| text("key", key)).transpose()?,
        title: text("title", record.title)?,
        description: text("description", record.description)?,
        state: state_out(record.state),
        platform_state: text("platform-state", record.platform_state)?,
        phase: record.phase.map(phase_out),
        deleted: record.deleted,
        priority: text("priority", record.priority)?,
        urgency: text("urgency", record.urgency)?,
        impact: text("impact", record.impact)?,
        escalation: text("escalation", record.escalation)?,
        category: text("category", record.category)?,
        change_type: text("change-type", record.change_type)?,
        risk: text("risk", record.risk)?,
        conflict_status: text("conflict-status", record.conflict_status)?,
        origin: text("origin", record.origin)?,
        configuration_items: list("configuration-items", record.configuration_items, |item| text("", item))?,
        service: text("service", record.service)?,
        assignment: text("assignment", record.assignment)?,
        assigned_to: text("assigned-to", record.assigned_to)?,
        created_by: text("created-by", record.created_by)?,
        requested_by: text("requested-by", record.requested_by)?,
        resolved_by: text("resolved-by", record.resolved_by)?,
        closed_by: text("closed-by", record.closed_by)?,
        close_code: text("close-code", record.close_code)?,
        caused_by: text("caused-by", record.caused_by)?,
        created_at: some_timestamp("created-at", record.created_at.as_deref())?,
        updated_at: some_timestamp("updated-at", record.updated_at.as_deref())?,
        resolved_at: some_timestamp("resolved-at", record.resolved_at.as_deref())?,
        closed_at: some_timestamp("closed-at", record.closed_at.as_deref())?,
        requested_at: some_timestamp("requested-at", record.requested_at.as_deref())?,
        planned_start: some_timestamp("planned-start", record.planned_start.as_deref())?,
        planned_end: some_timestamp("planned-end", record.planned_end.as_deref())?,
        actual_start: some_timestamp("actual-start", record.actual_start.as_deref())?,
        actual_end: some_timestamp("actual-end", record.actual_end.as_deref())?,
        labels: labels("labels", record.labels)?,
        fields: object("fields", &record.fields)?,
    })
}

pub(in crate::plugin) fn delivery_in(delivery: Delivery) -> sink::Delivery {
    let item = match delivery.item {
        Item::PlatformRecord { connection, record } => {
            sink::Item::PlatformRecord(sink::PlatformRecord { connection, record: record_in(*record) })
        }
        Item::TicketEvent(event) => sink::Item::TicketEvent(event_in(*event)),
    };
    sink::Delivery { sequence: delivery.sequence, item }
}

fn event_in(event: TicketEvent) -> sink::TicketEvent {
    sink::TicketEvent {
        at: event.at.to_string(),
        event: event.event,
        connection: event.connection,
        kind: kind_in(event.kind),
        key: event.key,
        ticket: event.ticket.map(ticket_in),
        alert_id: event.alert_id,
        correlation_key: event.correlation_key,
        rule: event.rule,
        severity: severity_in(event.severity),
        condition: condition_in(event.condition),
        resource_ids: event.resource_ids,
        labels: event.labels,
    }
}

fn record_in(record: ItsmRecord) -> records::ItsmRecord {
    let some = |at: Option<Timestamp>| at.map(|at| at.to_string());
    records::ItsmRecord {
        kind: record_kind_in(record.kind),
        id: record.id,
        number: record.number,
        url: record.url,
        key: record.key,
        title: record.title,
        description: record.description,
        state: state_in(record.state),
        platform_state: record.platform_state,
        phase: record.phase.map(phase_in),
        deleted: record.deleted,
        priority: record.priority,
        urgency: record.urgency,
        impact: record.impact,
        escalation: record.escalation,
        category: record.category,
        change_type: record.change_type,
        risk: record.risk,
        conflict_status: record.conflict_status,
        origin: record.origin,
        configuration_items: record.configuration_items,
        service: record.service,
        assignment: record.assignment,
        assigned_to: record.assigned_to,
        created_by: record.created_by,
        requested_by: record.requested_by,
        resolved_by: record.resolved_by,
        closed_by: record.closed_by,
        close_code: record.close_code,
        caused_by: record.caused_by,
        created_at: some(record.created_at),
        updated_at: some(record.updated_at),
        resolved_at: some(record.resolved_at),
        closed_at: some(record.closed_at),
        requested_at: some(record.requested_at),
        planned_start: some(record.planned_start),
        planned_end: some(record.planned_end),
        actual_start: some(record.actual_start),
        actual_end: some(record.actual_end),
        labels: record.labels,
        fields: as_json(&record.fields),
    }
}
