//! What a record must be to be saved.

use serde_json::json;
use signalbox_simulators::cherwell::Options;

use super::caller::{INCIDENT, Said, world, world_with};
use crate::call::Reply;

/// What is said of the fields that are refused.
fn refused(reply: &Reply) -> (u16, bool, String) {
    let body = reply.json();
    let faults = body["fieldValidationErrors"].as_array().unwrap();
    let words: Vec<_> = faults.iter().map(|fault| fault["error"].as_str().unwrap()).collect();
    assert_eq!(body["busObRecId"], json!(null), "{body}");
    (reply.status, body["hasError"].as_bool().unwrap(), words.join(" "))
}

#[tokio::test]
async fn what_is_required_and_lacking_is_an_error_inside_a_200() {
    let world = world().await;
    let reply = world.save("", &[("Description", "x"), ("Priority", "1"), ("Service", "s")]).await;
    let lacking = "Category is required. Subcategory is required. Customer Rec ID is required.".to_owned();
    assert_eq!(refused(&reply), (200, true, lacking));
    assert_eq!(reply.json()["errorMessage"], "Category is required.");
    assert!(world.running.instance.records("Incident", &[]).is_empty());
}

#[tokio::test]
async fn a_wrong_value_is_a_refused_field_and_no_error() {
    let world = world().await;
    let rec_id = world.make(&[]).await;
    for (field, value, words) in [
        ("OwnedByTeam", "Nobody", "Nobody is not a valid value for Owned By Team."),
        ("Status", "Fixed", "Fixed is not a valid value for Status."),
        ("Priority", "9", "9 is not a valid value for Priority."),
        ("ShortDescription", &"x".repeat(101), "Short Description cannot be longer than 100 characters."),
    ] {
        let reply = world.save(&rec_id, &[(field, value)]).await;
        assert_eq!(refused(&reply), (200, false, words.into()), "{field}");
    }
}

#[tokio::test]
async fn a_field_or_object_that_is_not_there_is_refused() {
    let world = world().await;
    let fields = json!([{ "dirty": true, "fieldId": "BO:1,FI:nonsense", "value": "x" }]);
    let reply = world.post("savebusinessobject", &json!({ "busObId": INCIDENT, "fields": fields })).await;
    assert_eq!(reply.refusal(), (500, "FIELDNOTFOUND".into()));
    let reply = world.post("savebusinessobject", &json!({ "busObId": "nonsense", "fields": [] })).await;
    assert_eq!(reply.refusal(), (500, "BUSOBNOTFOUND".into()));
    let reply = world.post("savebusinessobject", &json!([])).await;
    assert_eq!(reply.refusal(), (400, "BADREQUEST".into()));
}

#[tokio::test]
async fn each_state_has_what_it_demands() {
    let world = world().await;
    let rec_id = world.make(&[]).await;
    for (state, lacking) in [
        ("Assigned", "Owned By Team is required."),
        ("In Progress", "Owned By Team is required."),
        ("Pending", "Pending Reason is required."),
        ("Resolved", "Close Description is required."),
    ] {
        let reply = world.save(&rec_id, &[("Status", state)]).await;
        assert_eq!(refused(&reply), (200, true, lacking.into()), "{state}");
    }
    let reply = world.save(&rec_id, &[("Status", "In Progress"), ("OwnedByTeam", "Network")]).await;
    assert_eq!(reply.json()["busObRecId"], json!(rec_id));
}

#[tokio::test]
async fn an_incident_goes_its_way_and_not_back() {
    let world = world().await;
    let rec_id = world.make(&[]).await;
    let go = async |state: &str| {
        let reply = world.save(&rec_id, &[("Status", state), ("CloseDescription", "Done.")]).await;
        let body = reply.json();
        assert_eq!(reply.status, 200);
        body["errorMessage"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(go("Reopened").await, "Incident cannot go from New to Reopened.");
    assert_eq!(go("Resolved").await, "");
    assert!(!world.stored(&rec_id, "Stat_DateTimeResolved").is_empty());
    assert_eq!(go("New").await, "Incident cannot go from Resolved to New.");
    assert_eq!(go("Reopened").await, "");
    assert_eq!(world.stored(&rec_id, "Stat_IncidentReopened"), "True");
    assert_eq!(go("Resolved").await, "");
    assert_eq!(go("Closed").await, "");
    assert_eq!(world.stored(&rec_id, "ClosedBy"), "signalbox");
    assert_eq!(go("Reopened").await, "Incident cannot go from Closed to Reopened.");
    assert_eq!(go("Resolved").await, "Incident cannot go from Closed to Resolved.");
}

#[tokio::test]
async fn an_administrator_may_have_it_otherwise() {
    let options = Options {
        closed_reopens: true,
        required: vec![("Incident".into(), "Cause".into())],
        not_required: ["Description", "Priority", "Service", "Category", "Subcategory", "CustomerRecID"]
            .map(|field| ("Incident".to_owned(), field.to_owned()))
            .to_vec(),
        ..Options::default()
    };
    let world = world_with(options).await;
    let reply = world.save("", &[("Description", "x")]).await;
    assert_eq!(refused(&reply), (200, true, "Cause is required.".into()));
    let made = world.save("", &[("Cause", "x"), ("Status", "Closed"), ("CloseDescription", "x")]).await.json();
    let rec_id = made["busObRecId"].as_str().unwrap().to_owned();
    let reopened = world.save(&rec_id, &[("Status", "Reopened")]).await.json();
    assert_eq!((&reopened["hasError"], world.stored(&rec_id, "Status")), (&json!(false), "Reopened".to_owned()));
}
