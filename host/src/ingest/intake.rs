//! From a body to what is kept of it: decoded, routed, in the ledger.
//!
//! Shared by the front door and by the operator's `again`, so that a body that is decoded again goes the same way.

use super::{answer::Answer, redact};
use crate::{
    domain::{Alert, Labels, SourceName, Timestamp, with_causes},
    generation::{Current, Generation, Monitor, Source},
    ledger::{BodyId, BodyRow, Ledger, LedgerError, Placement, Receipt, Submission, SubmittedAlert, Verdict},
    plugin::{DecodeError, Failed, Failure, PluginError, SourceRequest},
    route::Decision,
};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// When a sender should try again.
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// What is kept of a body that nothing could be taken out of.
const UNKEPT: &str = "the body is not kept: it is not JSON, so `[ledger] redact` could take nothing out of it";
/// How often the same route's odd condition is reported.
const REPORT_EVERY: Duration = Duration::from_secs(60);

/// What was posted, past the door.
#[derive(Clone, Debug)]
pub struct Posted {
    /// To which source.
    pub source: SourceName,
    /// Whole, inflated.
    pub body: Bytes,
    /// SHA-256 of the body as it was posted, whatever is taken out of it.
    pub digest: [u8; 32],
    /// As sent; empty where absent.
    pub content_type: String,
    /// Without credentials.
    pub headers: Labels,
    /// As sent.
    pub query: String,
    /// When.
    pub received_at: Timestamp,
}

/// Decodes, routes and keeps.
pub struct Intake {
    current: Arc<Current>,
    ledger: Arc<dyn Ledger>,
    reported: Mutex<HashMap<String, Instant>>,
}

// === impl Intake ===

impl Intake {
    /// Into this ledger, by the generation in force.
    #[must_use]
    pub fn new(current: Arc<Current>, ledger: Arc<dyn Ledger>) -> Self {
        Self { current, ledger, reported: Mutex::default() }
    }

    /// The generation in force.
    #[must_use]
    pub fn current(&self) -> &Arc<Current> {
        &self.current
    }

    /// Takes a body of a source, as it was when the body came.
    pub async fn take(&self, source: &Source, mut posted: Posted) -> Answer {
        let is_clean = self.redact(&mut posted);
        match self.decode(source, &posted).await {
            Ok(found) => self.settle(posted, is_clean, found).await,
            Err(Busy { retry_after }) => {
                Answer::Busy { reason: "the source's plugin has too much to do, or rests after failures", retry_after }
            }
        }
    }

    /// Takes a body that is wrong before a plugin could look at it.
    pub async fn refuse(&self, mut posted: Posted, error: DecodeError) -> Answer {
        let is_clean = self.redact(&mut posted);
        count_refused(&posted.source);
        self.settle(posted, is_clean, Found::Refused(error)).await
    }

    async fn settle(&self, posted: Posted, is_clean: bool, found: Found) -> Answer {
        let (reply, refusal) = (found.reply(), found.refusal());
        let (posted, found) = if is_clean { (posted, found) } else { unkept(posted, found) };
        match self.keep(posted, found, None).await {
            Ok(Receipt::Accepted(accepted)) => reply.map_or(Answer::Accepted(accepted), Answer::Reply),
            Ok(Receipt::Undecoded(id)) => Answer::Undecoded(id),
            Ok(Receipt::Quarantined(id)) => {
                let (at, message) = refusal.unwrap_or_default();
                Answer::Malformed { at, message, kept: id }
            }
            Err(error) => {
                self.report("ledger", || tracing::error!(error = with_causes(&error), "an alert could not be kept"));
                Answer::Busy { reason: "the ledger can't keep anything now", retry_after: RETRY_AFTER }
            }
        }
    }

