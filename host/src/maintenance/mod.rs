//! Maintenance: when what fires was to be expected.
//!
//! A window is in force for an alert from its beginning until just before its end. Of several the one that ends last
//! counts; when it ends the ticket is looked at again, and another one may be in force by then. A window whose condition
//! can't be evaluated on an alert is not in force for it: rather a ticket too many than one that nobody sees.

mod opened;
pub mod schedule;

pub use opened::Opened;
pub use schedule::{InvalidSchedule, Schedule};

use crate::domain::{Alert, ConnectionName, Labels, Timestamp};
use crate::ledger::{ChangeUnderWay, WindowRow};
use crate::route::{Condition, Variables};
use std::sync::Once;

/// The context's name for what is in force.
pub const WINDOW: &str = "maintenance.window";
/// The context's name for the change request that is under way.
pub const CHANGE: &str = "maintenance.change";
/// The context's name for where a person opens the change request.
pub const CHANGE_URL: &str = "maintenance.change_url";
/// The context's name for when it ends.
pub const UNTIL: &str = "maintenance.until";

/// `[[maintenance]]`, ready to be asked.
#[derive(Debug)]
pub struct Window {
    /// Its name.
    pub name: String,
    /// Which alerts it is for.
    pub when: Condition,
    /// When.
    pub schedule: Schedule,
    /// Said once: a condition that can't be evaluated on one alert can't be on most.
    pub unevaluable: Once,
}

/// What is in force for a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    /// When it ends.
    pub until: Timestamp,
    /// What it is.
    pub what: Occasion,
}

/// What brings maintenance about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A window of the configuration, or one that people opened, by its name.
    Window(String),
    /// A change request.
    Change {
        /// Where it was read.
        connection: ConnectionName,
        /// What people call it.
        number: String,
        /// Where a person opens it; empty where the platform does not say.
        url: String,
    },
}

/// What is in force for an alert now: of windows and change requests the one that ends last.
#[must_use]
pub fn in_force<'a>(
    windows: impl IntoIterator<Item = &'a Window>,
    changes: Vec<ChangeUnderWay>,
    alert: &Alert,
    now: Timestamp,
) -> Option<InForce> {
    let variables = Variables::of(alert);
    let of_windows = windows.into_iter().filter_map(|window| {
        let until = window.schedule.end(now)?;
        let holds = window.when.matches(&variables).unwrap_or_else(|error| {
            window.unevaluable.call_once(|| {
                let alert = alert.id.as_str();
                tracing::warn!(window = %window.name, %error, ?alert, "a maintenance window's condition could not be evaluated: it is not in force");
            });
            false
        });
        holds.then(|| InForce { until, what: Occasion::Window(window.name.clone()) })
    });
    let of_changes = changes.into_iter().map(|ChangeUnderWay { connection, number, url, until }| InForce {
        until,
        what: Occasion::Change { connection, number, url },
    });
    of_windows.chain(of_changes).max_by_key(|each| each.until)
}

// === impl Window ===

impl Window {
    /// One that people opened; none where its condition, which once compiled, does not any more.
    #[must_use]
    pub fn opened(row: WindowRow) -> Option<Self> {
        let WindowRow { id, name, when, from, until } = row;
        match Condition::compile(&when) {
            Ok(when) => Some(Self { name, when, schedule: Schedule::Once { from, until }, unevaluable: Once::new() }),
            Err(error) => {
                tracing::warn!(window = id, %error, "a maintenance window is not in force");
                None
            }
        }
    }
}

// === impl InForce ===

impl InForce {
    /// What a mapping's context says of it.
    #[must_use]
    pub fn context(&self) -> Labels {
        let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut context = match &self.what {
            Occasion::Window(name) => vec![named(WINDOW, name)],
            Occasion::Change { number, url, .. } => vec![named(CHANGE, number), named(CHANGE_URL, url)],
        };
        context.push(named(UNTIL, &self.until.to_string()));
        context.retain(|(_, value)| !value.is_empty());
        context
    }
}

/// Maintenance in words, as a ticket's context has it; none where nothing is in force.
#[must_use]
pub fn in_words(context: &Labels) -> Option<String> {
    let find = |wanted| context.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let until = find(UNTIL)?;
    let what = match (find(CHANGE), find(WINDOW)) {
        (Some(change), _) => match find(CHANGE_URL) {
            Some(url) => format!("change {change} ({url})"),
            None => format!("change {change}"),
        },
        (None, Some(window)) => format!("window `{window}`"),
        (None, None) => return None,
    };
    Some(format!("Maintenance goes on until {until}: {what}."))
}

#[cfg(test)]
mod tests;
