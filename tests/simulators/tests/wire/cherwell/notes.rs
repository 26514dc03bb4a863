//! The notes that an incident owns.

use serde_json::{Value, json};

use super::caller::{INCIDENT, Said, World, world};
use crate::call::Reply;

async fn id_of(world: &World, object: &str) -> String {
    let summary = world.get(&format!("getbusinessobjectsummary/busobname/{object}")).await.json();
    summary[0]["busObId"].as_str().unwrap().to_owned()
}

async fn relation(world: &World) -> String {
    let path = format!("getbusinessobjectschema/busobid/{INCIDENT}?includerelationships=true");
    world.get(&path).await.json()["relationships"][0]["relationshipId"].as_str().unwrap().to_owned()
}

async fn post(world: &World, more: Value) -> Reply {
    let note = id_of(world, "JournalNote").await;
    let mut body = json!({
        "parentBusObId": INCIDENT, "relationshipId": relation(world).await, "busObId": note,
        "fields": world.fields(&note, &[("Details", "looking")]).await, "persist": true
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.post("saverelatedbusinessobject", &body).await
}

#[tokio::test]
async fn a_note_is_added_by_the_incident_s_id_or_number() {
    let world = world().await;
    let rec_id = world.make(&[]).await;
    let reply = post(&world, json!({ "parentBusObRecId": rec_id })).await.json();
    assert_eq!((&reply["parentBusObRecId"], &reply["hasError"]), (&json!(rec_id), &json!(false)));
    assert!(reply["busObRecId"].is_string());
    post(&world, json!({ "parentBusObPublicId": "10001" })).await;
    assert_eq!(world.running.instance.notes(&rec_id), ["looking", "looking"]);
    assert_eq!(world.running.instance.notes("10001").len(), 2);
}

#[tokio::test]
async fn the_notes_of_one_incident_are_read_page_by_page() {
    let world = world().await;
    let (rec_id, other) = (world.make(&[]).await, world.make(&[]).await);
    for owner in [&rec_id, &rec_id, &rec_id, &other] {
        post(&world, json!({ "parentBusObRecId": owner })).await;
    }
    let path = format!(
        "getrelatedbusinessobject/parentbusobid/{INCIDENT}/parentbusobrecid/{rec_id}/relationshipid/{}",
        relation(&world).await
    );
    let count = |answer: &Value| answer["relatedBusinessObjects"].as_array().unwrap().len();
    let whole = world.get(&path).await.json();
    assert_eq!((count(&whole), &whole["totalRecords"], &whole["parentBusObRecId"]), (3, &json!(3), &json!(rec_id)));
    assert_eq!(count(&world.get(&format!("{path}?pageNumber=2&pageSize=2")).await.json()), 1);
    let bare = world.get(&format!("{path}?allfields=false")).await.json();
    assert_eq!(bare["relatedBusinessObjects"][0]["fields"], json!([]));
}

#[tokio::test]
async fn what_is_not_owned_so_is_refused() {
    let world = world().await;
    let rec_id = world.make(&[]).await;
    for (more, refusal) in [
        (json!({ "parentBusObRecId": "9f" }), (500, "RECORDNOTFOUND".to_owned())),
        (json!({ "parentBusObRecId": rec_id, "relationshipId": "nonsense" }), (500, "FIELDNOTFOUND".into())),
        (
            json!({ "parentBusObRecId": rec_id, "busObId": id_of(&world, "CustomerInternal").await, "fields": [] }),
            (400, "BADREQUEST".into()),
        ),
        (
            json!({ "parentBusObRecId": rec_id, "busObId": id_of(&world, "Journal").await, "fields": [] }),
            (400, "BADREQUEST".into()),
        ),
    ] {
        assert_eq!(post(&world, more.clone()).await.refusal(), refusal, "{more}");
    }
    let empty = post(&world, json!({ "parentBusObRecId": rec_id, "fields": [] })).await.json();
    assert_eq!(empty["errorMessage"], "Details is required.");
    let cached = post(&world, json!({ "parentBusObRecId": rec_id, "persist": false })).await.json();
    assert!(cached["cacheKey"].is_string());
    assert!(world.running.instance.notes(&rec_id).is_empty());
}
