use super::*;
use crate::draft::Wanted;
use crate::testing::{ID, KEY, NOW, content, full_content, incident, note, projection, settings, stored, ticket, with};
use serde_json::json;
use signalbox_sdk::types::Severity;

/// A draft's properties, texts and values alike.
fn shown(draft: &Draft) -> Value {
    let value = |wanted: &Wanted| match wanted {
        Wanted::Value(value) => value.clone(),
        Wanted::Text(text) => json!(text),
    };
    draft
        .iter()
        .map(|(property, wanted)| (property.to_owned(), value(wanted)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn opened(set: Value, item: &WorkItem) -> Value {
    shown(&opening(&settings(set), item).unwrap())
}

fn amended(seen: TicketState, change: Change, item: &WorkItem) -> Value {
    let now = Stamp::from_contract(NOW).unwrap();
    shown(&amendment(&settings(json!({})), seen, change, item, now).unwrap())
}

#[test]
fn a_new_incident_has_its_content_and_its_key() {
    let expected = json!({
        "Title": "Disk full on db-1", "Description": "97 % > 90 %", "Impact": "Medium", "Urgency": "High",
        "Source": "System", "ContactMethod": KEY
    });
    assert_eq!(opened(json!({}), &incident(full_content())), expected);
}

#[test]
fn defaults_stand_where_content_says_nothing() {
    let set = json!({
        "support_group": "Tier 1", "caller": "ops@example.com", "category": "Hardware", "source": "",
        "configuration_item": "cluster-1", "service": "Shop"
    });
    let expected = json!({
        "TierQueue": "Tier 1", "RequestedWorkItem": "ops@example.com", "Classification": "Hardware", "ContactMethod": KEY
    });
    assert_eq!(opened(set.clone(), &incident(content())), expected);
    let draft = opening(&settings(set.clone()), &incident(content())).unwrap();
    assert_eq!(draft.items, [("configuration item", "cluster-1".to_owned()), ("service", "Shop".to_owned())]);
    let own = Content { assignment: Some("Tier 2".into()), configuration_item: Some("db-1".into()), ..content() };
    assert_eq!(opened(set.clone(), &incident(own.clone()))["TierQueue"], "Tier 2");
    assert_eq!(opening(&settings(set), &incident(own)).unwrap().items[0].1, "db-1");
}

#[test]
fn a_mapping_s_own_fields_win_but_not_over_what_an_incident_is() {
    let own = Content { fields: r#"{"Urgency": "Low", "Site": "ZRH"}"#.into(), ..full_content() };
    let opened = opened(json!({}), &incident(own));
    assert_eq!((&opened["Urgency"], &opened["Site"]), (&json!("Low"), &json!("ZRH")));
    for property in ["ContactMethod", "Priority", "BaseId", "LastModified", "AppliesToTroubleTicket"] {
        let own = Content { fields: json!({(property): "x"}).to_string(), ..content() };
        let error = opening(&settings(json!({})), &incident(own)).unwrap_err();
        assert_eq!(error.field, property);
    }
}

#[test]
fn long_texts_are_cut_at_a_word() {
    let long = Content { title: Some("disk ".repeat(100)), description: Some("full ".repeat(2000)), ..content() };
    let opened = opened(json!({}), &incident(long));
    for (property, length) in [("Title", 200), ("Description", 4000)] {
        let text = opened[property].as_str().unwrap();
        assert!(text.encode_utf16().count() <= length && text.ends_with('…'), "{property}: {text}");
    }
}

#[test]
fn each_severity_has_an_impact_and_an_urgency() {
    for (severity, impact, urgency) in [
        (Severity::Critical, "High", "High"),
        (Severity::Error, "Medium", "High"),
        (Severity::Warning, "Medium", "Medium"),
        (Severity::Informational, "Low", "Medium"),
        (Severity::Verbose, "Low", "Low"),
    ] {
        let item = incident(Content { severity: Some(severity), ..content() });
        let expected = json!({"Impact": impact, "Urgency": urgency});
        assert_eq!(amended(TicketState::Open, Change::Update, &item), expected, "{severity:?}");
    }
}

#[test]
fn an_update_carries_what_differs_and_no_default() {
    let item = incident(Content { category: Some("Hardware".into()), ..content() });
    assert_eq!(amended(TicketState::Open, Change::Update, &item), json!({"Classification": "Hardware"}));
    assert_eq!(amended(TicketState::Open, Change::Annotate, &incident(content())), json!({}));
}

#[test]
fn resolving_says_status_category_description_and_date() {
    let mut item = incident(content());
    let expected = json!({
        "Status": "Resolved", "ResolutionCategory": "FixedByAnalyst",
        "ResolutionDescription": "The monitor reports that the problem is over.", "ResolvedDate": NOW
    });
    assert_eq!(amended(TicketState::Pending, Change::Resolve, &item), expected);
    item.notes = vec![note("n-2", "13:10:00", "back to 41 %\n[n-2]"), note("n-1", "13:06:00", "still 97 %\n[n-1]")];
    assert_eq!(amended(TicketState::Open, Change::Resolve, &item)["ResolutionDescription"], "back to 41 %");
    item.content.fields = r#"{"ResolutionCategory": "AutoResolved"}"#.into();
    assert_eq!(amended(TicketState::Open, Change::Resolve, &item)["ResolutionCategory"], "AutoResolved");
}

#[test]
fn reopening_takes_the_resolution_back() {
    let expected = json!({
        "Status": "Active", "ResolutionCategory": {"Id": null, "Name": null}, "ResolutionDescription": null,
        "ResolvedDate": null
    });
    assert_eq!(amended(TicketState::Resolved, Change::Reopen, &incident(content())), expected);
}

#[test]
fn a_state_that_stands_is_not_written() {
    assert_eq!(amended(TicketState::Resolved, Change::Resolve, &incident(content())), json!({}));
    assert_eq!(amended(TicketState::Open, Change::Reopen, &incident(content())), json!({}));
}

#[test]
fn a_new_incident_names_the_closed_one_that_it_follows_however_long_it_is() {
    let mut item = incident(full_content());
    item.follows = Some(ticket(TicketState::Closed, "Closed"));
    assert_eq!(opened(json!({}), &item)["Description"], "97 % > 90 %\n\nFollows IR77.");
    item.content.description = Some("full ".repeat(2000));
    let description = opened(json!({}), &item)["Description"].as_str().unwrap().to_owned();
    assert!(description.encode_utf16().count() <= 4000 && description.ends_with("…\n\nFollows IR77."), "{description}");
}

#[test]
fn an_object_is_a_ticket() {
    let object = with(
        stored("Active.Pending"),
        json!({
            "TierQueue": {"Id": ID, "Name": "Tier 1"}, "AssignedWorkItem": {"BaseId": ID, "DisplayName": "Robin Vale"},
            "ContactMethod": format!(" {KEY} ")
        }),
    );
    let ticket = super::ticket(&settings(json!({})), &projection(object));
    assert_eq!((ticket.id.as_str(), ticket.number.as_str(), ticket.key.as_str()), (ID, "IR77", KEY));
    assert_eq!((ticket.state, ticket.platform_state.as_str()), (TicketState::Pending, "Pending"));
    assert_eq!((ticket.version.as_str(), ticket.priority.as_str()), ("2026-11-22T13:06:00.25/0", "2"));
    assert_eq!((ticket.assignment.as_str(), ticket.assigned_to.as_str()), ("Tier 1", "Robin Vale"));
    assert_eq!(ticket.url, "https://portal.example.com/Incident/Edit/IR77");
    assert_eq!((ticket.created_at.as_deref(), ticket.resolved_at), (Some("2026-11-22T13:06:00Z"), None));
    assert_eq!(ticket.updated_at.as_deref(), Some("2026-11-22T13:06:00.25Z"));
}

#[test]
fn a_status_of_the_installation_means_what_the_settings_or_the_dates_say() {
    let own = json!({"Id": ID, "Name": "With the vendor"});
    let state = |set: Value, properties: Value| {
        state(&settings(set), &projection(with(with(stored("Active"), json!({"Status": own})), properties)))
    };
    assert_eq!(state(json!({"states": {(ID): "pending"}}), json!({})), TicketState::Pending);
    assert_eq!(state(json!({}), json!({})), TicketState::Open);
    assert_eq!(state(json!({}), json!({"ResolvedDate": "2026-11-22T13:06:00"})), TicketState::Resolved);
    let closed = json!({"ResolvedDate": "2026-11-22T13:06:00", "ClosedDate": "2026-11-22T13:07:00"});
    assert_eq!(state(json!({}), closed), TicketState::Closed);
}

#[test]
fn without_the_portal_s_address_there_is_no_link() {
    assert_eq!(url(&Settings::default(), "/Incident/Edit/", "IR77"), "");
    assert_eq!(display_name(&projection(stored("Active"))), "IR77 - Disk full on db-1");
}

#[test]
fn a_resolution_is_what_the_settings_say() {
    let set = json!({
        "resolved_status": "Erledigt", "resolution_category": "AutoResolved", "resolution_description": "Over."
    });
    let now = Stamp::from_contract(NOW).unwrap();
    let draft = amendment(&settings(set), TicketState::Open, Change::Resolve, &incident(content()), now).unwrap();
    let expected = json!({
        "Status": "Erledigt", "ResolutionCategory": "AutoResolved", "ResolutionDescription": "Over.", "ResolvedDate": NOW
    });
    assert_eq!(shown(&draft), expected);
}

#[test]
fn texts_are_as_long_as_the_settings_say() {
    let long = Content { title: Some("disk ".repeat(100)), description: Some("full ".repeat(100)), ..content() };
    let opened = opened(json!({"lengths": {"title": 64, "description": 80}}), &incident(long));
    for (property, length) in [("Title", 60..=64), ("Description", 75..=80)] {
        let text = opened[property].as_str().unwrap();
        assert!(length.contains(&text.chars().count()) && text.ends_with('…'), "{property}: {text}");
    }
}

#[test]
fn a_ticket_s_page_is_where_the_settings_say() {
    let set = json!({"paths": {"incident_form": "/form/ir?id=", "change_form": "/form/cr?id="}});
    let ticket = super::ticket(&settings(set), &projection(stored("Active")));
    assert_eq!(ticket.url, "https://portal.example.com/form/ir?id=IR77");
}

#[test]
fn a_mapping_s_own_text_is_cut_like_any_other() {
    let long = "disk ".repeat(2000);
    let fields = json!({"Title": long, "Description": long, "ResolutionDescription": long}).to_string();
    let own = incident(Content { fields, ..content() });
    for written in [opened(json!({}), &own), amended(TicketState::Open, Change::Resolve, &own)] {
        for (property, length) in [("Title", 200), ("Description", 4000), ("ResolutionDescription", 4000)] {
            let text = written[property].as_str().unwrap();
            assert!(text.encode_utf16().count() <= length && text.ends_with('…'), "{property}: {text}");
        }
    }
}
