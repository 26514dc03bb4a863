//! From the text of a query to its conditions.

use super::{
    Condition, FieldPath, Order, Query, Test,
    value::{self, Moment},
};
use crate::servicenow::schema::{Kind, Name, Schema};

/// Operators as they are written after the field; where one begins another, the longer stands first.
const OPERATORS: &[(&str, Operator)] = &[
    ("ISNOTEMPTY", Operator::NotEmpty),
    ("ISEMPTY", Operator::Empty),
    ("EMPTYSTRING", Operator::Empty),
    ("ANYTHING", Operator::Anything),
    ("INSTANCEOF", Operator::ClassOf),
    ("STARTSWITH", Operator::StartsWith),
    ("ENDSWITH", Operator::EndsWith),
    ("DOES NOT CONTAIN", Operator::Lacks),
    ("CONTAINS", Operator::Contains),
    ("NOT LIKE", Operator::Lacks),
    ("NOTLIKE", Operator::Lacks),
    ("LIKE", Operator::Contains),
    ("BETWEEN", Operator::Between),
    ("NSAMEAS", Operator::DiffersFrom),
    ("SAMEAS", Operator::SameAs),
    ("NOT IN", Operator::NoneOf),
    ("NOTIN", Operator::NoneOf),
    ("IN", Operator::OneOf),
    ("RELATIVEGT", Operator::Later),
    ("RELATIVEGE", Operator::Later),
    ("RELATIVELT", Operator::Earlier),
    ("RELATIVELE", Operator::Earlier),
    ("!=", Operator::IsNot),
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("=", Operator::Is),
    (">", Operator::Above),
    ("<", Operator::Below),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    NotEmpty,
    Empty,
    Anything,
    ClassOf,
    StartsWith,
    EndsWith,
    Lacks,
    Contains,
    Between,
    DiffersFrom,
    SameAs,
    NoneOf,
    OneOf,
    Later,
    Earlier,
    IsNot,
    AtLeast,
    AtMost,
    Is,
    Above,
    Below,
}

impl Query {
    /// Reads a query on a table.
    #[must_use]
    pub fn parse(text: &str, schema: &Schema, table: &str, moment: &Moment) -> Self {
        let mut query = Self::default();
        let mut alternative = Vec::new();
        // A dropped part leaves its place: what follows it with OR is alone then.
        let drop = |query: &mut Self, part: &str| query.dropped.push(part.to_owned());
        for part in parts(text) {
            if part.is_empty() || part == "EQ" {
                continue;
            }
            if let Some((field, down)) = ordering(&part) {
                match resolve(field, schema, table) {
                    Some((path, kind)) => query.order.push(Order { path, kind, down }),
                    None => drop(&mut query, &part),
                }
                continue;
            }
            let (part, next) = match (part.strip_prefix("NQ"), part.strip_prefix("OR")) {
                (Some(rest), _) => {
                    query.alternatives.push(std::mem::take(&mut alternative));
                    (rest.to_owned(), false)
                }
                (None, Some(rest)) => (rest.to_owned(), true),
                (None, None) => (part, false),
            };
            let parsed = condition(&part, schema, table, moment);
            if parsed.is_none() {
                drop(&mut query, &part);
            }
            match (next, alternative.last_mut()) {
                (true, Some(any)) => any.extend(parsed),
                _ => alternative.push(Vec::from_iter(parsed)),
            }
        }
        query.alternatives.push(alternative);
        for conjunction in &mut query.alternatives {
            conjunction.retain(|any| !any.is_empty());
        }
        query
    }

    /// Reads the `name=value` parameters that may stand in the place of a query.
    #[must_use]
    pub fn of_parameters(parameters: &[(String, String)], schema: &Schema, table: &str, moment: &Moment) -> Self {
        let plain = parameters.iter().filter(|(name, _)| !name.starts_with("sysparm_"));
        let escaped = plain.map(|(name, value)| format!("{name}={}", value.replace('^', "^^")));
        Self::parse(&escaped.collect::<Vec<_>>().join("^"), schema, table, moment)
    }
}

/// Splits at `^`; `^^` is a `^` in a value.
fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        if next != '^' {
            part.push(next);
        } else if rest.next_if_eq(&'^').is_some() {
            part.push('^');
        } else {
            parts.push(std::mem::take(&mut part));
        }
    }
    parts.push(part);
    parts
}

fn ordering(part: &str) -> Option<(&str, bool)> {
    match part.strip_prefix("ORDERBYDESC") {
        Some(field) => Some((field, true)),
        None => part.strip_prefix("ORDERBY").map(|field| (field, false)),
    }
}

fn condition(part: &str, schema: &Schema, table: &str, moment: &Moment) -> Option<Condition> {
    let end = part.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.'))?;
    let (field, rest) = part.split_at_checked(end)?;
    let (path, kind) = resolve(field, schema, table)?;
    let (operator, text) = OPERATORS.iter().find_map(|(word, op)| Some((*op, rest.strip_prefix(word)?)))?;
    let one = |text: &str| value::read(text, kind, moment);
    let many = |text: &str| text.split(',').map(|text| one(text.trim())).collect::<Option<Vec<_>>>();
    let test = match operator {
        Operator::NotEmpty => Test::NotEmpty,
        Operator::Empty => Test::Empty,
        Operator::Anything => Test::Anything,
        Operator::ClassOf => Test::ClassOf(text.to_owned()),
        Operator::StartsWith => Test::StartsWith(text.to_owned()),
        Operator::EndsWith => Test::EndsWith(text.to_owned()),
        Operator::Lacks => Test::Lacks(text.to_owned()),
        Operator::Contains => Test::Contains(text.to_owned()),
        Operator::Between => {
            let (from, to) = text.split_once('@')?;
            Test::Between(one(from)?, one(to)?)
        }
        Operator::SameAs => Test::SameAs(resolve(text, schema, table)?.0),
        Operator::DiffersFrom => Test::DiffersFrom(resolve(text, schema, table)?.0),
        Operator::OneOf => Test::OneOf(many(text)?),
        Operator::NoneOf => Test::NoneOf(many(text)?),
        Operator::Later => Test::AtLeast(value::relative(text, moment)?),
        Operator::Earlier => Test::AtMost(value::relative(text, moment)?),
        Operator::Is => Test::Is(one(text)?),
        Operator::IsNot => Test::IsNot(one(text)?),
        Operator::Above => Test::Above(one(text)?),
        Operator::AtLeast => Test::AtLeast(one(text)?),
        Operator::Below => Test::Below(one(text)?),
        Operator::AtMost => Test::AtMost(one(text)?),
    };
    Some(Condition { path, kind, test })
}

/// A field's path and kind; none where a step is unknown or refers to nothing.
pub fn resolve(field: &str, schema: &Schema, table: &str) -> Option<(FieldPath, Kind)> {
    let mut table = schema.table(table)?;
    let mut steps = field.split('.').peekable();
    let mut path = Vec::new();
    while let Some(step) = steps.next() {
        let (name, field): (&Name, _) = table.fields.get_key_value(step)?;
        path.push(name.clone());
        if steps.peek().is_none() {
            return Some((path, field.kind));
        }
        let Kind::Reference(to) = field.kind else { return None };
        table = schema.table(to)?;
    }
    None
}
