use super::*;
use serde_json::{Value, json};
use signalbox_sdk::scripted::{Scripted, Step};

const GROUP: &str = "287ebd7da9fe198100f92cc8d1d2154e";
const PERSON: &str = "681ccaf9c0a8016400b98a06818d57c7";

fn asked(table: &str, query: &str, by: &str, rows: Value) -> Step {
    let target = format!(
        "/api/now/table/{table}?sysparm_query={query}&sysparm_display_value=all&sysparm_fields=sys_id%2C{by}&sysparm_limit=20"
    );
    Step::on("GET", target).answer(200, &json!({"result": rows}))
}

fn group(rows: Value) -> Step {
    asked("sys_user_group", "name%3DNetwork", "name", rows)
}

fn draft(columns: &[(&str, &str)]) -> Draft {
    let mut draft = Draft::default();
    columns.iter().for_each(|(column, value)| draft.set(column, value));
    draft
}

fn run(steps: impl IntoIterator<Item = Step>, columns: &[(&str, &str)]) -> Result<(Value, Vec<String>), CallError> {
    run_with(Settings::default(), steps, columns)
}

fn run_with(
    settings: Settings,
    steps: impl IntoIterator<Item = Step>,
    columns: &[(&str, &str)],
) -> Result<(Value, Vec<String>), CallError> {
    let host = Scripted::new(steps);
    let mut draft = draft(columns);
    let left_out = resolve(&Client { host: &host, settings: &settings }, &mut draft)?;
    Ok((draft.to_json(), left_out))
}

#[test]
fn a_sys_id_costs_no_request() {
    let (columns, _) =
        run([], &[("assignment_group", GROUP), ("short_description", "Network"), ("cmdb_ci", "")]).unwrap();
    assert_eq!(columns, json!({"assignment_group": GROUP, "short_description": "Network", "cmdb_ci": ""}));
}

#[test]
fn a_name_becomes_its_sys_id() {
    let rows = json!([{"sys_id": {"value": GROUP, "display_value": GROUP}, "name": {"value": "Network", "display_value": "Network"}}]);
    let (columns, left_out) = run([group(rows)], &[("assignment_group", " Network ")]).unwrap();
    assert_eq!((columns, left_out), (json!({"assignment_group": GROUP}), vec![]));
}

#[test]
fn names_are_asked_for_side_by_side() {
    let person = asked(
        "sys_user",
        "user_name%3Dada%5EORemail%3Dada%5EORname%3Dada",
        "user_name%2Cemail%2Cname",
        json!([{"sys_id": PERSON, "user_name": "ada", "email": "ada@example.com", "name": "Ada"}]),
    );
    let (columns, _) = run(
        [group(json!([{"sys_id": GROUP, "name": "network"}])), person],
        &[("assignment_group", "Network"), ("caller_id", "ada")],
    )
    .unwrap();
    assert_eq!(columns, json!({"assignment_group": GROUP, "caller_id": PERSON}));
}

#[test]
fn a_user_name_is_more_telling_than_a_name() {
    let rows = json!([
        {"sys_id": "11111111111111111111111111111111", "user_name": "x1", "email": "", "name": "Ada"},
        {"sys_id": PERSON, "user_name": "ada", "email": "", "name": "Somebody else"}
    ]);
    let step = asked("sys_user", "user_name%3Dada%5EORemail%3Dada%5EORname%3Dada", "user_name%2Cemail%2Cname", rows);
    assert_eq!(run([step], &[("caller_id", "ada")]).unwrap().0, json!({"caller_id": PERSON}));
}

#[test]
fn a_group_that_is_not_there_is_refused_with_its_column() {
    let error = run([group(json!([]))], &[("assignment_group", "Network")]).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "assignment_group"));
    assert!(error.message.contains("\"Network\""), "{}", error.message);
}

#[test]
fn rows_that_were_not_asked_for_are_not_taken() {
    // What an instance answers that dropped the query.
    let rows = json!([{"sys_id": "11111111111111111111111111111111", "name": "Database"}]);
    let error = run([group(rows)], &[("assignment_group", "Network")]).unwrap_err();
    assert_eq!(error.field, "assignment_group");
}

#[test]
fn a_name_that_two_records_have_is_refused() {
    let rows = json!([{"sys_id": GROUP, "name": "Network"}, {"sys_id": PERSON, "name": "Network"}]);
    let error = run([group(rows)], &[("assignment_group", "Network")]).unwrap_err();
    assert!(error.message.starts_with("2 records"), "{}", error.message);
}

#[test]
fn a_configuration_item_that_is_not_there_is_left_out_and_told() {
    let step = asked("cmdb_ci", "name%3Dvm-7", "name", json!([]));
    let (columns, left_out) = run([step], &[("cmdb_ci", "vm-7")]).unwrap();
    assert_eq!(columns, json!({}));
    assert!(left_out[0].starts_with("`cmdb_ci` was left empty: no record of `cmdb_ci`"), "{left_out:?}");
}

#[test]
fn settings_say_what_a_column_refers_to() {
    let reference = Reference { table: "u_site".into(), by: vec!["u_code".into()], missing: Missing::Reject };
    let settings = Settings { references: [("u_site".to_owned(), reference)].into(), ..Settings::default() };
    let step = asked("u_site", "u_code%3DZRH", "u_code", json!([{"sys_id": GROUP, "u_code": "ZRH"}]));
    assert_eq!(run_with(settings, [step], &[("u_site", "ZRH")]).unwrap().0, json!({"u_site": GROUP}));
}

#[test]
fn a_name_cannot_grow_the_query_or_be_run() {
    let step = asked("sys_user_group", "name%3Da%5E%5ENQactive%3Dtrue", "name", json!([]));
    assert!(run([step], &[("assignment_group", "a^NQactive=true")]).is_err());
    let error = run([], &[("assignment_group", "javascript:gs.getUserID()")]).unwrap_err();
    assert_eq!(error.field, "assignment_group");
}

#[test]
fn an_account_that_may_not_look_says_so() {
    let refused =
        json!({"error": {"message": "Insufficient rights to query records", "detail": null}, "status": "failure"});
    let error = run([group(json!([])).answer(403, &refused)], &[("assignment_group", "Network")]).unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (CallErrorKind::Rejected, "acl"));
    assert_eq!(error.field, "assignment_group");
    assert!(error.message.starts_with("while it looked up \"Network\" in `sys_user_group`: "), "{}", error.message);
}

#[test]
fn a_table_that_may_not_be_read_leaves_the_column_out_where_it_may_be_missing() {
    let forbidden = || {
        let answer =
            json!({"error": {"message": "Insufficient rights to query records", "detail": ""}, "status": "failure"});
        let target = "/api/now/table/cmdb_ci?sysparm_query=name%3Dweb-1&sysparm_display_value=all\
                      &sysparm_fields=sys_id%2Cname&sysparm_limit=20";
        Step::on("GET", target).answer(403, &answer)
    };
    let (columns, left_out) = run([forbidden()], &[("cmdb_ci", "web-1"), ("urgency", "1")]).unwrap();
    assert_eq!(columns, json!({"urgency": "1"}));
    assert!(
        left_out[0].contains("`cmdb_ci` was left empty") && left_out[0].contains("Insufficient rights"),
        "{left_out:?}"
    );
}
