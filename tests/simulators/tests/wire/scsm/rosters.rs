//! Lists, users, rights and templates.

use http::Method;
use serde_json::json;
use signalbox_simulators::scsm::{USER, ids};

use super::caller::world;
use crate::call::send;

#[tokio::test]
async fn a_flat_list_begins_with_nothing_and_tells_paths() {
    let world = world().await;
    let list = world.get("/api/V3/Enum/GetFlatList?id=c3264527-a501-029f-6872-31300080b3bf&itemFilter=").await.json();
    let texts: Vec<_> = list.as_array().unwrap().iter().map(|row| row["Text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts, ["", "Tier 1", "Tier 2", "Operations", r"Operations\Database"]);
    assert_eq!(list[0]["ID"], "00000000-0000-0000-0000-000000000000");
    assert_eq!(
        (&list[4]["Name"], &list[3]["HasChildren"], &list[4]["HasChildren"]),
        (&json!("Database"), &json!(true), &json!(false))
    );
    let narrowed =
        world.get("/api/v3/enum/getflatlist/?Id=c3264527-a501-029f-6872-31300080b3bf&itemFilter=data").await.json();
    assert_eq!(narrowed.as_array().unwrap().len(), 2);
    let unknown = world.get(&format!("/api/V3/Enum/GetFlatList?id={}&itemFilter=", ids::INCIDENT)).await.json();
    assert_eq!(unknown.as_array().unwrap().len(), 1);
    assert_eq!(world.get("/api/V3/Enum/GetFlatList?id=c3264527-a501-029f-6872-31300080b3bf").await.status, 404);
}

#[tokio::test]
async fn the_first_level_of_a_list_has_an_order() {
    let world = world().await;
    let list = world.get("/api/V3/Enum/GetList?id=89b34802-671e-e422-5e38-7dae9a413ef8").await.json();
    let rows: Vec<_> =
        list.as_array().unwrap().iter().map(|row| (row["Text"].clone(), row["Ordinal"].clone())).collect();
    assert_eq!(rows, [(json!("Active"), json!(1.0)), (json!("Resolved"), json!(2.0)), (json!("Closed"), json!(3.0))]);
}

#[tokio::test]
async fn users_are_found_by_a_part_of_their_name() {
    let world = world().await;
    let users = async |filter: &str| {
        let path = "/api/V3/User/GetUserList?filterByAnalyst=false&groupsOnly=false&maxNumberOfResults=2&userFilter=";
        let rows = world.get(&format!("{path}{filter}")).await.json();
        rows.as_array().unwrap().iter().map(|row| row["Name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(users("OMAR").await, ["Omar Reyes"]);
    assert_eq!(users("omar.reyes%40example").await, ["Omar Reyes"]);
    assert_eq!(users("").await.len(), 2);
    assert_eq!(users("nobody").await, [""; 0]);
}

#[tokio::test]
async fn rights_are_nested() {
    let world = world().await;
    let rights = async |user: &str| {
        let path = format!("/api/V3/User/IsUserAuthorized?userName={user}&domain=ACME");
        send(world.call(Method::POST, &path)).await
    };
    assert_eq!(rights(USER).await.json()["Security"]["CanCreateIncident"], true);
    assert_eq!(rights("visitor").await.json()["Security"]["CanCreateIncident"], false);
    assert_eq!(rights("nobody").await.status, 500);
}

#[tokio::test]
async fn classes_have_templates() {
    let world = world().await;
    let templates = world.get(&format!("/api/V3/Template/GetTemplates?classId={}", ids::INCIDENT)).await.json();
    assert_eq!(templates, json!([{ "Id": ids::INCIDENT_TEMPLATE, "Name": "Default Incident Template" }]));
    let changes = world.get(&format!("/api/V3/Template/GetTemplates?classId={}", ids::CHANGE)).await.json();
    assert_eq!(changes[0]["Id"], ids::CHANGE_TEMPLATE);
}
