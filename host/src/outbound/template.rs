//! Login bodies with holes for secrets: `{"user":"${user}","password":"${password}"}`.
//!
//! What fills a hole is escaped for where it stands, so that a password with a quote or an ampersand logs in and cannot
//! change the request around it.

use super::Secret;
use std::collections::BTreeMap;

/// Text with `${name}` where secrets go. Names without a secret are found when it is made, not when it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Hole(Secret),
}

/// A template that cannot be filled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTemplate {
    /// A name that stands for nothing.
    #[error("`${{{0}}}` names no secret")]
    UnknownName(String),
    /// `${` without `}`.
    #[error("`${{` is never closed")]
    Unclosed,
}

/// What a filled-in secret must not break out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// A JSON string.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// Nothing.
    Plain,
}

// === impl Template ===

impl Template {
    /// Reads `text`; `secrets` are known by name.
    ///
    /// # Errors
    /// Where a hole names no secret, or has no end.
    pub fn parse(text: &str, secrets: &BTreeMap<String, Secret>) -> Result<Self, InvalidTemplate> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').ok_or(InvalidTemplate::Unclosed)?;
            let secret = secrets.get(name).ok_or_else(|| InvalidTemplate::UnknownName(name.to_owned()))?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Hole(secret.clone()));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self { pieces })
    }

    /// Text without holes.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self { pieces: vec![Piece::Text(text.to_owned())] }
    }

    /// The text with its secrets in it.
    pub(super) fn fill(&self, escape: Escape) -> Secret {
        let filled: String = self.pieces.iter().map(|piece| piece.fill(escape)).collect();
        filled.into()
    }
}

// === impl Piece ===

impl Piece {
    fn fill(&self, escape: Escape) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Hole(secret) => escape.apply(secret.expose()),
        }
    }
}

// === impl Escape ===

impl Escape {
    /// By the media type of what is filled in.
    pub(super) fn of(content_type: Option<&str>) -> Self {
        let media = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if media == "application/json" || media.ends_with("+json") {
            Self::Json
        } else if media == "application/x-www-form-urlencoded" {
            Self::Form
        } else {
            Self::Plain
        }
    }

    fn apply(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Form => url::form_urlencoded::byte_serialize(text.as_bytes()).collect(),
            Self::Json => {
                let quoted = serde_json::Value::from(text).to_string();
                quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Result<Template, InvalidTemplate> {
        let secrets = [("user", r"CORP\ann"), ("password", "a\"b&c=é")];
        Template::parse(text, &secrets.map(|(name, value)| (name.to_owned(), value.into())).into())
    }

    #[test]
    fn secrets_are_escaped_for_where_they_stand() {
        let cases = [
            (Escape::Json, r#"{"u":"${user}","p":"${password}"}"#, r#"{"u":"CORP\\ann","p":"a\"b&c=é"}"#),
            (Escape::Form, "u=${user}&p=${password}", "u=CORP%5Cann&p=a%22b%26c%3D%C3%A9"),
            (Escape::Plain, "${user}:${password}", "CORP\\ann:a\"b&c=é"),
            (Escape::Plain, "$5 {user}", "$5 {user}"),
        ];
        for (escape, text, expected) in cases {
            assert_eq!(template(text).unwrap().fill(escape).expose(), expected, "{text}");
        }
    }

    #[test]
    fn holes_that_nothing_fills_are_found_at_once() {
        assert_eq!(template("${who}").unwrap_err().to_string(), "`${who}` names no secret");
        assert_eq!(template("a ${user").unwrap_err().to_string(), "`${` is never closed");
    }

    #[test]
    fn the_media_type_decides_the_escape() {
        assert_eq!(Escape::of(Some("application/json; charset=utf-8")), Escape::Json);
        assert_eq!(Escape::of(Some("application/problem+JSON")), Escape::Json);
        assert_eq!(Escape::of(Some("application/x-www-form-urlencoded")), Escape::Form);
        assert_eq!(Escape::of(Some("text/plain")), Escape::Plain);
        assert_eq!(Escape::of(None), Escape::Plain);
    }
}
