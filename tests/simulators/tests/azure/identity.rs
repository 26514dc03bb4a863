//! The metadata service of a machine with a managed identity.

use std::time::Duration;

use http::Method;
use serde_json::json;
use signalbox_simulators::{
    azure::{IDENTITY, ManagedIdentity, Options, Role},
    shared::{Effect, Fault},
};

use crate::caller::{MONITOR, Reply, World, send, world, world_with};

const PATH: &str = "/metadata/identity/oauth2/token?api-version=2018-02-01";

async fn ask(world: &World, query: &str) -> Reply {
    send(world.bare(Method::GET, &format!("{PATH}{query}")).header("Metadata", "true")).await
}

#[tokio::test]
async fn a_machine_gets_a_token_with_numbers_as_texts() {
    let world = world().await;
    let body = ask(&world, &format!("&resource={MONITOR}/")).await.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["resource"], "https://monitor.azure.com/");
    assert_eq!((&body["client_id"], &body["refresh_token"]), (&json!(IDENTITY), &json!("")));
    for name in ["expires_in", "expires_on", "not_before"] {
        assert!(body[name].as_str().unwrap().parse::<i64>().unwrap() > 80_000, "{name}");
    }
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(world.upload(token, &json!([])).await.status, 204);
    assert_eq!(ask(&world, &format!("&resource={MONITOR}")).await.json()["access_token"], token, "it is cached");
    world.running.apparatus.clock.advance(Duration::from_secs(86_400));
    assert_ne!(ask(&world, &format!("&resource={MONITOR}")).await.json()["access_token"], token);
}

#[tokio::test]
async fn what_a_proxy_could_have_sent_is_refused() {
    let world = world().await;
    let path = format!("{PATH}&resource={MONITOR}");
    let without = send(world.bare(Method::GET, &path)).await;
    assert_eq!((without.status, &without.json()["error"]), (400, &json!("bad_request_102")));
    let request = world.bare(Method::GET, &path).header("Metadata", "true").header("X-Forwarded-For", "10.0.0.4");
    assert_eq!(send(request).await.status, 400);
    let post = send(world.bare(Method::POST, &path).header("Metadata", "true")).await;
    assert_eq!(post.status, 405);
}

#[tokio::test]
async fn what_is_missing_or_unknown_is_told() {
    let world = world().await;
    for (query, error) in [
        ("", "invalid_request"),
        ("&resource=https://acme.example", "invalid_resource"),
        ("&resource=https://monitor.azure.com&client_id=unknown", "invalid_request"),
        ("&resource=https://monitor.azure.com&client_id=a&object_id=b", "invalid_request"),
    ] {
        let reply = ask(&world, query).await;
        assert_eq!((reply.status, reply.json()["error"].as_str()), (400, Some(error)), "{query}");
    }
    for version in ["", "?api-version=2017-12-01", "?api-version=latest"] {
        let path = format!("/metadata/identity/oauth2/token{version}");
        assert_eq!(send(world.bare(Method::GET, &path).header("Metadata", "true")).await.status, 400, "{version}");
    }
    assert_eq!(send(world.bare(Method::GET, "/metadata/instance").header("Metadata", "true")).await.status, 404);
}

#[tokio::test]
async fn an_identity_is_named_in_three_ways() {
    let mut options = Options::default();
    let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/gateway";
    options.directory.identities = vec![ManagedIdentity {
        client_id: "client".into(),
        object_id: "object".into(),
        resource_id: Some(id.into()),
        roles: vec![Role::MonitoringMetricsPublisher],
    }];
    let world = world_with(options).await;
    for name in ["client_id=client", "object_id=object", &format!("msi_res_id={}", id.to_lowercase())] {
        let reply = ask(&world, &format!("&resource={MONITOR}&{name}")).await;
        assert_eq!(reply.status, 200, "{name}: {}", reply.text);
    }
    assert_eq!(ask(&world, &format!("&resource={MONITOR}")).await.status, 400, "none is system-assigned");
}

#[tokio::test]
async fn it_fails_on_demand_in_its_own_words() {
    let world = world().await;
    for (code, error) in [(404, "not_found"), (410, "gone"), (500, "unknown")] {
        let effect = Effect::Status { code, committed: false };
        world.running.fault(Fault::new(effect).table("identity").times(1));
        let reply = ask(&world, &format!("&resource={MONITOR}")).await;
        assert_eq!((reply.status, reply.json()["error"].as_str()), (code, Some(error)));
    }
    world.running.fault(Fault::new(Effect::Throttle { retry_after: 2 }).table("identity").times(1));
    let reply = ask(&world, &format!("&resource={MONITOR}")).await;
    assert_eq!((reply.status, reply.header("retry-after")), (429, "2"));
    assert_eq!(ask(&world, &format!("&resource={MONITOR}")).await.status, 200);
}
