//! Encoded queries: `active=true^stateIN1,2^ORpriority=1^NQcorrelation_id=x^ORDERBYDESCsys_updated_on`.
//!
//! Parsing never fails. **A part that names no field, no operator or no value that fits is dropped without a word**, so
//! that the query returns more rows than meant: clients must check what they get. An instance with
//! `glide.invalid_query.returns_no_rows` returns none instead, which the caller decides by [`Query::dropped`].

mod eval;
mod parse;
#[cfg(test)]
mod tests;
mod value;

pub use eval::{View, walk};
pub use value::{Moment, Zone, format_time, parse_time};

use super::schema::{Kind, Name};

/// A field, walked to through references: `assignment_group.name`.
pub type FieldPath = Vec<Name>;

/// A parsed query.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// A row matches if it matches one of these; all match where there is none.
    alternatives: Vec<Conjunction>,
    order: Vec<Order>,
    /// Parts that were dropped.
    pub dropped: Vec<String>,
}

/// All of these must hold; of each, one condition must.
type Conjunction = Vec<Vec<Condition>>;

/// One comparison.
#[derive(Debug, PartialEq, Eq)]
struct Condition {
    path: FieldPath,
    kind: Kind,
    test: Test,
}

/// A field to order by.
#[derive(Debug, PartialEq, Eq)]
struct Order {
    path: FieldPath,
    kind: Kind,
    down: bool,
}

/// What a field's value is compared with.
#[derive(Debug, PartialEq, Eq)]
enum Test {
    Is(String),
    IsNot(String),
    Contains(String),
    Lacks(String),
    StartsWith(String),
    EndsWith(String),
    OneOf(Vec<String>),
    NoneOf(Vec<String>),
    Empty,
    NotEmpty,
    Anything,
    Above(String),
    AtLeast(String),
    Below(String),
    AtMost(String),
    Between(String, String),
    SameAs(FieldPath),
    DiffersFrom(FieldPath),
    ClassOf(String),
}

impl Query {
    /// The value that this field must have for any row to match, where the query says so plainly: what an index is for.
    #[must_use]
    pub fn pinned(&self, field: &str) -> Option<&str> {
        let [only] = self.alternatives.as_slice() else { return None };
        only.iter().find_map(|any| match any.as_slice() {
            [Condition { path, test: Test::Is(value), .. }] => match path.as_slice() {
                [name] if &**name == field => Some(value.as_str()),
                _ => None,
            },
            _ => None,
        })
    }
}
