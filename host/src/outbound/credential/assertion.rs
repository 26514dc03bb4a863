//! What proves a client in the place of a secret: a JWT after
//! [RFC 7523, section 3](https://www.rfc-editor.org/rfc/rfc7523#section-3), signed here with a certificate's key or read from
//! a file that somebody else renews.
//!
//! Each is made, or read, for one token request. Key and certificate are tried out when the connection is opened, so that
//! what does not fit is a mistake in the configuration and no refused login at night. A file that cannot be read passes: it
//! may be between two of its writers.

use super::login::LoginError;
use crate::outbound::{ClientAssertion, Secret, SignedAssertion, SigningAlgorithm};
use aws_lc_rs::{
    digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest},
    error::{KeyRejected, Unspecified},
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rustls::{
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use serde_json::json;
use std::{
    fmt,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::io::AsyncReadExt;
use url::Url;
use uuid::Uuid;

/// An assertion that cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAssertion {
    /// Nothing to take a thumbprint of.
    #[error("`cert` of `client_assertion` holds no certificate in PEM")]
    Certificate,
    /// Nothing to sign with.
    #[error("`key` of `client_assertion` is not a private key in PEM that is not encrypted")]
    Key,
    /// Two that do not belong together.
    #[error("`key` of `client_assertion` is not the key of its `cert`")]
    Mismatch,
    /// A key that cannot sign so.
    #[error("`key` of `client_assertion` can't sign with {algorithm}: that takes {needed}")]
    Algorithm {
        /// Which was asked for.
        algorithm: &'static str,
        /// What it takes.
        needed: &'static str,
    },
    /// Nobody to speak for.
    #[error("a signed `client_assertion` needs a `client_id`")]
    Client,
}

/// Where assertions come from.
pub(super) enum Assertion {
    Signed(Box<Signer>),
    File(PathBuf),
}

/// Everything in an assertion but its time and its number.
pub(super) struct Signer {
    key: SigningKey,
    /// Encoded.
    header: String,
    client_id: String,
    audience: String,
    lifetime: Duration,
}

enum SigningKey {
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    P256(EcdsaKeyPair),
}

/// Longer than any assertion, and too short for a mistaken file to do harm.
const LONGEST_FILE: u64 = 64 << 10;

// === impl Assertion ===

impl Assertion {
    /// For tokens from `token_url`.
    pub(super) fn try_new(spec: &ClientAssertion, client_id: &str, token_url: &Url) -> Result<Self, InvalidAssertion> {
        match spec {
            ClientAssertion::File(path) => Ok(Self::File(path.clone())),
            ClientAssertion::Signed(signed) => {
                Signer::try_new(signed, client_id, token_url).map(Box::new).map(Self::Signed)
            }
        }
    }

    /// One that was never sent.
    pub(super) async fn fresh(&self) -> Result<Secret, LoginError> {
        match self {
            Self::File(path) => read(path).await,
            Self::Signed(signer) => signer
                .sign(SystemTime::now(), Uuid::new_v4())
                .map_err(|Unspecified| LoginError::Unavailable("the assertion was not signed".to_owned())),
        }
    }
}

impl fmt::Debug for Assertion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signed(signer) => out.debug_struct("Signed").field("for", &signer.audience).finish_non_exhaustive(),
            Self::File(path) => out.debug_tuple("File").field(path).finish(),
        }
    }
}

// === impl Signer ===

impl Signer {
    fn try_new(spec: &SignedAssertion, client_id: &str, token_url: &Url) -> Result<Self, InvalidAssertion> {
        if client_id.is_empty() {
            return Err(InvalidAssertion::Client);
        }
        let chain = CertificateDer::pem_slice_iter(spec.certificate.as_bytes())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| InvalidAssertion::Certificate)?;
        let own = chain.first().ok_or(InvalidAssertion::Certificate)?;
        let header = json!({
            "alg": spec.algorithm.name(),
            "typ": "JWT",
            "x5t": encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, own).as_ref()),
            "x5t#S256": encode(digest(&SHA256, own).as_ref()),
        });
        let key = PrivateKeyDer::from_pem_slice(spec.key.expose().as_bytes()).map_err(|_| InvalidAssertion::Key)?;
        let signer = Self {
            key: SigningKey::try_new(&key, spec.algorithm)?,
            header: encode(header.to_string().as_bytes()),
            client_id: client_id.to_owned(),
            audience: spec.audience.clone().unwrap_or_else(|| token_url.to_string()),
            lifetime: spec.lifetime,
        };
        CertifiedKey::from_der(chain, key, &default_provider()).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => InvalidAssertion::Mismatch,
            _ => InvalidAssertion::Certificate,
        })?;
        Ok(signer)
    }

    fn sign(&self, now: SystemTime, number: Uuid) -> Result<Secret, Unspecified> {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let claims = json!({
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.audience,
            "jti": number.to_string(),
            "iat": now,
            "nbf": now,
            "exp": now.saturating_add(self.lifetime.as_secs()),
        });
        let signed = format!("{}.{}", self.header, encode(claims.to_string().as_bytes()));
        let signature = self.key.sign(signed.as_bytes())?;
        Ok(format!("{signed}.{}", encode(&signature)).into())
    }
}

// === impl SigningKey ===

impl SigningKey {
    fn try_new(key: &PrivateKeyDer<'_>, algorithm: SigningAlgorithm) -> Result<Self, InvalidAssertion> {
        let unfit = |needed| move |_: KeyRejected| InvalidAssertion::Algorithm { algorithm: algorithm.name(), needed };
        let encoding: &'static dyn RsaEncoding = match algorithm {
            SigningAlgorithm::Rs256 => &RSA_PKCS1_SHA256,
            SigningAlgorithm::Ps256 => &RSA_PSS_SHA256,
            SigningAlgorithm::Es256 => {
                return p256(key).map(Self::P256).map_err(unfit("an elliptic curve's key, of P-256"));
            }
        };
        let rsa = rsa(key).map_err(unfit("an RSA key of at least 2048 bits"))?;
        Ok(Self::Rsa(rsa, encoding))
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(key, encoding) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(*encoding, &random, message, &mut signature)?;
                Ok(signature)
            }
            Self::P256(key) => Ok(key.sign(&random, message)?.as_ref().to_vec()),
        }
    }
}

fn rsa(key: &PrivateKeyDer<'_>) -> Result<RsaKeyPair, KeyRejected> {
    match key {
        PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
        other => RsaKeyPair::from_pkcs8(other.secret_der()),
    }
}

fn p256(key: &PrivateKeyDer<'_>) -> Result<EcdsaKeyPair, KeyRejected> {
    match key {
        PrivateKeyDer::Sec1(der) => {
            EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, der.secret_sec1_der())
        }
        other => EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, other.secret_der()),
    }
}

async fn read(path: &Path) -> Result<Secret, LoginError> {
    let words = |why: &str| LoginError::Unavailable(format!("the assertion in `{}` {why}", path.display()));
    let unread = |cause: std::io::Error| words(&format!("can't be read: {cause}"));
    let mut text = String::new();
    let file = tokio::fs::File::open(path).await.map_err(unread)?;
    file.take(LONGEST_FILE + 1).read_to_string(&mut text).await.map_err(unread)?;
    if u64::try_from(text.len()).map_or(true, |length| length > LONGEST_FILE) {
        return Err(words("is too long"));
    }
    match text.trim() {
        "" => Err(words("is empty")),
        assertion => Ok(assertion.into()),
    }
}

fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
