//! How long reports take on a year of a large place: a million incidents, a hundred thousand changes, two hundred thousand
//! alerts with 75,000 tickets. Prints figures, asserts nothing.
//!
//! `cargo bench -p signalbox --bench reports` runs it, and so does `cargo xtask bench`. Filling the ledger takes minutes and
//! 2 GB; a smaller one is had by a number of incidents as the argument. A question costs most when it is asked first, of a
//! file that nobody has read; so each is told as asked first, and as the median of some asked again.

#![expect(clippy::expect_used, reason = "a bench that can't measure has nothing else to do")]

use futures::future::join_all;
use signalbox::{
    domain::{
        Alert, ChangePhase, Condition, Fact, ItsmRecord, RecordKind, Resource, Severity, TicketState, Timestamp,
        WorkItemKind,
    },
    ledger::{
        BodyId, Leader, Placement, PullName, PulledPage, Receipt, Store, Submission, SubmittedAlert, Verdict, open,
    },
    report::{Asked, Question, Report},
};
use std::time::{Duration, Instant};

/// Incidents where nobody says.
const INCIDENTS: u64 = 1_000_000;

/// Of ten incidents one is the gateway's own, and there is a change.
const EACH: u64 = 10;

/// How often a question is asked again; odd, so that one of them is the median.
const AGAIN: usize = 5;

const YEAR: u64 = 365 * 86_400;
const MACHINES: u64 = 5_000;
const RULES: u64 = 200;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let incidents = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(INCIDENTS);
    runtime.block_on(measure(incidents));
}

async fn measure(incidents: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let store = open(&format!("sqlite:{}", path.display())).await.expect("a ledger");
    let began = Instant::now();
    let keys = tickets(&store, incidents / EACH).await;
    let own = |number: u64| {
        keys.get(usize::try_from(number / EACH).unwrap_or(usize::MAX)).filter(|_| number.is_multiple_of(EACH))
    };
    keep(&store, RecordKind::Change, incidents / EACH, |number| change(number * EACH, incidents)).await;
    keep(&store, RecordKind::Incident, incidents, |number| incident(number, incidents, own(number))).await;
    let changes = incidents / EACH;
    println!(
        "reports: {incidents} incidents, {changes} changes, {} alerts filled in {:.0?}, {} MB",
        changes * 2,
        began.elapsed(),
        std::fs::metadata(&path).expect("a file").len() / 1_000_000
    );
    for report in Report::ALL {
        for by in report.by() {
            let asked = Asked { days: Some(366), by: Some(by.as_str().to_owned()), ..Asked::default() };
            let question = Question::try_new(report, &asked, at(YEAR)).expect("a question");
            let (first, rows) = ask(&store, &question).await;
            let mut again = Vec::new();
            for _ in 0..AGAIN {
                again.push(ask(&store, &question).await.0);
            }
            again.sort_by(f64::total_cmp);
            let again = again.get(AGAIN / 2).copied().unwrap_or_default();
            println!("reports: {report} by {}: {first:.2} s, again {again:.2} s, {rows} rows", by.as_str());
        }
    }
}

/// How many seconds an answer takes, and how many rows it has.
async fn ask(store: &Store, question: &Question) -> (f64, u64) {
    let began = Instant::now();
    let answer = store.reports.answer(question.clone()).await.expect("an answer");
    (began.elapsed().as_secs_f64(), answer.more + u64::try_from(answer.rows.len()).unwrap_or_default())
}

/// So many seconds after the year began.
fn at(seconds: u64) -> Timestamp {
    let year: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
    year.after(Duration::from_secs(seconds))
}

/// Numbers that look as if by chance, and are the same each time.
fn chance(number: u64, of: u64) -> u64 {
    (number ^ 0x9e37_79b9).wrapping_mul(0x2545_f491_4f6c_dd1d).rotate_left(29).wrapping_mul(0x9e37_79b9_7f4a_7c15) % of
}

/// Tickets with two alerts each, fired and resolved; answers their keys.
async fn tickets(store: &Store, count: u64) -> Vec<String> {
    let mut keys = Vec::new();
    let numbers: Vec<u64> = (0..count).collect();
    for group in numbers.chunks(256) {
        let fired = join_all(group.iter().map(|number| store.ledger.accept(submission(*number, count, false)))).await;
        for receipt in fired {
            if let Receipt::Accepted(alerts) = receipt.expect("a receipt") {
                keys.extend(alerts.into_iter().flat_map(|alert| alert.tickets).map(|ticket| ticket.key.to_string()));
            }
        }
        join_all(group.iter().map(|number| store.ledger.accept(submission(*number, count, true)))).await;
    }
    keys
}

