use super::*;
use crate::testing::{API, ID, KEY, ORGANISATION, TEAM, content, custom, full_content, item, settings, ticket as seen};
use serde_json::{Value, json};
use signalbox_sdk::types::{CallErrorKind, Severity};

fn stock() -> Settings {
    settings(json!({}))
}

fn opened(settings: &Settings, item: &WorkItem) -> Value {
    opening(settings, item).unwrap().into_json()
}

fn parsed(row: Value) -> Row {
    Row::parse(row, &format!("{ORGANISATION}{API}/$metadata#incidents")).unwrap()
}

#[test]
fn content_stands_where_the_settings_say() {
    let content = Content {
        assignment: Some("Night shift".into()),
        caller: Some("Contoso".into()),
        configuration_item: Some("db-1".into()),
        category: Some("2".into()),
        fields: json!({"new_zone": 7}).to_string(),
        ..full_content()
    };
    let own = settings(json!({
        "incident": {"writes": {"configuration_item": "acme_Asset", "category": "casetypecode"}},
        "defaults": {"caseorigincode": 3, "new_zone": 1},
        "choices": {"casetypecode": {"Problem": 2}},
    }));
    assert_eq!(
        opened(&own, &item(content)),
        json!({
            "title": "Disk full on db-1",
            "description": "97 % > 90 %",
            "prioritycode": 1,
            "ownerid": "Night shift",
            "customerid_account": "Contoso",
            "acme_Asset": "db-1",
            "casetypecode": 2,
            "caseorigincode": 3,
            "new_zone": 7,
            "new_signalboxkey": KEY,
        })
    );
}

#[test]
fn severities_become_the_stock_priorities() {
    let of =
        |severity| opened(&stock(), &item(Content { severity: Some(severity), ..content() }))["prioritycode"].clone();
    let all = [Severity::Critical, Severity::Error, Severity::Warning, Severity::Informational, Severity::Verbose];
    assert_eq!(all.map(of), [1, 1, 2, 3, 3].map(Value::from));
}

#[test]
fn a_custom_table_is_written_by_its_own_columns() {
    let written = opened(&settings(custom()), &item(full_content()));
    let expected = json!({
        "acme_name": "Disk full on db-1",
        "acme_details": "97 % > 90 %",
        "acme_urgency": 100_000_001,
        "acme_alertkey": KEY,
    });
    assert_eq!(written, expected);
}

#[test]
fn texts_are_cut_to_what_their_columns_hold() {
    let long = Content { title: Some("word ".repeat(100)), description: Some("ü ".repeat(51_200)), ..content() };
    let written = opened(&stock(), &WorkItem { follows: Some(seen(TicketState::Closed, "Merged")), ..item(long) });
    let (title, description) = (written["title"].as_str().unwrap(), written["description"].as_str().unwrap());
    assert!(title.ends_with("word…") && title.encode_utf16().count() <= 200, "{title}");
    assert!(description.ends_with("…\n\nFollows CAS-01077-K4D2P7."), "{description}");
    assert!(description.encode_utf16().count() <= 2_000);
}

#[test]
fn a_follower_names_the_old_ticket_even_without_a_description() {
    let item = WorkItem { follows: Some(seen(TicketState::Closed, "Merged")), ..item(content()) };
    assert_eq!(opened(&stock(), &item)["description"], "Follows CAS-01077-K4D2P7.");
}

#[test]
fn a_mapping_cannot_set_the_key() {
    for column in ["new_signalboxkey", "incidentid"] {
        let fields = json!({ column: "mine" }).to_string();
        let error = amendment(&stock(), &item(Content { fields, ..content() })).unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, column));
    }
}

#[test]
fn a_row_is_a_ticket() {
    let row = parsed(json!({
        "@odata.etag": "W/\"31\"",
        "incidentid": ID,
        "ticketnumber": "CAS-01077-K4D2P7",
        "new_signalboxkey": KEY,
        "statecode": 0,
        "statuscode": 2,
        "statuscode@OData.Community.Display.V1.FormattedValue": "On Hold",
        "prioritycode": 1,
        "prioritycode@OData.Community.Display.V1.FormattedValue": "High",
        "_ownerid_value": TEAM,
        "_ownerid_value@OData.Community.Display.V1.FormattedValue": "Night shift",
        "_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname": "team",
        "createdon": "2026-11-22T13:06:00Z",
    }));
    let own = settings(json!({"app_id": TEAM}));
    let ticket = ticket(&own, &row);
    assert_eq!((ticket.id.as_str(), ticket.number.as_str(), ticket.key.as_str()), (ID, "CAS-01077-K4D2P7", KEY));
    assert_eq!((ticket.state, ticket.platform_state.as_str()), (TicketState::Pending, "On Hold"));
    assert_eq!((ticket.priority.as_str(), ticket.version.as_str()), ("High", "W/\"31\""));
    assert_eq!((ticket.assignment.as_str(), ticket.assigned_to.as_str()), ("Night shift", ""));
    assert_eq!(ticket.created_at.as_deref(), Some("2026-11-22T13:06:00Z"));
    let url = format!("{ORGANISATION}/main.aspx?appid={TEAM}&pagetype=entityrecord&etn=incident&id={ID}");
    assert_eq!(ticket.url, url);
    assert_eq!(serde_json::from_str::<Value>(&ticket.fields).unwrap()["ownerid"], Value::Null);
}

#[test]
fn an_owner_who_is_a_person_is_no_assignment() {
    let mut row = json!({
        "_ownerid_value": TEAM,
        "_ownerid_value@OData.Community.Display.V1.FormattedValue": "Robin Vega",
        "_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname": "systemuser",
    });
    let columns = stock().incident.columns;
    assert_eq!(owner(&columns, &parsed(row.clone())), (String::new(), "Robin Vega".into()));
    row["acme_engineer"] = "Sam Oduya".into();
    let columns = Columns { assigned_to: "acme_engineer".into(), ..columns };
    assert_eq!(owner(&columns, &parsed(row)), (String::new(), "Sam Oduya".into()));
}

#[test]
fn a_table_without_numbers_is_read_out_by_its_title_and_opened_at_the_set_address() {
    let mut own = custom();
    own["instance_url"] = "https://tickets.acme.example/".into();
    let own = settings(own);
    let ticket = ticket(&own, &parsed(json!({"acme_ticketid": ID, "acme_name": "Disk full", "statecode": 0})));
    assert_eq!((ticket.number.as_str(), ticket.platform_state.as_str()), ("Disk full", "0"));
    assert_eq!(
        ticket.url,
        format!("https://tickets.acme.example/main.aspx?pagetype=entityrecord&etn=acme_ticket&id={ID}")
    );
}

#[test]
fn texts_are_cut_to_what_the_settings_say_that_columns_hold() {
    let own = settings(json!({"incident": {"title_length": 12, "description_length": 20}}));
    let long = Content { title: Some("word ".repeat(20)), description: Some("word ".repeat(20)), ..content() };
    let written = opened(&own, &item(long));
    assert_eq!((&written["title"], &written["description"]), (&json!("word word…"), &json!("word word word word…")));
}

#[test]
fn a_mapping_s_own_text_is_cut_like_any_other() {
    let set = settings(json!({"incident": {"title_length": 12, "description_length": 20}}));
    let fields = json!({"title": "word ".repeat(20), "description": "word ".repeat(20)}).to_string();
    let own = item(Content { fields, ..content() });
    for written in [opened(&set, &own), amendment(&set, &own).unwrap().into_json()] {
        assert_eq!(
            (&written["title"], &written["description"]),
            (&json!("word word…"), &json!("word word word word…"))
        );
    }
}
