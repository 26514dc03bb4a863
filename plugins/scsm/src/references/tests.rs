use super::*;
use crate::testing::{ID, ITEM, USER, asks, lists, no_entry, play, projection, settings, stored, users, with};
use signalbox_sdk::scripted::Step;
use signalbox_sdk::types::CallErrorKind::{Rejected, Unavailable};

const QUEUE: &str = "1b0f6e2a-7c94-4d35-9e08-2f6a5d4c3b21";

fn draft(properties: Value, items: &[(&'static str, &str)]) -> Draft {
    let mut draft = Draft::default();
    draft.overlay(&properties.to_string(), |_| None).unwrap();
    draft.items = items.iter().map(|(called, name)| (*called, (*name).to_owned())).collect();
    draft
}

fn run(
    set: Value,
    draft: &Draft,
    steps: impl IntoIterator<Item = Step>,
) -> Result<(Projection, Vec<String>), CallError> {
    let mut object = projection(with(stored("Active"), json!({"Site": no_entry()})));
    let settings = settings(set);
    let left_out = play(&settings, steps, |client| write(client, draft, &mut object)).0?;
    Ok((object, left_out))
}

fn items(name: &str, rows: Value) -> Step {
    asks("8ab27adb-13b1-2b7b-56e6-91598417cbee", json!({"GenericProperty": "DisplayName"}), name, rows)
}

fn item(name: &str) -> Value {
    json!({"ClassTypeId": "62f0be9f-ecea-e73c-f00d-3dd78a7422fc", "BaseId": ITEM, "DisplayName": name, "Notes": "x"})
}

#[test]
fn entries_as_delivered_and_guids_cost_no_request() {
    let draft = draft(
        json!({"Impact": "High", "TierQueue": QUEUE, "AssignedWorkItem": USER, "Title": "High"}),
        &[("configuration item", ITEM)],
    );
    let (object, _) = run(json!({}), &draft, []).unwrap();
    assert_eq!(object.entry("Impact"), List::Impact.entry("High"));
    assert_eq!(object.entry("TierQueue"), Guid::parse(QUEUE));
    assert_eq!(object.get("AssignedWorkItem"), Some(&json!({"BaseId": USER})));
    assert_eq!(object.related(ITEMS), [json!({"BaseId": ITEM})]);
    assert_eq!(object.text("Title"), "High");
}

#[test]
fn names_are_looked_up_in_their_list() {
    let rows = json!([{"ID": QUEUE, "Text": "Operations\\Tier 1", "Name": "Tier 1"}, {"ID": ID, "Text": "Tier 10", "Name": "Tier 10"}]);
    for name in ["tier 1", "Operations\\Tier 1"] {
        let draft = draft(json!({"TierQueue": name}), &[]);
        let (object, _) = run(json!({}), &draft, [lists(List::TierQueue, rows.clone())]).unwrap();
        assert_eq!(object.entry("TierQueue"), Guid::parse(QUEUE), "{name}");
    }
}

#[test]
fn a_list_of_the_installation_is_looked_up_where_the_settings_name_it() {
    let draft = draft(json!({"Site": "Zürich"}), &[]);
    let rows = json!([{"ID": ID, "Text": "Zürich", "Name": "Zürich"}]);
    let step = Step::on("GET", format!("/api/V3/Enum/GetFlatList?id={QUEUE}&itemFilter=")).answer(200, &rows);
    let (object, _) = run(json!({"lists": {"Site": QUEUE}}), &draft, [step]).unwrap();
    assert_eq!(object.entry("Site"), Guid::parse(ID));
    let error = run(json!({}), &draft, []).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (Rejected, "Site"));
}

#[test]
fn a_name_that_nothing_single_has_is_refused_with_its_property() {
    let twice = json!([{"ID": QUEUE, "Text": "A\\Tier 1", "Name": "Tier 1"}, {"ID": ID, "Text": "B\\Tier 1", "Name": "Tier 1"}]);
    for (rows, words) in [(json!([]), "no entry"), (twice, "more than one")] {
        let draft = draft(json!({"TierQueue": "Tier 1"}), &[]);
        let error = run(json!({}), &draft, [lists(List::TierQueue, rows)]).unwrap_err();
        assert_eq!((error.kind, error.field.as_str(), error.code.as_str()), (Rejected, "TierQueue", "reference"));
        assert!(error.message.contains(words), "{}", error.message);
    }
}

#[test]
fn people_are_found_by_name_or_mail_address_without_their_domain() {
    let rows = json!([{"Id": USER, "Name": "Robin Vale", "Email": "robin@example.com"}, {"Id": ID, "Name": "Robin Valerian", "Email": ""}]);
    for (name, filter) in [("Robin Vale", "Robin%20Vale"), ("ROBIN@example.com", "ROBIN%40example.com")] {
        let draft = draft(json!({"RequestedWorkItem": name}), &[]);
        let (object, _) = run(json!({}), &draft, [users(filter, rows.clone())]).unwrap();
        assert_eq!(object.get("RequestedWorkItem"), Some(&json!({"BaseId": USER})), "{name}");
    }
    let (user, _) =
        play(&settings(json!({})), [users("svc", json!([{"Id": ID, "Name": "svc"}]))], |client| user(client, "svc"));
    assert_eq!(user.unwrap(), Guid::parse(ID).unwrap());
    let (unknown, _) =
        play(&settings(json!({})), [users("nobody", json!([]))], |client| super::user(client, "ACME\\nobody"));
    assert_eq!(unknown.unwrap_err().kind, Rejected);
}

#[test]
fn an_item_is_related_once() {
    let draft = draft(json!({}), &[("configuration item", "db-1"), ("service", "db-1")]);
    let rows = json!([item("DB-1")]);
    let (object, left_out) = run(json!({}), &draft, [items("db-1", rows.clone()), items("db-1", rows)]).unwrap();
    let expected =
        json!({"ClassTypeId": "62f0be9f-ecea-e73c-f00d-3dd78a7422fc", "BaseId": ITEM, "DisplayName": "DB-1"});
    assert_eq!((object.related(ITEMS), left_out.len()), ([expected].as_slice(), 0));
}

#[test]
fn an_item_that_is_not_there_is_left_out_or_refused_as_the_settings_say() {
    let draft = draft(json!({}), &[("configuration item", "vm-7")]);
    let (object, left_out) = run(json!({}), &draft, [items("vm-7", json!([item("vm-70")]))]).unwrap();
    assert_eq!(object.related(ITEMS).len(), 0);
    let line =
        "The configuration item was left out: no configuration item that this account may see is called \"vm-7\".";
    assert_eq!(left_out, [line]);
    let error = run(json!({"missing_items": "reject"}), &draft, [items("vm-7", json!([]))]).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (Rejected, ITEMS));
}

