//! One round of questions after alerts that have fired for long: their `resolved` may have been swallowed on its way.
//!
//! What is over by now is taken in as an observation of the alert's own source, as if its `resolved` had come. What the
//! monitor has forgotten stays as it is, and its tickets say so. A round that fails goes on where it was.

use super::{Done, Sync, Trouble};
use crate::{
    domain::{Alert, CallBudget, Condition, ConnectionName, SourceName, Timestamp},
    generation::Monitor,
    ledger::{Firing, Leader},
};
use bytes::Bytes;
use std::{collections::BTreeMap, time::Instant};
use tokio_util::sync::CancellationToken;

/// The most alerts of one question.
const BATCH: usize = 100;

/// A monitor that is asked for the condition of alerts.
pub(super) struct Rechecking<'a> {
    pub(super) sync: &'a Sync,
    pub(super) name: &'a ConnectionName,
    pub(super) monitor: &'a Monitor,
    pub(super) leader: &'a Leader,
}

// === impl Rechecking ===

impl Rechecking<'_> {
    /// Asks for all that has fired for long.
    pub(super) async fn round(&self, stop: &CancellationToken) -> Result<Done, Trouble> {
        let Some(recheck) = self.monitor.recheck else { return Ok(Done::Elsewhere) };
        let monitors = &self.sync.monitors;
        let before = Timestamp::now().before(recheck.after);
        let rows = monitors.firing_since(self.name, &self.monitor.sources, before).await?;
        for rows in rows.chunks(BATCH) {
            if stop.is_cancelled() {
                return Ok(Done::Rest(recheck.every));
            }
            self.ask(rows).await?;
        }
        monitors.rechecked(self.leader, self.name, 0, None, &[], Timestamp::now()).await?;
        Ok(Done::Rest(recheck.every))
    }

    async fn ask(&self, rows: &[i64]) -> Result<(), Trouble> {
        let mut firing = self.sync.monitors.firing(rows).await?;
        // Whatever is never resolved fires for ever.
        firing.retain(|each| each.alert.resolves);
        let at = Timestamp::now();
        let conditions = if firing.is_empty() {
            Vec::new()
        } else {
            let budget = CallBudget { deadline: Instant::now() + self.monitor.peer.deadline, send_before: None };
            let alerts = firing.iter().map(|each| each.alert.clone()).collect();
            self.monitor.peer.plugin.recheck(alerts, budget).await.map_err(Trouble::Call)?
        };
        let answers = Answers::sort(firing, conditions);
        for (source, alerts) in answers.over {
            self.count("resolved", alerts.len());
            let over: Vec<_> = alerts.into_iter().map(|alert| over(alert, self.name, at)).collect();
            self.sync.intake.observe(&source, over.clone(), body(self.name, &over), at).await?;
        }
        self.count("firing", answers.firing);
        self.count("forgotten", answers.forgotten.len());
        let answered = u64::try_from(answers.asked).unwrap_or(u64::MAX);
        let through = rows.last().copied();
        let put_down = self.sync.monitors.rechecked(
            self.leader,
            self.name,
            answered,
            through,
            &answers.forgotten,
            Timestamp::now(),
        );
        Ok(put_down.await?)
    }

    fn count(&self, condition: &'static str, number: usize) {
        let number = u64::try_from(number).unwrap_or(u64::MAX);
        let monitor = self.name.to_string();
        metrics::counter!("signalbox_monitor_rechecked_total", "monitor" => monitor, "condition" => condition)
            .increment(number);
    }
}

/// Answers, by what follows from them.
#[derive(Debug, Default)]
struct Answers {
    asked: usize,
    over: BTreeMap<SourceName, Vec<Alert>>,
    firing: usize,
    forgotten: Vec<Firing>,
}

// === impl Answers ===

impl Answers {
    fn sort(asked: Vec<Firing>, conditions: Vec<Option<Condition>>) -> Self {
        let mut answers = Self { asked: asked.len(), ..Self::default() };
        for (each, condition) in asked.into_iter().zip(conditions) {
            match condition {
                Some(Condition::Resolved) => answers.over.entry(each.source).or_default().push(each.alert),
                Some(Condition::Fired) => answers.firing += 1,
                None => answers.forgotten.push(each),
            }
        }
        answers
    }
}

/// The observation that an alert is over: of the same episode, and later than the one that it fires.
fn over(firing: Alert, monitor: &ConnectionName, at: Timestamp) -> Alert {
    let mut labels = firing.labels.clone();
    labels.push(("rechecked-by".to_owned(), monitor.to_string()));
    Alert {
        condition: Condition::Resolved,
        observed_at: firing.observed_at.max(at),
        resolved_at: None,
        labels,
        ..firing
    }
}

/// What is kept as the body of these observations.
fn body(monitor: &ConnectionName, alerts: &[Alert]) -> Bytes {
    let over: Vec<_> = alerts
        .iter()
        .map(|alert| serde_json::json!({ "alert": alert.id.as_str(), "observed_at": alert.observed_at }))
        .collect();
    serde_json::json!({ "rechecked_by": monitor.as_str(), "resolved": over }).to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::converge::testing;

    fn firing(row: i64, id: &str) -> Firing {
        let alert = testing::alert(&testing::member(id, Condition::Fired, 5));
        Firing { row, source: "probe".parse().unwrap(), alert }
    }

    #[test]
    fn each_answer_is_for_the_alert_in_its_place() {
        let asked = vec![firing(1, "a"), firing(2, "b"), firing(3, "c"), firing(4, "d")];
        let conditions = [Some(Condition::Fired), None, Some(Condition::Resolved), None];
        let answers = Answers::sort(asked, conditions.to_vec());
        let over: Vec<_> = answers.over.values().flatten().map(|alert| alert.title.as_str()).collect();
        let forgotten: Vec<_> = answers.forgotten.iter().map(|each| each.row).collect();
        assert_eq!((answers.asked, answers.firing, over, forgotten), (4, 1, vec!["problem c"], vec![2, 4]));
    }

    #[test]
    fn what_is_over_outranks_what_was_known_of_its_episode_and_no_other() {
        let alert = firing(1, "a").alert;
        let monitor: ConnectionName = "watch".parse().unwrap();
        for seconds in [-60, 5, 3600] {
            let over = over(alert.clone(), &monitor, testing::at(seconds));
            assert!(over.episode() > alert.episode(), "{seconds}: a clock that is behind changes nothing");
            assert_eq!((over.id, over.fired_at), (alert.id.clone(), alert.fired_at));
        }
    }
}
