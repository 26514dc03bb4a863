//! An adapter that does what a plugin must not, on demand: the work item's title says what. Tests of the host run it.
//!
//! Any other title is posted to `/tickets` as it is, and what comes back is the ticket.

use signalbox_sdk::adapter::description::{self, Finding, Manifest};
use signalbox_sdk::adapter::{self, Change, Page, ProbeReport, http};
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::types::{CallError, CallErrorKind, Ticket, TicketState, WorkItemKind};
use signalbox_sdk::work::WorkItem;
use std::time::Duration;

/// What the host calls.
pub struct MisbehavingAdapter;

impl description::Guest for MisbehavingAdapter {
    fn describe() -> Manifest {
        // Describing sends nothing, whatever a plugin tries.
        let sent = http::send(&get("/describe")).is_ok();
        Manifest {
            name: "misbehaving-adapter".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: format!("Does what a plugin must not, on demand; sent while describing: {sent}"),
            settings_schema: r#"{"type":"object"}"#.to_owned(),
            grants: vec!["http".to_owned()],
            abilities: vec!["create:incident".to_owned()],
            extra: r#"{"settle-seconds":1}"#.to_owned(),
        }
    }

    fn check() -> Vec<Finding> {
        Vec::new()
    }
}

impl adapter::Guest for MisbehavingAdapter {
    fn probe() -> Result<ProbeReport, CallError> {
        send(&get("/probe"))?;
        Ok(ProbeReport { product: "misbehaving".to_owned(), version: "1".to_owned(), findings: Vec::new() })
    }

    fn find(_: WorkItemKind, _: String) -> Result<Vec<Ticket>, CallError> {
        Ok(Vec::new())
    }

    fn read(_: WorkItemKind, _: String) -> Result<Ticket, CallError> {
        Err(refusal(CallErrorKind::Gone, "there are no tickets here"))
    }

    fn create(item: WorkItem) -> Result<Ticket, CallError> {
        let title = item.content.title.unwrap_or_default();
        match title.as_str() {
            "loop" => spin(),
            "ask another host" => send(&get("https://elsewhere.example/tickets"))?,
            "read, then loop" => {
                send(&get("/tickets"))?;
                spin()
            }
            "write, then loop" => {
                send(&post("/tickets", &title))?;
                spin()
            }
            "write, then trap" => {
                send(&post("/tickets", &title))?;
                std::process::abort()
            }
            "write, then answer no ticket" => {
                send(&post("/tickets", &title))?;
                return Ok(Ticket { id: String::new(), ..ticket(&title) });
            }
            "send a body of 17 MiB" => send(&post("/tickets", &"x".repeat(17 << 20)))?,
            "ask for a large answer" => send(&get("/large"))?,
            "ask for many answers" => {
                let answers = http::send_all(&(0..20).map(|nth| get(&format!("/page/{nth}"))).collect::<Vec<_>>());
                let whole = answers.iter().filter(|answer| answer.is_ok()).count();
                let order: Vec<String> = answers.iter().flatten().map(|answer| answer.body.len().to_string()).collect();
                return Ok(Ticket { number: whole.to_string(), version: order.join(","), ..ticket(&title) });
            }
            "wait 3 s for one of many" => return Ok(wait_for_one(3_000)),
            "wait for ever for one of many" => return Ok(wait_for_one(u32::MAX)),
            "send too many at once" => {
                let answers = http::send_all(&vec![get("/page"); 1_001]);
                answers.into_iter().next().unwrap_or(Err(http::Error::NotSent(String::new()))).map_err(unsent)?
            }
            "sleep" => {
                std::thread::sleep(Duration::from_secs(3600));
                return Ok(ticket("slept"));
            }
            "nap" => {
                std::thread::sleep(Duration::from_millis(200));
                return Ok(ticket("slept"));
            }
            _ => send(&post("/tickets", &title))?,
        };
        Ok(ticket(&title))
    }

    fn amend(_: Ticket, _: Change, item: WorkItem) -> Result<Ticket, CallError> {
        Self::create(item)
    }

    fn list_records(_: RecordKind, _: Option<String>, _: String, _: u32) -> Result<Page, CallError> {
        Ok(Page { records: Vec::new(), cursor: String::new(), more: false })
    }
}

/// A write that is not answered in front of pages that are; the ticket's version says what came of each.
fn wait_for_one(milliseconds: u32) -> Ticket {
    let pages = (0..12).map(|nth| get(&format!("/page/{nth}")));
    let requests: Vec<_> = std::iter::once(post("/hold", "")).chain(pages).collect();
    let outcome = |answer: &Result<http::Response, http::Error>| match answer {
        Ok(answer) => answer.status.to_string(),
        Err(http::Error::OutcomeUnknown(_)) => "unknown".to_owned(),
        Err(_) => "other".to_owned(),
    };
    let answers = http::send_all_within(&requests, milliseconds);
    Ticket { version: answers.iter().map(outcome).collect::<Vec<_>>().join(","), ..ticket("waited") }
}

fn spin() -> ! {
    loop {
        std::hint::black_box(());
    }
}

fn get(target: &str) -> http::Request {
    http::Request { method: "GET".into(), target: target.into(), headers: Vec::new(), body: Vec::new(), safe: true }
}

fn post(target: &str, body: &str) -> http::Request {
    let headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
    http::Request { method: "POST".into(), target: target.into(), headers, body: body.into(), safe: false }
}

fn send(request: &http::Request) -> Result<http::Response, CallError> {
    http::send(request).map_err(unsent)
}

fn unsent(error: http::Error) -> CallError {
    match error {
        http::Error::Denied(why) => refusal(CallErrorKind::Rejected, &why),
        http::Error::NotSent(why) => refusal(CallErrorKind::Unavailable, &why),
        http::Error::OutcomeUnknown(why) => refusal(CallErrorKind::OutcomeUnknown, &why),
        http::Error::TooLarge(limit) => refusal(CallErrorKind::Protocol, &format!("over {limit} bytes")),
    }
}

fn refusal(kind: CallErrorKind, message: &str) -> CallError {
    CallError { kind, code: String::new(), message: message.to_owned(), field: String::new(), retry_after: None }
}

fn ticket(id: &str) -> Ticket {
    Ticket {
        id: id.to_owned(),
        number: String::new(),
        url: String::new(),
        key: String::new(),
        state: TicketState::Open,
        platform_state: String::new(),
        version: String::new(),
        priority: String::new(),
        assignment: String::new(),
        assigned_to: String::new(),
        created_at: None,
        updated_at: None,
        resolved_at: None,
        closed_at: None,
        fields: "{}".to_owned(),
    }
}

// Only a component has the contract's exports: their names mean nothing to a native linker.
#[cfg(target_family = "wasm")]
signalbox_sdk::adapter::export!(MisbehavingAdapter);
