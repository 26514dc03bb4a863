use super::*;
use crate::schema;
use crate::testing::{DCR, NOW, Service, deliver, error, happening, inflated, on, play, record, row};
use proptest::prelude::*;
use serde_json::{Value, json};
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;
use signalbox_sdk::types::CallErrorKind::{OutcomeUnknown, Rejected, Throttled, Unauthorized, Unavailable};

const WORK_ITEMS: &str = "Custom-ServiceDesk_CL";
const EVENTS: &str = "Custom-SignalboxTicketEvents_CL";

fn bad(rows: &[Value]) -> bool {
    rows.iter().any(|row| row["Title_s"].as_str().or(row["EventName"].as_str()).unwrap_or_default().starts_with("bad"))
}

/// A body of these items of a batch.
fn on_rows(stream: &str, batch: &[Delivery], places: &[usize]) -> Step {
    on(stream).body(places.iter().map(|place| row(&batch[*place])).collect())
}

fn refused(receipt: &Receipt) -> Vec<u64> {
    receipt.refused.iter().map(|refusal| refusal.sequence).collect()
}

#[test]
fn both_streams_get_their_rows_and_the_receipt_is_whole() {
    let service = Service::new(|_| 204);
    let batch = vec![record(3, "a"), happening(4, "created"), record(9, "b")];
    let receipt = deliver(&service, json!({}), batch).unwrap();
    assert_eq!((receipt.through, refused(&receipt)), (9, vec![]));
    assert_eq!(service.names(), ["a", "b", "created"]);
    let targets: Vec<_> = service.requests.borrow().iter().map(|request| request.target.clone()).collect();
    let path = format!("/dataCollectionRules/{DCR}/streams");
    assert_eq!(targets, [WORK_ITEMS, EVENTS].map(|stream| format!("{path}/{stream}?api-version=2023-01-01")));
}

#[test]
fn the_stream_of_the_first_item_is_first() {
    let service = Service::new(|_| 204);
    deliver(&service, json!({}), vec![happening(1, "fired"), record(2, "a")]).unwrap();
    assert_eq!(service.names(), ["fired", "a"]);
}

#[test]
fn nothing_to_deliver_is_delivered() {
    assert_eq!(play([], Vec::new()).unwrap().through, 0);
}

#[test]
fn a_receipt_reaches_to_the_first_item_that_is_not_there() {
    let batch = vec![record(1, "a"), record(2, "b"), happening(3, "created"), record(4, "c")];
    let steps = [
        on_rows(WORK_ITEMS, &batch, &[0, 1, 3]).answer(204, &Value::Null),
        on_rows(EVENTS, &batch, &[2]).answer(503, &error("Busy", "later")),
    ];
    assert_eq!(play(steps, batch).unwrap().through, 2);
}

#[test]
fn an_error_without_anything_written_is_the_call_s() {
    for (status, code, kind) in [
        (429, "TooManyRequests", Throttled),
        (503, "Busy", Unavailable),
        (500, "Internal", Unavailable),
        (403, "OperationFailed", Unauthorized),
        (404, "NotFound", Rejected),
        (400, "InvalidStream", Rejected),
    ] {
        let batch = vec![record(1, "a"), record(2, "b")];
        let step = on_rows(WORK_ITEMS, &batch, &[0, 1]).answer(status, &error(code, "no")).header("retry-after", "9");
        let error = play([step], batch).unwrap_err();
        assert_eq!((error.kind, error.code.as_str()), (kind, code));
        assert_eq!(error.retry_after, matches!(status, 429 | 500 | 503).then_some(9), "{status}");
    }
    let batch = vec![record(1, "a")];
    let step = on_rows(WORK_ITEMS, &batch, &[0]).fail(Failure::OutcomeUnknown("reset".into()));
    assert_eq!(play([step], batch).unwrap_err().kind, OutcomeUnknown);
}

#[test]
fn only_the_row_at_fault_is_refused_and_the_rest_goes_on() {
    let service = Service::new(|rows| if bad(rows) { 400 } else { 204 });
    let batch = vec![record(1, "a"), record(2, "bad"), happening(3, "created"), record(4, "c"), record(5, "bad too")];
    let receipt = deliver(&service, json!({}), batch).unwrap();
    assert_eq!((receipt.through, refused(&receipt)), (5, vec![2, 5]));
    assert_eq!(receipt.refused[0].message, "InvalidRecord: not this row");
    assert_eq!(service.names(), ["a", "c", "created"]);
}

