//! What the platform makes of a write: data policies, business rules, computed fields.
//!
//! Pure: from the row before and the row as written to the row as kept, or a refusal.

pub mod change;
pub mod incident;

use jiff::Timestamp;

use super::{query::format_time, refusal::Refusal, schema::Schema, store::Row};

/// Who writes what, when.
#[derive(Debug, Clone, Copy)]
pub struct Writing<'a> {
    /// The writer's sys_id.
    pub user: &'a str,
    /// The writer's roles include an administrator's.
    pub administers: bool,
    /// The platform's time.
    pub now: Timestamp,
    /// Journal fields that are written along.
    pub journals: &'a [&'a str],
}

impl Writing<'_> {
    fn time(&self) -> String {
        format_time(self.now)
    }
}

/// Applies the rules of the row's table.
///
/// # Errors
/// What the platform refuses, with its words.
pub fn settle(schema: &Schema, old: Option<&Row>, new: &mut Row, writing: &Writing<'_>) -> Result<(), Refusal> {
    if schema.is_a(&new.table, "incident") {
        incident::settle(old, new, writing)
    } else if schema.is_a(&new.table, "change_request") {
        change::settle(old, new, writing)
    } else {
        Ok(())
    }
}

/// Counts a handing over from one group to another.
fn count_reassignment(old: Option<&Row>, new: &mut Row) {
    let before = old.map_or("", |old| old.get("assignment_group"));
    if !before.is_empty() && before != new.get("assignment_group") {
        new.add("reassignment_count", 1);
    }
}

/// The labels of those fields that are empty.
fn missing(row: &Row, fields: &[(&str, &'static str)]) -> Vec<&'static str> {
    fields.iter().filter(|(field, _)| row.get(field).is_empty()).map(|(_, label)| *label).collect()
}
