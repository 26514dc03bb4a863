//! `incidents-after-changes`

use super::ask::{by, figures, lines, the_year};
use super::book::{Book, at, change, fired, incident, on};
use signalbox::{
    domain::{ChangePhase, ItsmRecord, TicketState},
    report::{Asked, Report::IncidentsAfterChanges},
};

const HOUR: u64 = 60;
const DAY: u64 = 24 * HOUR;

fn about(record: ItsmRecord, item: &str) -> ItsmRecord {
    ItsmRecord { configuration_items: vec![item.to_owned()], ..record }
}

fn of_service(record: ItsmRecord, service: &str) -> ItsmRecord {
    ItsmRecord { service: service.to_owned(), ..record }
}

fn of_type(change: ItsmRecord, change_type: &str) -> ItsmRecord {
    ItsmRecord { change_type: change_type.to_owned(), ..change }
}

/// What follows how many of which changes: `CHG 2`, those with none left out.
async fn followed(book: &Book, asked: &Asked) -> Vec<String> {
    let answer = book.ask(IncidentsAfterChanges, asked).await;
    let cut = |line: &String| {
        let cells: Vec<_> = line.split(" | ").collect();
        format!("{} {}", cells[0], cells[5])
    };
    lines(&answer).iter().map(cut).collect()
}

/// Each day begins with a change of an hour on a machine of its own: a `standard` one on six days of seven, an `emergency`
/// one on each seventh. Every emergency change is followed by two incidents, two and three hours after its beginning; of the
/// standard ones every tenth day's by one, a day after its end. Every day has one incident on a machine that nobody changed.
async fn daily() -> Book {
    let book = Book::new().await;
    let (mut changes, mut incidents) = (Vec::new(), Vec::new());
    for day in 0..365 {
        let (start, machine) = (day * DAY, format!("machine-{day}"));
        let is_emergency = day % 7 == 6;
        let done = change(&format!("CHG{day:03}"), start, start + HOUR);
        let kind = if is_emergency { "emergency" } else { "standard" };
        changes.push(of_type(about(done, &machine), kind));
        let mut follow = |name: &str, minutes| {
            incidents.push(about(incident(&format!("{name}-{day}"), minutes, None), &machine));
        };
        if is_emergency {
            follow("second hour", start + 2 * HOUR);
            follow("third hour", start + 3 * HOUR);
        } else if day % 10 == 0 {
            follow("a day later", start + HOUR + DAY);
        }
        incidents.push(about(incident(&format!("unrelated-{day}"), start, None), "an old machine"));
    }
    book.keep("desk", changes).await;
    book.keep("desk", incidents).await;
    book
}

#[tokio::test]
async fn a_year_is_told_by_type_month_and_change() {
    let book = daily().await;
    // 52 days of 365 are a seventh one. Of the 37 tenth days 0, 10, … 360 five are seventh ones too: 20, 90, 160, 230, 300.
    let answer = book.ask(IncidentsAfterChanges, &by("change-type")).await;
    let rate = 32.0 / 313.0;
    assert_eq!(
        lines(&answer),
        ["emergency | 52 | 52 | 1 | 52 | 104".to_owned(), format!("standard | 313 | 32 | {rate} | 32 | 32")]
    );
    let rate = 84.0 / 365.0;
    let expected = [
        "changes 365".to_owned(),
        "failures 84".to_owned(),
        format!("failure_rate {rate}"),
        "incidents 136".to_owned(),
    ];
    assert_eq!(figures(&answer)[..4], expected);

    // January: the seventh days 6, 13, 20, 27, and the tenth 0, 10, 30 (20 is a seventh one).
    let answer = book.ask(IncidentsAfterChanges, &by("month")).await;
    let rate = 7.0 / 31.0;
    assert_eq!((lines(&answer).len(), lines(&answer)[0].clone()), (12, format!("2026-01 | 31 | 7 | {rate} | 7 | 11")));

    let answer = book.ask(IncidentsAfterChanges, &the_year()).await;
    assert_eq!(answer.rows.len(), 84, "changes that nothing followed are left out");
    let first = "CHG006 | emergency | about CHG006 | 2026-01-07T00:00:00Z | 2026-01-07T01:00:00Z | 2 | 2 | 0 | 0 | 0";
    assert_eq!(lines(&answer)[0], first, "of those with most incidents the earliest");
    assert!(lines(&answer)[52].starts_with("CHG000 | standard"), "{}", lines(&answer)[52]);

    let a_day_less = Asked { within: Some("1439m".to_owned()), ..by("change-type") };
    let answer = book.ask(IncidentsAfterChanges, &a_day_less).await;
    assert_eq!(lines(&answer)[1], "standard | 313 | 0 | 0 | 0 | 0", "a minute less than a day is not enough");
}

