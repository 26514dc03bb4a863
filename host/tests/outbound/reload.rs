//! Connections over reloads, and what stands in front of them.

use crate::platform::{Platform, budget, get, open, reply, request, spec, status};
use signalbox::{
    domain::{HttpError, Outbound},
    outbound::{Auth, Connections, NotSending, Recorder},
};
use std::{sync::Arc, time::Duration};

#[tokio::test]
async fn an_unchanged_connection_goes_on_over_a_reload() {
    let platform = Platform::new(|_, _| reply(429, "").header("retry-after", "60")).await;
    let connections = Connections::default();
    let mut spec = spec(&platform.url());
    spec.auth = Some(Auth::Bearer { token: "one".into() });
    let before = connections.open(spec.clone()).unwrap();
    assert_eq!(status(&before, "/").await, 429);
    let after = connections.open(spec.clone()).unwrap();
    assert!(Arc::ptr_eq(&before, &after) && after.health().resting.is_some());

    spec.auth = Some(Auth::Bearer { token: "two".into() });
    let changed = connections.open(spec.clone()).unwrap();
    assert!(!Arc::ptr_eq(&before, &changed), "a secret makes a difference");
    assert_eq!(changed.health().resting, None);

    spec.auth = Some(Auth::Bearer { token: "one".into() });
    assert!(Arc::ptr_eq(&before, &connections.open(spec.clone()).unwrap()), "going back while the old one lives");
    drop((before, after));
    assert_eq!(connections.open(spec).unwrap().health().resting, None, "what nobody holds is gone");
}

#[tokio::test]
async fn a_rehearsal_sends_nothing_and_shows_everything() {
    let platform = Platform::new(|_, _| reply(200, "[]")).await;
    let rehearsal = NotSending::new(Arc::new(open(spec(&platform.url()))), false);
    for (method, target) in [("GET", "/find"), ("POST", "/tickets")] {
        let error = rehearsal.send(request(method, target), budget()).await.unwrap_err();
        assert_eq!(error, HttpError::NotSent(format!("{method} {target} is only shown")));
    }
    let denied = rehearsal.send(request("GET", "//elsewhere"), budget()).await.unwrap_err();
    assert!(matches!(denied, HttpError::Denied(_)), "{denied}");
    let shown: Vec<_> = rehearsal.requests().into_iter().map(|request| request.target).collect();
    assert_eq!(shown, ["/find", "/tickets"]);
    assert_eq!(platform.connections(), 0);
}

#[tokio::test]
async fn an_online_rehearsal_sends_what_is_safe() {
    let platform = Platform::new(|_, _| reply(200, "[]")).await;
    let rehearsal = NotSending::new(Arc::new(open(spec(&platform.url()))), true);
    assert_eq!(rehearsal.send(request("GET", "/find"), budget()).await.unwrap().body, b"[]");
    rehearsal.send(request("POST", "/tickets"), budget()).await.unwrap_err();
    assert_eq!(platform.targets(), ["/find"]);
    assert_eq!(rehearsal.requests().len(), 1);
}

#[tokio::test]
async fn a_recorded_request_has_no_credentials() {
    let platform = Platform::new(|_, _| reply(422, "no such group")).await;
    let mut spec = spec(&platform.url());
    spec.auth = Some(Auth::Bearer { token: "tok-1".into() });
    let recorder = Recorder::new(Arc::new(open(spec)));
    recorder.send(request("POST", "/tickets"), budget()).await.unwrap();
    assert_eq!(platform.seen()[0].authorization(), "Bearer tok-1");
    assert_eq!(recorder.last().unwrap().to_string(), "POST /tickets\n\n422\nno such group");
}

#[tokio::test]
async fn a_connection_can_be_used_by_many_at_once() {
    let platform = Platform::new(|_, _| reply(200, "").after(5)).await;
    let connection = Arc::new(open(spec(&platform.url())));
    let tasks: Vec<_> = (0..50)
        .map(|n| {
            let connection = Arc::clone(&connection);
            tokio::spawn(async move { get(&connection, &format!("/{n}")).await.unwrap().status })
        })
        .collect();
    for task in tasks {
        let done = tokio::time::timeout(Duration::from_secs(5), task).await.unwrap().unwrap();
        assert_eq!(done, 200);
    }
    assert_eq!(platform.seen().len(), 50);
}
