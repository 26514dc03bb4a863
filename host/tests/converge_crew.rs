//! A crew at work on the ledger in SQLite, in real time: fairness, stopping, and connections that are stopped.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests and their models")]

use async_trait::async_trait;
use bytes::Bytes;
use signalbox::converge::crew::Crew;
use signalbox::converge::desk::*;
use signalbox::converge::health::Health;
use signalbox::converge::policies::Policies;
use signalbox::converge::worker::{Leases, Worker};
use signalbox::domain::MappingInput;
use signalbox::domain::*;
use signalbox::ledger::{self, BodyId, Ledger, Placement, Submission, SubmittedAlert, TicketSelection, Verdict};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

/// Two connections with two places each.
const CONNECTIONS: [&str; 2] = ["slow", "quick"];

struct Office {
    ledger: Arc<dyn Ledger>,
    desk: Arc<OfficeDesk>,
    stop: watch::Sender<bool>,
    crew: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

struct OfficeDesk {
    platforms: BTreeMap<ConnectionName, Arc<OfficePlatform>>,
    credentials: AtomicBool,
    probes: AtomicUsize,
}

/// Creates as many tickets as it has permits for; others wait.
struct OfficePlatform {
    permits: Semaphore,
    busy: AtomicUsize,
    most_busy: AtomicUsize,
    created: Mutex<Vec<TicketKey>>,
    refused: AtomicBool,
}

struct Plain;

// === impl Office ===

impl Office {
    async fn open(slow_permits: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger =
            ledger::open(&format!("sqlite:{}", folder.path().join("ledger.db").display())).await.unwrap().ledger;
        let platform = |permits| {
            Arc::new(OfficePlatform {
                permits: Semaphore::new(permits),
                busy: AtomicUsize::new(0),
                most_busy: AtomicUsize::new(0),
                created: Mutex::default(),
                refused: AtomicBool::new(false),
            })
        };
        let platforms = [("slow", platform(slow_permits)), ("quick", platform(Semaphore::MAX_PERMITS))];
        let desk = Arc::new(OfficeDesk {
            platforms: platforms.into_iter().map(|(name, platform)| (name.parse().unwrap(), platform)).collect(),
            credentials: AtomicBool::new(true),
            probes: AtomicUsize::new(0),
        });
        let worker =
            Worker::new(ledger.clone(), desk.clone(), Arc::new(Health::default()), Leases::of(Duration::from_secs(60)));
        let (stop, stopped) = watch::channel(false);
        let crew = Crew::new(worker, "crew").probing_every(Duration::from_millis(50));
        let crew = tokio::spawn(crew.run(stopped));
        Self { ledger, desk, stop, crew, _folder: folder }
    }

    /// So many problems fire, each with a ticket on each of these connections.
    async fn fire(&self, count: usize, connections: &[&str]) {
        for number in 0..count {
            let key = format!("problem {number}");
            let placements = connections.iter().map(|connection| Placement {
                route: "all".parse().unwrap(),
                connection: connection.parse().unwrap(),
                kind: WorkItemKind::Incident,
                problem: ProblemId::from(format!("{connection}{number:034}")),
                group: vec![],
                resource: None,
                hold: Duration::ZERO,
                storm: None,
            });
            let now = Timestamp::now();
            let submitted = SubmittedAlert::new(alert(&key, now), placements.collect(), b"{}");
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&number.to_le_bytes());
            let submission = Submission {
                id: BodyId(key),
                source: "probe".parse().unwrap(),
                received_at: now,
                body: Bytes::from_static(b"{}"),
                content_type: "application/json".into(),
                digest,
                verdict: Verdict::Decoded(vec![submitted]),
                again: None,
            };
            self.ledger.accept(submission).await.unwrap();
        }
    }

    fn platform(&self, name: &str) -> &OfficePlatform {
        &self.desk.platforms[&name.parse().unwrap()]
    }

    async fn confirmed(&self) -> usize {
        let tickets =
            self.ledger.tickets(&TicketSelection { limit: 1_000, ..TicketSelection::default() }).await.unwrap();
        tickets.iter().filter(|ticket| ticket.confirmed == ticket.wanted).count()
    }

