//! Change tracking: delta links, deleted rows, and their end.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use signalbox_simulators::provance::Options;

use super::caller::{Said, World, world_with};
use crate::call::{Reply, path, send};

const TRACK: &str = "odata.track-changes,odata.maxpagesize=2";

async fn tracked() -> World {
    world_with(Options { tracked: vec!["incident".into()], ..Options::default() }).await
}

fn link<'a>(body: &'a serde_json::Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}"))
}

async fn begin(world: &World) -> Reply {
    send(world.call(Method::GET, "incidents").header("prefer", TRACK)).await
}

#[tokio::test]
async fn a_delta_link_answers_what_has_changed_since_and_what_was_deleted() {
    let world = tracked().await;
    let mut ids = Vec::new();
    for title in ["a", "b", "c"] {
        ids.push(world.make(&json!({ "title": title })).await);
    }
    let first = begin(&world).await;
    assert_eq!(first.column("title"), "a b");
    // What changes while one pages is told by the delta, if not before.
    world.patch(&format!("incidents({})", ids[0]), &json!({ "title": "a again" })).await;
    let second = world.follow(link(&first.json(), "@odata.nextLink"), TRACK).await;
    let delta = link(&second.json(), "@odata.deltaLink").to_owned();
    world.make(&json!({ "title": "d" })).await;
    send(world.call(Method::DELETE, &format!("incidents({})", ids[1]))).await;

    let changes = world.follow(&delta, "odata.track-changes,odata.maxpagesize=50").await.json();
    let rows = changes["value"].as_array().unwrap();
    let titles: Vec<_> = rows.iter().filter_map(|row| row["title"].as_str()).collect();
    assert_eq!(titles, ["a again", "d"]);
    let gone = rows.last().unwrap();
    assert_eq!((gone["id"].as_str(), &gone["reason"]), (Some(ids[1].as_str()), &json!("deleted")));
    assert!(gone["@odata.context"].as_str().unwrap().ends_with("$metadata#incidents/$deletedEntity"));
    let nothing = world.follow(link(&changes, "@odata.deltaLink"), TRACK).await.json();
    assert_eq!(nothing["value"], json!([]));
}

#[tokio::test]
async fn a_delta_link_ends_after_a_week() {
    let world = tracked().await;
    let delta = begin(&world).await.json();
    let delta = link(&delta, "@odata.deltaLink");
    let mut world = world;
    world.running.apparatus.clock.advance(Duration::from_secs(8 * 86_400));
    world.sign_in().await;
    assert_eq!(world.follow(delta, TRACK).await.status, 400);
}

#[tokio::test]
async fn tracking_takes_no_conditions_and_must_be_on() {
    let world = tracked().await;
    for option in [("$filter", "statecode eq 0"), ("$orderby", "title"), ("$top", "1")] {
        let reply = send(world.call(Method::GET, &path("incidents", &[option])).header("prefer", TRACK)).await;
        assert_eq!(reply.status, 400, "{option:?}");
        assert!(reply.text.contains("isn't supported when Change Tracking is enabled"), "{}", reply.text);
    }
    let reply = send(world.call(Method::GET, "acme_tickets").header("prefer", TRACK)).await;
    assert_eq!(reply.status, 400);
}
