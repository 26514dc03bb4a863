//! Requests to the Web API and their answers.
//!
//! Every request asks for all annotations, so that one answer has both what is stored and what people see, and names its page size
//! anew: the platform wants the same preferences with each link that it gave. Links are followed as they are, by their path: what
//! comes before it is the connection's business.

use crate::batch::{self, Write};
use crate::errors::{self, Place};
use crate::odata;
use crate::row::Row;
use crate::settings::Settings;
use serde_json::Value;
use signalbox_sdk::fault::{self, fault, unless_it_wrote};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Effect, Failure, Request, Response};
use signalbox_sdk::json;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};

const ANNOTATIONS: &str = "odata.include-annotations=\"*\"";

/// Speaks to one organisation.
#[derive(Debug)]
pub struct Client<'a, H> {
    /// What sends.
    pub host: &'a H,
    /// The operator's.
    pub settings: &'a Settings,
}

/// A part of the rows that a question has.
#[derive(Debug)]
pub struct Listing {
    /// In the question's order.
    pub rows: Vec<Row>,
    /// Identities of rows that are there no more; only where changes are tracked.
    pub deleted: Vec<String>,
    /// Where the next page is.
    pub next: Option<String>,
    /// Where changes after these are; only where changes are tracked.
    pub delta: Option<String>,
    /// The platform's clock.
    pub date: Option<Stamp>,
}

/// One question for a list of rows.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Where: an entity set.
    pub entity_set: &'a str,
    /// Which and what: `$filter`, `$select` and the like.
    pub query: Vec<(&'a str, String)>,
    /// How many at most in one answer.
    pub page: Option<u32>,
}

/// How a page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// How many rows at most.
    pub rows: u32,
    /// Whether the last page shall say where changes are from then on.
    pub tracked: bool,
}

// === impl Client ===

