//! Criteria: which objects a projection answers.
//!
//! `And` and `Or` of simple expressions; a property is named by its path with the class that declares it, or by its generic name.
//! Texts compare as the database does, without regard to case. What means nothing fails the call: unlike other platforms, Service
//! Manager never answers more than was asked for.

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use serde_json::Value;

use super::{
    refusal::Refusal,
    schema::{Class, Kind, Schema},
    store::plain,
};

/// A condition on objects.
#[derive(Debug, Clone, PartialEq)]
pub enum Criteria {
    /// All hold.
    And(Vec<Criteria>),
    /// One holds.
    Or(Vec<Criteria>),
    /// A comparison.
    Simple {
        /// A property's name, or a generic one.
        name: String,
        /// Whether the name is generic.
        generic: bool,
        /// How it is compared.
        operator: Operator,
        /// With what.
        value: String,
    },
}

/// How values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are named as criteria name them")]
pub enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Like,
}

/// What criteria look at.
pub trait Subject {
    /// A generic property's text; none where there is none of this name.
    fn generic(&self, name: &str) -> Option<String>;
    /// A property's text.
    fn property(&self, name: &str) -> String;
}

// === impl Criteria ===

impl Criteria {
    /// Reads what a call asks.
    ///
    /// # Errors
    /// [`Refusal::Failed`] where it means nothing.
    pub fn parse(body: &Value, schema: &Schema, class: Option<Class>) -> Result<Self, Refusal> {
        let expression = body.pointer("/Criteria/Base/Expression");
        let expression = expression.ok_or_else(|| Refusal::Failed("There are no criteria.".to_owned()))?;
        parse(expression, schema, class)
    }

    /// Whether it holds.
    pub fn holds(&self, subject: &impl Subject) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.holds(subject)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(subject)),
            Self::Simple { name, generic, operator, value } => {
                let held = if *generic { subject.generic(name).unwrap_or_default() } else { subject.property(name) };
                operator.holds(&held, value)
            }
        }
    }
}

impl Operator {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "Equal" => Self::Equal,
            "NotEqual" => Self::NotEqual,
            "Greater" => Self::Greater,
            "GreaterEqual" => Self::GreaterEqual,
            "Less" => Self::Less,
            "LessEqual" => Self::LessEqual,
            "Like" => Self::Like,
            _ => return None,
        })
    }

    fn holds(self, held: &str, value: &str) -> bool {
        let order = match (moment(held), moment(value)) {
            (Some(held), Some(value)) => held.cmp(&value),
            // Nothing is neither before nor after a moment.
            (None, Some(_)) if held.is_empty() => return self == Self::NotEqual,
            _ => held.to_lowercase().cmp(&value.to_lowercase()),
        };
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Greater => order.is_gt(),
            Self::GreaterEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessEqual => order.is_le(),
            Self::Like => like(&held.to_lowercase(), &value.to_lowercase()),
        }
    }
}

fn parse(expression: &Value, schema: &Schema, class: Option<Class>) -> Result<Criteria, Refusal> {
    let wrong = |what: &str| Refusal::Failed(format!("The criteria are invalid: {what}."));
    let Some((kind, inner)) =
        expression.as_object().filter(|parts| parts.len() == 1).and_then(|parts| parts.iter().next())
    else {
        return Err(wrong("an expression has one element"));
    };
    let several = || match inner.get("Expression") {
        Some(Value::Array(parts)) if parts.len() > 1 => {
            parts.iter().map(|part| parse(part, schema, class)).collect::<Result<Vec<_>, _>>()
        }
        _ => Err(wrong("And and Or take two expressions or more")),
    };
    match kind.as_str() {
        "And" => several().map(Criteria::And),
        "Or" => several().map(Criteria::Or),
        "SimpleExpression" => simple(inner, schema, class),
        other => Err(wrong(&format!("{other} is no expression"))),
    }
}

fn simple(inner: &Value, schema: &Schema, class: Option<Class>) -> Result<Criteria, Refusal> {
    let wrong = |what: String| Refusal::Failed(format!("The criteria are invalid: {what}."));
    let operator = inner.get("Operator").and_then(Value::as_str).unwrap_or_default();
    let operator = Operator::parse(operator).ok_or_else(|| wrong(format!("{operator} is no operator")))?;
    let value = inner.pointer("/ValueExpressionRight/Value").and_then(Value::as_str);
    let value = value.ok_or_else(|| wrong("there is no value".into()))?.to_owned();
    let left = inner.get("ValueExpressionLeft").and_then(Value::as_object).filter(|left| left.len() == 1);
    let Some((kind, name)) =
        left.and_then(|left| left.iter().next()).and_then(|(kind, name)| Some((kind, name.as_str()?)))
    else {
        return Err(wrong("the left side names one property".into()));
    };
    match kind.as_str() {
        "GenericProperty" => {
            if !["Id", "FullName", "DisplayName", "LastModified", "TimeAdded", "Name"].contains(&name) {
                return Err(wrong(format!("there is no generic property {name}")));
            }
            let value = if name == "Id" { plain(&value) } else { value };
            if name == "LastModified" && moment(&value).is_none() {
                return Err(wrong(format!("{value} is no time")));
            }
            Ok(Criteria::Simple { name: name.to_owned(), generic: true, operator, value })
        }
        "Property" => {
            let (declared, name) = path(name).ok_or_else(|| wrong(format!("{name} is no path of a property")))?;
            let property = class.and_then(|class| schema.property(class, &name));
            // A property can be named by the class that declares it, or by the class that is asked for.
            let known = property.filter(|property| {
                property.class.eq_ignore_ascii_case(&declared)
                    || class.is_some_and(|class| class.id().eq_ignore_ascii_case(&declared))
            });
            let property = known.ok_or_else(|| wrong(format!("class {declared} has no property {name}")))?;
            let value = if matches!(property.kind, Kind::Entry(_)) { plain(&value) } else { value };
            Ok(Criteria::Simple { name, generic: false, operator, value })
        }
        other => Err(wrong(format!("{other} is no left side"))),
    }
}

