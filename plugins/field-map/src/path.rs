//! What a lookup goes by: a name of the alert's, or of anything else that templates see.
//!
//! A path that can never lead anywhere is an error when it is read, not an empty text at the first alert.

use minijinja::Value;
use minijinja::value::ValueKind;
use thiserror::Error;

use signalbox_sdk::transform::Action;
use signalbox_sdk::types::{Condition, Severity, TicketState, WorkItemKind};

use crate::context::record::{Fields, Shape};
use crate::context::{ALERT, ROOT};
use crate::words::Word;

/// `severity`, `labels.env`, `resource.kind`, `ticket.state`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    names: Vec<String>,
}

/// Why a path leads nowhere.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum InvalidPath {
    /// There is no such name.
    #[error("`{name}` is no field of {of}; it has {fields}")]
    Unknown {
        /// The name.
        name: String,
        /// Where it was looked for.
        of: String,
        /// What is there.
        fields: String,
    },
    /// It has no fields.
    #[error("`{path}` is a single value, it has no field `{name}`")]
    Scalar {
        /// What has no fields.
        path: String,
        /// The field.
        name: String,
    },
    /// Many values can't be looked up as one.
    #[error("`{0}` is a list; a lookup goes by a single value")]
    List(String),
    /// A record can't be looked up as one.
    #[error("`{0}` is a record; a lookup goes by one of its fields")]
    Record(String),
}

// === impl Path ===

impl Path {
    /// Reads a path. A name of the alert's may stand without `alert.` in front.
    ///
    /// # Errors
    /// Where no value could ever stand.
    pub fn parse(text: &str) -> Result<Self, InvalidPath> {
        let mut names: Vec<String> = text.trim().split('.').map(str::to_owned).collect();
        let first = names.first().cloned().unwrap_or_default();
        if shape(ROOT, &first).is_none() && shape(ALERT, &first).is_some() {
            names.insert(0, "alert".to_owned());
        }
        check(&names)?;
        Ok(Self { names })
    }

    /// The value there as a text; empty where there is none, or one that is no single value.
    pub fn text(&self, root: &Value) -> String {
        let found = self.names.iter().try_fold(root.clone(), |value, name| value.get_attr(name));
        match found {
            Ok(value) if is_single(&value) => value.to_string(),
            _ => String::new(),
        }
    }

    /// Whether this is the severity, of the ticket or of its newest alert: what changes with it is sent again.
    pub fn is_severity(&self) -> bool {
        matches!(self.names().as_slice(), ["severity"] | ["alert", "severity"])
    }

    /// Every word that can stand there, where these are known.
    pub fn words(&self) -> Option<(Vec<&'static str>, String)> {
        fn of<W: Word>() -> Option<(Vec<&'static str>, String)> {
            Some((W::ALL.iter().map(|(word, _)| *word).collect(), W::choices()))
        }
        match self.names().as_slice() {
            ["severity"] | ["alert" | "previous", "severity"] => of::<Severity>(),
            ["alert", "condition"] => of::<Condition>(),
            ["action"] => of::<Action>(),
            ["kind"] => of::<WorkItemKind>(),
            ["ticket", "state"] => of::<TicketState>(),
            _ => None,
        }
    }

    fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }
}

fn check(names: &[String]) -> Result<(), InvalidPath> {
    let mut here = Shape::Record(ROOT);
    for (at, name) in names.iter().enumerate() {
        let path = || names.iter().take(at).map(String::as_str).collect::<Vec<_>>().join(".");
        here = match here {
            Shape::Record(fields) => shape(fields, name).ok_or_else(|| unknown(name, &path(), fields))?,
            Shape::Open => return Ok(()),
            Shape::Scalar => return Err(InvalidPath::Scalar { path: path(), name: name.clone() }),
            Shape::List => return Err(InvalidPath::List(path())),
        };
    }
    let path = names.join(".");
    match here {
        Shape::Scalar => Ok(()),
        Shape::List => Err(InvalidPath::List(path)),
        Shape::Record(_) | Shape::Open => Err(InvalidPath::Record(path)),
    }
}

/// What stands behind a name, where there is such a field.
pub fn shape(fields: Fields, name: &str) -> Option<Shape> {
    fields.iter().find(|(field, _)| *field == name).map(|(_, shape)| *shape)
}

/// The names of fields in one phrase.
pub fn phrase(fields: Fields) -> String {
    fields.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

fn unknown(name: &str, path: &str, fields: Fields) -> InvalidPath {
    let of = if path.is_empty() { "what a mapping sees".to_owned() } else { format!("`{path}`") };
    InvalidPath::Unknown { name: name.to_owned(), of, fields: phrase(fields) }
}

fn is_single(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::String | ValueKind::Number | ValueKind::Bool)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::context::Context;
    use crate::sample;

    #[test]
    fn a_path_leads_to_its_value() {
        let root = Context::new(Arc::new(sample::full_input()), Severity::Critical, 4000).root();
        for (path, expected) in [
            ("severity", "critical"),
            ("alert.severity", "error"),
            ("alert.labels.env", "prod"),
            ("labels.env", "prod"),
            ("labels.nothing", ""),
            ("labels.nothing.at.all", ""),
            ("rule", "cpu-high"),
            ("resolves", "True"),
            ("resource.kind", "microsoft.compute/virtualmachines"),
            ("alert.resource.scope.resource_group", "rg-web"),
            ("context.group.rule", "cpu-high"),
            ("ticket.fields.urgency", "2"),
            ("payload.data.essentials.alertRule", "cpu-high"),
            ("payload.data", ""),
            ("total", "1"),
        ] {
            assert_eq!(Path::parse(path).unwrap().text(&root), expected, "{path}");
        }
    }

    #[test]
    fn a_path_that_leads_nowhere_is_an_error() {
        for (path, words) in [
            (
                "alert.resource.nmae",
                "`nmae` is no field of `alert.resource`; it has id, name, kind, scope, configuration_item",
            ),
            ("rule.name", "`alert.rule` is a single value, it has no field `name`"),
            ("alert.facts", "`alert.facts` is a list; a lookup goes by a single value"),
            ("members.title", "`members` is a list; a lookup goes by a single value"),
            ("resource", "`resource` is a record; a lookup goes by one of its fields"),
            ("labels", "`alert.labels` is a record; a lookup goes by one of its fields"),
        ] {
            assert_eq!(Path::parse(path).unwrap_err().to_string(), words, "{path}");
        }
        let error = Path::parse("sevrity").unwrap_err().to_string();
        assert!(
            error.starts_with("`sevrity` is no field of what a mapping sees; it has alert, resource, severity, "),
            "{error}"
        );
    }
}
