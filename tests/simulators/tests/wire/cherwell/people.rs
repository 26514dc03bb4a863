//! What people do.

use signalbox_simulators::cherwell::{Act, ActError, Fields, KEY_FIELD, PERSON, Refusal};

use super::caller::world;

#[tokio::test]
async fn people_act_on_tickets_by_number_id_or_key() {
    let world = world().await;
    let rec_id = world.make_keyed("k").await;
    let act = |ticket: &str, act: Act| world.running.instance.act(ticket, &act).unwrap();
    act("10001", Act::Reassign { team: Some("Network".into()), person: Some("Omar Reyes".into()) });
    act(&rec_id, Act::State { state: "In Progress".into() });
    act("k", Act::Edit { fields: Fields::from([("ShortDescription".into(), "by hand".into())]) });
    act("k", Act::Note { text: "looking".into() });
    for (field, value) in [
        ("OwnedByTeam", "Network"),
        ("OwnedBy", "Omar Reyes"),
        ("Status", "In Progress"),
        ("ShortDescription", "by hand"),
        ("LastModifiedBy", PERSON),
    ] {
        assert_eq!(world.stored(&rec_id, field), value, "{field}");
    }
    assert_eq!(world.running.instance.notes(&rec_id), ["looking"]);
    assert_eq!(world.running.instance.keys("Incident", KEY_FIELD)["k"], 1);

    act("k", Act::TakeOutKey);
    assert!(world.running.instance.keys("Incident", KEY_FIELD).is_empty());
    let gone = world.running.instance.act("k", &Act::Close).unwrap_err();
    assert!(matches!(gone, ActError::NoTicket(_)), "{gone}");
}

#[tokio::test]
async fn the_system_s_rules_hold_for_people_too() {
    let world = world().await;
    let rec_id = world.make(&[]).await;
    let act = |act: Act| world.running.instance.act(&rec_id, &act);
    act(Act::Resolve).unwrap();
    act(Act::Reopen).unwrap();
    act(Act::Resolve).unwrap();
    act(Act::Close).unwrap();
    let refused = act(Act::Reopen).unwrap_err();
    assert!(matches!(refused, ActError::Refused(Refusal::Forbidden(_))), "{refused}");
    act(Act::Delete).unwrap();
    assert!(world.running.instance.records("Incident", &[]).is_empty());
}

#[tokio::test]
async fn people_make_records() {
    let world = world().await;
    let title = Fields::from([("Title".to_owned(), "Patch web-01".to_owned())]);
    let change = world.running.instance.create("ChangeRequest", &title).unwrap();
    assert_eq!(change.number, "50001");
    world.running.instance.act(&change.number, &Act::State { state: "Scheduled".into() }).unwrap();
    assert_eq!(world.running.instance.records("ChangeRequest", &[("Status", "Scheduled")]).len(), 1);
    let lacking = world.running.instance.create("Incident", &Fields::new()).unwrap_err();
    assert!(matches!(lacking, ActError::Refused(Refusal::Invalid(_))), "{lacking}");
    let unknown = world.running.instance.create("Nonsense", &Fields::new()).unwrap_err();
    assert!(matches!(unknown, ActError::NoObject(_)), "{unknown}");
}

#[tokio::test]
async fn of_several_with_one_key_the_newest_is_meant() {
    let world = world().await;
    let (first, second) = (world.make_keyed("k").await, world.make_keyed("k").await);
    world.running.instance.act("k", &Act::Resolve).unwrap();
    assert_eq!((world.stored(&first, "Status"), world.stored(&second, "Status")), ("New".into(), "Resolved".into()));
}
