//! REST 2.0: search, read, create, change and comment, with every answer checked to be one.
//!
//! A page with status 200 is `protocol` (something else stands at this address, and has written nothing); any other unreadable
//! answer to a write is `outcome-unknown`.

use crate::errors::{self, Place};
use crate::query::Query;
use crate::row::Row;
use crate::settings::Settings;
use crate::time;
use serde_json::{Value, json};
use signalbox_sdk::fault::{self, fault, unless_it_wrote};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Effect, Failure, Request, Response};
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};
use signalbox_sdk::{json, percent};

/// The most that the server answers of a search or a history; it cuts a larger number without a word.
pub const MOST: u32 = 100;
/// What a search answers of a ticket.
const FIELDS: &str = "Subject,Status,Priority,InitialPriority,FinalPriority,Queue,Owner,Creator,LastUpdatedBy,Requestor,Cc,AdminCc,\
    Created,LastUpdated,Starts,Started,Due,Resolved,TimeEstimated,TimeLeft,CustomFields";
/// What is answered of the objects in a ticket.
const WITHIN: [(&str, &str); 3] =
    [("fields[Queue]", "Name"), ("fields[Owner]", "Name,RealName"), ("fields[Creator]", "Name,RealName")];

/// Speaks to one server.
#[derive(Debug)]
pub struct Client<'a, H> {
    /// What sends.
    pub host: &'a H,
    /// The operator's.
    pub settings: &'a Settings,
}

/// A part of the tickets that a search has.
#[derive(Debug)]
pub struct Listing {
    /// In the order (`LastUpdated`, `id`).
    pub rows: Vec<Row>,
    /// Whether the server has more.
    pub more: bool,
    /// Whether the server counts: else it leaves tickets out of a page that the account may not see.
    pub counts: bool,
    /// The server's clock.
    pub date: Option<Stamp>,
}

/// Which end of a search comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// What changed longest ago.
    OldestFirst,
    /// What changed last.
    NewestFirst,
}

/// One step in a ticket's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What was done: `Create`, `Comment`, `Status`.
    pub kind: String,
    /// What stands beside it; of a comment its subject.
    pub data: String,
    /// When.
    pub created: Option<Stamp>,
}

// === impl Client: reads ===

impl<H: Http + Log> Client<'_, H> {
    /// The server's version.
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn version(&self) -> Result<String, CallError> {
        let answer = self.host.send(Request::get("/REST/2.0/rt", &[]));
        let (body, _) = body(answer, Effect::Reads, Place::Collection)?;
        let version = json::text(&body, "Version");
        if version.is_empty() { Err(unreadable(Effect::Reads, "its version")) } else { Ok(version.to_owned()) }
    }

    /// A queue by name: with its custom fields, and what the account may do.
    ///
    /// # Errors
    /// `rejected` where there is none that the account may see; else as [`errors::classify`] tells.
    pub fn queue(&self, name: &str) -> Result<Value, CallError> {
        let id = if fits_a_path(name) { name.to_owned() } else { self.id_of("queues", name)? };
        let answer = self.host.send(Request::get(&format!("/REST/2.0/queue/{}", percent::encode(&id)), &[]));
        body(answer, Effect::Reads, Place::Named).map(|(body, _)| body)
    }

    /// Looks whether there is a user of this name.
    ///
    /// # Errors
    /// `rejected` where there is none that the account may see; else as [`errors::classify`] tells.
    pub fn user(&self, name: &str) -> Result<(), CallError> {
        self.id_of("users", name).map(drop)
    }

    /// A ticket by its id; another one where people merged it.
    ///
    /// # Errors
    /// `gone` where there is none; else as [`errors::classify`] tells.
    pub fn ticket(&self, id: &str) -> Result<Row, CallError> {
        row(self.host.send(Request::get(&ticket_path(id), &WITHIN)))
    }

    /// Several tickets side by side, answered in their order.
    pub fn tickets(&self, ids: &[String]) -> Vec<Result<Row, CallError>> {
        let requests = ids.iter().map(|id| Request::get(&ticket_path(id), &WITHIN)).collect();
        self.host.send_all(requests).into_iter().map(row).collect()
    }

    /// The tickets that a search has, at most [`MOST`].
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn search(&self, query: &Query, limit: u32, order: Order) -> Result<Listing, CallError> {
        let limit = limit.clamp(1, MOST);
        let per_page = limit.to_string();
        let order = if order == Order::OldestFirst { "ASC" } else { "DESC" };
        let mut pairs = vec![("query", query.as_str()), ("fields", FIELDS)];
        pairs.extend(WITHIN);
        pairs.extend([
            ("orderby", "LastUpdated"),
            ("order", order),
            ("orderby", "id"),
            ("order", order),
            ("per_page", &per_page),
        ]);
        listing(self.host.send(Request::get("/REST/2.0/tickets", &pairs)), limit)
    }

    /// A page of a ticket's history, the newest first.
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn history(&self, id: &str, page: u32) -> Result<Vec<Entry>, CallError> {
        let (per_page, page) = (MOST.to_string(), page.to_string());
        let pairs = [
            ("fields", "Type,Data,Created"),
            ("orderby", "id"),
            ("order", "DESC"),
            ("per_page", &per_page),
            ("page", &page),
        ];
        let answer = self.host.send(Request::get(&format!("{}/history", ticket_path(id)), &pairs));
        let (body, _) = body(answer, Effect::Reads, Place::Ticket)?;
        let items =
            body.get("items").and_then(Value::as_array).ok_or_else(|| unreadable(Effect::Reads, "a history"))?;
        Ok(items.iter().map(Entry::parse).collect())
    }
}

