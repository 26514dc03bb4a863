//! Queries out of an alert's body that may be sent again: a stranger may have written them.
//!
//! A query reads what its address is scoped to, which the settings bound, unless it calls a function that reaches further: into
//! another workspace, cluster or graph, or out to the network. Such a query is not sent. What looks like such a call is taken for
//! one, in a text or a comment too: a search that is not repeated is a line in the ticket, and a search that leaks is not.

/// The longest text that is taken for a query.
const LONGEST: usize = 32 << 10;

/// Functions and operators that reach beyond what a query's address is scoped to.
const REACHING: [&str; 14] = [
    "workspace",
    "app",
    "resource",
    "adx",
    "arg",
    "cluster",
    "database",
    "externaldata",
    "external_table",
    "http_request",
    "http_request_post",
    "sql_request",
    "mysql_request",
    "postgresql_request",
];

/// A query that may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query(String);

/// Why a query may not be sent, behind "the search's query".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Nothing to ask.
    Empty,
    /// Longer than any rule's.
    TooLong,
    /// A command, and no query.
    Command,
    /// It calls this.
    Reaches(&'static str),
}

// === impl Query ===

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// Why it may not be sent.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Unfit::Empty);
        }
        if text.len() > LONGEST {
            return Err(Unfit::TooLong);
        }
        if text.starts_with('.') {
            return Err(Unfit::Command);
        }
        match REACHING.into_iter().find(|function| calls(text, function)) {
            Some(function) => Err(Unfit::Reaches(function)),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The query for so many rows at most. Nothing may stand behind `render`, so a query that draws is left as it is.
    #[must_use]
    pub fn bounded(&self, rows: usize) -> String {
        if words(&self.0, "render").next().is_some() {
            return self.0.clone();
        }
        let open = self.0.trim_end_matches(|character: char| character.is_whitespace() || character == ';');
        format!("{open}\n| take {rows}")
    }
}

/// Whether a text calls a function, as `name(`, or quoted as `['name'](`. A comment may hide what stands behind a name.
fn calls(text: &str, function: &str) -> bool {
    words(text, function).any(|behind| {
        let behind =
            behind.trim_start_matches(|character: char| character.is_whitespace() || "'\"]".contains(character));
        behind.starts_with('(') || behind.starts_with("//")
    })
}

/// What stands behind each place where a text has this word, in any case.
fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    text.char_indices().filter_map(move |(start, _)| {
        let found = text.get(start..start + word.len())?;
        let behind = text.get(start + word.len()..)?;
        let before = text.get(..start)?.chars().next_back();
        let is_word = !before.is_some_and(is_part) && !behind.chars().next().is_some_and(is_part);
        (found.eq_ignore_ascii_case(word) && is_word).then_some(behind)
    })
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => formatter.write_str("is empty"),
            Self::TooLong => write!(formatter, "is longer than {LONGEST} bytes"),
            Self::Command => formatter.write_str("is a command"),
            Self::Reaches(function) => write!(formatter, "reaches beyond its scope by `{function}(…)`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_of_rules_are_taken() {
        for text in [
            "Heartbeat\n| summarize Beats = count() by Computer",
            "let limit = 5; Perf | where CounterValue > limit",
            "AzureDiagnostics | where Resource == 'db' and resource != 'x' | extend app = tostring(Properties.app)",
            "requests | where cloud_RoleName in ('myapp') | summarize count() by appName",
        ] {
            assert!(Query::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_reaches_further_is_not_sent() {
        for (text, function) in [
            ("workspace('other').Heartbeat", "workspace"),
            ("union Heartbeat, WORKSPACE (\"x\").Heartbeat", "workspace"),
            ("union workspace\n\t(\"x\").T", "workspace"),
            ("union workspace // a comment\n(\"x\").T", "workspace"),
            ("['workspace']('x').T", "workspace"),
            ("print '//' | union app('x').requests", "app"),
            ("resource('/subscriptions/x').AzureActivity", "resource"),
            ("arg('').Resources | project id", "arg"),
            ("adx('https://evil.example/db').T", "adx"),
            ("cluster('evil.example').database('d').T", "cluster"),
            ("externaldata(a:string)['https://evil.example/a']", "externaldata"),
            ("T | evaluate http_request('https://evil.example')", "http_request"),
        ] {
            assert_eq!(Query::parse(text), Err(Unfit::Reaches(function)), "{text}");
        }
    }

    #[test]
    fn what_is_no_query_is_not_sent() {
        assert_eq!(Query::parse(" \n"), Err(Unfit::Empty));
        assert_eq!(Query::parse(".drop table T"), Err(Unfit::Command));
        assert_eq!(Query::parse(&"a".repeat(LONGEST + 1)), Err(Unfit::TooLong));
    }

    #[test]
    fn rows_are_bounded_where_they_can_be() {
        for (text, bounded) in [
            ("Heartbeat", "Heartbeat\n| take 7"),
            ("let a = 1; Heartbeat ; \n", "let a = 1; Heartbeat\n| take 7"),
            ("Heartbeat // all of it", "Heartbeat // all of it\n| take 7"),
            ("Heartbeat | render timechart", "Heartbeat | render timechart"),
            ("Surrendered | count", "Surrendered | count\n| take 7"),
        ] {
            assert_eq!(Query::parse(text).unwrap().bounded(7), bounded);
        }
    }
}
