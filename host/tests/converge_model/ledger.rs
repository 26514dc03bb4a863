//! A ledger in memory: what the trait promises of claims, leases, saves and members, for one problem.

use crate::clock::interruptible;
use async_trait::async_trait;
use signalbox::domain::*;
use signalbox::ledger::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

/// One observation, as far as the model needs it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observation {
    pub key: CorrelationKey,
    pub episode: Episode,
    pub severity: Severity,
    pub id: AlertId,
}

/// A ticket's row.
#[derive(Clone, Debug)]
pub struct Row {
    pub key: TicketKey,
    pub n: u32,
    pub follows: Option<TicketKey>,
    pub created_at: Timestamp,
    pub wanted: Revision,
    pub confirmed: Revision,
    pub life: Option<String>,
    pub standing: Standing,
    pub due: Option<Timestamp>,
    pub not_before: Option<Timestamp>,
    pub lease: Option<Timestamp>,
    pub token: i64,
    pub members: BTreeMap<CorrelationKey, Observation>,
    pub open_attempts: BTreeSet<String>,
    pub timeline: Vec<Entry>,
}

#[derive(Debug, Default)]
struct Held {
    rows: Vec<Row>,
    seen: BTreeSet<Observation>,
}

/// See the module.
#[derive(Debug)]
pub struct ModelLedger {
    held: Mutex<Held>,
    /// Attempts are not committed before their call.
    pub forgets_attempts: bool,
}

pub fn problem() -> ProblemId {
    ProblemId::from("00112233445566778899aabbccddeeff00112233")
}

// === impl ModelLedger: for the script ===

impl ModelLedger {
    pub fn new(forgets_attempts: bool) -> Self {
        Self { held: Mutex::default(), forgets_attempts }
    }

    pub fn rows(&self) -> Vec<Row> {
        self.held.lock().unwrap().rows.clone()
    }

    /// The ticket that stands for the problem.
    pub fn live(&self) -> Option<Row> {
        self.rows().into_iter().find(|row| !matches!(row.standing, Standing::Ended(_)))
    }

    /// Accepts one observation; answers whether it changed something.
    pub fn observe(&self, observation: &Observation, now: Timestamp) -> bool {
        let mut held = self.held.lock().unwrap();
        if !held.seen.insert(observation.clone()) {
            return false;
        }
        let key = &observation.key;
        let greatest = held.seen.iter().filter(|other| other.key == *key).max_by_key(|other| other.episode).cloned();
        let over = held.rows.iter().any(|row| {
            matches!(row.standing, Standing::Ended(_))
                && row.members.get(key).is_some_and(|past| past.episode > observation.episode)
        });
        let last = held.rows.last().map(|row| (row.n, row.key.clone()));
        let live = held.rows.iter_mut().find(|row| !matches!(row.standing, Standing::Ended(_)));
        match live {
            Some(row) => {
                let before = row.members.get(key);
                if before.is_some_and(|before| before.episode >= observation.episode) {
                    return false;
                }
                if before.is_none() && (observation.episode.condition == Condition::Resolved || over) {
                    return false;
                }
                row.members.insert(key.clone(), greatest.unwrap());
                row.raise(now);
                true
            }
            None if over || observation.episode.condition == Condition::Resolved => false,
            None => {
                let n = last.as_ref().map_or(1, |(n, _)| n + 1);
                let mut row = Row::new(n, last.map(|(_, key)| key), now);
                row.members.insert(key.clone(), greatest.unwrap());
                held.rows.push(row);
                true
            }
        }
    }

    /// When a worker has something to do next.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.rows().iter().filter(|row| row.standing == Standing::Live).filter_map(|row| row.lease.or(row.due)).min()
    }

    fn with<T>(&self, lease: &Lease, action: impl FnOnce(&mut Held, usize) -> T) -> Result<T, LedgerError> {
        let mut held = self.held.lock().unwrap();
        let place =
            held.rows.iter().position(|row| row.key == lease.key && row.token == lease.token && row.lease.is_some());
        match place {
            Some(place) => Ok(action(&mut held, place)),
            None => Err(LedgerError::LeaseLost(lease.key.clone())),
        }
    }
}

// === impl Row ===

impl Row {
    fn new(n: u32, follows: Option<TicketKey>, now: Timestamp) -> Self {
        Self {
            key: TicketKey::of(&problem(), n),
            n,
            follows,
            created_at: now,
            wanted: 1,
            confirmed: 0,
            life: None,
            standing: Standing::Live,
            due: Some(now),
            not_before: None,
            lease: None,
            token: 0,
            members: BTreeMap::new(),
            open_attempts: BTreeSet::new(),
            timeline: Vec::new(),
        }
    }

