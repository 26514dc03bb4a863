//! Client assertions in place of a secret.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize, SigningKey as _};
use serde_json::{Value, json};
use signalbox_simulators::azure::{APPLICATION, Application, Certificate, Credential, Options, TENANT};

use crate::caller::{MONITOR, Reply, World, world_with};

/// An application that has no secret, and the key of its certificate.
struct Signer {
    world: World,
    key: KeyPair,
    certificate: Certificate,
}

async fn signer() -> Signer {
    signer_with(Options::default()).await
}

async fn signer_with(mut options: Options) -> Signer {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let pem = CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap().pem();
    let certificate = Certificate::from_pem(&pem).unwrap();
    options.directory.applications = vec![Application {
        id: APPLICATION.into(),
        credentials: vec![Credential::Certificate(certificate.clone())],
        roles: Vec::new(),
    }];
    Signer { world: world_with(options).await, key, certificate }
}

impl Signer {
    fn header(&self) -> Value {
        json!({ "alg": "RS256", "typ": "JWT", "x5t": self.certificate.sha1 })
    }

    fn claims(&self, jti: &str) -> Value {
        let now = jiff::Timestamp::now().as_second();
        json!({
            "aud": format!("{}/{TENANT}/oauth2/v2.0/token", self.world.running.http_url),
            "iss": APPLICATION,
            "sub": APPLICATION,
            "jti": jti,
            "nbf": now,
            "exp": now + 600,
        })
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let encode = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        let message = format!("{}.{}", encode(header), encode(claims));
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.key.sign(message.as_bytes()).unwrap());
        format!("{message}.{signature}")
    }

    async fn show(&self, assertion: &str) -> Reply {
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let form = [
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", APPLICATION.to_owned()),
            ("client_assertion_type", kind.to_owned()),
            ("client_assertion", assertion.to_owned()),
            ("scope", format!("{MONITOR}/.default")),
        ];
        self.world.ask(&form).await
    }
}

#[tokio::test]
async fn an_assertion_names_its_certificate_in_any_of_three_ways() {
    let signer = signer().await;
    for (jti, name, value) in [
        ("1", "x5t", signer.certificate.sha1.clone()),
        ("2", "x5t#S256", signer.certificate.sha256.clone()),
        ("3", "kid", signer.certificate.thumbprint.clone()),
    ] {
        let header = json!({ "alg": "RS256", "typ": "JWT", name: value });
        let reply = signer.show(&signer.sign(&header, &signer.claims(jti))).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
}

#[tokio::test]
async fn the_issuer_is_an_audience_too() {
    let signer = signer().await;
    let mut claims = signer.claims("1");
    claims["aud"] = format!("{}/{TENANT}/v2.0", signer.world.running.http_url).into();
    assert_eq!(signer.show(&signer.sign(&signer.header(), &claims)).await.status, 200);
}

#[tokio::test]
async fn an_assertion_is_good_once() {
    let signer = signer().await;
    let assertion = signer.sign(&signer.header(), &signer.claims("once"));
    assert_eq!(signer.show(&assertion).await.status, 200);
    let again = signer.show(&assertion).await;
    assert_eq!((again.status, &again.json()["error_codes"][0]), (401, &json!(50_027)));
}

#[tokio::test]
async fn an_assertion_may_be_good_for_as_long_as_it_lives() {
    let signer = signer_with(Options { assertions_once: false, ..Options::default() }).await;
    let assertion = signer.sign(&signer.header(), &signer.claims("again"));
    for _ in 0..2 {
        assert_eq!(signer.show(&assertion).await.status, 200);
    }
    signer.world.running.apparatus.clock.advance(std::time::Duration::from_secs(900));
    assert_eq!(signer.show(&assertion).await.json()["error_codes"][0], 700_024);
}

#[tokio::test]
async fn times_may_have_fractions_and_fingerprints_padding() {
    let signer = signer().await;
    let mut claims = signer.claims("1");
    claims["exp"] = json!(claims["exp"].as_f64().unwrap() + 0.25);
    let header = json!({ "alg": "RS256", "x5t": format!("{}=", signer.certificate.sha1) });
    assert_eq!(signer.show(&signer.sign(&header, &claims)).await.status, 200);
}

#[tokio::test]
async fn what_is_wrong_with_an_assertion_is_told_by_its_number() {
    let signer = signer().await;
    let now = jiff::Timestamp::now().as_second();
    for (name, value, code) in [
        ("aud", json!("https://login.microsoftonline.com/common/v2.0"), 700_023),
        ("iss", json!("another"), 700_021),
        ("sub", json!("another"), 700_021),
        ("exp", json!(now - 301), 700_024),
        ("nbf", json!(now + 400), 700_024),
        ("jti", json!(""), 50_027),
        ("jti", json!(null), 50_027),
        ("exp", json!(null), 50_027),
    ] {
        let mut claims = signer.claims("wrong");
        claims[name] = value.clone();
        let reply = signer.show(&signer.sign(&signer.header(), &claims)).await;
        let told = (reply.status, reply.json()["error_codes"][0].as_i64());
        assert_eq!(told, (401, Some(code)), "{name} {value}");
        assert_eq!(reply.json()["error"], "invalid_client");
    }
    let right = signer.sign(&signer.header(), &signer.claims("right"));
    let (message, signature) = right.rsplit_once('.').unwrap();
    let other = signer.sign(&signer.header(), &signer.claims("other"));
    let swapped = format!("{}.{signature}", other.rsplit_once('.').unwrap().0);
    for (assertion, code) in [
        (swapped, 700_027),
        (signer.sign(&json!({ "alg": "RS256", "x5t": "unknown" }), &signer.claims("a")), 700_027),
        (signer.sign(&json!({ "alg": "HS256", "x5t": signer.certificate.sha1 }), &signer.claims("b")), 50_027),
        (signer.sign(&json!({ "alg": "none", "x5t": signer.certificate.sha1 }), &signer.claims("c")), 50_027),
        (signer.sign(&json!({ "alg": "PS256", "x5t": signer.certificate.sha1 }), &signer.claims("d")), 700_027),
        (message.to_owned(), 50_027),
        ("nothing".to_owned(), 50_027),
    ] {
        assert_eq!(signer.show(&assertion).await.json()["error_codes"][0], code, "{assertion}");
    }
}

#[tokio::test]
async fn an_assertion_of_another_type_is_refused() {
    let signer = signer().await;
    let form = [
        ("grant_type", "client_credentials".to_owned()),
        ("client_id", APPLICATION.to_owned()),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer".to_owned()),
        ("client_assertion", signer.sign(&signer.header(), &signer.claims("1"))),
        ("scope", format!("{MONITOR}/.default")),
    ];
    assert_eq!(signer.world.ask(&form).await.json()["error_codes"][0], 90_023);
}
