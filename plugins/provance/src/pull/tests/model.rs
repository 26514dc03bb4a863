//! A small organisation to pull from: rows are stamped, appear up to two minutes later, change while one pages, links end.

use super::*;
use crate::client::Client;
use proptest::prelude::*;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Request, Response};
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
    /// Whether a link is refused then.
    ends_links: bool,
}

#[derive(Clone, Debug)]
struct Version {
    row: u8,
    stamp: i64,
    seen_from: i64,
}

struct Organisation {
    clock: Cell<i64>,
    tells_time: bool,
    links_ended: Cell<bool>,
    versions: RefCell<Vec<Version>>,
    happenings: RefCell<std::vec::IntoIter<Happening>>,
}

impl Organisation {
    /// Lets the next thing happen.
    fn go_on(&self) {
        self.links_ended.set(false);
        let Some(happening) = self.happenings.borrow_mut().next() else { return };
        self.clock.set(self.clock.get() + happening.pass);
        self.links_ended.set(happening.ends_links);
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
    format!("00000000-0000-4000-8000-{row:012x}")
}

fn spelled(time: i64) -> String {
    jiff::Timestamp::from_second(time).unwrap().to_string()
}

impl Http for Organisation {
    fn send(&self, request: Request) -> Result<Response, Failure> {
        self.go_on();
        let prefer = &request.headers.iter().find(|(name, _)| name == "prefer").unwrap().1;
        let limit: usize = prefer.split_once("maxpagesize=").unwrap().1.parse().unwrap();
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if self.tells_time {
            let now = jiff::Timestamp::from_second(self.clock.get()).unwrap();
            headers.push(("date".to_owned(), now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()));
        }
        // A link names the last row of the page before it.
        let token = request.target.split_once("$skiptoken=").map(|(_, token)| token.split_once('.').unwrap());
        let rows: Vec<_> = match token {
            Some(_) if self.links_ended.get() => {
                let body = refusal("0x80040203", "Malformed paging cookie.").to_string().into_bytes();
                return Ok(Response { status: 400, headers, body });
            }
            Some((stamp, row)) => {
                let last = (stamp.parse().unwrap(), row.parse().unwrap());
                self.rows().into_iter().filter(|row| *row > last).collect()
            }
            None => {
                let from = request.target.split_once("ge%20").unwrap().1[..26].replace("%3A", ":");
                let from = from.split('Z').next().unwrap().to_owned() + "Z";
                self.rows().into_iter().filter(|(stamp, _)| spelled(*stamp) >= from).collect()
            }
        };
        let seen = &rows[..limit.min(rows.len())];
        let value: Vec<_> =
            seen.iter().map(|&(stamp, row)| json!({"incidentid": id(row), "modifiedon": spelled(stamp)})).collect();
        let mut body = json!({"value": value});
        if let Some((stamp, row)) = seen.last().filter(|_| rows.len() > limit) {
            body["@odata.nextLink"] = format!("{ORGANISATION}{API}/incidents?$skiptoken={stamp}.{row}").into();
        }
        Ok(Response { status: 200, headers, body: body.to_string().into_bytes() })
    }

    fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Response, Failure>> {
        requests.into_iter().map(|request| self.send(request)).collect()
    }
}

impl Log for Organisation {
    fn warn(&self, message: &str, _fields: &[(&str, &str)]) {
        assert!(message.contains("begins anew"), "{message}");
    }
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let pass = prop_oneof![3 => Just(0), 3 => 0..5_i64, 2 => 5..90_i64, 1 => 90..400_i64];
    let delay = prop_oneof![Just(0), 0..=119_i64];
    let writes = prop::collection::vec((0..12_u8, delay), 0..6);
    let ends = prop_oneof![9 => Just(false), 1 => Just(true)];
    let happening = (pass, writes, ends).prop_map(|(pass, writes, ends_links)| Happening { pass, writes, ends_links });
    prop::collection::vec(happening, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_row_s_newest_version_is_told(happenings in happenings(), limit in 1..5_u32, tells_time: bool) {
        let settings = Settings::default();
        let organisation = Organisation {
            clock: Cell::new(EPOCH),
            tells_time,
            links_ended: Cell::new(false),
            versions: RefCell::default(),
            happenings: RefCell::new(happenings.into_iter()),
        };
        let client = Client { host: &organisation, settings: &settings };
        let mut told = BTreeSet::new();
        let mut cursor: Option<String> = None;
        let mut pull_all = |organisation: &Organisation| {
            for page in 0.. {
                assert!(page < 500, "the pull does not come to an end");
                let page = pull(&client, RecordKind::Incident, cursor.as_deref(), SINCE, limit).unwrap();
                told.extend(page.records.iter().map(|record| (record.id.clone(), record.updated_at.clone().unwrap())));
                cursor = Some(page.cursor);
                if !page.more && organisation.happenings.borrow().len() == 0 {
                    return;
                }
            }
        };
        pull_all(&organisation);
        // What was stamped and not yet seen appears; the next pull must tell it.
        organisation.clock.set(organisation.clock.get() + 120);
        pull_all(&organisation);
        for (stamp, row) in organisation.rows() {
            let version = (id(row), spelled(stamp));
            prop_assert!(told.contains(&version), "{version:?} was never told");
        }
    }
}
