//! Whom a connection trusts, and to whom it shows its certificate.

use crate::platform::{Platform, get, open, reply, spec, status};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    server::WebPkiClientVerifier,
};
use signalbox::{
    domain::HttpError,
    outbound::{ClientIdentity, Connection, InvalidConnection, OriginSpec, SystemLookup},
};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn acceptor(authority: &Authority) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().signed_by(&key, authority).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .allow_unauthenticated()
        .build()
        .unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn platform(authority: &Authority) -> Platform {
    Platform::with_tls(acceptor(authority), |_, _| reply(200, "")).await
}

fn secure(platform: &Platform) -> String {
    format!("https://{}", platform.address)
}

#[tokio::test]
async fn only_the_given_authority_is_trusted() {
    let (own, other) = (authority(), authority());
    let platform = platform(&own).await;
    let mut spec = spec(&secure(&platform));
    spec.tls.ca = Some(own.pem());
    assert_eq!(status(&open(spec.clone()), "/").await, 200);
    for ca in [Some(other.pem()), None] {
        spec.tls.ca = ca;
        let error = get(&open(spec.clone()), "/").await.unwrap_err();
        assert!(matches!(&error, HttpError::NotSent(words) if words.contains("certificate")), "{error}");
    }
    assert_eq!(platform.seen().len(), 1);
}

#[tokio::test]
async fn a_certificate_is_shown_to_the_base_and_to_nobody_else() {
    let authority = authority();
    let (desk, logs) = (platform(&authority).await, platform(&authority).await);
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["gateway".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let mut spec = spec(&secure(&desk));
    spec.tls.ca = Some(authority.pem());
    spec.tls.identity = Some(ClientIdentity { certificate: certificate.pem(), key: key.serialize_pem().into() });
    spec.origins = vec![OriginSpec { origin: secure(&logs).parse().unwrap(), auth: None }];
    let connection = open(spec);
    assert_eq!(status(&connection, "/").await, 200);
    assert_eq!(status(&connection, &secure(&logs)).await, 200);
    assert_eq!((desk.seen()[0].certified, logs.seen()[0].certified), (true, false));
}

#[test]
fn certificates_that_cannot_be_read_are_found_when_the_connection_is_opened() {
    let refused = |ca: Option<&str>, identity| {
        let mut spec = spec("https://desk.example.com");
        (spec.tls.ca, spec.tls.identity) = (ca.map(str::to_owned), identity);
        let refused = Connection::open(spec, Arc::new(SystemLookup)).unwrap_err();
        assert!(matches!(refused, InvalidConnection::Client(_)));
        refused.to_string()
    };
    let identity = ClientIdentity { certificate: "none".to_owned(), key: "none".into() };
    assert_eq!(refused(Some("no certificate"), None), "`tls.ca` holds no certificates in PEM");
    assert_eq!(refused(None, Some(identity)), "`tls.client_cert` is not a certificate chain with its key, both in PEM");
}
