//! Azure's words and numbers as a person says them: `GreaterThan` is `>`, `PT5M` is `5 min`, `87.29999` is `87.3`.
//!
//! A word that is not in a table is kept as it came: a rule of tomorrow still reads, if not as well.

/// Comparison operators, spaces and case left out. Metric rules say `LessThan`, log rules `LowerThan`, older ones `Less Than`.
const OPERATORS: &[(&str, &str)] = &[
    ("greaterthan", ">"),
    ("greaterthanorequal", ">="),
    ("greaterthanorequals", ">="),
    ("greaterthanorequalto", ">="),
    ("greaterorlessthan", "outside"),
    ("lessthan", "<"),
    ("lowerthan", "<"),
    ("lessthanorequal", "<="),
    ("lessthanorequals", "<="),
    ("lessthanorequalto", "<="),
    ("lowerthanorequal", "<="),
    ("lowerthanorequals", "<="),
    ("lowerthanorequalto", "<="),
    ("equal", "="),
    ("equals", "="),
    ("equalto", "="),
    ("notequal", "!="),
    ("notequals", "!="),
    ("notequalto", "!="),
];

/// How samples were put together, as it stands before what was measured.
const AGGREGATIONS: &[(&str, &str)] = &[
    ("average", "average"),
    ("count", "count of"),
    ("last", "last"),
    ("maximum", "maximum"),
    ("minimum", "minimum"),
    ("sum", "sum of"),
    ("total", "total"),
];

/// The sign for an operator, or Azure's own word.
pub fn operator(word: &str) -> &str {
    look_up(OPERATORS, word).unwrap_or(word)
}

/// The words for an aggregation; none where it is not one (`PT15M` was seen there).
pub fn aggregation(word: &str) -> Option<&'static str> {
    look_up(AGGREGATIONS, word)
}

/// Four decimals, or four significant digits under one, without trailing zeros.
pub fn number(value: f64) -> String {
    let decimals = if value == 0.0 || value.abs() >= 1.0 { 4 } else { small_decimals(value) };
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A number as text, shortened where it is one, else as it came (`12.7m`).
pub fn number_text(text: &str) -> String {
    parse_number(text).map_or_else(|| text.to_owned(), number)
}

/// A finite number that people may have written with thousands separators.
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    text.parse::<f64>().or_else(|_| text.replace(',', "").parse()).ok().filter(|number: &f64| number.is_finite())
}

/// An amount of money, whatever its currency sign and separators.
pub fn parse_amount(text: &str) -> Option<f64> {
    parse_number(&text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')).collect::<String>())
}

/// A length of time in its two largest units.
pub fn duration(seconds: i64) -> String {
    const UNITS: &[(i64, &str)] = &[(86_400, "day"), (3_600, "h"), (60, "min"), (1, "s")];
    let mut left = seconds;
    let mut words = Vec::new();
    for (size, unit) in UNITS {
        let count = left / size;
        left %= size;
        if count > 0 {
            words.push(if *unit == "day" && count > 1 { format!("{count} days") } else { format!("{count} {unit}") });
        }
    }
    words.truncate(2);
    if words.is_empty() { "0 s".to_owned() } else { words.join(" ") }
}

/// `Azure Backup` as `azure-backup`: letters, digits, dots and underscores, all else a hyphen.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.trim().chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || matches!(c, '.' | '_') {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// A name of Azure's in words: `previousHealthStatus` as `Previous health status`, `endTimeUTC` as `End time UTC`.
pub fn title(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut rest = name.chars().peekable();
    let mut before = None;
    while let Some(c) = rest.next() {
        let after_lower = before.is_some_and(|before: char| !before.is_uppercase());
        let before_lower = rest.peek().is_some_and(|after| after.is_lowercase());
        let starts_word = before.is_none_or(|before| matches!(before, '_' | ' '))
            || c.is_uppercase() && (after_lower || before_lower);
        before = Some(c);
        match words.last_mut().filter(|_| !starts_word) {
            _ if matches!(c, '_' | ' ') => {}
            Some(word) => word.push(c),
            None => words.push(c.to_string()),
        }
    }
    let is_acronym = |word: &str| word.chars().count() > 1 && word.chars().all(|c| !c.is_lowercase());
    let words = words.iter().enumerate().map(|(index, word)| match index {
        _ if is_acronym(word) => word.clone(),
        0 => word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect(),
        _ => word.to_lowercase(),
    });
    words.collect::<Vec<String>>().join(" ")
}

/// One line, single spaces, cut at a word with a mark where it is longer than `limit` characters.
pub fn line(text: &str, limit: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((cut, _)) = text.char_indices().nth(limit) else { return text };
    let head = text.get(..cut).unwrap_or_default();
    let head = head.rfind(' ').and_then(|space| head.get(..space)).unwrap_or(head);
    format!("{head} …")
}

/// Letters only, in lower case, so that `Activity Log - Policy` and `ActivityLog-Policy` are one.
pub fn squeeze(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn look_up<'a>(table: &'a [(&str, &str)], word: &str) -> Option<&'a str> {
    let word = squeeze(word);
    table.iter().find(|(name, _)| *name == word).map(|(_, words)| *words)
}

/// Decimals that show four significant digits of a value under one.
fn small_decimals(value: f64) -> usize {
    let mut decimals = 4;
    let mut scaled = value.abs();
    while scaled < 0.1 && decimals < 12 {
        scaled *= 10.0;
        decimals += 1;
    }
    decimals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_in_every_spelling() {
        for (word, sign) in [
            ("GreaterThan", ">"),
            ("Greater Than", ">"),
            ("GreaterThanOrEqual", ">="),
            ("greater than or equal to", ">="),
            ("LowerThan", "<"),
            ("Less Than", "<"),
            ("LessThanOrEqual", "<="),
            ("Equals", "="),
            ("GreaterOrLessThan", "outside"),
            ("Wobbles", "Wobbles"),
        ] {
            assert_eq!(operator(word), sign, "{word}");
        }
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (87.3, "87.3"),
            (87.333_333_33, "87.3333"),
            (100.0, "100"),
            (0.0, "0"),
            (0.000_123_456, "0.0001235"),
            (0.3, "0.3"),
            (-7.50, "-7.5"),
            (1e15, "1000000000000000"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn amounts_lose_their_currency() {
        assert_eq!(parse_amount("$11,111.00"), Some(11_111.0));
        assert_eq!(parse_amount("25"), Some(25.0));
        assert_eq!(parse_amount("none"), None);
    }

    #[test]
    fn durations_in_two_units() {
        for (seconds, text) in [
            (0, "0 s"),
            (30, "30 s"),
            (300, "5 min"),
            (5_400, "1 h 30 min"),
            (86_400, "1 day"),
            (180_061, "2 days 2 h"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn names_become_words() {
        assert_eq!(title("previousHealthStatus"), "Previous health status");
        assert_eq!(title("NormalFailureRate"), "Normal failure rate");
        assert_eq!(title("jobId"), "Job id");
        assert_eq!(title("endTimeUTC"), "End time UTC");
        assert_eq!(title("wasSSHSessionInitiated"), "Was SSH session initiated");
        assert_eq!(title("two words_and"), "Two words and");
        assert_eq!(title(""), "");
        assert_eq!(slug("Azure Backup (preview)"), "azure-backup-preview");
        assert_eq!(line("one  two\nthree", 9), "one two …");
        assert_eq!(line("one two", 9), "one two");
    }
}
