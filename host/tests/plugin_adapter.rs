//! What an adapter sends is bounded and counted: a call that is cut short says whether it may have written.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod plugin_support;

use plugin_support::*;
use serde_json::json;
use signalbox::domain::{CallBudget, CallErrorKind, HttpError};
use signalbox::plugin::{
    AdapterUse, Blame, CallFailure, Failed, Failure, Grants, Limits, PluginError, Traffic, UseError,
};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

fn failed(failure: CallFailure) -> Failed {
    match failure {
        Failure::Failed(failed) => failed,
        Failure::Guest(error) => panic!("the plugin answered: {error:?}"),
    }
}

async fn create(adapter: &AdapterUse, title: &str) -> Result<signalbox::domain::PlatformTicket, CallFailure> {
    adapter.create(item(title), budget()).await
}

#[tokio::test]
async fn a_ticket_goes_to_the_platform_and_back() {
    let platform = Arc::<Platform>::default();
    let adapter = adapter(&runtime(), limits(), &platform).await;
    assert_eq!(create(&adapter, "hello").await.unwrap().id, "hello");
    assert_eq!(platform.targets(), ["POST /tickets"]);
    assert_eq!(adapter.probe(budget()).await.unwrap().product, "misbehaving");
}

#[tokio::test]
async fn describing_and_checking_send_nothing() {
    let platform = Arc::<Platform>::default();
    let adapter = adapter(&runtime(), limits(), &platform).await;
    let summary = &adapter.plugin().manifest().summary;
    assert!(summary.ends_with("sent while describing: false"), "{summary}");
    assert_eq!(adapter.plugin().manifest().settle(), Duration::from_secs(1));
    assert!(platform.targets().is_empty());
}

#[tokio::test]
async fn another_host_is_denied_and_the_call_says_so() {
    let platform = Arc::<Platform>::default();
    let adapter = adapter(&runtime(), limits(), &platform).await;
    let failed = failed(create(&adapter, "ask another host").await.unwrap_err());
    let what = "`origin:https://elsewhere.example` is not granted".to_owned();
    assert_eq!(failed.error, PluginError::Denied { what });
    assert_eq!(failed.blame(), Blame::Plugin);
    assert_eq!(failed.traffic, Traffic::default());
    assert!(platform.targets().is_empty());
    assert!(create(&adapter, "hello").await.is_ok());
}

#[tokio::test]
async fn a_call_that_is_cut_short_says_whether_it_may_have_written() {
    let table = [
        ("loop", 0, 0),
        ("read, then loop", 1, 0),
        ("write, then loop", 1, 1),
        ("write, then trap", 1, 1),
        ("write, then answer no ticket", 1, 1),
    ];
    let platform = Arc::<Platform>::default();
    let adapter = adapter(&runtime(), limits(), &platform).await;
    for (misdeed, requests_sent, writes_sent) in table {
        let failed = failed(create(&adapter, misdeed).await.unwrap_err());
        assert_eq!(failed.traffic, Traffic { requests_sent, writes_sent }, "{misdeed}");
        assert_eq!(failed.outcome_is_unknown(), writes_sent > 0, "{misdeed}");
    }
}

#[tokio::test]
async fn a_request_that_surely_was_not_sent_does_not_count() {
    let platform = Arc::<Platform>::default();
    *platform.answers.lock().unwrap() = Some(Err(HttpError::NotSent("connection refused".to_owned())));
    let adapter = adapter(&runtime(), limits(), &platform).await;
    let Err(Failure::Guest(error)) = create(&adapter, "hello").await else { panic!() };
    assert_eq!(error.kind, CallErrorKind::Unavailable);
}

#[tokio::test]
async fn an_answer_over_the_limit_is_too_large() {
    let platform = Arc::<Platform>::default();
    let runtime = runtime();
    let narrow = adapter(&runtime, Limits { response_bytes: 2 << 20, ..limits() }, &platform).await;
    let Err(Failure::Guest(error)) = create(&narrow, "ask for a large answer").await else { panic!() };
    assert_eq!(error.message, "over 2097152 bytes");
    let wide = adapter(&runtime, Limits { response_bytes: 4 << 20, ..limits() }, &platform).await;
    assert!(create(&wide, "ask for a large answer").await.is_ok());
}

