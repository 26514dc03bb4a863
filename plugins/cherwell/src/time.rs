//! Times: the system writes them as people of a culture do, `11/22/2026 1:06 PM`, by its own clock and to the minute; the contract
//! writes RFC 3339.
//!
//! What is asked for must never be later than what is meant: a time is cut to its minute, and where clocks are about to be set
//! back, by as much as they will be, since an hour is then written twice.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use signalbox_sdk::time::Stamp;

/// How the system writes dates.
#[derive(Clone, Debug, PartialEq)]
pub struct Dates {
    format: String,
    zone: TimeZone,
}

/// Why dates can't be read and written so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDates {
    /// The format loses a part of the date, or is none.
    #[error("`{0}` does not read the minute that it has written: it needs year, month, day, hour and minute")]
    Format(String),
    /// The time zone is none.
    #[error("`{0}` is no time zone: UTC, an offset such as +01:00, or POSIX rules such as CET-1CEST,M3.5.0,M10.5.0/3")]
    Zone(String),
}

// === impl Dates ===

impl Dates {
    /// Dates in this format, by the clock of this zone.
    ///
    /// # Errors
    /// Where one of the two makes no sense.
    pub fn try_new(format: &str, zone: &str) -> Result<Self, InvalidDates> {
        let zone = self::zone(zone).ok_or_else(|| InvalidDates::Zone(zone.to_owned()))?;
        let dates = Self { format: format.to_owned(), zone };
        // Day and month, and the halves of a day, can't be taken for each other here.
        let sample = DateTime::constant(2026, 11, 22, 13, 6, 0, 0);
        let written = jiff::fmt::strtime::format(format, sample).ok();
        let is_whole = written.and_then(|text| dates.civil(&text)) == Some(sample);
        if is_whole { Ok(dates) } else { Err(InvalidDates::Format(format.to_owned())) }
    }

    /// A date as the system has written it; none where it is another text.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Stamp> {
        let zoned = self.zone.to_ambiguous_zoned(self.civil(text)?).compatible().ok()?;
        Some(zoned.timestamp().into())
    }

    /// A date for the system to compare with, at or before this time.
    #[must_use]
    pub fn write_at_most(&self, time: Stamp) -> String {
        let time = Timestamp::from(time);
        let local = |time: Timestamp| self.zone.to_offset(time);
        let ahead = time.checked_add(SignedDuration::from_hours(2)).unwrap_or(time);
        let set_back = local(time).seconds().saturating_sub(local(ahead).seconds()).max(0);
        let seconds = i64::from(set_back) + time.as_second().rem_euclid(60);
        let time = time.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(time);
        jiff::fmt::strtime::format(&self.format, self.zone.to_datetime(time)).unwrap_or_default()
    }

    /// Whether a date is at or after another, as the system's own clock shows both.
    #[must_use]
    pub fn is_at_or_after(&self, date: &str, other: &str) -> bool {
        matches!((self.civil(date), self.civil(other)), (Some(date), Some(other)) if date >= other)
    }

    /// Seconds that the system's clock is ahead of UTC at a time.
    #[must_use]
    pub fn offset_at(&self, time: Stamp) -> i32 {
        self.zone.to_offset(time.into()).seconds()
    }

    fn civil(&self, text: &str) -> Option<DateTime> {
        DateTime::strptime(&self.format, text.trim()).ok()
    }
}

fn zone(text: &str) -> Option<TimeZone> {
    if text.eq_ignore_ascii_case("UTC") {
        return Some(TimeZone::UTC);
    }
    if let Some((sign, rest)) = text.split_at_checked(1).filter(|(sign, _)| matches!(*sign, "+" | "-")) {
        let (hours, minutes) = rest.split_once(':')?;
        let seconds =
            hours.parse::<i32>().ok()?.checked_mul(60)?.checked_add(minutes.parse().ok()?)?.checked_mul(60)?;
        return Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok().map(TimeZone::fixed);
    }
    TimeZone::posix(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: &str = "%-m/%-d/%Y %-I:%M %p";
    const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

    fn at(text: &str) -> Stamp {
        Stamp::from_contract(text).unwrap()
    }

    #[test]
    fn dates_are_read_as_the_culture_writes_them() {
        for (format, zone, text, time) in [
            (US, "UTC", "4/28/2019 1:39 PM", "2019-04-28T13:39:00Z"),
            (US, "-07:00", "11/2/2026 12:05 AM", "2026-11-02T07:05:00Z"),
            ("%d.%m.%Y %H:%M", BERLIN, "28.04.2019 13:39", "2019-04-28T11:39:00Z"),
            ("%d.%m.%Y %H:%M", BERLIN, "28.12.2019 13:39", "2019-12-28T12:39:00Z"),
            ("%d/%m/%Y %H:%M", "+05:30", "03/04/2026 05:30", "2026-04-03T00:00:00Z"),
        ] {
            let dates = Dates::try_new(format, zone).unwrap();
            assert_eq!(dates.read(text), Some(at(time)), "{text} in {zone}");
            assert_eq!(dates.read(&dates.write_at_most(at(time))), Some(at(time)), "{text} in {zone}");
        }
        let dates = Dates::try_new(US, "UTC").unwrap();
        for foreign in ["", "28.04.2019 13:39", "4/28/2019", "yesterday"] {
            assert_eq!(dates.read(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn what_is_asked_for_is_cut_to_the_minute() {
        let dates = Dates::try_new(US, "UTC").unwrap();
        assert_eq!(dates.write_at_most(at("2026-11-22T13:06:59.9Z")), "11/22/2026 1:06 PM");
    }

    #[test]
    fn before_clocks_are_set_back_an_hour_more_is_asked_for() {
        let dates = Dates::try_new("%d.%m.%Y %H:%M", BERLIN).unwrap();
        // Summer time ends on 2026-10-25 at 01:00 UTC: from 02:00 to 03:00 local clocks show each minute twice.
        for (time, asked) in [
            ("2026-10-24T22:30:00Z", "25.10.2026 00:30"),
            ("2026-10-25T00:30:00Z", "25.10.2026 01:30"),
            ("2026-10-25T01:10:00Z", "25.10.2026 02:10"),
            ("2026-10-25T02:30:00Z", "25.10.2026 03:30"),
        ] {
            assert_eq!(dates.write_at_most(at(time)), asked, "{time}");
        }
    }

    #[test]
    fn what_loses_a_part_of_a_date_is_refused() {
        for format in ["", "%Y-%m-%d", "%m/%d/%Y %I:%M", "%d.%m.%y", "%Q"] {
            assert_eq!(Dates::try_new(format, "UTC"), Err(InvalidDates::Format(format.into())));
        }
        for zone in ["", "Europe/Berlin", "+1", "+25:00:00", "+99:00"] {
            assert_eq!(Dates::try_new(US, zone), Err(InvalidDates::Zone(zone.into())));
        }
    }
}