#[test]
fn a_property_that_incidents_lack_is_refused() {
    for properties in [json!({"Colour": "red"}), json!({"Colour": 3})] {
        let error = run(json!({}), &draft(properties, &[]), []).unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (Rejected, "Colour"));
    }
}

#[test]
fn what_stands_is_left_as_it_is() {
    let localised = json!({"Id": List::Status.entry("Active").unwrap().to_string(), "Name": "Aktiv"});
    let mut object = projection(with(
        stored("Active"),
        json!({"Status": localised, "AssignedWorkItem": {"BaseId": USER, "DisplayName": "R"}}),
    ));
    let before = object.clone();
    let draft = draft(
        json!({"Status": "Active", "Classification": "", "AssignedWorkItem": USER, "ResolutionDescription": ""}),
        &[],
    );
    play(&settings(json!({})), [], |client| write(client, &draft, &mut object)).0.unwrap();
    assert_eq!(object.get("Status"), before.get("Status"));
    assert_eq!(object.get("AssignedWorkItem"), before.get("AssignedWorkItem"));
    assert_eq!(object.get("ResolutionDescription"), before.get("ResolutionDescription"));
    assert_eq!(object.entry("Classification"), None);
}

#[test]
fn a_lookup_that_fails_says_what_it_was_for() {
    let draft = draft(json!({"TierQueue": "Tier 1"}), &[]);
    let down = lists(List::TierQueue, json!([])).answer(502, &json!({}));
    let error = run(json!({}), &draft, [down]).unwrap_err();
    assert_eq!(error.kind, Unavailable);
    assert!(error.message.starts_with("while it looked up \"Tier 1\""), "{}", error.message);
}