#[test]
fn a_row_alone_is_refused_where_another_one_would_be_taken() {
    for batch in [vec![record(1, "bad")], vec![happening(1, "bad"), happening(2, "bad")]] {
        let last = batch.len() as u64;
        let service = Service::new(|rows| if bad(rows) { 400 } else { 204 });
        let receipt = deliver(&service, json!({}), batch).unwrap();
        assert_eq!((receipt.through, refused(&receipt)), (last, (1..=last).collect()));
        let taken = service.taken.borrow();
        assert_eq!((taken.len(), &taken[0]["Sequence"], &taken[0]["TimeGenerated"]), (1, &json!(1), &json!(NOW)));
        assert_eq!(service.names(), ["probe"]);
    }
}

#[test]
fn what_refuses_every_row_holds_the_feed_and_is_no_row_s_fault() {
    for batch in [vec![record(1, "a")], vec![record(1, "a"), record(2, "b"), happening(3, "fired")]] {
        let service = Service::new(|_| 400);
        let error = deliver(&service, json!({}), batch).unwrap_err();
        assert_eq!(error.kind, Rejected);
        assert!(error.message.ends_with("must be at fault: InvalidRecord: not this row"), "{}", error.message);
    }
}

#[test]
fn a_stream_that_refuses_every_row_holds_what_comes_after_and_not_what_was_before() {
    let service = Service::new(|rows| if rows[0]["EventName"].is_string() { 400 } else { 204 });
    let batch = [record(1, "a"), happening(2, "fired"), record(3, "b")];
    let receipt = deliver(&service, json!({}), batch.to_vec()).unwrap();
    assert_eq!((receipt.through, refused(&receipt)), (1, vec![]));
    let error = deliver(&service, json!({}), batch[1..].to_vec()).unwrap_err();
    assert_eq!((error.kind, service.names().len()), (Rejected, 2), "nothing was written in the call that failed");
}

#[test]
fn a_probe_names_columns_of_its_table_and_none_that_queries_ask_for() {
    let now = Stamp::from_contract(NOW).unwrap();
    for (stream, shape) in [Stream::WorkItems, Stream::TicketEvents].into_iter().zip(schema::tables()) {
        for name in probe(stream, 1, now).as_object().unwrap().keys() {
            assert!(shape.columns.iter().any(|(column, ..)| column == name), "{name}");
            assert!(!["RecordId", "TicketKey"].contains(&name.as_str()));
        }
    }
}

#[test]
fn a_first_row_that_is_refused_is_believed_once_another_is_taken() {
    let service = Service::new(|rows| if bad(rows) { 400 } else { 204 });
    let receipt = deliver(&service, json!({}), vec![record(1, "bad"), record(2, "a")]).unwrap();
    assert_eq!((receipt.through, refused(&receipt)), (2, vec![1]));
    assert_eq!(service.names(), ["a"], "no probe was needed");
}

#[test]
fn a_refusal_without_proof_gives_way_to_the_error_that_followed() {
    let batch = vec![record(1, "bad"), record(2, "a")];
    let steps = [
        on_rows(WORK_ITEMS, &batch, &[0, 1]).answer(400, &error("InvalidRecord", "no")),
        on_rows(WORK_ITEMS, &batch, &[0]).answer(400, &error("InvalidRecord", "no")),
        on_rows(WORK_ITEMS, &batch, &[1]).answer(429, &error("Busy", "later")),
    ];
    assert_eq!(play(steps, batch).unwrap_err().kind, Throttled);
}

#[test]
fn what_is_too_large_is_sent_in_halves() {
    let service = Service::new(|rows| if rows.len() > 1 { 413 } else { 204 });
    let receipt = deliver(&service, json!({}), (1..=5).map(|sequence| record(sequence, "a")).collect()).unwrap();
    assert_eq!((receipt.through, refused(&receipt), service.taken.borrow().len()), (5, vec![], 5));
}

#[test]
fn a_call_ends_after_so_many_requests_with_what_it_has_settled() {
    let service = Service::new(|rows| if bad(rows) { 400 } else { 204 });
    let batch = (1..=1_000).map(|sequence| record(sequence, if sequence == 1 { "a" } else { "bad" })).collect();
    let receipt = deliver(&service, json!({}), batch).unwrap();
    assert_eq!(service.requests.borrow().len(), REQUESTS);
    assert!((50..1_000).contains(&receipt.through), "{}", receipt.through);
    assert_eq!(refused(&receipt), (2..=receipt.through).collect::<Vec<_>>());
}

