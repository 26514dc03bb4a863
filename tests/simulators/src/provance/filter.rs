//! `$filter`: OData conditions, as far as the platform's clients write them.
//!
//! `eq ne gt ge lt le`, `contains startswith endswith`, `and or not`, brackets; texts, numbers, times, identities, booleans and null.
//! Texts compare without regard to case, as the platform's collation has it.

use std::{cmp::Ordering, iter::Peekable, vec::IntoIter};

use serde_json::Value;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Both.
    And(Box<Filter>, Box<Filter>),
    /// Either.
    Or(Box<Filter>, Box<Filter>),
    /// Not.
    Not(Box<Filter>),
    /// A column compared with a value.
    Compare(String, Operator, Value),
    /// A part of a text.
    Part(Part, String, String),
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
}

/// Which part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Any.
    Contains,
    /// Its beginning.
    Starts,
    /// Its end.
    Ends,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Comma,
    Word(String),
    Text(String),
}

type Tokens = Peekable<IntoIter<Token>>;

// === impl Filter ===

impl Filter {
    /// Reads a condition; none where it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut tokens = tokens(text)?.into_iter().peekable();
        let filter = either(&mut tokens)?;
        tokens.next().is_none().then_some(filter)
    }

    /// The columns that it names.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Self::And(a, b) | Self::Or(a, b) => a.columns().into_iter().chain(b.columns()).collect(),
            Self::Not(inner) => inner.columns(),
            Self::Compare(column, ..) | Self::Part(_, column, _) => vec![column],
        }
    }

    /// Whether it holds of a row, whose columns are asked for by name.
    #[must_use]
    pub fn holds(&self, column: &dyn Fn(&str) -> Value) -> bool {
        match self {
            Self::And(a, b) => a.holds(column) && b.holds(column),
            Self::Or(a, b) => a.holds(column) || b.holds(column),
            Self::Not(inner) => !inner.holds(column),
            Self::Compare(name, operator, value) => operator.holds(&column(name), value),
            Self::Part(part, name, text) => {
                let held = column(name).as_str().unwrap_or_default().to_lowercase();
                match part {
                    Part::Contains => held.contains(&text.to_lowercase()),
                    Part::Starts => held.starts_with(&text.to_lowercase()),
                    Part::Ends => held.ends_with(&text.to_lowercase()),
                }
            }
        }
    }
}

impl Operator {
    fn holds(self, held: &Value, value: &Value) -> bool {
        if held.is_null() || value.is_null() {
            return match self {
                Self::Eq => held.is_null() && value.is_null(),
                Self::Ne => held.is_null() != value.is_null(),
                _ => false,
            };
        }
        let order = compare(held, value);
        match self {
            Self::Eq => order == Ordering::Equal,
            Self::Ne => order != Ordering::Equal,
            Self::Gt => order == Ordering::Greater,
            Self::Ge => order != Ordering::Less,
            Self::Lt => order == Ordering::Less,
            Self::Le => order != Ordering::Greater,
        }
    }
}

/// The order of two values: nothing before anything, numbers by size, texts without regard to case.
#[must_use]
pub fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Number(a), Value::Number(b)) => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        _ => text(a).cmp(&text(b)),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_lowercase(),
        other => other.to_string(),
    }
}

