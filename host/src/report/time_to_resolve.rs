//! How long incidents take from creation to resolution.
//!
//! Counted are incidents that were created in the span and are resolved or closed now. Those that are open, pending, or
//! canceled are told in figures, since leaving them out in silence would flatter.

use super::{Answer, Cell, Question, Spread, Unit, answer::NANOS, groups::Groups};

/// What of an incident matters here.
#[derive(Clone, Copy, Debug)]
pub struct Incident<'a> {
    /// What its row is about; empty where it has none.
    pub label: &'a str,
    /// The ledger's word: `open`, `resolved`, …
    pub state: &'a str,
    /// In nanoseconds since 1970, as all moments here.
    pub created_at: i64,
    /// When it was resolved, or else closed.
    pub resolved_at: Option<i64>,
}

/// Incidents, counted.
#[derive(Debug, Default)]
pub struct Tally {
    rows: Groups<Spread>,
    resolved: u64,
    unresolved: u64,
    canceled: u64,
    without_times: u64,
}

// === impl Tally ===

impl Tally {
    /// Counts one.
    pub fn add(&mut self, incident: Incident<'_>) {
        let seconds = match (incident.state, incident.resolved_at) {
            ("canceled", _) => return self.canceled += 1,
            ("resolved" | "closed", Some(resolved)) if resolved >= incident.created_at => {
                resolved.saturating_sub(incident.created_at) / NANOS
            }
            ("resolved" | "closed", _) => return self.without_times += 1,
            _ => return self.unresolved += 1,
        };
        self.resolved += 1;
        self.rows.add(incident.label, |spread| spread.add(seconds));
    }

    /// Most incidents first.
    #[must_use]
    pub fn answer(self, question: &Question) -> Answer {
        let rows = self.rows.ranked(question.by, Spread::count).into_iter().map(|(label, spread)| {
            let (count, mean) = (spread.count(), spread.mean());
            let percentiles = spread.percentiles([50, 90, 95, 100]).map(Cell::seconds);
            [Cell::text(&label), count.into(), mean.into()].into_iter().chain(percentiles).collect()
        });
        let columns = [
            (question.by.as_str(), Unit::Text),
            ("incidents", Unit::Count),
            ("mean", Unit::Seconds),
            ("p50", Unit::Seconds),
            ("p90", Unit::Seconds),
            ("p95", Unit::Seconds),
            ("longest", Unit::Seconds),
        ];
        Answer::new(question, &columns, rows.collect())
            .figure("resolved", Unit::Count, self.resolved)
            .figure("unresolved", Unit::Count, self.unresolved)
            .figure("canceled", Unit::Count, self.canceled)
            .figure("without_times", Unit::Count, self.without_times)
    }
}
