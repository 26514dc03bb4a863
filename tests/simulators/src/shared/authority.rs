//! A throw-away certificate authority: vendors' own clients refuse plain HTTP.
//!
//! Made at start, kept in memory only. Its certificate is handed to clients as PEM (`REQUESTS_CA_BUNDLE`,
//! `tls = { ca = … }`); its key is forgotten with the process.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::PrivateKeyDer;

/// A server's TLS configuration and the certificate that vouches for it.
#[derive(Clone)]
pub struct Authority {
    /// What the HTTPS listener presents.
    pub server: Arc<rustls::ServerConfig>,
    /// The authority's certificate.
    pub ca_pem: String,
}

/// Why no certificate could be made.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The certificate could not be made or signed.
    #[error("the throw-away certificate could not be made")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library refuses it.
    #[error("the TLS configuration was refused")]
    Tls(#[from] rustls::Error),
}

impl Authority {
    /// Makes an authority and a certificate for these names and addresses.
    ///
    /// # Errors
    /// When a name can't stand in a certificate.
    pub fn throw_away(names: &[String]) -> Result<Self, AuthorityError> {
        let ca_key = KeyPair::generate()?;
        let mut ca = CertificateParams::new(Vec::new())?;
        ca.distinguished_name.push(DnType::CommonName, "Signalbox simulators, throw-away authority");
        ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let ca_pem = ca.self_signed(&ca_key)?.pem();
        let issuer = Issuer::new(ca, ca_key);

        let key = KeyPair::generate()?;
        let mut leaf = CertificateParams::new(names.to_vec())?;
        leaf.distinguished_name.push(DnType::CommonName, "simulator");
        leaf.use_authority_key_identifier_extension = true;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = leaf.signed_by(&key, &issuer)?;

        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut server = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))?;
        server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { server: Arc::new(server), ca_pem })
    }
}
