//! A client assertion: the JWT that an application signs with the key of a registered certificate, in place of a secret.
//!
//! Checked as Entra documents it: RS256 or PS256, the certificate named by `x5t`, `x5t#S256` or `kid`, `aud` this tenant's
//! token endpoint or issuer, `iss` and `sub` the client id, `nbf` and `exp` with five minutes for clocks that differ. Times may
//! have fractions and fingerprints padding, since Microsoft's own client sends both. Stricter than Entra: `jti` must be there,
//! and is good once, as RFC 7523 lets a server ask. Microsoft's client shows an assertion again as long as it lives, so Entra
//! takes that; the options can, too.

use std::{collections::HashMap, sync::Mutex};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    certificate::{Algorithm, Certificate},
    directory::{Application, Credential},
};
use crate::shared::lock;

/// How far clocks may differ, in seconds.
const SKEW: f64 = 300.0;

/// What is wrong with an assertion. The numbers are Entra's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// 50027.
    #[error("JWT token is invalid or malformed.")]
    Malformed,
    /// 700027, of a key that is not registered.
    #[error(
        "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The \
         key was not found.]"
    )]
    UnknownKey,
    /// 700027, of a signature that the key did not make.
    #[error(
        "Client assertion failed signature validation. [Reason - The key used is expired or the signature is wrong.]"
    )]
    Signature,
    /// 700021.
    #[error("Client assertion application identifier doesn't match 'client_id' parameter.")]
    Client,
    /// 700023.
    #[error("Client assertion audience claim does not match Realm issuer.")]
    Audience,
    /// 700024.
    #[error("Client assertion is not within its valid time range.")]
    Time,
    /// 50027, of an assertion that was shown before.
    #[error("The client assertion has been used before.")]
    Replayed,
}

/// What an assertion is held against.
#[derive(Debug)]
pub struct Expected<'a> {
    /// The application that shows it.
    pub application: &'a Application,
    /// What it may be for.
    pub audiences: [String; 2],
    /// When it is shown.
    pub now: Timestamp,
    /// Whether it must not have been shown before.
    pub once: bool,
}

/// Identities of assertions that were shown, with when they end.
#[derive(Debug, Default)]
pub struct Shown(Mutex<HashMap<String, f64>>);

#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    x5t: Option<String>,
    #[serde(rename = "x5t#S256")]
    x5t_s256: Option<String>,
    kid: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Claims {
    aud: String,
    iss: String,
    sub: String,
    jti: String,
    exp: f64,
    #[serde(default)]
    nbf: f64,
}

/// Whether an assertion shows that this is the application.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn verify(assertion: &str, expected: &Expected<'_>, shown: &Shown) -> Result<(), Invalid> {
    let (message, signature) = assertion.rsplit_once('.').ok_or(Invalid::Malformed)?;
    let (header, claims) = message.split_once('.').ok_or(Invalid::Malformed)?;
    let (header, claims) = (part::<Header>(header)?, part::<Claims>(claims)?);
    let algorithm = Algorithm::parse(&header.alg).ok_or(Invalid::Malformed)?;
    let certificate = expected.certificate(&header).ok_or(Invalid::UnknownKey)?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| Invalid::Malformed)?;
    if !certificate.verifies(algorithm, message.as_bytes(), &signature) {
        return Err(Invalid::Signature);
    }
    if claims.iss != expected.application.id || claims.sub != expected.application.id {
        return Err(Invalid::Client);
    }
    if !expected.audiences.contains(&claims.aud) {
        return Err(Invalid::Audience);
    }
    let now = expected.now.as_duration().as_secs_f64();
    if claims.exp + SKEW <= now || claims.nbf - SKEW > now {
        return Err(Invalid::Time);
    }
    if claims.jti.is_empty() {
        return Err(Invalid::Malformed);
    }
    let is_new = shown.first_time(&claims.jti, claims.exp, now);
    if is_new || !expected.once { Ok(()) } else { Err(Invalid::Replayed) }
}

fn part<T: DeserializeOwned>(text: &str) -> Result<T, Invalid> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| Invalid::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| Invalid::Malformed)
}

// === impl Expected ===

impl Expected<'_> {
    fn certificate(&self, header: &Header) -> Option<&Certificate> {
        let certificates = self.application.credentials.iter().filter_map(|credential| match credential {
            Credential::Certificate(certificate) => Some(certificate),
            Credential::Secret { .. } => None,
        });
        let plain = |name: &Option<String>| name.as_deref().map(|name| name.trim_end_matches('=').to_owned());
        let (sha1, sha256, kid) = (plain(&header.x5t), plain(&header.x5t_s256), plain(&header.kid));
        let is_named = |certificate: &&Certificate| {
            sha256.as_ref() == Some(&certificate.sha256)
                || sha1.as_ref() == Some(&certificate.sha1)
                || kid
                    .as_ref()
                    .is_some_and(|kid| *kid == certificate.sha1 || kid.eq_ignore_ascii_case(&certificate.thumbprint))
        };
        certificates.into_iter().find(is_named)
    }
}

// === impl Shown ===

impl Shown {
    fn first_time(&self, id: &str, until: f64, now: f64) -> bool {
        let mut shown = lock(&self.0);
        shown.retain(|_, until| *until + SKEW > now);
        shown.insert(id.to_owned(), until).is_none()
    }
}

// === impl Invalid ===

impl Invalid {
    /// The number that Entra tells it by.
    #[must_use]
    pub fn code(self) -> u32 {
        match self {
            Self::Malformed | Self::Replayed => 50_027,
            Self::UnknownKey | Self::Signature => 700_027,
            Self::Client => 700_021,
            Self::Audience => 700_023,
            Self::Time => 700_024,
        }
    }
}
