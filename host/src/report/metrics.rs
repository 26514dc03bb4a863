//! Which metrics fired before incidents on the same resources.
//!
//! A firing comes before an incident when its episode began at most `within` before the incident was created, or at the same
//! moment, on a resource that the incident is about: one that is named as one of its configuration items, or that its ticket
//! was made for. Case counts for nothing, since monitors and platforms spell names as they like. A firing's metrics are those
//! that its alert says it watched; one that names none is left out.

use super::{Answer, By, Cell, Question, Spread, Unit, answer::NANOS, groups::Groups};
use std::collections::HashMap;

/// What of a firing matters here.
#[derive(Clone, Copy, Debug)]
pub struct Firing<'a, T> {
    /// When its episode began, in nanoseconds since 1970.
    pub fired_at: i64,
    /// Its rule.
    pub rule: &'a str,
    /// What it is about.
    pub resources: &'a [T],
    /// What it watched.
    pub metrics: &'a [T],
}

/// Firings and incidents, counted.
#[derive(Debug)]
pub struct Tally {
    by: By,
    since: i64,
    within: i64,
    labels: Labels,
    firings: Vec<Counted>,
    resources: HashMap<String, Vec<(i64, usize)>>,
    incidents: u64,
    preceded: u64,
    of_label: Vec<Preceding>,
    /// What the incident at hand was preceded by.
    found: Vec<(usize, i64)>,
}

#[derive(Debug)]
struct Counted {
    labels: Vec<usize>,
    is_in_span: bool,
    is_before_incident: bool,
}

#[derive(Clone, Debug, Default)]
struct Preceding {
    incidents: u64,
    lead: Spread,
}

#[derive(Clone, Debug, Default)]
struct Row {
    preceding: Preceding,
    firings: u64,
    before_incidents: u64,
}

/// Each label once, with its number.
#[derive(Debug, Default)]
struct Labels(HashMap<String, usize>);

// === impl Tally ===

impl Tally {
    /// Of nothing yet.
    #[must_use]
    pub fn new(question: &Question) -> Self {
        let within = question.within.unwrap_or_default().as_nanos();
        Self {
            by: question.by,
            since: question.span.since.nanos(),
            within: i64::try_from(within).unwrap_or(i64::MAX),
            labels: Labels::default(),
            firings: Vec::new(),
            resources: HashMap::new(),
            incidents: 0,
            preceded: 0,
            of_label: Vec::new(),
            found: Vec::new(),
        }
    }

    /// From when on firings matter: some began before the span.
    #[must_use]
    pub fn from(&self) -> i64 {
        self.since.saturating_sub(self.within)
    }

    /// Takes a firing.
    pub fn firing<T: AsRef<str>>(&mut self, firing: Firing<'_, T>) {
        if firing.metrics.is_empty() {
            return;
        }
        let mut labels: Vec<_> = match self.by {
            By::Rule => vec![self.labels.number(firing.rule)],
            _ => firing.metrics.iter().map(|metric| self.labels.number(metric.as_ref())).collect(),
        };
        labels.sort_unstable();
        labels.dedup();
        let number = self.firings.len();
        for resource in firing.resources {
            self.resources.entry(resource.as_ref().to_lowercase()).or_default().push((firing.fired_at, number));
        }
        self.firings.push(Counted { labels, is_in_span: firing.fired_at >= self.since, is_before_incident: false });
    }

    /// After the last firing, before the first incident.
    pub fn sort(&mut self) {
        self.resources.values_mut().for_each(|firings| firings.sort_unstable());
        self.of_label = vec![Preceding::default(); self.labels.0.len()];
    }

    /// Takes an incident, with the names of what it is about.
    pub fn incident<'a>(&mut self, created_at: i64, names: impl Iterator<Item = &'a str>) {
        self.incidents += 1;
        let earliest = created_at.saturating_sub(self.within);
        for name in names {
            let Some(firings) = self.resources.get(&name.to_lowercase()) else { continue };
            let from = firings.partition_point(|(fired_at, _)| *fired_at < earliest);
            let firings = firings.get(from..).unwrap_or_default();
            for (fired_at, number) in firings.iter().take_while(|(fired_at, _)| *fired_at <= created_at) {
                let Some(firing) = self.firings.get_mut(*number) else { continue };
                firing.is_before_incident = true;
                self.found.extend(firing.labels.iter().map(|label| (*label, *fired_at)));
            }
        }
        // Of a label the earliest firing comes first, and only that one counts.
        self.found.sort_unstable();
        self.found.dedup_by_key(|(label, _)| *label);
        self.preceded += u64::from(!self.found.is_empty());
        for (label, fired_at) in self.found.drain(..) {
            let Some(preceding) = self.of_label.get_mut(label) else { continue };
            preceding.incidents += 1;
            preceding.lead.add((created_at - fired_at) / NANOS);
        }
    }

    /// Before most incidents first; what came before none is left out.
    #[must_use]
    pub fn answer(self, question: &Question) -> Answer {
        let mut rows = vec![Row::default(); self.labels.0.len()];
        for firing in &self.firings {
            for label in &firing.labels {
                let Some(row) = rows.get_mut(*label) else { continue };
                row.firings += u64::from(firing.is_in_span || firing.is_before_incident);
                row.before_incidents += u64::from(firing.is_before_incident);
            }
        }
        for (row, preceding) in rows.iter_mut().zip(self.of_label) {
            row.preceding = preceding;
        }
        let mut groups = Groups::<Row>::default();
        for (label, number) in &self.labels.0 {
            if let Some(row) = rows.get_mut(*number).filter(|row| row.preceding.incidents > 0) {
                groups.add(label, |group| *group = std::mem::take(row));
            }
        }
        let columns = [
            (question.by.as_str(), Unit::Text),
            ("incidents", Unit::Count),
            ("share", Unit::Share),
            ("firings", Unit::Count),
            ("before_incidents", Unit::Count),
            ("p50_lead", Unit::Seconds),
        ];
        let ranked = groups.ranked(question.by, |row| row.preceding.incidents);
        let rows = ranked.into_iter().map(|(label, row)| {
            let incidents = row.preceding.incidents;
            let [lead] = row.preceding.lead.percentiles([50]).map(Cell::seconds);
            let share = Cell::share(incidents, self.incidents);
            vec![Cell::text(&label), incidents.into(), share, row.firings.into(), row.before_incidents.into(), lead]
        });
        Answer::new(question, &columns, rows.collect()).figure("incidents", Unit::Count, self.incidents).figure(
            "preceded",
            Unit::Count,
            self.preceded,
        )
    }
}

// === impl Labels ===

impl Labels {
    fn number(&mut self, label: &str) -> usize {
        if let Some(number) = self.0.get(label) {
            return *number;
        }
        let number = self.0.len();
        self.0.insert(label.to_owned(), number);
        number
    }
}
