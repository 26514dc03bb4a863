use super::*;
use crate::testing::{KEY, content, full_content, item, note, record, settings, ticket};
use serde_json::json;
use signalbox_sdk::types::Severity;

fn written(draft: &Draft) -> Vec<(&str, &str)> {
    draft.iter().collect()
}

fn read(settings: &Settings, fields: &[(&str, &str)]) -> Ticket {
    let row = Row::parse(&record("9a", "10222", fields)).unwrap();
    super::ticket(settings, &settings.dates().unwrap(), &row)
}

#[test]
fn a_new_incident_has_what_content_and_settings_say() {
    let settings = settings(json!({"assignment": "Service Desk", "service": "Shop", "alert_field": "AlertID"}));
    let draft = opening(&settings, &item(full_content())).unwrap();
    assert_eq!(
        written(&draft),
        [
            ("AlertID", "alert-77"),
            ("Description", "97 % > 90 %"),
            ("ExternalAlertID", KEY),
            ("IncidentType", "Incident"),
            ("OwnedByTeam", "Service Desk"),
            ("Priority", "2"),
            ("Service", "Shop"),
            ("ShortDescription", "Disk full on db-1"),
            ("Source", "Event"),
        ]
    );
}

#[test]
fn a_mapping_wins_over_the_settings_and_never_over_the_key() {
    let settings = settings(json!({"assignment": "Service Desk"}));
    let content = Content {
        assignment: Some("Network".into()),
        fields: r#"{"Source": "Phone", "priority": "1"}"#.into(),
        severity: Some(Severity::Verbose),
        ..content()
    };
    let draft = opening(&settings, &item(content)).unwrap();
    for (field, value) in [("OwnedByTeam", "Network"), ("Source", "Phone"), ("Priority", "1")] {
        assert_eq!(draft.get(field), Some(value), "{field}");
    }
    for field in ["ExternalAlertID", "recid"] {
        let content = Content { fields: json!({field: "mine"}).to_string(), ..self::content() };
        assert_eq!(opening(&settings, &item(content)).unwrap_err().field, field);
    }
}

#[test]
fn a_renewed_incident_tells_people_whom_it_follows() {
    let mut renewed = item(full_content());
    renewed.follows = Some(ticket(TicketState::Closed, "Closed"));
    let draft = opening(&settings(json!({})), &renewed).unwrap();
    let text = "97 % > 90 %\n\nFollows 10222, which could not be reopened.";
    assert_eq!(draft.get("Description"), Some(text));
}

#[test]
fn a_change_of_state_brings_what_it_needs() {
    let settings =
        settings(json!({"resolving": {"Cause": "Monitoring"}, "reopening": {"OwnedByTeam": "Service Desk"}}));
    let amended = |state, change| {
        let draft = amendment(&settings, &ticket(state, "x"), change, &item(content())).unwrap();
        draft.iter().map(|(field, value)| format!("{field}={value}")).collect::<Vec<_>>()
    };
    let resolved =
        ["Cause=Monitoring", "CloseDescription=The monitor reports that the problem is over.", "Status=Resolved"];
    assert_eq!(amended(TicketState::Open, Change::Resolve), resolved);
    assert_eq!(amended(TicketState::Pending, Change::Resolve), resolved);
    assert_eq!(amended(TicketState::Resolved, Change::Reopen), ["OwnedByTeam=Service Desk", "Status=Reopened"]);
    for (state, change) in [
        (TicketState::Resolved, Change::Resolve),
        (TicketState::Open, Change::Reopen),
        (TicketState::Open, Change::Update),
        (TicketState::Open, Change::Annotate),
    ] {
        assert_eq!(amended(state, change), [""; 0], "{change:?} of {state:?}");
    }
}

