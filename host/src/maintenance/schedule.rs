//! When a window is open: once, or again and again by an iCalendar rule (RFC 5545, `RRULE`) in a time zone.
//!
//! A rule recurs in local time: two in the morning stays two in the morning when clocks change. A window lasts as long as
//! its duration says, by the clock that no summer time changes. Rules that recur more often than hourly are refused: what is
//! open that often needs a condition, not a window.

use crate::domain::Timestamp;
use chrono::DateTime;
use jiff::civil;
use rrule::{Frequency, RRuleSet, Tz};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The longest that one occurrence of a rule may last.
pub const LONGEST: Duration = Duration::from_secs(31 * 86_400);
/// How far ahead of what was asked occurrences are made out.
const AHEAD: Duration = Duration::from_secs(7 * 86_400);
/// More occurrences than an hourly rule has in the span that is looked at.
const MOST: u16 = 2_000;

/// When a window is open.
#[derive(Debug)]
pub enum Schedule {
    /// From a moment until another.
    Once {
        /// The first moment.
        from: Timestamp,
        /// The first moment after it.
        until: Timestamp,
    },
    /// By a rule.
    Recurring(Box<Recurring>),
}

/// A rule, and how long each of its occurrences lasts.
#[derive(Debug)]
pub struct Recurring {
    rule: RRuleSet,
    lasts: Duration,
    known: Mutex<Option<Arc<Known>>>,
}

/// Occurrences that were made out: all that begin in a span.
#[derive(Debug)]
struct Known {
    from: Timestamp,
    until: Timestamp,
    starts: Vec<Timestamp>,
}

/// A schedule that can't be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSchedule {
    /// It ends before it begins.
    #[error("`until` must be later than `from`")]
    Empty,
    /// It would never be open, or always.
    #[error("`duration` must be at least 1s, and at most 31d")]
    Duration,
    /// Not a rule, or one that this version does not take.
    #[error("`rrule` is not a rule of RFC 5545, such as \"FREQ=WEEKLY;BYDAY=SU\": {0}")]
    Rule(String),
    /// Too often.
    #[error("`rrule` recurs more often than hourly")]
    TooOften,
}

// === impl Schedule ===

impl Schedule {
    /// Open from a moment until another.
    ///
    /// # Errors
    /// [`InvalidSchedule::Empty`].
    pub fn once(from: Timestamp, until: Timestamp) -> Result<Self, InvalidSchedule> {
        if from < until { Ok(Self::Once { from, until }) } else { Err(InvalidSchedule::Empty) }
    }

    /// Open by a rule, first at `from` in this time zone.
    ///
    /// # Errors
    /// Why not.
    pub fn recurring(
        rule: &str,
        from: civil::DateTime,
        timezone: &str,
        lasts: Duration,
    ) -> Result<Self, InvalidSchedule> {
        if lasts < Duration::from_secs(1) || lasts > LONGEST {
            return Err(InvalidSchedule::Duration);
        }
        // What is put together here is read line by line.
        if [rule, timezone].iter().any(|text| text.contains(char::is_control)) || timezone.contains([':', ';']) {
            return Err(InvalidSchedule::Rule("it has more than one line".to_owned()));
        }
        let rule = rule.strip_prefix("RRULE:").unwrap_or(rule);
        let begin = from.strftime("%Y%m%dT%H%M%S");
        let text = format!("DTSTART;TZID={timezone}:{begin}\nRRULE:{rule}");
        let rule: RRuleSet =
            text.parse().map_err(|error: rrule::RRuleError| InvalidSchedule::Rule(error.to_string()))?;
        let too_often = |frequency| matches!(frequency, Frequency::Minutely | Frequency::Secondly);
        if rule.get_rrule().iter().any(|each| too_often(each.get_freq())) {
            return Err(InvalidSchedule::TooOften);
        }
        Ok(Self::Recurring(Box::new(Recurring { rule, lasts, known: Mutex::new(None) })))
    }

    /// When the window ends that is open at this moment; of occurrences that overlap the last.
    #[must_use]
    pub fn end(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Once { from, until } => (*from <= now && now < *until).then_some(*until),
            Self::Recurring(recurring) => recurring.end(now),
        }
    }
}

// === impl Recurring ===

impl Recurring {
    fn end(&self, now: Timestamp) -> Option<Timestamp> {
        let known = self.known(now);
        let open = known.starts.iter().rev().find(|start| **start <= now);
        open.map(|start| start.after(self.lasts)).filter(|end| now < *end)
    }

    /// Occurrences around this moment: made out once for many questions.
    fn known(&self, now: Timestamp) -> Arc<Known> {
        let mut kept = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let earliest = now.before(self.lasts);
        if let Some(known) = kept.as_ref().filter(|known| known.from <= earliest && now <= known.until) {
            return known.clone();
        }
        let until = now.after(AHEAD);
        let (after, before) = (instant(earliest), instant(until));
        let found = self.rule.clone().after(after).before(before).all(MOST);
        let starts = found.dates.iter().filter_map(|date| date.timestamp_nanos_opt()).map(Timestamp::from_nanos);
        let known = Arc::new(Known { from: earliest, until, starts: starts.collect() });
        *kept = Some(known.clone());
        known
    }
}

fn instant(moment: Timestamp) -> DateTime<Tz> {
    DateTime::from_timestamp_nanos(moment.nanos()).with_timezone(&Tz::UTC)
}