#[tokio::test]
async fn nothing_is_answered_of_nothing() {
    let book = Book::new().await;
    let answer = book.ask(IncidentsAfterChanges, &the_year()).await;
    assert!(answer.rows.is_empty());
    assert_eq!(figures(&answer), ["changes 0", "failures 0", "failure_rate -", "incidents 0", "without_times 0"]);
    book.keep("desk", vec![about(change("CHG1", 0, 1), "web")]).await;
    let answer = book.ask(IncidentsAfterChanges, &the_year()).await;
    assert_eq!(figures(&answer)[..3], ["changes 1", "failures 0", "failure_rate 0"]);
}

#[tokio::test]
async fn both_borders_of_the_window_belong_to_it() {
    let table = [
        ("a moment before", -1, false),
        ("as it begins", 0, true),
        ("while it is made", 30, true),
        ("a day after its end", 60 + 1440, true),
        ("a moment later", 60 + 1440 + 1, false),
    ];
    for (name, offset, follows) in table {
        let book = Book::new().await;
        book.keep("desk", vec![about(change("CHG1", 10_000, 10_060), "web")]).await;
        let created = u64::try_from(10_000 + offset).unwrap();
        book.keep("desk", vec![about(incident("INC1", created, None), "web")]).await;
        let expected = if follows { vec!["CHG1 1"] } else { vec![] };
        assert_eq!(followed(&book, &the_year()).await, expected, "{name}");
    }
}

#[tokio::test]
async fn a_nanosecond_after_the_border_is_after_it() {
    let book = Book::new().await;
    book.keep("desk", vec![about(change("CHG1", 0, 0), "web")]).await;
    let late = signalbox::domain::Timestamp::from_nanos(at(DAY).nanos() + 1);
    book.keep("desk", vec![about(ItsmRecord { created_at: Some(late), ..incident("INC1", 0, None) }, "web")]).await;
    assert!(followed(&book, &the_year()).await.is_empty());
}

#[tokio::test]
async fn an_incident_counts_once_however_it_is_related() {
    let book = Book::new().await;
    let made = book.accept(on(fired("k", "load", 5), &["WEB-1"]), Some("p")).await;
    let everything = of_service(about(change("CHG1", 0, 1), "web-1"), "shop");
    book.keep("desk", vec![everything, about(change("CHG2", 0, 1), "db"), of_service(change("CHG3", 0, 1), "")]).await;
    let all = ItsmRecord {
        key: Some(made[0].as_str().to_owned()),
        ..of_service(about(incident("INC1", 6, None), "web-1"), "shop")
    };
    let only_resource = ItsmRecord { configuration_items: Vec::new(), service: String::new(), ..all.clone() };
    book.keep("desk", vec![all]).await;
    let answer = book.ask(IncidentsAfterChanges, &the_year()).await;
    assert_eq!(lines(&answer)[0].rsplit(" | ").take(5).collect::<Vec<_>>(), ["0", "1", "1", "1", "1"]);
    assert_eq!((answer.rows.len(), figures(&answer)[3].as_str()), (1, "incidents 1"));
    // The machine that the alert is about is named as the change's item, in other letters.
    book.keep("desk", vec![only_resource]).await;
    let answer = book.ask(IncidentsAfterChanges, &the_year()).await;
    assert_eq!(lines(&answer)[0].rsplit(" | ").take(5).collect::<Vec<_>>(), ["0", "1", "0", "0", "1"]);
}