// === reading ===

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            ',' => tokens.push(Token::Comma),
            '\'' => {
                let mut literal = String::new();
                loop {
                    match rest.next()? {
                        '\'' if rest.peek() == Some(&'\'') => {
                            rest.next();
                            literal.push('\'');
                        }
                        '\'' => break,
                        other => literal.push(other),
                    }
                }
                tokens.push(Token::Text(literal));
            }
            blank if blank.is_whitespace() => {}
            other => {
                let mut word = String::from(other);
                while let Some(next) = rest.next_if(|next| !next.is_whitespace() && !"(),'".contains(*next)) {
                    word.push(next);
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    Some(tokens)
}

fn either(tokens: &mut Tokens) -> Option<Filter> {
    let mut filter = both(tokens)?;
    while take(tokens, "or") {
        filter = Filter::Or(Box::new(filter), Box::new(both(tokens)?));
    }
    Some(filter)
}

fn both(tokens: &mut Tokens) -> Option<Filter> {
    let mut filter = one(tokens)?;
    while take(tokens, "and") {
        filter = Filter::And(Box::new(filter), Box::new(one(tokens)?));
    }
    Some(filter)
}

fn one(tokens: &mut Tokens) -> Option<Filter> {
    if take(tokens, "not") {
        return Some(Filter::Not(Box::new(one(tokens)?)));
    }
    match tokens.next()? {
        Token::Open => {
            let inner = either(tokens)?;
            (tokens.next()? == Token::Close).then_some(inner)
        }
        Token::Word(word) => match word.as_str() {
            "contains" => part(tokens, Part::Contains),
            "startswith" => part(tokens, Part::Starts),
            "endswith" => part(tokens, Part::Ends),
            _ => comparison(tokens, word),
        },
        Token::Close | Token::Comma | Token::Text(_) => None,
    }
}

fn part(tokens: &mut Tokens, part: Part) -> Option<Filter> {
    let Token::Open = tokens.next()? else { return None };
    let Token::Word(column) = tokens.next()? else { return None };
    let Token::Comma = tokens.next()? else { return None };
    let Token::Text(text) = tokens.next()? else { return None };
    let Token::Close = tokens.next()? else { return None };
    Some(Filter::Part(part, column, text))
}

fn comparison(tokens: &mut Tokens, column: String) -> Option<Filter> {
    let Token::Word(operator) = tokens.next()? else { return None };
    let operator = match operator.as_str() {
        "eq" => Operator::Eq,
        "ne" => Operator::Ne,
        "gt" => Operator::Gt,
        "ge" => Operator::Ge,
        "lt" => Operator::Lt,
        "le" => Operator::Le,
        _ => return None,
    };
    let value = match tokens.next()? {
        Token::Text(text) => text.into(),
        // Numbers, true, false and null read as JSON does; times and identities are texts without quotes.
        Token::Word(word) => serde_json::from_str(&word).unwrap_or(Value::String(word)),
        Token::Open | Token::Close | Token::Comma => return None,
    };
    Some(Filter::Compare(column, operator, value))
}

fn take(tokens: &mut Tokens, word: &str) -> bool {
    tokens.next_if(|token| matches!(token, Token::Word(found) if found == word)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(filter: &str) -> bool {
        let row = json!({"name": "O'Brien", "number": 3, "flag": true, "at": "2026-11-22T10:00:00Z", "none": null});
        let column = |name: &str| row.get(name).cloned().unwrap_or_default();
        Filter::parse(filter).unwrap_or_else(|| panic!("{filter}")).holds(&column)
    }

    #[test]
    fn conditions_hold_as_the_platform_has_them() {
        for (filter, holding) in [
            ("name eq 'o''brien'", true),
            ("name eq 'o'", false),
            ("name ne 'x' and number ge 3", true),
            ("number gt 3 or flag eq true", true),
            ("not (number gt 3)", true),
            ("not contains(name,'BRI') or number lt 4", true),
            ("startswith(name,'o''') and endswith(name,'en')", true),
            ("at ge 2026-11-22T10:00:00Z", true),
            ("at gt 2026-11-22T10:00:00Z", false),
            ("none eq null", true),
            ("name ne null", true),
            ("none ge 1", false),
            ("(number eq 3 or number eq 4) and name eq 'x'", false),
            ("number eq 3 or number eq 4 and name eq 'x'", true),
        ] {
            assert_eq!(holds(filter), holding, "{filter}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for text in
            ["", "name", "name eq", "name is 'x'", "(name eq 'x'", "name eq 'x' name", "name eq 'x", "contains(name)"]
        {
            assert_eq!(Filter::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_columns_are_known() {
        let filter = Filter::parse("a eq 1 and (not contains(b,'x') or c eq null)").unwrap();
        assert_eq!(filter.columns(), ["a", "b", "c"]);
    }
}