#[tokio::test]
async fn many_answers_come_side_by_side_in_the_order_asked_and_are_bounded_together() {
    let platform = Arc::<Platform>::default();
    let runtime = runtime();
    let wide = adapter(&runtime, limits(), &platform).await;
    let ticket = create(&wide, "ask for many answers").await.unwrap();
    let sizes: Vec<String> = (1_000..1_020).map(|size| size.to_string()).collect();
    assert_eq!((ticket.number.as_str(), ticket.version), ("20", sizes.join(",")));
    let most = platform.most_at_once.load(Ordering::SeqCst);
    assert!((2..=8).contains(&most), "{most}");
    let narrow = adapter(&runtime, Limits { response_bytes: 5_500, ..limits() }, &platform).await;
    assert_eq!(create(&narrow, "ask for many answers").await.unwrap().number, "5");
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_cut_out_of_its_lot() {
    let platform = Arc::<Platform>::default();
    let adapter = adapter(&runtime(), Limits::connected(), &platform).await;
    let budget = || CallBudget { deadline: Instant::now() + Duration::from_secs(20), send_before: None };
    let begun = Instant::now();
    let ticket = adapter.create(item("wait 3 s for one of many"), budget()).await.unwrap();
    // More than are under way at once: the slow one, though first, holds up none of them.
    assert_eq!(ticket.version, format!("unknown{}", ",200".repeat(12)));
    let held_until = platform.held_until.lock().unwrap().pop().unwrap();
    assert!(held_until >= begun + Duration::from_secs(3) && held_until < begun + Duration::from_secs(15));
}

#[tokio::test]
async fn the_time_of_a_lot_is_never_longer_than_the_calls() {
    let platform = Arc::<Platform>::default();
    let adapter = adapter(&runtime(), Limits::connected(), &platform).await;
    let budget = CallBudget { deadline: Instant::now() + Duration::from_secs(1), send_before: None };
    drop(adapter.create(item("wait for ever for one of many"), budget).await);
    let held_until = platform.held_until.lock().unwrap().pop().unwrap();
    assert!(held_until < budget.deadline);
}

#[tokio::test]
async fn requests_that_are_too_large_or_too_many_are_denied() {
    let platform = Arc::<Platform>::default();
    // Long enough for a host without optimisation to take the body in.
    let adapter = adapter(&runtime(), Limits { deadline: Duration::from_secs(20), ..limits() }, &platform).await;
    for misdeed in ["send a body of 17 MiB", "send too many at once"] {
        let failed = failed(create(&adapter, misdeed).await.unwrap_err());
        assert!(matches!(failed.error, PluginError::Denied { .. }), "{misdeed}: {failed:?}");
    }
    assert!(platform.targets().is_empty());
}

#[tokio::test]
async fn sleeping_takes_real_time_and_ends_at_the_deadline() {
    let platform = Arc::<Platform>::default();
    let adapter = adapter(&runtime(), limits(), &platform).await;
    let begun = Instant::now();
    assert!(create(&adapter, "nap").await.is_ok());
    assert!(begun.elapsed() >= Duration::from_millis(200));
    let failed = failed(create(&adapter, "sleep").await.unwrap_err());
    assert!(matches!(failed.error, PluginError::Deadline { .. }), "{failed:?}");
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn the_callers_budget_ends_a_call_before_its_own_deadline() {
    let platform = Arc::<Platform>::default();
    let adapter = adapter(&runtime(), Limits::connected(), &platform).await;
    let begun = Instant::now();
    let short = signalbox::domain::CallBudget { deadline: begun + Duration::from_millis(100), send_before: None };
    let failed = failed(adapter.create(item("sleep"), short).await.unwrap_err());
    assert!(matches!(failed.error, PluginError::Deadline { .. }), "{failed:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn an_adapter_without_the_grant_is_refused_by_name() {
    let runtime = runtime();
    let plugin = loaded(&runtime, "misbehaving-adapter").await;
    let platform = Arc::<Platform>::default();
    let refused =
        AdapterUse::new(plugin, options(limits(), json!({})), &Grants::default(), platform).await.unwrap_err();
    assert!(matches!(refused, UseError::NotGranted { .. }));
    assert_eq!(
        refused.to_string(),
        "plugin `misbehaving-adapter` imports `signalbox:plugin/http`, and `http` is not granted"
    );
    assert_eq!(refused.blame(), Blame::Operator);
}

#[tokio::test]
async fn a_source_is_no_adapter() {
    let runtime = runtime();
    let plugin = loaded(&runtime, "misbehaving").await;
    let refused =
        AdapterUse::new(plugin, options(limits(), json!({})), &Grants::default(), Arc::<Platform>::default()).await;
    assert_eq!(refused.unwrap_err().to_string(), "plugin `misbehaving` is of the kind source, and adapter is wanted");
}
