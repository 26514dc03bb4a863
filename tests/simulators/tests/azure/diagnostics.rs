//! Resource health and the activity log.

use http::Method;
use serde_json::{Value, json};
use signalbox_simulators::azure::{Contents, Event, Health, Options, Resource, SUBSCRIPTION};

use crate::caller::{MANAGEMENT, Reply, World, send, world_with};

fn vm(name: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/{name}")
}

async fn get(world: &World, path: &str) -> Reply {
    send(world.bare(Method::GET, path).bearer_auth(world.token(MANAGEMENT).await)).await
}

fn ago(minutes: i64) -> jiff::Timestamp {
    jiff::Timestamp::now() - jiff::SignedDuration::from_mins(minutes)
}

fn event(resource: &str, minutes: i64, operation: &str) -> Event {
    serde_json::from_value(json!({
        "resource": resource, "at": ago(minutes), "operation": operation, "caller": "robin@acme.example",
    }))
    .unwrap()
}

#[tokio::test]
async fn a_resource_tells_how_it_is() {
    let health = Health {
        state: "Unavailable".into(),
        title: "Stopped".into(),
        summary: "It was stopped by a person.".into(),
        reason: "UserInitiated".into(),
        since: "2026-11-22T10:00:00Z".parse().unwrap(),
    };
    let resources = vec![Resource { health: Some(health), ..Resource::new(&vm("one")) }, Resource::new(&vm("two"))];
    let contents = Contents { resources, ..Contents::default() };
    let world = world_with(Options { contents, ..Options::default() }).await;
    let path = |name: &str, version: &str| {
        format!("{}/providers/Microsoft.ResourceHealth/availabilityStatuses/current{version}", vm(name))
    };
    let version = "?api-version=2020-05-01";
    let body = get(&world, &path("ONE", version)).await.json();
    assert_eq!((&body["name"], &body["location"]), (&json!("current"), &json!("westeurope")));
    let properties = &body["properties"];
    assert_eq!((&properties["availabilityState"], &properties["title"]), (&json!("Unavailable"), &json!("Stopped")));
    assert_eq!(
        (&properties["reasonType"], &properties["occurredTime"]),
        (&json!("UserInitiated"), &json!("2026-11-22T10:00:00Z"))
    );
    assert_eq!(get(&world, &path("two", version)).await.json()["properties"]["availabilityState"], "Unknown");
    assert_eq!(get(&world, &path("three", version)).await.refusal(), (404, "ResourceNotFound".into()));
    assert_eq!(get(&world, &path("one", "")).await.refusal(), (400, "MissingApiVersionParameter".into()));
}

/// A simulated Azure with events of two machines, two to a page.
async fn with_events() -> World {
    let events = vec![
        event(&vm("one"), 50, "Microsoft.Compute/virtualMachines/write"),
        event(&vm("one"), 10, "Microsoft.Compute/virtualMachines/restart/action"),
        event(&vm("two"), 20, "Microsoft.Compute/virtualMachines/deallocate/action"),
        event(&vm("one"), 30, "Microsoft.Compute/virtualMachines/start/action"),
        event(&vm("one"), 300, "Microsoft.Compute/virtualMachines/delete"),
    ];
    let contents = Contents { events, ..Contents::default() };
    world_with(Options { contents, activity_page: 2, ..Options::default() }).await
}

fn log(filter: &str, more: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("api-version", "2015-04-01").append_pair("$filter", filter);
    let path = format!("/subscriptions/{SUBSCRIPTION}/providers/microsoft.insights/eventtypes/management/values");
    format!("{path}?{}{more}", query.finish())
}

/// What was done in each event: `restart` of `Microsoft.Compute/virtualMachines/restart/action`.
fn operations(list: &Value) -> Vec<&str> {
    let names = list["value"].as_array().unwrap().iter().map(|event| event["operationName"]["value"].as_str().unwrap());
    names.map(|name| name.split('/').nth(2).unwrap()).collect()
}

#[tokio::test]
async fn the_log_tells_what_happened_to_a_resource_newest_first_page_by_page() {
    let world = with_events().await;
    let filter = format!("eventTimestamp ge '{}' and resourceUri eq '{}'", ago(120), vm("ONE"));
    let first = get(&world, &log(&filter, "")).await.json();
    assert_eq!(operations(&first), ["restart", "start"]);
    let event = &first["value"][0];
    assert_eq!((&event["caller"], &event["status"]["value"]), (&json!("robin@acme.example"), &json!("Succeeded")));
    assert_eq!((&event["resourceGroupName"], &event["category"]["value"]), (&json!("shop"), &json!("Administrative")));
    let next = first["nextLink"].as_str().unwrap().strip_prefix(&world.running.http_url).unwrap();
    let second = get(&world, next).await.json();
    assert_eq!(operations(&second), ["write"]);
    assert!(second.get("nextLink").is_none());
}

#[tokio::test]
async fn a_filter_has_an_end_and_a_selection_leaves_the_rest_out() {
    let world = with_events().await;
    let filter = format!("eventTimestamp ge '{}' and eventTimestamp le '{}'", ago(40), ago(15));
    assert_eq!(operations(&get(&world, &log(&filter, "")).await.json()), ["deallocate", "start"]);
    let body = get(&world, &log(&filter, "&%24select=caller,eventTimestamp")).await.json();
    assert_eq!(body["value"][0].as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn a_filter_that_the_log_does_not_know_is_refused() {
    let world = with_events().await;
    for filter in [
        String::new(),
        format!("resourceUri eq '{}'", vm("one")),
        format!("eventTimestamp ge '{}' and caller eq 'robin'", ago(10)),
        format!("eventTimestamp ge '{}'", ago(91 * 24 * 60)),
    ] {
        let reply = get(&world, &log(&filter, "")).await;
        assert_eq!((reply.status, reply.json()["code"].as_str()), (400, Some("BadRequest")), "{filter}");
    }
    let filter = format!("eventTimestamp ge '{}'", ago(10));
    assert_eq!(get(&world, &log(&filter, "&%24skipToken=made-up")).await.status, 400);
}