    /// Takes a kept body again, by the generation in force. Headers and query were not kept.
    ///
    /// # Errors
    /// Why it is still no alert.
    pub async fn again(&self, kept: BodyRow) -> Result<Receipt, String> {
        let generation = self.current.load();
        let gone = || format!("the source `{}` is not in the configuration any more", kept.source);
        let source = generation.sources.get(&kept.source).ok_or_else(gone)?;
        let mut posted = Posted {
            source: kept.source.clone(),
            body: kept.body.into(),
            digest: kept.digest,
            content_type: kept.content_type,
            headers: Labels::new(),
            query: String::new(),
            received_at: kept.received_at,
        };
        // What is to be taken out now may have been let in when it came.
        let is_clean = self.redact(&mut posted);
        let found = match self.decode(source, &posted).await {
            Ok(Found::Refused(error)) => return Err(error.to_string()),
            Ok(Found::Failed(reason)) => return Err(reason),
            Ok(found @ Found::Alerts { .. }) => found,
            Err(Busy { .. }) => return Err("no place for another call became free: try again".to_owned()),
        };
        let (posted, found) = if is_clean { (posted, found) } else { unkept(posted, found) };
        self.keep(posted, found, Some(kept.id)).await.map_err(|error| with_causes(&error))
    }

    /// Takes out of a body what the configuration names; false where nothing can be, since it is not JSON.
    fn redact(&self, posted: &mut Posted) -> bool {
        let body = redact::redacted(&self.current.load().config.ledger.redact, &posted.body);
        body.map(|body| posted.body = body).is_ok()
    }

    /// Takes what a monitor says of its alerts now, beside their bodies: it goes the same way.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`]: nothing was kept.
    pub async fn observe(
        &self,
        source: &SourceName,
        alerts: Vec<Alert>,
        body: Bytes,
        at: Timestamp,
    ) -> Result<Receipt, LedgerError> {
        let posted = Posted {
            source: source.clone(),
            digest: Sha256::digest(&body).into(),
            body,
            content_type: "application/json".to_owned(),
            headers: Labels::new(),
            query: String::new(),
            received_at: at,
        };
        self.keep(posted, Found::Alerts { alerts, reply: None }, None).await
    }

    async fn decode(&self, source: &Source, posted: &Posted) -> Result<Found, Busy> {
        let name = &posted.source;
        match source.plugin.decode(request(posted)).await {
            Ok(decoded) => Ok(Found::Alerts { alerts: decoded.alerts, reply: decoded.reply }),
            Err(Failure::Guest(error)) => {
                count_refused(name);
                Ok(Found::Refused(error))
            }
            // Others' bodies made the plugin rest, or take all its places: this one has done nothing.
            Err(Failure::Failed(Failed { error: PluginError::BreakerOpen { retry_after }, .. })) => {
                Err(Busy { retry_after })
            }
            Err(Failure::Failed(failed)) if !failed.error.was_called() => Err(Busy { retry_after: RETRY_AFTER }),
            Err(Failure::Failed(failed)) => {
                tracing::error!(source = %name, error = %failed, "a body is kept undecoded");
                metrics::counter!("signalbox_bodies_undecoded_total", "source" => name.to_string()).increment(1);
                Ok(Found::Failed(failed.to_string()))
            }
        }
    }

    /// Places and keeps what was found, while no swap can take a connection away.
    async fn keep(&self, posted: Posted, found: Found, again: Option<BodyId>) -> Result<Receipt, LedgerError> {
        let (generation, _inside) = self.current.inside().await;
        let verdict = match found {
            Found::Alerts { alerts, .. } => {
                let wait = wait(&generation, &posted.source);
                let placed = alerts.into_iter().map(|alert| {
                    let alert = alert.received(posted.received_at);
                    let placements = self.placements(&generation, &alert, wait);
                    SubmittedAlert::new(alert, placements, &posted.body)
                });
                Verdict::Decoded(placed.collect())
            }
            Found::Refused(error) => {
                Verdict::Quarantined { reason: error.to_string(), keep: generation.config.ingest.quarantine }
            }
            Found::Failed(reason) => Verdict::Undecoded { reason },
        };
        match self.ledger.accept(submission(&posted, verdict, again)).await {
            // A row that this version can't read must not refuse its key for ever: a person looks at the body.
            Err(LedgerError::Corrupt(what)) => {
                tracing::error!(what, "the ledger can't place an alert: its body is kept undecoded");
                let verdict = Verdict::Undecoded { reason: format!("the ledger can't place it: {what}") };
                self.ledger.accept(submission(&posted, verdict, None)).await
            }
            kept => kept,
        }
    }

