//! Tokens from a metadata address: how it is asked, and that nobody else asks it.

use crate::platform::{Names, Platform, get, open, reply, spec, status};
use signalbox::{
    domain::HttpError,
    outbound::{Auth, Connection, ConnectionSpec, CredentialState, Metadata, OriginSpec, ProxySpec},
};
use std::time::Duration;

const TOKEN: &str = r#"{"access_token":"m1","expires_in":"3599","expires_on":"4102444800","token_type":"Bearer"}"#;

/// An address that is asked again at once.
fn impatient(address: &Platform) -> Metadata {
    Metadata {
        retry_wait: Duration::from_millis(1),
        ..Metadata::new(format!("{}/token", address.url()).parse().unwrap())
    }
}

fn with(desk: &Platform, metadata: Metadata) -> ConnectionSpec {
    let mut spec = spec(&desk.url());
    spec.auth = Some(Auth::Metadata(metadata));
    spec
}

async fn desk() -> Platform {
    Platform::new(|_, _| reply(200, "")).await
}

fn state(connection: &Connection) -> CredentialState {
    connection.health().credentials.remove(0).1
}

#[tokio::test]
async fn a_token_is_fetched_from_its_address_by_no_proxy() {
    let metadata = Platform::new(|_, _| reply(200, TOKEN)).await;
    let proxy = Platform::new(|_, _| reply(200, "")).await;
    let names = Names::new([("proxy.test", &[&["127.0.0.1"]])]);
    let mut spec = spec("http://desk.test");
    spec.auth = Some(Auth::Metadata(Metadata {
        headers: vec![("Metadata".to_owned(), "true".into())],
        ..Metadata::new(format!("{}/identity/token?resource=desk", metadata.url()).parse().unwrap())
    }));
    spec.proxy = Some(ProxySpec { url: proxy.named("proxy.test").parse().unwrap(), login: None });
    spec.origins = vec![OriginSpec { origin: metadata.url().parse().unwrap(), auth: None }];
    let connection = Connection::open(spec, names).unwrap();
    for _ in 0..3 {
        assert_eq!(status(&connection, "/x").await, 200);
    }
    assert_eq!(metadata.targets(), ["/identity/token?resource=desk"], "once, and then it is kept");
    assert_eq!((metadata.seen()[0].header("metadata"), metadata.seen()[0].method.as_str()), ("true", "GET"));
    assert!(proxy.seen().iter().all(|seen| seen.authorization() == "Bearer m1"));
}

#[tokio::test]
async fn it_needs_no_listed_network_and_opens_none() {
    let metadata = Platform::new(|_, _| reply(200, TOKEN)).await;
    let mut spec = with(&metadata, impatient(&metadata));
    spec.networks = vec![];
    let plugin = get(&open(spec), "/x").await.unwrap_err();
    assert!(matches!(plugin, HttpError::Denied(_)), "{plugin}");
    assert_eq!(metadata.targets(), ["/token"]);
}

