//! Faults as a client of the portal sees them, and what was done all the same.

use http::Method;
use serde_json::json;
use signalbox_simulators::{
    scsm::Class,
    shared::{Effect, Fault},
};

use super::caller::{World, with, world};
use crate::call::{send, with_json};

const COMMIT: &str = "/api/V3/Projection/Commit";

async fn world_where(effect: Effect) -> World {
    let world = world().await;
    world.running.fault(Fault::new(effect).path("/Commit").table("incident"));
    world
}

async fn form(world: &World) -> reqwest::RequestBuilder {
    let current = with(world.template().await, json!({ "DisplayName": "x", "GatewayKey": "k" }));
    with_json(world.call(Method::POST, COMMIT), &json!({ "formJson": { "current": current } }))
}

fn made(world: &World) -> usize {
    world.running.instance.rows(Class::Incident, &[("GatewayKey", "k")]).len()
}

#[tokio::test]
async fn answers_are_lost_before_and_after_the_commit() {
    for (effect, count) in [(Effect::DropBefore, 0), (Effect::DropAfter, 1), (Effect::Truncate, 1)] {
        let world = world_where(effect.clone()).await;
        let whole = match form(&world).await.send().await {
            Ok(response) => response.text().await.is_ok(),
            Err(_) => false,
        };
        assert!(!whole, "{effect:?}");
        assert_eq!(made(&world), count, "{effect:?}");
    }
}

#[tokio::test]
async fn faults_speak_as_the_portal_or_what_stands_before_it() {
    for (effect, status, words, count) in [
        (Effect::Status { code: 500, committed: true }, 500, "An error has occurred.", 1),
        (Effect::Status { code: 503, committed: false }, 503, "<html>", 0),
        (Effect::Page, 200, "<title>Sign in</title>", 0),
        (Effect::Throttle { retry_after: 7 }, 429, "Too many requests.", 0),
        (Effect::RefuseCredentials, 401, "Authorization has been denied", 0),
    ] {
        let world = world_where(effect.clone()).await;
        let reply = send(form(&world).await).await;
        assert_eq!(reply.status, status, "{effect:?}");
        assert!(reply.text.contains(words), "{effect:?}: {}", reply.text);
        assert_eq!(made(&world), count, "{effect:?}");
    }
}

#[tokio::test]
async fn calls_are_known_by_what_they_are_about() {
    let world = world().await;
    world.make(json!({})).await;
    world.get("/api/V3/Enum/GetFlatList?id=c3264527-a501-029f-6872-31300080b3bf&itemFilter=").await;
    world.get("/api/V3/User/GetUserList?userFilter=").await;
    world.read("0b8f6d2e-4c17-49a5-93e0-d1f7a25c8b64").await;
    let subjects: Vec<_> = world.running.apparatus.journal.entries().into_iter().map(|entry| entry.table).collect();
    assert_eq!(subjects, ["token", "template", "incident", "list", "user", "incident"]);
}
