//! What a request can reach, and what it cannot.

use crate::platform::{Names, Platform, budget, get, open, reply, request, spec, status};
use signalbox::{
    domain::{HttpError, Outbound},
    outbound::{Connection, InvalidConnection, OriginSpec, ProxySpec, SystemLookup},
};
use std::sync::Arc;

#[tokio::test]
async fn a_request_reaches_the_platform_as_it_was_written() {
    let platform = Platform::new(|_, _| reply(201, "made").header("Location", "/tickets/7")).await;
    let connection = open(spec(&format!("{}/api/v2", platform.url())));
    let mut request = request("POST", "/tickets?notify=no");
    request.headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    request.body = b"{}".to_vec();
    let answer = connection.send(request, budget()).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (201, b"made".as_slice()));
    assert!(answer.headers.contains(&("location".to_owned(), "/tickets/7".to_owned())), "{:?}", answer.headers);
    let seen = &platform.seen()[0];
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("POST", "/api/v2/tickets?notify=no"));
    assert_eq!((seen.body.as_str(), seen.header("content-type")), ("{}", "application/json"));
    assert_eq!(seen.header("host"), platform.address.to_string());
}

#[tokio::test]
async fn what_is_denied_sends_nothing() {
    let platform = Platform::new(|_, _| reply(200, "")).await;
    let connection = open(spec(&format!("{}/api/v2", platform.url())));
    let mut own = request("GET", "/x");
    own.headers = vec![("authorization".to_owned(), "Basic eDp5".to_owned())];
    let outside = format!("{}/admin", platform.url());
    for request in [
        request("TRACE", "/x"),
        request("GET", "/../x"),
        request("GET", "/x\r\nhost: elsewhere"),
        request("GET", "https://elsewhere.example.com/"),
        request("GET", &outside),
        own,
    ] {
        let target = request.target.clone();
        let outcome = connection.send(request, budget()).await;
        assert!(matches!(outcome, Err(HttpError::Denied(_))), "{target}: {outcome:?}");
    }
    assert_eq!(platform.connections(), 0);
}

#[tokio::test]
async fn a_missing_grant_is_named() {
    let connection = open(spec("https://desk.example.com"));
    let refused = get(&connection, "https://logs.example.com/x").await.unwrap_err();
    assert_eq!(refused, HttpError::Denied("no grant `origin:https://logs.example.com`".to_owned()));
}

#[tokio::test]
async fn this_machine_is_out_of_reach_unless_listed() {
    let platform = Platform::new(|_, _| reply(200, "")).await;
    let port = platform.address.port();
    for host in ["127.0.0.1", "127.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "localhost"] {
        let mut unlisted = spec(&format!("http://{host}:{port}"));
        unlisted.networks = vec![];
        let outcome = get(&open(unlisted), "/").await;
        assert!(matches!(outcome, Err(HttpError::Denied(_))), "{host}: {outcome:?}");
    }
    assert_eq!(platform.connections(), 0);
    for host in ["127.0.0.1", "127.1", "2130706433", "localhost"] {
        assert_eq!(status(&open(spec(&format!("http://{host}:{port}"))), "/").await, 200, "{host}");
    }
}

