//! TicketSQL, `Queue = 'Incidents' AND id > 7`.
//!
//! A value stands in quotes; in it `\` and `'` are escaped by `\`. Searches leave out deleted and merged tickets by themselves.

use crate::time;
use signalbox_sdk::time::Stamp;

/// A search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query(String);

// === impl Query ===

impl Query {
    /// Tickets whose custom field is this.
    #[must_use]
    pub fn custom_field(name: &str, value: &str) -> Self {
        Self(format!("'CF.{{{name}}}' = {}", quoted(value)))
    }

    /// Tickets of these queues.
    #[must_use]
    pub fn of_queues(names: &[String]) -> Self {
        let queues: Vec<_> = names.iter().map(|name| format!("Queue = {}", quoted(name))).collect();
        Self(format!("({})", queues.join(" OR ")))
    }

    /// The ticket with this id.
    #[must_use]
    pub fn ticket(id: u64) -> Self {
        Self(format!("id = {id}"))
    }

    /// And: last changed then or later.
    #[must_use]
    pub fn changed_from(self, at: Stamp) -> Self {
        self.and(&format!("LastUpdated >= '{}'", time::spelled(at)))
    }

    /// And: last changed then or earlier.
    #[must_use]
    pub fn changed_until(self, at: Stamp) -> Self {
        self.and(&format!("LastUpdated <= '{}'", time::spelled(at)))
    }

    /// And: in the order (`LastUpdated`, `id`) after this one. `=` would be the whole day.
    #[must_use]
    pub fn after(self, at: Stamp, id: u64) -> Self {
        let at = time::spelled(at);
        self.and(&format!("(LastUpdated > '{at}' OR (LastUpdated >= '{at}' AND id > {id}))"))
    }

    /// Not yet percent-encoded.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn and(mut self, condition: &str) -> Self {
        self.0.push_str(" AND ");
        self.0.push_str(condition);
        self
    }
}

fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Stamp {
        Stamp::from_contract("2026-11-22T12:00:00Z").unwrap()
    }

    #[test]
    fn conditions_are_joined() {
        let query = Query::of_queues(&["A".into(), "B".into()]).changed_from(noon()).changed_until(noon());
        let expected = "(Queue = 'A' OR Queue = 'B') AND LastUpdated >= '2026-11-22 12:00:00' AND LastUpdated <= '2026-11-22 12:00:00'";
        assert_eq!(query.as_str(), expected);
        assert_eq!(Query::ticket(7).as_str(), "id = 7");
    }

    #[test]
    fn a_place_within_a_second_needs_no_equality() {
        let query = Query::ticket(1).after(noon(), 7);
        let expected =
            "id = 1 AND (LastUpdated > '2026-11-22 12:00:00' OR (LastUpdated >= '2026-11-22 12:00:00' AND id > 7))";
        assert_eq!(query.as_str(), expected);
    }

    #[test]
    fn a_value_cannot_end_its_quotes() {
        assert_eq!(Query::custom_field("Key", r"a' OR id > 0 \").as_str(), r"'CF.{Key}' = 'a\' OR id > 0 \\'");
        assert_eq!(Query::of_queues(&["Robin's".into()]).as_str(), r"(Queue = 'Robin\'s')");
    }
}
