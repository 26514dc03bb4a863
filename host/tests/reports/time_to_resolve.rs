//! `time-to-resolve`

use super::ask::{by, figures, lines, the_year};
use super::book::{Book, at, fired, incident};
use signalbox::{
    domain::{ItsmRecord, TicketState},
    report::{Asked, Report::TimeToResolve},
};

const HOUR: u64 = 60;
const DAY: u64 = 24 * HOUR;

/// Each day of the year has one incident of priority `1` that took its place in the month, in hours, and one of priority `2`
/// that took ten minutes. So in a month of n days priority `1` took 1, 2, … n hours.
fn daily() -> Vec<ItsmRecord> {
    let mut records = Vec::new();
    let mut day = 0;
    for length in [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        for place in 1..=length {
            let begins = day * DAY;
            let long = incident(&format!("long-{day}"), begins, Some(place * HOUR));
            let short = incident(&format!("short-{day}"), begins + 5, Some(10));
            records.push(ItsmRecord { priority: "1".to_owned(), ..long });
            records.push(ItsmRecord { priority: "2".to_owned(), ..short });
            day += 1;
        }
    }
    records
}

#[tokio::test]
async fn a_year_is_told_by_priority_and_month() {
    let book = Book::new().await;
    book.keep("desk", daily()).await;
    let answer = book.ask(TimeToResolve, &the_year()).await;
    // Sums of 1..n over the months: 7·496 + 4·465 + 406 = 5738 hours. Of the 365 values 12 each are 1 to 28, 11 are 29
    // and 30, 7 are 31: the 183rd is 16, the 329th (12·27 = 324) is 28, the 347th (336 + 11) is 29.
    let hours = |hours: u64| (hours * 3600).to_string();
    let mean = 5738.0 * 3600.0 / 365.0;
    assert_eq!(
        lines(&answer),
        [
            format!("1 | 365 | {mean} | {} | {} | {} | {}", hours(16), hours(28), hours(29), hours(31)),
            "2 | 365 | 600 | 600 | 600 | 600 | 600".to_owned(),
        ]
    );
    assert_eq!(figures(&answer), ["resolved 730", "unresolved 0", "canceled 0", "without_times 0"]);

    let months = book.ask(TimeToResolve, &by("month")).await;
    assert_eq!(months.rows.len(), 12);
    // Of 28 values of ten minutes and 1 to 28 hours the 51st is 23 hours, the 54th 26.
    let mean = (28.0 * 600.0 + 406.0 * 3600.0) / 56.0;
    let february = format!("2026-02 | 56 | {mean} | 600 | {} | {} | {}", hours(23), hours(26), hours(28));
    assert_eq!(lines(&months)[1], february);
    assert_eq!(lines(&months)[11].split(" | ").next(), Some("2026-12"));

    let february =
        Asked { since: Some("2026-02-01".to_owned()), until: Some("2026-03-01".to_owned()), ..Asked::default() };
    let answer = book.ask(TimeToResolve, &february).await;
    assert_eq!(lines(&answer)[0].split(" | ").nth(1), Some("28"), "the span is without its end");
}

#[tokio::test]
async fn nothing_is_answered_of_nothing() {
    let book = Book::new().await;
    let answer = book.ask(TimeToResolve, &the_year()).await;
    assert!(answer.rows.is_empty());
    assert_eq!(figures(&answer), ["resolved 0", "unresolved 0", "canceled 0", "without_times 0"]);
}

#[tokio::test]
async fn what_has_no_time_to_resolve_is_told_and_left_out() {
    let book = Book::new().await;
    let closed = ItsmRecord {
        state: TicketState::Closed,
        closed_at: Some(at(30)),
        resolved_at: None,
        ..incident("closed", 0, None)
    };
    let records = vec![
        closed,
        incident("resolved", 0, Some(10)),
        incident("open", 0, None),
        ItsmRecord { state: TicketState::Pending, ..incident("pending, once resolved", 0, Some(5)) },
        ItsmRecord { state: TicketState::Canceled, ..incident("canceled", 0, Some(5)) },
        ItsmRecord { resolved_at: None, ..incident("no end", 0, Some(5)) },
        ItsmRecord { resolved_at: Some(at(1)), ..incident("ends before it begins", 2, Some(5)) },
        ItsmRecord { created_at: None, ..incident("no beginning", 0, Some(5)) },
        ItsmRecord { deleted: true, ..incident("deleted", 0, Some(5)) },
    ];
    book.keep("desk", records).await;
    let answer = book.ask(TimeToResolve, &the_year()).await;
    assert_eq!(lines(&answer), ["- | 2 | 1200 | 600 | 1800 | 1800 | 1800"]);
    assert_eq!(figures(&answer), ["resolved 2", "unresolved 2", "canceled 1", "without_times 2"]);
}

