//! A small system to pull from: dates show minutes, records are stamped, appear up to two minutes later, and change while one pages.

use super::*;
use crate::client::Client;
use crate::testing::{id_of, incident_schema, settings};
use proptest::prelude::*;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Request, Response};
use signalbox_sdk::testing::timeline::{Happening, SINCE, Timeline};
use std::collections::BTreeSet;

struct System {
    timeline: Timeline,
    dates: Dates,
}

impl System {
    /// The first second of the minute that a date shows.
    fn read(&self, date: &str) -> i64 {
        self.dates.read(date).unwrap().unix()
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
        let body = if request.method == "GET" {
            incident_schema()
        } else {
            self.timeline.go_on();
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
                self.timeline.newest().into_values().filter(|row| row.stamp > since && id(row.id) > after).collect();
            let page = records.iter().take(size).map(|row| {
                let fields = [("LastModifiedDateTime", shown(row.stamp)), ("ShortDescription", row.number.to_string())];
                let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                record(&id(row.id), "1", &fields)
            });
            json!({"businessObjects": page.collect::<Vec<_>>(), "totalRows": records.len()})
        };
        Ok(Response { status: 200, headers: self.timeline.headers(), body: body.to_string().into_bytes() })
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
    prop::collection::vec((pass, writes), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_record_s_newest_version_is_told(happenings in happenings(), limit in 1..5_u32, tells_time: bool) {
        let settings = settings(json!({}));
        let system = System { timeline: Timeline::new(happenings, tells_time), dates: settings.dates().unwrap() };
        let client = Client { host: &system, settings: &settings };
        let told = system.timeline.all_told(|cursor| {
            pull(&client, RecordKind::Incident, cursor, SINCE, limit).unwrap()
        });
        let told: BTreeSet<_> = told.into_iter().map(|record| (record.id, record.title)).collect();
        for version in system.timeline.newest().into_values() {
            let newest = (id(version.id), version.number.to_string());
            prop_assert!(told.contains(&newest), "{newest:?} was never told");
        }
    }
}
