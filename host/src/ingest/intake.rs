//! From a body to what is kept of it: decoded, routed, in the ledger.
//!
//! Shared by the front door and by the operator's `again`, so that a body that is decoded again goes the same way.

use super::answer::Answer;
use crate::{
    domain::{Labels, RouteName, SourceName, Timestamp},
    generation::{Current, Generation, Source},
    ledger::{BodyId, BodyRow, Ledger, LedgerError, Receipt, Submission, SubmittedAlert, Verdict},
    plugin::{DecodeError, Decoded, Failed, Failure, PluginError, SourceFailure, SourceRequest},
    route::Decision,
};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// When a sender should try again.
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// How often the same route's odd condition is reported.
const REPORT_EVERY: Duration = Duration::from_secs(60);

/// What was posted, past the door.
#[derive(Clone, Debug)]
pub struct Posted {
    /// To which source.
    pub source: SourceName,
    /// Whole, inflated.
    pub body: Bytes,
    /// As sent; empty where absent.
    pub content_type: String,
    /// Without credentials.
    pub headers: Labels,
    /// Without credentials.
    pub query: String,
    /// When.
    pub received_at: Timestamp,
}

/// Decodes, routes and keeps.
pub struct Intake {
    current: Arc<Current>,
    ledger: Arc<dyn Ledger>,
    reported: Mutex<HashMap<RouteName, Instant>>,
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

    /// Takes a body by the generation that it came in under.
    pub async fn take(&self, generation: &Generation, source: &Source, posted: Posted) -> Answer {
        let (verdict, reply, refusal) = match self.decode(generation, source, &posted).await {
            Ok(decoded) => decoded,
            Err(answer) => return answer,
        };
        match self.ledger.accept(submission(posted, verdict, None)).await {
            Ok(Receipt::Accepted(accepted)) => reply.map_or(Answer::Accepted(accepted), Answer::Reply),
            Ok(Receipt::Undecoded(id)) => Answer::Undecoded(id),
            Ok(Receipt::Quarantined(id)) => {
                let (at, message) = refusal.unwrap_or_default();
                Answer::Malformed { at, message, kept: Some(id) }
            }
            Err(error) => {
                tracing::error!(%error, "an alert could not be kept");
                Answer::Busy { reason: "the ledger can't keep anything now", retry_after: RETRY_AFTER }
            }
        }
    }

    /// Takes a kept body again, by the generation in force.
    ///
    /// # Errors
    /// Why it is still no alert.
    pub async fn again(&self, kept: BodyRow) -> Result<Receipt, String> {
        let generation = self.current.load();
        let gone = || format!("the source `{}` is not in the configuration any more", kept.source);
        let source = generation.sources.get(&kept.source).ok_or_else(gone)?;
        let posted = Posted {
            source: kept.source.clone(),
            body: kept.body.into(),
            content_type: kept.content_type,
            headers: Labels::new(),
            query: String::new(),
            received_at: kept.received_at,
        };
        let (verdict, ..) = self
            .decode(&generation, source, &posted)
            .await
            .map_err(|_| "no place for another call became free: try again".to_owned())?;
        match &verdict {
            Verdict::Decoded(_) => {}
            Verdict::Undecoded { reason } | Verdict::Quarantined { reason, .. } => return Err(reason.clone()),
        }
        let kept = self.ledger.accept(submission(posted, verdict, Some(kept.id))).await;
        kept.map_err(|error: LedgerError| error.to_string())
    }

    async fn decode(&self, generation: &Generation, source: &Source, posted: &Posted) -> Result<Outcome, Answer> {
        let mut decoded = source.plugin.decode(request(posted)).await;
        // Others' bodies made the plugin rest: this one has done nothing, and a sender waits longer than a rest lasts.
        if let Err(Failure::Failed(Failed { error: PluginError::BreakerOpen { retry_after }, .. })) = &decoded {
            tokio::time::sleep(*retry_after).await;
            decoded = source.plugin.decode(request(posted)).await;
        }
        self.verdict(generation, posted, decoded)
    }

    fn verdict(
        &self,
        generation: &Generation,
        posted: &Posted,
        decoded: Result<Decoded, SourceFailure>,
    ) -> Result<Outcome, Answer> {
        let name = &posted.source;
        match decoded {
            Ok(decoded) => {
                let alerts = decoded.alerts.into_iter().map(|alert| {
                    let placements = self.placements(generation, &alert);
                    SubmittedAlert { alert, placements }
                });
                Ok((Verdict::Decoded(alerts.collect()), decoded.reply, None))
            }
            Err(Failure::Guest(error)) => {
                metrics::counter!("signalbox_bodies_refused_total", "source" => name.to_string()).increment(1);
                let reason = error.to_string();
                let refusal = match error {
                    DecodeError::Malformed { at, message } => (at, message),
                    DecodeError::Unsupported(message) => (String::new(), message),
                };
                let keep = generation.config.ingest.quarantine;
                Ok((Verdict::Quarantined { reason, keep }, None, Some(refusal)))
            }
            Err(Failure::Failed(failed)) if !failed.error.was_called() => {
                Err(Answer::Busy { reason: "the source has too much to do", retry_after: RETRY_AFTER })
            }
            Err(Failure::Failed(failed)) => {
                tracing::error!(source = %name, error = %failed, "a body is kept undecoded");
                metrics::counter!("signalbox_bodies_undecoded_total", "source" => name.to_string()).increment(1);
                Ok((Verdict::Undecoded { reason: failed.to_string() }, None, None))
            }
        }
    }

    fn placements(&self, generation: &Generation, alert: &crate::domain::Alert) -> Vec<crate::ledger::Placement> {
        let routed = generation.route(alert);
        for (route, decision) in routed.decisions {
            if let Decision::Unevaluable(error) = decision {
                self.report(route, &error, alert);
            }
        }
        routed.placements
    }

    /// One odd alert must not fill the log.
    fn report(&self, route: RouteName, error: &crate::route::ConditionError, alert: &crate::domain::Alert) {
        metrics::counter!("signalbox_conditions_unevaluable_total", "route" => route.to_string()).increment(1);
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if reported.get(&route).is_some_and(|last| now.duration_since(*last) < REPORT_EVERY) {
            return;
        }
        tracing::warn!(%route, %error, alert = %alert.id, "a condition could not be evaluated: it counts as not matched");
        reported.insert(route, now);
    }
}

/// What is kept, what the sender's protocol waits for, and where and why a body is refused.
type Outcome = (Verdict, Option<String>, Option<(String, String)>);

fn request(posted: &Posted) -> SourceRequest {
    SourceRequest {
        content_type: posted.content_type.clone(),
        headers: posted.headers.clone(),
        query: posted.query.clone(),
        body: posted.body.to_vec(),
        received_at: posted.received_at,
    }
}

fn submission(posted: Posted, verdict: Verdict, again: Option<BodyId>) -> Submission {
    Submission {
        id: BodyId(uuid::Uuid::now_v7().to_string()),
        source: posted.source,
        received_at: posted.received_at,
        digest: Sha256::digest(&posted.body).into(),
        body: posted.body,
        content_type: posted.content_type,
        verdict,
        again,
    }
}
