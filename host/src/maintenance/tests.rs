use super::schedule::LONGEST;
use super::*;
use crate::converge::testing::{alert, member};
use crate::domain::Condition as Fires;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn weekly(rule: &str, from: &str, timezone: &str, lasts: Duration) -> Result<Schedule, InvalidSchedule> {
    Schedule::recurring(rule, from.parse().unwrap(), timezone, lasts)
}

fn ends(schedule: &Schedule, at: &str) -> Option<String> {
    schedule.end(moment(at)).map(|end| end.to_string())
}

#[test]
fn a_window_is_open_from_its_beginning_until_just_before_its_end() {
    let once = Schedule::once(moment("2026-03-01T10:00:00Z"), moment("2026-03-01T12:00:00+01:00")).unwrap();
    let cases = [
        ("2026-03-01T09:59:59.999999999Z", None),
        ("2026-03-01T10:00:00Z", Some("2026-03-01T11:00:00Z")),
        ("2026-03-01T10:59:59.999999999Z", Some("2026-03-01T11:00:00Z")),
        ("2026-03-01T11:00:00Z", None),
    ];
    for (at, end) in cases {
        assert_eq!(ends(&once, at).as_deref(), end, "{at}");
    }
}

#[test]
fn a_rule_recurs_in_local_time_when_clocks_change() {
    let night = weekly("FREQ=WEEKLY;BYDAY=SU", "2026-03-15T04:00:00", "Europe/Berlin", HOUR).unwrap();
    let cases = [
        ("2026-03-15T02:59:59Z", None),
        ("2026-03-15T03:00:00Z", Some("2026-03-15T04:00:00Z")),
        ("2026-03-16T03:30:00Z", None),
        ("2026-03-22T03:30:00Z", Some("2026-03-22T04:00:00Z")),
        ("2026-03-29T02:00:00Z", Some("2026-03-29T03:00:00Z")),
        ("2026-03-29T03:00:00Z", None),
        ("2026-10-25T03:00:00Z", Some("2026-10-25T04:00:00Z")),
        ("2026-03-08T03:30:00Z", None),
    ];
    for (at, end) in cases {
        assert_eq!(ends(&night, at).as_deref(), end, "{at}");
    }
}

#[test]
fn a_window_over_a_change_of_clocks_lasts_as_long_as_it_says() {
    let night = weekly("FREQ=DAILY", "2026-03-01T01:00:00", "Europe/Berlin", 3 * HOUR).unwrap();
    assert_eq!(ends(&night, "2026-03-29T00:30:00Z").as_deref(), Some("2026-03-29T03:00:00Z"));
}

#[test]
fn a_local_time_that_clocks_leave_out_is_an_hour_later_and_one_that_comes_twice_is_the_first() {
    let night = weekly("FREQ=DAILY", "2026-03-01T02:30:00", "Europe/Berlin", HOUR / 2).unwrap();
    // RFC 5545, section 3.3.5. Clocks go from 02:00 to 03:00 at 01:00Z in March, from 03:00 to 02:00 at 01:00Z in October.
    let cases = [
        ("2026-03-28", "01:30 to 02:00"),
        ("2026-03-29", "01:30 to 02:00"),
        ("2026-03-30", "00:30 to 01:00"),
        ("2026-10-24", "00:30 to 01:00"),
        ("2026-10-25", "00:30 to 01:00"),
        ("2026-10-26", "01:30 to 02:00"),
    ];
    for (day, open) in cases {
        let starts = ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30"];
        let found = starts.into_iter().filter_map(|time| {
            let end = ends(&night, &format!("{day}T{time}:00Z"))?;
            Some(format!("{time} to {}", &end[11..16]))
        });
        assert_eq!(found.collect::<Vec<_>>(), [open], "{day}");
    }
}