fn submission(number: u64, of: u64, is_resolved: bool) -> Submission {
    let fired_at = at(number * YEAR / of);
    let machine = format!("web-{}", chance(number, MACHINES));
    let metric = format!("metric {}", chance(number, 40));
    let alert = Alert {
        id: format!("alert-{number}").as_str().into(),
        // Every fourth fires again soon after the one before was over, and joins its ticket.
        correlation_key: format!("key-{}", number - u64::from(number % 4 == 3)).as_str().into(),
        condition: if is_resolved { Condition::Resolved } else { Condition::Fired },
        severity: Severity::Error,
        resolves: true,
        signal: "metric".to_owned(),
        rule: format!("rule {}", chance(number, RULES)),
        title: format!("load on {machine}"),
        summary: "average load 87.3 > 80 over 5 min".to_owned(),
        description: String::new(),
        observed_at: if is_resolved { fired_at.after(Duration::from_secs(60)) } else { fired_at },
        fired_at,
        resolved_at: None,
        resources: vec![Resource { id: format!("/machines/{machine}"), name: machine, ..Resource::default() }],
        facts: vec![Fact {
            group: "condition".to_owned(),
            name: "Metric".to_owned(),
            value: metric,
            unit: String::new(),
        }],
        links: Vec::new(),
        labels: Vec::new(),
        payload: String::new(),
    };
    let placement = Placement {
        route: "all".parse().expect("a name"),
        connection: "desk".parse().expect("a name"),
        kind: WorkItemKind::Incident,
        problem: format!("{number:040x}").as_str().into(),
        group: Vec::new(),
        resource: None,
        hold: Duration::ZERO,
        storm: None,
    };
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&(number * 2 + u64::from(is_resolved)).to_be_bytes());
    Submission {
        id: BodyId(format!("body-{number}-{is_resolved}")),
        source: "monitor".parse().expect("a name"),
        received_at: fired_at,
        digest,
        body: "{}".into(),
        content_type: String::new(),
        verdict: Verdict::Decoded(vec![SubmittedAlert::new(alert, vec![placement], b"{}")]),
        again: None,
    }
}

async fn keep(store: &Store, kind: RecordKind, count: u64, record: impl Fn(u64) -> ItsmRecord) {
    let leader = Leader { task: "pull/desk".to_owned(), owner: "bench".to_owned(), until: at(YEAR * 10) };
    assert!(store.records.lead(&leader, at(0)).await.expect("a leader"), "nobody else pulls");
    let name = PullName { connection: "desk".parse().expect("a name"), kind };
    store.records.pull(&name, at(0)).await.expect("a pull");
    let numbers: Vec<u64> = (0..count).collect();
    for page in numbers.chunks(1000) {
        let records = page.iter().map(|number| record(*number)).collect();
        let page = PulledPage { records, cursor: String::new(), more: true, at: at(0) };
        store.records.keep(&leader, &name, page).await.expect("kept");
    }
}

fn incident(number: u64, of: u64, key: Option<&String>) -> ItsmRecord {
    let created = number * YEAR / of + 60;
    ItsmRecord {
        number: format!("INC{number:07}"),
        key: key.cloned(),
        state: if number.is_multiple_of(20) { TicketState::Open } else { TicketState::Closed },
        priority: format!("{} - Moderate", chance(number, 5)),
        category: format!("category {}", chance(number, 20)),
        caused_by: if number.is_multiple_of(1000) { format!("CHG{:07}", number / 10) } else { String::new() },
        resolved_at: Some(at(created + chance(number, 7 * 86_400))),
        ..record(RecordKind::Incident, number, created)
    }
}

fn change(number: u64, of: u64) -> ItsmRecord {
    let created = number * YEAR / of;
    ItsmRecord {
        number: format!("CHG{:07}", number / EACH),
        state: TicketState::Closed,
        phase: Some(if number.is_multiple_of(500) { ChangePhase::Failed } else { ChangePhase::Done }),
        change_type: match chance(number, 3) {
            0 => "normal".to_owned(),
            1 => "standard".to_owned(),
            _ => "emergency".to_owned(),
        },
        actual_start: Some(at(created)),
        actual_end: Some(at(created + chance(number, 4 * 3_600))),
        ..record(RecordKind::Change, number, created)
    }
}

fn record(kind: RecordKind, number: u64, created: u64) -> ItsmRecord {
    ItsmRecord {
        title: "the processors of a machine of the shop are too busy".to_owned(),
        platform_state: "7".to_owned(),
        configuration_items: vec![format!("web-{}", chance(number, MACHINES))],
        service: format!("service {}", chance(number, 500)),
        assignment: format!("group {}", chance(number, 50)),
        created_at: Some(at(created)),
        ..ItsmRecord::new(kind, format!("{number:032x}"))
    }
}