    fn raise(&mut self, now: Timestamp) {
        self.wanted += 1;
        if self.standing == Standing::Live {
            self.due = Some(self.not_before.map_or(now, |earliest| earliest.max(now)));
        }
    }

    pub fn fires(&self) -> bool {
        self.members.values().any(|each| each.episode.condition == Condition::Fired)
    }

    /// The newest firing observation, else the newest.
    pub fn newest(&self) -> &Observation {
        let by = |each: &&Observation| (each.episode.condition == Condition::Fired, each.episode);
        self.members.values().max_by_key(by).unwrap()
    }

    fn claimed(&self, taken_over_from: Option<Timestamp>, until: Timestamp) -> Claimed {
        let mut members: Vec<Member> = self.members.values().map(member).collect();
        members.sort_by_key(|each| std::cmp::Reverse(each.episode));
        let count = |wanted: Condition| members.iter().filter(|each| each.condition == wanted).count();
        Claimed {
            lease: Lease { key: self.key.clone(), token: self.token, until },
            taken_over_from,
            problem: problem(),
            n: self.n,
            connection: "desk".parse().unwrap(),
            kind: WorkItemKind::Incident,
            route: "all".parse().unwrap(),
            group: vec![],
            resource: None,
            storm: false,
            follows: self.follows.clone(),
            created_at: self.created_at,
            looks: 0,
            wanted: self.wanted,
            life: self.life.clone(),
            newest: NewestAlert { source: "probe".parse().unwrap(), alert: alert(self.newest()) },
            firing: u32::try_from(count(Condition::Fired)).unwrap(),
            total: u32::try_from(members.len()).unwrap(),
            members,
            unlisted: None,
            timeline: self.timeline.clone(),
            facts: None,
        }
    }
}

fn member(each: &Observation) -> Member {
    Member {
        correlation_key: each.key.clone(),
        alert_id: each.id.clone(),
        title: each.key.to_string(),
        severity: each.severity,
        condition: each.episode.condition,
        episode: each.episode,
        resolved_at: None,
        resolves: true,
        resource: None,
    }
}

fn alert(of: &Observation) -> Alert {
    Alert {
        id: of.id.clone(),
        correlation_key: of.key.clone(),
        condition: of.episode.condition,
        severity: of.severity,
        resolves: true,
        signal: "metric".into(),
        rule: "rule".into(),
        title: "title".into(),
        summary: String::new(),
        description: String::new(),
        observed_at: of.episode.observed_at,
        fired_at: of.episode.fired_at,
        resolved_at: None,
        resources: vec![],
        facts: vec![],
        links: vec![],
        labels: vec![],
        payload: String::new(),
    }
}

// === impl Ledger ===

#[async_trait]
impl Ledger for ModelLedger {
    async fn belongs_to(&self, _: &str) -> Result<String, LedgerError> {
        unreachable!("no gateway starts")
    }

    async fn adapters(&self) -> Result<Vec<(ConnectionName, String)>, LedgerError> {
        unreachable!("no gateway starts")
    }

    async fn remember_adapters(&self, _: Vec<(ConnectionName, String)>) -> Result<(), LedgerError> {
        unreachable!("no gateway starts")
    }

    async fn accept(&self, _: Submission) -> Result<Receipt, LedgerError> {
        unreachable!("the script observes")
    }

