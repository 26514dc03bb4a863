//! A small server to pull from: tickets are stamped, appear up to two minutes later, and change while one pages.

use super::*;
use crate::client::Client;
use proptest::prelude::*;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Failure, Request, Response};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

const EPOCH: i64 = 1_795_341_600; // 2026-11-22 10:00:00 UTC

/// What happens before a request is answered.
#[derive(Clone, Debug)]
struct Happening {
    /// Seconds that go by.
    pass: i64,
    /// Tickets that change then, and after how many seconds each change can be seen.
    writes: Vec<(u8, i64)>,
}

#[derive(Clone, Debug)]
struct Version {
    id: u8,
    stamp: i64,
    seen_from: i64,
}

struct Server {
    clock: Cell<i64>,
    tells_time: bool,
    versions: RefCell<Vec<Version>>,
    happenings: RefCell<std::vec::IntoIter<Happening>>,
}

impl Server {
    /// Lets the next thing happen.
    fn go_on(&self) {
        let Some(happening) = self.happenings.borrow_mut().next() else { return };
        self.clock.set(self.clock.get() + happening.pass);
        let now = self.clock.get();
        let mut versions = self.versions.borrow_mut();
        for (id, delay) in happening.writes {
            // A ticket is locked until its change can be seen.
            if versions.iter().all(|version| version.id != id || version.seen_from <= now) {
                versions.push(Version { id, stamp: now, seen_from: now + delay });
            }
        }
    }

    /// The newest version of each ticket that can be seen, in the order of (stamp, id).
    fn tickets(&self) -> Vec<(i64, u8)> {
        let now = self.clock.get();
        let mut newest = BTreeMap::new();
        for version in self.versions.borrow().iter().filter(|version| version.seen_from <= now) {
            newest.insert(version.id, version.stamp);
        }
        let mut tickets: Vec<_> = newest.into_iter().map(|(id, stamp)| (stamp, id)).collect();
        tickets.sort_unstable();
        tickets
    }
}

fn spelled(time: i64) -> String {
    jiff::Timestamp::from_second(time).unwrap().to_string()
}

/// `%3D` and the like.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut decoded = parts.next().unwrap().to_owned();
    for part in parts {
        decoded.push(char::from(u8::from_str_radix(&part[..2], 16).unwrap()));
        decoded.push_str(&part[2..]);
    }
    decoded
}

/// The time in the first quotes after a mark.
fn time_after(query: &str, mark: &str) -> Option<i64> {
    let (_, rest) = query.split_once(mark)?;
    let text = rest.split('\'').next().unwrap().replace(' ', "T") + "Z";
    Some(text.parse::<jiff::Timestamp>().unwrap().as_second())
}

/// Whether a ticket answers a search, as the server reads it.
fn answers(query: &str, (stamp, id): (i64, u8)) -> bool {
    let from = time_after(query, "LastUpdated >= '").unwrap_or(i64::MIN);
    match (time_after(query, "LastUpdated > '"), query.split_once("id > ")) {
        (Some(after), Some((_, rest))) => {
            let last: u8 = rest.trim_end_matches(')').parse().unwrap();
            stamp > after || (stamp >= from && id > last)
        }
        _ => stamp >= from,
    }
}

impl Http for Server {
    fn send(&self, request: Request) -> Result<Response, Failure> {
        self.go_on();
        let target = decoded(&request.target);
        let query = target.split_once("query=").unwrap().1.split("&fields").next().unwrap();
        let limit: usize = target.split_once("per_page=").unwrap().1.parse().unwrap();
        let mut tickets: Vec<_> = self.tickets().into_iter().filter(|ticket| answers(query, *ticket)).collect();
        if target.contains("order=DESC") {
            tickets.reverse();
        }
        let total = tickets.len();
        let items: Vec<_> = tickets
            .into_iter()
            .take(limit)
            .map(|(stamp, id)| json!({"id": id.to_string(), "Status": "open", "LastUpdated": spelled(stamp)}))
            .collect();
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if self.tells_time {
            let now = jiff::Timestamp::from_second(self.clock.get()).unwrap();
            headers.push(("date".to_owned(), now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()));
        }
        Ok(Response { status: 200, headers, body: json!({"items": items, "total": total}).to_string().into_bytes() })
    }

    fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Response, Failure>> {
        requests.into_iter().map(|request| self.send(request)).collect()
    }
}

impl Log for Server {
    fn warn(&self, message: &str, _fields: &[(&str, &str)]) {
        panic!("{message}");
    }
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let pass = prop_oneof![3 => Just(0), 3 => 0..5_i64, 2 => 5..90_i64, 1 => 90..400_i64];
    let delay = prop_oneof![Just(0), 0..=119_i64];
    let writes = prop::collection::vec((1..12_u8, delay), 0..6);
    prop::collection::vec((pass, writes).prop_map(|(pass, writes)| Happening { pass, writes }), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_ticket_s_newest_version_is_told(happenings in happenings(), limit in 1..5_u32, tells_time: bool) {
        let settings = Settings::default();
        let server = Server {
            clock: Cell::new(EPOCH),
            tells_time,
            versions: RefCell::default(),
            happenings: RefCell::new(happenings.into_iter()),
        };
        let client = Client { host: &server, settings: &settings };
        let mut told = BTreeSet::new();
        let mut cursor: Option<String> = None;
        let mut pull_all = |server: &Server| {
            for page in 0.. {
                assert!(page < 500, "the pull does not come to an end");
                let page = pull(&client, RecordKind::Incident, cursor.as_deref(), SINCE, limit).unwrap();
                told.extend(page.records.iter().map(|record| (record.id.clone(), record.updated_at.clone().unwrap())));
                cursor = Some(page.cursor);
                if !page.more && server.happenings.borrow().len() == 0 {
                    return;
                }
            }
        };
        pull_all(&server);
        // What was stamped and not yet seen appears; the next pull must tell it.
        server.clock.set(server.clock.get() + 120);
        pull_all(&server);
        for (stamp, id) in server.tickets() {
            let version = (id.to_string(), spelled(stamp));
            prop_assert!(told.contains(&version), "{version:?} was never told");
        }
    }
}
