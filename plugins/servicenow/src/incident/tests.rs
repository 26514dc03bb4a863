use super::*;
use crate::testing::{GROUP, ID, INSTANCE, KEY, cell, content, full_content, item, note, row, settings, ticket};
use serde_json::{Value, json};
use signalbox_sdk::types::{Severity, WorkItemKind};

fn opening(set: Value, item: &WorkItem) -> Value {
    Incidents(&settings(set)).opening(item).unwrap().to_json()
}

fn amendment(seen: &Ticket, change: Change, item: &WorkItem) -> Value {
    Incidents(&settings(json!({}))).amendment(seen, change, item).unwrap().to_json()
}

fn incident(content: Content) -> WorkItem {
    item(WorkItemKind::Incident, content)
}

fn open() -> Ticket {
    ticket(TicketState::Open, "In Progress")
}

fn resolved() -> Ticket {
    ticket(TicketState::Resolved, "Resolved")
}

#[test]
fn a_new_incident_has_its_content_its_key_and_its_alert() {
    let columns = opening(json!({}), &incident(full_content()));
    let expected = json!({
        "short_description": "Disk full on db-1",
        "description": "97 % > 90 %",
        "impact": "2",
        "urgency": "1",
        "contact_type": "monitoring",
        "correlation_id": KEY,
        "correlation_display": "alert-77",
    });
    assert_eq!(columns, expected);
}

#[test]
fn defaults_stand_where_content_says_nothing() {
    let set = json!({
        "assignment_group": "Operations", "caller": "signalbox", "configuration_item": "cluster-1", "service": "Shop",
        "category": "software", "contact_type": ""
    });
    let columns = opening(set.clone(), &incident(content()));
    let expected = json!({
        "assignment_group": "Operations", "caller_id": "signalbox", "cmdb_ci": "cluster-1", "business_service": "Shop",
        "category": "software", "correlation_id": KEY, "correlation_display": "alert-77"
    });
    assert_eq!(columns, expected);
    let own = Content { assignment: Some(GROUP.into()), category: Some("network".into()), ..content() };
    let columns = opening(set, &incident(own));
    assert_eq!((&columns["assignment_group"], &columns["category"]), (&json!(GROUP), &json!("network")));
}

