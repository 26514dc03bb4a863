use super::*;
use crate::testing::{CUSTOMER, filter, play, record, schema_step, search_step, settings, small_schema};
use serde_json::{Value, json};
use signalbox_sdk::scripted::Step;

const ITEM: &str = "93012c64de44e4ecd0bd0d4d3d9f0ee3fb8f0fcb7c";

fn set() -> Settings {
    let mut settings = settings(json!({}));
    settings.ids.insert("ConfigurationItem".into(), ITEM.into());
    settings
}

fn customers(field: &str, name: &str, records: Value) -> Step {
    search_step(CUSTOMER, json!([filter(CUSTOMER, field, "eq", name)]), None, 20, records)
}

fn items_named(field: &str, name: &str, records: Value) -> Step {
    search_step(ITEM, json!([filter(ITEM, field, "eq", name)]), None, 20, records)
}

fn customer_schema() -> Step {
    schema_step(CUSTOMER, &small_schema(CUSTOMER, &["FullName", "Email"]))
}

fn run(field: &str, value: &str, steps: impl IntoIterator<Item = Step>) -> (Result<Vec<String>, CallError>, Draft) {
    let settings = set();
    let mut draft = Draft::default();
    draft.set(field, value);
    let (result, _) = play(&settings, steps, |client| {
        let lookups = lookups(&settings, &draft);
        let catalog = client.catalog(&objects(&lookups))?;
        resolve(client, &catalog, &lookups, &mut draft)
    });
    (result, draft)
}

#[test]
fn a_name_becomes_a_record_id_by_the_most_telling_field() {
    let steps = [
        customer_schema(),
        customers("FullName", "Jun Sato", json!([record("9c", "9c", &[("FullName", "jun sato")])])),
        customers("Email", "Jun Sato", json!([record("9d", "9d", &[("Email", "Jun Sato")])])),
    ];
    let (left_out, draft) = run("CustomerRecID", "Jun Sato", steps);
    assert_eq!(left_out.unwrap(), [""; 0]);
    assert_eq!(draft.get("CustomerRecID"), Some("9c"));
}

#[test]
fn the_next_field_is_taken_where_the_first_has_no_such_name() {
    let steps = [
        customer_schema(),
        customers("FullName", "jun@example.com", json!([])),
        customers("Email", "jun@example.com", json!([record("9d", "9d", &[("Email", "jun@example.com")])])),
    ];
    assert_eq!(run("CustomerRecID", "jun@example.com", steps).1.get("CustomerRecID"), Some("9d"));
}

#[test]
fn a_customer_that_is_not_there_or_not_alone_is_refused() {
    let jun = |id| record(id, id, &[("FullName", "Jun Sato")]);
    for (records, words) in [
        (json!([]), "no record of `CustomerInternal`"),
        (json!([record("9c", "9c", &[("FullName", "Another")])]), "no record of `CustomerInternal`"),
        (json!([jun("9c"), jun("9d")]), "2 records of `CustomerInternal`"),
    ] {
        let steps =
            [customer_schema(), customers("FullName", "Jun Sato", records), customers("Email", "Jun Sato", json!([]))];
        let error = run("CustomerRecID", "Jun Sato", steps).0.unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "CustomerRecID"));
        assert!(error.message.starts_with(words), "{}", error.message);
    }
}

#[test]
fn a_configuration_item_that_is_not_there_is_left_out() {
    let steps = [
        schema_step(ITEM, &small_schema(ITEM, &["FriendlyName", "HostName"])),
        items_named("FriendlyName", "vm-7", json!([])),
        items_named("HostName", "vm-7", json!([])),
    ];
    let (left_out, draft) = run("ConfigItemRecID", "vm-7", steps);
    assert!(left_out.unwrap()[0].starts_with("`ConfigItemRecID` was left empty: no record of `ConfigurationItem`"));
    assert!(draft.is_empty());
}

#[test]
fn an_id_and_a_text_field_cost_no_request() {
    for (field, value) in [("CustomerRecID", CUSTOMER), ("OwnedByTeam", "Network"), ("CustomerRecID", "  ")] {
        let (left_out, draft) = run(field, value, []);
        assert_eq!(left_out.unwrap(), [""; 0]);
        assert_eq!(draft.get(field), Some(value));
    }
}

#[test]
fn the_operator_s_references_win() {
    let reference = json!({"customerrecid": {"object": "Person", "by": ["Login"], "missing": "omit"}});
    let settings = settings(json!({"references": reference}));
    let found = of_field(&settings, "CustomerRecID").unwrap();
    assert_eq!((found.object.as_str(), found.missing), ("Person", Missing::Omit));
    assert_eq!(of_field(&settings, "ConfigItemRecID").unwrap().object, "ConfigurationItem");
    assert_eq!(of_field(&settings, "Service"), None);
}
