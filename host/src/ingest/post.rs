//! `POST /v1/alerts/{source}`

use super::{
    answer::Answer,
    body::{self, BodyLimits, Received},
    intake::{Intake, Posted},
};
use crate::{
    admin::Health,
    config::Span,
    domain::{Labels, SourceName, Timestamp},
    generation::Generation,
    plugin::DecodeError,
};
use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
    routing::any,
};
use http::{HeaderMap, Method, header, request::Parts};
use sha2::{Digest, Sha256};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

const RETRY_AFTER: Duration = Duration::from_secs(5);
/// What a source never sees.
const CREDENTIALS: &[header::HeaderName] = &[header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION];

/// Memory for bodies that are under way: as many requests of the largest size would take all there is.
const BODIES_KIB: u32 = 256 * 1024;
/// How long a sender waits at most: it gives up after 10 s, and would send again what is then being kept.
const PATIENCE: Duration = Duration::from_secs(8);

#[derive(Clone)]
struct Door {
    intake: Arc<Intake>,
    health: Arc<Health>,
    inside: Arc<AtomicU32>,
    memory: Arc<Semaphore>,
}

/// All that the ingest listener answers.
pub fn router(intake: Arc<Intake>, health: Arc<Health>) -> Router {
    let memory = Arc::new(Semaphore::new(usize::try_from(BODIES_KIB).unwrap_or(usize::MAX)));
    let door = Door { intake, health, inside: Arc::default(), memory };
    Router::new().route("/v1/alerts/{source}", any(post)).fallback(async || Answer::NotFound).with_state(door)
}

async fn post(State(door): State<Door>, Path(source): Path<String>, request: Request) -> Response {
    let began = Instant::now();
    let answer = door.answer(&source, request).await;
    let response = answer.into_response();
    let status = response.status().as_u16().to_string();
    metrics::counter!("signalbox_requests_total", "status" => status).increment(1);
    metrics::histogram!("signalbox_request_seconds").record(began.elapsed().as_secs_f64());
    response
}

// === impl Door ===

impl Door {
    async fn answer(&self, source: &str, request: Request) -> Answer {
        if self.health.is_stopping() {
            return Answer::Busy { reason: "the gateway is stopping", retry_after: RETRY_AFTER };
        }
        let generation = self.intake.current().load();
        let (head, body) = request.into_parts();
        let Some(name) = admitted(&generation, source, &head.headers) else {
            return refused(&generation, source, &head.headers);
        };
        if head.method != Method::POST {
            return Answer::MethodNotAllowed;
        }
        let Some(_inside) = Inside::enter(&self.inside, generation.config.ingest.max_requests) else {
            return Answer::Busy { reason: "too many requests are under way", retry_after: RETRY_AFTER };
        };
        match self.take(&generation, name, head, body).await {
            Ok(answer) | Err(answer) => answer,
        }
    }

    async fn take(&self, generation: &Generation, name: SourceName, head: Parts, body: Body) -> Result<Answer, Answer> {
        let Some(source) = generation.sources.get(&name) else { return Err(Answer::NotFound) };
        let content_type = text(&head.headers, &header::CONTENT_TYPE);
        if !is_taken(&content_type, &source.media_types) {
            let taken = source.media_types.join(" or ");
            let message = format!("the content type `{content_type}` is not taken, send {taken}");
            return Err(Answer::Unsupported { message });
        }
        let ingest = &generation.config.ingest;
        let Span(timeout) = ingest.body_timeout;
        let limits = BodyLimits { max_body: ingest.max_body.0, max_inflated: ingest.max_inflated.0, timeout };
        let weight = body::most(&head.headers, &body, limits)?.div_ceil(1024);
        let weight = u32::try_from(weight).unwrap_or(u32::MAX).min(BODIES_KIB);
        let full = |_| Answer::Busy { reason: "too many large bodies are under way", retry_after: RETRY_AFTER };
        let _room = self.memory.clone().try_acquire_many_owned(weight).map_err(full)?;
        let (body, fault) = match body::read(&head.headers, body, limits).await? {
            Received::Whole(body) => (body, None),
            Received::NotGzip(sent) => (sent, Some(not_gzip())),
        };
        let posted = Posted {
            source: name,
            digest: Sha256::digest(&body).into(),
            body,
            content_type,
            headers: shown(&head.headers),
            query: head.uri.query().unwrap_or_default().to_owned(),
            received_at: Timestamp::now(),
        };
        let taken = async {
            match fault {
                None => self.intake.take(source, posted).await,
                Some(fault) => self.intake.refuse(posted, fault).await,
            }
        };
        let late = |_| Answer::Busy { reason: "it took too long", retry_after: RETRY_AFTER };
        tokio::time::timeout(PATIENCE, taken).await.map_err(late)
    }
}

fn not_gzip() -> DecodeError {
    DecodeError::Malformed { at: String::new(), message: "the body is announced as gzip and is not".to_owned() }
}

/// The source, if there is one and it lets this sender in.
fn admitted(generation: &Generation, source: &str, headers: &HeaderMap) -> Option<SourceName> {
    let name: SourceName = source.parse().ok()?;
    let senders = &generation.sources.get(&name)?.senders;
    // Where anyone may post, a page in somebody's browser must not.
    let is_page = !senders.are_known() && headers.contains_key(header::ORIGIN);
    (senders.admit(headers) && !is_page).then_some(name)
}

/// Why a sender was not let in.
fn refused(generation: &Generation, source: &str, headers: &HeaderMap) -> Answer {
    let is_known = generation.sources.values().any(|each| each.senders.are_known() && each.senders.admit(headers));
    let found = source.parse::<SourceName>().ok().and_then(|name| generation.sources.get(&name));
    match found {
        Some(found) if is_known || !found.senders.are_known() => Answer::Forbidden,
        Some(found) => Answer::Unauthenticated { schemes: found.senders.challenges() },
        None => Answer::NotFound,
    }
}

/// A body without a type is tried: its source will say.
fn is_taken(content_type: &str, taken: &[String]) -> bool {
    let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = |media: &str| media == "application/json" || media == "text/json" || media.ends_with("+json");
    media.is_empty() || taken.iter().any(|each| *each == media || (is_json(each) && is_json(&media)))
}

fn text(headers: &HeaderMap, name: &header::HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

fn shown(headers: &HeaderMap) -> Labels {
    let without = headers.iter().filter(|(name, _)| !CREDENTIALS.contains(name));
    without.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect()
}

/// One of the requests under way.
struct Inside(Arc<AtomicU32>);

// === impl Inside ===

impl Inside {
    fn enter(count: &Arc<AtomicU32>, most: u32) -> Option<Self> {
        let before = count.fetch_add(1, Ordering::Relaxed);
        let inside = Self(count.clone());
        (before < most).then_some(inside)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