#[tokio::test]
async fn what_people_say_counts_and_nothing_else() {
    let book = Book::new().await;
    let canceled = ItsmRecord { phase: Some(ChangePhase::Canceled), ..change("CHG3", 0, 1) };
    book.keep("desk", vec![about(change("CHG1", 0, 1), "web"), about(change("CHG2", 0, 1), "db"), canceled]).await;
    let caused = |id: &str, minutes, by: &str| ItsmRecord {
        caused_by: by.to_owned(),
        ..about(incident(id, minutes, None), "web")
    };
    let records = vec![
        caused("by another one, on the same machine", 5, "CHG2"),
        caused("months later", 200 * DAY, "CHG2"),
        caused("by one that is not counted", 5, "CHG3"),
        caused("by something that is no change", 5, "the weather"),
    ];
    book.keep("desk", records).await;
    assert_eq!(followed(&book, &the_year()).await, ["CHG2 2", "CHG1 1"]);
    let answer = book.ask(IncidentsAfterChanges, &the_year()).await;
    assert!(lines(&answer)[0].ends_with("2 | 0 | 0 | 0 | 2"), "{}", lines(&answer)[0]);
}

#[tokio::test]
async fn what_people_say_counts_whenever_it_came() {
    let book = Book::new().await;
    book.keep("desk", vec![change("CHG1", 31 * DAY, 31 * DAY + HOUR)]).await;
    let caused = |id: &str, minutes| ItsmRecord { caused_by: "CHG1".to_owned(), ..incident(id, minutes, None) };
    let records = vec![
        caused("before the span and the change", 30 * DAY),
        caused("after the span", 100 * DAY),
        ItsmRecord { created_at: None, ..caused("nobody knows when", 0) },
        ItsmRecord { deleted: true, ..caused("deleted", 30 * DAY) },
        ItsmRecord { state: TicketState::Canceled, ..caused("canceled", 30 * DAY) },
    ];
    book.keep("desk", records).await;
    let february =
        Asked { since: Some("2026-02-01".to_owned()), until: Some("2026-03-01".to_owned()), ..Asked::default() };
    assert_eq!(followed(&book, &february).await, ["CHG1 2"]);
    let elsewhere = Asked { connection: Some("elsewhere".to_owned()), ..february };
    assert!(followed(&book, &elsewhere).await.is_empty());
}

#[tokio::test]
async fn what_has_no_name_is_nothing_in_common() {
    let book = Book::new().await;
    let made = book.accept(on(fired("k", "load", 5), &[""]), Some("p")).await;
    book.keep("desk", vec![of_service(about(change("", 0, 1), ""), "")]).await;
    let nameless = of_service(about(incident("INC1", 5, None), ""), "");
    book.keep("desk", vec![ItsmRecord { key: Some(made[0].as_str().to_owned()), ..nameless }]).await;
    assert!(followed(&book, &the_year()).await.is_empty());
}

#[tokio::test]
async fn a_change_that_ends_before_it_begins_ends_as_it_begins() {
    let book = Book::new().await;
    book.keep("desk", vec![about(change("CHG1", 3 * DAY, DAY), "web")]).await;
    let of = |id: &str, minutes| about(incident(id, minutes, None), "web");
    book.keep("desk", vec![of("before", 2 * DAY), of("at the border", 4 * DAY), of("after", 4 * DAY + 1)]).await;
    assert_eq!(followed(&book, &the_year()).await, ["CHG1 1"]);
}