#[test]
fn a_compressed_body_says_the_same() {
    for (gzip, encoding) in [(true, Some("gzip")), (false, None)] {
        let service = Service::new(|_| 204);
        deliver(&service, json!({"gzip": gzip}), vec![record(1, "disk full")]).unwrap();
        assert_eq!(service.names(), ["disk full"]);
        let requests = service.requests.borrow();
        let sent = requests[0].headers.iter().find(|(name, _)| name == "content-encoding");
        assert_eq!(sent.map(|(_, value)| value.as_str()), encoding);
    }
}

#[test]
fn every_body_is_under_the_limit_plain_and_compressed() {
    let service = Service::new(|_| 204);
    // Texts that do not compress well.
    let title = |seed: u64| {
        (0..4_000_u64).map(|at| char::from(b' ' + (seed.wrapping_mul(at * at + 7) % 90) as u8)).collect::<String>()
    };
    let batch = (1..=600).map(|sequence| record(sequence, &title(sequence))).collect();
    assert_eq!(deliver(&service, json!({"gzip": true}), batch).unwrap().through, 600);
    assert!(service.requests.borrow().len() >= 3);
    for request in service.requests.borrow().iter() {
        assert!(request.body.len() < 1_000_000 && inflated(request).len() <= chunk::LARGEST);
    }
}

#[test]
fn the_platform_s_own_fields_stay_away_where_the_settings_say_so() {
    for (more, there) in [(json!({}), true), (json!({"platform_fields": false}), false)] {
        let service = Service::new(|_| 204);
        let mut batch = vec![record(1, "a")];
        if let Item::PlatformRecord(platform) = &mut batch[0].item {
            platform.record.fields = json!({"u_caller": "Ada"}).to_string();
        }
        deliver(&service, more, batch).unwrap();
        assert_eq!(service.taken.borrow()[0].get("PlatformFields").is_some(), there);
    }
}

proptest! {
    /// Whatever rows are at fault and wherever the service stops: what a receipt covers was taken or refused, each stream is in
    /// order, and going on from the receipt brings everything there.
    #[test]
    fn going_on_from_each_receipt_delivers_everything_in_order(
        items in prop::collection::vec((any::<bool>(), any::<bool>()), 1..40),
        stops in prop::collection::vec(any::<bool>(), 0..40),
    ) {
        let batch: Vec<_> = items.iter().zip(1..).map(|((is_bad, is_event), sequence)| {
            let name = format!("{}{sequence}", if *is_bad { "bad" } else { "good" });
            if *is_event { happening(sequence, &name) } else { record(sequence, &name) }
        }).collect();
        let answers = std::cell::RefCell::new(stops);
        let service = Service::new(|rows| match answers.borrow_mut().pop() {
            Some(true) => 503,
            _ if bad(rows) => 400,
            _ => 204,
        });
        let (mut through, mut given_up) = (0, Vec::new());
        while through < batch.len() as u64 {
            let left: Vec<_> = batch.iter().filter(|delivery| delivery.sequence > through).cloned().collect();
            match deliver(&service, json!({}), left) {
                Ok(receipt) => {
                    prop_assert!(receipt.through > through);
                    prop_assert!(receipt.refused.iter().all(|refusal| refusal.sequence > through && refusal.sequence <= receipt.through));
                    through = receipt.through;
                    given_up.extend(refused(&receipt));
                }
                Err(error) => prop_assert_eq!(error.kind, Unavailable),
            }
        }
        let is_bad = |sequence: &u64| items[usize::try_from(*sequence).unwrap() - 1].0;
        prop_assert!(given_up.iter().all(is_bad));
        prop_assert_eq!(given_up.len(), items.iter().filter(|(is_bad, _)| *is_bad).count());
        for stream in ["Title_s", "EventName"] {
            let taken = service.taken.borrow();
            let of = |row: &Value| {
                let is_item = row[stream].as_str().is_some_and(|name| name != "probe");
                is_item.then(|| row["Sequence"].as_u64().unwrap())
            };
            let mut seen: Vec<u64> = Vec::new();
            for sequence in taken.iter().filter_map(of) {
                // What comes again comes in its order, too.
                if !seen.contains(&sequence) {
                    prop_assert!(seen.iter().all(|earlier| *earlier < sequence));
                    seen.push(sequence);
                }
            }
            let is_of = |is_event: bool| is_event == (stream == "EventName");
            let good = (1..).zip(&items).filter(|(_, (is_bad, is_event))| !is_bad && is_of(*is_event));
            let all: Vec<u64> = good.map(|(sequence, _)| sequence).collect();
            prop_assert_eq!(seen, all);
        }
    }
}
