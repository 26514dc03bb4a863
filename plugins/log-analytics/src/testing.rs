//! What the tests of several modules begin with.

use crate::client::Client;
use crate::deliver;
use crate::settings::Settings;
use crate::ticket_events::{self, Happening};
use crate::work_items::{self, WorkItem};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use signalbox_sdk::host::Http;
use signalbox_sdk::http::{Failure, Request, Response};
use signalbox_sdk::record;
use signalbox_sdk::records::{ItsmRecord, RecordKind};
use signalbox_sdk::scripted::{Scripted, Step};
use signalbox_sdk::sink::{Delivery, Item, PlatformRecord, Receipt, TicketEvent};
use signalbox_sdk::testing;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, Condition, Severity, TicketState, WorkItemKind};
use std::cell::RefCell;
use std::io::Read;

pub(crate) use signalbox_sdk::testing::KEY;

pub(crate) const DCR: &str = "dcr-0123456789abcdef0123456789abcdef";
pub(crate) const NOW: &str = "2026-11-22T12:00:00Z";

/// Settings that keep bodies readable.
pub(crate) fn settings(more: Value) -> Settings {
    let mut settings = json!({"dcr": DCR, "gzip": false});
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Settings::parse(&settings.to_string()).unwrap()
}

pub(crate) fn incident(title: &str) -> ItsmRecord {
    ItsmRecord { id: "i-1".into(), title: title.into(), ..record::blank(RecordKind::Incident) }
}

pub(crate) fn record(sequence: u64, title: &str) -> Delivery {
    let platform = PlatformRecord { connection: "snow".into(), record: incident(title) };
    Delivery { sequence, item: Item::PlatformRecord(platform) }
}

pub(crate) fn event(name: &str) -> TicketEvent {
    TicketEvent {
        at: "2026-11-22T11:00:00.5Z".into(),
        event: name.into(),
        connection: "snow".into(),
        kind: WorkItemKind::Incident,
        key: KEY.into(),
        ticket: Some(testing::ticket("i-1", TicketState::Open, "New")),
        alert_id: "alert-77".into(),
        correlation_key: "k-1".into(),
        rule: "disk-full".into(),
        severity: Severity::Error,
        condition: Condition::Fired,
        resource_ids: vec!["/subscriptions/s/vm/db-1".into(), "/subscriptions/s/vm/db-2".into()],
        labels: vec![("gateway".into(), "acme-test".into())],
    }
}

pub(crate) fn happening(sequence: u64, name: &str) -> Delivery {
    Delivery { sequence, item: Item::TicketEvent(event(name)) }
}

/// The request that a stream gets.
pub(crate) fn on(stream: &str) -> Step {
    Step::on("POST", format!("/dataCollectionRules/{DCR}/streams/{stream}?api-version=2023-01-01"))
}

pub(crate) fn error(code: &str, message: &str) -> Value {
    json!({"error": {"code": code, "message": message}})
}

pub(crate) fn deliver<H: Http>(host: &H, more: Value, batch: Vec<Delivery>) -> Result<Receipt, CallError> {
    let settings = settings(more);
    deliver::deliver(&Client { host, settings: &settings }, batch, Stamp::from_contract(NOW).unwrap())
}

pub(crate) fn play(steps: impl IntoIterator<Item = Step>, batch: Vec<Delivery>) -> Result<Receipt, CallError> {
    deliver(&Scripted::new(steps), json!({}), batch)
}

/// An item as its row.
pub(crate) fn row(delivery: &Delivery) -> Value {
    let Delivery { sequence, item } = delivery.clone();
    let row = match item {
        Item::PlatformRecord(platform) => work_items::TABLE.row(&WorkItem { sequence, now: NOW.into(), platform }),
        Item::TicketEvent(event) => ticket_events::TABLE.row(&Happening { sequence, event }),
    };
    serde_json::from_str(&row).unwrap()
}

/// A body as it was before it was compressed.
pub(crate) fn inflated(request: &Request) -> Vec<u8> {
    let is_gzip = request.headers.iter().any(|(name, value)| name == "content-encoding" && value == "gzip");
    if !is_gzip {
        return request.body.clone();
    }
    let mut plain = Vec::new();
    GzDecoder::new(request.body.as_slice()).read_to_end(&mut plain).unwrap();
    plain
}

/// A service that judges each body by its rows, and keeps what it took.
pub(crate) struct Service<J> {
    judge: J,
    pub(crate) taken: RefCell<Vec<Value>>,
    pub(crate) requests: RefCell<Vec<Request>>,
}

impl<J: Fn(&[Value]) -> u16> Service<J> {
    pub(crate) fn new(judge: J) -> Self {
        Self { judge, taken: RefCell::default(), requests: RefCell::default() }
    }

    /// The titles, or the events' names, of what was taken.
    pub(crate) fn names(&self) -> Vec<String> {
        let name = |row: &Value| row["Title_s"].as_str().or(row["EventName"].as_str()).unwrap_or_default().to_owned();
        self.taken.borrow().iter().map(name).collect()
    }
}

impl<J: Fn(&[Value]) -> u16> Http for Service<J> {
    fn send(&self, request: Request) -> Result<Response, Failure> {
        let rows: Vec<Value> = serde_json::from_slice(&inflated(&request)).unwrap();
        self.requests.borrow_mut().push(request);
        let status = (self.judge)(&rows);
        let body = if status == 204 {
            self.taken.borrow_mut().extend(rows);
            Vec::new()
        } else {
            error("InvalidRecord", "not this row").to_string().into_bytes()
        };
        Ok(Response { status, headers: Vec::new(), body })
    }

    fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Response, Failure>> {
        requests.into_iter().map(|request| self.send(request)).collect()
    }
}
