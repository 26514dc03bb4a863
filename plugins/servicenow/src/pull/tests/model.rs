//! A small instance to pull from: rows are stamped, appear up to two minutes later, change while one pages, and some are hidden.

use super::*;
use crate::client::Client;
use proptest::prelude::*;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Failure, Request, Response};
use signalbox_sdk::testing::decoded;
use signalbox_sdk::testing::timeline::{Happening, Timeline};
use std::collections::BTreeSet;

struct Instance {
    timeline: Timeline,
    hidden: BTreeSet<u8>,
}

fn id(row: u8) -> String {
    format!("{row:032x}")
}

fn spelled(time: i64) -> String {
    jiff::Timestamp::from_second(time).unwrap().to_string().replace('T', " ").replace('Z', "")
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
        self.timeline.go_on();
        let target = decoded(&request.target);
        let query = target.split_once("sysparm_query=").unwrap().1.split('&').next().unwrap();
        let limit: usize = target.split_once("sysparm_limit=").unwrap().1.parse().unwrap();
        let rows: Vec<_> = self
            .timeline
            .in_order()
            .into_iter()
            .filter(|row| query.split('^').all(|condition| answers(condition, *row)))
            .collect();
        let seen = rows.iter().take(limit).filter(|(_, row)| !self.hidden.contains(row));
        let seen: Vec<_> = seen
            .map(|&(stamp, row)| json!({"sys_id": id(row), "sys_updated_on": spelled(stamp), "state": "1"}))
            .collect();
        let mut headers = self.timeline.headers();
        if rows.len() > limit {
            headers.push(("link".to_owned(), NEXT.to_owned()));
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
    prop::collection::vec((pass, writes), 1..40)
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
        let instance = Instance { timeline: Timeline::new(happenings, tells_time), hidden: hidden.clone() };
        let client = Client { host: &instance, settings: &settings };
        let told = instance.timeline.all_told(|cursor| {
            pull(&client, RecordKind::Incident, cursor, SINCE, limit).unwrap()
        });
        let told: BTreeSet<_> = told.into_iter().map(|record| (record.id, record.updated_at.unwrap())).collect();
        for (stamp, row) in instance.timeline.in_order() {
            let version = (id(row), jiff::Timestamp::from_second(stamp).unwrap().to_string());
            prop_assert!(hidden.contains(&row) || told.contains(&version), "{version:?} was never told");
        }
    }
}
