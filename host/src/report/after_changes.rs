//! Incidents that came while changes were made, or soon after, on the same things.
//!
//! A change is counted by when it began. An incident follows a change of its own connection when it was created from the
//! change's beginning to `within` after its end, both moments included, and shares a configuration item or the service with
//! it, or was made for a resource that is named as one of its items. Where people say which change caused an incident, it
//! follows that one, whenever it came, and no other. A change failed when its phase says so, or when an incident follows it.

use super::{Answer, By, Cell, Question, Unit, groups::Groups, windows::Windows};
use std::collections::HashMap;

/// What of a change matters here. Texts are empty where there is none.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// Where it is.
    pub connection: &'a str,
    /// What people read out.
    pub number: &'a str,
    /// One line.
    pub title: &'a str,
    /// `normal`, `standard`, …
    pub change_type: &'a str,
    /// The ledger's word for its phase.
    pub phase: Option<&'a str>,
    /// What it is made on, from outside.
    pub service: &'a str,
    /// When it began, in nanoseconds since 1970, as all moments here; planned where nobody wrote down more.
    pub start: Option<i64>,
    /// When it ended.
    pub end: Option<i64>,
    /// The month in which it began: `2026-01`.
    pub month: &'a str,
}

/// What of an incident matters here.
#[derive(Clone, Copy, Debug)]
pub struct Incident<'a, T> {
    /// Where it is.
    pub connection: &'a str,
    /// When it was made.
    pub created_at: i64,
    /// What suffers.
    pub service: &'a str,
    /// The number of the change that people say caused it.
    pub caused_by: &'a str,
    /// Its configuration items.
    pub items: &'a [T],
    /// What its ticket was made for.
    pub resources: &'a [T],
}

/// A change that is counted.
#[derive(Debug)]
struct Counted {
    number: String,
    title: String,
    change_type: String,
    month: String,
    start: i64,
    end: i64,
    has_failed: bool,
    incidents: u64,
    by_item: u64,
    by_service: u64,
    by_resource: u64,
    named: u64,
}

/// Why an incident follows a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Because {
    Item,
    Service,
    Resource,
}

/// The changes of one connection, by what they are made on.
#[derive(Debug, Default)]
struct Ground {
    items: HashMap<String, Windows>,
    /// Items as they would be spelt if nobody cared for case: monitors spell them as they like.
    resources: HashMap<String, Windows>,
    services: HashMap<String, Windows>,
    /// Every change of the connection; none for one that is not counted.
    numbers: HashMap<String, Option<usize>>,
}

/// Changes, counted.
#[derive(Debug)]
pub struct Tally {
    since: i64,
    until: i64,
    within: i64,
    counted: Vec<Counted>,
    /// Where each connection's ground stands.
    connections: HashMap<String, usize>,
    grounds: Vec<Ground>,
    without_times: u64,
    followers: u64,
    /// What the incident at hand follows.
    found: Vec<(usize, Because)>,
}

#[derive(Debug, Default)]
struct Total {
    changes: u64,
    failures: u64,
    followed: u64,
    incidents: u64,
}

// === impl Tally ===

impl Tally {
    /// Of nothing yet.
    #[must_use]
    pub fn new(question: &Question) -> Self {
        let within = question.within.unwrap_or_default().as_nanos();
        Self {
            since: question.span.since.nanos(),
            until: question.span.until.nanos(),
            within: i64::try_from(within).unwrap_or(i64::MAX),
            counted: Vec::new(),
            connections: HashMap::new(),
            grounds: Vec::new(),
            without_times: 0,
            followers: 0,
            found: Vec::new(),
        }
    }

    /// Takes a change, with what it is made on. Those that are not counted are known by their numbers.
    pub fn change<T: AsRef<str>>(&mut self, change: Change<'_>, items: &[T]) {
        let was_begun = match change.phase {
            None => change.start.is_some(),
            Some(phase) => !matches!(phase, "draft" | "approved" | "canceled"),
        };
        let begins_then = change.start.is_some_and(|start| (self.since..self.until).contains(&start));
        let is_counted = was_begun && begins_then;
        self.without_times += u64::from(was_begun && change.start.is_none());
        let of = self.counted.len();
        let number = *self.connections.entry(change.connection.to_owned()).or_insert(self.grounds.len());
        if number == self.grounds.len() {
            self.grounds.push(Ground::default());
        }
        let Some(ground) = self.grounds.get_mut(number) else { return };
        if !change.number.is_empty() {
            ground.numbers.insert(change.number.to_owned(), is_counted.then_some(of));
        }
        let Some(start) = change.start.filter(|_| is_counted) else { return };
        let end = change.end.unwrap_or(start).max(start);
        let last = end.saturating_add(self.within);
        for item in items.iter().map(AsRef::as_ref) {
            ground.items.entry(item.to_owned()).or_default().add(start, last, of);
            ground.resources.entry(item.to_lowercase()).or_default().add(start, last, of);
        }
        if !change.service.is_empty() {
            ground.services.entry(change.service.to_owned()).or_default().add(start, last, of);
        }
        self.counted.push(Counted {
            number: change.number.to_owned(),
            title: change.title.to_owned(),
            change_type: change.change_type.to_owned(),
            month: change.month.to_owned(),
            start,
            end,
            has_failed: change.phase == Some("failed"),
            incidents: 0,
            by_item: 0,
            by_service: 0,
            by_resource: 0,
            named: 0,
        });
    }

