//! A plugin can hurt only its own call: each misdeed of a source ends its call with the right type and blame, and the next
//! call goes through.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod plugin_support;

use plugin_support::*;
use serde_json::json;
use signalbox::plugin::{
    Blame, BreakerPolicy, DecodeError, Failed, Failure, Limits, PluginError, Runtime, RuntimeOptions, SourceFailure,
    TrapKind, UseError,
};
use std::time::{Duration, Instant};

fn failed(failure: SourceFailure) -> Failed {
    match failure {
        Failure::Failed(failed) => failed,
        Failure::Guest(error) => panic!("the plugin answered: {error}"),
    }
}

async fn fails(misdeed: &str) -> PluginError {
    let runtime = runtime();
    let source = source(&runtime, limits()).await;
    let failed = failed(decode(&source, misdeed).await.unwrap_err());
    assert_eq!(failed.blame(), Blame::Plugin, "{misdeed}");
    assert!(!failed.outcome_is_unknown());
    assert_works(&source).await;
    failed.error
}

#[tokio::test]
async fn a_loop_ends_at_the_deadline() {
    let begun = Instant::now();
    let error = fails("loop").await;
    assert_eq!(error, PluginError::Deadline { limit: Duration::from_millis(300) });
    assert_eq!(error.to_string(), "the plugin gave no answer within 300ms");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn memory_beyond_the_limit_is_refused_by_type() {
    for misdeed in ["eat one large block", "eat many small blocks"] {
        assert_eq!(fails(misdeed).await, PluginError::Memory { limit: 64 << 20 }, "{misdeed}");
    }
}

#[tokio::test]
async fn a_smaller_memory_limit_is_kept_too() {
    let runtime = runtime();
    let small = source(&runtime, Limits { memory: 4 << 20, ..limits() }).await;
    let failed = failed(decode(&small, "eat many small blocks").await.unwrap_err());
    assert_eq!(failed.error, PluginError::Memory { limit: 4 << 20 });
    assert_works(&small).await;
}

#[tokio::test]
async fn each_trap_has_its_kind() {
    let table = [
        ("trap", TrapKind::Unreachable),
        ("panic", TrapKind::Unreachable),
        ("exhaust the stack", TrapKind::StackOverflow),
        ("exit", TrapKind::Exit(1)),
    ];
    for (misdeed, expected) in table {
        match fails(misdeed).await {
            PluginError::Trap { kind, .. } => assert_eq!(kind, expected, "{misdeed}"),
            other => panic!("{misdeed}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_panic_is_reported_in_the_plugins_words() {
    let error = fails("panic").await;
    assert!(error.to_string().contains("this plugin panics on demand"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_none_names_its_field() {
    let table = [
        ("no time", "alerts[0].fired-at"),
        ("no json", "alerts[0].payload"),
        ("no id", "alerts[0].id"),
        ("many alerts", "alerts"),
        ("many facts", "alerts[0].facts"),
        ("a long text", "alerts[0].title"),
    ];
    for (misdeed, place) in table {
        match fails(misdeed).await {
            PluginError::Invalid(answer) => assert_eq!(answer.field, place, "{misdeed}: {answer}"),
            other => panic!("{misdeed}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_small_answer_that_grows_in_the_host_is_refused() {
    match fails("the same text a thousand times").await {
        PluginError::Invalid(answer) => assert!(answer.message.contains("too much data"), "{answer}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_the_sender_got_wrong_is_the_senders_fault() {
    let runtime = runtime();
    let source = source(&runtime, limits()).await;
    let Err(Failure::Guest(error)) = decode(&source, "malformed").await else { panic!() };
    assert_eq!(error, DecodeError::Malformed { at: "/".to_owned(), message: "as asked".to_owned() });
    assert_eq!(error.blame(), Blame::Sender);
}

#[tokio::test]
async fn a_pure_plugin_lives_in_one_moment() {
    let runtime = runtime();
    let source = source(&runtime, limits()).await;
    let begun = Instant::now();
    let decoded = decode(&source, "sleep").await.unwrap();
    // The wall clock says when the body came in; an hour's sleep moves only the monotonic clock, and takes no time.
    assert_eq!(decoded.alerts[0].title, "1772359205 1772359205 3600");
    assert!(begun.elapsed() < Duration::from_millis(300));
}

#[tokio::test]
async fn a_pure_plugin_answers_the_same_each_time() {
    let runtime = runtime();
    let source = source(&runtime, limits()).await;
    let first = decode(&source, "random").await.unwrap();
    assert_eq!(first, decode(&source, "random").await.unwrap());
}

#[tokio::test]
async fn there_is_nothing_outside() {
    let runtime = runtime();
    let source = source(&runtime, limits()).await;
    for (misdeed, answer) in [("open a socket", "PermissionDenied"), ("open a file", "refused"), ("environment", "0 0")]
    {
        assert_eq!(decode(&source, misdeed).await.unwrap().alerts[0].title, answer, "{misdeed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_loops_on_two_threads_hold_nobody_up() {
    let runtime = runtime();
    let looping = source(&runtime, Limits { deadline: Duration::from_secs(2), ..limits() }).await;
    let working = source(&runtime, limits()).await;
    let looping = std::sync::Arc::new(looping);
    let loops: Vec<_> = (0..2)
        .map(|_| {
            let looping = std::sync::Arc::clone(&looping);
            tokio::spawn(async move { decode(&looping, "loop").await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    for _ in 0..20 {
        let begun = Instant::now();
        assert_works(&working).await;
        assert!(begun.elapsed() < Duration::from_millis(250), "{:?}", begun.elapsed());
    }
    assert!(loops.iter().all(|task| !task.is_finished()), "the loops ended before the others were done");
    for task in loops {
        assert!(matches!(failed(task.await.unwrap().unwrap_err()).error, PluginError::Deadline { .. }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_beyond_the_concurrency_wait_and_then_are_told() {
    let runtime = runtime();
    let one = std::sync::Arc::new(source(&runtime, Limits { concurrency: 1, ..limits() }).await);
    let holding = std::sync::Arc::clone(&one);
    let holder = tokio::spawn(async move { decode(&holding, "loop").await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    // It waits for its place, and gets it when the loop is ended.
    assert_works(&one).await;
    assert!(holder.await.unwrap().is_err());

    let loops: Vec<_> = (0..4)
        .map(|_| {
            let one = std::sync::Arc::clone(&one);
            tokio::spawn(async move { decode(&one, "loop").await })
        })
        .collect();
    let mut saturated = 0;
    for task in loops {
        let failed = failed(task.await.unwrap().unwrap_err());
        if let PluginError::Saturated { .. } = failed.error {
            assert_eq!(failed.blame(), Blame::Us);
            assert!(!failed.error.was_called());
            saturated += 1;
        }
    }
    assert!(saturated >= 2, "{saturated}");
}

#[tokio::test]
async fn waiting_for_a_place_does_not_count_against_a_call() {
    let one = std::sync::Arc::new(source(&runtime(), Limits { concurrency: 1, ..limits() }).await);
    let holding = std::sync::Arc::clone(&one);
    let holder = tokio::spawn(async move { decode(&holding, "loop").await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    let waiting = tokio::spawn(async move { decode(&one, "loop").await });
    tokio::time::sleep(Duration::from_millis(180)).await;
    holder.abort();
    let let_in = Instant::now();
    let error = failed(waiting.await.unwrap().unwrap_err()).error;
    assert_eq!(error, PluginError::Deadline { limit: Duration::from_millis(300) });
    assert!(let_in.elapsed() >= Duration::from_millis(290), "{:?}", let_in.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_plugins_together_get_no_more_than_the_runtimes_calls() {
    let breaker = BreakerPolicy { failures: u32::MAX, open_for: Duration::ZERO };
    let runtime = Runtime::new(RuntimeOptions { calls: 2, breaker, ..RuntimeOptions::default() }).unwrap();
    let once = Limits { concurrency: 1, ..limits() };
    let long = Limits { deadline: Duration::from_secs(1), ..once };
    let (one, other, third) =
        (source(&runtime, long).await, source(&runtime, long).await, source(&runtime, once).await);
    let loops = [one, other].map(|each| tokio::spawn(async move { decode(&each, "loop").await }));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let failed = failed(decode(&third, "hello").await.unwrap_err());
    assert!(matches!(failed.error, PluginError::Saturated { .. }), "{failed:?}");
    for each in loops {
        assert!(each.await.unwrap().is_err());
    }
    assert_works(&third).await;
}

#[tokio::test]
async fn a_call_that_its_caller_gives_up_leaves_its_place() {
    let one = source(&runtime(), Limits { concurrency: 1, ..limits() }).await;
    for _ in 0..3 {
        let given_up = tokio::time::timeout(Duration::from_millis(30), decode(&one, "loop")).await;
        assert!(given_up.is_err());
        assert_works(&one).await;
    }
}

#[tokio::test]
async fn a_plugin_that_keeps_failing_rests_and_is_tried_again() {
    let breaker = BreakerPolicy { failures: 3, open_for: Duration::from_millis(300) };
    let runtime = runtime_with(RuntimeOptions { breaker, ..RuntimeOptions::default() });
    let (bad, good) = (source(&runtime, limits()).await, source(&runtime, limits()).await);
    for _ in 0..3 {
        assert!(matches!(failed(decode(&bad, "trap").await.unwrap_err()).error, PluginError::Trap { .. }));
    }
    let resting = failed(decode(&bad, "hello").await.unwrap_err());
    assert!(matches!(resting.error, PluginError::BreakerOpen { .. }), "{resting:?}");
    assert_eq!(resting.blame(), Blame::Plugin);
    // Another use of the same plugin is not touched.
    assert_works(&good).await;
    tokio::time::sleep(Duration::from_millis(320)).await;
    assert_works(&bad).await;
}

#[tokio::test]
async fn a_senders_mistakes_do_not_open_the_breaker() {
    let breaker = BreakerPolicy { failures: 2, open_for: Duration::from_secs(60) };
    let runtime = runtime_with(RuntimeOptions { breaker, ..RuntimeOptions::default() });
    let source = source(&runtime, limits()).await;
    for _ in 0..5 {
        assert!(matches!(decode(&source, "malformed").await, Err(Failure::Guest(_))));
    }
    assert_works(&source).await;
}

#[tokio::test]
async fn settings_are_checked_by_schema_and_then_by_the_plugin() {
    let runtime = runtime();
    let findings = |error: UseError| match error {
        UseError::Settings { findings, .. } => findings.into_iter().map(|finding| finding.at).collect::<Vec<_>>(),
        other => panic!("{other}"),
    };
    let by_schema = try_source(&runtime, limits(), json!({ "level": 0, "check": 1 })).await.unwrap_err();
    assert_eq!(by_schema.blame(), Blame::Operator);
    let mut places = findings(by_schema);
    places.sort();
    assert_eq!(places, ["/check", "/level"]);
    let by_plugin = try_source(&runtime, limits(), json!({ "check": "no template" })).await.unwrap_err();
    assert_eq!(findings(by_plugin), ["/check"]);
    let never = try_source(&runtime, limits(), json!({ "check": "loop" })).await.unwrap_err();
    assert!(matches!(never, UseError::Check { .. }), "{never}");
    assert_eq!(never.blame(), Blame::Plugin);
}

#[tokio::test]
async fn limits_that_cannot_be_kept_are_refused() {
    let runtime = runtime();
    let too_many = Limits { concurrency: 1_000, ..limits() };
    assert!(matches!(try_source(&runtime, too_many, json!({})).await, Err(UseError::Limits(_))));
}
