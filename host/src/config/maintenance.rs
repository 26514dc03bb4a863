//! `[[maintenance]]`: windows in which what fires was to be expected.

use super::units::Span;
use crate::{
    domain::{InvalidTimestamp, Timestamp},
    maintenance::{InvalidSchedule, Schedule, Window},
    route::{Condition, InvalidCondition},
};
use jiff::civil;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Once;

/// `[[maintenance]]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceSection {
    /// Its name, for people.
    pub name: String,
    /// Which alerts it is for: a condition as routes have it. Default: all.
    #[serde(default = "all")]
    pub when: String,
    /// When it begins. For a window that is open once a time in RFC 3339, with its offset; with `rrule` the local time of the
    /// first occurrence, such as "2026-01-04T02:00:00".
    pub from: String,
    /// When a window ends that is open once: a time in RFC 3339.
    pub until: Option<String>,
    /// When it is open again: a recurrence rule of iCalendar (RFC 5545), such as "FREQ=WEEKLY;BYDAY=SU". Needs `duration`.
    pub rrule: Option<String>,
    /// How long each occurrence of `rrule` lasts. At least 1 s, at most 31 d.
    pub duration: Option<Span>,
    /// The time zone in which `rrule` recurs, by its name in the IANA database. Default `UTC`.
    pub timezone: Option<String>,
}

/// A window that can't be.
#[derive(Debug, thiserror::Error)]
pub enum InvalidMaintenance {
    /// Nobody could say which one it is.
    #[error("its `name` is empty")]
    Nameless,
    /// Not a condition.
    #[error(transparent)]
    Condition(#[from] InvalidCondition),
    /// Neither once nor by a rule.
    #[error("it needs either `until`, or `rrule` and `duration`; `timezone` goes with `rrule`")]
    Shape,
    /// Not a moment.
    #[error(transparent)]
    Moment(#[from] InvalidTimestamp),
    /// Not a local time.
    #[error("with `rrule`, `from` is a local time, such as \"2026-01-04T02:00:00\", and not `{0}`")]
    Local(String),
    /// Not a schedule.
    #[error(transparent)]
    Schedule(#[from] InvalidSchedule),
}

// === impl MaintenanceSection ===

impl MaintenanceSection {
    pub(super) fn window(&self) -> Result<Window, InvalidMaintenance> {
        if self.name.trim().is_empty() {
            return Err(InvalidMaintenance::Nameless);
        }
        let schedule = match (&self.until, &self.rrule, self.duration, &self.timezone) {
            (Some(until), None, None, None) => {
                let (from, until): (Timestamp, Timestamp) = (self.from.parse()?, until.parse()?);
                Schedule::once(from, until)?
            }
            (None, Some(rule), Some(Span(lasts)), timezone) => {
                let local = || InvalidMaintenance::Local(self.from.clone());
                let with_offset = self.from.parse::<Timestamp>().is_ok();
                let from = self.from.parse::<civil::DateTime>().ok().filter(|_| !with_offset).ok_or_else(local)?;
                Schedule::recurring(rule, from, timezone.as_deref().unwrap_or("UTC"), lasts)?
            }
            _ => return Err(InvalidMaintenance::Shape),
        };
        let when = Condition::compile(&self.when)?;
        Ok(Window { name: self.name.clone(), when, schedule, unevaluable: Once::new() })
    }
}

fn all() -> String {
    "true".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let section: MaintenanceSection = toml::from_str(&format!("name = \"patches\"\n{text}")).unwrap();
        section.window().unwrap_err().to_string()
    }

    #[test]
    fn a_window_is_open_once_or_by_a_rule() {
        let shape = "it needs either `until`, or `rrule` and `duration`; `timezone` goes with `rrule`";
        let (from, local) = ("from = \"2026-01-04T02:00:00Z\"", "from = \"2026-01-04T02:00:00\"");
        assert_eq!(refused(from), shape);
        assert_eq!(refused(&format!("{local}\nrrule = \"FREQ=DAILY\"")), shape);
        let until = "until = \"2026-01-04T03:00:00Z\"";
        assert_eq!(refused(&format!("{from}\n{until}\ntimezone = \"UTC\"")), shape);
        assert_eq!(
            refused(&format!("{local}\n{until}")),
            "`2026-01-04T02:00:00` is not a time in RFC 3339, such as `2026-11-22T13:06:00Z`"
        );
        assert_eq!(
            refused(&format!("{from}\nrrule = \"FREQ=DAILY\"\nduration = \"1h\"")),
            "with `rrule`, `from` is a local time, such as \"2026-01-04T02:00:00\", and not `2026-01-04T02:00:00Z`"
        );
        assert!(refused(&format!("{from}\n{until}\nwhen = \"alert.\"")).starts_with("the condition does not compile"));
    }
}
