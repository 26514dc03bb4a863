//! The certificate that ingest shows.

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// A certificate that can't be shown.
#[derive(Debug, thiserror::Error)]
pub enum InvalidCertificate {
    /// Not PEM, or nothing in it.
    #[error("there is no certificate in PEM in it")]
    Certificate,
    /// Not PEM, or nothing in it.
    #[error("there is no private key in PEM in it")]
    Key,
    /// They don't belong together, or the algorithm is unknown.
    #[error("certificate and key can't be used: {0}")]
    Unusable(#[from] rustls::Error),
}

/// What answers a sender's handshake: HTTP/2 or HTTP/1.1 by ALPN.
///
/// # Errors
/// Where the certificate or its key can't be used.
pub fn acceptor(certificates: &[u8], key: &SecretString) -> Result<TlsAcceptor, InvalidCertificate> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
    let chain = chain.map_err(|_| InvalidCertificate::Certificate)?;
    if chain.is_empty() {
        return Err(InvalidCertificate::Certificate);
    }
    let key = PrivateKeyDer::from_pem_slice(key.expose_secret().as_bytes()).map_err(|_| InvalidCertificate::Key)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
