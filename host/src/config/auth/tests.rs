//! Operators' words, and what outbound makes of them or what is wrong with them.

use super::*;
use crate::outbound::{ClientAssertion, Metadata, SignedAssertion, SigningAlgorithm};
use std::{fs, time::Duration};

/// A folder with a file for each secret, and what `auth` in it comes to.
fn resolved(auth: &str) -> Result<Auth, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("cert", "CERTIFICATE"), ("key", "KEY\n"), ("jwt", "a.b.c\n"), ("blank", "\n")] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let section: AuthSection = toml::from_str(auth).map_err(|error| error.message().to_owned())?;
    let place = format!("{}/", folder.path().display());
    match section.resolve(folder.path()) {
        Ok(Auth::OAuth2(OAuth2 { client_auth: ClientAuth::Assertion(ClientAssertion::File(path)), .. })) => {
            Err(format!("the file {}", path.display()).replace(&place, ""))
        }
        outcome => outcome.map_err(|error| error.to_string().replace(&place, "")),
    }
}

fn with_assertion(assertion: &str) -> Result<Auth, String> {
    let begin = "[oauth2]\ngrant = \"client_credentials\"\ntoken_url = \"/token\"\nclient_id = \"gateway\"\n";
    resolved(&format!("{begin}{assertion}"))
}

