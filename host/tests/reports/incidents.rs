//! Reports over incidents and alerts: `metrics-before-incidents`, `tickets-without-alerts`.

use super::ask::{by, figures, lines, the_year};
use super::book::{Book, fired, incident, on, watching};
use signalbox::{
    domain::{ItsmRecord, TicketState},
    report::{
        Asked,
        Report::{MetricsBeforeIncidents, TicketsWithoutAlerts},
    },
};

const DAY: u64 = 24 * 60;

fn about(record: ItsmRecord, items: &[&str]) -> ItsmRecord {
    ItsmRecord { configuration_items: items.iter().map(|item| (*item).to_owned()).collect(), ..record }
}

/// At midnight `cpu` fires for a machine, and on each second day `disk` ten minutes later; on each fifth day an incident
/// is made for the machine 40 minutes after midnight. On each day one is made for a machine that nobody watches.
#[tokio::test]
async fn a_year_of_metrics_and_incidents() {
    let book = Book::new().await;
    let mut incidents = Vec::new();
    for day in 0..365 {
        let midnight = day * DAY;
        let cpu = watching(on(fired("cpu", "load", midnight), &["Web-1"]), "Percentage CPU");
        book.accept(cpu, None).await;
        if day % 2 == 0 {
            book.accept(watching(on(fired("disk", "full", midnight + 10), &["Web-1"]), "Disk"), None).await;
        }
        if day % 5 == 0 {
            incidents.push(about(incident(&format!("watched-{day}"), midnight + 40, None), &["web-1", "db"]));
        }
        incidents.push(about(incident(&format!("unwatched-{day}"), midnight + 40, None), &["web-2"]));
    }
    book.keep("desk", incidents).await;
    let answer = book.ask(MetricsBeforeIncidents, &the_year()).await;
    let (cpu, disk) = (73.0 / 438.0, 37.0 / 438.0);
    let expected =
        [format!("Percentage CPU | 73 | {cpu} | 365 | 73 | 2400"), format!("Disk | 37 | {disk} | 183 | 37 | 1800")];
    assert_eq!(lines(&answer), expected);
    assert_eq!(figures(&answer), ["incidents 438", "preceded 73"]);
    let answer = book.ask(MetricsBeforeIncidents, &by("rule")).await;
    assert!(lines(&answer)[0].starts_with("load | 73 | "), "{:?}", lines(&answer));
    let half_an_hour = Asked { within: Some("30m".to_owned()), ..the_year() };
    let answer = book.ask(MetricsBeforeIncidents, &half_an_hour).await;
    assert_eq!(lines(&answer), [format!("Disk | 37 | {disk} | 183 | 37 | 1800")], "the border belongs to the window");
    let less = Asked { within: Some("29m".to_owned()), ..the_year() };
    assert!(book.ask(MetricsBeforeIncidents, &less).await.rows.is_empty());

    let answer = book.ask(TicketsWithoutAlerts, &the_year()).await;
    assert_eq!(lines(&answer), ["web-2 | 365 | 365 | 1", "db | 73 | 73 | 1", "web-1 | 73 | 73 | 1"]);
    assert_eq!(figures(&answer), ["incidents 438", "without_alert 438", "share 1"]);
}

#[tokio::test]
async fn an_incident_is_about_what_its_ticket_was_made_for() {
    let book = Book::new().await;
    let alert = watching(on(fired("k", "load", 5), &["web-1"]), "cpu");
    let made = book.accept(alert, Some("p")).await;
    book.accept(watching(on(fired("k2", "load", 6), &["web-1"]), "cpu"), None).await;
    book.accept(on(fired("k3", "no metric", 6), &["web-1"]), None).await;
    book.accept(watching(on(fired("k4", "late", 8), &["web-1"]), "memory"), None).await;
    let of_gateway = ItsmRecord { key: Some(made[0].as_str().to_owned()), ..incident("INC1", 7, None) };
    let leave_out = [
        ItsmRecord { deleted: true, ..about(incident("INC2", 7, None), &["web-1"]) },
        ItsmRecord { state: TicketState::Canceled, ..about(incident("INC3", 7, None), &["web-1"]) },
        ItsmRecord { created_at: None, ..about(incident("INC4", 7, None), &["web-1"]) },
    ];
    book.keep("desk", [vec![of_gateway], leave_out.to_vec()].concat()).await;
    let answer = book.ask(MetricsBeforeIncidents, &the_year()).await;
    assert_eq!(lines(&answer), ["cpu | 1 | 1 | 2 | 2 | 120"], "one incident, told by the earlier of two firings");
    assert_eq!(figures(&answer), ["incidents 1", "preceded 1"]);
    let answer = book.ask(TicketsWithoutAlerts, &the_year()).await;
    assert_eq!((answer.rows.len(), figures(&answer)[1].as_str()), (0, "without_alert 0"));
}

