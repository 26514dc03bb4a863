//! The tables that this organisation has: the stock ones around Case, and two that somebody made.

use super::{
    options::Options,
    schema::{Column, Kind, Schema, Table},
};

/// The column that was made for the gateway's key on Case.
pub const CASE_KEY: &str = "new_signalboxkey";
/// The column that was made for the gateway's key on the custom ticket table.
pub const TICKET_KEY: &str = "acme_alertkey";

/// All tables.
#[must_use]
pub fn schema(options: &Options) -> Schema {
    let mut tables = vec![
        case(),
        named("Account", "accounts", "name").with([Column::new("accountnumber", Kind::Text(20))]),
        named("Contact", "contacts", "fullname").with([Column::new("emailaddress1", Kind::Text(100))]),
        named("Team", "teams", "name"),
        named("SystemUser", "systemusers", "fullname").with([Column::new("internalemailaddress", Kind::Text(100))]),
        notes(),
        resolutions(),
        ticket(),
        asset(),
        change(),
    ];
    for table in &mut tables {
        table.is_tracked = options.tracked.contains(&table.logical_name);
        if !options.alternate_key {
            table.keys.clear();
        }
    }
    Schema(tables)
}

fn case() -> Table {
    let state = [(0, "Active"), (1, "Resolved"), (2, "Canceled")];
    let reasons = [
        (1, 0, "In Progress"),
        (2, 0, "On Hold"),
        (3, 0, "Waiting for Details"),
        (4, 0, "Researching"),
        (5, 1, "Problem Solved"),
        (1000, 1, "Information Provided"),
        (6, 2, "Canceled"),
        (2000, 2, "Merged"),
    ];
    let customer = [("customerid_account", "account"), ("customerid_contact", "contact")];
    let origins = [(1, "Phone"), (2, "Email"), (3, "Web"), (2483, "Facebook"), (3986, "Twitter")];
    let mut table = Table::owned("Incident", "incidents", "title").with([
        Column::new("title", Kind::Text(200)).required(),
        Column::new("description", Kind::Text(2_000)),
        Column::new("ticketnumber", Kind::Text(100)).by_platform(),
        Column::new("statecode", Kind::State(owned(&state))).later(),
        Column::new(
            "statuscode",
            Kind::Status(reasons.map(|(value, state, label)| (value, state, label.to_owned())).to_vec()),
        ),
        Column::choice("prioritycode", &[(1, "High"), (2, "Normal"), (3, "Low")]),
        Column::choice("severitycode", &[(1, "Default Value")]),
        Column::choice("caseorigincode", &origins),
        Column::choice("casetypecode", &[(1, "Question"), (2, "Problem"), (3, "Request")]),
        Column::new("isescalated", Kind::Flag),
        Column::new("merged", Kind::Flag).by_platform(),
        Column::new(
            "customerid",
            Kind::Lookup(customer.map(|(name, table)| (name.to_owned(), table.to_owned())).to_vec()),
        )
        .required(),
        Column::lookup("masterid", "incident"),
        Column::new(CASE_KEY, Kind::Text(100)),
        Column::new("new_zone", Kind::Text(100)),
    ]);
    table.is_custom = false;
    table.keys = vec![CASE_KEY.to_owned()];
    table
}

/// A stock table that tickets point to.
fn named(schema_name: &str, entity_set: &str, name: &str) -> Table {
    let table = Table::owned(schema_name, entity_set, name);
    Table { is_custom: false, has_notes: false, ..table }
}

fn notes() -> Table {
    let objects = [("objectid_incident", "incident"), ("objectid_acme_ticket", "acme_ticket")];
    let table = named("Annotation", "annotations", "subject").with([
        Column::new("subject", Kind::Text(500)),
        Column::new("notetext", Kind::Text(100_000)),
        Column::new(
            "objectid",
            Kind::Lookup(objects.map(|(name, table)| (name.to_owned(), table.to_owned())).to_vec()),
        ),
    ]);
    without_state(table)
}

fn resolutions() -> Table {
    let table = named("IncidentResolution", "incidentresolutions", "subject").with([
        Column::new("subject", Kind::Text(200)),
        Column::new("description", Kind::Text(2_000)),
        Column::new("timespent", Kind::Whole),
        Column::lookup("incidentid", "incident"),
    ]);
    without_state(Table { primary_key: "activityid".into(), ..table })
}

fn ticket() -> Table {
    let levels = [(100_000_000, "Low"), (100_000_001, "Medium"), (100_000_002, "High")];
    let mut table = Table::owned("acme_Ticket", "acme_tickets", "acme_name").with([
        Column::new("acme_details", Kind::Text(4_000)),
        Column::new("acme_number", Kind::Text(40)).by_platform(),
        Column::choice("acme_urgency", &levels),
        Column::new("acme_resolution", Kind::Text(1_000)),
        Column::choice("acme_source", &[(100_000_000, "Person"), (100_000_003, "Monitor")]),
        Column::lookup("acme_Asset", "acme_asset"),
        Column::new(TICKET_KEY, Kind::Text(100)),
    ]);
    table.keys = vec![TICKET_KEY.to_owned()];
    table
}

fn asset() -> Table {
    Table::owned("acme_Asset", "acme_assets", "acme_name")
}

fn change() -> Table {
    let reasons = [
        (1, 0, "Draft"),
        (100_000_000, 0, "Approved"),
        (100_000_001, 0, "In Implementation"),
        (2, 1, "Completed"),
        (100_000_002, 1, "Withdrawn"),
    ];
    Table::owned("acme_Change", "acme_changes", "acme_name").with([
        Column::new(
            "statuscode",
            Kind::Status(reasons.map(|(value, state, label)| (value, state, label.to_owned())).to_vec()),
        ),
        Column::new("acme_number", Kind::Text(40)).by_platform(),
        Column::choice("acme_risk", &[(1, "High"), (2, "Medium"), (3, "Low")]),
        Column::new("acme_begins", Kind::Time),
        Column::new("acme_ends", Kind::Time),
    ])
}

fn owned(choices: &[(i64, &str)]) -> Vec<(i64, String)> {
    choices.iter().map(|(value, label)| (*value, (*label).to_owned())).collect()
}

fn without_state(mut table: Table) -> Table {
    table.columns.retain(|column| !matches!(column.kind, Kind::State(_) | Kind::Status(_)));
    if let Some(identity) = table.columns.iter_mut().find(|column| column.kind == Kind::Identity) {
        identity.name.clone_from(&table.primary_key);
    }
    table
}
