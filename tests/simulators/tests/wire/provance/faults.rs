//! What goes wrong on demand, and the service protection limits.

use reqwest::Method;
use serde_json::json;
use signalbox_simulators::{
    provance::{Limit, Options, Protection},
    shared::{Effect, Fault},
};

use super::caller::{KEY, Said, world, world_with};
use crate::call::{send, with_json};

#[tokio::test]
async fn each_of_the_three_limits_says_which_it_is_and_how_long_to_wait() {
    for (protection, code) in [
        (Protection::Requests, "0x80072322"),
        (Protection::ExecutionTime, "0x80072321"),
        (Protection::Concurrency, "0x80072326"),
    ] {
        let limit = Limit { requests: 2, window_seconds: 300, protection };
        let world = world_with(Options { limit: Some(limit), ..Options::default() }).await;
        for _ in 0..2 {
            let reply = world.get("incidents").await;
            assert_eq!((reply.status, reply.header("x-ms-ratelimit-burst-remaining-xrm-requests")), (200, "2"));
        }
        let refused = world.get("incidents").await;
        assert_eq!(refused.refusal(), (429, code.to_owned()));
        assert!((1..=300).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
    }
}

#[tokio::test]
async fn a_fault_hits_a_table_in_a_batch_and_by_its_action_too() {
    let world = world().await;
    let id = world.make(&json!({ "new_signalboxkey": KEY })).await;
    world.running.fault(Fault::new(Effect::Status { code: 503, committed: false }).method("POST").table("incidents"));
    assert_eq!(world.close(&id, 5).await.status, 503);
    let line = "--b\r\nContent-Type: application/http\r\n\r\nGET /api/data/v9.2/incidents HTTP/1.1\r\n\r\n--b--\r\n";
    let batch = world.call(Method::POST, "$batch").header("content-type", "multipart/mixed; boundary=b").body(line);
    assert_eq!(send(batch).await.status, 503);
    assert_eq!(world.post("annotations", &json!({})).await.status, 204);
}

#[tokio::test]
async fn a_write_is_done_and_its_answer_lost() {
    let world = world().await;
    world.running.fault(Fault::new(Effect::DropAfter).method("POST").table("incidents").times(1));
    let body = world.case(&json!({ "new_signalboxkey": KEY }));
    assert!(with_json(world.call(Method::POST, "incidents"), &body).send().await.is_err());
    assert_eq!(world.running.instance.count("incident", KEY), 1);
}

#[tokio::test]
async fn what_is_canned_is_in_the_platform_s_words() {
    let world = world().await;
    world.running.fault(Fault::new(Effect::Page).times(1));
    assert!(world.get("incidents").await.text.contains("Sign in to your account"));
    world.running.fault(Fault::new(Effect::Throttle { retry_after: 7 }).times(1));
    world.running.instance.set_protection(Protection::Concurrency);
    assert_eq!(world.get("incidents").await.refusal(), (429, "0x80072326".into()));
    world.running.fault(Fault::new(Effect::RefuseCredentials).table("oauth").times(1));
    assert_eq!(world.ask(&[]).await.json()["error"], "invalid_client");
    world.running.fault(Fault::new(Effect::Status { code: 500, committed: false }).times(1));
    assert_eq!(world.get("incidents").await.refusal(), (500, "0x80040216".into()));
}
