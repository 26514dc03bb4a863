//! Encoded queries, `field=value^field>value^ORDERBYfield`.
//!
//! The instance drops a part that it does not understand and answers more rows, and `^` in a value would begin another part: so
//! values are escaped here, and whoever asks checks each row that comes (see [`crate::client`]). A value that begins with
//! `javascript:` would be run by the instance; [`Query`] never carries one.

/// An encoded query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(String);

// === impl Query ===

impl Query {
    /// All rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// And: the column is this.
    #[must_use]
    pub fn is(self, column: &str, value: &str) -> Self {
        self.and(&format!("{column}={}", escape(value)))
    }

    /// And: the column is greater.
    #[must_use]
    pub fn above(self, column: &str, value: &str) -> Self {
        self.and(&format!("{column}>{}", escape(value)))
    }

    /// And: the column is this or greater.
    #[must_use]
    pub fn from(self, column: &str, value: &str) -> Self {
        self.and(&format!("{column}>={}", escape(value)))
    }

    /// And: the column is this or less.
    #[must_use]
    pub fn to(self, column: &str, value: &str) -> Self {
        self.and(&format!("{column}<={}", escape(value)))
    }

    /// And: one of the columns is this.
    #[must_use]
    pub fn any_is<'a>(self, columns: impl IntoIterator<Item = &'a str>, value: &str) -> Self {
        let parts: Vec<_> = columns.into_iter().map(|column| format!("{column}={}", escape(value))).collect();
        self.and(&parts.join("^OR"))
    }

    /// And: the column holds one of these.
    #[must_use]
    pub fn holds_any<'a>(self, column: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let parts: Vec<_> = values.into_iter().map(|value| format!("{column}LIKE{}", escape(value))).collect();
        self.and(&parts.join("^OR"))
    }

    /// And: what the operator wrote, as it stands.
    #[must_use]
    pub fn and(mut self, condition: &str) -> Self {
        if !condition.is_empty() {
            if !self.0.is_empty() {
                self.0.push('^');
            }
            self.0.push_str(condition);
        }
        self
    }

    /// Least first.
    #[must_use]
    pub fn ordered_by(self, column: &str) -> Self {
        self.and(&format!("ORDERBY{column}"))
    }

    /// For `sysparm_query`, not yet percent-encoded.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn escape(value: &str) -> String {
    let mut value = value;
    while let Some(script) = script(value) {
        value = script;
    }
    value.replace('^', "^^")
}

/// What the instance would run of this value.
#[must_use]
pub fn script(value: &str) -> Option<&str> {
    const MARK: &str = "javascript:";
    let value = value.trim_start();
    let is_script = value.get(..MARK.len()).is_some_and(|head| head.eq_ignore_ascii_case(MARK));
    if is_script { value.get(MARK.len()..) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_joined() {
        let query = Query::new()
            .is("a", "1")
            .above("b", "2")
            .from("c", "3")
            .to("d", "4")
            .and("")
            .and("e=5^ORf=6")
            .ordered_by("a");
        assert_eq!(query.as_str(), "a=1^b>2^c>=3^d<=4^e=5^ORf=6^ORDERBYa");
        assert_eq!(Query::new().ordered_by("a").as_str(), "ORDERBYa");
    }

    #[test]
    fn alternatives_are_joined() {
        assert_eq!(Query::new().is("x", "1").any_is(["a", "b"], "v").as_str(), "x=1^a=v^ORb=v");
        assert_eq!(Query::new().holds_any("a", ["v", "w"]).as_str(), "aLIKEv^ORaLIKEw");
    }

    #[test]
    fn a_value_cannot_begin_another_part() {
        assert_eq!(Query::new().is("name", "a^NQactive=true").as_str(), "name=a^^NQactive=true");
        assert_eq!(Query::new().any_is(["name"], "^").as_str(), "name=^^");
        assert_eq!(Query::new().holds_any("value", ["a^b"]).as_str(), "valueLIKEa^^b");
    }

    #[test]
    fn a_value_is_never_run() {
        for value in ["javascript:gs.x()", " JavaScript:gs.x()", "javascript: javascript:gs.x()"] {
            let query = Query::new().is("name", value);
            assert_eq!(script(query.as_str().trim_start_matches("name=")), None, "{value}");
        }
        assert_eq!(Query::new().is("name", "javascript").as_str(), "name=javascript");
    }
}
