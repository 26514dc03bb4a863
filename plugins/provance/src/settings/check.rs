//! What no schema can refuse: settings that contradict each other, or that would break a request.

use super::{Incident, ResolveBy, Settings, State, tables::CASE};
use crate::states;
use serde_json::{Map, Value};
use signalbox_sdk::terms::{SettingFault, must_mean};

// === impl Settings ===

impl Settings {
    /// What a schema cannot see.
    #[must_use]
    pub fn findings(&self) -> Vec<SettingFault> {
        let mut faults = self.incident.faults();
        let change = &self.change;
        if change.logical_name.is_empty() {
            if !change.entity_set.is_empty() || !change.primary_key.is_empty() {
                faults.push(SettingFault::new(
                    "/change/logical_name",
                    "a table of change requests needs its logical name",
                ));
            }
        } else {
            let parts = [
                ("entity_set", &change.entity_set),
                ("primary_key", &change.primary_key),
                ("columns/title", &change.columns.title),
                ("columns/modified", &change.columns.modified),
            ];
            faults.extend(missing("change", &change.logical_name, parts));
        }
        for (table, filter, tracked) in [
            ("incident", &self.incident.filter, self.incident.change_tracking),
            ("change", &change.filter, change.change_tracking),
        ] {
            let at = format!("/{table}/filter");
            if let Some(message) = unfit_to_append(filter) {
                faults.push(SettingFault::new(&at, message));
            }
            if tracked && !filter.is_empty() {
                let message = "change tracking takes no filter: leave it empty, or set `change_tracking` to false";
                faults.push(SettingFault::new(&at, message));
            }
        }
        faults.extend(self.incident.faults_of_values("/defaults", &self.defaults));
        faults
    }
}

// === impl Incident ===

impl Incident {
    fn faults(&self) -> Vec<SettingFault> {
        let columns = &self.columns;
        let parts = [
            ("entity_set", &self.entity_set),
            ("primary_key", &self.primary_key),
            ("columns/key", &columns.key),
            ("columns/title", &columns.title),
            ("columns/state", &columns.state),
            ("columns/status", &columns.status),
            ("columns/modified", &columns.modified),
            ("columns/created", &columns.created),
        ];
        let mut faults = missing("incident", &self.logical_name, parts);
        let means = |state: i64, status: i64| states::meaning(self, &state.to_string(), &status.to_string());
        let (resolve, reopen) = (&self.resolve, &self.reopen);
        for (at, state, status, wanted) in [
            ("/incident/resolve", resolve.state, resolve.status, &[State::Resolved][..]),
            ("/incident/reopen", reopen.state, reopen.status, &[State::Open, State::Pending]),
        ] {
            let name = format!("state {state} with status reason {status}");
            faults.extend(must_mean(at, &name, means(state, status), wanted, "`status_reasons` or `states`"));
        }
        for (severity, values) in self.severity.named() {
            faults.extend(self.faults_of_values(&format!("/incident/severity/{severity}"), values));
        }
        if self.resolve.by == ResolveBy::CloseIncident && self.logical_name != CASE {
            let message = "the action CloseIncident closes rows of `incident` alone: use `patch`";
            faults.push(SettingFault::new("/incident/resolve/by", message));
        }
        faults
    }

    /// Values that are written as they stand may be any but a ticket's identity.
    fn faults_of_values(&self, at: &str, values: &Map<String, Value>) -> Option<SettingFault> {
        let identity = [&self.columns.key, &self.primary_key];
        let own = values.keys().find(|column| identity.contains(column))?;
        let message = format!("`{own}` is how the gateway knows its tickets: nothing else is written there");
        Some(SettingFault::new(at, message))
    }
}

fn missing<'a>(
    table: &str,
    name: &str,
    parts: impl IntoIterator<Item = (&'static str, &'a String)>,
) -> Vec<SettingFault> {
    let absent = parts.into_iter().filter(|(_, value)| value.is_empty());
    absent
        .map(|(part, _)| SettingFault::new(format!("/{table}/{part}"), format!("the table `{name}` needs it")))
        .collect()
}

/// A filter is joined to the pull's own by `and`, in brackets that it must not close.
fn unfit_to_append(filter: &str) -> Option<&'static str> {
    if filter.trim_start().starts_with('$') {
        return Some("only the condition, without `$filter=`");
    }
    let (mut depth, mut quoted) = (0_i64, false);
    for character in filter.chars() {
        match character {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            break;
        }
    }
    (depth != 0 || quoted).then_some("its brackets or quotes do not close")
}
