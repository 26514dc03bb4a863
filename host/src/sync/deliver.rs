//! One sink's round: what waits for it is given in its order, as far as it takes it.

use super::{Done, Sync, Trouble};
use crate::{
    domain::{CallBudget, ConnectionName, Timestamp},
    generation::Sink,
    ledger::{Leader, Portion},
};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// The most of one delivery. A sink holds it several times over while it works on it, in a memory of 64 MiB by default.
const PORTION: Portion = Portion { items: 500, bytes: 4 << 20 };
/// How long a sink that has all rests.
pub(super) const REST: Duration = Duration::from_secs(1);

/// A sink that is given what waits for it.
pub(super) struct Delivering<'a> {
    pub(super) sync: &'a Sync,
    pub(super) name: &'a ConnectionName,
    pub(super) sink: &'a Sink,
    pub(super) leader: &'a Leader,
}

// === impl Delivering ===

impl Delivering<'_> {
    /// Gives all that waits.
    pub(super) async fn round(&self, stop: &CancellationToken) -> Result<Done, Trouble> {
        let records = &self.sync.records;
        while !stop.is_cancelled() {
            let batch = records.outbox(self.leader, self.name, PORTION).await?;
            let (Some(first), Some(last)) = (batch.first(), batch.last()) else { return Ok(Done::Rest(REST)) };
            let (first, last) = (first.sequence, last.sequence);
            let budget = CallBudget { deadline: Instant::now() + self.sink.deadline, send_before: None };
            let receipt = match self.sink.plugin.deliver(batch, budget).await {
                Ok(receipt) => receipt,
                Err(failure) => {
                    let trouble = Trouble::Call(failure);
                    records.sink_failed(self.name, &trouble.to_string()).await?;
                    return Err(trouble);
                }
            };
            if receipt.through.saturating_add(1) < first {
                return Err(Trouble::Backwards);
            }
            let (through, refused) = (receipt.through, receipt.refused);
            for (sequence, message) in &refused {
                tracing::error!(sink = %self.name, sequence, message, "an item is refused for good: see `sync refused`");
            }
            let refusals = u64::try_from(refused.len()).unwrap_or(u64::MAX);
            metrics::counter!("signalbox_sink_refused_total", "sink" => self.name.to_string()).increment(refusals);
            records.delivered(self.leader, self.name, through, refused, Timestamp::now()).await?;
            tracing::debug!(sink = %self.name, first, through, last, "delivered");
            if through < last && through < first {
                // It took nothing, and says nothing of why: not at once again.
                return Ok(Done::Rest(REST));
            }
        }
        Ok(Done::Rest(REST))
    }
}
