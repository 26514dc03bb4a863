//! What the tests of several modules begin with.

use crate::client::Client;
use crate::lists::List;
use crate::projection::Projection;
use crate::settings::Settings;
use serde_json::{Value, json};
use signalbox_sdk::scripted::{Scripted, Step};
use signalbox_sdk::testing;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{Ticket, TicketState};

pub(crate) use signalbox_sdk::testing::{KEY, content, full_content, note};

pub(crate) const ID: &str = "0c1f4a77-3d52-4c6e-9b10-6fe2d1a08b35";
pub(crate) const USER: &str = "7d2e9b64-58a1-4f03-8c7a-1be94d60f2c8";
pub(crate) const ITEM: &str = "4e8c0d13-92bf-47a5-a1d6-35f7c2e9084b";
pub(crate) const INCIDENTS: &str = "285cb0a2-f276-bccb-563e-bb721df7cdec";
pub(crate) const NOW: &str = "2026-11-22T14:00:00.000Z";
pub(crate) const QUERY: &str = "/api/V3/Projection/GetProjectionByCriteria";
pub(crate) const COMMIT: &str = "/api/V3/Projection/Commit";

/// Settings whose creator needs no lookup.
pub(crate) fn settings(more: Value) -> Settings {
    let mut settings = json!({"created_by": USER, "portal_url": "https://portal.example.com/"});
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Settings::parse(&settings.to_string()).unwrap()
}

pub(crate) use signalbox_sdk::testing::item as incident;

/// A ticket as the host saw it last.
pub(crate) fn ticket(state: TicketState, platform_state: &str) -> Ticket {
    Ticket {
        number: "IR77".into(),
        url: "https://portal.example.com/Incident/Edit/IR77".into(),
        version: "2026-11-22T13:06:00.25".into(),
        priority: "2".into(),
        ..testing::ticket(ID, state, platform_state)
    }
}

/// An entry as the portal answers it.
pub(crate) fn entry(list: List, name: &str) -> Value {
    let shown = name.rsplit('.').next().unwrap();
    json!({"Id": list.entry(name).unwrap().to_string(), "Name": shown})
}

/// No entry, as the portal answers it.
pub(crate) fn no_entry() -> Value {
    json!({"Id": null, "Name": ""})
}

/// An incident as the portal stores it, in this status.
pub(crate) fn stored(status: &str) -> Value {
    json!({
        "ClassTypeId": "a604b942-4c7b-2fb2-28dc-61dc6f465c68",
        "ClassName": "System.WorkItem.Incident",
        "BaseId": ID,
        "Id": "IR77",
        "DisplayName": "IR77 - Disk full on db-1",
        "TimeAdded": "2026-11-22T13:06:00.1",
        "CreatedDate": "2026-11-22T13:06:00",
        "LastModified": "2026-11-22T13:06:00.25",
        "Title": "Disk full on db-1",
        "Description": "97 % > 90 %",
        "ContactMethod": KEY,
        "Priority": 2,
        "Status": entry(List::Status, status),
        "Impact": entry(List::Impact, "Medium"),
        "Urgency": entry(List::Urgency, "High"),
        "Source": entry(List::Source, "System"),
        "Classification": no_entry(),
        "TierQueue": no_entry(),
        "ResolutionCategory": no_entry(),
        "ResolutionDescription": null,
        "ResolvedDate": null,
        "ClosedDate": null,
        "AppliesToTroubleTicket": [],
        "RelatesToConfigItem": [],
    })
}

/// What the template gives.
pub(crate) fn template() -> Value {
    let mut object = stored("Active");
    for (property, value) in [
        ("Title", Value::Null),
        ("Description", Value::Null),
        ("ContactMethod", Value::Null),
        ("DisplayName", Value::Null),
        ("LastModified", "0001-01-01T00:00:00".into()),
        ("TimeAdded", "0001-01-01T00:00:00".into()),
        ("Impact", entry(List::Impact, "Low")),
        ("Urgency", entry(List::Urgency, "Low")),
        ("Source", no_entry()),
        ("Priority", json!(0)),
    ] {
        object[property] = value;
    }
    object
}

/// An object with other properties.
pub(crate) fn with(mut object: Value, properties: Value) -> Value {
    object.as_object_mut().unwrap().extend(properties.as_object().unwrap().clone());
    object
}

pub(crate) fn projection(object: Value) -> Projection {
    Projection::parse(object).unwrap()
}

/// A question by one condition on what every object has.
pub(crate) fn asks(projection: &str, left: Value, value: &str, objects: Value) -> Step {
    let condition = json!({
        "ValueExpressionLeft": left, "Operator": "Equal", "ValueExpressionRight": {"Value": value}
    });
    let body = json!({"Id": projection, "Criteria": {"Base": {"Expression": {"SimpleExpression": condition}}}});
    Step::on("POST", QUERY).body(body).answer(200, &objects)
}

/// The incident is read.
pub(crate) fn reads(objects: Value) -> Step {
    asks(INCIDENTS, json!({"GenericProperty": "Id"}), ID, objects)
}

/// The incident is committed, and the portal says yes.
pub(crate) fn commits(current: &Value, original: &Value) -> Step {
    let form = json!({"isDirty": true, "current": current, "original": original});
    Step::on("POST", COMMIT).body(json!({"formJson": form})).answer(200, &json!({"success": true, "BaseId": ID}))
}

/// A list's entries are asked for.
pub(crate) fn lists(list: List, rows: Value) -> Step {
    Step::on("GET", format!("/api/V3/Enum/GetFlatList?id={}&itemFilter=", list.root())).answer(200, &rows)
}

/// Users are asked for.
pub(crate) fn users(name: &str, rows: Value) -> Step {
    let target = format!(
        "/api/V3/User/GetUserList?userFilter={name}&filterByAnalyst=false&groupsOnly=false&maxNumberOfResults=20"
    );
    Step::on("GET", target).answer(200, &rows)
}

/// Runs a call against a script, and answers what the operator was told too.
pub(crate) fn play<T>(
    settings: &Settings,
    steps: impl IntoIterator<Item = Step>,
    call: impl FnOnce(&Client<'_, Scripted>) -> T,
) -> (T, Vec<String>) {
    let host = Scripted::new(steps);
    let result = call(&Client { host: &host, settings, now: Stamp::from_contract(NOW).unwrap() });
    (result, host.warnings())
}
