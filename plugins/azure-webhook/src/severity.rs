//! Azure's severities, and the words that stand where a body has none of them.

use signalbox_sdk::types::Severity;

use crate::words::squeeze;

/// Sev0 to Sev4, which are the contract's five in order.
const NUMBERS: &[Severity] =
    &[Severity::Critical, Severity::Error, Severity::Warning, Severity::Informational, Severity::Verbose];

/// Every word seen in a body or likely in one of the operator's own.
const WORDS: &[(&str, Severity)] = &[
    ("sev0", Severity::Critical),
    ("critical", Severity::Critical),
    ("sev1", Severity::Error),
    ("error", Severity::Error),
    ("high", Severity::Error),
    ("major", Severity::Error),
    ("sev2", Severity::Warning),
    ("warning", Severity::Warning),
    ("medium", Severity::Warning),
    ("minor", Severity::Warning),
    ("sev3", Severity::Informational),
    ("informational", Severity::Informational),
    ("information", Severity::Informational),
    ("info", Severity::Informational),
    ("low", Severity::Informational),
    ("sev4", Severity::Verbose),
    ("verbose", Severity::Verbose),
];

/// Levels of activity log events by number, as .NET's `EventLevel` counts them: one more than a severity.
const LEVELS: &[&str] = &["", "Critical", "Error", "Warning", "Informational", "Verbose"];

/// A severity as a rule has it: `Sev2`, `2`, `2.0`, `Warning`.
pub fn parse(text: &str) -> Option<Severity> {
    // A number is read before its point and sign are left out as a word's would be: `4.0` is not 40, and `-1` not 1.
    if text.trim().parse::<f64>().is_ok() {
        return by_number(NUMBERS, text).copied();
    }
    let word = squeeze(text);
    let named = WORDS.iter().find(|(name, _)| *name == word).map(|(_, severity)| *severity);
    named.or_else(|| by_number(NUMBERS, &word).copied())
}

/// The level of an activity log event in words, also where it came as a number.
pub fn level(text: &str) -> String {
    let word = by_number(LEVELS, text).filter(|word| !word.is_empty());
    word.map_or_else(|| text.to_owned(), |word| (*word).to_owned())
}

/// What stands at a number in a table, whether it is written `2` or `2.0`.
fn by_number<'a, T>(table: &'a [T], text: &str) -> Option<&'a T> {
    let text = text.trim();
    // Only zeros may follow the point.
    let whole = text
        .split_once('.')
        .map_or(text, |(whole, fraction)| if fraction.bytes().all(|digit| digit == b'0') { whole } else { text });
    table.get(whole.parse::<usize>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_in_every_spelling() {
        for (text, severity) in [
            ("Sev0", Some(Severity::Critical)),
            ("sev 1", Some(Severity::Error)),
            ("2", Some(Severity::Warning)),
            ("Informational", Some(Severity::Informational)),
            ("SEV4", Some(Severity::Verbose)),
            ("Sev9", None),
            ("0.0", Some(Severity::Critical)),
            (" 4.0 ", Some(Severity::Verbose)),
            ("4.", Some(Severity::Verbose)),
            ("2.5", None),
            ("-1", None),
            ("#1", Some(Severity::Error)),
            ("5", None),
        ] {
            assert_eq!(parse(text), severity, "{text}");
        }
    }

    #[test]
    fn levels_are_not_severities() {
        assert_eq!(level("3"), "Warning");
        assert_eq!(level("Informational"), "Informational");
        assert_eq!(level("9"), "9");
        assert_eq!(level("3.0"), "Warning");
    }
}
