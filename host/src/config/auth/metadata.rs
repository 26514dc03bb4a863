//! `auth.metadata`: a token from an address that only this machine can reach.

use super::{
    super::{
        secret::{MissingSecret, SecretRef},
        units::Span,
    },
    InvalidAuth,
};
use crate::outbound::Metadata;
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};
use url::Url;

/// Text, or where a text is that is not written down.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a text, or a secret's place: { env = \"NAME\" } or { file = \"path\" }")]
pub enum TextOrSecret {
    /// As it is.
    Text(String),
    /// To be read.
    Secret(SecretRef),
}

/// `auth.metadata`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MetadataAuth {
    /// The whole URL. Fetched by GET, by no proxy, following no redirect; nothing else may reach a link-local address.
    pub url: TextOrSecret,
    /// Added to the URL's query, and encoded for it.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    /// Headers that the address wants.
    #[serde(default)]
    pub headers: BTreeMap<String, TextOrSecret>,
    /// Where its answer has the token: a JSON Pointer. Default `/access_token`.
    pub token: Option<String>,
    /// Where its answer has the token's life in seconds, a number or a text. Default `/expires_in`.
    pub expires_in: Option<String>,
    /// Where its answer has the token's end in seconds since 1970, a number or a text, for an answer without the life. Default
    /// `/expires_on`.
    pub expires_on: Option<String>,
    /// How often it is asked again after 404, 429 or 5xx, 10 at most; after 410 half as often again. Default 4.
    pub retries: Option<u32>,
    /// How long before the first of these, or what `Retry-After` says; before each further twice as long, 20 s at most. Default
    /// 2 s.
    pub retry_wait: Option<Span>,
}

// === impl MetadataAuth ===

impl MetadataAuth {
    pub(super) fn resolve(&self, folder: &Path) -> Result<Metadata, InvalidAuth> {
        let url = self.url.read(folder)?;
        let mut url: Url = url.expose_secret().parse().map_err(|_| InvalidAuth::MetadataUrl)?;
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidAuth::MetadataUrl);
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let mut metadata = Metadata::new(url);
        for (name, value) in &self.headers {
            metadata.headers.push((name.clone(), value.read(folder)?.into()));
        }
        let places = [
            (&self.token, &mut metadata.token),
            (&self.expires_in, &mut metadata.expires_in),
            (&self.expires_on, &mut metadata.expires_on),
        ];
        for (said, place) in places {
            if let Some(said) = said {
                place.clone_from(said);
            }
        }
        metadata.retries = match self.retries.unwrap_or(metadata.retries) {
            many @ 11.. => return Err(InvalidAuth::Retries(many)),
            few => few,
        };
        metadata.retry_wait = self.retry_wait.map_or(metadata.retry_wait, |Span(wait)| wait);
        Ok(metadata)
    }
}

// === impl TextOrSecret ===

impl TextOrSecret {
    fn read(&self, folder: &Path) -> Result<SecretString, MissingSecret> {
        match self {
            Self::Text(text) => Ok(text.as_str().into()),
            Self::Secret(place) => place.read(folder),
        }
    }
}