    /// After the last change, before the first incident.
    pub fn sort(&mut self) {
        for ground in &mut self.grounds {
            let all = [&mut ground.items, &mut ground.resources, &mut ground.services];
            all.into_iter().flat_map(HashMap::values_mut).for_each(Windows::sort);
        }
    }

    /// Takes an incident.
    pub fn incident<T: AsRef<str>>(&mut self, incident: Incident<'_, T>) {
        let Some(number) = self.connections.get(incident.connection) else { return };
        let Some(ground) = self.grounds.get_mut(*number) else { return };
        let named = if incident.caused_by.is_empty() { None } else { ground.numbers.get(incident.caused_by) };
        if let Some(named) = named {
            if let Some(change) = named.and_then(|of| self.counted.get_mut(of)) {
                change.incidents += 1;
                change.named += 1;
                self.followers += 1;
            }
            return;
        }
        self.found.clear();
        let mut found = |windows: Option<&mut Windows>, because| {
            let around = windows.into_iter().flat_map(|windows| windows.around(incident.created_at));
            self.found.extend(around.map(|of| (of, because)));
        };
        found(ground.services.get_mut(incident.service), Because::Service);
        for item in incident.items {
            found(ground.items.get_mut(item.as_ref()), Because::Item);
        }
        for resource in incident.resources {
            found(ground.resources.get_mut(&resource.as_ref().to_lowercase()), Because::Resource);
        }
        self.count();
    }

    /// Counts the incident at hand with each change that it follows: once, and once under each reason.
    fn count(&mut self) {
        self.found.sort_unstable();
        self.found.dedup();
        let mut last = None;
        for (of, because) in &self.found {
            let Some(change) = self.counted.get_mut(*of) else { continue };
            change.incidents += u64::from(last.replace(of) != Some(of));
            match because {
                Because::Item => change.by_item += 1,
                Because::Service => change.by_service += 1,
                Because::Resource => change.by_resource += 1,
            }
        }
        self.followers += u64::from(last.is_some());
    }

    /// Most incidents first.
    #[must_use]
    pub fn answer(self, question: &Question) -> Answer {
        let all = Total::of(&self.counted);
        let (without_times, followers) = (self.without_times, self.followers);
        let answer = if question.by == By::Change { self.by_change(question) } else { self.by_group(question) };
        answer
            .figure("changes", Unit::Count, all.changes)
            .figure("failures", Unit::Count, all.failures)
            .figure("failure_rate", Unit::Share, Cell::share(all.failures, all.changes))
            .figure("incidents", Unit::Count, followers)
            .figure("without_times", Unit::Count, without_times)
    }

    fn by_change(self, question: &Question) -> Answer {
        let mut changes: Vec<_> = self.counted.into_iter().filter(Counted::is_failure).collect();
        changes.sort_by(|one, other| {
            (other.incidents, one.start, &one.number).cmp(&(one.incidents, other.start, &other.number))
        });
        let columns = [
            ("change", Unit::Text),
            ("type", Unit::Text),
            ("title", Unit::Text),
            ("start", Unit::Time),
            ("end", Unit::Time),
            ("incidents", Unit::Count),
            ("by_item", Unit::Count),
            ("by_service", Unit::Count),
            ("by_resource", Unit::Count),
            ("named", Unit::Count),
        ];
        Answer::of(question, &columns, changes, |change| {
            let texts = [&change.number, &change.change_type, &change.title].map(|text| Cell::text(text));
            let times = [change.start, change.end].map(Cell::moment);
            let counts = [change.incidents, change.by_item, change.by_service, change.by_resource, change.named];
            texts.into_iter().chain(times).chain(counts.map(Cell::Count)).collect()
        })
    }

    fn by_group(self, question: &Question) -> Answer {
        let mut groups = Groups::<Vec<Counted>>::default();
        for change in self.counted {
            let label = if question.by == By::Month { change.month.clone() } else { change.change_type.clone() };
            groups.add(&label, |changes| changes.push(change));
        }
        let columns = [
            (question.by.as_str(), Unit::Text),
            ("changes", Unit::Count),
            ("failures", Unit::Count),
            ("failure_rate", Unit::Share),
            ("followed", Unit::Count),
            ("incidents", Unit::Count),
        ];
        let ranked = groups.ranked(question.by, |changes| Total::of(changes).incidents);
        let rows = ranked.into_iter().map(|(label, changes)| {
            let Total { changes, failures, followed, incidents } = Total::of(&changes);
            let rate = Cell::share(failures, changes);
            vec![Cell::text(&label), changes.into(), failures.into(), rate, followed.into(), incidents.into()]
        });
        Answer::new(question, &columns, rows.collect())
    }
}

// === impl Counted ===

impl Counted {
    fn is_failure(&self) -> bool {
        self.has_failed || self.incidents > 0
    }
}

// === impl Total ===

impl Total {
    fn of(changes: &[Counted]) -> Self {
        let mut total = Self::default();
        for change in changes {
            total.changes += 1;
            total.failures += u64::from(change.is_failure());
            total.followed += u64::from(change.incidents > 0);
            total.incidents += change.incidents;
        }
        total
    }
}
