//! Enough of the query language to say of each name in a query what it stands for, and of each expression what kind it is.

mod expression;
mod functions;
mod lexer;
mod pipeline;

use lexer::Token;
use log_analytics::schema;
use std::collections::BTreeMap;

/// What a value is. Whole and real numbers are told apart nowhere in the queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Time,
    Span,
    Number,
    Flag,
    Dynamic,
}

/// Columns by name, in their order.
pub type Columns = Vec<(String, Kind)>;

/// What `let` gave a name to.
#[derive(Clone, Debug)]
enum Meaning {
    Table(Columns),
    Scalar(Kind),
}

/// A query as far as it is read.
pub struct Reader {
    tokens: Vec<Token>,
    at: usize,
    names: BTreeMap<String, Meaning>,
    /// The columns that an expression may name.
    scope: Columns,
}

/// The columns of a query's answer.
///
/// # Errors
/// Where the query names what is not there, mixes kinds, or is not understood.
pub fn check(query: &str) -> Result<Columns, String> {
    let mut reader = Reader { tokens: lexer::tokens(query)?, at: 0, names: tables(), scope: Vec::new() };
    reader.query().map_err(|error| format!("{error}, before `{}`", reader.rest()))
}

fn tables() -> BTreeMap<String, Meaning> {
    let kind = |azure_type: &str| match azure_type {
        "string" => Kind::Text,
        "datetime" => Kind::Time,
        "long" => Kind::Number,
        "boolean" => Kind::Flag,
        "dynamic" => Kind::Dynamic,
        other => panic!("{other}"),
    };
    let columns =
        |shape: &schema::Shape| shape.columns.iter().map(|(name, of, _)| ((*name).to_owned(), kind(of))).collect();
    schema::tables().iter().map(|shape| (shape.name.to_owned(), Meaning::Table(columns(shape)))).collect()
}

// === impl Reader ===

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// The next token, if it is this word or sign.
    fn take(&mut self, word: &str) -> bool {
        let is_it = self.peek().is_some_and(|token| token.is(word));
        self.at += usize::from(is_it);
        is_it
    }

    fn expect(&mut self, word: &str) -> Result<(), String> {
        if self.take(word) { Ok(()) } else { Err(format!("`{word}` is expected")) }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.peek().cloned() {
            Some(Token::Name(name)) => {
                self.at += 1;
                Ok(name)
            }
            other => Err(format!("a name is expected, and there is {other:?}")),
        }
    }

    /// `name =`, where it stands.
    fn alias(&mut self) -> Option<String> {
        match (self.tokens.get(self.at), self.tokens.get(self.at + 1)) {
            (Some(Token::Name(name)), Some(sign)) if sign.is("=") => {
                let name = name.clone();
                self.at += 2;
                Some(name)
            }
            _ => None,
        }
    }

    /// Calls a part until no comma follows it.
    fn list<T>(&mut self, mut part: impl FnMut(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        let mut parts = vec![part(self)?];
        while self.take(",") {
            parts.push(part(self)?);
        }
        Ok(parts)
    }

    fn rest(&self) -> String {
        self.tokens.iter().skip(self.at).take(6).map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests;