#[tokio::test]
async fn an_incident_may_follow_two_changes_and_is_one() {
    let book = Book::new().await;
    let months =
        vec![about(change("CHG1", 31 * DAY - 1, 31 * DAY), "web"), about(change("CHG2", 31 * DAY, 31 * DAY), "web")];
    book.keep("desk", months).await;
    // The same item twice is one item.
    let twice = ItsmRecord { configuration_items: vec!["web".to_owned(); 2], ..incident("INC1", 31 * DAY, None) };
    book.keep("desk", vec![twice]).await;
    let answer = book.ask(IncidentsAfterChanges, &by("month")).await;
    assert_eq!(lines(&answer), ["2026-01 | 1 | 1 | 1 | 1 | 1", "2026-02 | 1 | 1 | 1 | 1 | 1"]);
    assert_eq!(figures(&answer)[3], "incidents 1");
}

#[tokio::test]
async fn only_changes_that_were_begun_count() {
    let book = Book::new().await;
    let phase = |id: &str, phase| about(ItsmRecord { phase, ..change(id, 0, 1) }, "web");
    let planned = |change: ItsmRecord| ItsmRecord {
        planned_start: change.actual_start,
        planned_end: change.actual_end,
        actual_start: None,
        actual_end: None,
        ..change
    };
    let records = vec![
        phase("draft", Some(ChangePhase::Draft)),
        phase("approved", Some(ChangePhase::Approved)),
        phase("canceled", Some(ChangePhase::Canceled)),
        ItsmRecord { state: TicketState::Canceled, ..phase("canceled by its state", None) },
        ItsmRecord { deleted: true, ..phase("deleted", Some(ChangePhase::Done)) },
        ItsmRecord { actual_start: None, ..phase("no start", Some(ChangePhase::Done)) },
        planned(phase("planned, nobody knows whether begun", None)),
        phase("begun, in no phase", None),
        planned(phase("planned and implementing", Some(ChangePhase::Implementing))),
        phase("reviewing", Some(ChangePhase::Reviewing)),
        phase("failed", Some(ChangePhase::Failed)),
        ItsmRecord { actual_end: None, planned_end: None, ..phase("no end", Some(ChangePhase::Done)) },
    ];
    book.keep("desk", records).await;
    let answer = book.ask(IncidentsAfterChanges, &the_year()).await;
    assert_eq!(figures(&answer), ["changes 5", "failures 1", "failure_rate 0.2", "incidents 0", "without_times 1"]);
    assert!(lines(&answer)[0].starts_with("failed | "), "what failed by its phase is a row, too");
    let of = |id: &str, minutes| about(incident(id, minutes, None), "web");
    let records = vec![
        of("INC1", 1),
        ItsmRecord { deleted: true, ..of("deleted", 1) },
        ItsmRecord { state: TicketState::Canceled, ..of("canceled", 1) },
        ItsmRecord { created_at: None, ..of("no beginning", 1) },
    ];
    book.keep("desk", records).await;
    let expected = ["begun, in no phase 1", "failed 1", "no end 1", "planned and implementing 1", "reviewing 1"];
    assert_eq!(followed(&book, &the_year()).await, expected, "of one moment in the order of their numbers");
}

#[tokio::test]
async fn changes_are_of_their_own_connection_and_span() {
    let book = Book::new().await;
    let one = about(change("CHG1", 31 * DAY - 1, 31 * DAY), "web");
    book.keep("desk", vec![one.clone(), about(change("CHG2", 31 * DAY, 31 * DAY), "web")]).await;
    book.keep("elsewhere", vec![one]).await;
    book.keep("desk", vec![about(incident("INC1", 31 * DAY + 60, None), "web")]).await;
    let january = Asked { until: Some("2026-02-01".to_owned()), ..the_year() };
    assert_eq!(followed(&book, &january).await, ["CHG1 1"], "the incident comes after the span, its change in it");
    assert_eq!(followed(&book, &the_year()).await, ["CHG1 1", "CHG2 1"]);
    let elsewhere = Asked { connection: Some("elsewhere".to_owned()), ..the_year() };
    assert!(followed(&book, &elsewhere).await.is_empty(), "names of one platform mean nothing on another");
}