    async fn until(&self, what: &str, holds: impl AsyncFn(&Self) -> bool) {
        let begun = Instant::now();
        while !holds(self).await {
            assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn alert(key: &str, now: Timestamp) -> Alert {
    Alert {
        id: AlertId::from(key),
        correlation_key: CorrelationKey::from(key),
        condition: Condition::Fired,
        severity: Severity::Error,
        resolves: true,
        signal: "metric".into(),
        rule: "rule".into(),
        title: key.into(),
        summary: String::new(),
        description: String::new(),
        observed_at: now,
        fired_at: now,
        resolved_at: None,
        resources: vec![],
        facts: vec![],
        links: vec![],
        labels: vec![],
        payload: "{}".into(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_connection_holds_up_nobody_else() {
    let office = Office::open(0).await;
    office.fire(20, &CONNECTIONS).await;
    office.until("the quick platform has all of its tickets", async |office| office.confirmed().await == 20).await;
    let (slow, quick) = (office.platform("slow"), office.platform("quick"));
    assert_eq!(slow.busy.load(Ordering::Relaxed), 2, "the slow one has as many calls as it has places");
    assert_eq!(slow.created.lock().unwrap().len(), 0);
    assert!(quick.most_busy.load(Ordering::Relaxed) <= 2);
    slow.permits.add_permits(100);
    office.until("the slow platform has caught up", async |office| office.confirmed().await == 40).await;
    assert_eq!(slow.most_busy.load(Ordering::Relaxed), 2);
    let mut created = slow.created.lock().unwrap().clone();
    created.sort();
    created.dedup();
    assert_eq!(created.len(), 20, "each was created once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crew_that_is_stopped_finishes_what_is_under_way() {
    let office = Office::open(0).await;
    office.fire(5, &["slow"]).await;
    let busy = async |office: &Office| office.platform("slow").busy.load(Ordering::Relaxed) == 2;
    office.until("two calls are under way", busy).await;
    office.stop.send(true).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!office.crew.is_finished(), "it waits for them");
    office.platform("slow").permits.add_permits(100);
    office.until("it ends", async |office| office.crew.is_finished()).await;
    assert_eq!(office.confirmed().await, 2, "it has begun nothing more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_whose_credentials_are_refused_is_probed_until_they_are_taken() {
    let office = Office::open(100).await;
    office.desk.credentials.store(false, Ordering::Relaxed);
    office.platform("slow").refused.store(true, Ordering::Relaxed);
    office.fire(6, &CONNECTIONS).await;
    office.until("the other one goes on", async |office| office.confirmed().await == 6).await;
    office.until("it is probed", async |office| office.desk.probes.load(Ordering::Relaxed) >= 2).await;
    assert_eq!(office.platform("slow").created.lock().unwrap().len(), 0);
    assert!(office.platform("slow").most_busy.load(Ordering::Relaxed) <= 2, "not each ticket is refused");
    office.platform("slow").refused.store(false, Ordering::Relaxed);
    office.desk.credentials.store(true, Ordering::Relaxed);
    office.until("its tickets go on", async |office| office.confirmed().await == 12).await;
}

// === impl Desk, Mapper, Platform ===

fn refused() -> CallFailure {
    CallFailure::Call(CallError {
        kind: CallErrorKind::Unauthorized,
        code: "401".into(),
        message: "no".into(),
        field: String::new(),
        retry_after: None,
    })
}

#[async_trait]
impl Desk for OfficeDesk {
    fn connections(&self) -> Vec<(ConnectionName, usize)> {
        CONNECTIONS.iter().map(|name| (name.parse().unwrap(), 2)).collect()
    }

    fn generation(&self) -> u64 {
        1
    }

    async fn assign(&self, claimed: &ledger::Claimed) -> Assigned {
        Assigned::To(Box::new(Assignment {
            route: "all".parse().unwrap(),
            mapping: "plain".parse().unwrap(),
            policies: Policies::default(),
            abilities: Abilities { create: true, find: true, read: true, ..Abilities::default() },
            settle: Duration::from_secs(60),
            deadline: Duration::from_secs(10),
            maintenance: None,
            gateway: "office".into(),
            context: vec![],
            neighbours: Arc::new(()),
            mapper: Arc::new(Plain),
            platform: self.platforms[&claimed.connection].clone(),
        }))
    }

    async fn probe(&self, _: &ConnectionName) -> Result<(), CallFailure> {
        self.probes.fetch_add(1, Ordering::Relaxed);
        if self.credentials.load(Ordering::Relaxed) { Ok(()) } else { Err(refused()) }
    }
}

#[async_trait]
impl Mapper for Plain {
    async fn apply(&self, _: MappingInput) -> Result<Content, MappingFailure> {
        Ok(Content::default())
    }
}

#[async_trait]
impl Platform for OfficePlatform {
    async fn find(&self, _: WorkItemKind, _: &TicketKey, _: CallBudget) -> Answered<Vec<PlatformTicket>> {
        unreachable!("no outcome is unknown")
    }

    async fn read(&self, _: WorkItemKind, _: &str, _: CallBudget) -> Answered<PlatformTicket> {
        unreachable!("nothing is amended")
    }

    async fn create(&self, item: WorkItem, _: CallBudget) -> Answered<PlatformTicket> {
        let busy = self.busy.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_busy.fetch_max(busy, Ordering::Relaxed);
        self.permits.acquire().await.unwrap().forget();
        self.busy.fetch_sub(1, Ordering::Relaxed);
        if self.refused.load(Ordering::Relaxed) {
            return Answered { result: Err(refused()), exchange: String::new() };
        }
        self.created.lock().unwrap().push(item.key.clone());
        let ticket = PlatformTicket {
            version: "1".into(),
            ..PlatformTicket::new(item.key.to_string(), "T", item.key.to_string())
        };
        Answered { result: Ok(ticket), exchange: String::new() }
    }

    async fn amend(&self, _: PlatformTicket, _: Change, _: WorkItem, _: CallBudget) -> Answered<PlatformTicket> {
        unreachable!("nothing is amended")
    }
}
