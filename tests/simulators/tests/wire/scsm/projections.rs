//! Objects by criteria, one by its identity, and new ones from templates.

use http::Method;
use serde_json::json;
use signalbox_simulators::scsm::{USER, ids};

use super::caller::{generic, property, world};
use crate::call::{send, with_json};

const QUERY: &str = "/api/V3/Projection/GetProjectionByCriteria";

#[tokio::test]
async fn a_template_gives_a_number_and_an_identity_and_stores_nothing() {
    let world = world().await;
    let first = world.template().await;
    let second = world.template().await;
    assert_eq!((&first["Id"], &second["Id"]), (&json!("IR1"), &json!("IR2")));
    assert_ne!(first["BaseId"], second["BaseId"]);
    assert_eq!((&first["LastModified"], &first["Status"]["Name"]), (&json!("0001-01-01T00:00:00"), &json!("Active")));
    assert_eq!((&first["TierQueue"]["Id"], &first["TierQueue"]["Name"]), (&json!(null), &json!("")));
    assert_eq!(first["CreatedWorkItem"]["DisplayName"], USER);
    assert_eq!(world.read(first["BaseId"].as_str().unwrap()).await, json!(null));

    let path = "/api/V3/Projection/CreateProjectionByTemplate";
    let user = world.running.instance.user(USER).unwrap();
    for query in [
        format!("?id={}&createdById={}", ids::INCIDENT, user),
        format!("?id={}&createdById={}", ids::INCIDENT_TEMPLATE, ids::INCIDENT),
    ] {
        assert_eq!(world.get(&format!("{path}{query}")).await.status, 500, "{query}");
    }
    assert_eq!(world.get(&format!("{path}?id={}", ids::INCIDENT_TEMPLATE)).await.status, 404);
}

#[tokio::test]
async fn criteria_bind_by_identity_property_and_time() {
    let world = world().await;
    let first = world.make(json!({ "GatewayKey": "key-1", "Title": "one" })).await;
    world.make(json!({ "GatewayKey": "key-2", "Title": "two" })).await;
    let ids_of = |reply: crate::call::Reply| {
        let objects = reply.json().as_array().unwrap().clone();
        objects.iter().map(|object| object["Id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let incidents = ids::INCIDENT_PROJECTION;
    assert_eq!(ids_of(world.query(incidents, generic("Id", "Equal", &format!("{{{first}}}"))).await), ["IR1"]);
    assert_eq!(ids_of(world.query(incidents, property(ids::EXTENSION, "GatewayKey", "KEY-2")).await), ["IR2"]);
    assert_eq!(ids_of(world.query(incidents, property(ids::WORK_ITEM, "Id", "IR2")).await), ["IR2"]);
    assert_eq!(ids_of(world.query(incidents, property(ids::EXTENSION, "GatewayKey", "key-3")).await), [""; 0]);
    let full_name = generic("FullName", "Equal", "System.WorkItem.Incident:IR1");
    assert_eq!(ids_of(world.query(incidents, full_name).await), ["IR1"]);
    let stamp = world.read(&first).await["LastModified"].as_str().unwrap().to_owned();
    assert!(!stamp.ends_with('Z'), "{stamp}");
    let until = json!({ "And": { "Expression": [
        generic("LastModified", "GreaterEqual", "2020-01-01T00:00:00"), generic("LastModified", "LessEqual", &format!("{stamp}Z"))
    ] } });
    assert_eq!(ids_of(world.query(incidents, until.clone()).await), ["IR1"]);
    // A projection of any work item has changes, too.
    let any = world.query(ids::WORK_ITEM_PROJECTION, generic("LastModified", "Greater", "2020-01-01T00:00:00")).await;
    assert_eq!(any.json().as_array().unwrap().len(), 3);
    let changes = world.query(ids::CHANGE_PROJECTION, generic("LastModified", "Greater", "2020-01-01T00:00:00")).await;
    assert_eq!(changes.json()[0]["Status"]["Name"], "In Progress");
    assert!(changes.headers.contains_key("date"));
}

#[tokio::test]
async fn users_and_items_are_objects_too() {
    let world = world().await;
    let item = world.query(ids::CONFIG_ITEM_PROJECTION, generic("DisplayName", "Equal", "DB-01")).await.json();
    assert_eq!((item.as_array().unwrap().len(), &item[0]["DisplayName"]), (1, &json!("db-01")));
    let user = world.running.instance.user(USER).unwrap();
    let user = world.query(ids::USER_PROJECTION, generic("Id", "Equal", &user)).await.json();
    assert_eq!(user[0]["UserName"], USER);
}

#[tokio::test]
async fn criteria_that_mean_nothing_fail() {
    let world = world().await;
    for expression in [
        generic("Colour", "Equal", "red"),
        generic("Id", "Contains", "red"),
        property(ids::INCIDENT, "Colour", "red"),
        property(ids::CHANGE, "Title", "red"),
        json!({ "Not": {} }),
    ] {
        let reply = world.query(ids::INCIDENT_PROJECTION, expression.clone()).await;
        assert_eq!(reply.status, 500, "{expression}");
        assert_eq!(reply.json()["Message"], "An error has occurred.", "{expression}");
    }
    let unknown = world.query(ids::INCIDENT, generic("Id", "Equal", ids::INCIDENT)).await;
    assert_eq!(unknown.status, 500);
    assert_eq!(world.post(QUERY, &json!({ "Projection": ids::INCIDENT_PROJECTION })).await.status, 400);
    let text = world.call(Method::POST, QUERY).header("content-type", "text/plain").body("{}");
    assert_eq!(send(text).await.status, 415);
}

#[tokio::test]
async fn one_object_is_had_by_identity_or_number() {
    let world = world().await;
    let made = world.make(json!({ "Title": "one" })).await;
    for id in [made.as_str(), "IR1"] {
        let path = format!("/api/V3/Projection/GetProjection?id={id}&typeProjectionId={}", ids::INCIDENT_PROJECTION);
        assert_eq!(world.get(&path).await.json()["Title"], "one");
    }
    let path = format!("/api/V3/Projection/GetProjection?id=IR2&typeProjectionId={}", ids::INCIDENT_PROJECTION);
    assert_eq!(world.get(&path).await.text, "null");
}

#[tokio::test]
async fn what_is_not_served_is_refused() {
    let world = world().await;
    assert_eq!(world.get("/api/V3/Projection/Delete").await.status, 404);
    assert_eq!(world.get("/api/V2/Enum/GetFlatList").await.status, 404);
    assert_eq!(world.get(QUERY).await.status, 405);
    let put = send(with_json(world.call(Method::PUT, QUERY), &json!({}))).await;
    assert_eq!((put.status, put.text.contains("'PUT'")), (405, true));
}
