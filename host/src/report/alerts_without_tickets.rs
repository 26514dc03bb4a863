//! Which alerts fired and stand in no ticket: no route took them, or what took them made none.
//!
//! Counted are observations that fired and whose episode began in the span. One whose ticket was deleted from the ledger
//! counts as without.

use super::{Answer, By, Cell, Question, Unit, groups::Groups};
use std::collections::HashSet;

/// What of a firing matters here.
#[derive(Clone, Copy, Debug)]
pub struct Firing<'a, R> {
    /// When its episode began, in nanoseconds since 1970.
    pub fired_at: i64,
    /// Its correlation key.
    pub key: &'a str,
    /// Its rule.
    pub rule: &'a str,
    /// What it is about.
    pub resources: &'a [R],
    /// Whether it stands in a ticket.
    pub has_ticket: bool,
}

/// Firings, counted.
#[derive(Debug)]
pub struct Tally {
    by: By,
    alerts: u64,
    without: u64,
    rows: Groups<Without>,
}

#[derive(Debug, Default)]
struct Without {
    alerts: u64,
    without: u64,
    keys: HashSet<String>,
    latest: i64,
}

// === impl Tally ===

impl Tally {
    /// Of nothing yet.
    #[must_use]
    pub fn new(question: &Question) -> Self {
        Self { by: question.by, alerts: 0, without: 0, rows: Groups::default() }
    }

    /// Counts one.
    pub fn add<R: AsRef<str>>(&mut self, firing: Firing<'_, R>) {
        self.alerts += 1;
        self.without += u64::from(!firing.has_ticket);
        let mut labels: Vec<&str> = match self.by {
            By::Resource => firing.resources.iter().map(AsRef::as_ref).collect(),
            _ => vec![firing.rule],
        };
        if labels.is_empty() {
            labels.push("");
        }
        labels.sort_unstable();
        labels.dedup();
        for label in labels {
            self.rows.add(label, |row| row.add(&firing));
        }
    }

    /// Most alerts without a ticket first; what has none of them is left out.
    #[must_use]
    pub fn answer(self, question: &Question) -> Answer {
        let columns = [
            (question.by.as_str(), Unit::Text),
            ("without_ticket", Unit::Count),
            ("alerts", Unit::Count),
            ("share", Unit::Share),
            ("keys", Unit::Count),
            ("latest", Unit::Time),
        ];
        let ranked = self.rows.ranked(question.by, |row| row.without);
        let rows = ranked.into_iter().filter(|(_, row)| row.without > 0).map(|(label, row)| {
            let keys = u64::try_from(row.keys.len()).unwrap_or(u64::MAX);
            vec![
                Cell::text(&label),
                row.without.into(),
                row.alerts.into(),
                Cell::share(row.without, row.alerts),
                keys.into(),
                Cell::moment(row.latest),
            ]
        });
        Answer::new(question, &columns, rows.collect())
            .figure("alerts", Unit::Count, self.alerts)
            .figure("without_ticket", Unit::Count, self.without)
            .figure("share", Unit::Share, Cell::share(self.without, self.alerts))
    }
}

// === impl Without ===

impl Without {
    fn add<R>(&mut self, firing: &Firing<'_, R>) {
        self.alerts += 1;
        if firing.has_ticket {
            return;
        }
        self.latest = if self.without == 0 { firing.fired_at } else { self.latest.max(firing.fired_at) };
        self.without += 1;
        if !self.keys.contains(firing.key) {
            self.keys.insert(firing.key.to_owned());
        }
    }
}
