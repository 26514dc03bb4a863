//! Azure's severities, and the words that stand where a body has none of them.

use signalbox_sdk::types::Severity;

use crate::words::squeeze;

/// Every word seen in a body or likely in one of the operator's own. Sev0 to Sev4 are the contract's five in order.
const WORDS: &[(&str, Severity)] = &[
    ("sev0", Severity::Critical),
    ("0", Severity::Critical),
    ("critical", Severity::Critical),
    ("sev1", Severity::Error),
    ("1", Severity::Error),
    ("error", Severity::Error),
    ("high", Severity::Error),
    ("major", Severity::Error),
    ("sev2", Severity::Warning),
    ("2", Severity::Warning),
    ("warning", Severity::Warning),
    ("medium", Severity::Warning),
    ("minor", Severity::Warning),
    ("sev3", Severity::Informational),
    ("3", Severity::Informational),
    ("informational", Severity::Informational),
    ("information", Severity::Informational),
    ("info", Severity::Informational),
    ("low", Severity::Informational),
    ("sev4", Severity::Verbose),
    ("4", Severity::Verbose),
    ("verbose", Severity::Verbose),
];

/// Levels of activity log events by number, as .NET's `EventLevel` counts them: one more than a severity.
const LEVELS: &[&str] = &["", "Critical", "Error", "Warning", "Informational", "Verbose"];

/// A severity as a rule has it: `Sev2`, `2`, `Warning`.
pub fn parse(text: &str) -> Option<Severity> {
    let word = squeeze(text);
    WORDS.iter().find(|(name, _)| *name == word).map(|(_, severity)| *severity)
}

/// The level of an activity log event in words, also where it came as a number.
pub fn level(text: &str) -> String {
    let word = text.parse::<usize>().ok().and_then(|number| LEVELS.get(number)).filter(|word| !word.is_empty());
    word.map_or_else(|| text.to_owned(), |word| (*word).to_owned())
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
        ] {
            assert_eq!(parse(text), severity, "{text}");
        }
    }

    #[test]
    fn levels_are_not_severities() {
        assert_eq!(level("3"), "Warning");
        assert_eq!(level("Informational"), "Informational");
        assert_eq!(level("9"), "9");
    }
}
