//! A small system to pull from: dates show minutes, records are stamped, appear up to two minutes later, and change while one pages.

use super::*;
use crate::client::Client;
use crate::testing::{id_of, incident_schema, settings};
use proptest::prelude::*;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Request, Response};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

const EPOCH: i64 = 1_795_341_600; // 2026-11-22 10:00:00 UTC

/// What happens before a search is answered.
#[derive(Clone, Debug)]
struct Happening {
    /// Seconds that go by.
    pass: i64,
    /// Records that change then, and after how many seconds each change can be seen.
    writes: Vec<(u8, i64)>,
}

#[derive(Clone, Debug)]
struct Version {
    record: u8,
    number: usize,
    stamp: i64,
    seen_from: i64,
}

struct System {
    clock: Cell<i64>,
    tells_time: bool,
    dates: Dates,
    versions: RefCell<Vec<Version>>,
    happenings: RefCell<std::vec::IntoIter<Happening>>,
}

impl System {
    fn go_on(&self) {
        let Some(happening) = self.happenings.borrow_mut().next() else { return };
        self.clock.set(self.clock.get() + happening.pass);
        let now = self.clock.get();
        let mut versions = self.versions.borrow_mut();
        for (record, delay) in happening.writes {
            // A record is locked until its change can be seen.
            if versions.iter().all(|version| version.record != record || version.seen_from <= now) {
                let number = versions.len();
                versions.push(Version { record, number, stamp: now, seen_from: now + delay });
            }
        }
    }

    /// The first second of the minute that a date shows.
    fn read(&self, date: &str) -> i64 {
        let stamp = self.dates.read(date).unwrap().to_string();
        stamp.parse::<jiff::Timestamp>().unwrap().as_second()
    }

    /// The newest version of each record that can be seen.
    fn records(&self) -> BTreeMap<u8, Version> {
        let now = self.clock.get();
        let versions = self.versions.borrow();
        let seen = versions.iter().filter(|version| version.seen_from <= now);
        seen.map(|version| (version.record, version.clone())).collect()
    }
}

fn id(record: u8) -> String {
    format!("9{record:031x}")
}

fn shown(time: i64) -> String {
    let time = jiff::Timestamp::from_second(time).unwrap();
    time.to_zoned(jiff::tz::TimeZone::UTC).strftime("%-m/%-d/%Y %-I:%M %p").to_string()
}

impl Http for System {
    fn send(&self, request: Request) -> Result<Response, Failure> {
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let body = if request.method == "GET" {
            incident_schema()
        } else {
            self.go_on();
            let asked: Value = serde_json::from_slice(&request.body).unwrap();
            let condition = |field: &str| {
                let filters = asked["filters"].as_array().unwrap();
                let found = filters.iter().find(|filter| filter["fieldId"] == json!(id_of(INCIDENT, field)));
                found.map(|filter| filter["value"].as_str().unwrap().to_owned())
            };
            let since = self.read(&condition("LastModifiedDateTime").unwrap());
            let after = condition("RecID").unwrap_or_default();
            let size = usize::try_from(asked["pageSize"].as_u64().unwrap()).unwrap();
            // Ids of the records are in the order of their numbers.
            let records: Vec<_> =
                self.records().into_values().filter(|row| row.stamp > since && id(row.record) > after).collect();
            let page = records.iter().take(size).map(|row| {
                let fields = [("LastModifiedDateTime", shown(row.stamp)), ("ShortDescription", row.number.to_string())];
                let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                record(&id(row.record), "1", &fields)
            });
            if self.tells_time {
                let now = jiff::Timestamp::from_second(self.clock.get()).unwrap();
                headers.push(("date".to_owned(), now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()));
            }
            json!({"businessObjects": page.collect::<Vec<_>>(), "totalRows": records.len()})
        };
        Ok(Response { status: 200, headers, body: body.to_string().into_bytes() })
    }

    fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Response, Failure>> {
        requests.into_iter().map(|request| self.send(request)).collect()
    }
}

impl Log for System {
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
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_record_s_newest_version_is_told(happenings in happenings(), limit in 1..5_u32, tells_time: bool) {
        let settings = settings(json!({}));
        let system = System {
            clock: Cell::new(EPOCH),
            tells_time,
            dates: settings.dates().unwrap(),
            versions: RefCell::default(),
            happenings: RefCell::new(happenings.into_iter()),
        };
        let client = Client { host: &system, settings: &settings };
        let mut told = BTreeSet::new();
        let mut cursor: Option<String> = None;
        let mut pull_all = || {
            for page in 0.. {
                assert!(page < 500, "the pull does not come to an end");
                let since = "2026-11-22T10:00:00Z";
                let page = pull(&client, RecordKind::Incident, cursor.as_deref(), since, limit).unwrap();
                told.extend(page.records.iter().map(|record| (record.id.clone(), record.title.clone())));
                cursor = Some(page.cursor);
                if !page.more && system.happenings.borrow().len() == 0 {
                    return;
                }
            }
        };
        pull_all();
        // What was stamped and not yet seen appears; the next pull must tell it.
        system.clock.set(system.clock.get() + 120);
        pull_all();
        for version in system.records().into_values() {
            let newest = (id(version.record), version.number.to_string());
            prop_assert!(told.contains(&newest), "{newest:?} was never told");
        }
    }
}
