//! What people do.

use serde_json::{Value, json};
use signalbox_simulators::provance::{Act, ActError, Fields, Refusal, TEAM};

use super::caller::{KEY, World, world};

fn row(world: &World, number: &str) -> Fields {
    world.running.instance.rows("incident", &format!("startswith(ticketnumber,'{number}')")).remove(0)
}

fn shown<'a>(row: &'a Fields, column: &str) -> &'a str {
    row.get(column).map_or("", String::as_str)
}

fn fields(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[tokio::test]
async fn people_act_on_tickets_by_number_identity_or_key() {
    let world = world().await;
    let act = |ticket: &str, act: Act| world.running.instance.act(ticket, &act).unwrap();
    let id = world.make(&json!({ "new_signalboxkey": KEY })).await;
    act("CAS-01001", Act::Reassign { team: Some(TEAM.into()), person: None });
    act(&id, Act::Note { text: "looking".into() });
    act(KEY, Act::Status { status: 2 });
    act(KEY, Act::Edit { fields: fields(json!({ "title": "by hand", "prioritycode": 3 })) });
    let now = row(&world, "CAS-01001");
    assert_eq!((shown(&now, "statuscode"), shown(&now, "title"), shown(&now, "prioritycode")), ("2", "by hand", "3"));
    assert_eq!(world.running.instance.notes(&id), ["looking"]);
    act(KEY, Act::TakeOutKey);
    assert!(matches!(world.running.instance.act(KEY, &Act::Resolve), Err(ActError::NoTicket(_))));
    act(&id, Act::Resolve);
    assert_eq!(shown(&row(&world, "CAS-01001"), "statecode"), "1");
    let locked = world.running.instance.act(&id, &Act::Edit { fields: fields(json!({ "title": "x" })) });
    assert!(matches!(locked, Err(ActError::Refused(Refusal::Locked))), "{locked:?}");
    act(&id, Act::Reopen);
    act(&id, Act::Cancel);
    assert_eq!(shown(&row(&world, "CAS-01001"), "statuscode"), "6");
    act(&id, Act::Delete);
    assert!(world.running.instance.rows("incident", "").is_empty());
}

#[tokio::test]
async fn a_merged_case_names_the_other_and_stays_over() {
    let world = world().await;
    let kept = world.make(&json!({})).await;
    world.make(&json!({ "new_signalboxkey": KEY })).await;
    world.running.instance.act(KEY, &Act::Merge { into: "CAS-01001".into() }).unwrap();
    let merged = row(&world, "CAS-01002");
    assert_eq!((shown(&merged, "statecode"), shown(&merged, "statuscode")), ("2", "2000"));
    assert_eq!(shown(&merged, "_masterid_value"), kept);
    assert!(matches!(world.running.instance.act(KEY, &Act::Reopen), Err(ActError::Refused(Refusal::Locked))));
}

#[tokio::test]
async fn people_make_rows_of_any_table() {
    let world = world().await;
    let create = |table: &str, body| world.running.instance.create(table, &fields(body)).unwrap();
    let case = create("incident", json!({ "title": "by hand" }));
    assert!(case.number.starts_with("CAS-01001-"), "{case:?}");
    let change =
        create("acme_change", json!({ "acme_name": "Patch web-01", "statuscode": 100_000_000, "acme_risk": 3 }));
    assert_eq!(change.number, "C01001");
    assert_eq!(shown(&world.running.instance.rows("acme_change", "")[0], "statuscode"), "100000000");
    world.running.instance.act("C01001", &Act::Resolve).unwrap();
    let nobody = world.running.instance.act(&case.id, &Act::Reassign { team: Some("Nobody".into()), person: None });
    assert!(matches!(nobody, Err(ActError::Nobody(_))));
    assert!(matches!(world.running.instance.create("no_table", &fields(json!({}))), Err(ActError::NoTable(_))));
}
