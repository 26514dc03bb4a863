//! What the tests of several modules begin with.

use crate::client::Client;
use crate::settings::Settings;
use serde_json::{Value, json};
use signalbox_sdk::percent;
use signalbox_sdk::scripted::{Scripted, Step};
use signalbox_sdk::testing;
use signalbox_sdk::types::{Ticket, TicketState, WorkItemKind};
use signalbox_sdk::work::{Content, WorkItem};

pub(crate) use signalbox_sdk::testing::{KEY, PROBLEM, content, full_content, note};

pub(crate) const INSTANCE: &str = "https://example.service-now.com";
pub(crate) const ID: &str = "a83820b58f723300e7e16c7827bdeed2";
pub(crate) const GROUP: &str = "d625dccec0a8016700a222a0f7900d06";

/// Settings that spare the links.
pub(crate) fn settings(more: Value) -> Settings {
    let mut settings = json!({"instance_url": INSTANCE});
    let own = settings.as_object_mut().unwrap();
    own.extend(more.as_object().unwrap().clone());
    Settings::parse(&settings.to_string()).unwrap()
}

pub(crate) fn item(kind: WorkItemKind, content: Content) -> WorkItem {
    WorkItem {
        kind,
        labels: vec![
            ("alert.id".into(), "alert-77".into()),
            ("alert.rule".into(), "disk-full".into()),
            ("alert.signal".into(), "metric".into()),
            ("alert.observed-at".into(), "2026-11-22T13:06:00.25Z".into()),
            ("resource.name".into(), "db-1".into()),
            ("gateway".into(), "acme-test".into()),
        ],
        ..testing::item(content)
    }
}

/// A ticket as the host saw it last.
pub(crate) fn ticket(state: TicketState, platform_state: &str) -> Ticket {
    Ticket {
        number: "INC0010077".into(),
        url: format!("{INSTANCE}/nav_to.do?uri=incident.do?sys_id={ID}"),
        version: "3".into(),
        priority: "2 - High".into(),
        ..testing::ticket(ID, state, platform_state)
    }
}

/// A column as `sysparm_display_value=all` answers it.
pub(crate) fn cell(value: &str, display: &str) -> Value {
    json!({"value": value, "display_value": display})
}

/// An incident's row in this state.
pub(crate) fn row(state: &str, label: &str) -> Value {
    json!({
        "sys_id": cell(ID, ID),
        "number": cell("INC0010077", "INC0010077"),
        "state": cell(state, label),
        "correlation_id": cell(KEY, KEY),
        "sys_mod_count": cell("4", "4"),
    })
}

pub(crate) fn refusal(message: &str, detail: &str) -> Value {
    json!({"error": {"message": message, "detail": detail}, "status": "failure"})
}

/// A list, its query as it reads before encoding.
pub(crate) fn list(table: &str, query: &str, fields: &str, limit: u32, rows: Value) -> Step {
    let mut pairs =
        vec![("sysparm_query", query), ("sysparm_display_value", "all"), ("sysparm_exclude_reference_link", "true")];
    if query.is_empty() {
        pairs.remove(0);
    }
    if !fields.is_empty() {
        pairs.push(("sysparm_fields", fields));
    }
    let limit = limit.to_string();
    pairs.push(("sysparm_limit", &limit));
    Step::on("GET", percent::target(&format!("/api/now/table/{table}"), &pairs)).answer(200, &json!({"result": rows}))
}

/// One request on a table or a record.
pub(crate) fn on(method: &'static str, place: &str) -> Step {
    Step::on(method, format!("/api/now/table/{place}?sysparm_display_value=all&sysparm_exclude_reference_link=true"))
}

/// Runs a call against a script, and answers what the operator was told too.
pub(crate) fn play<T>(
    settings: &Settings,
    steps: impl IntoIterator<Item = Step>,
    call: impl FnOnce(&Client<'_, Scripted>) -> T,
) -> (T, Vec<String>) {
    let host = Scripted::new(steps);
    let result = call(&Client { host: &host, settings });
    (result, host.warnings())
}