impl<H: Http + Log> Client<'_, H> {
    /// The rows that answer a question.
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn list(&self, question: &Question<'_>) -> Result<Listing, CallError> {
        listing(self.host.send(self.list_request(question)))
    }

    /// Several questions side by side, answered in their order.
    pub fn list_all(&self, questions: &[Question<'_>]) -> Vec<Result<Listing, CallError>> {
        let requests = questions.iter().map(|question| self.list_request(question)).collect();
        self.host.send_all(requests).into_iter().map(listing).collect()
    }

    /// The first page of a table's rows.
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn page(&self, entity_set: &str, query: &[(&str, &str)], paging: Paging) -> Result<Listing, CallError> {
        listing(self.host.send(with_paging(Request::get(&self.path(entity_set), query), paging)))
    }

    /// The page behind a link that an earlier answer gave.
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn follow(&self, link: &str, paging: Paging) -> Result<Listing, CallError> {
        listing(self.host.send(with_paging(Request::get(link, &[]), paging)))
    }

    /// A link of an answer as it can be followed and kept: from the Web API's path on.
    ///
    /// # Errors
    /// `protocol` where it leads elsewhere than into this entity set.
    pub fn local(&self, link: &str, entity_set: &str) -> Result<String, CallError> {
        let place = self.path(entity_set);
        let local = link.find(&place).and_then(|start| link.get(start..));
        let local = local.filter(|local| local.get(place.len()..).is_some_and(|rest| rest.starts_with('?')));
        local.map(str::to_owned).ok_or_else(|| {
            fault(CallErrorKind::Protocol, format!("the next page of `{entity_set}` should be at {link}"))
        })
    }

    /// One row.
    ///
    /// # Errors
    /// `gone` where there is none, or none that this account may see; else as [`errors::classify`] tells.
    pub fn row(&self, address: &str) -> Result<Row, CallError> {
        let columns = self.select();
        let query: Vec<_> = columns.iter().map(|columns| ("$select", columns.as_str())).collect();
        let request = with_preferences(Request::get(&self.path(address), &query), &[ANNOTATIONS]);
        row(self.host.send(request), Effect::Reads, Place::Row)
    }

    /// Does one write and answers the row as it then stands.
    ///
    /// # Errors
    /// As [`errors::classify`] tells; `outcome-unknown` where the answer cannot be read.
    pub fn write(&self, write: &Write) -> Result<Row, CallError> {
        let columns = self.select();
        let query: Vec<_> = columns.iter().map(|columns| ("$select", columns.as_str())).collect();
        let request = Request::send_json(write.method, &self.path(&write.path), &query, &write.body);
        let mut request = with_preferences(request, &["return=representation", ANNOTATIONS]);
        request.headers.extend(write.if_match.iter().map(|version| ("if-match".to_owned(), version.clone())));
        row(self.host.send(request), Effect::Writes, place_of(write))
    }

    /// Does one write whose answer is not needed: an action, a row beside the ticket.
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn act(&self, write: &Write) -> Result<(), CallError> {
        let request = Request::send_json(write.method, &self.path(&write.path), &[], &write.body);
        let answer = self.host.send(with_version(request));
        let response = answer.map_err(|failure| fault::by_failure(failure, Effect::Writes))?;
        match response.is_success() {
            true if response.is_page() => Err(errors::page(&response)),
            true => Ok(()),
            false => Err(errors::classify(&response, Effect::Writes, place_of(write))),
        }
    }

    /// Does several writes, all or none, and answers the identity of the row that the first one made, if it made one.
    ///
    /// # Errors
    /// As [`errors::classify`] tells of the write that was refused; `outcome-unknown` where the answer cannot be read.
    pub fn change_set(&self, writes: &[Write]) -> Result<Option<String>, CallError> {
        let request = Request {
            method: "POST",
            target: self.path("$batch"),
            headers: vec![("accept".into(), "application/json".into()), ("content-type".into(), batch::content_type())],
            body: batch::encode(&self.settings.api_path, writes),
            effect: Effect::Writes,
        };
        let response =
            self.host.send(with_version(request)).map_err(|failure| fault::by_failure(failure, Effect::Writes))?;
        let Some(answers) = batch::decode(&response) else {
            return Err(match response.is_success() {
                true if response.is_page() => errors::page(&response),
                true => unreadable(Effect::Writes, "batch of answers"),
                false => errors::classify(&response, Effect::Writes, Place::Collection),
            });
        };
        if let Some((number, refused)) = answers.iter().enumerate().find(|(_, answer)| !answer.is_success()) {
            // A change set's refusal stands alone, and does not say which of the writes it is of.
            let place = if answers.len() == writes.len() { writes.get(number) } else { writes.first() };
            return Err(errors::classify(refused, Effect::Writes, place.map_or(Place::Collection, place_of)));
        }
        if answers.len() != writes.len() {
            return Err(unreadable(Effect::Writes, "answer to each write"));
        }
        let made = answers.first().and_then(|answer| answer.header("odata-entityid"));
        Ok(made.and_then(odata::id_in).map(str::to_owned))
    }

    /// What functions and metadata answer, side by side.
    pub fn ask_all(&self, questions: &[(String, Vec<(&str, &str)>)]) -> Vec<Result<Value, CallError>> {
        let request = |(path, query): &(String, Vec<(&str, &str)>)| with_version(Request::get(&self.path(path), query));
        let answers = self.host.send_all(questions.iter().map(request).collect());
        answers.into_iter().map(|answer| body(answer, Effect::Reads, Place::Row).map(|(body, _)| body)).collect()
    }

    fn list_request(&self, question: &Question<'_>) -> Request {
        let query: Vec<_> = question.query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let request = Request::get(&self.path(question.entity_set), &query);
        match question.page {
            Some(rows) => with_paging(request, Paging { rows, tracked: false }),
            None => with_preferences(request, &[ANNOTATIONS]),
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("{}/{rest}", self.settings.api_path)
    }

    /// The columns to read of a ticket; none for all.
    #[must_use]
    pub fn select(&self) -> Option<String> {
        self.settings.selected(&self.settings.incident.columns, &self.settings.incident.primary_key)
    }
}

/// What a write names: a row has brackets in its address, or is one that the change set makes.
fn place_of(write: &Write) -> Place {
    if write.path.contains('(') || write.path.starts_with('$') { Place::Row } else { Place::Collection }
}

fn with_version(mut request: Request) -> Request {
    let versions = ["odata-version", "odata-maxversion"].map(|name| (name.to_owned(), "4.0".to_owned()));
    request.headers.extend(versions);
    request
}

fn with_preferences(request: Request, preferences: &[&str]) -> Request {
    let mut request = with_version(request);
    request.headers.push(("prefer".into(), preferences.join(",")));
    request
}

fn with_paging(request: Request, paging: Paging) -> Request {
    let size = format!("odata.maxpagesize={}", paging.rows);
    let mut preferences = vec![ANNOTATIONS, size.as_str()];
    if paging.tracked {
        preferences.push("odata.track-changes");
    }
    with_preferences(request, &preferences)
}

fn listing(answer: Result<Response, Failure>) -> Result<Listing, CallError> {
    let (mut body, response) = body(answer, Effect::Reads, Place::Collection)?;
    let link = |name: &str| Some(json::text(&body, name)).filter(|link| !link.is_empty()).map(str::to_owned);
    let (next, delta) = (link("@odata.nextLink"), link("@odata.deltaLink"));
    let context = json::text(&body, "@odata.context").to_owned();
    let Some(Value::Array(values)) = body.get_mut("value").map(Value::take) else {
        return Err(unreadable(Effect::Reads, "list of rows"));
    };
    let (mut rows, mut deleted) = (Vec::with_capacity(values.len()), Vec::new());
    for value in values {
        if json::text(&value, "@odata.context").ends_with("/$deletedEntity") {
            deleted.push(json::text(&value, "id").to_owned());
        } else {
            rows.push(Row::parse(value, &context).ok_or_else(|| unreadable(Effect::Reads, "list of rows"))?);
        }
    }
    let date = response.header("date").and_then(Stamp::from_http);
    Ok(Listing { rows, deleted, next, delta, date })
}

fn row(answer: Result<Response, Failure>, effect: Effect, place: Place) -> Result<Row, CallError> {
    let (body, _) = body(answer, effect, place)?;
    let row = Row::parse(body, "").filter(|row| !row.etag().is_empty());
    row.ok_or_else(|| unreadable(effect, "row with its version"))
}

/// The JSON of an answer.
fn body(answer: Result<Response, Failure>, effect: Effect, place: Place) -> Result<(Value, Response), CallError> {
    let response = answer.map_err(|failure| fault::by_failure(failure, effect))?;
    if !response.is_success() {
        return Err(errors::classify(&response, effect, place));
    }
    if response.is_page() {
        return Err(errors::page(&response));
    }
    let body = response.json().filter(Value::is_object).ok_or_else(|| unreadable(effect, "JSON object"))?;
    Ok((body, response))
}

fn unreadable(effect: Effect, wanted: &str) -> CallError {
    let message = format!("the organisation said yes and answered no {wanted}");
    fault(unless_it_wrote(effect, CallErrorKind::Protocol), message)
}

#[cfg(test)]
mod tests;