fn signed(assertion: &str) -> SignedAssertion {
    match with_assertion(&format!("client_assertion = {{ cert = \"cert\", key = {{ file = \"key\" }}{assertion} }}")) {
        Ok(Auth::OAuth2(OAuth2 { client_auth: ClientAuth::Assertion(ClientAssertion::Signed(signed)), .. })) => signed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_certificate_signs_for_the_token_endpoint_unless_it_is_told_otherwise() {
    let plain = SignedAssertion {
        certificate: "CERTIFICATE".to_owned(),
        key: "KEY".into(),
        algorithm: SigningAlgorithm::Rs256,
        audience: None,
        lifetime: Duration::from_secs(300),
    };
    assert_eq!(signed(""), plain);
    for (name, algorithm) in
        [("RS256", SigningAlgorithm::Rs256), ("PS256", SigningAlgorithm::Ps256), ("ES256", SigningAlgorithm::Es256)]
    {
        assert_eq!(signed(&format!(", algorithm = \"{name}\"")), SignedAssertion { algorithm, ..plain.clone() });
    }
    let told = signed(", audience = \"urn:tenant\", lifetime = \"1h\"");
    let (audience, lifetime) = (Some("urn:tenant".to_owned()), Duration::from_secs(3600));
    assert_eq!(told, SignedAssertion { audience, lifetime, ..plain });
}

#[test]
fn an_assertion_of_somebody_else_s_is_a_file() {
    assert_eq!(with_assertion("client_assertion = { file = \"jwt\" }").unwrap_err(), "the file jwt");
}

#[test]
fn an_assertion_that_cannot_be_is_told() {
    let whole = "cert = \"cert\", key = { file = \"key\" }";
    let incomplete = "`client_assertion` needs `cert` and `key`, or `file` alone";
    let missing = "the file `none` can't be read: No such file or directory (os error 2)";
    let twice = |other: &str| {
        format!("`client_assertion` and `{other}` are two ways for a client to show who it is: one of them is enough")
    };
    for (assertion, words) in [
        ("{}".to_owned(), incomplete.to_owned()),
        ("{ cert = \"cert\" }".to_owned(), incomplete.to_owned()),
        ("{ key = { file = \"key\" } }".to_owned(), incomplete.to_owned()),
        (format!("{{ file = \"jwt\", {whole} }}"), incomplete.to_owned()),
        ("{ file = \"jwt\", audience = \"x\" }".to_owned(), incomplete.to_owned()),
        ("{ file = \"none\" }".to_owned(), missing.to_owned()),
        ("{ file = \"blank\" }".to_owned(), "the file `blank` is empty".to_owned()),
        ("{ cert = \"none\", key = { file = \"key\" } }".to_owned(), missing.to_owned()),
        ("{ cert = \"cert\", key = { file = \"none\" } }".to_owned(), missing.to_owned()),
        (
            format!("{{ {whole}, lifetime = \"9s\" }}"),
            "`lifetime` of `client_assertion` is 10s to 1h, not 9s".to_owned(),
        ),
        (
            format!("{{ {whole}, lifetime = \"61m\" }}"),
            "`lifetime` of `client_assertion` is 10s to 1h, not 3660s".to_owned(),
        ),
        (
            format!("{{ {whole}, algorithm = \"HS256\" }}"),
            "unknown variant `HS256`, expected one of `RS256`, `PS256`, `ES256`".to_owned(),
        ),
        (format!("{{ {whole} }}\nclient_secret = {{ file = \"key\" }}"), twice("client_secret")),
        (format!("{{ {whole} }}\nclient_auth = \"header\""), twice("client_auth")),
    ] {
        let told = with_assertion(&format!("client_assertion = {assertion}")).unwrap_err();
        assert_eq!(told, words, "{assertion}");
    }
}

#[test]
fn a_metadata_address_has_a_query_headers_and_places() {
    let plain = Metadata::new("http://169.254.169.254/token?v=1".parse().unwrap());
    assert_eq!(resolved("[metadata]\nurl = \"http://169.254.169.254/token?v=1\"").unwrap(), Auth::Metadata(plain));
    let whole = r#"
        [metadata]
        url        = "http://169.254.169.254/token?v=1"
        query      = { resource = "https://logs.example/", who = "a b" }
        headers    = { Metadata = "true", X-Proof = { file = "key" } }
        token      = "/data/token"
        expires_in = "/data/life"
        expires_on = "/data/end"
        retries    = 10
        retry_wait = "250ms"
    "#;
    let expected = Metadata {
        url: "http://169.254.169.254/token?v=1&resource=https%3A%2F%2Flogs.example%2F&who=a+b".parse().unwrap(),
        headers: vec![("Metadata".to_owned(), "true".into()), ("X-Proof".to_owned(), "KEY".into())],
        token: "/data/token".to_owned(),
        expires_in: "/data/life".to_owned(),
        expires_on: "/data/end".to_owned(),
        retries: 10,
        retry_wait: Duration::from_millis(250),
    };
    assert_eq!(resolved(whole).unwrap(), Auth::Metadata(expected));
}

#[test]
fn a_metadata_address_may_stand_where_the_machine_puts_it() {
    // A variable that is sure to be there, and that is no address.
    let from_environment = resolved("[metadata]\nurl = { env = \"PATH\" }");
    let no_address = "`url` of `metadata` is not an address: write http:// or https:// and a host";
    assert_eq!(from_environment.unwrap_err(), no_address);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("place"), "http://127.0.0.1:4100/msi/token\n").unwrap();
    let section: AuthSection = toml::from_str("[metadata]\nurl = { file = \"place\" }\nquery = { v = \"2\" }").unwrap();
    let expected = Metadata::new("http://127.0.0.1:4100/msi/token?v=2".parse().unwrap());
    assert_eq!(section.resolve(folder.path()).unwrap(), Auth::Metadata(expected));
}

#[test]
fn a_metadata_address_that_cannot_be_is_told() {
    let no_address = "`url` of `metadata` is not an address: write http:// or https:// and a host";
    let no_text = "a text, or a secret's place: { env = \"NAME\" } or { file = \"path\" }";
    for (keys, words) in [
        ("url = \"169.254.169.254\"", no_address),
        ("url = \"ftp://169.254.169.254/\"", no_address),
        ("url = \"http://user@169.254.169.254/\"", no_address),
        ("url = \"http://:pw@169.254.169.254/\"", no_address),
        ("url = 7", no_text),
        (
            "url = \"http://a\"\nheaders = { X = { file = \"none\" } }",
            "the file `none` can't be read: No such file or directory (os error 2)",
        ),
        ("url = \"http://a\"\nretries = 11", "`retries` of `metadata` is at most 10, not 11"),
        (
            "url = \"http://a\"\nretry_wait = \"soon\"",
            "`soon` is not a duration: write a whole number and ms, s, m, h or d, such as \"30s\"",
        ),
    ] {
        assert_eq!(resolved(&format!("[metadata]\n{keys}")).unwrap_err(), words, "{keys}");
    }
}
