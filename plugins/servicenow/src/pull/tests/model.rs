//! A small instance to pull from: rows are stamped, appear up to two minutes later, change while one pages, and some are hidden.

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
    /// Rows that change then, and after how many seconds each change can be seen.
    writes: Vec<(u8, i64)>,
}

#[derive(Clone, Debug)]
struct Version {
    row: u8,
    stamp: i64,
    seen_from: i64,
}

struct Instance {
    clock: Cell<i64>,
    tells_time: bool,
    hidden: BTreeSet<u8>,
    versions: RefCell<Vec<Version>>,
    happenings: RefCell<std::vec::IntoIter<Happening>>,
}

impl Instance {
    /// Lets the next thing happen.
    fn go_on(&self) {
        let Some(happening) = self.happenings.borrow_mut().next() else { return };
        self.clock.set(self.clock.get() + happening.pass);
        let now = self.clock.get();
        let mut versions = self.versions.borrow_mut();
        for (row, delay) in happening.writes {
            // A row is locked until its change can be seen.
            if versions.iter().all(|version| version.row != row || version.seen_from <= now) {
                versions.push(Version { row, stamp: now, seen_from: now + delay });
            }
        }
    }

    /// The newest version of each row that can be seen, in the order of (stamp, id).
    fn rows(&self) -> Vec<(i64, u8)> {
        let now = self.clock.get();
        let mut newest = BTreeMap::new();
        for version in self.versions.borrow().iter().filter(|version| version.seen_from <= now) {
            newest.insert(version.row, version.stamp);
        }
        let mut rows: Vec<_> = newest.into_iter().map(|(row, stamp)| (stamp, row)).collect();
        rows.sort_unstable();
        rows
    }
}

fn id(row: u8) -> String {
    format!("{row:032x}")
}

fn spelled(time: i64) -> String {
    jiff::Timestamp::from_second(time).unwrap().to_string().replace('T', " ").replace('Z', "")
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

/// Whether a row answers one condition of a query; an order is none.
fn answers(condition: &str, (stamp, row): (i64, u8)) -> bool {
    let at = condition.find(['=', '>']).unwrap_or(condition.len());
    let (column, rest) = condition.split_at(at);
    let held = match column {
        "sys_updated_on" => spelled(stamp),
        "sys_id" => id(row),
        _ => return condition.starts_with("ORDERBY"),
    };
    if let Some(value) = rest.strip_prefix(">=") {
        held.as_str() >= value
    } else if let Some(value) = rest.strip_prefix('>') {
        held.as_str() > value
    } else {
        rest.strip_prefix('=') == Some(&held)
    }
}

impl Http for Instance {
    fn send(&self, request: Request) -> Result<Response, Failure> {
        self.go_on();
        let target = decoded(&request.target);
        let query = target.split_once("sysparm_query=").unwrap().1.split('&').next().unwrap();
        let limit: usize = target.split_once("sysparm_limit=").unwrap().1.parse().unwrap();
        let rows: Vec<_> =
            self.rows().into_iter().filter(|row| query.split('^').all(|condition| answers(condition, *row))).collect();
        let seen = rows.iter().take(limit).filter(|(_, row)| !self.hidden.contains(row));
        let seen: Vec<_> = seen
            .map(|&(stamp, row)| json!({"sys_id": id(row), "sys_updated_on": spelled(stamp), "state": "1"}))
            .collect();
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if rows.len() > limit {
            headers.push(("link".to_owned(), NEXT.to_owned()));
        }
        if self.tells_time {
            let now = jiff::Timestamp::from_second(self.clock.get()).unwrap();
            headers.push(("date".to_owned(), now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()));
        }
        Ok(Response { status: 200, headers, body: json!({"result": seen}).to_string().into_bytes() })
    }

    fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Response, Failure>> {
        requests.into_iter().map(|request| self.send(request)).collect()
    }
}

impl Log for Instance {
    fn warn(&self, message: &str, _fields: &[(&str, &str)]) {
        panic!("{message}");
    }
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let pass = prop_oneof![3 => Just(0), 3 => 0..5_i64, 2 => 5..90_i64, 1 => 90..400_i64];
    let delay = prop_oneof![Just(0), 0..=119_i64];
    let writes = prop::collection::vec((0..12_u8, delay), 0..6);
    prop::collection::vec((pass, writes).prop_map(|(pass, writes)| Happening { pass, writes }), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_row_s_newest_version_is_told(
        happenings in happenings(),
        limit in 1..5_u32,
        tells_time: bool,
        hidden in prop::collection::btree_set(0..12_u8, 0..3),
    ) {
        let settings = Settings::default();
        let instance = Instance {
            clock: Cell::new(EPOCH),
            tells_time,
            hidden: hidden.clone(),
            versions: RefCell::default(),
            happenings: RefCell::new(happenings.into_iter()),
        };
        let client = Client { host: &instance, settings: &settings };
        let mut told = BTreeSet::new();
        let mut cursor: Option<String> = None;
        let mut pull_all = |instance: &Instance| {
            for page in 0.. {
                assert!(page < 500, "the pull does not come to an end");
                let page = pull(&client, RecordKind::Incident, cursor.as_deref(), SINCE, limit).unwrap();
                told.extend(page.records.iter().map(|record| (record.id.clone(), record.updated_at.clone().unwrap())));
                cursor = Some(page.cursor);
                if !page.more && instance.happenings.borrow().len() == 0 {
                    return;
                }
            }
        };
        pull_all(&instance);
        // What was stamped and not yet seen appears; the next pull must tell it.
        instance.clock.set(instance.clock.get() + 120);
        pull_all(&instance);
        for (stamp, row) in instance.rows() {
            let version = (id(row), jiff::Timestamp::from_second(stamp).unwrap().to_string());
            prop_assert!(hidden.contains(&row) || told.contains(&version), "{version:?} was never told");
        }
    }
}
