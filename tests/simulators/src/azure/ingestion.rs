//! Logs Ingestion: `POST /dataCollectionRules/{immutable id}/streams/{stream}`, and the rows that it keeps.
//!
//! Rows of a call are kept together or not at all, in the order in which calls are answered. A call may have 1,048,576 bytes
//! as it is sent, and again without its compression; of the plain body the rows count and not what stands between them, as
//! Microsoft's own client measures before it sends. Known from the documentation and from users' reports: the codes
//! `ContentLengthLimitExceeded` and `InvalidAuthenticationToken…`, `x-ms-error-code`, 204, 403, 404, 413, 429. Not known, and
//! chosen: the codes of 400, 415 and 404, and that a row without a time is refused.

use std::io::Read;

use bytes::Bytes;
use flate2::read::GzDecoder;
use http::{Method, StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};

use super::{
    access::Api,
    cloud::Cloud,
    directory::{Action, Caller},
    refusal::Refusal,
    row::Row,
    stream::Stream,
};
use crate::shared::{Answer, Call};

/// The most that a call may have, packed and plain.
pub const LARGEST: usize = 1 << 20;

/// Versions of the API.
const VERSIONS: [&str; 2] = ["2023-01-01", "2021-11-01-preview"];

/// A data collection rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectionRule {
    /// Its immutable id: `dcr-` and 32 hexadecimal digits.
    pub immutable_id: String,
    /// The streams that it declares.
    pub streams: Vec<Stream>,
}

/// The rows of one call.
#[derive(Debug, Clone, Serialize)]
pub struct Upload {
    /// The rule that it came through.
    pub rule: String,
    /// The stream that it came for.
    pub stream: String,
    /// When.
    pub at: Timestamp,
    /// Who sent it.
    pub client: String,
    /// What the client named the call (`x-ms-client-request-id`).
    pub request: Option<String>,
    /// Its rows, in order.
    pub rows: Vec<Row>,
}

/// Serves a call.
///
/// # Errors
/// What the API refuses.
pub fn serve(cloud: &Cloud, call: &Call, caller: &Caller) -> Result<Answer, Refusal> {
    let segments: Vec<_> = call.path.trim_matches('/').split('/').collect();
    let [_, rule, streams, stream] = segments.as_slice() else { return Err(no_path()) };
    if !streams.eq_ignore_ascii_case("streams") {
        return Err(no_path());
    }
    if call.method != Method::POST {
        let words = "The requested resource does not support this method.";
        return Err(refusal(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", words));
    }
    check_version(call)?;
    let mut memory = cloud.memory();
    let declared = memory.rules.iter().find(|known| known.immutable_id == **rule).ok_or_else(|| {
        let words = format!("Data collection rule with immutable Id '{rule}' not found.");
        refusal(StatusCode::NOT_FOUND, "NotFound", &words)
    })?;
    if !caller.may(Action::Publish) {
        let words = format!(
            "The authentication token provided does not have access to ingest data for the data collection rule with \
             immutable Id '{rule}'."
        );
        return Err(refusal(StatusCode::FORBIDDEN, "OperationFailed", &words));
    }
    let declared = declared.streams.iter().find(|known| known.name() == *stream).ok_or_else(|| {
        let words = format!("Stream '{stream}' is not declared by the data collection rule '{rule}'.");
        refusal(StatusCode::BAD_REQUEST, "InvalidStream", &words)
    })?;
    let now = cloud.apparatus.clock.now();
    let rows = rows(&plain(call)?, declared, now)?;
    memory.uploads.push(Upload {
        rule: (*rule).to_owned(),
        stream: (*stream).to_owned(),
        at: now,
        client: caller.id.clone(),
        request: call.header("x-ms-client-request-id").map(str::to_owned),
        rows,
    });
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// The body without its compression.
fn plain(call: &Call) -> Result<Bytes, Refusal> {
    if call.content_type().as_deref() != Some("application/json") {
        let words = "The content type must be application/json.";
        return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", words));
    }
    if call.body.len() > LARGEST {
        return Err(too_large(call.body.len()));
    }
    match call.header(header::CONTENT_ENCODING) {
        None | Some("identity") => Ok(call.body.clone()),
        Some("gzip") => unpack(&call.body),
        Some(other) => {
            let words = format!("The content encoding '{other}' is not supported.");
            Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedContentEncoding", &words))
        }
    }
}

/// Unpacks no more than twice what a call may have: what stands between rows is never as much as the rows.
fn unpack(body: &[u8]) -> Result<Bytes, Refusal> {
    let most = LARGEST.saturating_mul(2);
    let mut plain = Vec::new();
    let mut reader = GzDecoder::new(body).take(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1));
    reader.read_to_end(&mut plain).map_err(|_| invalid("The request body is not valid gzip."))?;
    if plain.len() > most { Err(too_large(plain.len())) } else { Ok(plain.into()) }
}

fn rows(body: &[u8], stream: &Stream, now: Timestamp) -> Result<Vec<Row>, Refusal> {
    let texts: Vec<&RawValue> =
        serde_json::from_slice(body).map_err(|_| invalid("The request body must be a JSON array of objects."))?;
    let length = texts.iter().map(|row| row.get().len()).sum();
    if length > LARGEST {
        return Err(too_large(length));
    }
    let row = |text: &RawValue| {
        let row: Map<String, Value> = serde_json::from_str(text.get())
            .map_err(|_| invalid("The request body must be a JSON array of objects."))?;
        Row::take(stream, row, now).map_err(|fault| invalid(&fault.to_string()))
    };
    texts.into_iter().map(row).collect()
}

fn check_version(call: &Call) -> Result<(), Refusal> {
    match call.query.get("api-version") {
        None => {
            let words = "The api-version query parameter (?api-version=) is required for all requests.";
            Err(refusal(StatusCode::BAD_REQUEST, "MissingApiVersionParameter", words))
        }
        Some(version) if VERSIONS.contains(&version) => Ok(()),
        Some(version) => {
            let words = format!("The api-version '{version}' is not supported.");
            Err(refusal(StatusCode::BAD_REQUEST, "UnsupportedApiVersion", &words))
        }
    }
}

fn refusal(status: StatusCode, code: &str, words: &str) -> Refusal {
    Api::Ingestion.refusal(status, code, words)
}

fn no_path() -> Refusal {
    refusal(StatusCode::NOT_FOUND, "NotFound", "The requested path does not exist.")
}

fn invalid(words: &str) -> Refusal {
    refusal(StatusCode::BAD_REQUEST, "InvalidPayload", words)
}

fn too_large(length: usize) -> Refusal {
    let words =
        format!("Maximum allowed content length: {LARGEST} bytes (1 MB). Provided content length: {length} bytes.");
    refusal(StatusCode::PAYLOAD_TOO_LARGE, "ContentLengthLimitExceeded", &words)
}
