use jiff::Timestamp;

use super::{Moment, Query, View, Zone, format_time, parse_time};
use crate::servicenow::{
    schema::Schema,
    store::{Row, Store},
};

const NETWORK: &str = "11111111111111111111111111111111";

fn moment() -> Moment {
    Moment { now: parse_time("2026-11-22 10:00:00").unwrap(), user: "the asking user".into(), zone: Zone(0) }
}

/// Five incidents, `a` to `e`, and a group that one of them is assigned to.
fn world() -> (Schema, Store) {
    let schema = Schema::stock(&[]);
    let mut store = Store::default();
    let mut add = |table: &str, sys_id: &str, values: &[(&str, &str)]| {
        let mut row = Row::new(sys_id.into(), table.into(), Timestamp::UNIX_EPOCH);
        row.set("sys_class_name", table);
        for (field, value) in values {
            row.set(field, *value);
        }
        store.put(row);
    };
    add("sys_user_group", NETWORK, &[("name", "Network")]);
    let rows: [(&str, &[(&str, &str)]); 5] = [
        ("a", &[("state", "1"), ("priority", "1"), ("short_description", "disk full"), ("correlation_id", "k1")]),
        ("b", &[("state", "2"), ("priority", "2"), ("short_description", "Disk slow"), ("correlation_id", "k^2")]),
        ("c", &[("state", "6"), ("priority", "3"), ("short_description", "net down"), ("assignment_group", NETWORK)]),
        ("d", &[("state", "7"), ("priority", "10"), ("short_description", "net up"), ("active", "false")]),
        ("e", &[("state", "2"), ("priority", "5")]),
    ];
    for (at, (sys_id, values)) in rows.into_iter().enumerate() {
        let updated = format!("2026-11-22 09:0{at}:00");
        let always = [("sys_updated_on", updated.as_str()), ("number", sys_id)];
        add("incident", sys_id, &[&always[..], values].concat());
    }
    (schema, store)
}

fn found(table: &str, text: &str) -> String {
    let (schema, store) = world();
    let query = Query::parse(text, &schema, table, &moment());
    let view = View { schema: &schema, store: &store };
    view.select(table, &query).iter().map(|row| &*row.sys_id).collect::<Vec<_>>().join("")
}

