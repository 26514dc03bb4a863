//! What a plugin may reach: its manifest asks, the configuration grants, and what holds is the intersection.

use super::words;
use std::collections::BTreeSet;
use std::fmt;
use url::Url;

/// A place on the network, `https://api.example.com`, normalised.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantedOrigin(String);

/// A set of grants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Requests to the connection's own address.
    pub http: bool,
    /// Requests to these, with the credentials that the operator set for each.
    pub origins: BTreeSet<GrantedOrigin>,
}

/// A grant that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it asks for `{0}`, which is neither `http` nor `origin:https://HOST`")]
pub struct UnknownGrant(String);

// === impl GrantedOrigin ===

impl GrantedOrigin {
    /// The origin of a URL that is nothing more: scheme, host, port.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let bare = matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        (bare && matches!(url.scheme(), "https" | "http")).then(|| Self(url.origin().ascii_serialization()))
    }

    /// As RFC 6454 writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GrantedOrigin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

// === impl Grants ===

impl Grants {
    pub(super) fn parse(texts: &[String]) -> Result<Self, UnknownGrant> {
        let mut grants = Self::default();
        for text in texts {
            match text.strip_prefix("origin:").map(GrantedOrigin::parse) {
                Some(Some(origin)) => {
                    grants.origins.insert(origin);
                }
                None if text == "http" => grants.http = true,
                _ => return Err(UnknownGrant(words::escaped(text, 200))),
            }
        }
        Ok(grants)
    }

    /// What both have.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self { http: self.http && other.http, origins: self.origins.intersection(&other.origins).cloned().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(texts: &[&str]) -> Result<Grants, UnknownGrant> {
        Grants::parse(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn only_origins_are_origins() {
        for wrong in [
            "",
            "files",
            "origin:",
            "origin:ftp://a.example",
            "origin:https://a.example/path",
            "origin:https://u@a.example",
        ] {
            assert!(grants(&[wrong]).is_err(), "{wrong}");
        }
        let granted = grants(&["http", "origin:https://A.example:443/"]).unwrap();
        assert_eq!(granted.origins.first().unwrap().as_str(), "https://a.example");
    }

    #[test]
    fn what_holds_is_what_both_have() {
        let asked = grants(&["http", "origin:https://a.example", "origin:https://b.example"]).unwrap();
        let granted = grants(&["origin:https://b.example", "origin:https://c.example"]).unwrap();
        assert_eq!(asked.intersection(&granted), grants(&["origin:https://b.example"]).unwrap());
    }
}
