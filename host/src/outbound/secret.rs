//! Text that must never be seen again: not in a log, not in an error, not in `Debug`.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// A resolved secret, wiped when dropped. It can be compared, so that an unchanged connection is recognised after a reload.
#[derive(Clone)]
pub struct Secret(SecretString);

// === impl Secret ===

impl Secret {
    /// The text, for the one place that sends it.
    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<SecretString> for Secret {
    fn from(text: SecretString) -> Self {
        Self(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// Takes known secrets out of words that a stranger wrote, since a login that is refused likes to quote what it was given.
pub(super) fn redact<'a>(words: &str, secrets: impl IntoIterator<Item = &'a Secret>) -> String {
    let mut clean: String = words.chars().map(|each| if each.is_control() { ' ' } else { each }).collect();
    for secret in secrets {
        if !secret.expose().is_empty() {
            clean = clean.replace(secret.expose(), "…");
        }
    }
    clean.chars().take(200).collect()
}
