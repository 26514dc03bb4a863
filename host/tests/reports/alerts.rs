//! Reports over alerts: `noisiest`, `flapping-rules`, `alerts-without-tickets`.

use super::ask::{by, figures, lines, the_year};
use super::book::{Book, at, fired, on, resolved, to};
use signalbox::{
    ledger::{Due, EndReason, Renewal, Save, Standing},
    report::{
        Asked,
        Report::{AlertsWithoutTickets, FlappingRules, Noisiest},
    },
};

const DAY: u64 = 24 * 60;

/// The n-th of four rules fires on each n-th day, for one machine of five in turn, each time as a problem of its own.
async fn daily() -> Book {
    let book = Book::new().await;
    for day in 0..365 {
        for rule in 1..=4 {
            if day % rule == 0 {
                let key = format!("{rule}/{day}");
                let machine = format!("machine-{}", day % 5);
                let alert = on(fired(&key, &format!("rule-{rule}"), day * DAY), &[&machine]);
                // What the fourth rule says nobody routes.
                book.accept(alert, (rule < 4).then_some(key.as_str())).await;
            }
        }
    }
    book
}

#[tokio::test]
async fn a_year_of_tickets_is_told_by_rule_and_resource() {
    let book = daily().await;
    let answer = book.ask(Noisiest, &the_year()).await;
    let all = 365 + 183 + 122;
    let line = |rule, tickets: u32, latest| {
        format!("rule-{rule} | {tickets} | {} | 5 | {latest}", f64::from(tickets) / f64::from(all))
    };
    let expected = [
        line(1, 365, "2026-12-31T00:00:00Z"),
        line(2, 183, "2026-12-31T00:00:00Z"),
        line(3, 122, "2026-12-30T00:00:00Z"),
    ];
    assert_eq!(lines(&answer), expected);
    assert_eq!(figures(&answer), [format!("tickets {all}")]);

    // Of machine 0: days 0, 5, … 360 are 73, 37 of them even, 25 of them multiples of three.
    let answer = book.ask(Noisiest, &by("resource")).await;
    let zero = format!("machine-0 | 135 | {} | 3 | 2026-12-27T00:00:00Z", 135.0 / f64::from(all));
    assert!(lines(&answer).contains(&zero), "{:?}", lines(&answer));
    assert_eq!(answer.rows.len(), 5);

    let january = Asked { until: Some("2026-02-01".to_owned()), ..the_year() };
    let answer = book.ask(Noisiest, &january).await;
    assert_eq!(figures(&answer), [format!("tickets {}", 31 + 16 + 11)]);
    let elsewhere = Asked { connection: Some("elsewhere".to_owned()), ..the_year() };
    assert!(book.ask(Noisiest, &elsewhere).await.rows.is_empty());
}

#[tokio::test]
async fn a_year_of_alerts_that_nobody_routed() {
    let book = daily().await;
    let answer = book.ask(AlertsWithoutTickets, &the_year()).await;
    assert_eq!(lines(&answer), ["rule-4 | 92 | 92 | 1 | 92 | 2026-12-31T00:00:00Z"]);
    let share = 92.0 / 762.0;
    assert_eq!(figures(&answer), ["alerts 762".to_owned(), "without_ticket 92".to_owned(), format!("share {share}")]);
}

#[tokio::test]
async fn what_has_no_name_is_a_row_too() {
    let book = Book::new().await;
    for report in [Noisiest, FlappingRules, AlertsWithoutTickets] {
        assert!(book.ask(report, &the_year()).await.rows.is_empty(), "{report}");
    }
    book.accept(fired("a", "", 0), Some("a")).await;
    book.accept(fired("b", "", 1), None).await;
    let first = lines(&book.ask(Noisiest, &the_year()).await);
    assert_eq!(first, ["- | 1 | 1 | 0 | 2026-01-01T00:00:00Z"]);
    let first = lines(&book.ask(Noisiest, &by("resource")).await);
    assert_eq!(first, ["- | 1 | 1 | 0 | 2026-01-01T00:00:00Z"]);
    let without = lines(&book.ask(AlertsWithoutTickets, &by("resource")).await);
    assert_eq!(without, ["- | 1 | 2 | 0.5 | 1 | 2026-01-01T00:01:00Z"]);
}

#[tokio::test]
async fn a_ticket_counts_once_with_each_resource() {
    let book = Book::new().await;
    book.accept(on(fired("a", "load", 0), &["web", "db", "web"]), Some("a")).await;
    // Another firing of the same ticket makes none.
    book.accept(on(fired("a", "load", 5), &["cache"]), None).await;
    let answer = book.ask(Noisiest, &by("resource")).await;
    let expected = ["db | 1 | 1 | 1 | 2026-01-01T00:00:00Z", "web | 1 | 1 | 1 | 2026-01-01T00:00:00Z"];
    assert_eq!(lines(&answer), expected);
    let answer = book.ask(AlertsWithoutTickets, &the_year()).await;
    assert!(answer.rows.is_empty(), "the second stands in the ticket of the first");
}

