//! Records made, changed, read and deleted.

use http::Method;
use serde_json::json;
use signalbox_simulators::cherwell::{Culture, KEY_FIELD, Options};

use super::caller::{INCIDENT, STATUS, Said, world, world_with};
use crate::call::send;

fn by_id(rec_id: &str) -> String {
    format!("getbusinessobject/busobid/{INCIDENT}/busobrecid/{rec_id}")
}

#[tokio::test]
async fn a_new_incident_has_a_number_and_what_the_system_fills_in() {
    let world = world().await;
    let rec_id = world.make_keyed("k").await;
    assert_eq!((rec_id.len(), rec_id.to_lowercase() == rec_id), (42, true));
    let read = world.get(&by_id(&rec_id)).await;
    let body = read.json();
    assert_eq!((&body["busObPublicId"], &body["busObId"]), (&json!("10001"), &json!(INCIDENT)));
    for (field, value) in [
        ("Status", "New"),
        ("IncidentID", "10001"),
        ("CustomerDisplayName", "Jun Sato"),
        ("CreatedBy", "signalbox"),
        ("Stat_IncidentReopened", "False"),
        (KEY_FIELD, "k"),
    ] {
        assert_eq!(read.value(field), value, "{field}");
    }
    let by_number = world.get(&format!("getbusinessobject/busobid/{INCIDENT}/publicid/10001")).await;
    assert_eq!(by_number.json()["busObRecId"], json!(rec_id));
}

#[tokio::test]
async fn only_dirty_fields_are_applied_whatever_form_their_id_has() {
    let world = world().await;
    let rec_id = world.make(&[]).await;
    let fields = json!([
        { "dirty": "true", "fieldId": STATUS.to_uppercase(), "value": "Pending" },
        { "dirty": true, "fieldId": world.field(INCIDENT, "PendingReason").await, "value": "Waiting" },
        { "dirty": false, "fieldId": world.field(INCIDENT, "Priority").await, "value": "1" },
    ]);
    let body = json!({ "busobid": INCIDENT, "BUSOBRECID": rec_id, "fields": fields });
    let reply = world.post("savebusinessobject", &body).await;
    assert_eq!(reply.json()["busObRecId"], json!(rec_id), "{}", reply.text);
    assert_eq!((world.stored(&rec_id, "Status"), world.stored(&rec_id, "Priority")), ("Pending".into(), "3".into()));
}

#[tokio::test]
async fn what_is_not_persisted_is_only_cached() {
    let world = world().await;
    let body = json!({ "busObId": INCIDENT, "fields": [], "persist": false });
    let reply = world.post("savebusinessobject", &body).await.json();
    assert!(reply["cacheKey"].is_string() && reply["busObRecId"].is_null(), "{reply}");
    assert!(world.running.instance.records("Incident", &[]).is_empty());
}

#[tokio::test]
async fn what_only_the_system_writes_is_ignored() {
    let world = world().await;
    let rec_id = world.make(&[]).await;
    let before = world.stored(&rec_id, "LastModTimeStamp");
    let reply = world.save(&rec_id, &[("CreatedBy", "mallory"), ("IncidentID", "1"), ("Priority", "2")]).await;
    assert_eq!(reply.status, 200);
    assert_eq!(world.stored(&rec_id, "CreatedBy"), "signalbox");
    assert_eq!(world.stored(&rec_id, "IncidentID"), "10001");
    assert_ne!(world.stored(&rec_id, "LastModTimeStamp"), before);
}

#[tokio::test]
async fn a_record_is_deleted_and_then_a_500_says_that_it_is_not_there() {
    let world = world().await;
    let rec_id = world.make(&[]).await;
    let path = format!("deletebusinessobject/busobid/{INCIDENT}/busobrecid/{rec_id}");
    assert_eq!(send(world.call(Method::DELETE, &path)).await.status, 200);
    for path in [by_id(&rec_id), format!("getbusinessobject/busobid/{INCIDENT}/publicid/10001")] {
        let reply = world.get(&path).await;
        assert_eq!(reply.refusal(), (500, "RECORDNOTFOUND".into()));
        assert_eq!(reply.json()["errorMessage"], "Record not found");
    }
    assert_eq!(world.save(&rec_id, &[("Priority", "1")]).await.refusal(), (500, "RECORDNOTFOUND".into()));
}

#[tokio::test]
async fn dates_are_written_as_the_culture_has_them_to_the_minute() {
    let options = Options { culture: Culture::DeDe, minutes_ahead: 60, ..Options::default() };
    let world = world_with(options).await;
    let rec_id = world.make(&[]).await;
    let stored: jiff::Timestamp = world.stored(&rec_id, "CreatedDateTime").parse().unwrap();
    let local = jiff::tz::Offset::from_hours(1).unwrap().to_datetime(stored);
    let shown = world.get(&by_id(&rec_id)).await.value("CreatedDateTime");
    assert_eq!(shown, local.strftime("%d.%m.%Y %H:%M").to_string());
    let shown = world.get(&format!("{}?locale=en-US", by_id(&rec_id))).await.value("CreatedDateTime");
    assert_eq!(shown, local.strftime("%-m/%-d/%Y %-I:%M %p").to_string());
}

#[tokio::test]
async fn an_account_may_be_kept_from_an_object() {
    let world = world().await;
    let rec_id = world.make(&[]).await;
    let token = world.sign_in("visitor", "visitor").await.json()["access_token"].as_str().unwrap().to_owned();
    let request = world.bare(Method::GET, &format!("/api/V1/{}", by_id(&rec_id))).bearer_auth(token);
    let reply = send(request).await;
    assert_eq!(reply.refusal(), (403, "INSUFFICIENTRIGHTS".into()));
    assert_eq!(reply.json()["errorMessage"], "You are not authorized to view this object");
}