// === impl Client: by name ===

impl<H: Http> Client<'_, H> {
    /// The id of what has this name.
    fn id_of(&self, collection: &str, name: &str) -> Result<String, CallError> {
        let query = json!([{"field": "Name", "value": name}]).to_string();
        let answer = self.host.send(Request::get(&format!("/REST/2.0/{collection}"), &[("query", &query)]));
        let (body, _) = body(answer, Effect::Reads, Place::Collection)?;
        let id = body.pointer("/items/0/id").and_then(json::scalar);
        id.ok_or_else(|| {
            fault(CallErrorKind::Rejected, format!("none of the {collection} that this account may see has this name"))
        })
    }
}

// === impl Client: writes ===

impl<H: Http + Log> Client<'_, H> {
    /// Makes a ticket and answers its id.
    ///
    /// # Errors
    /// As [`errors::classify`] tells; `outcome-unknown` where the answer cannot be read.
    pub fn create(&self, ticket: &Value) -> Result<String, CallError> {
        let answer = self.host.send(Request::send_json("POST", "/REST/2.0/ticket", &[], ticket));
        let (body, _) = body(answer, Effect::Writes, Place::Collection)?;
        let id = body.get("id").and_then(json::scalar).filter(|id| id.parse::<u64>().is_ok());
        id.ok_or_else(|| unreadable(Effect::Writes, "the new ticket's id"))
    }

    /// Changes a ticket that is as it was in this version, and answers what the server says: of what it refuses, too.
    ///
    /// # Errors
    /// `conflict` where it has changed since; else as [`errors::classify`] tells.
    pub fn update(&self, id: &str, version: &str, changes: &Value) -> Result<Vec<String>, CallError> {
        let mut request = Request::send_json("PUT", &ticket_path(id), &[], changes);
        if !version.is_empty() {
            request.headers.push(("if-match".into(), format!("\"{version}\"")));
        }
        let (body, _) = body(self.host.send(request), Effect::Writes, Place::Ticket)?;
        words(&body).ok_or_else(|| unreadable(Effect::Writes, "a list of what was done"))
    }

    /// Posts a comment, which nobody outside is told of, and which leaves the status alone.
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn comment(&self, id: &str, subject: &str, content_type: &str, text: &str) -> Result<(), CallError> {
        let comment = json!({"Subject": subject, "ContentType": content_type, "Content": text});
        let path = format!("{}/comment", ticket_path(id));
        let (body, _) =
            body(self.host.send(Request::send_json("POST", &path, &[], &comment)), Effect::Writes, Place::Ticket)?;
        words(&body).map(drop).ok_or_else(|| unreadable(Effect::Writes, "a list of what was done"))
    }
}

// === impl Entry ===

impl Entry {
    fn parse(item: &Value) -> Self {
        Self {
            kind: json::text(item, "Type").to_owned(),
            data: json::text(item, "Data").to_owned(),
            created: time::read(json::text(item, "Created")),
        }
    }
}

/// Whether a name can stand in a path, where `a/b` would be two names.
fn fits_a_path(name: &str) -> bool {
    name.chars().all(|each| each.is_alphanumeric() || matches!(each, ' ' | '-' | '_'))
}

fn ticket_path(id: &str) -> String {
    format!("/REST/2.0/ticket/{}", percent::encode(id))
}

fn row(answer: Result<Response, Failure>) -> Result<Row, CallError> {
    let (body, response) = body(answer, Effect::Reads, Place::Ticket)?;
    let mut row = Row::parse(&body).ok_or_else(|| unreadable(Effect::Reads, "a ticket with its id"))?;
    let tag = response.header("etag").unwrap_or_default();
    row.version = tag.trim_start_matches("W/").trim_matches('"').to_owned();
    Ok(row)
}

fn listing(answer: Result<Response, Failure>, limit: u32) -> Result<Listing, CallError> {
    let (body, response) = body(answer, Effect::Reads, Place::Collection)?;
    let items =
        body.get("items").and_then(Value::as_array).ok_or_else(|| unreadable(Effect::Reads, "a list of tickets"))?;
    let rows: Option<Vec<Row>> = items.iter().map(Row::parse).collect();
    let rows = rows.ok_or_else(|| unreadable(Effect::Reads, "a list of tickets"))?;
    let more = body.get("next_page").is_some() || u32::try_from(rows.len()).map_or(true, |count| count >= limit);
    let counts = body.get("total").is_some_and(Value::is_number);
    Ok(Listing { rows, more, counts, date: response.header("date").and_then(Stamp::from_http) })
}

fn words(body: &Value) -> Option<Vec<String>> {
    body.as_array()?.iter().map(json::scalar).collect()
}

fn body(answer: Result<Response, Failure>, effect: Effect, place: Place) -> Result<(Value, Response), CallError> {
    let response = answer.map_err(|failure| fault::by_failure(failure, effect))?;
    if !response.is_success() {
        return Err(errors::classify(&response, effect, place));
    }
    if response.is_page() {
        return Err(errors::page(&response));
    }
    let body = response.json().ok_or_else(|| unreadable(effect, "JSON"))?;
    Ok((body, response))
}

fn unreadable(effect: Effect, wanted: &str) -> CallError {
    let message = format!("Request Tracker said yes and did not answer {wanted}");
    fault(unless_it_wrote(effect, CallErrorKind::Protocol), message)
}

#[cfg(test)]
mod tests;