/// Each day of the year `nervous` fires for ten minutes, and again 20 minutes after it was over; `calm` fires once a day.
#[tokio::test]
async fn a_year_of_flapping() {
    let book = Book::new().await;
    for day in 0..365 {
        for (begins, key, rule) in [(0, "n", "nervous"), (30, "n", "nervous"), (0, "c", "calm")] {
            let alert = fired(key, rule, day * DAY + begins);
            book.accept(alert.clone(), None).await;
            book.accept(resolved(&alert, day * DAY + begins + 10), None).await;
        }
    }
    let answer = book.ask(FlappingRules, &the_year()).await;
    assert_eq!(lines(&answer), ["nervous | 365 | 730 | 1 | 1 | 1200 | 1200"]);
    assert_eq!(figures(&answer), ["episodes 1095", "returns 365"]);
    let two_days = Asked { within: Some("2d".to_owned()), ..by("correlation-key") };
    let answer = book.ask(FlappingRules, &two_days).await;
    // From the end of a day's last episode to the next day, too: of the gaps of `n` these are the longer half.
    let (short, calm) = (1200, (DAY - 10) * 60);
    let expected =
        [format!("n | 729 | 730 | 1 | 1 | {short} | {short}"), format!("c | 364 | 365 | 1 | 1 | {calm} | {calm}")];
    assert_eq!(lines(&answer), expected);
}

#[tokio::test]
async fn only_what_was_over_can_return() {
    // When the first began and ended, when the second begins, and whether it returns within an hour.
    let table = [
        ("at once", Some(10), 10, true),
        ("an hour after", Some(10), 70, true),
        ("later than that", Some(10), 71, false),
        ("while the first goes on", Some(10), 5, false),
        ("the first never ended", None, 20, false),
    ];
    for (name, ended, again, returns) in table {
        let book = Book::new().await;
        let first = fired("k", "load", 0);
        book.accept(first.clone(), None).await;
        if let Some(ended) = ended {
            book.accept(resolved(&first, ended), None).await;
        }
        book.accept(fired("k", "load", again), None).await;
        // Of another key: no return of this one.
        book.accept(fired("another", "load", 12), None).await;
        let answer = book.ask(FlappingRules, &the_year()).await;
        let expected = if returns { "episodes 3, returns 1" } else { "episodes 3, returns 0" };
        assert_eq!(figures(&answer).join(", "), expected, "{name}");
        assert_eq!(answer.rows.len(), usize::from(returns), "{name}");
    }
}

#[tokio::test]
async fn a_return_is_reckoned_from_the_latest_end_of_all() {
    // A long episode, then a short one within it: what fires between their ends is no return, also after one that never ended.
    for (begins, returns) in [(10, 0), (30, 1)] {
        let book = Book::new().await;
        for (begins, ends) in [(0, Some(20)), (1, None), (2, Some(5))] {
            let alert = fired("k", "load", begins);
            book.accept(alert.clone(), None).await;
            if let Some(ends) = ends {
                book.accept(resolved(&alert, ends), None).await;
            }
        }
        book.accept(fired("k", "load", begins), None).await;
        let answer = book.ask(FlappingRules, &the_year()).await;
        assert_eq!(figures(&answer), ["episodes 4".to_owned(), format!("returns {returns}")]);
    }
}

#[tokio::test]
async fn what_has_no_name_is_not_counted_among_names() {
    let book = Book::new().await;
    book.accept(on(fired("a", "", 0), &["web"]), Some("a")).await;
    let answer = book.ask(Noisiest, &by("resource")).await;
    assert_eq!(lines(&answer), ["web | 1 | 1 | 0 | 2026-01-01T00:00:00Z"]);
}

#[tokio::test]
async fn a_ticket_of_a_split_is_for_its_own_resource() {
    let book = Book::new().await;
    let alert = on(fired("a", "load", 0), &["web", "db"]);
    book.place(alert, vec![to("a-web", Some("/machines/web")), to("a-db", Some("/machines/db"))]).await;
    let answer = book.ask(Noisiest, &by("resource")).await;
    let expected = ["db | 1 | 0.5 | 1 | 2026-01-01T00:00:00Z", "web | 1 | 0.5 | 1 | 2026-01-01T00:00:00Z"];
    assert_eq!(lines(&answer), expected, "by name, though the split is by id");
}

#[tokio::test]
async fn a_ticket_that_takes_the_place_of_another_counts_with_the_same_rule() {
    let book = Book::new().await;
    let first = book.accept(on(fired("a", "load", 0), &["web"]), Some("a")).await;
    let desk = ["desk".parse().unwrap()];
    let claimed = book.store.ledger.claim("worker", &desk, at(1), at(2), 1).await.unwrap().remove(0);
    assert_eq!(claimed.lease.key, first[0]);
    let save = Save {
        at: at(60),
        life: "{}".to_owned(),
        confirmed: claimed.wanted,
        looks: 0,
        known: claimed.wanted,
        standing: Standing::Ended(EndReason::Renewed),
        due: Due::WhenRaised,
        not_before: None,
        shown: None,
        attempt: None,
        entries: Vec::new(),
        renewal: Some(Renewal { key: "a-2".to_owned().into(), life: "{}".to_owned() }),
        release: true,
    };
    book.store.ledger.save(&claimed.lease, save).await.unwrap();
    let answer = book.ask(Noisiest, &the_year()).await;
    assert_eq!(lines(&answer), ["load | 2 | 1 | 1 | 2026-01-01T01:00:00Z"]);
}