#[tokio::test]
async fn metadata_addresses_are_out_of_reach_even_if_listed() {
    for host in ["169.254.169.254", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[fe80::1]", "metadata.test"] {
        let mut generous = spec(&format!("http://{host}"));
        generous.networks = vec!["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()];
        let names = Names::new([("metadata.test", &[&["169.254.169.254"]])]);
        let connection = Connection::open(generous, names).unwrap();
        let outcome = get(&connection, "/").await;
        assert!(matches!(outcome, Err(HttpError::Denied(_))), "{host}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_name_is_looked_up_once_a_connection_and_cannot_be_rebound() {
    let platform = Platform::new(|_, _| reply(200, "").header("connection", "close")).await;
    let names = Names::new([("desk.test", &[&["127.0.0.1"], &["127.0.0.1", "169.254.169.254"], &["10.0.0.1"]])]);
    let connection = Connection::open(spec(&platform.named("desk.test")), Arc::clone(&names) as Arc<_>).unwrap();
    assert_eq!(status(&connection, "/1").await, 200);
    assert_eq!(names.asked.lock().unwrap().len(), 1);
    assert_eq!(status(&connection, "/2").await, 200, "the address that may be reached is taken");
    let denied = get(&connection, "/3").await.unwrap_err();
    assert_eq!(
        denied.to_string(),
        "denied: `desk.test` is not to be reached: 10.0.0.1 is a private address: list its network under the connection's \
         `networks` if this is meant"
    );
    assert_eq!(names.asked.lock().unwrap().len(), 3);
    assert_eq!(platform.targets(), ["/1", "/2"]);
}

#[tokio::test]
async fn an_unknown_name_is_not_sent() {
    let names = Names::new([("empty.test", &[&[]])]);
    for (name, words) in [
        ("unknown.test", "not sent: no connection: no such name"),
        ("empty.test", "not sent: the name `empty.test` has no address"),
    ] {
        let connection = Connection::open(spec(&format!("http://{name}")), Arc::clone(&names) as Arc<_>).unwrap();
        assert_eq!(get(&connection, "/").await.unwrap_err().to_string(), words);
    }
}

#[tokio::test]
async fn a_granted_origin_is_reached_by_whole_urls() {
    let (desk, logs) = (Platform::new(|_, _| reply(200, "")).await, Platform::new(|_, _| reply(202, "")).await);
    let mut spec = spec(&desk.url());
    spec.origins = vec![OriginSpec { origin: logs.url().parse().unwrap(), auth: None }];
    let connection = open(spec);
    assert_eq!(status(&connection, &format!("{}/v1/query?timespan=PT1H", logs.url())).await, 202);
    assert_eq!((logs.targets(), desk.connections()), (vec!["/v1/query?timespan=PT1H".to_owned()], 0));
}

#[tokio::test]
async fn what_belongs_to_clients_with_cookies_is_withheld() {
    let platform = Platform::new(|_, _| {
        reply(200, "")
            .header("Set-Cookie", "session=1")
            .header("WWW-Authenticate", "Basic realm=desk")
            .header("X-Total-Count", "7")
            .header("Link", "<a>")
            .header("Link", "<b>")
    })
    .await;
    let connection = open(spec(&platform.url()));
    let answer = get(&connection, "/").await.unwrap();
    let names: Vec<&str> = answer.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["x-total-count", "link", "link", "content-length"]);
    get(&connection, "/").await.unwrap();
    assert_eq!(platform.seen()[1].header("cookie"), "");
}

#[tokio::test]
async fn a_proxy_gets_everything_and_its_address_is_what_is_checked() {
    let proxy = Platform::new(|_, _| reply(200, "by proxy")).await;
    let names = Names::new([("proxy.test", &[&["127.0.0.1"]]), ("inner.test", &[&["10.0.0.1"]])]);
    let mut spec = spec("http://desk.test/api");
    spec.proxy = Some(ProxySpec {
        url: proxy.named("proxy.test").parse().unwrap(),
        login: Some(("gateway".to_owned(), "pw".into())),
    });
    let connection = Connection::open(spec.clone(), Arc::clone(&names) as Arc<_>).unwrap();
    assert_eq!(get(&connection, "/x").await.unwrap().body, b"by proxy");
    let seen = &proxy.seen()[0];
    assert_eq!(seen.target, "http://desk.test/api/x");
    assert_eq!(seen.header("proxy-authorization"), "Basic Z2F0ZXdheTpwdw==");
    assert_eq!(*names.asked.lock().unwrap(), ["proxy.test"], "what lies behind the proxy is the proxy's to look up");

    spec.proxy = Some(ProxySpec { url: proxy.named("inner.test").parse().unwrap(), login: None });
    let connection = Connection::open(spec.clone(), Arc::clone(&names) as Arc<_>).unwrap();
    assert!(matches!(get(&connection, "/x").await, Err(HttpError::Denied(_))));

    spec.proxy = Some(ProxySpec { url: "http://10.0.0.1:3128".parse().unwrap(), login: None });
    let refused = Connection::open(spec.clone(), Arc::clone(&names) as Arc<_>).unwrap_err();
    assert!(matches!(refused, InvalidConnection::Client(_)), "{refused}");

    spec.base = "http://169.254.169.254/".parse().unwrap();
    spec.proxy = Some(ProxySpec { url: proxy.url().parse().unwrap(), login: None });
    let connection = Connection::open(spec, Arc::new(SystemLookup)).unwrap();
    assert!(matches!(get(&connection, "/").await, Err(HttpError::Denied(_))), "not by a proxy either");
    assert_eq!(proxy.seen().len(), 1);
}

#[tokio::test]
async fn the_environments_proxy_is_not_read() {
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "reach::a_request_reaches_the_platform_as_it_was_written"])
        .envs(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"].map(|name| (name, "http://127.0.0.1:9")))
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&child.stdout).into_owned();
    assert!(child.status.success() && output.contains("1 passed"), "{output}");
}