#[tokio::test]
async fn link_local_addresses_stay_out_of_a_plugins_reach() {
    let metadata = Platform::new(|_, _| reply(200, TOKEN)).await;
    for host in ["169.254.169.254", "169.254.170.2", "[fe80::1]", "[fd00:ec2::254]", "metadata.test"] {
        let mut generous = spec(&format!("http://{host}"));
        generous.networks = vec!["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()];
        generous.auth = Some(Auth::Metadata(impatient(&metadata)));
        let names = Names::new([("metadata.test", &[&["169.254.169.254"]])]);
        let denied = get(&Connection::open(generous, names).unwrap(), "/token").await.unwrap_err();
        assert!(matches!(denied, HttpError::Denied(_)), "{host}: {denied}");
    }
    assert_eq!(metadata.seen().len(), 5, "the host itself asks where `auth` says");
}

#[tokio::test]
async fn a_plugin_gets_there_neither_by_its_url_nor_by_a_redirect() {
    let metadata = Platform::new(|_, _| reply(200, TOKEN)).await;
    let address = format!("{}/token", metadata.url());
    let desk = Platform::new({
        let address = address.clone();
        move |_, _| reply(302, "").header("Location", &address)
    })
    .await;
    let connection = open(with(&desk, impatient(&metadata)));
    let denied = get(&connection, &address).await.unwrap_err();
    assert_eq!(denied, HttpError::Denied(format!("no grant `origin:{}`", metadata.url())));
    assert_eq!(metadata.seen().len(), 0);
    let redirected = get(&connection, "/x").await;
    assert!(!matches!(&redirected, Ok(answer) if answer.status == 200), "{redirected:?}");
    assert_eq!(metadata.seen().len(), 1, "for the host's own token");
}

#[tokio::test]
async fn a_busy_address_is_asked_again() {
    let metadata = Platform::new(|_, count| match [404, 429, 500, 503].get(count) {
        Some(busy) => reply(*busy, "").header("Retry-After", "0"),
        None => reply(200, TOKEN),
    })
    .await;
    let desk = desk().await;
    let connection = open(with(&desk, impatient(&metadata)));
    assert_eq!(status(&connection, "/x").await, 200);
    assert_eq!(metadata.seen().len(), 5);
    assert_eq!(desk.seen()[0].authorization(), "Bearer m1");
}

#[tokio::test]
async fn patience_ends_and_begins_anew_with_the_next_request() {
    for (busy, retries, asked) in [(503, 2, 3), (404, 0, 1), (410, 2, 4), (410, 0, 1)] {
        let metadata = Platform::new(move |_, _| reply(busy, r#"{"error":"starting"}"#)).await;
        let desk = desk().await;
        let connection = open(with(&desk, Metadata { retries, ..impatient(&metadata) }));
        for round in 1..=2 {
            let error = get(&connection, "/x").await.unwrap_err();
            let begin = format!("no credentials: unavailable: the metadata address answered {busy} ");
            assert!(matches!(&error, HttpError::NotSent(words) if words.starts_with(&begin)), "{error}");
            assert_eq!(metadata.seen().len(), asked * round, "{busy}");
        }
        assert!(matches!(state(&connection), CredentialState::Unavailable { .. }));
        assert_eq!(desk.connections(), 0);
    }
}

#[tokio::test]
async fn a_refusal_is_for_a_person_and_is_not_asked_for_again() {
    let refusal = r#"{"error":"invalid_request","error_description":"Identity not found, said hunter2"}"#;
    let metadata = Platform::new(move |_, _| reply(400, refusal)).await;
    let desk = desk().await;
    let headers = vec![("X-Proof".to_owned(), "hunter2".into())];
    let connection = open(with(&desk, Metadata { headers, ..impatient(&metadata) }));
    let words = "the metadata address answered 400 Bad Request: invalid_request: Identity not found, said …";
    for _ in 0..3 {
        let error = get(&connection, "/x").await.unwrap_err();
        assert_eq!(error, HttpError::NotSent(format!("no credentials: refused: {words}")));
    }
    assert_eq!((metadata.seen().len(), desk.connections()), (1, 0));
    assert_eq!(connection.health().refusal(), Some(words));
}

#[tokio::test]
async fn a_401_fetches_a_new_token_once() {
    let metadata = Platform::new(|_, count| reply(200, format!(r#"{{"data":{{"key":"m{}"}}}}"#, count + 1))).await;
    let desk = Platform::new(|seen, _| reply(if seen.authorization() == "Bearer m2" { 200 } else { 401 }, "")).await;
    let connection = open(with(&desk, Metadata { token: "/data/key".to_owned(), ..impatient(&metadata) }));
    for _ in 0..2 {
        assert_eq!(status(&connection, "/x").await, 200);
    }
    assert_eq!((metadata.seen().len(), desk.seen().len()), (2, 3));
}

#[tokio::test]
async fn a_token_whose_end_has_come_is_fetched_anew() {
    for life in [r#""expires_in":"0""#, r#""expires_on":1700000000"#, r#""expires_on":"1700000000""#] {
        let metadata = Platform::new(move |_, _| reply(200, format!(r#"{{"access_token":"m",{life}}}"#))).await;
        let desk = desk().await;
        let connection = open(with(&desk, impatient(&metadata)));
        for _ in 0..2 {
            assert_eq!(status(&connection, "/x").await, 200);
        }
        assert_eq!(metadata.seen().len(), 2, "{life}");
    }
}

#[tokio::test]
async fn nothing_but_a_short_answer_from_the_address_itself_counts() {
    let elsewhere = Platform::new(|_, _| reply(200, TOKEN)).await;
    let there = elsewhere.url();
    let metadata = Platform::new(move |_, count| match count {
        0 => reply(302, "").header("Location", &there),
        _ => reply(200, format!(r#"{{"access_token":"m1","filler":"{}"}}"#, "x".repeat(100_000))),
    })
    .await;
    let desk = desk().await;
    let connection = open(with(&desk, impatient(&metadata)));
    for words in ["answered 302 Found", "larger than the limit of 65536 bytes"] {
        let error = get(&connection, "/x").await.unwrap_err();
        assert!(matches!(&error, HttpError::NotSent(text) if text.contains(words)), "{error}");
        assert!(matches!(state(&connection), CredentialState::Unavailable { .. }));
    }
    assert_eq!((elsewhere.connections(), desk.connections()), (0, 0));
}

#[tokio::test]
async fn an_address_that_does_not_answer_is_waited_for_no_longer_than_a_platform() {
    let metadata = Platform::new(|_, _| reply(200, TOKEN).after(600_000)).await;
    let desk = desk().await;
    let mut spec = with(&desk, impatient(&metadata));
    spec.limits.request_timeout = Duration::from_millis(200);
    let connection = open(spec);
    let error = get(&connection, "/x").await.unwrap_err();
    assert!(matches!(&error, HttpError::NotSent(text) if text.contains("no answer within")), "{error}");
    assert!(matches!(state(&connection), CredentialState::Unavailable { .. }));
    assert_eq!(desk.connections(), 0);
}

#[test]
fn an_address_that_cannot_work_is_found_when_the_connection_is_opened() {
    let whole = || Metadata::new("http://169.254.169.254/token".parse().unwrap());
    let at = |url: &str| Metadata::new(url.parse().unwrap());
    let header = |name: &str, value: &str| Metadata { headers: vec![(name.to_owned(), value.into())], ..whole() };
    let pointer = "`access_token` is not a JSON Pointer: it must begin with `/`";
    for (metadata, words) in [
        (at("ftp://169.254.169.254/"), "`ftp://169.254.169.254` is no address for a login"),
        (at("http://ann:pw@169.254.169.254/"), "`http://169.254.169.254` is no address for a login"),
        (header("Host", "elsewhere"), "`Host` is not a header that credentials can stand in"),
        (header("X-Proof", "a\nb"), "the secret for the header `x-proof` has characters that a header cannot carry"),
        (Metadata { token: "access_token".to_owned(), ..whole() }, pointer),
        (Metadata { expires_in: "access_token".to_owned(), ..whole() }, pointer),
        (Metadata { expires_on: "access_token".to_owned(), ..whole() }, pointer),
    ] {
        let mut spec = spec("https://desk.example.com");
        spec.auth = Some(Auth::Metadata(metadata));
        let refused = Connection::open(spec, Names::new([])).unwrap_err().to_string();
        assert_eq!(refused, format!("`auth` for https://desk.example.com: {words}"));
    }
}
