//! The alerts that there are, and everything that happened to them.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use crate::azure::{
    contents::{Alert, Condition, State},
    management::subscription,
};

/// How long Azure keeps an alert.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// All alerts.
#[derive(Debug, Default)]
pub struct Book {
    alerts: Vec<Kept>,
    changes: Vec<StateChange>,
}

/// An alert, and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// As it is now.
    pub alert: Alert,
    /// When it fired.
    pub started: Timestamp,
    /// When it was resolved.
    pub resolved: Option<Timestamp>,
    /// When it was last changed.
    pub modified: Timestamp,
    /// Who did that.
    pub modified_by: String,
    /// What happened, oldest first.
    pub history: Vec<Modification>,
}

/// One thing that happened to an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Modification {
    /// `AlertCreated`, `StateChange`, `MonitorConditionChange`.
    pub event: &'static str,
    /// What was.
    pub from: String,
    /// What is.
    pub to: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What they said.
    pub comments: Option<String>,
}

/// A call of `changestate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateChange {
    /// The alert.
    pub alert: String,
    /// The state that it had.
    pub from: State,
    /// The state that it was to have.
    pub to: State,
    /// What was said.
    pub comments: Option<String>,
    /// Who called.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Whether anything changed; if not, the comment was not kept.
    pub changed: bool,
}

// === impl Book ===

impl Book {
    /// Puts an alert in, in place of one of the same id.
    pub fn put(&mut self, alert: Alert, now: Timestamp) {
        self.forget(&alert.id);
        let started = alert.started.unwrap_or(now);
        let resolved = (alert.condition == Condition::Resolved).then_some(now);
        let created = Modification {
            event: "AlertCreated",
            from: String::new(),
            to: String::new(),
            at: started,
            by: "System".into(),
            comments: None,
        };
        let (modified, modified_by) = (resolved.unwrap_or(started), "System".into());
        self.alerts.push(Kept { alert, started, resolved, modified, modified_by, history: vec![created] });
    }

    /// An alert, as long as Azure keeps it.
    pub fn get(&mut self, id: &str, now: Timestamp) -> Option<&Kept> {
        self.alerts.retain(|kept| !kept.is_over(now));
        self.alerts.iter().find(|kept| kept.alert.id.eq_ignore_ascii_case(id))
    }

    /// All that are kept still.
    pub fn all(&self, now: Timestamp) -> impl Iterator<Item = &Kept> {
        self.alerts.iter().filter(move |kept| !kept.is_over(now))
    }

    /// Deletes one; false where it is not there.
    pub fn forget(&mut self, id: &str) -> bool {
        let before = self.alerts.len();
        self.alerts.retain(|kept| !kept.alert.id.eq_ignore_ascii_case(id));
        self.alerts.len() < before
    }

    /// What `changestate` does.
    pub fn change_state(&mut self, id: &str, to: State, comments: Option<String>, by: &str, now: Timestamp) {
        let Some((alert, from)) = self.set_state(id, to, comments.clone(), by, now) else { return };
        self.changes.push(StateChange { alert, from, to, comments, by: by.to_owned(), at: now, changed: from != to });
    }

    /// An alert has this state from now on: its id, and the state that it had; none where there is none.
    pub fn set_state(
        &mut self,
        id: &str,
        to: State,
        comments: Option<String>,
        by: &str,
        now: Timestamp,
    ) -> Option<(String, State)> {
        let kept = self.alerts.iter_mut().find(|kept| kept.alert.id.eq_ignore_ascii_case(id))?;
        let from = std::mem::replace(&mut kept.alert.state, to);
        if from != to {
            kept.happened("StateChange", from.name(), to.name(), by, comments, now);
        }
        Some((kept.alert.id.clone(), from))
    }

    /// The alert fires, or does not any more; false where it is not there.
    pub fn set_condition(&mut self, id: &str, to: Condition, now: Timestamp) -> bool {
        let Some(kept) = self.alerts.iter_mut().find(|kept| kept.alert.id.eq_ignore_ascii_case(id)) else {
            return false;
        };
        let from = std::mem::replace(&mut kept.alert.condition, to);
        kept.resolved = (to == Condition::Resolved).then_some(now);
        kept.happened("MonitorConditionChange", from.name(), to.name(), "System", None, now);
        true
    }

    /// All calls of `changestate`, in order.
    #[must_use]
    pub fn changes(&self) -> &[StateChange] {
        &self.changes
    }
}

// === impl Kept ===

impl Kept {
    /// `/subscriptions/{s}/providers/Microsoft.AlertsManagement/alerts/{id}`, as notifications have it.
    #[must_use]
    pub fn id(&self) -> String {
        let subscription = subscription(&self.alert.target).unwrap_or_default();
        format!("/subscriptions/{subscription}/providers/Microsoft.AlertsManagement/alerts/{}", self.alert.id)
    }

    fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.started) >= KEPT_FOR
    }

    fn happened(
        &mut self,
        event: &'static str,
        from: &str,
        to: &str,
        by: &str,
        comments: Option<String>,
        at: Timestamp,
    ) {
        (self.modified, self.modified_by) = (at, by.to_owned());
        self.history.push(Modification {
            event,
            from: from.to_owned(),
            to: to.to_owned(),
            at,
            by: by.to_owned(),
            comments,
        });
    }
}

// === impl Modification ===

impl Modification {
    /// As answers have it.
    #[must_use]
    pub fn shown(&self) -> Value {
        json!({
            "modificationEvent": self.event,
            "oldValue": self.from,
            "newValue": self.to,
            "modifiedAt": self.at,
            "modifiedBy": self.by,
            "comments": self.comments.clone().unwrap_or_default(),
            "description": "",
        })
    }
}
