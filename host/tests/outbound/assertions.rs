//! Clients that show an assertion in the place of a secret, before an endpoint that checks it to the last claim.

use crate::platform::{Platform, Seen, get, open, reply, spec, status};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use base64::{Engine, prelude::*};
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};
use serde_json::Value;
use signalbox::{
    domain::HttpError,
    outbound::{
        Auth, ClientAssertion, ClientAuth, Connection, ConnectionSpec, CredentialState, Grant, OAuth2, Secret,
        SignedAssertion, SigningAlgorithm, SystemLookup,
    },
};
use std::{
    collections::HashMap,
    fs,
    sync::{Arc, OnceLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use url::form_urlencoded;

/// A key with its certificate.
struct Client {
    key: KeyPair,
    certificate: rcgen::Certificate,
}

fn client(key: KeyPair) -> Client {
    let certificate = CertificateParams::new(["gateway".to_owned()]).unwrap().self_signed(&key).unwrap();
    Client { key, certificate }
}

/// One for all tests: finding primes takes a while.
fn rsa() -> &'static Client {
    static RSA: OnceLock<Client> = OnceLock::new();
    RSA.get_or_init(|| client(KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap()))
}

fn p256() -> &'static Client {
    static P256: OnceLock<Client> = OnceLock::new();
    P256.get_or_init(|| client(KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()))
}

/// The key within PKCS#8, which begins with these bytes, as older tools write it.
fn older(client: &Client, begin: &[u8], label: &str) -> Secret {
    let der = client.key.serialize_der();
    let at = der.windows(begin.len()).rposition(|window| window == begin).unwrap();
    // Its length stands before it: one byte, or three for long ones.
    let start = if der[at - 2] == 0x30 { at - 2 } else { at - 4 };
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64_STANDARD.encode(&der[start..])).into()
}

fn signed(client: &Client, algorithm: SigningAlgorithm) -> SignedAssertion {
    SignedAssertion {
        certificate: client.certificate.pem(),
        key: client.key.serialize_pem().into(),
        algorithm,
        audience: None,
        lifetime: Duration::from_secs(300),
    }
}

fn auth(client_id: &str, assertion: ClientAssertion) -> Option<Auth> {
    Some(Auth::OAuth2(OAuth2 {
        grant: Grant::ClientCredentials,
        token_url: "/tenant/token?v=2".to_owned(),
        client_id: client_id.to_owned(),
        client_secret: None,
        client_auth: ClientAuth::Assertion(assertion),
        scope: Some("logs".to_owned()),
        extra: vec![],
        logout: None,
    }))
}

fn with(platform: &Platform, assertion: ClientAssertion) -> ConnectionSpec {
    let mut spec = spec(&platform.url());
    spec.auth = auth("gate way", assertion);
    spec
}

fn form(seen: &Seen) -> HashMap<String, String> {
    form_urlencoded::parse(seen.body.as_bytes()).into_owned().collect()
}

fn assertions(platform: &Platform) -> Vec<String> {
    let logins = platform.seen().into_iter().filter(|seen| seen.target.starts_with("/tenant/token"));
    logins.map(|seen| form(&seen).remove("client_assertion").unwrap()).collect()
}

/// Header and claims of an assertion whose signature is good.
fn verified(assertion: &str, client: &Client, algorithm: &'static dyn VerificationAlgorithm) -> (Value, Value) {
    let (message, signature) = assertion.rsplit_once('.').unwrap();
    let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
    let key = UnparsedPublicKey::new(algorithm, client.key.public_key_raw());
    key.verify(message.as_bytes(), &decode(signature)).expect("a good signature");
    let (header, claims) = message.split_once('.').unwrap();
    let json = |part: &str| serde_json::from_slice(&decode(part)).unwrap();
    (json(header), json(claims))
}

