//! The REST API: calls that read and calls that save, with every answer checked to be one.
//!
//! An answer can say 200 and be an error: `hasError` is looked at each time, and `fieldValidationErrors` after a save. A page with
//! status 200 is `protocol`; any other unreadable answer to a write is `outcome-unknown`.

use crate::errors::{self, Place};
use crate::settings::Settings;
use serde_json::Value;
use signalbox_sdk::fault::{self, Detail, fault, unless_it_wrote};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Effect, Failure, Request, Response};
use signalbox_sdk::json;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// Speaks to one system.
#[derive(Debug)]
pub struct Client<'a, H> {
    /// What sends.
    pub host: &'a H,
    /// The operator's.
    pub settings: &'a Settings,
}

/// An answer's body, and the system's clock.
#[derive(Clone, Debug)]
pub struct Answer {
    /// An object or a list.
    pub body: Value,
    /// When it was answered, by the system's clock; none where it does not say.
    pub date: Option<Stamp>,
}

/// What came of a save.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// The record's identity.
    pub rec_id: String,
    /// Fields that were refused, although a record is named: whether it was saved only looking tells.
    pub doubt: Option<CallError>,
}

// === impl Client ===

impl<H: Http + Log> Client<'_, H> {
    /// Reads.
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn get(&self, path: &str, query: &[(&str, &str)], place: Place) -> Result<Value, CallError> {
        answer(self.host.send(self.get_request(path, query)), Effect::Reads, place).map(|answer| answer.body)
    }

    /// Reads from several places side by side, answered in their order.
    pub fn get_all(&self, targets: &[(String, Vec<(&str, &str)>)]) -> Vec<Result<Value, CallError>> {
        let requests = targets.iter().map(|(path, query)| self.get_request(path, query)).collect::<Vec<_>>();
        if requests.is_empty() {
            return Vec::new();
        }
        let answers = self.host.send_all(requests).into_iter();
        answers.map(|one| answer(one, Effect::Reads, Place::Elsewhere).map(|answer| answer.body)).collect()
    }

    /// Asks several questions that take a body, side by side, answered in their order.
    pub fn ask_all(&self, path: &str, bodies: &[Value]) -> Vec<Result<Answer, CallError>> {
        if bodies.is_empty() {
            return Vec::new();
        }
        let query = self.locale();
        let request = |body| Request::send_json("POST", &versioned(path), &query, body).that_only_reads();
        let answers = self.host.send_all(bodies.iter().map(request).collect());
        answers.into_iter().map(|one| answer(one, Effect::Reads, Place::Elsewhere)).collect()
    }

    /// Saves a record.
    ///
    /// # Errors
    /// `rejected` with the id of the field that is refused in `field`; else as [`errors::classify`] tells; `outcome-unknown` where
    /// the answer cannot be read.
    pub fn save(&self, path: &str, body: &Value) -> Result<Saved, CallError> {
        let request = Request::send_json("POST", &versioned(path), &self.locale(), body);
        let body = answer(self.host.send(request), Effect::Writes, Place::Record)?.body;
        saved(&body)
    }

    fn get_request(&self, path: &str, query: &[(&str, &str)]) -> Request {
        let query: Vec<_> = query.iter().copied().chain(self.locale()).collect();
        Request::get(&versioned(path), &query)
    }

    fn locale(&self) -> Vec<(&'static str, &str)> {
        Some(self.settings.locale.as_str())
            .filter(|locale| !locale.is_empty())
            .map(|locale| ("locale", locale))
            .into_iter()
            .collect()
    }
}

fn versioned(path: &str) -> String {
    format!("/api/V1/{path}")
}

fn answer(answer: Result<Response, Failure>, effect: Effect, place: Place) -> Result<Answer, CallError> {
    let response = answer.map_err(|failure| fault::by_failure(failure, effect))?;
    if !response.is_success() {
        return Err(errors::classify(&response, effect, place));
    }
    if response.is_page() {
        return Err(errors::page(&response));
    }
    let body = response.json().filter(|body| body.is_object() || body.is_array());
    let body = body.ok_or_else(|| unreadable(effect, "JSON"))?;
    let date = response.header("date").and_then(Stamp::from_http);
    match errors::within(&body, place) {
        // Which fields are refused stands beside the error.
        Some(error) => Err(refused_field(&body).map_or(error.clone(), |(_, field)| error.with_field(field))),
        None => Ok(Answer { body, date }),
    }
}

fn saved(body: &Value) -> Result<Saved, CallError> {
    let rec_id = json::text(body, "busObRecId").to_owned();
    let refusal = refused_field(body)
        .map(|(why, field)| fault(CallErrorKind::Rejected, why).with_code("validation").with_field(field));
    match refusal {
        Some(refusal) if rec_id.is_empty() => Err(refusal),
        None if rec_id.is_empty() => Err(unreadable(Effect::Writes, "the record that was saved")),
        doubt => Ok(Saved { rec_id, doubt }),
    }
}

/// What is said of the fields that are refused, and the id of the first.
fn refused_field(body: &Value) -> Option<(String, String)> {
    let faults = body.get("fieldValidationErrors")?.as_array()?;
    let field = json::text(faults.first()?, "fieldId").to_owned();
    let words: Vec<_> = faults.iter().map(|fault| json::text(fault, "error").trim()).collect();
    let words = words.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ");
    Some((if words.is_empty() { "a field was refused".to_owned() } else { words }, field))
}

fn unreadable(effect: Effect, wanted: &str) -> CallError {
    let message = format!("the system said yes and answered without {wanted}");
    fault(unless_it_wrote(effect, CallErrorKind::Protocol), message)
}

#[cfg(test)]
mod tests;