/// `$Context/Property[Type='GUID']/Name$`.
fn path(text: &str) -> Option<(String, String)> {
    let rest = text.strip_prefix("$Context/Property[Type='")?.strip_suffix('$')?;
    let (class, name) = rest.split_once("']/")?;
    Some((plain(class), name.to_owned()))
}

/// A moment as criteria spell it: with or without the mark of UTC.
fn moment(text: &str) -> Option<Timestamp> {
    if !text.contains('T') {
        return None;
    }
    let marked = text.parse::<Timestamp>().ok();
    marked.or_else(|| Offset::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok())
}

/// `%` stands for any characters.
fn like(text: &str, pattern: &str) -> bool {
    match pattern.split_once('%') {
        None => text == pattern,
        Some((head, rest)) => text.strip_prefix(head).is_some_and(|tail| {
            let starts = tail.char_indices().map(|(at, _)| at).chain([tail.len()]);
            starts.into_iter().any(|at| tail.get(at..).is_some_and(|tail| like(tail, rest)))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    struct One;

    impl Subject for One {
        fn generic(&self, name: &str) -> Option<String> {
            (name == "LastModified").then(|| "2026-11-22T10:00:00.5".to_owned())
        }

        fn property(&self, name: &str) -> String {
            if name == "Title" { "Disk Full".to_owned() } else { String::new() }
        }
    }

    fn simple(left: Value, operator: &str, value: &str) -> Value {
        json!({"SimpleExpression": {
            "ValueExpressionLeft": left, "Operator": operator, "ValueExpressionRight": {"Value": value}
        }})
    }

    fn holds(expression: Value) -> Result<bool, Refusal> {
        let body = json!({"Criteria": {"Base": {"Expression": expression}}});
        Ok(Criteria::parse(&body, &Schema::new(&[]), Some(Class::Incident))?.holds(&One))
    }

    fn title() -> Value {
        json!({"Property": "$Context/Property[Type='{F59821E2-0364-ed2c-19e3-752efbb1ece9}']/Title$"})
    }

    #[test]
    fn texts_compare_without_regard_to_case_and_moments_as_moments() {
        let modified = || json!({"GenericProperty": "LastModified"});
        for (left, operator, value, expected) in [
            (title(), "Equal", "disk full", true),
            (title(), "NotEqual", "disk full", false),
            (title(), "Like", "disk%", true),
            (title(), "Like", "%k f%l", true),
            (title(), "Like", "disk", false),
            (modified(), "GreaterEqual", "2026-11-22T10:00:00.500Z", true),
            (modified(), "Greater", "2026-11-22T10:00:00.500", false),
            (modified(), "Less", "2026-11-22T11:00:00.5+01:00", false),
            (modified(), "LessEqual", "2026-11-22T10:00:00.500000", true),
        ] {
            assert_eq!(holds(simple(left, operator, value)), Ok(expected), "{operator} {value}");
        }
    }

    #[test]
    fn expressions_are_joined() {
        let (yes, no) = (simple(title(), "Equal", "disk full"), simple(title(), "Equal", "x"));
        assert_eq!(holds(json!({"And": {"Expression": [yes, no]}})), Ok(false));
        assert_eq!(holds(json!({"Or": {"Expression": [yes, no]}})), Ok(true));
    }

    #[test]
    fn what_means_nothing_fails() {
        for wrong in [
            json!({}),
            json!(null),
            json!({"Xor": {}}),
            json!({"And": {"Expression": []}}),
            simple(title(), "Contains", "x"),
            simple(json!({"Property": "Title"}), "Equal", "x"),
            simple(
                json!({"Property": "$Context/Property[Type='f59821e2-0364-ed2c-19e3-752efbb1ece9']/Colour$"}),
                "Equal",
                "x",
            ),
            simple(
                json!({"Property": "$Context/Property[Type='e6c9cf6e-d7fe-1b5d-216c-c3f5d2c7670c']/Title$"}),
                "Equal",
                "x",
            ),
            simple(json!({"GenericProperty": "Colour"}), "Equal", "x"),
            simple(json!({"GenericProperty": "LastModified"}), "Greater", "yesterday"),
        ] {
            assert!(matches!(holds(wrong.clone()), Err(Refusal::Failed(_))), "{wrong}");
        }
    }
}
