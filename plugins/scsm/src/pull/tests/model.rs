//! A small installation to pull from: objects are stamped, appear up to two minutes later, and change while one asks; the gateway's
//! clock may be another than the portal's.

use super::*;
use proptest::prelude::*;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Failure, Request, Response};
use signalbox_sdk::testing::timeline::{Happening, Timeline};
use std::collections::BTreeSet;

struct Portal {
    timeline: Timeline,
    /// More objects than these are too large an answer.
    most: usize,
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
        self.timeline.go_on();
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let expression = &body["Criteria"]["Base"]["Expression"];
        let conditions = match expression["And"]["Expression"].as_array() {
            Some(several) => several.clone(),
            None => vec![expression.clone()],
        };
        let all = |stamp: i64| conditions.iter().all(|condition| answers(condition, &spelled(stamp)));
        let found: Vec<_> = self.timeline.in_order().into_iter().filter(|(stamp, _)| all(*stamp)).collect();
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
        let headers = self.timeline.headers();
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
    prop::collection::vec((pass, writes), 1..40)
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
        let portal = Portal { timeline: Timeline::new(happenings, tells_time), most };
        let told = portal.timeline.all_told(|cursor| {
            let now = Stamp::from(jiff::Timestamp::from_second(portal.timeline.now() + skew).unwrap());
            let client = Client { host: &portal, settings: &settings, now };
            let page = pull(&client, RecordKind::Incident, cursor, SINCE, limit).unwrap();
            assert!(page.records.len() <= limit as usize);
            page
        });
        let told: BTreeSet<_> = told.into_iter().map(|record| (record.id, record.updated_at.unwrap())).collect();
        for (stamp, object) in portal.timeline.in_order() {
            let version = (id(object), jiff::Timestamp::from_second(stamp).unwrap().to_string());
            prop_assert!(told.contains(&version), "{version:?} was never told");
        }
    }
}
