//! Words and signs.

use std::fmt;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Name(String),
    Text(String),
    Number(String),
    /// `24h`.
    Span(String),
    Sign(&'static str),
}

/// The longest first.
const SIGNS: [&str; 24] = [
    "==", "!=", "=~", "<=", ">=", "..", "!in", "<", ">", "=", "|", "(", ")", "[", "]", ",", ";", "+", "-", "*", "/",
    ".", "{", "}",
];

/// Words that have a hyphen.
const HYPHENATED: [&str; 1] = ["mv-expand"];

/// A query's words and signs, without comments.
pub fn tokens(query: &str) -> Result<Vec<Token>, String> {
    let code: Vec<&str> =
        query.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect();
    let code = code.join("\n");
    let mut rest = code.trim_start();
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (token, length) = if first == '"' {
            let text = rest.get(1..).and_then(|text| text.split('"').next()).unwrap_or_default();
            (Token::Text(text.to_owned()), text.len() + 2)
        } else if let Some(word) = HYPHENATED.iter().find(|word| rest.starts_with(**word)) {
            (Token::Name((*word).to_owned()), word.len())
        } else if first.is_ascii_alphabetic() || first == '_' {
            let end = rest.find(|other: char| !other.is_ascii_alphanumeric() && other != '_').unwrap_or(rest.len());
            (Token::Name(rest[..end].to_owned()), end)
        } else if first.is_ascii_digit() {
            number(rest)
        } else {
            let sign =
                SIGNS.iter().find(|sign| rest.starts_with(**sign)).ok_or_else(|| format!("unknown sign {first}"))?;
            (Token::Sign(sign), sign.len())
        };
        tokens.push(token);
        rest = rest.get(length..).ok_or("a text has no end")?.trim_start();
    }
    Ok(tokens)
}

/// `12`, `100.0`, `24h`; but of `1..2` only the first.
fn number(rest: &str) -> (Token, usize) {
    let digits = |text: &str| text.find(|other: char| !other.is_ascii_digit()).unwrap_or(text.len());
    let mut end = digits(rest);
    let fraction = rest[end..].strip_prefix('.').map_or(0, digits);
    if fraction > 0 {
        end += 1 + fraction;
    }
    let unit = rest[end..].chars().take_while(char::is_ascii_alphabetic).count();
    let text = rest[..end + unit].to_owned();
    (if unit > 0 { Token::Span(text) } else { Token::Number(text) }, end + unit)
}

// === impl Token ===

impl Token {
    pub fn is(&self, word: &str) -> bool {
        match self {
            Self::Name(name) => name == word,
            Self::Sign(sign) => *sign == word,
            Self::Text(_) | Self::Number(_) | Self::Span(_) => false,
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(text) | Self::Number(text) | Self::Span(text) => out.write_str(text),
            Self::Text(text) => write!(out, "\"{text}\""),
            Self::Sign(sign) => out.write_str(sign),
        }
    }
}
