//! What the tests of several modules begin with.

use crate::client::Client;
use crate::settings::Settings;
use serde_json::{Value, json};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Failure, Request, Response};
use signalbox_sdk::percent;
use signalbox_sdk::scripted::{Scripted, Step};
use signalbox_sdk::testing;
use signalbox_sdk::types::{Ticket, TicketState};
use std::cell::RefCell;

pub(crate) use signalbox_sdk::testing::{KEY, content, full_content, item, note};

pub(crate) const ORGANISATION: &str = "https://acme.crm.dynamics.com";
pub(crate) const API: &str = "/api/data/v9.2";
pub(crate) const ID: &str = "8c1d2f30-5b6a-4e7d-9a10-0f1e2d3c4b5a";
pub(crate) const TEAM: &str = "1f6a8d10-2b3c-4d5e-8f90-a1b2c3d4e5f6";
pub(crate) const ACCOUNT: &str = "2a7b9e21-3c4d-4e6f-9a01-b2c3d4e5f607";
pub(crate) const VERSION: &str = "W/\"1204\"";

/// Settings of an operator who set these.
pub(crate) fn settings(own: Value) -> Settings {
    Settings::parse(&own.to_string()).unwrap()
}

/// A table of one's own, as the documentation has it.
pub(crate) fn custom() -> Value {
    json!({"incident": {
        "logical_name": "acme_ticket",
        "entity_set": "acme_tickets",
        "primary_key": "acme_ticketid",
        "columns": {"key": "acme_alertkey", "title": "acme_name", "description": "acme_details"},
        "severity": {"error": {"acme_urgency": 100_000_001}},
        "resolve": {"text_column": "acme_resolution"},
    }})
}

/// A ticket as the host saw it last.
pub(crate) fn ticket(state: TicketState, platform_state: &str) -> Ticket {
    Ticket {
        number: "CAS-01077-K4D2P7".into(),
        version: VERSION.into(),
        priority: "High".into(),
        ..testing::ticket(ID, state, platform_state)
    }
}

/// A Case in this state, as an answer has it.
pub(crate) fn row(state: i64, status: i64, label: &str) -> Value {
    json!({
        "@odata.context": format!("{ORGANISATION}{API}/$metadata#incidents/$entity"),
        "@odata.etag": "W/\"1207\"",
        "incidentid": ID,
        "ticketnumber": "CAS-01077-K4D2P7",
        "new_signalboxkey": KEY,
        "statecode": state,
        "statuscode": status,
        "statuscode@OData.Community.Display.V1.FormattedValue": label,
        "createdon": "2026-11-22T13:06:00Z",
        "modifiedon": "2026-11-22T13:07:00Z",
    })
}

/// A list of rows.
pub(crate) fn rows(entity_set: &str, rows: Value) -> Value {
    json!({"@odata.context": format!("{ORGANISATION}{API}/$metadata#{entity_set}"), "value": rows})
}

pub(crate) fn refusal(code: &str, message: &str) -> Value {
    json!({"error": {"code": code, "message": message}})
}

/// A request on a place under the Web API's path.
pub(crate) fn on(method: &'static str, place: &str) -> Step {
    Step::on(method, format!("{API}/{place}"))
}

/// The Case that everything here is about.
pub(crate) fn on_case(method: &'static str) -> Step {
    on(method, &format!("incidents({ID})"))
}

/// A list, its query as it reads before encoding.
pub(crate) fn list(entity_set: &str, query: &[(&str, &str)], answer: Value) -> Step {
    Step::on("GET", percent::target(&format!("{API}/{entity_set}"), query)).answer(200, &rows(entity_set, answer))
}

/// A batch, answered with these statuses; one that is refused is answered alone.
pub(crate) fn batch(parts: &[(u16, &str, &str)]) -> Step {
    let mut body =
        String::from("--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_1\r\n\r\n");
    for (status, headers, content) in parts {
        body += &format!(
            "--changesetresponse_1\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 {status} X\r\n{headers}\r\n\r\n{content}\r\n"
        );
    }
    body += "--changesetresponse_1--\r\n--batchresponse_1--\r\n";
    let status = parts.first().map_or(200, |(status, ..)| if *status < 300 { 200 } else { *status });
    on("POST", "$batch").body(Value::Null).answer_text(status, "multipart/mixed; boundary=batchresponse_1", &body)
}

/// A script that remembers what was sent.
pub(crate) struct Wire {
    script: Scripted,
    sent: RefCell<Vec<Request>>,
}

impl Http for Wire {
    fn send(&self, request: Request) -> Result<Response, Failure> {
        self.sent.borrow_mut().push(request.clone());
        self.script.send(request)
    }

    fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Response, Failure>> {
        requests.into_iter().map(|request| self.send(request)).collect()
    }
}

impl Log for Wire {
    fn warn(&self, message: &str, fields: &[(&str, &str)]) {
        self.script.warn(message, fields);
    }
}

/// What a call did.
pub(crate) struct Played<T> {
    pub(crate) result: T,
    pub(crate) warnings: Vec<String>,
    pub(crate) sent: Vec<Request>,
}

impl<T> Played<T> {
    /// The value of a header of a request; empty where it has none.
    pub(crate) fn header(&self, request: usize, name: &str) -> &str {
        let headers = &self.sent[request].headers;
        headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The writes of a batch: their first lines, versions and bodies.
    pub(crate) fn batched(&self, request: usize) -> Vec<(String, String, Value)> {
        let text = String::from_utf8(self.sent[request].body.clone()).unwrap();
        let parts = text.split("--changeset_signalbox\r\n").skip(1);
        parts
            .map(|part| {
                let mut blocks = part.split("\r\n\r\n").skip(1);
                let (head, rest) = (blocks.next().unwrap(), blocks.next().unwrap());
                let line = head.lines().next().unwrap().replace(API, "").replace(" HTTP/1.1", "");
                let version = head.lines().find_map(|line| line.strip_prefix("If-Match: ")).unwrap_or_default();
                (line, version.to_owned(), serde_json::from_str(rest.lines().next().unwrap()).unwrap())
            })
            .collect()
    }
}

/// Runs a call against a script.
pub(crate) fn play<T>(
    settings: &Settings,
    steps: impl IntoIterator<Item = Step>,
    call: impl FnOnce(&Client<'_, Wire>) -> T,
) -> Played<T> {
    let wire = Wire { script: Scripted::new(steps), sent: RefCell::default() };
    let result = call(&Client { host: &wire, settings });
    let warnings = wire.script.warnings();
    Played { result, warnings, sent: wire.sent.into_inner() }
}
