use super::*;
use crate::testing::{ACCOUNT, TEAM, list, on, play, refusal, settings};
use serde_json::{Value, json};
use signalbox_sdk::percent;
use signalbox_sdk::scripted::Step;

const SEARCH: [(&str, &str); 2] =
    [("$select", "accountid,name,accountnumber"), ("$filter", "name eq 'Con''toso' or accountnumber eq 'Con''toso'")];

fn run(own: Value, columns: Value, steps: impl IntoIterator<Item = Step>) -> Result<(Value, Vec<String>), CallError> {
    let settings = settings(own);
    let mut draft = Draft::default();
    draft.set_all(&settings, columns.as_object().unwrap().clone())?;
    let left_out = play(&settings, steps, |client| resolve(client, &mut draft)).result?;
    Ok((draft.into_json(), left_out))
}

#[test]
fn a_guid_costs_no_request() {
    let columns = json!({"ownerid": TEAM, "title": "x", "customerid_contact": "", "new_other": "y"});
    let (written, _) = run(json!({}), columns, []).unwrap();
    assert_eq!(written, json!({"ownerid@odata.bind": format!("/teams({TEAM})"), "title": "x", "new_other": "y"}));
}

#[test]
fn names_are_looked_up_side_by_side() {
    let steps = [
        list("accounts", &SEARCH, json!([{"accountid": ACCOUNT, "name": "con'Toso", "accountnumber": "7"}])),
        list(
            "teams",
            &[("$select", "teamid,name"), ("$filter", "name eq 'Night shift'")],
            json!([{"teamid": TEAM, "name": "Night shift"}]),
        ),
    ];
    let (written, _) =
        run(json!({}), json!({"customerid_account": "Con'toso", "ownerid": "Night\nshift"}), steps).unwrap();
    let expected = json!({
        "customerid_account@odata.bind": format!("/accounts({ACCOUNT})"),
        "ownerid@odata.bind": format!("/teams({TEAM})"),
    });
    assert_eq!(written, expected);
}

#[test]
fn the_more_telling_column_decides() {
    let rows = json!([
        {"accountid": TEAM, "name": "other", "accountnumber": "Con'toso"},
        {"accountid": ACCOUNT, "name": "Con'toso", "accountnumber": "7"},
    ]);
    let (written, _) =
        run(json!({}), json!({"customerid_account": "Con'toso"}), [list("accounts", &SEARCH, rows)]).unwrap();
    assert_eq!(written["customerid_account@odata.bind"], format!("/accounts({ACCOUNT})"));
}

#[test]
fn a_name_that_no_single_row_has_is_refused_with_its_property() {
    let row = json!({"accountid": ACCOUNT, "name": "Con'toso", "accountnumber": ""});
    for (rows, words) in [
        (json!([]), "no row of `accounts`"),
        (json!([{"accountid": ACCOUNT, "name": "another"}]), "no row of `accounts`"),
        (json!([{"name": "Con'toso"}]), "no row of `accounts`"),
        (json!([row.clone(), row]), "2 rows of `accounts`"),
    ] {
        let error =
            run(json!({}), json!({"customerid_account": "Con'toso"}), [list("accounts", &SEARCH, rows)]).unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "customerid_account"));
        assert!(error.message.starts_with(words), "{}", error.message);
    }
}

#[test]
fn where_the_settings_say_so_an_unknown_name_is_left_out() {
    let own = json!({"lookups": {"acme_Asset": {"entity_set": "acme_assets", "primary_key": "acme_assetid", "by": ["acme_name"], "missing": "omit"}}});
    let step =
        list("acme_assets", &[("$select", "acme_assetid,acme_name"), ("$filter", "acme_name eq 'db-1'")], json!([]));
    let (written, left_out) = run(own, json!({"acme_Asset": "db-1", "title": "x"}), [step]).unwrap();
    assert_eq!(written, json!({"title": "x"}));
    assert!(left_out[0].starts_with("`acme_Asset` was left empty: no row of `acme_assets`"), "{left_out:?}");
}

#[test]
fn a_lookup_that_is_refused_says_which() {
    let target = percent::target("accounts", &SEARCH);
    let step = on("GET", &target).answer(403, &refusal("0x80040220", "missing prvReadAccount privilege"));
    let error = run(json!({}), json!({"customerid_account": "Con'toso"}), [step]).unwrap_err();
    assert_eq!(error.field, "customerid_account");
    assert_eq!(error.message, "while it looked up \"Con'toso\" in `accounts`: missing prvReadAccount privilege");
}

#[test]
fn a_number_is_no_name() {
    let error = run(json!({}), json!({"ownerid": 7}), []).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "ownerid"));
}
