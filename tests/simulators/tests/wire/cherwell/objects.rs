//! What the system says of itself and its business objects.

use serde_json::json;
use signalbox_simulators::cherwell::{Culture, KEY_FIELD, Options};

use super::caller::{INCIDENT, STATUS, Said, world, world_with};

#[tokio::test]
async fn an_object_is_summarised_by_name_and_by_id() {
    let world = world().await;
    let by_name = world.get("getbusinessobjectsummary/busobname/Incident").await.json();
    assert_eq!(by_name[0]["busObId"], INCIDENT);
    assert_eq!((&by_name[0]["stateFieldId"], &by_name[0]["major"]), (&json!(STATUS), &json!(true)));
    assert_eq!(by_name[0]["states"], "Pending,Closed,Reopened,New,In Progress,Resolved,Assigned");
    let by_id = world.get(&format!("getbusinessobjectsummary/busobid/{INCIDENT}")).await.json();
    assert_eq!(by_id, by_name);
    let unknown = world.get("getbusinessobjectsummary/busobname/Nonsense").await;
    assert_eq!((unknown.status, unknown.text.as_str()), (200, "[]"));
}

#[tokio::test]
async fn a_group_names_its_members() {
    let world = world().await;
    let journal = world.get("getbusinessobjectsummary/busobname/Journal").await.json();
    assert_eq!((&journal[0]["group"], &journal[0]["groupSummaries"][0]["name"]), (&json!(true), &json!("JournalNote")));
}

#[tokio::test]
async fn a_schema_has_fields_and_where_asked_for_relationships() {
    let world = world().await;
    let path = format!("getbusinessobjectschema/busobid/{INCIDENT}");
    let schema = world.get(&format!("{path}?includerelationships=true")).await.json();
    let field = |name: &str| {
        let fields = schema["fieldDefinitions"].as_array().unwrap();
        fields.iter().find(|field| field["name"] == name).unwrap().clone()
    };
    assert_eq!(field("Status")["fieldId"], format!("BO:{INCIDENT},FI:{STATUS}"));
    assert_eq!(
        (&field("ShortDescription")["maximumSize"], &field("Service")["required"]),
        (&json!("100"), &json!(true))
    );
    assert_eq!(field(KEY_FIELD)["maximumSize"], "100");
    assert_eq!(schema["relationships"][0]["displayName"], "Incident Owns Journals");
    assert_eq!(world.get(&path).await.json()["relationships"], json!([]));
    let unknown = world.get("getbusinessobjectschema/busobid/nonsense").await;
    assert_eq!(unknown.refusal(), (500, "BUSOBNOTFOUND".into()));
}

#[tokio::test]
async fn a_template_has_the_fields_that_are_asked_for() {
    let world = world().await;
    let names = async |more: serde_json::Value| {
        let mut body = json!({ "busObID": INCIDENT });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let reply = world.post("GetBusinessObjectTemplate/", &body).await.json();
        let fields = reply["fields"].as_array().unwrap().clone();
        assert!(fields.iter().all(|field| field["dirty"] == json!(false) && field["value"] == json!("")));
        fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let required = names(json!({ "includeRequired": "True" })).await;
    assert_eq!(required, ["Description", "Priority", "Service", "Category", "Subcategory", "CustomerRecID"]);
    let all = names(json!({ "includeAll": true })).await;
    assert!(all.len() > 30 && all.contains(&KEY_FIELD.to_owned()), "{all:?}");
    let named = json!({ "fieldNames": ["status"], "fieldIds": [format!("BO:{INCIDENT},FI:{STATUS}")] });
    assert_eq!(names(named).await, ["Status"]);
}

#[tokio::test]
async fn the_service_tells_its_version_and_its_clock() {
    let options = Options { minutes_ahead: -90, culture: Culture::EnGb, ..Options::default() };
    let world = world_with(options).await;
    let reply = world.get("serviceinfo").await;
    let info = reply.json();
    assert_eq!((&info["csmVersion"], &info["csmCulture"]), (&json!("10.5.0"), &json!("en-GB")));
    assert_eq!(info["systemUtcOffset"], "-01:30:00");
    assert!(info["timeZone"].is_object());
    assert!(reply.headers.contains_key("date"));
}

#[tokio::test]
async fn paths_are_read_in_any_case_and_nothing_else_is_there() {
    let world = world().await;
    assert_eq!(world.get("GETBUSINESSOBJECTSUMMARY/BusObName/incident/").await.status, 200);
    assert_eq!(world.get("nonsense").await.status, 404);
    assert_eq!(world.get("savebusinessobject").await.status, 405);
}
