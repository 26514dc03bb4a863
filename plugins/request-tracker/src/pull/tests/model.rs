//! A small server to pull from: tickets are stamped, appear up to two minutes later, and change while one pages.

use super::*;
use crate::client::Client;
use proptest::prelude::*;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Failure, Request, Response};
use signalbox_sdk::testing::decoded;
use signalbox_sdk::testing::timeline::{Happening, Timeline};
use std::collections::BTreeSet;

struct Server(Timeline);

fn spelled(time: i64) -> String {
    jiff::Timestamp::from_second(time).unwrap().to_string()
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
        self.0.go_on();
        let target = decoded(&request.target);
        let query = target.split_once("query=").unwrap().1.split("&fields").next().unwrap();
        let limit: usize = target.split_once("per_page=").unwrap().1.parse().unwrap();
        let mut tickets: Vec<_> = self.0.in_order().into_iter().filter(|ticket| answers(query, *ticket)).collect();
        if target.contains("order=DESC") {
            tickets.reverse();
        }
        let total = tickets.len();
        let items: Vec<_> = tickets
            .into_iter()
            .take(limit)
            .map(|(stamp, id)| json!({"id": id.to_string(), "Status": "open", "LastUpdated": spelled(stamp)}))
            .collect();
        let headers = self.0.headers();
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
    prop::collection::vec((pass, writes), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_ticket_s_newest_version_is_told(happenings in happenings(), limit in 1..5_u32, tells_time: bool) {
        let settings = Settings::default();
        let server = Server(Timeline::new(happenings, tells_time));
        let client = Client { host: &server, settings: &settings };
        let told = server.0.all_told(|cursor| pull(&client, RecordKind::Incident, cursor, SINCE, limit).unwrap());
        let told: BTreeSet<_> = told.into_iter().map(|record| (record.id, record.updated_at.unwrap())).collect();
        for (stamp, id) in server.0.in_order() {
            let version = (id.to_string(), spelled(stamp));
            prop_assert!(told.contains(&version), "{version:?} was never told");
        }
    }
}
