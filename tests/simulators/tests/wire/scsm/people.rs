//! What people do.

use serde_json::{Map, Value, json};
use signalbox_simulators::scsm::{Act, ActError, Class, Fields, Options};

use super::caller::{Said, World, world_with};

async fn world() -> World {
    world_with(Options { key: "GatewayKey".to_owned(), ..Options::default() }).await
}

fn incident(world: &World) -> Fields {
    world.running.instance.rows(Class::Incident, &[]).remove(0)
}

fn properties(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[tokio::test]
async fn people_act_on_tickets_by_number_identity_or_key() {
    let world = world().await;
    let act = |ticket: &str, act: Act| world.running.instance.act(ticket, &act).unwrap();
    let made = world.make(json!({ "GatewayKey": "k" })).await;
    let shown = |name: &str| incident(&world).get(name).cloned().unwrap_or_default();

    act("IR1", Act::Reassign { group: Some(r"Operations\Database".into()), person: Some("Omar Reyes".into()) });
    act(&made, Act::Note { text: "looking".into() });
    act("k", Act::Comment { text: "hold on".into() });
    act("k", Act::Pend);
    act("k", Act::Edit { properties: properties(json!({ "Urgency": "High", "Title": "by hand" })) });
    assert_eq!((shown("Status").as_str(), shown("Urgency").as_str()), (r"Active\Pending", "High"));
    assert_eq!(
        (shown("TierQueue").as_str(), shown("AssignedWorkItem").as_str()),
        (r"Operations\Database", "Omar Reyes")
    );
    assert_eq!((shown("Priority").as_str(), shown("DisplayName").as_str()), ("7", "IR1 - by hand"));
    assert_eq!(world.running.instance.comments(&made), ["looking", "hold on"]);

    act("k", Act::Resolve);
    assert_eq!((shown("Status").as_str(), shown("ResolutionDescription").as_str()), ("Resolved", "Resolved by hand."));
    act("k", Act::Reopen);
    assert_eq!((shown("Status").as_str(), shown("ResolvedDate").as_str()), ("Active", ""));
    assert_eq!(world.running.instance.keys().get("k"), Some(&1));
    act("k", Act::TakeOutKey);
    assert!(world.running.instance.keys().is_empty());
    assert!(matches!(world.running.instance.act("k", &Act::Close), Err(ActError::NoTicket(_))));
    act("IR1", Act::Close);
    let refused = world.running.instance.act("IR1", &Act::Reopen).unwrap_err();
    assert!(matches!(refused, ActError::Refused(_)), "{refused}");
    act("IR1", Act::Delete);
    assert_eq!(world.read(&made).await, Value::Null);
}

#[tokio::test]
async fn a_change_between_read_and_commit_is_a_collision() {
    let world = world().await;
    let made = world.make(json!({ "GatewayKey": "k" })).await;
    let original = world.read(&made).await;
    world.running.instance.act("k", &Act::Pend).unwrap();
    let reply = world.commit(&super::caller::with(original.clone(), json!({ "Title": "x" })), &original).await;
    assert!(reply.exception().contains("collision"), "{}", reply.text);
}

#[tokio::test]
async fn people_make_incidents_and_changes() {
    let world = world().await;
    let portal = &world.running.instance;
    let made = portal.create(Class::Incident, &properties(json!({ "Title": "by phone", "Source": "Phone" }))).unwrap();
    assert_eq!((made.number.as_str(), incident(&world)["Source"].as_str()), ("IR1", "Phone"));
    let change = portal.create(Class::Change, &properties(json!({ "Title": "Patch", "Risk": "High" }))).unwrap();
    portal.act(&change.number, &Act::Resolve).unwrap();
    let rows = portal.rows(Class::Change, &[("Id", &change.number)]);
    assert_eq!((rows[0]["Status"].as_str(), rows[0]["Risk"].as_str()), ("Completed", "High"));
    let refused = portal.create(Class::Incident, &properties(json!({ "Source": "Smoke signals" }))).unwrap_err();
    assert!(refused.to_string().contains("Source"), "{refused}");
}
