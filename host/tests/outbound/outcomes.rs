//! Which words a request without an answer gets: they decide whether a ticket may be created again.

use crate::platform::{Platform, budget, get, open, reply, request, spec, within};
use signalbox::domain::{CallBudget, HttpError, Outbound};
use std::time::{Duration, Instant};
use tokio::{io::AsyncWriteExt, net::TcpListener};

fn is_unknown(outcome: &Result<signalbox::domain::HttpResponse, HttpError>) -> bool {
    matches!(outcome, Err(HttpError::OutcomeUnknown(_)))
}

fn is_not_sent(outcome: &Result<signalbox::domain::HttpResponse, HttpError>) -> bool {
    matches!(outcome, Err(HttpError::NotSent(_)))
}

#[tokio::test]
async fn a_refused_connection_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let outcome = get(&open(spec(&format!("http://{address}"))), "/").await;
    assert!(is_not_sent(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn a_handshake_that_fails_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    });
    let outcome = get(&open(spec(&format!("https://{address}"))), "/").await;
    assert!(is_not_sent(&outcome), "{outcome:?}");
    server.await.unwrap();
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut spec = spec(&format!("https://{}", listener.local_addr().unwrap()));
    spec.limits.request_timeout = Duration::from_millis(200);
    let outcome = get(&open(spec), "/").await;
    assert!(is_not_sent(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn a_connection_that_ends_before_the_answer_leaves_the_outcome_unknown() {
    for cut in [0, 5, 20] {
        let platform = Platform::new(move |_, _| reply(201, "made").cut(cut)).await;
        let connection = open(spec(&platform.url()));
        for request in [request("POST", "/tickets"), request("GET", "/tickets")] {
            let outcome = connection.send(request, budget()).await;
            assert!(is_unknown(&outcome), "{cut}: {outcome:?}");
        }
        assert_eq!(platform.seen().len(), 2, "nothing is sent twice");
    }
}

#[tokio::test]
async fn a_body_that_is_cut_short_leaves_the_outcome_unknown() {
    let whole = reply(201, "0123456789");
    let length = 10;
    for short in 1..=length {
        let answer = whole.clone();
        let platform = Platform::new(move |_, _| {
            let all = format!("HTTP/1.1 201 Whatever\r\ncontent-length: {length}\r\n\r\n").len() + length;
            answer.clone().cut(all - short)
        })
        .await;
        let outcome = get(&open(spec(&platform.url())), "/").await;
        assert!(is_unknown(&outcome), "{short} bytes short: {outcome:?}");
    }
    let chunked = Platform::new(|_, _| {
        let body = "4\r\nabcd\r\n";
        let answer = reply(200, body).header("transfer-encoding", "chunked");
        let all = "HTTP/1.1 200 Whatever\r\ntransfer-encoding: chunked\r\n\r\n".len() + body.len();
        answer.cut(all)
    })
    .await;
    let outcome = get(&open(spec(&chunked.url())), "/").await;
    assert!(is_unknown(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn an_answer_that_takes_too_long_leaves_the_outcome_unknown() {
    let platform = Platform::new(|_, _| reply(200, "").after(2000)).await;
    let mut hasty = spec(&platform.url());
    hasty.limits.request_timeout = Duration::from_millis(100);
    let begin = Instant::now();
    let by_limit = get(&open(hasty), "/").await;
    let by_budget = open(spec(&platform.url())).send(request("GET", "/"), within(100)).await;
    assert!(is_unknown(&by_limit) && is_unknown(&by_budget), "{by_limit:?} {by_budget:?}");
    assert!(begin.elapsed() < Duration::from_millis(1500));
}

#[tokio::test]
async fn a_budget_that_is_spent_sends_nothing() {
    let platform = Platform::new(|_, _| reply(200, "")).await;
    let connection = open(spec(&platform.url()));
    let past = Instant::now();
    tokio::time::sleep(Duration::from_millis(2)).await;
    for budget in [
        CallBudget { deadline: past, send_before: None },
        CallBudget { deadline: past + Duration::from_secs(5), send_before: Some(past) },
    ] {
        let outcome = connection.send(request("POST", "/tickets"), budget).await;
        assert!(is_not_sent(&outcome), "{outcome:?}");
    }
    assert_eq!(platform.connections(), 0);
}

#[tokio::test]
async fn the_lease_is_asked_after_waiting_for_a_turn() {
    let platform = Platform::new(|_, _| reply(200, "")).await;
    let mut slow = spec(&platform.url());
    (slow.limits.per_second, slow.limits.burst) = (5.try_into().unwrap(), 1.try_into().unwrap());
    let connection = open(slow);
    get(&connection, "/first").await.unwrap();
    let lease = CallBudget { send_before: Some(Instant::now() + Duration::from_millis(50)), ..budget() };
    let outcome = connection.send(request("POST", "/late"), lease).await;
    assert!(is_not_sent(&outcome), "{outcome:?}");
    let lease = CallBudget { send_before: Some(Instant::now() + Duration::from_millis(1000)), ..budget() };
    connection.send(request("POST", "/in-time"), lease).await.unwrap();
    assert_eq!(platform.targets(), ["/first", "/in-time"]);
}

#[tokio::test]
async fn the_lease_is_asked_after_a_login_too() {
    use signalbox::outbound::{Auth, Exchange, ExchangeRequest, Template, TokenAt};
    let platform = Platform::new(|seen, _| match seen.target.as_str() {
        "/login" => reply(200, "tok").after(200),
        _ => reply(200, ""),
    })
    .await;
    let mut spec = spec(&platform.url());
    spec.auth = Some(Auth::Exchange(Exchange {
        request: ExchangeRequest {
            method: "POST".to_owned(),
            target: "/login".to_owned(),
            headers: vec![],
            body: Template::plain(""),
        },
        token: TokenAt::Body,
        header: "x-session".to_owned(),
        prefix: String::new(),
        lifetime: None,
        logout: None,
    }));
    let connection = open(spec);
    let lease = CallBudget { send_before: Some(Instant::now() + Duration::from_millis(50)), ..budget() };
    let outcome = connection.send(request("POST", "/tickets"), lease).await;
    assert!(is_not_sent(&outcome), "{outcome:?}");
    tokio::time::sleep(Duration::from_millis(300)).await;
    get(&connection, "/tickets").await.unwrap();
    assert_eq!(platform.targets(), ["/login", "/tickets"], "the login went on by itself");
}
