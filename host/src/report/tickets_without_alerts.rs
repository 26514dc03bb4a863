//! Which incidents no alert made: what people saw before monitoring did.
//!
//! Counted are incidents that were created in the span, canceled and deleted ones left out. One is without an alert where no
//! gateway's key stands in it. One that is about several configuration items counts with each of them.

use super::{Answer, Cell, Question, Unit, groups::Groups};

/// Incidents, counted.
#[derive(Debug, Default)]
pub struct Tally {
    incidents: u64,
    without: u64,
    rows: Groups<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    incidents: u64,
    without: u64,
}

// === impl Tally ===

impl Tally {
    /// Counts one, under its labels; an incident that has none of them counts under none.
    pub fn add<L: AsRef<str>>(&mut self, has_alert: bool, labels: &[L]) {
        self.incidents += 1;
        self.without += u64::from(!has_alert);
        let count = |row: &mut Seen| {
            row.incidents += 1;
            row.without += u64::from(!has_alert);
        };
        if labels.is_empty() {
            self.rows.add("", count);
        }
        labels.iter().for_each(|label| self.rows.add(label.as_ref(), count));
    }

    /// Most incidents without an alert first; what has none of them is left out.
    #[must_use]
    pub fn answer(self, question: &Question) -> Answer {
        let columns = [
            (question.by.as_str(), Unit::Text),
            ("without_alert", Unit::Count),
            ("incidents", Unit::Count),
            ("share", Unit::Share),
        ];
        let ranked = self.rows.ranked(question.by, |row| row.without);
        let rows = ranked.into_iter().filter(|(_, row)| row.without > 0).map(|(label, row)| {
            let share = Cell::share(row.without, row.incidents);
            vec![Cell::text(&label), row.without.into(), row.incidents.into(), share]
        });
        Answer::new(question, &columns, rows.collect())
            .figure("incidents", Unit::Count, self.incidents)
            .figure("without_alert", Unit::Count, self.without)
            .figure("share", Unit::Share, Cell::share(self.without, self.incidents))
    }
}
