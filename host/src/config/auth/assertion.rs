//! `client_assertion`: what proves a client in the place of a secret.

use super::{
    super::{secret::SecretRef, units::Span},
    InvalidAuth,
};
use crate::outbound::{ClientAssertion, SignedAssertion, SigningAlgorithm};
use schemars::JsonSchema;
use serde::Deserialize;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Algorithms of RFC 7518 that sign with a certificate's key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum AlgorithmKind {
    /// By RSASSA-PKCS1-v1_5 with SHA-256.
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// By RSASSA-PSS with SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
    /// By ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
}

/// `auth.oauth2.client_assertion`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClientAssertionAuth {
    /// A file with the assertion itself, read anew for each token request; the other keys are for one that is signed here.
    pub file: Option<PathBuf>,
    /// The client's certificate in PEM, the own one first. Its thumbprints stand in the assertion as `x5t` and `x5t#S256`.
    pub cert: Option<PathBuf>,
    /// Its private key in PEM, not encrypted.
    pub key: Option<SecretRef>,
    /// How it is signed. Default `RS256`.
    pub algorithm: Option<AlgorithmKind>,
    /// Whom the assertion is for. Default: the whole `token_url`.
    pub audience: Option<String>,
    /// How long an assertion can be used: 10 s to 1 h. Default 5 min.
    pub lifetime: Option<Span>,
}

// === impl ClientAssertionAuth ===

impl ClientAssertionAuth {
    pub(super) fn resolve(&self, folder: &Path) -> Result<ClientAssertion, InvalidAuth> {
        let signs = self.algorithm.is_some() || self.audience.is_some() || self.lifetime.is_some();
        match (&self.file, &self.cert, &self.key) {
            (Some(path), None, None) if !signs => {
                // Its text is for the moment of the request; that there is one shows now.
                let _text = SecretRef::File(path.clone()).read(folder)?;
                Ok(ClientAssertion::File(folder.join(path)))
            }
            (None, Some(cert), Some(key)) => {
                let path = folder.join(cert);
                let certificate = std::fs::read_to_string(&path);
                let lifetime = self.lifetime.unwrap_or(Span(Duration::from_secs(5 * 60)));
                if !(Duration::from_secs(10)..=Duration::from_secs(60 * 60)).contains(&lifetime.0) {
                    return Err(InvalidAuth::Lifetime(lifetime));
                }
                Ok(ClientAssertion::Signed(SignedAssertion {
                    certificate: certificate.map_err(|cause| InvalidAuth::File { path, cause })?,
                    key: key.read(folder)?.into(),
                    algorithm: match self.algorithm.unwrap_or_default() {
                        AlgorithmKind::Rs256 => SigningAlgorithm::Rs256,
                        AlgorithmKind::Ps256 => SigningAlgorithm::Ps256,
                        AlgorithmKind::Es256 => SigningAlgorithm::Es256,
                    },
                    audience: self.audience.clone(),
                    lifetime: lifetime.0,
                }))
            }
            _ => Err(InvalidAuth::Assertion),
        }
    }
}
