//! Events for Event Management, which correlates them itself by `message_key`.
//!
//! An event is posted and forgotten: there is nothing to read, and the same event twice is one. So each call answers what it sent,
//! and a ticket's identity is the problem's. Severity 0 says that the problem is over.
//!
//! Source: ServiceNow's documentation of the event fields and of the endpoint `/api/global/em/jsonv2`.

use crate::client::Client;
use crate::draft::Draft;
use crate::incident::label;
use crate::settings::Settings;
use crate::time;
use serde_json::{Map, Value, json};
use signalbox_sdk::adapter::Change;
use signalbox_sdk::fault::fault;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::json;
use signalbox_sdk::text::{one_line, printable};
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind, Severity, Ticket, TicketState};
use signalbox_sdk::work::WorkItem;

const PATH: &str = "/api/global/em/jsonv2";
const KEY_COLUMN: &str = "message_key";
const CLEAR: &str = "0";

/// What an event has a column for; all else goes into `additional_info`.
const COLUMNS: [&str; 12] = [
    "source",
    "event_class",
    "node",
    "resource",
    "metric_name",
    "type",
    "severity",
    "description",
    "time_of_event",
    "resolution_state",
    "ci_type",
    "ci_identifier",
];

/// Tells that a problem began, changed or ended.
///
/// # Errors
/// `rejected` where the instance takes none of it.
pub fn post<H: Http + Log>(
    client: &Client<'_, H>,
    change: Option<Change>,
    item: &WorkItem,
) -> Result<Ticket, CallError> {
    let is_over = match change {
        None | Some(Change::Reopen) => false,
        Some(Change::Resolve) => true,
        Some(Change::Update | Change::Annotate) => label(item, "alert.condition") == Some("resolved"),
    };
    let record = record(client.settings, item, is_over)?;
    let result = client.post(PATH, &json!({"records": [record.to_json()]}))?;
    if took_nothing(&result) {
        return Err(fault(CallErrorKind::Rejected, format!("Event Management took no event: {result}")));
    }
    Ok(ticket(client.settings, item, is_over, &record))
}

/// The columns that events and alerts share: who says what of which thing.
#[must_use]
pub fn signal(settings: &Settings, item: &WorkItem) -> Draft {
    let content = &item.content;
    let mut draft = Draft::default();
    draft.set("source", &settings.event.source);
    let class =
        Some(settings.event.class.as_str()).filter(|class| !class.is_empty()).or_else(|| label(item, "gateway"));
    draft.set_or("event_class", class, "");
    let named = content.configuration_item.as_deref().filter(|name| !name.is_empty());
    draft.set_or("node", named.or_else(|| label(item, "resource.name")), "");
    draft.set_or("resource", label(item, "resource.name"), "");
    draft.set_or("metric_name", label(item, "alert.rule"), "");
    draft.set_or("type", label(item, "alert.signal"), "");
    draft.set("severity", &severity(settings, content.severity.unwrap_or(Severity::Warning)));
    let title = content.title.as_deref().map(one_line).unwrap_or_default();
    let description = content.description.as_deref().unwrap_or_default();
    let separator = if title.is_empty() || description.is_empty() { "" } else { "\n\n" };
    draft.set("description", &format!("{title}{separator}{description}"));
    draft
}

/// 1 critical to 5 informational.
#[must_use]
pub fn severity(settings: &Settings, severity: Severity) -> String {
    settings.event.severity.of(severity).to_string()
}

/// What an event or alert has no column for.
#[must_use]
pub fn context(item: &WorkItem) -> Map<String, Value> {
    let content = &item.content;
    let mut context = Map::new();
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            context.insert(name.to_owned(), printable(value).into());
        }
    };
    put("key", &item.key);
    put("assignment_group", content.assignment.as_deref().unwrap_or_default());
    put("caller", content.caller.as_deref().unwrap_or_default());
    put("service", content.service.as_deref().unwrap_or_default());
    put("category", content.category.as_deref().unwrap_or_default());
    for (name, value) in &item.labels {
        // Event rules name these in expressions, where a dot means something else.
        put(&name.replace(['.', '-'], "_"), value);
    }
    context
}

fn record(settings: &Settings, item: &WorkItem, is_over: bool) -> Result<Draft, CallError> {
    let mut record = signal(settings, item);
    let observed = label(item, "alert.observed-at").and_then(Stamp::from_contract);
    record.set_or("time_of_event", observed.map(time::spelled).as_deref(), "");
    let is_column = |name: &String| COLUMNS.contains(&name.as_str()) || name == KEY_COLUMN;
    let (columns, others): (Map<_, _>, Map<_, _>) =
        json::own_fields(&item.content.fields)?.into_iter().partition(|(name, _)| is_column(name));
    record.overlay(&Value::Object(columns).to_string(), &[KEY_COLUMN])?;
    record.fit(&settings.lengths.of_signals());
    let mut info = context(item);
    let notes: Vec<_> = item.notes.iter().map(|note| printable(&note.text)).collect();
    if !notes.is_empty() {
        info.insert("notes".into(), notes.join("\n\n").into());
    }
    info.extend(others);
    record.set("additional_info", &Value::Object(info).to_string());
    record.set(KEY_COLUMN, &item.problem);
    if is_over {
        record.set("severity", CLEAR);
    }
    record.set("resolution_state", if is_over { "Closing" } else { "New" });
    Ok(record)
}

/// `{"Default Bulk Endpoint":"0 events were inserted"}`, where the number is what counts.
fn took_nothing(result: &Value) -> bool {
    let texts = result.as_object().into_iter().flat_map(|object| object.values()).filter_map(Value::as_str);
    texts.filter_map(|text| text.split_whitespace().next()?.parse::<u32>().ok()).any(|count| count == 0)
}

fn ticket(settings: &Settings, item: &WorkItem, is_over: bool, record: &Draft) -> Ticket {
    let base = settings.instance_url.trim_end_matches('/');
    let list = format!("{base}/nav_to.do?uri=em_alert_list.do?sysparm_query={KEY_COLUMN}={}", item.problem);
    Ticket {
        id: item.problem.clone(),
        number: item.problem.clone(),
        url: if base.is_empty() { String::new() } else { list },
        key: item.key.clone(),
        state: if is_over { TicketState::Resolved } else { TicketState::Open },
        platform_state: record.get("resolution_state").unwrap_or_default().into(),
        version: String::new(),
        priority: record.get("severity").unwrap_or_default().into(),
        assignment: String::new(),
        assigned_to: String::new(),
        created_at: None,
        updated_at: None,
        resolved_at: None,
        closed_at: None,
        fields: record.to_json().to_string(),
    }
}

#[cfg(test)]
mod tests;
