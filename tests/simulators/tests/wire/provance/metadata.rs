//! What the organisation says of its tables.

use serde_json::json;

use super::caller::{Said, world};
use crate::call::path;

#[tokio::test]
async fn a_table_tells_its_columns_keys_and_relations() {
    let world = world().await;
    let parameters = [
        ("$select", "LogicalName,EntitySetName,PrimaryIdAttribute,HasNotes"),
        ("$expand", "Attributes($select=LogicalName),Keys,ManyToOneRelationships"),
    ];
    let table = world.get(&path("EntityDefinitions(LogicalName='incident')", &parameters)).await.json();
    assert_eq!((&table["EntitySetName"], &table["PrimaryIdAttribute"]), (&json!("incidents"), &json!("incidentid")));
    assert_eq!(table["HasNotes"], true);
    let columns = table["Attributes"].as_array().unwrap();
    let customer = columns.iter().find(|column| column["LogicalName"] == "customerid").unwrap();
    assert_eq!(customer["RequiredLevel"]["Value"], "ApplicationRequired");
    assert_eq!(table["Keys"][0]["KeyAttributes"], json!(["new_signalboxkey"]));
    let relations = table["ManyToOneRelationships"].as_array().unwrap();
    let property = |name: &str| relations.iter().any(|one| one["ReferencingEntityNavigationPropertyName"] == name);
    assert!(property("customerid_account") && property("customerid_contact") && property("ownerid"));
}

#[tokio::test]
async fn tables_are_listed_by_condition() {
    let world = world().await;
    let place = path("EntityDefinitions", &[("$select", "LogicalName"), ("$filter", "IsCustomEntity eq true")]);
    assert_eq!(world.get(&place).await.column("LogicalName"), "acme_ticket acme_asset acme_change");
}

#[tokio::test]
async fn status_reasons_belong_to_states() {
    let world = world().await;
    let place = "EntityDefinitions(LogicalName='incident')/Attributes(LogicalName='statuscode')/Microsoft.Dynamics.CRM.StatusAttributeMetadata";
    let column =
        world.get(&path(place, &[("$select", "LogicalName"), ("$expand", "OptionSet($select=Options)")])).await.json();
    let options = column["OptionSet"]["Options"].as_array().unwrap();
    assert!(options.iter().any(|option| option["Value"] == 1000 && option["State"] == 1));
}

#[tokio::test]
async fn what_is_not_there_is_refused() {
    let world = world().await;
    for (place, code) in [
        ("EntityDefinitions(LogicalName='nothing')", "0x80040217"),
        ("EntityDefinitions(LogicalName='incident')/Attributes(LogicalName='nothing')", "0x80040217"),
        ("EntityDefinitions(LogicalName='incident')/Nothing", "0x8006088a"),
    ] {
        assert_eq!(world.get(place).await.refusal(), (404, code.into()), "{place}");
    }
}
