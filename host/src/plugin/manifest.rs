//! What a plugin says of itself, parsed: after this nobody meets an ability or a grant as text.

use super::ability::{Abilities, UnknownAbility};
use super::bindings::description;
use super::grant::{Grants, UnknownGrant};
use super::kind::Kind;
use super::schema::{SettingsSchema, UnusableSchema};
use super::words;
use serde_json::{Map, Value};
use std::time::Duration;

/// What `extra` calls the time after which a platform shows what it was told.
const SETTLE: &str = "settle-seconds";

/// A plugin's description of itself.
#[derive(Debug)]
pub struct Manifest {
    /// Lower-case words joined by hyphens.
    pub name: String,
    /// Semantic version.
    pub version: String,
    /// One line for people, escaped.
    pub summary: String,
    /// What its settings must look like.
    pub schema: SettingsSchema,
    /// What it asks for.
    pub asks: Grants,
    /// What it can do.
    pub abilities: Abilities,
    /// What this version of the contract has no field for.
    pub extra: Map<String, Value>,
    settle: Option<Duration>,
}

/// A description that is none.
#[derive(Debug, thiserror::Error)]
pub enum InvalidManifest {
    /// Not lower-case words joined by hyphens.
    #[error("its name `{0}` is not lower-case words joined by hyphens")]
    Name(String),
    /// Not a semantic version.
    #[error("its version `{0}` is not a semantic version such as 1.2.3")]
    Version(String),
    /// Not a JSON Schema that can be used.
    #[error("its settings schema cannot be used")]
    Schema(#[from] UnusableSchema),
    /// Asks for what does not exist.
    #[error(transparent)]
    Grant(#[from] UnknownGrant),
    /// Claims what its kind cannot do.
    #[error(transparent)]
    Ability(#[from] UnknownAbility),
    /// `extra` is no JSON object.
    #[error("its `extra` is not a JSON object")]
    Extra(#[source] serde_json::Error),
    /// Not a number of seconds.
    #[error("its `{SETTLE}` is not a whole number of seconds up to 86400")]
    Settle,
}

// === impl Manifest ===

impl Manifest {
    pub(super) fn parse(manifest: &description::Manifest, kind: Kind) -> Result<Self, InvalidManifest> {
        let shown = |text: &str| words::escaped(text, 80);
        if !is_name(&manifest.name) {
            return Err(InvalidManifest::Name(shown(&manifest.name)));
        }
        if !is_version(&manifest.version) {
            return Err(InvalidManifest::Version(shown(&manifest.version)));
        }
        let extra: Map<String, Value> = serde_json::from_str(&manifest.extra).map_err(InvalidManifest::Extra)?;
        let settle = match extra.get(SETTLE) {
            None => None,
            Some(value) => match value.as_u64() {
                Some(seconds @ 0..=86_400) => Some(Duration::from_secs(seconds)),
                _ => return Err(InvalidManifest::Settle),
            },
        };
        Ok(Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            summary: words::escaped(&manifest.summary, 400),
            schema: SettingsSchema::parse(&manifest.settings_schema)?,
            asks: Grants::parse(&manifest.grants)?,
            abilities: Abilities::parse(&manifest.abilities, kind)?,
            extra,
            settle,
        })
    }

    /// How long its platform may take to show what it was told.
    #[must_use]
    pub fn settle(&self) -> Duration {
        self.settle.unwrap_or(Duration::from_secs(60))
    }
}

fn is_name(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    text.len() <= 64 && text.split('-').all(is_word)
}

fn is_version(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.len() < 10 && part.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte))
        && core.split('.').count() == 3
        && core.split('.').all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> description::Manifest {
        description::Manifest {
            name: "field-map".to_owned(),
            version: "1.2.3-rc.1".to_owned(),
            summary: "one line".to_owned(),
            settings_schema: r#"{"type":"object"}"#.to_owned(),
            grants: vec!["http".to_owned()],
            abilities: vec!["create:incident".to_owned()],
            extra: r#"{"settle-seconds":5,"other":true}"#.to_owned(),
        }
    }

    #[test]
    fn a_whole_manifest_is_parsed() {
        let parsed = Manifest::parse(&manifest(), Kind::Adapter).unwrap();
        assert_eq!(parsed.settle(), Duration::from_secs(5));
        assert!(parsed.asks.http);
        assert!(parsed.extra.contains_key("other"));
    }

    #[test]
    fn without_a_settle_time_it_is_a_minute() {
        let parsed = Manifest::parse(&description::Manifest { extra: "{}".to_owned(), ..manifest() }, Kind::Adapter);
        assert_eq!(parsed.unwrap().settle(), Duration::from_secs(60));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let m = manifest;
        let table = [
            (
                description::Manifest { name: "Field Map".into(), ..m() },
                "its name `Field Map` is not lower-case words joined by hyphens",
            ),
            (
                description::Manifest { version: "1.2".into(), ..m() },
                "its version `1.2` is not a semantic version such as 1.2.3",
            ),
            (description::Manifest { extra: "[]".into(), ..m() }, "its `extra` is not a JSON object"),
            (
                description::Manifest { extra: r#"{"settle-seconds":"5"}"#.into(), ..m() },
                "its `settle-seconds` is not a whole number of seconds up to 86400",
            ),
            (
                description::Manifest { grants: vec!["files".into()], ..m() },
                "it asks for `files`, which is neither `http` nor `origin:https://HOST`",
            ),
            (
                description::Manifest { abilities: vec!["create:cake".into()], ..m() },
                "it claims `create:cake`, which no adapter can do",
            ),
            (description::Manifest { settings_schema: "no".into(), ..m() }, "its settings schema cannot be used"),
        ];
        for (manifest, words) in table {
            assert_eq!(Manifest::parse(&manifest, Kind::Adapter).unwrap_err().to_string(), words);
        }
    }
}
