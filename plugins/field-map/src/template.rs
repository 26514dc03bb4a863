//! Jinja templates and expressions.
//!
//! Lenient where alerts differ: a label that an alert lacks is an empty text, at any depth. Strict where settings are wrong: what
//! does not parse, or calls what does not exist, is a [`Fault`] with line and column. A template that loops runs out of fuel
//! long before the call's deadline.

use std::cell::OnceCell;
use std::fmt;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, Value};
use minijinja_contrib::pycompat::unknown_method_callback;

use crate::filters;

/// Steps that one template may take, and 64-byte blocks that it may write: some milliseconds, and 12 MB at most.
const FUEL: u64 = 200_000;

/// What is wrong with a template, or what went wrong in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line and column, both from 1; none where the engine doesn't say.
    pub at: Option<(usize, usize)>,
    /// In the engine's words.
    pub words: String,
    /// Whether every alert that comes there fails, whatever it holds.
    pub is_certain: bool,
}

/// The engine, made when the first template needs it: most mappings of constants and lookups never do.
#[derive(Debug, Default)]
pub struct Engine<'s> {
    environment: OnceCell<Environment<'s>>,
}

// === impl Engine ===

impl<'s> Engine<'s> {
    /// The text that a template makes.
    ///
    /// # Errors
    /// Where it doesn't parse, or fails on these values.
    pub fn render(&self, source: &'s str, values: Value) -> Result<String, Fault> {
        let template = self.environment().template_from_str(source);
        template.and_then(|template| template.render(values)).map_err(|error| Fault::new(&error, source))
    }

    /// Whether an expression holds.
    ///
    /// # Errors
    /// Where it doesn't parse, or fails on these values.
    pub fn holds(&self, source: &'s str, values: Value) -> Result<bool, Fault> {
        let expression = self.environment().compile_expression(source);
        let value = expression.and_then(|expression| expression.eval(values));
        value.map(|value| value.is_true()).map_err(|error| Fault::new(&error, source))
    }

    /// The environment with all filters, tests and functions.
    pub fn environment(&self) -> &Environment<'s> {
        self.environment.get_or_init(|| {
            let mut environment = Environment::new();
            environment.set_undefined_behavior(UndefinedBehavior::Chainable);
            environment.set_auto_escape_callback(|_| AutoEscape::None);
            environment.set_unknown_method_callback(method);
            environment.set_fuel(Some(FUEL));
            // A value that is null prints as nothing, as one that is missing does.
            environment.set_formatter(|out, state, value| match value.is_none() {
                true => Ok(()),
                false => minijinja::escape_formatter(out, state, value),
            });
            if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
                environment.set_syntax(syntax);
            }
            filters::add(&mut environment);
            environment
        })
    }
}

// === impl Fault ===

impl Fault {
    /// An error of the engine's, in terms of the template.
    pub fn new(error: &minijinja::Error, source: &str) -> Self {
        let at = match error.range() {
            Some(range) => Some(position(source, range.start)),
            None => error.line().map(|line| (line, 1)),
        };
        let words = match error.detail() {
            Some(detail) => format!("{}: {detail}", error.kind()),
            None => error.kind().to_string(),
        };
        Self { at, words, is_certain: is_certain(error.kind()) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((line, column)) => write!(out, "line {line}, column {column}: {}", self.words),
            None => out.write_str(&self.words),
        }
    }
}

/// Whether an error of that kind lies in the template alone.
fn is_certain(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::SyntaxError
            | ErrorKind::BadEscape
            | ErrorKind::UnknownFilter
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownMethod
            | ErrorKind::MissingArgument
            | ErrorKind::TooManyArguments
            | ErrorKind::OutOfFuel
    )
}

/// Python's methods of texts, lists and maps. What is missing has them all, as the empty one of each.
fn method(state: &mut State<'_, '_>, value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    if !value.is_undefined() {
        return unknown_method_callback(state, value, name, args);
    }
    let empty = [Value::from(""), Value::from(Vec::<Value>::new()), Value::from_pairs(Vec::<(Value, Value)>::new())];
    let mut results = empty.iter().map(|value| unknown_method_callback(state, value, name, args));
    let known = |result: &Result<_, Error>| !matches!(result, Err(error) if error.kind() == ErrorKind::UnknownMethod);
    results
        .find(known)
        .unwrap_or_else(|| Err(Error::new(ErrorKind::UnknownMethod, format!("no value has a method {name}"))))
}

/// Line and column of a byte of the source, both from 1, in characters.
pub fn position(source: &str, offset: usize) -> (usize, usize) {
    let before = source.get(..offset).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}
