//! Which rules, or resources, make the most tickets.
//!
//! Counted are the gateway's tickets of any kind that were made in the span, those that take the place of an ended one
//! included. A ticket is its first alert's: that alert's rule, and the resources that the ticket was made for. One that was
//! made for several resources counts with each of them.

use super::{Answer, By, Cell, Question, Unit, groups::Groups};
use std::collections::HashSet;

/// What made a ticket.
#[derive(Clone, Copy, Debug)]
pub struct Ticket<'a, R> {
    /// When, in nanoseconds since 1970.
    pub created_at: i64,
    /// Whose alert was the first.
    pub rule: &'a str,
    /// What it was made for.
    pub resources: &'a [R],
}

/// Tickets, counted.
#[derive(Debug)]
pub struct Tally {
    by: By,
    tickets: u64,
    rows: Groups<Noise>,
}

#[derive(Debug, Default)]
struct Noise {
    tickets: u64,
    /// The resources of a rule, or the rules of a resource.
    others: HashSet<String>,
    latest: i64,
}

// === impl Tally ===

impl Tally {
    /// Of nothing yet.
    #[must_use]
    pub fn new(question: &Question) -> Self {
        Self { by: question.by, tickets: 0, rows: Groups::default() }
    }

    /// Counts one.
    pub fn add<R: AsRef<str>>(&mut self, ticket: Ticket<'_, R>) {
        let Ticket { created_at, rule, resources } = ticket;
        self.tickets += 1;
        if self.by == By::Rule {
            self.rows.add(rule, |row| row.add(created_at, resources.iter().map(AsRef::as_ref)));
            return;
        }
        if resources.is_empty() {
            self.rows.add("", |row| row.add(created_at, [rule].into_iter()));
        }
        for (place, resource) in resources.iter().enumerate() {
            let before = resources.iter().take(place);
            if before.into_iter().all(|other| other.as_ref() != resource.as_ref()) {
                self.rows.add(resource.as_ref(), |row| row.add(created_at, [rule].into_iter()));
            }
        }
    }

    /// Most tickets first.
    #[must_use]
    pub fn answer(self, question: &Question) -> Answer {
        let (name, others) = if self.by == By::Rule { ("rule", "resources") } else { ("resource", "rules") };
        let columns = [
            (name, Unit::Text),
            ("tickets", Unit::Count),
            ("share", Unit::Share),
            (others, Unit::Count),
            ("latest", Unit::Time),
        ];
        let ranked = self.rows.ranked(question.by, |row| row.tickets);
        let rows = ranked.into_iter().map(|(label, row)| {
            let others = u64::try_from(row.others.len()).unwrap_or(u64::MAX);
            let share = Cell::share(row.tickets, self.tickets);
            vec![Cell::text(&label), row.tickets.into(), share, others.into(), Cell::moment(row.latest)]
        });
        Answer::new(question, &columns, rows.collect()).figure("tickets", Unit::Count, self.tickets)
    }
}

// === impl Noise ===

impl Noise {
    fn add<'a>(&mut self, created_at: i64, others: impl Iterator<Item = &'a str>) {
        self.latest = if self.tickets == 0 { created_at } else { self.latest.max(created_at) };
        self.tickets += 1;
        for other in others.filter(|other| !other.is_empty()) {
            if !self.others.contains(other) {
                self.others.insert(other.to_owned());
            }
        }
    }
}
