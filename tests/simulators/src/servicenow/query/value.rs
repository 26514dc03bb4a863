//! Values in queries: times, and the few server scripts that clients write in their place.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use crate::servicenow::schema::Kind;

/// When a query is asked, and by whom.
#[derive(Debug, Clone)]
pub struct Moment {
    /// The platform's time.
    pub now: Timestamp,
    /// The asking user's sys_id.
    pub user: String,
    /// The asking user's clock.
    pub zone: Zone,
}

/// Minutes that a user's clock is ahead of UTC. Times are kept in UTC; **in a query they are read in the zone of the user
/// who asks**, and so they are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Zone(pub i16);

impl Zone {
    fn ahead(self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.0) * 60)
    }

    /// A time that the user writes.
    #[must_use]
    pub fn read(self, text: &str) -> Option<Timestamp> {
        parse_time(text)?.checked_sub(self.ahead()).ok()
    }

    /// A time as the user sees it.
    #[must_use]
    pub fn show(self, at: Timestamp) -> String {
        format_time(at.saturating_add(self.ahead()).unwrap_or(at))
    }
}

/// A time as the platform writes it: `2026-11-22 10:00:00`, in UTC.
#[must_use]
pub fn format_time(at: Timestamp) -> String {
    let at = TimeZone::UTC.to_datetime(at);
    format!("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute(), at.second())
}

/// A time as the platform reads it, in UTC: a day, or a day and a time with a space between them.
#[must_use]
pub fn parse_time(text: &str) -> Option<Timestamp> {
    let (day, time) = match text.split_once(' ') {
        Some((day, time)) => (day, time),
        None => (text, "00:00:00"),
    };
    if !is_dashed_day(day) {
        return None;
    }
    let (day, time): (Date, Time) = (day.parse().ok()?, time.parse().ok()?);
    TimeZone::UTC.to_timestamp(DateTime::from_parts(day, time)).ok()
}

/// `2026-11-22`, and none of the other spellings that ISO 8601 allows.
fn is_dashed_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() })
}

/// A value as it is compared; none where it can't be one of this kind.
pub fn read(text: &str, kind: Kind, moment: &Moment) -> Option<String> {
    if let Some(script) = text.strip_prefix("javascript:") {
        return script_value(script, moment);
    }
    match kind {
        Kind::Time if !text.is_empty() => moment.zone.read(text).map(format_time),
        Kind::Boolean if text == "1" => Some("true".into()),
        _ => Some(text.to_owned()),
    }
}

/// `@minute@ago@15` as a time.
pub fn relative(text: &str, moment: &Moment) -> Option<String> {
    let mut parts = text.trim_start_matches('@').split('@');
    let (unit, direction, count) = (parts.next()?, parts.next()?, parts.next()?);
    let count: i64 = count.parse().ok()?;
    let seconds = count.checked_mul(match unit {
        "minute" => 60,
        "hour" => 3600,
        "dayofweek" | "day" => 86_400,
        _ => return None,
    })?;
    let back = if direction == "ago" { -seconds } else { seconds };
    moment.now.checked_add(SignedDuration::from_secs(back)).ok().map(format_time)
}

/// `gs.daysAgoStart(7)` and its kin; none for a script that this instance does not know.
fn script_value(script: &str, moment: &Moment) -> Option<String> {
    let (name, arguments) = script.trim().trim_end_matches(';').strip_prefix("gs.")?.split_once('(')?;
    let arguments = arguments.strip_suffix(')')?;
    let ago = |unit: i64| {
        let count: i64 = arguments.trim().parse().ok()?;
        moment.now.checked_sub(SignedDuration::from_secs(count.checked_mul(unit)?)).ok()
    };
    // The first or last second of the day that it is where the user is.
    let at_time = |at: Timestamp, time: &str| {
        let day = moment.zone.show(at);
        moment.zone.read(&format!("{} {time}", day.get(..10)?))
    };
    let (first, last) = ("00:00:00", "23:59:59");
    let at = match name {
        "getUserID" => return Some(moment.user.clone()),
        "dateGenerate" => {
            let (date, time) = arguments.split_once(',')?;
            let bare = |text: &str| text.trim().trim_matches('\'').trim_matches('"').to_owned();
            moment.zone.read(&format!("{} {}", bare(date), bare(time)))
        }
        "nowDateTime" => Some(moment.now),
        "minutesAgo" => ago(60),
        "hoursAgo" => ago(3600),
        "daysAgo" => ago(86_400),
        "minutesAgoStart" => ago(60),
        "hoursAgoStart" => ago(3600),
        "daysAgoStart" => at_time(ago(86_400)?, first),
        "daysAgoEnd" => at_time(ago(86_400)?, last),
        "beginningOfToday" => at_time(moment.now, first),
        "endOfToday" => at_time(moment.now, last),
        _ => None,
    };
    at.map(format_time)
}
