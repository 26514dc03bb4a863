//! Expressions, from the loosest bond to the tightest.

use super::Kind::{Dynamic, Flag, Number, Span, Text, Time};
use super::lexer::Token;
use super::{Kind, Meaning, Reader, functions};

// === impl Reader ===

impl Reader {
    pub(super) fn expression(&mut self) -> Result<Kind, String> {
        let mut kind = self.conjunction()?;
        while self.take("or") {
            kind = both_flags(kind, self.conjunction()?)?;
        }
        Ok(kind)
    }

    fn conjunction(&mut self) -> Result<Kind, String> {
        let mut kind = self.comparison()?;
        while self.take("and") {
            kind = both_flags(kind, self.comparison()?)?;
        }
        Ok(kind)
    }

    fn comparison(&mut self) -> Result<Kind, String> {
        let left = self.sum()?;
        for sign in ["==", "!=", "=~", "<=", ">=", "<", ">"] {
            if self.take(sign) {
                let right = self.sum()?;
                let fits = left == right && left != Dynamic && (sign != "=~" || left == Text);
                return if fits { Ok(Flag) } else { Err(format!("{left:?} {sign} {right:?}")) };
            }
        }
        if self.take("in") || self.take("!in") {
            self.expect("(")?;
            let kinds = self.members()?;
            self.expect(")")?;
            return if kinds.iter().all(|kind| *kind == left) {
                Ok(Flag)
            } else {
                Err(format!("{left:?} in {kinds:?}"))
            };
        }
        if self.take("between") {
            self.expect("(")?;
            let from = self.sum()?;
            self.expect("..")?;
            let to = self.sum()?;
            self.expect(")")?;
            let fits = from == left && to == left && matches!(left, Number | Time | Span);
            return if fits { Ok(Flag) } else { Err(format!("{left:?} between {from:?} and {to:?}")) };
        }
        Ok(left)
    }

    /// What stands in the brackets of `in`: values, or a table of one column.
    fn members(&mut self) -> Result<Vec<Kind>, String> {
        if let Some(Token::Name(name)) = self.peek()
            && let Some(Meaning::Table(columns)) = self.names.get(name)
        {
            let kinds: Vec<_> = columns.iter().map(|(_, kind)| *kind).collect();
            self.at += 1;
            return if kinds.len() == 1 { Ok(kinds) } else { Err("a table of one column is expected".into()) };
        }
        self.list(Self::sum)
    }

    fn sum(&mut self) -> Result<Kind, String> {
        let mut kind = self.product()?;
        loop {
            let is_plus = self.take("+");
            if !is_plus && !self.take("-") {
                return Ok(kind);
            }
            let right = self.product()?;
            kind = match (kind, right) {
                (Number, Number) => Number,
                (Span, Span) => Span,
                (Time, Span) => Time,
                (Time, Time) if !is_plus => Span,
                _ => return Err(format!("{kind:?} and {right:?} have no sum")),
            };
        }
    }

    fn product(&mut self) -> Result<Kind, String> {
        let mut kind = self.value()?;
        loop {
            let is_times = self.take("*");
            if !is_times && !self.take("/") {
                return Ok(kind);
            }
            let right = self.value()?;
            kind = match (kind, right) {
                (Number, Number) => Number,
                (Span, Number) => Span,
                (Span, Span) if !is_times => Number,
                _ => return Err(format!("{kind:?} and {right:?} have no product")),
            };
        }
    }

    fn value(&mut self) -> Result<Kind, String> {
        let mut kind = self.primary()?;
        loop {
            if self.take("[") {
                let negative = self.take("-");
                let index = self.expression()?;
                self.expect("]")?;
                let fits = kind == Dynamic && (index == Number || (index == Text && !negative));
                kind = if fits { Dynamic } else { return Err(format!("{kind:?}[{index:?}]")) };
            } else if self.take(".") {
                self.name()?;
                kind = if kind == Dynamic { Dynamic } else { return Err(format!("{kind:?} has no members")) };
            } else {
                return Ok(kind);
            }
        }
    }

    fn primary(&mut self) -> Result<Kind, String> {
        if self.take("(") {
            let kind = self.expression()?;
            self.expect(")")?;
            return Ok(kind);
        }
        let kind = match self.peek() {
            Some(Token::Text(_)) => Text,
            Some(Token::Number(_)) => Number,
            Some(Token::Span(_)) => Span,
            _ => return self.named(),
        };
        self.at += 1;
        Ok(kind)
    }

    fn named(&mut self) -> Result<Kind, String> {
        let name = self.name()?;
        if self.take("(") {
            let arguments = if self.take(")") { Vec::new() } else { self.arguments()? };
            return functions::scalar(&name, &arguments);
        }
        self.kind_of(&name)
    }

    /// Up to the closing bracket.
    pub(super) fn arguments(&mut self) -> Result<Vec<Kind>, String> {
        let arguments = self.list(Self::expression)?;
        self.expect(")")?;
        Ok(arguments)
    }

    /// A column, or a value that `let` gave a name to.
    pub(super) fn kind_of(&self, name: &str) -> Result<Kind, String> {
        if let Some((_, kind)) = self.scope.iter().find(|(column, _)| column == name) {
            return Ok(*kind);
        }
        match self.names.get(name) {
            Some(Meaning::Scalar(kind)) => Ok(*kind),
            _ => Err(format!("there is no column `{name}`")),
        }
    }
}

fn both_flags(left: Kind, right: Kind) -> Result<Kind, String> {
    if (left, right) == (Flag, Flag) { Ok(Flag) } else { Err(format!("{left:?} and {right:?} are no conditions")) }
}