    async fn claim(
        &self,
        _: &str,
        _: &[ConnectionName],
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claimed>, LedgerError> {
        let mut held = self.held.lock().unwrap();
        let mut claimed = Vec::new();
        for row in &mut held.rows {
            let free = match row.lease {
                Some(until) => until <= now,
                None => row.due.is_some_and(|due| due <= now),
            };
            if free && row.standing == Standing::Live && claimed.len() < usize::try_from(limit).unwrap() {
                let abandoned = row.lease.replace(until);
                row.token += 1;
                claimed.push(row.claimed(abandoned, until));
            }
        }
        Ok(claimed)
    }

    async fn save(&self, lease: &Lease, save: Save) -> Result<Saved, LedgerError> {
        interruptible().await;
        let saved = self.with(lease, |held, place| {
            let row = &mut held.rows[place];
            if self.forgets_attempts && matches!(save.attempt, Some(AttemptChange::Open { .. })) {
                return Saved { wanted: row.wanted };
            }
            // An end, or a renewal, that did not know of the newest observation is none.
            let overtaken = row.wanted > save.known;
            let ended = matches!(save.standing, Standing::Ended(_)) && !overtaken;
            row.life = Some(save.life);
            row.confirmed = save.confirmed;
            row.standing = match save.standing {
                Standing::Ended(_) if overtaken => Standing::Live,
                standing => standing,
            };
            row.not_before = save.not_before;
            let wish = match save.due {
                Due::Now => Some(save.at),
                Due::At(at) => Some(at),
                Due::WhenRaised => None,
            };
            let wish = if row.wanted > save.known { Some(wish.map_or(save.at, |at| at.min(save.at))) } else { wish };
            row.due = wish.map(|due| save.not_before.map_or(due, |earliest| due.max(earliest)));
            match save.attempt {
                Some(AttemptChange::Open { id, .. }) => drop(row.open_attempts.insert(id)),
                Some(AttemptChange::Close { id, .. }) => drop(row.open_attempts.remove(&id)),
                None => {}
            }
            row.timeline.extend(save.entries);
            if save.release || ended {
                row.lease = None;
            }
            let wanted = row.wanted;
            if let Some(renewal) = save.renewal.filter(|_| !overtaken) {
                assert!(ended, "a ticket that is renewed ends");
                let mut renewed = Row::new(row.n + 1, Some(row.key.clone()), save.at);
                renewed.members = std::mem::take(&mut row.members);
                renewed.key = renewal.key;
                renewed.life = Some(renewal.life);
                held.rows.push(renewed);
            }
            Saved { wanted }
        });
        interruptible().await;
        saved
    }

    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<(), LedgerError> {
        interruptible().await;
        self.with(lease, |held, place| held.rows[place].lease = Some(until))
    }

    async fn due(&self, _: Duration) {}

    async fn tickets(&self, _: &TicketSelection) -> Result<Vec<TicketRow>, LedgerError> {
        unreachable!("the operator's")
    }

    async fn ticket(&self, key: &TicketKey) -> Result<TicketStory, LedgerError> {
        let held = self.held.lock().unwrap();
        let row = held.rows.iter().find(|row| row.key == *key).unwrap();
        let life = row.life.as_deref().map_or(serde_json::Value::Null, |life| serde_json::from_str(life).unwrap());
        let ticket = TicketRow {
            key: row.key.clone(),
            connection: "desk".parse().unwrap(),
            kind: WorkItemKind::Incident,
            route: "all".parse().unwrap(),
            standing: row.standing.clone(),
            shown: Shown::default(),
            severity: Severity::Critical,
            firing: 0,
            total: 0,
            wanted: row.wanted,
            confirmed: row.confirmed,
            created_at: row.created_at,
            due_at: row.due,
            follows: row.follows.clone(),
        };
        Ok(TicketStory { ticket, life, members: vec![], timeline: vec![], attempts: vec![] })
    }

    async fn retry(&self, key: &TicketKey, now: Timestamp) -> Result<(), LedgerError> {
        let mut held = self.held.lock().unwrap();
        let row = held.rows.iter_mut().find(|row| row.key == *key && !matches!(row.standing, Standing::Ended(_)));
        let row = row.ok_or_else(|| LedgerError::Refused("it has ended".into()))?;
        row.standing = Standing::Live;
        row.due = Some(row.not_before.map_or(now, |earliest| earliest.max(now)));
        Ok(())
    }

    async fn look_again(&self, key: &TicketKey, now: Timestamp) -> Result<(), LedgerError> {
        let mut held = self.held.lock().unwrap();
        let row = held.rows.iter_mut().find(|row| row.key == *key && row.standing == Standing::Live);
        if let Some(row) = row {
            row.due = Some(row.not_before.map_or(now, |earliest| earliest.max(now)));
        }
        Ok(())
    }

    async fn drop_ticket(&self, _: &TicketKey, _: &str, _: Timestamp) -> Result<(), LedgerError> {
        unreachable!("the operator's")
    }

    async fn alerts(&self, _: &AlertSelection) -> Result<Vec<AlertRow>, LedgerError> {
        unreachable!("the operator's")
    }

    async fn bodies(&self, _: BodyStatus, _: u32) -> Result<Vec<BodyRow>, LedgerError> {
        unreachable!("the operator's")
    }

    async fn body(&self, _: &BodyId) -> Result<BodyRow, LedgerError> {
        unreachable!("the operator's")
    }

    async fn drop_alert(&self, _: &str) -> Result<(), LedgerError> {
        unreachable!("the operator's")
    }

    async fn counts(&self) -> Result<Counts, LedgerError> {
        unreachable!("the operator's")
    }

    async fn open_connections(&self) -> Result<Vec<(ConnectionName, u64)>, LedgerError> {
        unreachable!("the operator's")
    }
}
