//! Commits: what is written, what is computed, what is refused.

use serde_json::{Value, json};
use signalbox_simulators::scsm::{Options, USER, ids};

use super::caller::{Said, entry, with, world, world_with};

fn comment(text: &str) -> Value {
    json!({
        "ActionType": "AnalystComment", "Title": "Analyst Comment", "Description": text, "EnteredBy": "test",
        "EnteredDate": "2026-11-22T13:00:00Z", "IsPrivate": true
    })
}

fn resolution() -> Value {
    json!({
        "Status": entry(ids::RESOLVED), "ResolutionCategory": entry(ids::FIXED_BY_ANALYST),
        "ResolutionDescription": "done", "ResolvedDate": "2026-11-22T13:00:00Z"
    })
}

#[tokio::test]
async fn a_committed_template_is_an_incident_whose_priority_is_computed() {
    let world = world().await;
    let high = json!({
        "Title": "one", "Impact": entry("d2b5e816-2d24-8e7d-a61f-2cceaeac2664"), "Priority": 9,
        "Urgency": entry("2f8f0747-b6cb-7996-fd4a-84d09743f218"), "AppliesToTroubleTicket": [comment("first")]
    });
    let made = world.make(high).await;
    let incident = world.read(&made).await;
    assert_eq!((&incident["Priority"], &incident["Impact"]["Name"]), (&json!(1), &json!("High")));
    assert_eq!((&incident["Id"], &incident["FullName"]), (&json!("IR1"), &json!("System.WorkItem.Incident:IR1")));
    assert_eq!(incident["CreatedWorkItem"]["DisplayName"], USER);
    let log = &incident["AppliesToTroubleTicket"][0];
    assert_eq!((&log["Comment"], &log["EnteredDate"]), (&json!("first"), &json!("2026-11-22T13:00:00")));
    assert_eq!(log["ClassName"], "System.WorkItem.TroubleTicket.AnalystCommentLog");
}

