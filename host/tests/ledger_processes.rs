//! Processes that share a ledger's file, and are killed at any moment: what one of them was told is kept, is there.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use signalbox::domain::{Alert, Condition, Severity, TicketKey, Timestamp, WorkItemKind};
use signalbox::ledger::{BodyId, Ledger, Placement, Submission, SubmittedAlert, TicketSelection, Verdict, open};
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Duration;

const FILE: &str = "LEDGER_OF_A_TEST";
const PROBLEMS: u32 = 20;
const ROUNDS: u32 = 6;

/// A firing of a key of its own; its problem is shared.
fn firing(key: &str, problem: u32) -> Submission {
    let now = Timestamp::now();
    let alert = Alert {
        id: key.into(),
        correlation_key: key.into(),
        condition: Condition::Fired,
        severity: Severity::Error,
        resolves: true,
        signal: String::new(),
        rule: String::new(),
        title: key.to_owned(),
        summary: String::new(),
        description: String::new(),
        observed_at: now,
        fired_at: now,
        resolved_at: None,
        resources: Vec::new(),
        facts: Vec::new(),
        links: Vec::new(),
        labels: Vec::new(),
        payload: String::new(),
    };
    let placement = Placement {
        route: "production".parse().unwrap(),
        connection: "desk".parse().unwrap(),
        kind: WorkItemKind::Incident,
        problem: format!("p{problem}").as_str().into(),
        group: Vec::new(),
        resource: None,
        hold: Duration::ZERO,
        storm: None,
    };
    let mut digest = [0; 32];
    for (to, from) in digest.iter_mut().zip(key.bytes()) {
        *to = from;
    }
    Submission {
        id: BodyId(key.to_owned()),
        source: "monitor".parse().unwrap(),
        received_at: now,
        body: key.to_owned().into(),
        content_type: String::new(),
        digest,
        verdict: Verdict::Decoded(vec![SubmittedAlert::new(alert, vec![placement], key.as_bytes())]),
        again: None,
    }
}

/// Accepts without end, four at once, and says which keys are kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a process of the other test"]
async fn a_process_that_accepts() {
    let Ok(url) = std::env::var(FILE) else { return };
    let ledger = open(&url).await.unwrap().ledger;
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..4 {
        let ledger: Arc<dyn Ledger> = Arc::clone(&ledger);
        senders.spawn(async move {
            for n in 0.. {
                let key = format!("{}-{sender}-{n}", std::process::id());
                ledger.accept(firing(&key, n % PROBLEMS)).await.unwrap();
                writeln!(std::io::stdout(), "kept {key}").unwrap();
            }
        });
    }
    senders.join_all().await;
}

fn start(url: &str, kept: &mpsc::Sender<String>) -> Child {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_process_that_accepts", "--ignored", "--nocapture"])
        .env(FILE, url)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let kept = kept.clone();
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            // The last line may be cut.
            if let Some(key) = line.strip_prefix("kept ") {
                let _ = kept.send(key.to_owned());
            }
        }
    });
    process
}

#[tokio::test]
async fn what_a_killed_process_was_told_is_kept_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
    let (sender, receiver) = mpsc::channel();
    let mut told = 0;
    let mut kept = BTreeSet::new();
    for round in 0..ROUNDS {
        let mut processes = [start(&url, &sender), start(&url, &sender)];
        // Both are at work before they are killed, the one a little before the other.
        while kept.len() < told + 40 {
            kept.insert(receiver.recv_timeout(Duration::from_secs(60)).unwrap());
        }
        told = kept.len();
        for process in &mut processes {
            std::thread::sleep(Duration::from_millis(u64::from(7 * round)));
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }
    drop(sender);
    kept.extend(receiver.iter());

    let ledger = open(&url).await.unwrap().ledger;
    for key in &kept {
        assert_eq!(ledger.body(&BodyId(key.clone())).await.unwrap().body, key.as_bytes(), "{key}");
    }
    let all = TicketSelection { ended: true, limit: 10_000, ..TicketSelection::default() };
    let rows = ledger.tickets(&all).await.unwrap();
    let keys: BTreeSet<TicketKey> = rows.iter().map(|row| row.key.clone()).collect();
    assert_eq!(rows.len(), keys.len());
    assert!(rows.iter().all(|row| row.follows.is_none()), "one ticket a problem");
    let alerts = ledger.counts().await.unwrap().alerts;
    assert!(alerts >= u64::try_from(kept.len()).unwrap());
    assert_eq!(rows.iter().map(|row| u64::from(row.total)).sum::<u64>(), alerts, "each alert is a member");
    assert!(rows.iter().all(|row| row.wanted == i64::from(row.total)), "and raised its ticket once");

    let connection = rusqlite::Connection::open(folder.path().join("ledger.db")).unwrap();
    let health: String = connection.query_one("PRAGMA integrity_check", (), |row| row.get(0)).unwrap();
    assert_eq!(health, "ok");
}
