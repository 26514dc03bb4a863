//! What people do, and what happens by itself.

use std::time::Duration;

use serde_json::{Value, json};
use signalbox_simulators::servicenow::{Act, ActError, PERSON, Refusal};

use super::caller::{World, world};

fn row(world: &World, number: &str) -> signalbox_simulators::servicenow::Fields {
    world.running.instance.rows("incident", &format!("number={number}")).remove(0)
}

fn shown<'a>(row: &'a signalbox_simulators::servicenow::Fields, field: &str) -> &'a str {
    row.get(field).map_or("", String::as_str)
}

fn fields(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[tokio::test]
async fn people_act_on_tickets_by_number_sys_id_or_key() {
    let world = world().await;
    let act = |ticket: &str, act: Act| world.running.instance.act(ticket, &act).unwrap();
    let sys_id = world.make("incident", &json!({ "correlation_id": "k" })).await;

    act("INC0010001", Act::Reassign { group: Some("Network".into()), person: Some("Omar Reyes".into()) });
    act(&sys_id, Act::Note { text: "looking".into() });
    act("k", Act::Comment { text: "hold on".into() });
    act("k", Act::State { state: "2".into() });
    act("k", Act::Edit { fields: fields(json!({ "urgency": "1 - High", "short_description": "by hand" })) });
    let now = row(&world, "INC0010001");
    assert_eq!((shown(&now, "state"), shown(&now, "urgency"), shown(&now, "priority")), ("2", "1", "3"));
    assert_eq!((shown(&now, "assigned_to").len(), shown(&now, "assignment_group").len()), (32, 32));
    assert_eq!((shown(&now, "short_description"), shown(&now, "sys_updated_by")), ("by hand", PERSON));
    assert_eq!(world.running.instance.journal(&sys_id, "work_notes"), ["looking"]);
    assert_eq!(world.running.instance.journal(&sys_id, "comments"), ["hold on"]);

    act("k", Act::TakeOutKey);
    assert_eq!(shown(&row(&world, "INC0010001"), "correlation_id"), "");
    assert_eq!(world.running.instance.count("incident", "k"), 0);
    let gone = world.running.instance.act("k", &Act::Close).unwrap_err();
    assert!(matches!(gone, ActError::NoTicket(_)), "{gone}");

    act(&sys_id, Act::Resolve);
    assert_eq!(shown(&row(&world, "INC0010001"), "state"), "6");
    act(&sys_id, Act::Reopen);
    assert_eq!(shown(&row(&world, "INC0010001"), "reopen_count"), "1");
    act(&sys_id, Act::Close);
    let closed = row(&world, "INC0010001");
    assert_eq!((shown(&closed, "state"), shown(&closed, "active")), ("7", "false"));
    let refused = world.running.instance.act(&sys_id, &Act::Reopen).unwrap_err();
    assert!(matches!(refused, ActError::Refused(Refusal::Aborted { .. })), "{refused}");
    act(&sys_id, Act::Delete);
    assert!(world.running.instance.rows("incident", "").is_empty());
}

#[tokio::test]
async fn a_merged_ticket_is_closed_and_names_the_other() {
    let world = world().await;
    let kept = world.make("incident", &json!({})).await;
    world.make("incident", &json!({ "correlation_id": "k" })).await;
    world.running.instance.act("k", &Act::Merge { into: "INC0010001".into() }).unwrap();
    let merged = row(&world, "INC0010002");
    assert_eq!((shown(&merged, "state"), shown(&merged, "close_code")), ("7", "Duplicate"));
    assert_eq!(shown(&merged, "parent_incident"), kept);
}

#[tokio::test]
async fn of_several_with_one_key_the_newest_is_meant() {
    let world = world().await;
    for _ in 0..2 {
        world.make("incident", &json!({ "correlation_id": "k" })).await;
    }
    world.running.instance.act("k", &Act::Cancel).unwrap();
    assert_eq!((shown(&row(&world, "INC0010001"), "state"), shown(&row(&world, "INC0010002"), "state")), ("1", "8"));
    assert_eq!(world.running.instance.keys("incident")["k"], 2);
}

#[tokio::test]
async fn people_make_changes_and_incidents_in_any_state() {
    let world = world().await;
    let create = |table: &str, body| world.running.instance.create(table, &fields(body)).unwrap();
    let change = create("change_request", json!({ "short_description": "Patch web-01", "state": "Implement" }));
    assert_eq!(change.number, "CHG0030001");
    assert_eq!(shown(&world.running.instance.rows("change_request", "")[0], "state"), "-1");
    world.running.instance.act(&change.number, &Act::State { state: "0".into() }).unwrap();
    world.running.instance.act(&change.number, &Act::Close).unwrap();
    assert_eq!(shown(&world.running.instance.rows("change_request", "")[0], "state"), "3");

    let incident =
        create("incident", json!({ "caller_id": "Jun Sato", "cmdb_ci": "web-01", "assignment_group": "Database" }));
    let made = row(&world, &incident.number);
    for field in ["caller_id", "cmdb_ci", "assignment_group"] {
        assert_eq!(shown(&made, field).len(), 32, "{field}");
    }
    let unknown = world.running.instance.create("no_table", &fields(json!({}))).unwrap_err();
    assert!(matches!(unknown, ActError::NoTable(_)), "{unknown}");
}

#[tokio::test]
async fn what_stays_resolved_closes_by_itself() {
    let world = world().await;
    for key in ["stays", "reopened", "open"] {
        world.make("incident", &json!({ "correlation_id": key })).await;
    }
    for key in ["stays", "reopened"] {
        world.running.instance.act(key, &Act::Resolve).unwrap();
    }
    world.running.apparatus.clock.advance(Duration::from_secs(6 * 86_400));
    world.running.instance.act("reopened", &Act::Reopen).unwrap();
    world.running.instance.act("reopened", &Act::Resolve).unwrap();
    assert_eq!(shown(&row(&world, "INC0010001"), "state"), "6");
    world.running.apparatus.clock.advance(Duration::from_secs(86_400));
    let closed = row(&world, "INC0010001");
    assert_eq!((shown(&closed, "state"), shown(&closed, "sys_updated_by")), ("7", "system"));
    assert!(shown(&closed, "closed_at") > shown(&closed, "resolved_at"));
    assert_eq!(shown(&row(&world, "INC0010002"), "state"), "6", "its week began anew");
    assert_eq!(shown(&row(&world, "INC0010003"), "state"), "1");
}
