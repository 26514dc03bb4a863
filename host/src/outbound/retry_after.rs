//! `Retry-After`, as seconds or as a date ([RFC 9110, section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).

use crate::domain::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use std::time::Duration;

/// How long a platform asks to be left alone; none where it does not say, or says it in no known way.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        // Fractions stand in no specification and come anyway.
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = DateTimeParser::new().parse_timestamp(value).ok()?;
    let date = date.to_string().parse::<Timestamp>().ok()?;
    Some(date.since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates() {
        let now: Timestamp = "2026-11-22T13:06:00Z".parse().unwrap();
        let cases = [
            ("7", Some(7.0)),
            (" 120 ", Some(120.0)),
            ("0", Some(0.0)),
            ("1.5", Some(1.5)),
            ("Sun, 22 Nov 2026 13:06:30 GMT", Some(30.0)),
            ("Sun, 22 Nov 2026 13:00:00 GMT", Some(0.0)),
            ("-5", None),
            ("NaN", None),
            ("inf", None),
            ("soon", None),
            ("", None),
        ];
        for (value, expected) in cases {
            assert_eq!(retry_after(value, now).map(|rest| rest.as_secs_f64()), expected, "{value}");
        }
    }
}
