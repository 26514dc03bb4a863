//! Credentials that come from a login: made once, kept, renewed once, given back.

use crate::platform::{Platform, Seen, budget, get, open, reply, request, spec, status, within};
use futures::future::join_all;
use signalbox::{
    domain::{HttpError, Outbound},
    outbound::{
        Auth, ClientAuth, Connection, ConnectionSpec, CredentialState, Exchange, ExchangeRequest, Grant, Logout,
        OAuth2, Template, TokenAt,
    },
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

fn password() -> Grant {
    Grant::Password { username: "ann".to_owned(), password: "hunter2".into() }
}

fn oauth2(grant: Grant) -> OAuth2 {
    OAuth2 {
        grant,
        token_url: "/token".to_owned(),
        client_id: "gateway".to_owned(),
        client_secret: Some("client-secret".into()),
        client_auth: ClientAuth::Body,
        scope: None,
        extra: vec![],
        logout: None,
    }
}

fn with(platform: &Platform, auth: Auth) -> ConnectionSpec {
    let mut spec = spec(&platform.url());
    spec.auth = Some(auth);
    spec
}

fn state(connection: &Connection) -> CredentialState {
    connection.health().credentials.remove(0).1
}

fn logins(platform: &Platform) -> Vec<Seen> {
    platform.seen().into_iter().filter(|seen| seen.target == "/token").collect()
}

/// Issues `t1`, `t2`, … and takes the newest only.
async fn issuer(token: impl Fn(usize) -> String + Send + Sync + 'static) -> Platform {
    let issued = AtomicUsize::new(0);
    Platform::new(move |seen, _| {
        if seen.target == "/token" {
            return reply(200, token(issued.fetch_add(1, Ordering::SeqCst) + 1)).after(20);
        }
        let good = seen.authorization() == format!("Bearer t{}", issued.load(Ordering::SeqCst));
        reply(if good { 200 } else { 401 }, "")
    })
    .await
}

fn hour(n: usize) -> String {
    format!(r#"{{"access_token":"t{n}","expires_in":3600}}"#)
}

#[tokio::test]
async fn every_grant_logs_in_once_and_keeps_the_token() {
    for (grant, words) in [
        (Grant::ClientCredentials, "grant_type=client_credentials&client_id=gateway&client_secret=client-secret"),
        (password(), "grant_type=password&username=ann&password=hunter2&client_id=gateway&client_secret=client-secret"),
        (
            Grant::Refresh { token: "r0".into() },
            "grant_type=refresh_token&refresh_token=r0&client_id=gateway&client_secret=client-secret",
        ),
    ] {
        let platform = issuer(hour).await;
        let connection = open(with(&platform, Auth::OAuth2(oauth2(grant))));
        for _ in 0..3 {
            assert_eq!(status(&connection, "/").await, 200);
        }
        let logins = logins(&platform);
        assert_eq!(logins.len(), 1);
        assert_eq!((logins[0].body.as_str(), logins[0].method.as_str()), (words, "POST"));
        assert!(matches!(state(&connection), CredentialState::Accepted { .. }));
    }
}

#[tokio::test]
async fn many_requests_share_one_login() {
    let platform = issuer(hour).await;
    let connection = open(with(&platform, Auth::OAuth2(oauth2(password()))));
    let statuses = join_all((0..30).map(|_| status(&connection, "/"))).await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    assert_eq!(logins(&platform).len(), 1);
}

#[tokio::test]
async fn many_refusals_share_one_renewal() {
    let issued = AtomicUsize::new(0);
    let platform = Platform::new(move |seen, _| match (seen.target.as_str(), seen.authorization()) {
        ("/token", _) => reply(200, hour(issued.fetch_add(1, Ordering::SeqCst) + 1)).after(20),
        (_, "Bearer t2") => reply(200, ""),
        _ => reply(401, "").after(30),
    })
    .await;
    let mut spec = with(&platform, Auth::OAuth2(oauth2(password())));
    spec.limits.concurrency = 30.try_into().unwrap();
    let connection = open(spec);
    let statuses = join_all((0..30).map(|_| status(&connection, "/"))).await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    assert_eq!(logins(&platform).len(), 2);
    assert_eq!(platform.seen().len(), 2 + 60, "each was resent once");
}

#[tokio::test]
async fn a_401_renews_once_and_what_comes_after_is_the_plugins() {
    let platform = Platform::new(|seen, count| match seen.target.as_str() {
        "/token" => reply(200, hour(count)),
        _ => reply(401, "no"),
    })
    .await;
    let connection = open(with(&platform, Auth::OAuth2(oauth2(password()))));
    assert_eq!(status(&connection, "/x").await, 401);
    assert_eq!(platform.targets(), ["/token", "/x", "/token", "/x"]);
    assert!(matches!(state(&connection), CredentialState::Refused { .. }));
    assert_eq!(status(&connection, "/x").await, 401);
    assert_eq!(logins(&platform).len(), 2, "after that the platform is not logged in to again for a while");
}

#[tokio::test]
async fn a_401_of_one_corner_does_not_spoil_the_rest() {
    let platform = Platform::new(|seen, count| match seen.target.as_str() {
        "/token" => reply(200, format!(r#"{{"access_token":"t{count}","expires_in":2}}"#)),
        "/corner" => reply(401, ""),
        _ => reply(200, ""),
    })
    .await;
    let connection = open(with(&platform, Auth::OAuth2(oauth2(password()))));
    for _ in 0..3 {
        assert_eq!(status(&connection, "/corner").await, 401);
    }
    assert_eq!(logins(&platform).len(), 2);
    assert_eq!(connection.health().refusal(), Some("the platform answered 401"));
    assert_eq!(status(&connection, "/x").await, 200);
    assert_eq!(connection.health().refusal(), None);
    tokio::time::sleep(Duration::from_millis(1850)).await;
    assert_eq!(status(&connection, "/x").await, 200, "a token that expires is renewed all the same");
    assert_eq!(logins(&platform).len(), 3);
}

#[tokio::test]
async fn the_request_that_is_resent_is_whole() {
    let platform = Platform::new(|seen, count| match seen.target.as_str() {
        "/token" => reply(200, hour(count)),
        _ if seen.authorization() == "Bearer t2" => reply(201, ""),
        _ => reply(401, ""),
    })
    .await;
    let connection = open(with(&platform, Auth::OAuth2(oauth2(password()))));
    let mut create = request("POST", "/tickets");
    create.body = b"whole".to_vec();
    assert_eq!(connection.send(create, budget()).await.unwrap().status, 201);
    let posts: Vec<_> = platform.seen().into_iter().filter(|seen| seen.target == "/tickets").collect();
    assert!(posts.len() == 2 && posts.iter().all(|post| post.body == "whole"), "{posts:?}");
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    let platform = issuer(|n| format!(r#"{{"access_token":"t{n}","expires_in":"2.0"}}"#)).await;
    let connection = open(with(&platform, Auth::OAuth2(oauth2(password()))));
    assert_eq!(status(&connection, "/").await, 200);
    tokio::time::sleep(Duration::from_millis(1850)).await;
    assert_eq!(status(&connection, "/").await, 200);
    assert_eq!(logins(&platform).len(), 2);
    assert!(platform.seen().iter().all(|seen| seen.authorization() != "Bearer t1" || seen.target == "/"));
}

#[tokio::test]
async fn rotating_refresh_tokens_are_followed_and_a_spent_one_begins_anew() {
    let platform = Platform::new(|seen, count| {
        let grant = |name: &str| seen.body.contains(&format!("grant_type={name}"));
        let issue =
            || reply(200, format!(r#"{{"access_token":"t{count}","expires_in":0,"refresh_token":"r{count}"}}"#));
        match seen.target.as_str() {
            "/token" if grant("password") => issue(),
            // The second refresh finds that its token was revoked.
            "/token" if grant("refresh_token") && count < 4 => issue(),
            "/token" => reply(400, r#"{"error":"invalid_grant"}"#),
            _ => reply(200, ""),
        }
    })
    .await;
    let connection = open(with(&platform, Auth::OAuth2(oauth2(password()))));
    for _ in 0..3 {
        assert_eq!(status(&connection, "/").await, 200);
    }
    let shown: Vec<String> =
        logins(&platform).iter().map(|seen| seen.body.split('&').take(2).collect::<Vec<_>>().join("&")).collect();
    assert_eq!(
        shown,
        [
            "grant_type=password&username=ann",
            "grant_type=refresh_token&refresh_token=r0",
            "grant_type=refresh_token&refresh_token=r2",
            "grant_type=password&username=ann",
        ]
    );
}

#[tokio::test]
async fn a_refused_login_is_told_and_not_repeated_for_a_while() {
    let body = r#"{"error":"invalid_grant","error_description":"hunter2 is not the password of ann"}"#;
    let platform = Platform::new(move |_, _| reply(400, body)).await;
    let mut spec = with(&platform, Auth::OAuth2(oauth2(password())));
    spec.limits.login_rest = Duration::from_millis(200);
    let connection = open(spec);
    for _ in 0..3 {
        let error = get(&connection, "/").await.unwrap_err();
        let words = "no credentials: refused: invalid_grant: … is not the password of ann";
        assert_eq!(error, HttpError::NotSent(words.to_owned()));
    }
    assert_eq!(platform.targets(), ["/token"]);
    let CredentialState::Refused { reason, .. } = state(&connection) else { panic!("{:?}", state(&connection)) };
    assert_eq!(reason, "invalid_grant: … is not the password of ann");
    tokio::time::sleep(Duration::from_millis(220)).await;
    get(&connection, "/").await.unwrap_err();
    assert_eq!(platform.targets(), ["/token", "/token"]);
}

#[tokio::test]
async fn a_token_that_is_refused_with_the_login_for_another_is_not_sent_again() {
    let platform = Platform::new(|seen, count| match (seen.target.as_str(), count) {
        ("/token", 0) => reply(200, hour(1)),
        ("/token", _) => reply(400, r#"{"error":"invalid_grant"}"#),
        _ => reply(401, ""),
    })
    .await;
    let connection = open(with(&platform, Auth::OAuth2(oauth2(password()))));
    let _refused = get(&connection, "/x").await;
    assert_eq!(platform.targets(), ["/token", "/x", "/token"]);
    let error = get(&connection, "/x").await.unwrap_err();
    assert_eq!(error, HttpError::NotSent("no credentials: refused: invalid_grant".to_owned()));
    assert_eq!(platform.targets().len(), 3, "nothing more was sent");
}

#[tokio::test]
async fn a_token_endpoint_that_is_down_is_another_matter() {
    let platform = Platform::new(|seen, count| match (seen.target.as_str(), count) {
        ("/token", 0) => reply(503, ""),
        ("/token", 1) => reply(200, "x".repeat(100_000)),
        ("/token", 2) => reply(200, "").cut(0),
        ("/token", _) => reply(200, hour(1)),
        _ => reply(200, ""),
    })
    .await;
    let connection = open(with(&platform, Auth::OAuth2(oauth2(password()))));
    for words in ["503 Service Unavailable", "larger than the limit of 65536 bytes", "outcome unknown"] {
        let error = get(&connection, "/").await.unwrap_err();
        assert!(
            matches!(&error, HttpError::NotSent(text) if text.starts_with("no credentials: unavailable: ")),
            "{error}"
        );
        assert!(error.to_string().contains(words), "{error}");
        assert!(matches!(state(&connection), CredentialState::Unavailable { .. }));
    }
    assert_eq!(status(&connection, "/").await, 200);
    assert!(matches!(state(&connection), CredentialState::Accepted { .. }));
}

#[tokio::test]
async fn a_401_without_a_way_to_renew_is_not_sent() {
    let platform = Platform::new(|seen, count| match (seen.target.as_str(), count) {
        ("/token", 0) => reply(200, hour(1)),
        ("/token", _) => reply(503, ""),
        _ => reply(401, ""),
    })
    .await;
    let connection = open(with(&platform, Auth::OAuth2(oauth2(password()))));
    let error = get(&connection, "/").await.unwrap_err();
    assert!(matches!(error, HttpError::NotSent(_)), "{error}");
}

#[tokio::test]
async fn who_gives_up_waiting_does_not_cut_the_login() {
    let platform = Platform::new(|seen, _| match seen.target.as_str() {
        "/token" => reply(200, hour(1)).after(200),
        _ => reply(200, ""),
    })
    .await;
    let connection = open(with(&platform, Auth::OAuth2(oauth2(password()))));
    let begin = Instant::now();
    let error = connection.send(request("GET", "/"), within(50)).await.unwrap_err();
    assert!(matches!(error, HttpError::NotSent(_)), "{error}");
    assert!(begin.elapsed() < Duration::from_millis(150));
    let dropped = tokio::time::timeout(Duration::from_millis(20), get(&connection, "/")).await;
    assert!(dropped.is_err());
    assert_eq!(status(&connection, "/").await, 200);
    assert_eq!(platform.targets(), ["/token", "/"]);
}

#[tokio::test]
async fn a_token_endpoint_may_be_elsewhere_and_keeps_the_pace() {
    let login = Platform::new(|_, _| reply(200, hour(1))).await;
    let desk = Platform::new(|_, _| reply(200, "")).await;
    let elsewhere =
        OAuth2 { token_url: format!("{}/tenant/token?v=2", login.url()), ..oauth2(Grant::ClientCredentials) };
    let mut spec = with(&desk, Auth::OAuth2(elsewhere));
    (spec.limits.per_second, spec.limits.burst) = (5.try_into().unwrap(), 1.try_into().unwrap());
    let connection = open(spec);
    let begin = Instant::now();
    assert_eq!(status(&connection, "/").await, 200);
    assert!(begin.elapsed() >= Duration::from_millis(180), "the login took a turn of its own");
    assert_eq!(login.targets(), ["/tenant/token?v=2"]);
    let plugin = get(&connection, &login.url()).await.unwrap_err();
    assert!(matches!(plugin, HttpError::Denied(_)), "a plugin does not get there: {plugin}");
}

#[tokio::test]
async fn a_token_endpoint_is_relative_like_any_link() {
    for (token_url, expected) in [("/token", "/token"), ("token", "/api/v2/token"), ("../token?a=b", "/api/token?a=b")]
    {
        let platform = Platform::new(|_, _| reply(200, hour(1))).await;
        let mut spec = spec(&format!("{}/api/v2", platform.url()));
        spec.auth = Some(Auth::OAuth2(OAuth2 { token_url: token_url.to_owned(), ..oauth2(password()) }));
        assert_eq!(status(&open(spec), "/x").await, 200);
        assert_eq!(platform.targets(), [expected, "/api/v2/x"]);
    }
}

fn exchange(logout: bool) -> Auth {
    let secrets = [("user", r"CORP\ann"), ("password", "p\"w")];
    let secrets = secrets.map(|(name, value)| (name.to_owned(), value.into())).into();
    Auth::Exchange(Exchange {
        request: ExchangeRequest {
            method: "POST".to_owned(),
            target: "/token".to_owned(),
            headers: vec![("content-type".to_owned(), Template::plain("application/json"))],
            body: Template::parse(r#"{"UserName":"${user}","Password":"${password}"}"#, &secrets).unwrap(),
        },
        token: TokenAt::Body,
        header: "Authorization".to_owned(),
        prefix: "Token ".to_owned(),
        lifetime: Some(Duration::from_secs(300)),
        logout: logout.then(|| Logout { method: "DELETE".to_owned(), target: "/logout".to_owned() }),
    })
}

async fn session_platform() -> Arc<Platform> {
    Arc::new(
        Platform::new(|seen, count| match seen.target.as_str() {
            "/token" => reply(200, format!("\"s{count}\"")),
            _ => reply(200, ""),
        })
        .await,
    )
}

#[tokio::test]
async fn a_login_of_the_platforms_own_is_exchanged_for_a_token() {
    let platform = session_platform().await;
    let connection = open(with(&platform, exchange(false)));
    assert_eq!(status(&connection, "/x").await, 200);
    let seen = platform.seen();
    assert_eq!(seen[0].body, r#"{"UserName":"CORP\\ann","Password":"p\"w"}"#);
    assert_eq!(seen[1].authorization(), "Token s0");
    connection.close().await;
    assert_eq!(platform.seen().len(), 2, "there is nothing to give back");
}

#[tokio::test]
async fn a_session_is_given_back_when_the_connection_closes_or_goes() {
    let platform = session_platform().await;
    let connection = open(with(&platform, exchange(true)));
    connection.close().await;
    assert_eq!(platform.seen().len(), 0, "nothing was begun");
    assert_eq!(status(&connection, "/x").await, 200);
    connection.close().await;
    let logout = platform.seen().remove(2);
    assert_eq!((logout.method.as_str(), logout.target.as_str()), ("DELETE", "/logout"));
    assert_eq!(logout.authorization(), "Token s0");
    assert_eq!(status(&connection, "/x").await, 200, "a closed connection can begin anew");
    drop(connection);
    for _ in 0..100 {
        if platform.seen().len() == 6 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(platform.targets(), ["/token", "/x", "/logout", "/token", "/x", "/logout"]);
}

#[tokio::test]
async fn a_token_of_a_token_endpoint_is_given_back_too_with_the_newest_of_it() {
    let platform = Arc::new(issuer(|n| format!(r#"{{"access_token":"t{n}","refresh_token":"r{n}"}}"#)).await);
    let logout = Some(Logout { method: "DELETE".to_owned(), target: "/logout".to_owned() });
    let connection = open(with(&platform, Auth::OAuth2(OAuth2 { logout, ..oauth2(password()) })));
    assert_eq!(status(&connection, "/x").await, 200);
    connection.close().await;
    let logout = platform.seen().remove(2);
    assert_eq!((logout.method.as_str(), logout.target.as_str()), ("DELETE", "/logout"));
    assert_eq!(logout.authorization(), "Bearer t1");
    assert_eq!(status(&connection, "/x").await, 200, "a closed connection can begin anew");
    assert!(logins(&platform)[1].body.starts_with("grant_type=refresh_token&refresh_token=r1"));
}
