//! Pace, rests and the breaker.

use crate::platform::{Platform, budget, get, open, reply, request, spec, status, within};
use futures::future::join_all;
use signalbox::{
    domain::{HttpError, Outbound},
    outbound::BreakerState,
};
use std::time::{Duration, Instant};

#[tokio::test]
async fn requests_keep_the_connections_pace() {
    let platform = Platform::new(|_, _| reply(200, "")).await;
    let mut spec = spec(&platform.url());
    (spec.limits.per_second, spec.limits.burst) = (20.try_into().unwrap(), 5.try_into().unwrap());
    let connection = open(spec);
    let begin = Instant::now();
    join_all((0..10).map(|_| status(&connection, "/"))).await;
    let took = begin.elapsed();
    assert!((240..1500).contains(&took.as_millis()), "{took:?}");
}

#[tokio::test]
async fn requests_under_way_are_bounded() {
    let platform = Platform::new(|_, _| reply(200, "").after(30)).await;
    let mut spec = spec(&platform.url());
    spec.limits.concurrency = 3.try_into().unwrap();
    let connection = open(spec);
    join_all((0..12).map(|_| status(&connection, "/"))).await;
    assert_eq!(platform.most_under_way(), 3);
}

#[tokio::test]
async fn a_platform_that_asks_for_a_rest_gets_it_from_everything() {
    for busy in [429, 503] {
        let platform = Platform::new(move |_, count| match count {
            0 => reply(busy, "").header("retry-after", "1"),
            _ => reply(200, ""),
        })
        .await;
        let connection = open(spec(&platform.url()));
        assert_eq!(status(&connection, "/").await, busy, "the plugin sees it");
        assert!(connection.health().resting.is_some());
        let begin = Instant::now();
        let hasty = connection.send(request("GET", "/"), within(500)).await.unwrap_err();
        assert!(matches!(hasty, HttpError::NotSent(_)), "{hasty}");
        assert_eq!(hasty.to_string(), "not sent: no turn in time: the platform asked for a rest of another 1 s");
        assert!(begin.elapsed() < Duration::from_millis(200), "told at once");
        join_all([status(&connection, "/"), status(&connection, "/")]).await;
        assert!(begin.elapsed() >= Duration::from_millis(900));
        assert_eq!(platform.seen().len(), 3);
    }
}

#[tokio::test]
async fn a_rest_can_be_a_date_and_is_bounded() {
    let platform = Platform::new(|_, _| reply(429, "").header("retry-after", "Sun, 22 Nov 2099 13:06:00 GMT")).await;
    let mut spec = spec(&platform.url());
    spec.limits.longest_pause = Duration::from_secs(3);
    let connection = open(spec);
    assert_eq!(status(&connection, "/").await, 429);
    let resting = connection.health().resting.unwrap();
    assert!(resting > Duration::from_secs(2) && resting <= Duration::from_secs(3), "{resting:?}");
}

#[tokio::test]
async fn other_answers_ask_for_no_rest() {
    let platform = Platform::new(|_, count| match count {
        0 => reply(200, "").header("retry-after", "60"),
        1 => reply(429, ""),
        _ => reply(429, "").header("retry-after", "soon"),
    })
    .await;
    let connection = open(spec(&platform.url()));
    for _ in 0..3 {
        get(&connection, "/").await.unwrap();
    }
    assert_eq!(connection.health().resting, None);
}

#[tokio::test]
async fn the_breaker_opens_after_failures_and_closes_by_a_trial() {
    let platform = Platform::new(|_, count| match count {
        0 | 2 => reply(500, ""),
        1 => reply(404, ""),
        3 => reply(200, "").cut(0),
        4 => reply(502, ""),
        _ => reply(200, ""),
    })
    .await;
    let mut spec = spec(&platform.url());
    (spec.breaker.failures, spec.breaker.rest) = (3.try_into().unwrap(), Duration::from_millis(300));
    let connection = open(spec);
    for _ in 0..4 {
        drop(get(&connection, "/").await);
    }
    assert_eq!(connection.health().breaker, BreakerState::Closed { failures: 2 }, "an answer between starts anew");
    drop(get(&connection, "/").await);
    assert!(matches!(connection.health().breaker, BreakerState::Open { .. }));
    let refused = get(&connection, "/").await.unwrap_err();
    assert!(matches!(refused, HttpError::NotSent(_)), "{refused}");
    assert!(refused.to_string().starts_with("not sent: breaker open"), "{refused}");
    assert_eq!(platform.seen().len(), 5);
    tokio::time::sleep(Duration::from_millis(320)).await;
    assert_eq!(connection.health().breaker, BreakerState::Trial);
    assert_eq!(status(&connection, "/").await, 200);
    assert_eq!(connection.health().breaker, BreakerState::Closed { failures: 0 });
}

#[tokio::test]
async fn a_trial_that_is_given_up_does_not_keep_the_breaker_open() {
    let platform = Platform::new(|_, count| match count {
        0 => reply(500, ""),
        1 => reply(200, "").after(5000),
        _ => reply(200, ""),
    })
    .await;
    let mut spec = spec(&platform.url());
    (spec.breaker.failures, spec.breaker.rest) = (1.try_into().unwrap(), Duration::from_millis(50));
    let connection = open(spec);
    assert_eq!(status(&connection, "/").await, 500);
    tokio::time::sleep(Duration::from_millis(60)).await;
    let given_up = tokio::time::timeout(Duration::from_millis(100), connection.send(request("GET", "/"), budget()));
    assert!(given_up.await.is_err());
    assert_eq!(status(&connection, "/").await, 200);
}

#[tokio::test]
async fn a_call_that_leaves_no_time_says_nothing_about_the_platform() {
    let platform = Platform::new(|_, _| reply(200, "").after(1500)).await;
    let mut spec = spec(&platform.url());
    (spec.breaker.failures, spec.limits.request_timeout) = (1.try_into().unwrap(), Duration::from_secs(1));
    let connection = open(spec);
    let hasty = connection.send(request("GET", "/"), within(300)).await;
    assert!(matches!(hasty, Err(HttpError::OutcomeUnknown(_))), "{hasty:?}");
    assert_eq!(connection.health().breaker, BreakerState::Closed { failures: 0 });
    let slow = get(&connection, "/").await;
    assert!(matches!(slow, Err(HttpError::OutcomeUnknown(_))), "{slow:?}");
    assert!(matches!(connection.health().breaker, BreakerState::Open { .. }));
}