/// Issues `t1`, `t3` and so on, by how many requests came before, and takes `good` alone, or all where it is empty.
async fn issuer(good: &'static str) -> Platform {
    Platform::new(move |seen, count| match seen.target.as_str() {
        "/tenant/token?v=2" => reply(200, format!(r#"{{"access_token":"t{}","expires_in":3600}}"#, count + 1)),
        _ if good.is_empty() || seen.authorization() == good => reply(200, ""),
        _ => reply(401, ""),
    })
    .await
}

fn state(connection: &Connection) -> CredentialState {
    connection.health().credentials.remove(0).1
}

#[tokio::test]
async fn every_algorithm_and_every_form_of_key_makes_what_the_endpoint_can_check() {
    use SigningAlgorithm::{Es256, Ps256, Rs256};
    let pkcs1 = older(rsa(), &[0x02, 0x01, 0x00, 0x02, 0x82], "RSA PRIVATE KEY");
    let sec1 = older(p256(), &[0x02, 0x01, 0x01, 0x04, 0x20], "EC PRIVATE KEY");
    let pkcs8 = |client: &Client| Secret::from(client.key.serialize_pem());
    for (client, algorithm, key, check) in [
        (rsa(), Rs256, pkcs8(rsa()), &RSA_PKCS1_2048_8192_SHA256 as &'static dyn VerificationAlgorithm),
        (rsa(), Ps256, pkcs8(rsa()), &RSA_PSS_2048_8192_SHA256),
        (rsa(), Rs256, pkcs1, &RSA_PKCS1_2048_8192_SHA256),
        (p256(), Es256, pkcs8(p256()), &ECDSA_P256_SHA256_FIXED),
        (p256(), Es256, sec1, &ECDSA_P256_SHA256_FIXED),
    ] {
        let platform = issuer("").await;
        let assertion = SignedAssertion { key, ..signed(client, algorithm) };
        let before = seconds();
        let connection = open(with(&platform, ClientAssertion::Signed(assertion)));
        for _ in 0..3 {
            assert_eq!(status(&connection, "/x").await, 200);
        }
        let after = seconds();
        let login = platform.seen().remove(0);
        assert_eq!(login.authorization(), "");
        let mut form = form(&login);
        let assertion = form.remove("client_assertion").unwrap();
        let mut rest: Vec<_> = form.into_iter().collect();
        rest.sort();
        let expected = [
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_id", "gate way"),
            ("grant_type", "client_credentials"),
            ("scope", "logs"),
        ];
        assert_eq!(rest, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));

        let (header, mut claims) = verified(&assertion, client, check);
        let print = |algorithm| {
            let print = aws_lc_rs::digest::digest(algorithm, client.certificate.der());
            BASE64_URL_SAFE_NO_PAD.encode(print)
        };
        let expected = serde_json::json!({
            "alg": algorithm.name(),
            "typ": "JWT",
            "x5t": print(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY),
            "x5t#S256": print(&aws_lc_rs::digest::SHA256),
        });
        assert_eq!(header, expected);
        let now = claims["iat"].as_u64().unwrap();
        assert!((before..=after).contains(&now), "{before} {now} {after}");
        let number = claims.as_object_mut().unwrap().remove("jti").unwrap();
        assert_eq!(number.as_str().unwrap().parse::<uuid::Uuid>().unwrap().get_version_num(), 4);
        let expected = serde_json::json!({
            "iss": "gate way",
            "sub": "gate way",
            "aud": format!("{}/tenant/token?v=2", platform.url()),
            "iat": now,
            "nbf": now,
            "exp": now + 300,
        });
        assert_eq!(claims, expected);
    }
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

#[tokio::test]
async fn audience_and_lifetime_are_the_operators_to_say() {
    let platform = issuer("").await;
    let assertion = SignedAssertion {
        audience: Some("urn:tenant".to_owned()),
        lifetime: Duration::from_secs(60),
        ..signed(p256(), SigningAlgorithm::Es256)
    };
    assert_eq!(status(&open(with(&platform, ClientAssertion::Signed(assertion))), "/x").await, 200);
    let (_, claims) = verified(&assertions(&platform)[0], p256(), &ECDSA_P256_SHA256_FIXED);
    assert_eq!(claims["aud"], "urn:tenant");
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 60);
}

#[tokio::test]
async fn each_token_request_has_an_assertion_of_its_own() {
    let platform = issuer("Bearer t3").await;
    let connection = open(with(&platform, ClientAssertion::Signed(signed(p256(), SigningAlgorithm::Es256))));
    assert_eq!(status(&connection, "/x").await, 200);
    let numbers: Vec<Value> = assertions(&platform)
        .iter()
        .map(|assertion| verified(assertion, p256(), &ECDSA_P256_SHA256_FIXED).1["jti"].clone())
        .collect();
    assert!(numbers.len() == 2 && numbers[0] != numbers[1], "{numbers:?}");
}

#[tokio::test]
async fn the_other_grants_show_it_too_each_time_anew() {
    let platform = Platform::new(|seen, count| match seen.target.as_str() {
        "/tenant/token?v=2" if seen.body.contains("grant_type=refresh_token") => {
            reply(400, r#"{"error":"invalid_grant"}"#)
        }
        "/tenant/token?v=2" => {
            reply(200, format!(r#"{{"access_token":"t{count}","expires_in":0,"refresh_token":"r"}}"#))
        }
        _ => reply(200, ""),
    })
    .await;
    let mut spec = with(&platform, ClientAssertion::Signed(signed(p256(), SigningAlgorithm::Es256)));
    let Some(Auth::OAuth2(oauth2)) = &mut spec.auth else { panic!("{spec:?}") };
    oauth2.grant = Grant::Password { username: "ann".to_owned(), password: "pw".into() };
    let connection = open(spec);
    for _ in 0..2 {
        assert_eq!(status(&connection, "/x").await, 200);
    }
    let mut shown = assertions(&platform);
    assert_eq!(shown.len(), 3, "the password; the refresh token, which is refused; the password");
    shown.sort();
    shown.dedup();
    assert_eq!(shown.len(), 3);
}

#[tokio::test]
async fn a_refused_assertion_is_told_and_not_quoted() {
    let platform = Platform::new(|seen, _| {
        let quoted = form(seen).remove("client_assertion").unwrap();
        reply(401, format!(r#"{{"error":"invalid_client","error_description":"unknown key of {quoted} today"}}"#))
    })
    .await;
    let connection = open(with(&platform, ClientAssertion::Signed(signed(p256(), SigningAlgorithm::Es256))));
    for _ in 0..3 {
        let error = get(&connection, "/x").await.unwrap_err();
        let words = "no credentials: refused: invalid_client: unknown key of … today";
        assert_eq!(error, HttpError::NotSent(words.to_owned()));
    }
    assert_eq!(platform.seen().len(), 1, "it is not repeated for a while");
    assert_eq!(connection.health().refusal(), Some("invalid_client: unknown key of … today"));
}

#[tokio::test]
async fn an_assertion_in_a_file_is_read_for_each_token_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("assertion");
    let platform = issuer("").await;
    let connection = open(with(&platform, ClientAssertion::File(path.clone())));
    for (text, words) in [
        (None, "can't be read: No such file or directory (os error 2)"),
        (Some(" \n".to_owned()), "is empty"),
        (Some("x".repeat((64 << 10) + 1)), "is too long"),
    ] {
        if let Some(text) = text {
            fs::write(&path, text).unwrap();
        }
        let error = get(&connection, "/x").await.unwrap_err();
        let expected = format!("no credentials: unavailable: the assertion in `{}` {words}", path.display());
        assert_eq!(error, HttpError::NotSent(expected));
        assert!(matches!(state(&connection), CredentialState::Unavailable { .. }));
    }
    assert_eq!(platform.connections(), 0);
    fs::write(&path, "first.of.three\n").unwrap();
    let again = path.clone();
    let rotating = Platform::new(move |seen, count| match (seen.target.as_str(), count) {
        ("/tenant/token?v=2", 0) => reply(200, r#"{"access_token":"old","expires_in":3600}"#),
        ("/tenant/token?v=2", _) => reply(200, r#"{"access_token":"new","expires_in":3600}"#),
        _ if seen.authorization() == "Bearer new" => reply(200, ""),
        _ => {
            fs::write(&again, "second.of.three\n").unwrap();
            reply(401, "")
        }
    })
    .await;
    let connection = open(with(&rotating, ClientAssertion::File(path)));
    assert_eq!(status(&connection, "/x").await, 200);
    assert_eq!(assertions(&rotating), ["first.of.three", "second.of.three"]);
}

#[test]
fn what_cannot_sign_is_found_when_the_connection_is_opened() {
    use SigningAlgorithm::{Es256, Ps256, Rs256};
    let key = |key: &str| SignedAssertion { key: key.into(), ..signed(rsa(), Rs256) };
    let certificate = |pem: &str| SignedAssertion { certificate: pem.to_owned(), ..signed(rsa(), Rs256) };
    let stranger = client(KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap());
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let no_certificate = "`cert` of `client_assertion` holds no certificate in PEM";
    let no_key = "`key` of `client_assertion` is not a private key in PEM that is not encrypted";
    let not_rsa = "that takes an RSA key of at least 2048 bits";
    for (assertion, words) in [
        (certificate("none"), no_certificate.to_owned()),
        (certificate(broken), no_certificate.to_owned()),
        (key("none"), no_key.to_owned()),
        (key("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"), no_key.to_owned()),
        (signed(p256(), Rs256), format!("`key` of `client_assertion` can't sign with RS256: {not_rsa}")),
        (signed(p256(), Ps256), format!("`key` of `client_assertion` can't sign with PS256: {not_rsa}")),
        (
            signed(rsa(), Es256),
            "`key` of `client_assertion` can't sign with ES256: that takes an elliptic curve's key, of P-256"
                .to_owned(),
        ),
        (
            SignedAssertion { certificate: p256().certificate.pem(), ..signed(&stranger, Es256) },
            "`key` of `client_assertion` is not the key of its `cert`".to_owned(),
        ),
    ] {
        assert_eq!(refused("gateway", assertion), format!("`auth` for https://desk.example.com: {words}"));
    }
    let nobody = refused("", signed(p256(), Es256));
    assert_eq!(nobody, "`auth` for https://desk.example.com: a signed `client_assertion` needs a `client_id`");
}

fn refused(client_id: &str, assertion: SignedAssertion) -> String {
    let mut spec = spec("https://desk.example.com");
    spec.auth = auth(client_id, ClientAssertion::Signed(assertion));
    Connection::open(spec, Arc::new(SystemLookup)).unwrap_err().to_string()
}

#[test]
fn the_key_is_in_no_words() {
    let mut spec = spec("https://desk.example.com");
    spec.auth = auth("gateway", ClientAssertion::Signed(signed(p256(), SigningAlgorithm::Es256)));
    let words = format!("{spec:?} {:?}", open(spec.clone()));
    assert!(words.contains("Secret(…)") && !words.contains("PRIVATE KEY"), "{words}");
}
