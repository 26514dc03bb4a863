//! Dates as people of a culture read and write them: what the interface speaks instead of a format for machines.
//!
//! Shown dates have minutes and no seconds; dates that are asked for may have them.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::Offset,
};

/// How dates are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Culture {
    /// `11/22/2026 1:06 PM`
    #[default]
    EnUs,
    /// `22/11/2026 13:06`
    EnGb,
    /// `22.11.2026 13:06`
    DeDe,
}

impl Culture {
    /// By its name, `en-US`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::EnUs, Self::EnGb, Self::DeDe].into_iter().find(|culture| culture.name().eq_ignore_ascii_case(name))
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EnUs => "en-US",
            Self::EnGb => "en-GB",
            Self::DeDe => "de-DE",
        }
    }

    /// A time as it is shown at so many minutes ahead of UTC.
    #[must_use]
    pub fn show(self, time: Timestamp, minutes_ahead: i16) -> String {
        let format = match self {
            Self::EnUs => "%-m/%-d/%Y %-I:%M %p",
            Self::EnGb => "%d/%m/%Y %H:%M",
            Self::DeDe => "%d.%m.%Y %H:%M",
        };
        offset(minutes_ahead).to_datetime(time).strftime(format).to_string()
    }

    /// A time as it was written; none where it is none in this culture.
    #[must_use]
    pub fn read(self, text: &str, minutes_ahead: i16) -> Option<Timestamp> {
        let (date, times) = match self {
            Self::EnUs => ("%m/%d/%Y", ["%I:%M %p", "%I:%M:%S %p"]),
            Self::EnGb => ("%d/%m/%Y", ["%H:%M", "%H:%M:%S"]),
            Self::DeDe => ("%d.%m.%Y", ["%H:%M", "%H:%M:%S"]),
        };
        let text = text.trim();
        let whole = times.iter().find_map(|time| DateTime::strptime(format!("{date} {time}"), text).ok());
        let civil =
            whole.or_else(|| Some(Date::strptime(date, text).ok()?.to_datetime(jiff::civil::Time::midnight())))?;
        offset(minutes_ahead).to_timestamp(civil).ok()
    }
}

fn offset(minutes_ahead: i16) -> Offset {
    Offset::from_seconds(i32::from(minutes_ahead) * 60).unwrap_or(Offset::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_culture_reads_what_it_shows_up_to_the_minute() {
        let time: Timestamp = "2026-03-04T00:06:47Z".parse().unwrap();
        for (culture, shown) in [
            (Culture::EnUs, "3/4/2026 2:06 AM"),
            (Culture::EnGb, "04/03/2026 02:06"),
            (Culture::DeDe, "04.03.2026 02:06"),
        ] {
            assert_eq!(culture.show(time, 120), shown);
            assert_eq!(culture.read(shown, 120), Some("2026-03-04T00:06:00Z".parse().unwrap()), "{shown}");
            assert_eq!(Culture::named(&culture.name().to_lowercase()), Some(culture));
        }
    }

    #[test]
    fn seconds_and_bare_dates_can_be_asked_for_and_other_cultures_cannot() {
        let at = |text| Culture::EnUs.read(text, 0).map(|time| time.to_string());
        assert_eq!(at("4/10/2019 3:10:12 PM").as_deref(), Some("2019-04-10T15:10:12Z"));
        assert_eq!(at("4/10/2019").as_deref(), Some("2019-04-10T00:00:00Z"));
        assert_eq!(at("22.11.2026 13:06"), None);
        assert_eq!(at("22/11/2026 1:06 PM"), None);
        assert_eq!(at(""), None);
    }
}
