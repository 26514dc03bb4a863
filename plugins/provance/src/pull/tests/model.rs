//! A small organisation to pull from: rows are stamped, appear up to two minutes later, change while one pages, links end.

use super::*;
use crate::client::Client;
use proptest::prelude::*;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Request, Response};
use signalbox_sdk::testing::timeline::{Happening, Timeline};
use std::cell::RefCell;
use std::collections::BTreeSet;

struct Organisation {
    timeline: Timeline,
    /// Before which requests links end.
    ends: RefCell<std::vec::IntoIter<bool>>,
}

fn id(row: u8) -> String {
    format!("00000000-0000-4000-8000-{row:012x}")
}

fn spelled(time: i64) -> String {
    jiff::Timestamp::from_second(time).unwrap().to_string()
}

impl Http for Organisation {
    fn send(&self, request: Request) -> Result<Response, Failure> {
        self.timeline.go_on();
        let links_end = self.ends.borrow_mut().next().unwrap_or(false);
        let prefer = &request.headers.iter().find(|(name, _)| name == "prefer").unwrap().1;
        let limit: usize = prefer.split_once("maxpagesize=").unwrap().1.parse().unwrap();
        let headers = self.timeline.headers();
        // A link names the last row of the page before it.
        let token = request.target.split_once("$skiptoken=").map(|(_, token)| token.split_once('.').unwrap());
        let rows: Vec<_> = match token {
            Some(_) if links_end => {
                let body = refusal("0x80040203", "Malformed paging cookie.").to_string().into_bytes();
                return Ok(Response { status: 400, headers, body });
            }
            Some((stamp, row)) => {
                let last = (stamp.parse().unwrap(), row.parse().unwrap());
                self.timeline.in_order().into_iter().filter(|row| *row > last).collect()
            }
            None => {
                let from = request.target.split_once("ge%20").unwrap().1[..26].replace("%3A", ":");
                let from = from.split('Z').next().unwrap().to_owned() + "Z";
                self.timeline.in_order().into_iter().filter(|(stamp, _)| spelled(*stamp) >= from).collect()
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
    prop::collection::vec((pass, writes), 1..40)
}

fn ends() -> impl Strategy<Value = Vec<bool>> {
    prop::collection::vec(prop_oneof![9 => Just(false), 1 => Just(true)], 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_row_s_newest_version_is_told(
        happenings in happenings(),
        ends in ends(),
        limit in 1..5_u32,
        tells_time: bool,
    ) {
        let settings = Settings::default();
        let timeline = Timeline::new(happenings, tells_time);
        let organisation = Organisation { timeline, ends: RefCell::new(ends.into_iter()) };
        let client = Client { host: &organisation, settings: &settings };
        let told = organisation.timeline.all_told(|cursor| {
            pull(&client, RecordKind::Incident, cursor, SINCE, limit).unwrap()
        });
        let told: BTreeSet<_> = told.into_iter().map(|record| (record.id, record.updated_at.unwrap())).collect();
        for (stamp, row) in organisation.timeline.in_order() {
            let version = (id(row), spelled(stamp));
            prop_assert!(told.contains(&version), "{version:?} was never told");
        }
    }
}