#[tokio::test]
async fn a_metric_has_a_name() {
    let book = Book::new().await;
    book.accept(watching(on(fired("k", "load", 5), &["web"]), ""), None).await;
    book.keep("desk", vec![about(incident("INC1", 6, None), &["web"])]).await;
    for what in ["metric", "rule"] {
        assert!(book.ask(MetricsBeforeIncidents, &by(what)).await.rows.is_empty(), "{what}");
    }
}

#[tokio::test]
async fn an_incident_counts_with_each_of_its_items_once() {
    let book = Book::new().await;
    book.keep("desk", vec![about(incident("INC1", 0, None), &["web", "", "db", "web"])]).await;
    let answer = book.ask(TicketsWithoutAlerts, &the_year()).await;
    assert_eq!(lines(&answer), ["db | 1 | 1 | 1", "web | 1 | 1 | 1"]);
}

#[tokio::test]
async fn firings_before_the_span_come_before_its_incidents() {
    let book = Book::new().await;
    book.accept(watching(on(fired("k", "load", 31 * DAY - 30), &["web"]), "cpu"), None).await;
    book.keep("desk", vec![about(incident("INC1", 31 * DAY, None), &["web"])]).await;
    let february = Asked { since: Some("2026-02-01".to_owned()), ..the_year() };
    assert_eq!(lines(&book.ask(MetricsBeforeIncidents, &february).await), ["cpu | 1 | 1 | 1 | 1 | 1800"]);
    let january = Asked { until: Some("2026-02-01".to_owned()), ..the_year() };
    assert!(book.ask(MetricsBeforeIncidents, &january).await.rows.is_empty(), "the incident is not of January");
}

#[tokio::test]
async fn people_see_what_monitoring_does_not() {
    let book = Book::new().await;
    let empty = book.ask(TicketsWithoutAlerts, &the_year()).await;
    assert_eq!((empty.rows.len(), figures(&empty)[2].as_str()), (0, "share -"));
    let of = |id: &str, service: &str, key: Option<&str>| ItsmRecord {
        service: service.to_owned(),
        key: key.map(str::to_owned),
        category: "network".to_owned(),
        ..incident(id, 0, None)
    };
    let records = vec![
        of("1", "shop", None),
        of("2", "shop", Some("made-by-another-gateway-1")),
        of("3", "mail", None),
        of("4", "mail", None),
        of("5", "watched", Some("made-1")),
        of("6", "", None),
    ];
    book.keep("desk", records).await;
    let answer = book.ask(TicketsWithoutAlerts, &by("service")).await;
    assert_eq!(lines(&answer), ["mail | 2 | 2 | 1", "- | 1 | 1 | 1", "shop | 1 | 2 | 0.5"]);
    let answer = book.ask(TicketsWithoutAlerts, &by("category")).await;
    let share = 4.0 / 6.0;
    assert_eq!(lines(&answer), [format!("network | 4 | 6 | {share}")]);
    let answer = book.ask(TicketsWithoutAlerts, &by("month")).await;
    assert_eq!(lines(&answer), [format!("2026-01 | 4 | 6 | {share}")]);
    let answer = book.ask(TicketsWithoutAlerts, &the_year()).await;
    assert_eq!(lines(&answer), [format!("- | 4 | 6 | {share}")]);
    for what in ["assignment-group", "priority"] {
        assert_eq!(lines(&book.ask(TicketsWithoutAlerts, &by(what)).await).len(), 1, "{what}");
    }
}