    /// `wait` is how long a new ticket waits for facts about its alert.
    fn placements(&self, generation: &Generation, alert: &Alert, wait: Duration) -> Vec<Placement> {
        let mut routed = generation.route(alert);
        for placement in &mut routed.placements {
            placement.hold = placement.hold.max(wait);
        }
        for (route, decision) in routed.decisions {
            if let Decision::Unevaluable(error) = decision {
                metrics::counter!("signalbox_conditions_unevaluable_total", "route" => route.to_string()).increment(1);
                let alert = alert.id.as_str();
                self.report(route.as_str(), || {
                    tracing::warn!(%route, %error, ?alert, "a condition could not be evaluated: it counts as not matched");
                });
            }
        }
        routed.placements
    }

    /// Says the same thing once a minute: one odd alert must not fill the log.
    fn report(&self, what: &str, say: impl FnOnce()) {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if reported.get(what).is_none_or(|last| now.duration_since(*last) >= REPORT_EVERY) {
            say();
            reported.insert(what.to_owned(), now);
        }
    }
}

/// What may be kept of a body that nothing could be taken out of: its alerts as decoded, and not a byte of itself. Why its
/// plugin refused it may quote it.
fn unkept(posted: Posted, found: Found) -> (Posted, Found) {
    let found = match found {
        Found::Alerts { alerts, reply } => {
            let alerts = alerts.into_iter().map(|alert| Alert { payload: String::new(), ..alert }).collect();
            Found::Alerts { alerts, reply }
        }
        Found::Refused(_) => Found::Refused(DecodeError::Unsupported(UNKEPT.to_owned())),
        Found::Failed(_) => Found::Failed(UNKEPT.to_owned()),
    };
    (Posted { body: Bytes::from_static(UNKEPT.as_bytes()), content_type: "text/plain".to_owned(), ..posted }, found)
}

/// What came of decoding a body.
enum Found {
    Alerts { alerts: Vec<Alert>, reply: Option<String> },
    Refused(DecodeError),
    Failed(String),
}

/// Nothing came of it: the source's plugin was not called.
struct Busy {
    retry_after: Duration,
}

// === impl Found ===

impl Found {
    fn reply(&self) -> Option<String> {
        match self {
            Self::Alerts { reply, .. } => reply.clone(),
            _ => None,
        }
    }

    /// Where a refused body is wrong, and what is.
    fn refusal(&self) -> Option<(String, String)> {
        match self {
            Self::Refused(DecodeError::Malformed { at, message }) => Some((at.clone(), message.clone())),
            Self::Refused(DecodeError::Unsupported(message)) => Some((String::new(), message.clone())),
            _ => None,
        }
    }
}

fn count_refused(source: &SourceName) {
    metrics::counter!("signalbox_bodies_refused_total", "source" => source.to_string()).increment(1);
}

/// How long new tickets of a source wait for facts from its monitor.
fn wait(generation: &Generation, source: &SourceName) -> Duration {
    let monitor = generation.sources.get(source).and_then(|source| generation.monitors.get(source.monitor.as_ref()?));
    monitor.and_then(Monitor::wait).unwrap_or_default()
}

fn request(posted: &Posted) -> SourceRequest {
    SourceRequest {
        content_type: posted.content_type.clone(),
        headers: posted.headers.clone(),
        query: posted.query.clone(),
        body: posted.body.to_vec(),
        received_at: posted.received_at,
    }
}

fn submission(posted: &Posted, verdict: Verdict, again: Option<BodyId>) -> Submission {
    Submission {
        id: BodyId(uuid::Uuid::now_v7().to_string()),
        source: posted.source.clone(),
        received_at: posted.received_at,
        digest: posted.digest,
        body: posted.body.clone(),
        content_type: posted.content_type.clone(),
        verdict,
        again,
    }
}
