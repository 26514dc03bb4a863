//! Which rows match, and in which order.

use std::cmp::Ordering;

use super::{Condition, Query, Test};
use crate::servicenow::{
    schema::{Kind, Name, Schema},
    store::{INDEXED, Row, Store},
};

/// Rows together with the dictionary that gives them meaning.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The dictionary.
    pub schema: &'a Schema,
    /// The rows.
    pub store: &'a Store,
}

/// A value reached through references; empty where a reference is empty or leads nowhere.
#[must_use]
pub fn walk<'a>(view: View<'a>, row: &'a Row, path: &[Name]) -> &'a str {
    let Some((last, references)) = path.split_last() else { return "" };
    let mut row = row;
    for step in references {
        match view.store.row(row.get(step)) {
            Some(next) => row = next,
            None => return "",
        }
    }
    row.get(last)
}

impl<'a> View<'a> {
    /// What people see for a reference; empty where it leads nowhere.
    #[must_use]
    pub fn display_of(self, sys_id: &str) -> &'a str {
        let Some(row) = self.store.row(sys_id) else { return "" };
        self.schema.table(&row.table).map_or("", |table| row.get(table.display))
    }

    /// All rows of a table that match, ordered.
    #[must_use]
    pub fn select(self, table: &'a str, query: &Query) -> Vec<&'a Row> {
        let pinned = INDEXED.into_iter().find_map(|field| self.store.find(field, query.pinned(field)?));
        let mut rows: Vec<&Row> = match pinned {
            Some(rows) => {
                rows.into_iter().filter(|row| self.schema.is_a(&row.table, table) && self.matches(query, row)).collect()
            }
            None => self.store.rows(self.schema, table).filter(|row| self.matches(query, row)).collect(),
        };
        rows.sort_by(|left, right| {
            query.order.iter().fold(Ordering::Equal, |ordering, by| {
                ordering.then_with(|| {
                    let order = compare(by.kind, walk(self, left, &by.path), walk(self, right, &by.path));
                    if by.down { order.reverse() } else { order }
                })
            })
        });
        rows
    }

    /// Whether a row matches.
    #[must_use]
    pub fn matches(self, query: &Query, row: &Row) -> bool {
        query.alternatives.is_empty()
            || query.alternatives.iter().any(|all| all.iter().all(|any| any.iter().any(|c| self.holds(c, row))))
    }

    fn holds(self, condition: &Condition, row: &Row) -> bool {
        let value = walk(self, row, &condition.path);
        // A reference is compared as text by what people see.
        let kind = condition.kind;
        let shown = match kind {
            Kind::Reference(_) => self.display_of(value),
            _ => value,
        };
        let orders = |to: &str, wanted: fn(Ordering) -> bool| !value.is_empty() && wanted(compare(kind, value, to));
        match &condition.test {
            Test::Is(wanted) => value == wanted,
            Test::IsNot(wanted) => value != wanted,
            Test::Contains(part) => shown.contains(part.as_str()),
            Test::Lacks(part) => !shown.contains(part.as_str()),
            Test::StartsWith(start) => shown.starts_with(start.as_str()),
            Test::EndsWith(end) => shown.ends_with(end.as_str()),
            Test::OneOf(values) => values.iter().any(|wanted| value == wanted),
            Test::NoneOf(values) => !values.iter().any(|wanted| value == wanted),
            Test::Empty => value.is_empty(),
            Test::NotEmpty => !value.is_empty(),
            Test::Anything => true,
            Test::Above(to) => orders(to, Ordering::is_gt),
            Test::AtLeast(to) => orders(to, Ordering::is_ge),
            Test::Below(to) => orders(to, Ordering::is_lt),
            Test::AtMost(to) => orders(to, Ordering::is_le),
            Test::Between(from, to) => orders(from, Ordering::is_ge) && orders(to, Ordering::is_le),
            Test::SameAs(path) => value == walk(self, row, path),
            Test::DiffersFrom(path) => value != walk(self, row, path),
            Test::ClassOf(class) => self.schema.is_a(value, class),
        }
    }
}

/// Numbers by value where both are some, else texts by their bytes.
fn compare(kind: Kind, left: &str, right: &str) -> Ordering {
    if kind == Kind::Integer
        && let (Ok(left), Ok(right)) = (left.parse::<i64>(), right.parse::<i64>())
    {
        return left.cmp(&right);
    }
    left.cmp(right)
}
