//! A certificate as an application registers it: its public key, and the fingerprints that assertions name it by.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rustls::{
    crypto::aws_lc_rs,
    pki_types::{
        AlgorithmIdentifier, CertificateDer,
        alg_id::{RSA_ENCRYPTION, RSA_PKCS1_SHA256, RSA_PSS_SHA256},
        pem::PemObject,
    },
    server::ParsedCertificate,
};
use sha1::Digest as _;

/// What an assertion may be signed with. Entra takes RSA keys and SHA-256 alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5.
    Rs256,
    /// RSASSA-PSS.
    Ps256,
}

/// A registered certificate with an RSA key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// base64url of the SHA-1 of its DER, which `x5t` names.
    pub sha1: String,
    /// base64url of the SHA-256 of its DER, which `x5t#S256` names.
    pub sha256: String,
    /// The SHA-1 in hexadecimal capitals, which `kid` may name and the portal shows.
    pub thumbprint: String,
    public_key: Vec<u8>,
}

/// Why a certificate can't be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no certificate in PEM")]
pub struct NoCertificate;

// === impl Certificate ===

impl Certificate {
    /// Reads the first certificate of a PEM file.
    ///
    /// # Errors
    /// [`NoCertificate`] where there is none that can be read.
    pub fn from_pem(pem: &str) -> Result<Self, NoCertificate> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| NoCertificate)?;
        let parsed = ParsedCertificate::try_from(&der).map_err(|_| NoCertificate)?;
        let public_key = bit_string(&parsed.subject_public_key_info()).ok_or(NoCertificate)?.to_vec();
        let sha1 = sha1::Sha1::digest(&der);
        Ok(Self {
            thumbprint: sha1.iter().map(|byte| format!("{byte:02X}")).collect(),
            sha1: BASE64_URL_SAFE_NO_PAD.encode(sha1),
            sha256: BASE64_URL_SAFE_NO_PAD.encode(<sha2::Sha256 as sha2::Digest>::digest(&der)),
            public_key,
        })
    }

    /// Whether the key of this certificate signed the message.
    #[must_use]
    pub fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let algorithms = aws_lc_rs::default_provider().signature_verification_algorithms;
        let mut algorithms = algorithms.all.iter().filter(|known| {
            known.public_key_alg_id() == RSA_ENCRYPTION && known.signature_alg_id() == algorithm.identifier()
        });
        algorithms.any(|known| known.verify_signature(&self.public_key, message, signature).is_ok())
    }
}

// === impl Algorithm ===

impl Algorithm {
    /// The algorithm of a JWT header.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            _ => None,
        }
    }

    fn identifier(self) -> AlgorithmIdentifier {
        match self {
            Self::Rs256 => RSA_PKCS1_SHA256,
            Self::Ps256 => RSA_PSS_SHA256,
        }
    }
}

/// The key in a `SubjectPublicKeyInfo`: a sequence of the algorithm and a bit string.
fn bit_string(info: &[u8]) -> Option<&[u8]> {
    let (0x30, inside, _) = element(info)? else { return None };
    let (0x30, _, rest) = element(inside)? else { return None };
    let (0x03, bits, _) = element(rest)? else { return None };
    bits.strip_prefix(&[0])
}

/// The first DER element: its tag, its content, and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        short @ 0..=0x7f => (usize::from(short), rest),
        long => {
            let (bytes, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            (bytes.iter().try_fold(0_usize, |length, byte| length.checked_mul(256)?.checked_add((*byte).into()))?, rest)
        }
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize, SigningKey as _};

    use super::*;

    #[test]
    fn a_certificate_knows_what_its_key_signed() {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let certificate = CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
        let registered = Certificate::from_pem(&certificate.pem()).unwrap();
        let signature = key.sign(b"signed").unwrap();
        assert!(registered.verifies(Algorithm::Rs256, b"signed", &signature));
        assert!(!registered.verifies(Algorithm::Rs256, b"other", &signature));
        assert!(!registered.verifies(Algorithm::Ps256, b"signed", &signature));
        assert_eq!((registered.sha1.len(), registered.sha256.len(), registered.thumbprint.len()), (27, 43, 40));
    }

    #[test]
    fn what_is_no_certificate_is_told() {
        for pem in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert_eq!(Certificate::from_pem(pem), Err(NoCertificate), "{pem}");
        }
    }
}
