use super::*;

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn asked(change: impl FnOnce(&mut Asked)) -> Asked {
    let mut asked = Asked::default();
    change(&mut asked);
    asked
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn what_is_not_said_has_a_default() {
    let question = Question::try_new(Report::TimeToResolve, &Asked::default(), now()).unwrap();
    assert_eq!(question.span.until, now());
    assert_eq!(question.span.since, "2026-10-23T12:00:00Z".parse().unwrap());
    assert_eq!((question.by, question.limit, question.within), (By::Priority, 100, None));
    assert_eq!(question.connection, None);
}

#[test]
fn times_are_moments_or_days() {
    let table = [
        ("days", asked(|asked| asked.days = Some(1)), "2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z"),
        ("a day", asked(|asked| asked.since = some("2026-11-01")), "2026-11-01T00:00:00Z", "2026-11-22T12:00:00Z"),
        (
            "moments with another offset",
            asked(|asked| {
                asked.since = some("2026-01-01T01:00:00+01:00");
                asked.until = some("2026-02-01");
            }),
            "2026-01-01T00:00:00Z",
            "2026-02-01T00:00:00Z",
        ),
        (
            "days before a moment",
            asked(|asked| {
                asked.days = Some(7);
                asked.until = some("2026-01-08T00:00:00Z");
            }),
            "2026-01-01T00:00:00Z",
            "2026-01-08T00:00:00Z",
        ),
    ];
    for (name, asked, since, until) in table {
        let span = Question::try_new(Report::TimeToResolve, &asked, now()).unwrap().span;
        let expected = SpanOfTime { since: since.parse().unwrap(), until: until.parse().unwrap() };
        assert_eq!(span, expected, "{name}");
    }
}

#[test]
fn what_has_no_answer_is_refused_with_what_is_allowed() {
    use Report::TimeToResolve;
    let table = [
        (
            TimeToResolve,
            asked(|asked| asked.since = some("yesterday")),
            "`since`: `yesterday` is not a time in RFC 3339, such as `2026-11-22T13:06:00Z`; a day such as `2026-11-22` will do",
        ),
        (
            TimeToResolve,
            asked(|asked| asked.since = some("2026-11-22T12:00:00Z")),
            "`until` (2026-11-22T12:00:00Z) must be later than `since` (2026-11-22T12:00:00Z)",
        ),
        (
            TimeToResolve,
            asked(|asked| {
                asked.since = some("2026-11-01");
                asked.days = Some(3);
            }),
            "`days` and `since` both say where the time begins: give one of them",
        ),
        (TimeToResolve, asked(|asked| asked.days = Some(0)), "`days` must be from 1 to 3660"),
        (TimeToResolve, asked(|asked| asked.days = Some(3661)), "`days` must be from 1 to 3660"),
        (TimeToResolve, asked(|asked| asked.limit = Some(0)), "`limit` must be at least 1"),
        (
            TimeToResolve,
            asked(|asked| asked.by = some("colour")),
            "the report `time-to-resolve` has no rows by `colour`: `by` is one of `priority`, `category`, \
             `assignment-group`, `rule`, `service`, `connection`, `month`",
        ),
        (
            TimeToResolve,
            asked(|asked| asked.within = some("1h")),
            "the report `time-to-resolve` has no window: `within` means nothing to it",
        ),
        (
            TimeToResolve,
            asked(|asked| asked.connection = some("no name")),
            "`connection`: `no name` is not a name: 1 to 64 characters of a-z, A-Z, 0-9, `.`, `_` and `-`, beginning \
             with a letter or digit",
        ),
    ];
    for (report, asked, expected) in table {
        let error = Question::try_new(report, &asked, now()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_name_that_no_report_has_is_answered_with_those_there_are() {
    let error = "nonsense".parse::<Report>().unwrap_err().to_string();
    assert!(error.starts_with("there is no report `nonsense`: there are `"), "{error}");
    for report in Report::ALL {
        assert!(error.contains(&format!("`{report}`")), "{report}");
        assert_eq!(report.as_str().parse(), Ok(report));
    }
}