#[tokio::test]
async fn rows_of_one_length_are_in_the_order_of_their_names() {
    let book = Book::new().await;
    let of = |name: &str, group: &str| ItsmRecord {
        assignment: group.to_owned(),
        service: "shop".to_owned(),
        category: "network".to_owned(),
        ..incident(name, 0, Some(1))
    };
    book.keep("desk", vec![of("1", "c"), of("2", "a"), of("3", "b"), of("4", "b")]).await;
    book.keep("elsewhere", vec![of("1", "z")]).await;
    let answer = book.ask(TimeToResolve, &by("assignment-group")).await;
    let groups = |lines: Vec<String>| lines.iter().map(|line| line[..1].to_owned()).collect::<String>();
    assert_eq!(groups(lines(&answer)), "bacz");
    let two = book.ask(TimeToResolve, &Asked { limit: Some(3), ..by("assignment-group") }).await;
    assert_eq!((groups(lines(&two)).as_str(), two.more), ("bac", 1));
    assert_eq!(figures(&two)[0], "resolved 5", "figures are of all rows");
    let one = book.ask(TimeToResolve, &Asked { connection: Some("elsewhere".to_owned()), ..by("service") }).await;
    assert_eq!(lines(&one), ["shop | 1 | 60 | 60 | 60 | 60 | 60"]);
    for (what, expected) in [("category", "network | 5"), ("connection", "desk | 4")] {
        let answer = book.ask(TimeToResolve, &by(what)).await;
        assert!(lines(&answer)[0].starts_with(expected), "{what}");
    }
}

#[tokio::test]
async fn a_rule_is_that_of_the_alert_that_made_the_ticket() {
    let book = Book::new().await;
    let made = book.accept(fired("web-1", "load", 0), Some("web-1")).await;
    book.accept(fired("web-1", "another rule of the same problem", 1), None).await;
    let other = book.accept(fired("web-2", "disk", 0), Some("web-2")).await;
    let of = |id: &str, key: &str, took| ItsmRecord { key: Some(key.to_owned()), ..incident(id, 1, Some(took)) };
    let records = vec![
        of("1", made[0].as_str(), 2),
        of("2", other[0].as_str(), 3),
        of("3", "somebody-elses-1", 4),
        incident("4", 1, Some(5)),
        incident("5", 1, Some(5)),
    ];
    book.keep("desk", records.clone()).await;
    let answer = book.ask(TimeToResolve, &by("rule")).await;
    let expected = [
        "- | 3 | 280 | 300 | 300 | 300 | 300",
        "disk | 1 | 180 | 180 | 180 | 180 | 180",
        "load | 1 | 120 | 120 | 120 | 120 | 120",
    ];
    assert_eq!(lines(&answer), expected);
    // The same key on another platform is another's ticket.
    book.keep("elsewhere", vec![records[0].clone()]).await;
    let answer = book.ask(TimeToResolve, &Asked { connection: Some("elsewhere".to_owned()), ..by("rule") }).await;
    assert_eq!(lines(&answer), ["- | 1 | 120 | 120 | 120 | 120 | 120"]);
    // People took the key out: the record is nobody's ticket any more.
    book.keep("desk", vec![ItsmRecord { key: None, ..records[0].clone() }]).await;
    let answer = book.ask(TimeToResolve, &Asked { connection: Some("desk".to_owned()), ..by("rule") }).await;
    assert_eq!(lines(&answer)[1..], ["disk | 1 | 180 | 180 | 180 | 180 | 180"]);
}