#[tokio::test]
async fn the_form_s_name_is_taken_in_any_case_and_its_original_may_be_absent_on_create() {
    let world = world().await;
    let current = with(world.template().await, json!({ "DisplayName": "x" }));
    let path = "/api/V3/Projection/Commit";
    let reply = world.post(path, &json!({ "formJSON": { "current": current } })).await;
    assert_eq!((reply.status, &reply.json()["success"]), (200, &json!(true)));
    for wrong in [
        json!({ "form": { "current": current } }),
        json!({ "formJson": { "original": current } }),
        json!({ "formJson": { "current": current, "dirty": true } }),
        json!({ "formJson": { "current": current }, "more": 1 }),
    ] {
        assert_eq!(world.post(path, &wrong).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn only_what_differs_from_the_original_is_written() {
    let world = world().await;
    let made = world.make(json!({ "Title": "one", "Description": "as it was" })).await;
    assert_eq!(world.change(&made, json!({ "Title": "two" })).await.status, 200);
    let original = world.read(&made).await;
    let current =
        with(original.clone(), json!({ "Priority": 1, "Id": "IR99", "FullName": "x", "BaseId": original["BaseId"] }));
    assert_eq!(world.commit(&current, &original).await.status, 200);
    let now = world.read(&made).await;
    assert_eq!((&now["Title"], &now["Description"], &now["Priority"]), (&json!("two"), &json!("as it was"), &json!(9)));
    assert_eq!((&now["Id"], &now["LastModified"]), (&json!("IR1"), &original["LastModified"]));
}

#[tokio::test]
async fn what_has_changed_since_it_was_read_is_not_written_to() {
    let world = world().await;
    let made = world.make(json!({ "Title": "one" })).await;
    let original = world.read(&made).await;
    assert_eq!(world.change(&made, json!({ "Title": "by another" })).await.status, 200);
    let reply = world.commit(&with(original.clone(), json!({ "Description": "late" })), &original).await;
    assert!(reply.exception().contains("has been modified by another user"), "{}", reply.text);
    let now = world.read(&made).await;
    assert_eq!((&now["Title"], &now["Description"]), (&json!("by another"), &Value::Null));
    assert_ne!(now["LastModified"], original["LastModified"]);
    assert!(world.commit(&now, &Value::Null).await.exception().contains("original"));
}

#[tokio::test]
async fn the_same_template_is_committed_once() {
    let world = world().await;
    let template = world.template().await;
    let current = with(template.clone(), json!({ "DisplayName": "x", "GatewayKey": "k" }));
    assert_eq!(world.commit(&current, &template).await.status, 200);
    assert!(world.commit(&current, &template).await.exception().contains("collision"));
    let nobody_s = json!({ "BaseId": "5e0c7a91-1f4d-4b62-8d3a-97c6e2f0b815" });
    let reply = world.commit(&with(current, nobody_s), &template).await;
    assert!(reply.exception().contains("does not exist"), "{}", reply.text);
}

#[tokio::test]
async fn comments_are_objects_of_their_own() {
    let world = world().await;
    let made = world.make(json!({})).await;
    let before = world.read(&made).await;
    assert_eq!(world.change(&made, json!({ "AppliesToTroubleTicket": [comment("a")] })).await.status, 200);
    let now = world.read(&made).await;
    assert_eq!(now["LastModified"], before["LastModified"]);
    let both = json!([now["AppliesToTroubleTicket"][0], comment("b")]);
    assert_eq!(world.change(&made, json!({ "AppliesToTroubleTicket": both })).await.status, 200);
    assert_eq!(world.running.instance.comments(&made), ["a", "b"]);
    for wrong in [
        json!([{ "Description": "no type" }]),
        json!([with(comment("x"), json!({ "Colour": "red" }))]),
        json!([with(comment("x"), json!({ "EnteredDate": "noon" }))]),
        json!([with(comment("x"), json!({ "Description": "x".repeat(4001) }))]),
        json!("x"),
    ] {
        let reply = world.change(&made, json!({ "AppliesToTroubleTicket": wrong })).await;
        assert!(reply.exception().starts_with("The action log is refused"), "{}", reply.text);
    }
}

#[tokio::test]
async fn what_no_incident_can_hold_is_refused_with_its_name() {
    let world = world().await;
    let made = world.make(json!({ "Title": "one" })).await;
    for (properties, word) in [
        (json!({ "Colour": "red" }), "Colour"),
        (json!({ "title": "x" }), "title"),
        (json!({ "Title": "x".repeat(201) }), "maximum length of 200"),
        (json!({ "Title": "a\u{1}b" }), "XML"),
        (json!({ "Title": 3 }), "another type"),
        (json!({ "ResolvedDate": "soon" }), "ResolvedDate"),
        (json!({ "Impact": "High" }), "Impact"),
        (json!({ "Impact": entry(ids::RESOLVED) }), "Impact"),
        (json!({ "Impact": entry("") }), "Impact"),
        (json!({ "Impact": null }), "Impact"),
        (json!({ "Status": null }), "Status"),
        (json!({ "DisplayName": null }), "DisplayName"),
        (json!({ "AssignedWorkItem": { "BaseId": ids::INCIDENT } }), "AssignedWorkItem"),
        (json!({ "RelatesToConfigItem": [{ "BaseId": ids::INCIDENT }] }), "RelatesToConfigItem"),
        (json!({ "RelatesToWorkItem": [{}] }), "RelatesToWorkItem"),
    ] {
        let reply = world.change(&made, properties.clone()).await;
        assert!(reply.exception().contains(word), "{properties}: {}", reply.text);
    }
    let unknown = json!({ "ClassTypeId": ids::WORK_ITEM, "BaseId": null });
    assert!(world.commit(&unknown, &Value::Null).await.exception().contains("class"));
}

#[tokio::test]
async fn an_incident_is_resolved_with_category_and_description_where_they_are_demanded() {
    let world = world().await;
    let made = world.make(json!({})).await;
    let bare = world.change(&made, json!({ "Status": entry(ids::RESOLVED) })).await;
    assert!(bare.exception().contains("ResolutionCategory"), "{}", bare.text);
    assert_eq!(world.change(&made, resolution()).await.status, 200);
    let lenient = world_with(Options { resolution_demanded: false, ..Options::default() }).await;
    let made = lenient.make(json!({})).await;
    assert_eq!(lenient.change(&made, json!({ "Status": entry(ids::RESOLVED) })).await.status, 200);
}

#[tokio::test]
async fn a_resolved_incident_comes_back_and_a_closed_one_is_only_commented() {
    let world = world().await;
    let made = world.make(json!({})).await;
    assert_eq!(world.change(&made, resolution()).await.status, 200);
    let back = json!({ "Status": entry(ids::ACTIVE), "ResolutionCategory": { "Id": null, "Name": null }, "ResolutionDescription": null });
    assert_eq!(world.change(&made, back.clone()).await.status, 200);
    assert_eq!(world.change(&made, json!({ "Status": entry(ids::CLOSED) })).await.status, 200);
    for properties in [back, json!({ "Status": entry(ids::ACTIVE) }), json!({ "Title": "x" })] {
        let reply = world.change(&made, properties).await;
        assert!(reply.exception().contains("is closed"), "{}", reply.text);
    }
    assert_eq!(world.change(&made, json!({ "AppliesToTroubleTicket": [comment("late")] })).await.status, 200);
}

#[tokio::test]
async fn related_items_and_people_stand_with_their_names() {
    let world = world().await;
    let item =
        world.query(ids::CONFIG_ITEM_PROJECTION, super::caller::generic("DisplayName", "Equal", "db-01")).await.json();
    let person = world.running.instance.user("omar.reyes").unwrap();
    let made = world.make(json!({ "RelatesToConfigItem": item, "AssignedWorkItem": { "BaseId": person } })).await;
    let incident = world.read(&made).await;
    assert_eq!(incident["RelatesToConfigItem"][0]["DisplayName"], "db-01");
    assert_eq!(incident["AssignedWorkItem"]["DisplayName"], "Omar Reyes");
    assert_eq!(world.change(&made, json!({ "AssignedWorkItem": null })).await.status, 200);
    assert_eq!(world.read(&made).await.get("AssignedWorkItem"), None);
}

#[tokio::test]
async fn who_is_no_analyst_writes_nothing() {
    let mut world = world().await;
    world.token = world.sign_in("visitor", "visitor").await;
    let template = world.template().await;
    let reply = world.commit(&with(template.clone(), json!({ "DisplayName": "x" })), &template).await;
    assert!(reply.exception().contains("sufficient permission"), "{}", reply.text);
}
