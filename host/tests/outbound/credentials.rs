//! Credentials on requests: who gets which, and who never does.

use crate::platform::{Platform, budget, get, open, reply, request, spec, status};
use signalbox::{
    domain::{HttpError, Outbound},
    outbound::{Auth, Connection, CredentialState, OriginSpec, SystemLookup},
};
use std::sync::Arc;

#[tokio::test]
async fn fixed_credentials_are_headers() {
    let basic = Auth::Basic { username: "ann".to_owned(), password: "p:w".into() };
    let key = Auth::ApiKey { header: "X-Api-Key".to_owned(), value: "k-1".into() };
    for (auth, header, expected) in [
        (basic, "authorization", "Basic YW5uOnA6dw=="),
        (Auth::Bearer { token: "tok".into() }, "authorization", "Bearer tok"),
        (key, "x-api-key", "k-1"),
    ] {
        let platform = Platform::new(|_, _| reply(200, "")).await;
        let mut spec = spec(&platform.url());
        spec.auth = Some(auth);
        assert_eq!(status(&open(spec), "/").await, 200);
        assert_eq!(platform.seen()[0].header(header), expected);
    }
}

#[tokio::test]
async fn a_plugin_cannot_set_the_header_that_carries_the_key() {
    let platform = Platform::new(|_, _| reply(200, "")).await;
    let mut spec = spec(&platform.url());
    spec.auth = Some(Auth::ApiKey { header: "x-api-key".to_owned(), value: "k-1".into() });
    let mut own = request("GET", "/");
    own.headers = vec![("X-API-KEY".to_owned(), "mine".to_owned())];
    let denied = open(spec).send(own, budget()).await.unwrap_err();
    assert_eq!(denied.to_string(), "denied: the header `X-API-KEY` is the host's to set");
    assert_eq!(platform.connections(), 0);
}

#[tokio::test]
async fn each_origin_gets_its_own_and_one_without_gets_none() {
    let [desk, logs, open_data] = [(); 3].map(|()| Platform::new(|_, _| reply(200, "")));
    let (desk, logs, open_data) = (desk.await, logs.await, open_data.await);
    let mut spec = spec(&desk.url());
    spec.auth = Some(Auth::Bearer { token: "for-desk".into() });
    spec.origins = vec![
        OriginSpec {
            origin: logs.url().parse().unwrap(),
            auth: Some(Auth::ApiKey { header: "x-key".to_owned(), value: "for-logs".into() }),
        },
        OriginSpec { origin: open_data.url().parse().unwrap(), auth: None },
    ];
    let connection = open(spec);
    for target in ["/".to_owned(), logs.url(), open_data.url()] {
        assert_eq!(status(&connection, &target).await, 200);
    }
    let shown = |platform: &Platform| {
        let seen = platform.seen().remove(0);
        (seen.authorization().to_owned(), seen.header("x-key").to_owned())
    };
    assert_eq!(shown(&desk), ("Bearer for-desk".to_owned(), String::new()));
    assert_eq!(shown(&logs), (String::new(), "for-logs".to_owned()));
    assert_eq!(shown(&open_data), (String::new(), String::new()));
}

#[tokio::test]
async fn fixed_credentials_that_are_refused_are_seen_and_can_recover() {
    let platform = Platform::new(|_, count| reply(if count == 1 { 401 } else { 200 }, "")).await;
    let mut spec = spec(&platform.url());
    spec.auth = Some(Auth::Bearer { token: "tok".into() });
    let connection = open(spec);
    let state = |connection: &Connection| connection.health().credentials.remove(0).1;
    assert_eq!(state(&connection), CredentialState::Unproven);
    assert_eq!(status(&connection, "/").await, 200);
    assert!(matches!(state(&connection), CredentialState::Accepted { .. }));
    assert_eq!(status(&connection, "/").await, 401);
    assert_eq!(platform.seen().len(), 2, "there is nothing newer to try");
    assert!(matches!(state(&connection), CredentialState::Refused { .. }));
    assert_eq!(status(&connection, "/").await, 200);
    assert!(matches!(state(&connection), CredentialState::Accepted { .. }));
}

#[tokio::test]
async fn secrets_are_in_no_words() {
    let platform = Platform::new(|_, _| reply(200, "").cut(0)).await;
    let mut spec = spec(&platform.url());
    spec.auth = Some(Auth::Basic { username: "ann".to_owned(), password: "hunter2".into() });
    let connection = open(spec);
    let error: HttpError = get(&connection, "/").await.unwrap_err();
    let words = format!("{connection:?} {error} {error:?}");
    assert!(!words.contains("hunter2") && !words.contains("YW5uOmh1bnRlcjI="), "{words}");
    assert!(words.contains("Secret(…)"));
}

#[test]
fn credentials_that_cannot_work_are_found_when_the_connection_is_opened() {
    let cases = [
        (
            Auth::Basic { username: "a:b".to_owned(), password: "x".into() },
            "`auth` for https://desk.example.com: a user name for basic credentials may have no colon",
        ),
        (
            Auth::ApiKey { header: "x key".to_owned(), value: "x".into() },
            "`auth` for https://desk.example.com: `x key` is not a header that credentials can stand in",
        ),
        (
            Auth::ApiKey { header: "Host".to_owned(), value: "x".into() },
            "`auth` for https://desk.example.com: `Host` is not a header that credentials can stand in",
        ),
        (
            Auth::Bearer { token: "a\nb".into() },
            "`auth` for https://desk.example.com: the secret for the header `authorization` has characters that a header \
             cannot carry",
        ),
    ];
    for (auth, words) in cases {
        let mut spec = spec("https://desk.example.com");
        spec.auth = Some(auth);
        assert_eq!(Connection::open(spec, Arc::new(SystemLookup)).unwrap_err().to_string(), words);
    }
}
