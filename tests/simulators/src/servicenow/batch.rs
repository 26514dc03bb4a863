//! `POST /api/now/batch`: several calls in one, each with a status of its own.
//!
//! Every call is served as the user of the batch, whatever its own headers say. A call that is not one (no relative
//! address, a body that is not base64) is answered as the platform answers any call that it can't read.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    accounts::Account,
    instance::Instance,
    refusal::{JSON, Refusal},
};
use crate::shared::{Answer, Call, Parameters};

#[derive(Debug, Deserialize)]
struct Batch {
    batch_request_id: Value,
    rest_requests: Vec<Part>,
}

#[derive(Debug, Deserialize)]
struct Part {
    id: String,
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    #[serde(default)]
    body: String,
    #[serde(default)]
    exclude_response_headers: bool,
}

#[derive(Debug, Deserialize)]
struct Header {
    name: String,
    value: String,
}

/// Serves a batch.
///
/// # Errors
/// [`Refusal::NotJson`] where it is none.
pub fn serve(instance: &Instance, call: &Call, account: &Account) -> Result<Answer, Refusal> {
    if call.method != Method::POST {
        return Err(Refusal::Method(call.method.clone()));
    }
    let batch: Batch = serde_json::from_slice(&call.body).map_err(|_| Refusal::NotJson)?;
    let serviced: Vec<Value> = batch.rest_requests.iter().map(|part| part.serve(instance, call, account)).collect();
    let id = match batch.batch_request_id {
        Value::String(id) => id,
        other => other.to_string(),
    };
    let body = json!({ "batch_request_id": id, "serviced_requests": serviced, "unserviced_requests": [] });
    Ok(Answer::json(StatusCode::OK, JSON, &body))
}

impl Part {
    fn serve(&self, instance: &Instance, outer: &Call, account: &Account) -> Value {
        let answer = match self.call(outer) {
            // A batch in a batch is no resource.
            Some(call) if call.path.ends_with("/batch") => Refusal::NoResource(call.path).answer(),
            Some(call) => instance.route(&call, account).unwrap_or_else(|refusal| refusal.answer()),
            None => Refusal::NotJson.answer(),
        };
        let headers: Vec<Value> = match self.exclude_response_headers {
            true => Vec::new(),
            false => answer.headers.iter().map(|(name, value)| shown(name, value)).collect(),
        };
        json!({
            "id": self.id,
            "body": BASE64_STANDARD.encode(&answer.body),
            "status_code": answer.status.as_u16(),
            "status_text": answer.status.canonical_reason().unwrap_or_default(),
            "headers": headers,
            "execution_time": 1,
        })
    }

    fn call(&self, outer: &Call) -> Option<Call> {
        let (path, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        if !path.starts_with('/') {
            return None;
        }
        let mut headers = HeaderMap::new();
        for Header { name, value } in &self.headers {
            headers.append(name.parse::<HeaderName>().ok()?, HeaderValue::from_str(value).ok()?);
        }
        Some(Call {
            method: self.method.parse().ok()?,
            path: path.to_owned(),
            query: Parameters::parse(query.as_bytes()),
            target: self.url.clone(),
            headers,
            body: Bytes::from(BASE64_STANDARD.decode(&self.body).ok()?),
            base: outer.base.clone(),
        })
    }
}

fn shown(name: &HeaderName, value: &HeaderValue) -> Value {
    json!({ "name": name.as_str(), "value": value.to_str().unwrap_or_default() })
}
