use super::*;
use serde_json::{Value, json};
use signalbox_sdk::testing::schema;

fn parsed(settings: &Value) -> Settings {
    Settings::parse(&settings.to_string()).unwrap()
}

fn found(settings: &Value) -> Vec<String> {
    parsed(settings).findings().into_iter().map(|fault| fault.at).collect()
}

#[test]
fn the_schema_states_each_default() {
    let stated = schema::stated_defaults(SCHEMA);
    assert_eq!(parsed(&stated), Settings::default());
    assert_eq!(parsed(&json!({})), Settings::default());
    assert_eq!(parsed(&json!({"incident": {}, "change": {}})), Settings::default());
}

#[test]
fn every_property_is_described_and_no_other_is_taken() {
    schema::assert_whole(SCHEMA);
    for unknown in [
        json!({"instanceurl": "x"}),
        json!({"incident": {"columns": {"colour": "x"}}}),
        json!({"incident": {"coloums": {}}}),
        json!({"change": {"writes": {}}}),
        json!({"incident": {"severity": {"fatal": {}}}}),
    ] {
        assert!(Settings::parse(&unknown.to_string()).is_err(), "{unknown}");
    }
}

#[test]
fn a_part_of_the_case_table_may_be_given() {
    let settings = parsed(&json!({"incident": {
        "columns": {"key": "acme_alertkey", "configuration_item": "_acme_asset_value"},
        "severity": {"critical": {"prioritycode": 1, "acme_impact": 10}},
        "status_reasons": {"7": "pending"},
    }}));
    let stock = Incident::stock();
    assert_eq!(settings.incident.columns.key, "acme_alertkey");
    assert_eq!(settings.incident.columns.title, "title");
    assert_eq!(
        settings.incident.severity.critical,
        *json!({"prioritycode": 1, "acme_impact": 10}).as_object().unwrap()
    );
    assert_eq!(settings.incident.severity.error, stock.severity.error);
    assert_eq!(settings.incident.status_reasons, BTreeMap::from([("7".to_owned(), State::Pending)]));
    assert_eq!(settings.incident.states, stock.states);
}

#[test]
fn a_custom_table_inherits_nothing_that_only_case_has() {
    let settings = parsed(&json!({"incident": {
        "logical_name": "acme_ticket",
        "entity_set": "acme_tickets",
        "primary_key": "acme_ticketid",
        "columns": {"key": "acme_alertkey", "title": "acme_name"},
    }}));
    let table = &settings.incident;
    assert_eq!((table.columns.number.as_str(), table.columns.state.as_str()), ("", "statecode"));
    assert_eq!((table.resolve.by, table.resolve.state, table.resolve.status), (ResolveBy::Patch, 1, 2));
    assert!(table.severity.critical.is_empty() && table.status_reasons.is_empty() && !table.locked_when_over);
    assert_eq!(settings.findings(), []);
}

#[test]
fn the_defaults_have_no_findings() {
    assert_eq!(Settings::default().findings(), []);
}

#[test]
fn a_custom_table_must_be_described() {
    let findings = found(&json!({"incident": {"logical_name": "acme_ticket"}}));
    let expected = ["entity_set", "primary_key", "columns/key", "columns/title"];
    assert_eq!(findings, expected.map(|part| format!("/incident/{part}")));
    let findings = found(&json!({"change": {"logical_name": "acme_change"}}));
    assert_eq!(findings, ["entity_set", "primary_key", "columns/title"].map(|part| format!("/change/{part}")));
    assert_eq!(found(&json!({"change": {"entity_set": "acme_changes"}})), ["/change/logical_name"]);
}

#[test]
fn a_filter_that_would_break_the_pull_is_found() {
    for (filter, fit) in [
        ("", true),
        ("statecode eq 0 and (prioritycode eq 1 or contains(title,'('))", true),
        ("$filter=statecode eq 0", false),
        ("statecode eq 0) or (1 eq 1", false),
        ("title eq 'x", false),
        ("(statecode eq 0", false),
    ] {
        let findings = found(&json!({"incident": {"filter": filter}}));
        let expected: &[&str] = if fit { &[] } else { &["/incident/filter"] };
        assert_eq!(findings, expected, "{filter}");
    }
    let tracked = json!({"change_tracking": true, "filter": "statecode eq 0"});
    assert_eq!(found(&json!({"incident": tracked.clone()})), ["/incident/filter"]);
    assert_eq!(found(&json!({"change": tracked})), ["/change/filter"]);
}

#[test]
fn states_must_mean_what_they_are_written_for() {
    assert_eq!(found(&json!({"incident": {"resolve": {"state": 0, "status": 1}}})), ["/incident/resolve"]);
    assert_eq!(found(&json!({"incident": {"reopen": {"state": 1, "status": 5}}})), ["/incident/reopen"]);
    let own = json!({"incident": {
        "resolve": {"status": 100_000_003},
        "status_reasons": {"100000003": "closed", "1": "open"},
    }});
    assert_eq!(found(&own), ["/incident/resolve"]);
}

#[test]
fn only_case_is_closed_by_its_action() {
    let settings = json!({"incident": {
        "logical_name": "acme_ticket",
        "entity_set": "acme_tickets",
        "primary_key": "acme_ticketid",
        "columns": {"key": "acme_alertkey", "title": "acme_name"},
        "resolve": {"by": "close-incident"},
    }});
    assert_eq!(found(&settings), ["/incident/resolve/by"]);
}

#[test]
fn with_a_list_of_columns_those_that_the_settings_name_are_asked_for_too() {
    let settings = parsed(&json!({"columns": ["acme_zone"]}));
    let selected = settings.selected(&settings.incident.columns, "incidentid").unwrap();
    for column in ["acme_zone", "incidentid", "title", "_ownerid_value", "new_signalboxkey"] {
        assert!(selected.split(',').any(|selected| selected == column), "{column} in {selected}");
    }
    assert_eq!(Settings::default().selected(&Columns::usual(), "incidentid"), None);
}

#[test]
fn a_key_that_a_setting_would_write_over_is_found() {
    assert_eq!(found(&json!({"defaults": {"new_signalboxkey": "x"}})), ["/defaults"]);
    assert_eq!(found(&json!({"incident": {"severity": {"error": {"incidentid": "x"}}}})), ["/incident/severity/error"]);
}
