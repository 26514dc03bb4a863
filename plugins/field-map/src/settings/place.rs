//! Where in the settings something stands.

use std::fmt;

/// A path into the settings that costs nothing until it is told.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    name: &'a str,
}

impl<'a> Place<'a> {
    /// The settings themselves.
    pub const ROOT: Place<'static> = Place { parent: None, name: "" };

    /// What stands under a name here.
    pub fn child(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), name }
    }

    /// Calls with the place that a path leads to from here.
    pub fn descend<T>(self, path: &[&str], call: impl FnOnce(&Place<'_>) -> T) -> T {
        match path.split_first() {
            Some((name, rest)) => self.child(name).descend(rest, call),
            None => call(&self),
        }
    }

    /// As a JSON Pointer, RFC 6901.
    pub fn pointer(&self) -> String {
        match self.parent {
            Some(parent) => format!("{}/{}", parent.pointer(), self.name.replace('~', "~0").replace('/', "~1")),
            None => String::new(),
        }
    }
}

/// As the operator writes it: `incident.fields.urgency`.
impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parent {
            Some(parent) if parent.parent.is_some() => write!(out, "{parent}.{}", self.name),
            _ => out.write_str(self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_as_a_pointer_and_as_the_operator_writes_it() {
        let fields = Place::ROOT.child("fields");
        let urgency = fields.child("u/ur~gency");
        assert_eq!(urgency.pointer(), "/fields/u~1ur~0gency");
        assert_eq!(urgency.to_string(), "fields.u/ur~gency");
        assert_eq!((Place::ROOT.pointer(), Place::ROOT.to_string()), (String::new(), String::new()));
    }
}