#[test]
fn queries_find_what_they_say() {
    let cases = [
        ("", "abcde"),
        // comparisons
        ("state=2", "be"),
        ("state!=2", "acd"),
        ("stateIN1,2", "abe"),
        ("stateNOT IN1,2", "cd"),
        ("stateNOTIN1,2", "cd"),
        ("priority>2", "cde"),
        ("priority>=3", "cde"),
        ("priority<3", "ab"),
        ("priority<=2", "ab"),
        ("priorityBETWEEN2@5", "bce"),
        ("priority>9", "d"),
        // texts, in the case they are in
        ("short_descriptionLIKEdisk", "a"),
        ("short_descriptionNOT LIKEnet", "abe"),
        ("short_descriptionNOTLIKEnet", "abe"),
        ("short_descriptionSTARTSWITHnet", "cd"),
        ("short_descriptionENDSWITHup", "d"),
        ("short_descriptionISEMPTY", "e"),
        ("short_description=", "e"),
        ("short_descriptionISNOTEMPTY", "abcd"),
        ("short_description!=net up", "abce"),
        ("numberSAMEASnumber", "abcde"),
        ("numberNSAMEASnumber", ""),
        ("numberANYTHING", "abcde"),
        // joining
        ("state=2^priority=5", "e"),
        ("state=1^ORstate=7", "ad"),
        ("state=2^ORstate=1^priority=1", "a"),
        ("priority=1^state=2^ORstate=1", "a"),
        ("state=1^NQpriority=5", "ae"),
        ("state=1^priority=9^NQstate=2^priority=5", "e"),
        ("state=2^EQ", "be"),
        // a value with a separator in it
        ("correlation_id=k^^2", "b"),
        ("correlation_id=k1", "a"),
        // references
        ("assignment_group.name=Network", "c"),
        ("assignment_group.nameSTARTSWITHNet^state=6", "c"),
        ("assignment_groupLIKEwork", "c"),
        ("assignment_group=11111111111111111111111111111111", "c"),
        ("assignment_groupISEMPTY", "abde"),
        // times
        ("sys_updated_on>=2026-11-22 09:03:00", "de"),
        ("sys_updated_on<2026-11-22 09:01:00", "a"),
        ("sys_updated_onBETWEEN2026-11-22 09:01:00@2026-11-22 09:02:00", "bc"),
        ("sys_updated_on>=javascript:gs.dateGenerate('2026-11-22','09:04:00')", "e"),
        ("sys_updated_on>javascript:gs.minutesAgo(57)", "e"),
        ("sys_updated_on>=javascript:gs.beginningOfToday()", "abcde"),
        ("sys_updated_onRELATIVEGE@minute@ago@57", "de"),
        // order
        ("ORDERBYpriority", "abced"),
        ("ORDERBYDESCpriority", "decba"),
        ("ORDERBYstate^ORDERBYDESCsys_id", "aebcd"),
        ("state=2^ORDERBYDESCnumber", "eb"),
        // keyset
        ("sys_id>b^ORDERBYsys_id", "cde"),
        ("sys_updated_on>=2026-11-22 09:01:00^ORDERBYsys_updated_on^ORDERBYsys_id", "bcde"),
        // classes
        ("sys_class_nameINSTANCEOFtask", "abcde"),
        ("sys_class_nameINSTANCEOFcmdb_ci", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(found("incident", text), expected, "{text}");
    }
}

#[test]
fn a_part_that_makes_no_sense_is_dropped_and_more_is_found() {
    let cases = [
        ("no_such_field=1", "abcde", "no_such_field=1"),
        ("state=2^no_such_field=1", "be", "no_such_field=1"),
        ("no_such_field=1^state=2", "be", "no_such_field=1"),
        ("no_such_field=1^ORstate=2", "be", "no_such_field=1"),
        ("state=1^NQno_such_field=1", "abcde", "no_such_field=1"),
        ("stateIS2", "abcde", "stateIS2"),
        ("Stateful", "abcde", "Stateful"),
        ("state", "abcde", "state"),
        ("sys_updated_on>yesterday", "abcde", "sys_updated_on>yesterday"),
        ("sys_updated_on>=2026-11-22T09:03:00Z", "abcde", "sys_updated_on>=2026-11-22T09:03:00Z"),
        ("sys_updated_on>javascript:gs.madeUp()", "abcde", "sys_updated_on>javascript:gs.madeUp()"),
        ("short_description.name=x", "abcde", "short_description.name=x"),
        ("correlation_id=k^2", "", "2"),
        ("ORDERBYno_such_field", "abcde", "ORDERBYno_such_field"),
    ];
    let (schema, _) = world();
    for (text, expected, dropped) in cases {
        assert_eq!(found("incident", text), expected, "{text}");
        let query = Query::parse(text, &schema, "incident", &moment());
        assert_eq!(query.dropped, [dropped], "{text}");
    }
}

#[test]
fn a_table_s_rows_are_those_of_the_tables_that_extend_it() {
    assert_eq!(found("task", "state=2"), "be");
    assert_eq!(found("change_request", ""), "");
}

#[test]
fn only_a_plain_equality_that_must_hold_is_looked_up() {
    let (schema, _) = world();
    let cases = [
        ("correlation_id=k1", Some("k1")),
        ("state=1^correlation_id=k1^ORDERBYsys_id", Some("k1")),
        ("correlation_id=k1^ORcorrelation_id=k2", None),
        ("correlation_id=k1^NQstate=1", None),
        ("correlation_idLIKEk1", None),
        ("correlation_id=k1^no_such_field=1", Some("k1")),
    ];
    for (text, expected) in cases {
        let query = Query::parse(text, &schema, "incident", &moment());
        assert_eq!(query.pinned("correlation_id"), expected, "{text}");
    }
}

#[test]
fn parameters_can_stand_for_a_query() {
    let (schema, store) = world();
    let view = View { schema: &schema, store: &store };
    let parameters = [("sysparm_limit", "1"), ("correlation_id", "k^2"), ("state", "2")];
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let query = Query::of_parameters(&parameters, &schema, "incident", &moment());
    let rows = view.select("incident", &query);
    assert_eq!(rows.iter().map(|row| &*row.sys_id).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn times_are_read_in_one_spelling() {
    assert_eq!(parse_time("2026-11-22").map(format_time).as_deref(), Some("2026-11-22 00:00:00"));
    assert_eq!(parse_time("2026-11-22 09:08:07").map(format_time).as_deref(), Some("2026-11-22 09:08:07"));
    for wrong in ["", "now", "20261122", "2026-11-22T09:08:07Z", "2026-13-01", "22.11.2026 09:08:07"] {
        assert_eq!(parse_time(wrong), None, "{wrong}");
    }
}

#[test]
fn times_in_a_query_are_the_asking_user_s() {
    let (schema, store) = world();
    let view = View { schema: &schema, store: &store };
    let cases = [
        (0, "sys_updated_on>=2026-11-22 09:03:00", 2),
        (60, "sys_updated_on>=2026-11-22 10:03:00", 2),
        (60, "sys_updated_on>=2026-11-22 09:03:00", 5),
        (-300, "sys_updated_on>=2026-11-22 09:03:00", 0),
        (60, "sys_updated_on>=javascript:gs.dateGenerate('2026-11-22','10:03:00')", 2),
        (60, "sys_updated_on>javascript:gs.minutesAgo(57)", 1),
        (-600, "sys_updated_on>=javascript:gs.beginningOfToday()", 0),
    ];
    for (minutes, text, expected) in cases {
        let moment = Moment { zone: Zone(minutes), ..moment() };
        let query = Query::parse(text, &schema, "incident", &moment);
        assert_eq!(view.select("incident", &query).len(), expected, "{minutes} {text}");
    }
}
