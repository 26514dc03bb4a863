//! Criteria: which objects a projection is asked for.
//!
//! A property of the class is named by its path, what every object has by its generic name. Values are JSON texts, so that nothing
//! in one can become another condition; `Like` with its wildcards is never asked. The portal is trusted with none of it: whoever
//! asks checks each object that comes.

use crate::settings::KeyProperty;
use serde_json::{Value, json};

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub enum Left<'a> {
    /// What every object has: `Id`, `LastModified`, `DisplayName`.
    Generic(&'a str),
    /// A property of a class.
    Property(&'a KeyProperty),
}

/// How it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The same.
    Equal,
    /// The same or more.
    GreaterEqual,
    /// Less.
    Less,
    /// The same or less.
    LessEqual,
}

/// Conditions that must all hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query(Vec<Value>);

// === impl Query ===

impl Query {
    /// All objects.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// And: this holds.
    #[must_use]
    pub fn and(mut self, left: Left<'_>, operator: Operator, value: &str) -> Self {
        let left = match left {
            Left::Generic(name) => json!({ "GenericProperty": name }),
            Left::Property(KeyProperty { property, class }) => {
                json!({ "Property": format!("$Context/Property[Type='{class}']/{property}$") })
            }
        };
        let operator = match operator {
            Operator::Equal => "Equal",
            Operator::GreaterEqual => "GreaterEqual",
            Operator::Less => "Less",
            Operator::LessEqual => "LessEqual",
        };
        let condition = json!({
            "ValueExpressionLeft": left, "Operator": operator, "ValueExpressionRight": { "Value": value }
        });
        self.0.push(json!({ "SimpleExpression": condition }));
        self
    }

    /// The body that asks a projection for what this says.
    #[must_use]
    pub fn body(&self, projection: &str) -> Value {
        let expression = match self.0.as_slice() {
            [] => Value::Null,
            [one] => one.clone(),
            several => json!({ "And": { "Expression": several } }),
        };
        json!({ "Id": projection, "Criteria": { "Base": { "Expression": expression } } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROJECTION: &str = "285cb0a2-f276-bccb-563e-bb721df7cdec";

    #[test]
    fn one_condition_stands_alone() {
        let body = Query::new().and(Left::Generic("Id"), Operator::Equal, "8f6e").body(PROJECTION);
        let expected = json!({
            "Id": PROJECTION,
            "Criteria": { "Base": { "Expression": { "SimpleExpression": {
                "ValueExpressionLeft": { "GenericProperty": "Id" },
                "Operator": "Equal",
                "ValueExpressionRight": { "Value": "8f6e" },
            } } } },
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn several_are_joined() {
        let key = KeyProperty { property: "GatewayKey".into(), class: "0f".into() };
        let query = Query::new().and(Left::Property(&key), Operator::Equal, "it's \"<>\"").and(
            Left::Generic("LastModified"),
            Operator::Less,
            "2026",
        );
        let body = query.body(PROJECTION);
        let parts = body.pointer("/Criteria/Base/Expression/And/Expression").unwrap().as_array().unwrap();
        assert_eq!(parts.len(), 2);
        let first = &parts[0]["SimpleExpression"];
        assert_eq!(first["ValueExpressionLeft"]["Property"], "$Context/Property[Type='0f']/GatewayKey$");
        assert_eq!(first["ValueExpressionRight"]["Value"], "it's \"<>\"");
    }
}