#[test]
fn the_newest_note_is_the_resolution_s_text() {
    let mut item = item(content());
    item.notes = vec![note("n-2", "13:10:00", "It is over.\n[n-2]"), note("n-1", "13:06:00", "still there\n[n-1]")];
    let ticket = ticket(TicketState::Open, "New");
    let draft = amendment(&settings(json!({})), &ticket, Change::Resolve, &item).unwrap();
    assert_eq!(draft.get("CloseDescription"), Some("It is over."));
}

#[test]
fn a_record_is_read_as_people_see_it() {
    let settings = settings(json!({"record_url": "https://desk.example.com/{object}/{number}?rec={id}"}));
    let ticket = read(
        &settings,
        &[
            ("Status", "In Progress"),
            ("ExternalAlertID", KEY),
            ("Priority", "2"),
            ("OwnedByTeam", "Network"),
            ("OwnedBy", "Omar Reyes"),
            ("CreatedDateTime", "11/22/2026 1:06 PM"),
            ("LastModifiedDateTime", "11/22/2026 1:09 PM"),
            ("Stat_DateTimeResolved", "11/22/2026 1:08 PM"),
        ],
    );
    assert_eq!((ticket.id.as_str(), ticket.number.as_str(), ticket.key.as_str()), ("9a", "10222", KEY));
    assert_eq!(ticket.url, "https://desk.example.com/Incident/10222?rec=9a");
    assert_eq!((ticket.state, ticket.platform_state.as_str()), (TicketState::Open, "In Progress"));
    assert_eq!((ticket.assignment.as_str(), ticket.assigned_to.as_str()), ("Network", "Omar Reyes"));
    assert_eq!(ticket.created_at.as_deref(), Some("2026-11-22T13:06:00Z"));
    assert_eq!(ticket.resolved_at, None, "it was resolved once, and is not now");
    assert_eq!(ticket.version, "11/22/2026 1:09 PM");
}

#[test]
fn what_the_system_stamps_is_the_version() {
    let fields = [("LastModTimeStamp", "00000000000007D3"), ("LastModifiedDateTime", "11/22/2026 1:09 PM")];
    assert_eq!(read(&settings(json!({})), &fields).version, "00000000000007D3");
}

#[test]
fn a_state_of_the_system_s_own_means_what_the_settings_say() {
    let settings = settings(json!({"states": {"With Vendor": "pending"}}));
    assert_eq!(read(&settings, &[("Status", "With Vendor")]).state, TicketState::Pending);
    assert_eq!(read(&settings, &[("Status", "Unheard Of")]).state, TicketState::Open);
}

#[test]
fn a_resolution_and_defaults_are_what_the_settings_say() {
    let settings = settings(json!({"resolution": "Over.", "configuration_item": "db-1", "category": "Disk"}));
    let draft = amendment(&settings, &ticket(TicketState::Open, "New"), Change::Resolve, &item(content())).unwrap();
    assert_eq!(draft.get("CloseDescription"), Some("Over."));
    let draft = opening(&settings, &item(content())).unwrap();
    assert_eq!((draft.get("ConfigItemRecID"), draft.get("Category")), (Some("db-1"), Some("Disk")));
}

#[test]
fn each_severity_sets_the_fields_that_the_settings_give_it() {
    use Severity::{Critical, Error, Informational, Verbose, Warning};
    let own = json!({"warning": {"Urgency": "Low", "Priority": "3"}, "verbose": {"Urgency": "None"}});
    let settings = settings(json!({"severity": own}));
    for (severity, fields) in [
        (Critical, vec![("Priority", "1")]),
        (Error, vec![("Priority", "2")]),
        (Warning, vec![("Priority", "3"), ("Urgency", "Low")]),
        (Informational, vec![("Priority", "4")]),
        (Verbose, vec![("Urgency", "None")]),
    ] {
        let content = Content { severity: Some(severity), ..content() };
        let draft = amendment(&settings, &ticket(TicketState::Open, "New"), Change::Update, &item(content)).unwrap();
        assert_eq!(written(&draft), fields, "{severity:?}");
    }
}