#[test]
fn of_occurrences_that_overlap_the_last_counts() {
    let long = weekly("FREQ=DAILY;COUNT=3", "2026-03-01T00:00:00", "UTC", 30 * HOUR).unwrap();
    assert_eq!(ends(&long, "2026-03-01T23:00:00Z").as_deref(), Some("2026-03-02T06:00:00Z"));
    assert_eq!(ends(&long, "2026-03-02T03:00:00Z").as_deref(), Some("2026-03-03T06:00:00Z"));
    assert_eq!(ends(&long, "2026-03-04T05:59:59Z").as_deref(), Some("2026-03-04T06:00:00Z"));
    assert_eq!(ends(&long, "2026-03-04T06:00:00Z"), None, "the rule counts to three");
}

#[test]
fn a_question_about_the_past_is_answered_after_one_about_the_future() {
    let night = weekly("FREQ=WEEKLY;UNTIL=20270101T000000Z", "2026-01-01T02:00:00", "UTC", HOUR).unwrap();
    assert_eq!(ends(&night, "2026-12-31T02:30:00Z").as_deref(), Some("2026-12-31T03:00:00Z"));
    assert_eq!(ends(&night, "2026-01-08T02:30:00Z").as_deref(), Some("2026-01-08T03:00:00Z"));
    assert_eq!(ends(&night, "2027-01-07T02:30:00Z"), None);
}

#[test]
fn what_can_be_no_schedule_is_refused() {
    let now = moment("2026-03-01T10:00:00Z");
    assert_eq!(Schedule::once(now, now).unwrap_err(), InvalidSchedule::Empty);
    let from = "2026-03-01T10:00:00";
    let refused = |rule: &str, lasts| weekly(rule, from, "UTC", lasts).unwrap_err();
    assert_eq!(refused("FREQ=MINUTELY", HOUR), InvalidSchedule::TooOften);
    assert_eq!(refused("FREQ=DAILY", Duration::ZERO), InvalidSchedule::Duration);
    assert_eq!(refused("FREQ=DAILY", LONGEST + HOUR), InvalidSchedule::Duration);
    assert!(matches!(refused("every sunday", HOUR), InvalidSchedule::Rule(_)));
    assert!(matches!(refused("FREQ=DAILY\nRDATE:20260301T100000Z", HOUR), InvalidSchedule::Rule(_)));
    assert!(matches!(weekly("FREQ=DAILY", from, "Mars/Olympus", HOUR), Err(InvalidSchedule::Rule(_))));
}

fn window(name: &str, when: &str, until: &str) -> Window {
    let schedule = Schedule::once(moment("2026-03-01T10:00:00Z"), moment(until)).unwrap();
    Window { name: name.to_owned(), when: Condition::compile(when).unwrap(), schedule, unevaluable: Once::new() }
}

#[test]
fn of_what_is_in_force_the_last_to_end_counts() {
    let alert = alert(&member("a", Fires::Fired, 0));
    let windows = [
        window("short", "true", "2026-03-01T11:00:00Z"),
        window("of others", "alert.severity == \"verbose\"", "2026-03-01T23:00:00Z"),
        window("unevaluable", "alert.labels.nothing == \"x\"", "2026-03-01T23:00:00Z"),
        window("long", "alert.severity == \"error\"", "2026-03-01T13:00:00Z"),
    ];
    let change = ChangeUnderWay {
        connection: "desk".parse().unwrap(),
        number: "CHG7".to_owned(),
        url: String::new(),
        until: moment("2026-03-01T12:00:00Z"),
    };
    let what = |at: &str, changes| in_force(&windows, changes, &alert, moment(at)).map(|found| found.context());
    let found = what("2026-03-01T10:30:00Z", vec![change.clone()]).unwrap();
    assert_eq!(in_words(&found).unwrap(), "Maintenance goes on until 2026-03-01T13:00:00Z: window `long`.");
    let after = in_force(&[], vec![change], &alert, moment("2026-03-01T10:30:00Z")).unwrap();
    assert_eq!(in_words(&after.context()).unwrap(), "Maintenance goes on until 2026-03-01T12:00:00Z: change CHG7.");
    assert_eq!(what("2026-03-01T13:00:00Z", vec![]), None);
    assert_eq!(in_words(&Labels::new()), None);
}
