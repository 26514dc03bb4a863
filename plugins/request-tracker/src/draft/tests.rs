use super::*;
use signalbox_sdk::types::CallErrorKind;

fn draft(fields: Value) -> Draft {
    let mut draft = Draft::default();
    draft.overlay(&fields.to_string(), "Signalbox Key").unwrap();
    draft
}

fn row(fields: Value) -> Row {
    let mut row = json!({"id": "7"});
    row.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    Row::parse(&row).unwrap()
}

fn custom(name: &str, values: Value) -> Value {
    json!({"CustomFields": [{"id": "4", "name": name, "values": values}]})
}

#[test]
fn own_fields_and_custom_ones_go_where_they_belong() {
    let fields = json!({
        "Priority": 80, "Cc": "a@example.com", "Site": "North\u{0}", "Tags": ["a", "b"], "CF.{Due}": "soon", "Gone": null
    });
    let expected = json!({
        "Priority": "80",
        "Cc": ["a@example.com"],
        "CustomFields": {"#Site": "North", "#Tags": ["a", "b"], "#Due": "soon", "#Gone": ""}
    });
    assert_eq!(draft(fields).to_json(|name| format!("#{name}")), expected);
}

#[test]
fn a_time_is_spelled_as_the_server_reads_it() {
    let fields = json!({"Due": "2026-12-01T11:00:00+01:00", "Starts": ""});
    let expected = json!({"Due": "2026-12-01 10:00:00", "Starts": ""});
    assert_eq!(draft(fields).to_json(str::to_owned), expected);
}

#[test]
fn a_subject_is_one_line_cut_at_a_word() {
    let title = format!("disk\nfull {}", "wörd ".repeat(60));
    let draft = draft(json!({"Subject": title}));
    assert!(draft.get("Subject").starts_with("disk full wörd") && draft.get("Subject").ends_with("wörd…"));
    assert!(draft.get("Subject").chars().count() <= SUBJECT_LENGTH);
}

#[test]
fn a_mapping_cannot_change_a_ticket_s_identity() {
    for name in ["Signalbox Key", "signalbox key", "CF.{Signalbox Key}", "id"] {
        let error = Draft::default().overlay(&json!({name: "mine"}).to_string(), "Signalbox Key").unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, name));
    }
}

#[test]
fn what_no_field_can_hold_is_refused_with_its_name() {
    for (fields, field) in [(r#"{"Site": {"a": 1}}"#, "Site"), (r#"{"Site": [{"a": 1}]}"#, "Site"), ("[]", "fields")] {
        let error = Draft::default().overlay(fields, "Signalbox Key").unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, field));
    }
}

#[test]
fn what_a_ticket_does_not_show_was_not_kept() {
    let user = |id: &str| json!({"id": id, "type": "user"});
    for (name, wanted, shown, is_kept) in [
        ("Subject", json!("a  b"), json!({"Subject": "a b"}), true),
        ("Subject", json!("a"), json!({"Subject": "b"}), false),
        ("Status", json!("Open"), json!({"Status": "open"}), true),
        ("Status", json!("open"), json!({"Status": "new"}), false),
        ("Queue", json!("Network"), json!({"Queue": {"id": "4", "Name": "Network"}}), true),
        ("Queue", json!("4"), json!({"Queue": {"id": "4", "Name": "Network"}}), true),
        ("Owner", json!("robin"), json!({"Owner": user("Nobody")}), false),
        ("Priority", json!(80), json!({"Priority": "80"}), true),
        ("Priority", json!("high"), json!({"Priority": "0"}), false),
        ("Due", json!("2026-12-01T10:00:00Z"), json!({"Due": "2026-12-01T10:00:00Z"}), true),
        ("Due", json!("2026-12-01T10:00:00Z"), json!({"Due": "1970-01-01T00:00:00Z"}), false),
        ("Due", json!(""), json!({"Due": "1970-01-01T00:00:00Z"}), true),
        ("Requestor", json!("a@example.com"), json!({"Requestor": [user("kim")]}), true),
        ("Requestor", json!("a@example.com"), json!({"Requestor": []}), false),
        ("Site", json!("North"), custom("Site", json!(["North"])), true),
        ("Site", json!("North"), custom("Site", json!([])), false),
        ("Site", json!("North"), json!({}), false),
        ("Site", json!(""), custom("Site", json!([null])), true),
        ("Tags", json!(["b", "a"]), custom("Tags", json!(["a", "b"])), true),
        ("When", json!("2026-12-01 5:00"), custom("When", json!(["2026-12-01T05:00:00Z"])), true),
    ] {
        let draft = draft(json!({name: wanted}));
        let lost = draft.not_kept(&row(shown.clone()), &Value::Null);
        assert_eq!(lost.is_empty(), is_kept, "{name} = {wanted} in {shown}");
    }
}

#[test]
fn a_custom_field_that_is_as_before_took_nothing() {
    let shown = row(custom("Site", json!(["North"])));
    assert_eq!(draft(json!({"Site": "West"})).not_kept(&shown, &json!({"Site": "North"})), ["Site"]);
    assert_eq!(draft(json!({"Site": ""})).not_kept(&shown, &json!({"Site": "North"})), ["Site"]);
    assert_eq!(draft(json!({"Site": "North"})).not_kept(&shown, &json!({"Site": "North"})), [""; 0]);
}

#[test]
fn a_new_ticket_carries_no_blanks() {
    let draft = draft(json!({"Site": "", "Cc": [], "Tags": ["a"], "Due": null})).without_blanks();
    assert_eq!(draft.in_words(), "Tags = \"a\"");
    assert_eq!(draft.customs().collect::<Vec<_>>(), ["Tags"]);
    assert_eq!(draft.only(&["Site"]), Draft::default());
}
