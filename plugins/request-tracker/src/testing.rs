//! What the tests of several modules begin with.

use crate::client::Client;
use crate::row::Row;
use crate::settings::Settings;
use serde_json::{Value, json};
use signalbox_sdk::percent;
use signalbox_sdk::scripted::{Scripted, Step};
use signalbox_sdk::testing;
use signalbox_sdk::types::{Ticket, TicketState};
use signalbox_sdk::work::Note;

pub(crate) use signalbox_sdk::testing::{KEY, content, full_content, item};

/// The version in which the host saw the ticket.
pub(crate) const SEEN: &str = "30";

/// Settings that spare the links.
pub(crate) fn settings(more: Value) -> Settings {
    let mut settings = json!({"web_url": "https://rt.example.com", "queue": "Incidents"});
    let own = settings.as_object_mut().unwrap();
    own.extend(more.as_object().unwrap().clone());
    Settings::parse(&settings.to_string()).unwrap()
}

pub(crate) fn note(id: &str, time: &str, text: &str) -> Note {
    testing::note(id, time, &format!("{text}\n[{id}]"))
}

/// A ticket as the host saw it last.
pub(crate) fn ticket(state: TicketState, platform_state: &str) -> Ticket {
    Ticket {
        number: "#7".into(),
        url: "https://rt.example.com/Ticket/Display.html?id=7".into(),
        version: SEEN.into(),
        priority: "75".into(),
        assignment: "Incidents".into(),
        ..testing::ticket("7", state, platform_state)
    }
}

/// A ticket's answer in this status.
pub(crate) fn row(status: &str) -> Value {
    json!({
        "id": 7,
        "Subject": "Disk full on db-1",
        "Status": status,
        "Priority": "75",
        "Queue": {"id": "3", "type": "queue", "Name": "Incidents"},
        "Owner": {"id": "Nobody", "type": "user", "Name": "Nobody", "RealName": "Nobody in particular"},
        "Creator": {"id": "signalbox", "type": "user"},
        "Requestor": [],
        "Resolved": "1970-01-01T00:00:00Z",
        "LastUpdated": "2026-11-22T13:06:00Z",
        "CustomFields": [{"id": "2", "name": "Signalbox Key", "type": "customfield", "values": [KEY]}],
    })
}

/// The same as the client reads it.
pub(crate) fn parsed(answer: &Value, version: &str) -> Row {
    let mut row = Row::parse(answer).unwrap();
    row.version = version.into();
    row
}

const WITHIN: [(&str, &str); 3] =
    [("fields[Queue]", "Name"), ("fields[Owner]", "Name,RealName"), ("fields[Creator]", "Name,RealName")];

/// A look at ticket 7.
pub(crate) fn look(version: &str, answer: &Value) -> Step {
    look_at("7", version, answer)
}

/// A look at a ticket.
pub(crate) fn look_at(id: &str, version: &str, answer: &Value) -> Step {
    let target = percent::target(&format!("/REST/2.0/ticket/{id}"), &WITHIN);
    Step::on("GET", target).answer(200, answer).header("etag", &format!("\"{version}\""))
}

/// A change of ticket 7, and what the server says of it.
pub(crate) fn change(body: Value, words: &[&str]) -> Step {
    Step::on("PUT", "/REST/2.0/ticket/7").body(body).answer(200, &json!(words))
}

/// A comment on ticket 7.
pub(crate) fn comment(ids: &str, text: &str) -> Step {
    let body = json!({"Subject": format!("Signalbox {ids}"), "ContentType": "text/plain", "Content": text});
    Step::on("POST", "/REST/2.0/ticket/7/comment").body(body).answer(201, &json!(["Comments added"]))
}

/// A page of ticket 7's history.
pub(crate) fn history(page: u32, entries: Value) -> Step {
    let page = page.to_string();
    let pairs = [
        ("fields", "Type,Data,Created"),
        ("orderby", "id"),
        ("order", "DESC"),
        ("per_page", "100"),
        ("page", page.as_str()),
    ];
    let answer = json!({"items": entries, "total": null, "pages": null});
    Step::on("GET", percent::target("/REST/2.0/ticket/7/history", &pairs)).answer(200, &answer)
}

/// A search, its query as it reads before encoding.
pub(crate) fn search(query: &str, order: &str, limit: u32, rows: Value) -> Step {
    let fields = "Subject,Status,Priority,InitialPriority,FinalPriority,Queue,Owner,Creator,LastUpdatedBy,Requestor,Cc,AdminCc,\
                  Created,LastUpdated,Starts,Started,Due,Resolved,TimeEstimated,TimeLeft,CustomFields";
    let limit = limit.to_string();
    let mut pairs = vec![("query", query), ("fields", fields)];
    pairs.extend(WITHIN);
    pairs.extend([
        ("orderby", "LastUpdated"),
        ("order", order),
        ("orderby", "id"),
        ("order", order),
        ("per_page", limit.as_str()),
    ]);
    let count = rows.as_array().unwrap().len();
    let answer = json!({"items": rows, "count": count, "total": count, "page": 1});
    Step::on("GET", percent::target("/REST/2.0/tickets", &pairs)).answer(200, &answer)
}

/// What a queue answers, with these custom fields numbered from 2.
pub(crate) fn queue(name: &str, fields: &[&str], may_create: bool) -> Step {
    let fields: Vec<_> = fields
        .iter()
        .zip(2..)
        .map(|(name, id)| json!({"id": id.to_string(), "name": name, "type": "customfield"}))
        .collect();
    let links = if may_create { json!([{"ref": "create", "type": "ticket"}]) } else { json!([{"ref": "self"}]) };
    let answer = json!({"id": 3, "Name": name, "TicketCustomFields": fields, "_hyperlinks": links});
    Step::on("GET", format!("/REST/2.0/queue/{}", percent::encode(name))).answer(200, &answer)
}

pub(crate) fn refusal(words: &str) -> Value {
    json!({"message": words})
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
