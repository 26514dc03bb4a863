//! Which fields conditions may name: one that no alert has would never match, and nobody would be told.

/// An alert's, as conditions see them.
pub(super) const ALERT: [&str; 18] = [
    "id",
    "correlation_key",
    "condition",
    "severity",
    "resolves",
    "signal",
    "rule",
    "title",
    "summary",
    "description",
    "observed_at",
    "fired_at",
    "resolved_at",
    "resource",
    "resources",
    "facts",
    "links",
    "labels",
];

/// A resource's.
pub(super) const RESOURCE: [&str; 5] = ["id", "name", "kind", "scope", "configuration_item"];

/// What is wrong with the first field that is not there.
pub(super) fn unknown(condition: &str) -> Option<String> {
    let text = without_texts(condition);
    let absent = |path: &str, known: &[&str]| {
        let name = members(&text, path).find(|name| !known.contains(name))?;
        Some(format!("`{path}.{name}` is unknown, expected one of {}", known.join(", ")))
    };
    absent("alert", &ALERT).or_else(|| absent("alert.resource", &RESOURCE))
}

/// The names that follow a path and a point.
fn members<'t>(text: &'t str, path: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices(path).filter_map(move |(at, _)| {
        let (before, after) = (text.get(..at)?, text.get(at + path.len()..)?.strip_prefix('.')?);
        let end = after.find(|letter| !is_of_name(letter)).unwrap_or(after.len());
        let is_whole = !before.ends_with(|letter| is_of_name(letter) || letter == '.');
        after.get(..end).filter(|name| is_whole && !name.is_empty())
    })
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// The condition with blanks for what stands in quotes.
fn without_texts(condition: &str) -> String {
    let (mut quote, mut escaped) = (None, false);
    let blank = condition.chars().map(|letter| {
        let is_end = quote == Some(letter) && !escaped;
        escaped = quote.is_some() && letter == '\\' && !escaped;
        match quote {
            Some(_) if is_end => quote = None,
            Some(_) => {}
            None if matches!(letter, '"' | '\'') => quote = Some(letter),
            None => return letter,
        }
        ' '
    });
    blank.collect()
}
