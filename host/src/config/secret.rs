//! Secrets: the configuration holds where they are, never what they are.

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a secret is: `{ env = "NAME" }` or `{ file = "path" }`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SecretRef {
    /// In this environment variable.
    Env(String),
    /// In this file, without the line break at its end; a relative path begins at the configuration's folder.
    File(PathBuf),
}

/// The secret is not where the configuration says.
#[derive(Debug, thiserror::Error)]
pub enum MissingSecret {
    /// No such variable, or an empty one.
    #[error("the environment variable `{0}` is not set, or empty")]
    Env(String),
    /// No such file, or not readable.
    #[error("the file `{}` can't be read: {cause}", path.display())]
    File {
        /// As looked for.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The file is there and has nothing in it.
    #[error("the file `{}` is empty", .0.display())]
    Empty(PathBuf),
}

/// Reads where a secret is. What stands there instead may be the secret itself: it is in no message.
struct PlaceOfSecret;

// === impl PlaceOfSecret ===

impl<'de> Visitor<'de> for PlaceOfSecret {
    type Value = SecretRef;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a secret's place: { env = \"NAME\" } or { file = \"path\" }")
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<SecretRef, E> {
        Err(E::custom("a secret does not stand here: say where it is, { env = \"NAME\" } or { file = \"path\" }"))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<SecretRef, M::Error> {
        let mut place = None;
        while let Some(name) = map.next_key::<String>()? {
            let next = match name.as_str() {
                "env" => SecretRef::Env(map.next_value()?),
                "file" => SecretRef::File(map.next_value()?),
                _ => return Err(de::Error::unknown_field(&name, &["env", "file"])),
            };
            if place.replace(next).is_some() {
                return Err(de::Error::custom("a secret has one place: `env` or `file`, not both"));
            }
        }
        place.ok_or_else(|| de::Error::invalid_length(0, &self))
    }
}

// === impl SecretRef ===

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlaceOfSecret)
    }
}

impl SecretRef {
    /// Reads the secret. `folder` is the configuration's.
    ///
    /// # Errors
    /// Where it is not there, or empty: an empty secret would let anyone in.
    pub fn read(&self, folder: &Path) -> Result<SecretString, MissingSecret> {
        match self {
            Self::Env(name) => match std::env::var(name) {
                Ok(secret) if !secret.is_empty() => Ok(secret.into()),
                _ => Err(MissingSecret::Env(name.clone())),
            },
            Self::File(path) => {
                let path = folder.join(path);
                let text = match std::fs::read_to_string(&path) {
                    Ok(text) => text,
                    Err(cause) => return Err(MissingSecret::File { path, cause }),
                };
                let secret = text.trim_end_matches(['\r', '\n']);
                if secret.is_empty() { Err(MissingSecret::Empty(path)) } else { Ok(secret.to_owned().into()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_named_by_its_place_and_stands_in_no_message() {
        let read = |text: &str| toml::from_str::<std::collections::BTreeMap<String, SecretRef>>(&format!("s = {text}"));
        assert_eq!(read("{ env = \"NAME\" }").unwrap()["s"], SecretRef::Env("NAME".to_owned()));
        assert_eq!(read("{ file = \"a/b\" }").unwrap()["s"], SecretRef::File("a/b".into()));
        for (text, says) in [
            ("\"hunter2\"", "a secret does not stand here"),
            ("{ env = \"A\", file = \"b\" }", "not both"),
            ("{ value = \"hunter2\" }", "unknown field `value`, expected `env` or `file`"),
            ("{}", "a secret's place"),
        ] {
            let message = read(text).unwrap_err().message().to_owned();
            assert!(message.contains(says) && !message.contains("hunter2"), "{text}: {message}");
        }
    }
}