#[test]
fn a_mapping_s_own_fields_win() {
    let own = Content { fields: r#"{"urgency": 3, "u_site": "ZRH"}"#.into(), ..full_content() };
    let columns = opening(json!({}), &incident(own));
    assert_eq!(
        (&columns["impact"], &columns["urgency"], &columns["u_site"]),
        (&json!("2"), &json!("3"), &json!("ZRH"))
    );
}

#[test]
fn what_is_too_long_is_cut_with_a_mark_and_still_names_the_old_ticket() {
    let long =
        Content { title: Some("disk full ".repeat(30)), description: Some("much ".repeat(50)), ..full_content() };
    let follows = Some(Ticket { number: "INC0010007".into(), ..resolved() });
    let columns = opening(json!({ "lengths": { "description": 120 } }), &WorkItem { follows, ..incident(long) });
    let text = |column: &str| columns[column].as_str().unwrap().to_owned();
    assert!(text("short_description").ends_with("disk full…") && text("short_description").chars().count() <= 160);
    assert!(text("description").ends_with("much…\n\nFollows INC0010007."), "{columns}");
    assert!(text("description").chars().count() <= 120);
}

#[test]
fn each_severity_has_an_impact_and_an_urgency() {
    for (severity, impact, urgency) in [
        (Severity::Critical, "1", "1"),
        (Severity::Error, "2", "1"),
        (Severity::Warning, "2", "2"),
        (Severity::Informational, "3", "2"),
        (Severity::Verbose, "3", "3"),
    ] {
        let columns = amendment(&open(), Change::Update, &incident(Content { severity: Some(severity), ..content() }));
        assert_eq!(columns, json!({"impact": impact, "urgency": urgency}), "{severity:?}");
    }
}

#[test]
fn an_update_carries_what_differs_and_no_default() {
    let columns =
        amendment(&open(), Change::Update, &incident(Content { category: Some("database".into()), ..content() }));
    assert_eq!(columns, json!({"category": "database"}));
    let columns = amendment(&open(), Change::Annotate, &incident(content()));
    assert_eq!(columns, json!({}));
}

#[test]
fn resolving_says_state_code_and_notes_at_once() {
    let mut resolve = incident(content());
    let columns = amendment(&open(), Change::Resolve, &resolve);
    let expected = json!({
        "state": "6", "close_code": "Solution provided", "close_notes": "The monitor reports that the problem is over."
    });
    assert_eq!(columns, expected);
    resolve.notes = vec![note("n-2", "13:10:00", "back to 41 %\n[n-2]"), note("n-1", "13:06:00", "still 97 %")];
    assert_eq!(amendment(&open(), Change::Resolve, &resolve)["close_notes"], "back to 41 %");
}

#[test]
fn a_mapping_can_choose_how_an_incident_is_resolved() {
    let own = Content { fields: r#"{"close_code": "Resolved by change"}"#.into(), ..content() };
    assert_eq!(amendment(&open(), Change::Resolve, &incident(own))["close_code"], "Resolved by change");
}

#[test]
fn a_state_that_stands_is_not_written() {
    assert_eq!(amendment(&resolved(), Change::Resolve, &incident(content())), json!({}));
    assert_eq!(amendment(&open(), Change::Reopen, &incident(content())), json!({}));
}

#[test]
fn a_resolved_incident_goes_back_to_work_for_the_alert_that_fires_now() {
    let columns = amendment(&resolved(), Change::Reopen, &incident(content()));
    assert_eq!(columns, json!({"state": "2", "correlation_display": "alert-77"}));
}

#[test]
fn a_new_incident_names_the_closed_one_that_it_follows() {
    let mut renewed = incident(full_content());
    renewed.follows = Some(ticket(TicketState::Closed, "Closed"));
    let columns = opening(json!({}), &renewed);
    assert_eq!(columns["description"], "97 % > 90 %\n\nFollows INC0010077.");
    assert_eq!(columns.get("parent_incident"), None);
}

#[test]
fn an_alert_s_id_that_is_too_long_keeps_its_end() {
    let guid = "5b1c9a50-7e3d-4f5e-9a51-0f5d2c3b4a69";
    let long = format!("/subscriptions/{guid}/resourceGroups/rg/providers/Microsoft.AlertsManagement/alerts/{guid}");
    let display = tail(&long, 100);
    assert!(display.len() <= 100 && long.ends_with(&format!("/{display}")), "{display}");
    assert_eq!(tail("short", 100), "short");
    assert_eq!(tail(&"x".repeat(101), 100), "x".repeat(100));
    assert_eq!(tail("é/éé", 2), "éé");
}

#[test]
fn a_row_is_a_ticket() {
    let mut incident = row("2", "In Progress");
    incident["priority"] = cell("2", "2 - High");
    incident["assignment_group"] = cell(GROUP, "Operations");
    incident["assigned_to"] = cell("5137153cc611227c000bbd1bd8cd2005", "Robin Vale");
    incident["sys_created_on"] = cell("2026-11-22 13:06:01", "2026-11-22 14:06:01");
    incident["resolved_at"] = cell("", "");
    let settings = settings(json!({}));
    let ticket = Incidents(&settings).ticket(&Row::parse(&incident).unwrap());
    assert_eq!((ticket.id.as_str(), ticket.number.as_str(), ticket.key.as_str()), (ID, "INC0010077", KEY));
    assert_eq!(
        (ticket.state, ticket.platform_state.as_str(), ticket.version.as_str()),
        (TicketState::Open, "In Progress", "4")
    );
    assert_eq!((ticket.priority.as_str(), ticket.assignment.as_str()), ("2 - High", "Operations"));
    assert_eq!(ticket.assigned_to, "Robin Vale");
    assert_eq!((ticket.created_at.as_deref(), ticket.resolved_at), (Some("2026-11-22T13:06:01Z"), None));
    assert_eq!(ticket.url, format!("{INSTANCE}/nav_to.do?uri=incident.do?sys_id={ID}"));
}

#[test]
fn a_state_of_the_instance_means_what_the_settings_say() {
    let mut incident = row("17", "With the vendor");
    let state = |set: Value, row: &Value| Incidents(&settings(set)).ticket(&Row::parse(row).unwrap()).state;
    assert_eq!(state(json!({"states": {"17": "pending"}}), &incident), TicketState::Pending);
    assert_eq!(state(json!({}), &incident), TicketState::Open);
    incident["active"] = cell("false", "false");
    assert_eq!(state(json!({}), &incident), TicketState::Closed);
}

#[test]
fn without_a_setting_the_links_say_where_people_open_it() {
    let mut incident = row("1", "New");
    let url = |row: &Value| url(&Settings::default(), "incident", &Row::parse(row).unwrap());
    assert_eq!(url(&incident), "");
    let link = format!("https://desk.example.com/api/now/table/sys_user_group/{GROUP}");
    incident["assignment_group"] = json!({"value": GROUP, "display_value": "Operations", "link": link});
    assert_eq!(url(&incident), format!("https://desk.example.com/nav_to.do?uri=incident.do?sys_id={ID}"));
}

#[test]
fn a_mapping_s_own_text_is_cut_like_any_other() {
    let fields = json!({
        "short_description": "disk full ".repeat(400), "description": "much ".repeat(900), "close_notes": "over ".repeat(900)
    });
    let own = incident(Content { fields: fields.to_string(), ..content() });
    for columns in [opening(json!({}), &own), amendment(&open(), Change::Resolve, &own)] {
        for (column, longest) in [("short_description", 160), ("description", 4000), ("close_notes", 4000)] {
            let text = columns[column].as_str().unwrap();
            assert!(text.ends_with('…') && text.chars().count() <= longest, "{column}: {text}");
        }
    }
}

#[test]
fn a_long_note_fits_into_the_resolution_notes() {
    let mut resolve = incident(content());
    resolve.notes = vec![note("n-1", "13:06:00", &"back to 41 % ".repeat(400))];
    let columns = amendment(&open(), Change::Resolve, &resolve);
    let notes = columns["close_notes"].as_str().unwrap();
    assert!(notes.ends_with('…') && notes.chars().count() <= 4000, "{notes}");
}
