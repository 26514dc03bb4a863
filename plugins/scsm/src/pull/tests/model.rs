//! A small installation to pull from: objects are stamped, appear up to two minutes later, and change while one asks; the gateway's
//! clock may be another than the portal's.

use super::*;
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
    /// Objects that change then, and after how many seconds each change can be seen.
    writes: Vec<(u8, i64)>,
}

#[derive(Clone, Debug)]
struct Version {
    object: u8,
    stamp: i64,
    seen_from: i64,
}

struct Portal {
    clock: Cell<i64>,
    tells_time: bool,
    /// More objects than these are too large an answer.
    most: usize,
    versions: RefCell<Vec<Version>>,
    happenings: RefCell<std::vec::IntoIter<Happening>>,
}

impl Portal {
    /// Lets the next thing happen.
    fn go_on(&self) {
        let Some(happening) = self.happenings.borrow_mut().next() else { return };
        self.clock.set(self.clock.get() + happening.pass);
        let now = self.clock.get();
        let mut versions = self.versions.borrow_mut();
        for (object, delay) in happening.writes {
            // An object is locked until its change can be seen.
            if versions.iter().all(|version| version.object != object || version.seen_from <= now) {
                versions.push(Version { object, stamp: now, seen_from: now + delay });
            }
        }
    }

    /// The newest version of each object that can be seen.
    fn objects(&self) -> Vec<(i64, u8)> {
        let now = self.clock.get();
        let mut newest = BTreeMap::new();
        for version in self.versions.borrow().iter().filter(|version| version.seen_from <= now) {
            newest.insert(version.object, version.stamp);
        }
        newest.into_iter().map(|(object, stamp)| (stamp, object)).collect()
    }
}

fn id(object: u8) -> String {
    format!("0c1f4a77-3d52-4c6e-9b10-6fe2d1a08b{object:02x}")
}

fn spelled(time: i64) -> String {
    time::spelled(jiff::Timestamp::from_second(time).unwrap().into())
}

/// Whether a stamp answers one condition.
fn answers(condition: &Value, stamp: &str) -> bool {
    let condition = &condition["SimpleExpression"];
    let value = condition["ValueExpressionRight"]["Value"].as_str().unwrap();
    match condition["Operator"].as_str().unwrap() {
        "GreaterEqual" => stamp >= value,
        "Less" => stamp < value,
        other => panic!("{other} is not asked"),
    }
}

impl Http for Portal {
    fn send(&self, request: Request) -> Result<Response, Failure> {
        self.go_on();
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let expression = &body["Criteria"]["Base"]["Expression"];
        let conditions = match expression["And"]["Expression"].as_array() {
            Some(several) => several.clone(),
            None => vec![expression.clone()],
        };
        let all = |stamp: i64| conditions.iter().all(|condition| answers(condition, &spelled(stamp)));
        let found: Vec<_> = self.objects().into_iter().filter(|(stamp, _)| all(*stamp)).collect();
        // Within one moment there is nothing to halve.
        let moments: BTreeSet<_> = found.iter().map(|(stamp, _)| stamp).collect();
        if found.len() > self.most && moments.len() > 1 {
            return Err(Failure::TooLarge(1));
        }
        let objects: Vec<_> = found
            .iter()
            .map(|&(stamp, object)| {
                with(stored("Active"), json!({"BaseId": id(object), "LastModified": spelled(stamp)}))
            })
            .collect();
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if self.tells_time {
            let now = jiff::Timestamp::from_second(self.clock.get()).unwrap();
            headers.push(("date".to_owned(), now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()));
        }
        Ok(Response { status: 200, headers, body: json!(objects).to_string().into_bytes() })
    }

    fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Response, Failure>> {
        requests.into_iter().map(|request| self.send(request)).collect()
    }
}

impl Log for Portal {
    fn warn(&self, message: &str, _fields: &[(&str, &str)]) {
        panic!("{message}");
    }
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let pass = prop_oneof![3 => Just(0), 3 => 0..5_i64, 2 => 5..90_i64, 1 => 90..4000_i64];
    let delay = prop_oneof![Just(0), 0..=119_i64];
    let writes = prop::collection::vec((0..12_u8, delay), 0..6);
    prop::collection::vec((pass, writes).prop_map(|(pass, writes)| Happening { pass, writes }), 1..40)
}

/// Whether the portal tells the time, and how far the gateway's clock is from it: where it does not tell, they must agree.
fn clocks() -> impl Strategy<Value = (bool, i64)> {
    prop_oneof![(-400..400_i64).prop_map(|skew| (true, skew)), Just((false, 0))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_object_s_newest_version_is_told(
        happenings in happenings(),
        limit in 1..5_u32,
        stretch in prop_oneof![1..5_u32, 60..4000_u32],
        most in 2..12_usize,
        (tells_time, skew) in clocks(),
    ) {
        let settings = settings(json!({"list": {"stretch": stretch}}));
        let portal = Portal {
            clock: Cell::new(EPOCH),
            tells_time,
            most,
            versions: RefCell::default(),
            happenings: RefCell::new(happenings.into_iter()),
        };
        let mut told = BTreeSet::new();
        let mut cursor: Option<String> = None;
        let mut pull_all = |portal: &Portal| {
            for page in 0.. {
                assert!(page < 2000, "the pull does not come to an end");
                let now = Stamp::from(jiff::Timestamp::from_second(portal.clock.get() + skew).unwrap());
                let client = Client { host: portal, settings: &settings, now };
                let page = pull(&client, RecordKind::Incident, cursor.as_deref(), SINCE, limit).unwrap();
                assert!(page.records.len() <= limit as usize);
                told.extend(page.records.iter().map(|record| (record.id.clone(), record.updated_at.clone().unwrap())));
                cursor = Some(page.cursor);
                if !page.more && portal.happenings.borrow().len() == 0 {
                    return;
                }
            }
        };
        pull_all(&portal);
        // What was stamped and not yet seen appears; the next pull must tell it.
        portal.clock.set(portal.clock.get() + 120);
        pull_all(&portal);
        for (stamp, object) in portal.objects() {
            let version = (id(object), jiff::Timestamp::from_second(stamp).unwrap().to_string());
            prop_assert!(told.contains(&version), "{version:?} was never told");
        }
    }
}
