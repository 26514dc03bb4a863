//! The stock tables, their fields, choices and roles: a table to read, no behaviour.

use super::schema::{Field, Kind};

/// A field as the dictionary is written down here.
pub struct Column {
    pub(super) name: &'static str,
    label: &'static str,
    kind: Kind,
    computed: bool,
    default: &'static str,
    choices: &'static [(&'static str, &'static str)],
}

/// A table as the dictionary is written down here. One that extends another stands after it.
pub struct Stock {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) extends: Option<&'static str>,
    pub(super) columns: &'static [Column],
    pub(super) display: &'static str,
    pub(super) number: Option<(&'static str, u64)>,
    pub(super) read: &'static [&'static str],
    pub(super) write: &'static [&'static str],
}

impl Column {
    pub(super) fn field(&self) -> Field {
        let choices = self.choices.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned()));
        Field {
            label: self.label,
            kind: self.kind,
            computed: self.computed,
            default: self.default,
            choices: choices.collect(),
        }
    }

    const fn or(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }

    const fn of(mut self, choices: &'static [(&'static str, &'static str)]) -> Self {
        self.choices = choices;
        self
    }
}

const fn column(name: &'static str, label: &'static str, kind: Kind) -> Column {
    Column { name, label, kind, computed: false, default: "", choices: &[] }
}

const fn text(name: &'static str, label: &'static str, longest: usize) -> Column {
    column(name, label, Kind::Text(longest))
}

const fn integer(name: &'static str, label: &'static str) -> Column {
    column(name, label, Kind::Integer)
}

const fn flag(name: &'static str, label: &'static str) -> Column {
    column(name, label, Kind::Boolean).or("false")
}

const fn time(name: &'static str, label: &'static str) -> Column {
    column(name, label, Kind::Time)
}

const fn refers(name: &'static str, label: &'static str, table: &'static str) -> Column {
    column(name, label, Kind::Reference(table))
}

const fn journal(name: &'static str, label: &'static str) -> Column {
    column(name, label, Kind::Journal)
}

const fn computed(column: Column) -> Column {
    Column { computed: true, ..column }
}

const WEIGHTS: &[(&str, &str)] = &[("1", "1 - High"), ("2", "2 - Medium"), ("3", "3 - Low")];
const PRIORITIES: &[(&str, &str)] =
    &[("1", "1 - Critical"), ("2", "2 - High"), ("3", "3 - Moderate"), ("4", "4 - Low"), ("5", "5 - Planning")];
const INCIDENT_STATES: &[(&str, &str)] =
    &[("1", "New"), ("2", "In Progress"), ("3", "On Hold"), ("6", "Resolved"), ("7", "Closed"), ("8", "Canceled")];
const HOLD_REASONS: &[(&str, &str)] =
    &[("1", "Awaiting Caller"), ("3", "Awaiting Problem"), ("4", "Awaiting Vendor"), ("5", "Awaiting Change")];
const CONTACT_TYPES: &[(&str, &str)] = &[
    ("chat", "Chat"),
    ("email", "Email"),
    ("monitoring", "Monitoring"),
    ("phone", "Phone"),
    ("self-service", "Self-service"),
    ("virtual_agent", "Virtual Agent"),
    ("walk-in", "Walk-in"),
];
const CATEGORIES: &[(&str, &str)] = &[
    ("inquiry", "Inquiry / Help"),
    ("software", "Software"),
    ("hardware", "Hardware"),
    ("network", "Network"),
    ("database", "Database"),
];
const CHANGE_STATES: &[(&str, &str)] = &[
    ("-5", "New"),
    ("-4", "Assess"),
    ("-3", "Authorize"),
    ("-2", "Scheduled"),
    ("-1", "Implement"),
    ("0", "Review"),
    ("3", "Closed"),
    ("4", "Canceled"),
];
const CHANGE_TYPES: &[(&str, &str)] = &[("normal", "Normal"), ("standard", "Standard"), ("emergency", "Emergency")];
const CHANGE_CLOSE_CODES: &[(&str, &str)] =
    &[("successful", "Successful"), ("successful_issues", "Successful with issues"), ("unsuccessful", "Unsuccessful")];
const RISKS: &[(&str, &str)] = &[("2", "High"), ("3", "Moderate"), ("4", "Low")];
const EVENT_SEVERITIES: &[(&str, &str)] =
    &[("0", "Clear"), ("1", "Critical"), ("2", "Major"), ("3", "Minor"), ("4", "Warning"), ("5", "OK")];
const ALERT_STATES: &[(&str, &str)] =
    &[("Open", "Open"), ("Reopen", "Reopen"), ("Flapping", "Flapping"), ("Closed", "Closed")];

/// What every table has.
pub const SYSTEM: &[Column] = &[
    computed(text("sys_id", "Sys ID", 32)),
    computed(time("sys_created_on", "Created")),
    computed(text("sys_created_by", "Created by", 40)),
    computed(time("sys_updated_on", "Updated")),
    computed(text("sys_updated_by", "Updated by", 40)),
    computed(integer("sys_mod_count", "Updates")),
    computed(text("sys_class_name", "Class", 80)),
    computed(text("sys_tags", "Tags", 255)),
];

const TASK: &[Column] = &[
    text("number", "Number", 40),
    integer("state", "State"),
    flag("active", "Active").or("true"),
    text("short_description", "Short description", 160),
    text("description", "Description", 4000),
    integer("priority", "Priority").of(PRIORITIES).or("4"),
    integer("impact", "Impact").of(WEIGHTS).or("3"),
    integer("urgency", "Urgency").of(WEIGHTS).or("3"),
    refers("assigned_to", "Assigned to", "sys_user"),
    refers("assignment_group", "Assignment group", "sys_user_group"),
    refers("cmdb_ci", "Configuration item", "cmdb_ci"),
    refers("business_service", "Service", "cmdb_ci"),
    refers("opened_by", "Opened by", "sys_user"),
    time("opened_at", "Opened"),
    refers("closed_by", "Closed by", "sys_user"),
    time("closed_at", "Closed"),
    text("close_notes", "Close notes", 4000),
    journal("comments", "Additional comments"),
    journal("work_notes", "Work notes"),
    text("contact_type", "Channel", 40).of(CONTACT_TYPES),
    text("correlation_id", "Correlation ID", 100),
    text("correlation_display", "Correlation display", 100),
    refers("parent", "Parent", "task"),
    refers("company", "Company", "core_company"),
    refers("location", "Location", "cmn_location"),
    text("watch_list", "Watch list", 4000),
    text("work_notes_list", "Work notes list", 4000),
    integer("escalation", "Escalation").or("0"),
    integer("reassignment_count", "Reassignment count").or("0"),
    text("approval", "Approval", 40).or("not requested"),
    flag("made_sla", "Made SLA").or("true"),
    flag("knowledge", "Knowledge"),
    time("due_date", "Due date"),
    time("sla_due", "SLA due"),
    time("work_start", "Actual start"),
    time("work_end", "Actual end"),
    time("expected_start", "Expected start"),
    time("activity_due", "Activity due"),
    text("upon_reject", "Upon reject", 40).or("cancel"),
    text("upon_approval", "Upon approval", 40).or("proceed"),
    text("time_worked", "Time worked", 40),
    text("sys_domain", "Domain", 40).or("global"),
    text("sys_domain_path", "Domain path", 255).or("/"),
];

const INCIDENT: &[Column] = &[
    integer("state", "State").of(INCIDENT_STATES).or("1"),
    integer("incident_state", "Incident state").of(INCIDENT_STATES).or("1"),
    integer("hold_reason", "On hold reason").of(HOLD_REASONS),
    integer("priority", "Priority").of(PRIORITIES),
    integer("severity", "Severity").of(WEIGHTS).or("3"),
    integer("notify", "Notify").or("1"),
    refers("caller_id", "Caller", "sys_user"),
    text("category", "Category", 40).of(CATEGORIES).or("inquiry"),
    text("subcategory", "Subcategory", 40),
    text("close_code", "Resolution code", 40),
    text("close_notes", "Resolution notes", 4000),
    refers("resolved_by", "Resolved by", "sys_user"),
    time("resolved_at", "Resolved"),
    integer("reopen_count", "Reopen count").or("0"),
    refers("reopened_by", "Last reopened by", "sys_user"),
    time("reopened_time", "Last reopened at"),
    refers("problem_id", "Problem", "problem"),
    refers("rfc", "Change Request", "change_request"),
    refers("caused_by", "Caused by Change", "change_request"),
    refers("parent_incident", "Parent Incident", "incident"),
    integer("child_incidents", "Child Incidents").or("0"),
    text("business_stc", "Business resolve time", 40),
    text("calendar_stc", "Resolve time", 40),
    text("business_duration", "Business duration", 40),
    text("calendar_duration", "Duration", 40),
];

const CHANGE: &[Column] = &[
    integer("state", "State").of(CHANGE_STATES).or("-5"),
    text("type", "Type", 40).of(CHANGE_TYPES).or("normal"),
    text("category", "Category", 40).or("Other"),
    integer("risk", "Risk").of(RISKS).or("3"),
    text("phase", "Phase", 40).or("requested"),
    text("phase_state", "Phase state", 40).or("open"),
    refers("requested_by", "Requested by", "sys_user"),
    time("requested_by_date", "Requested by date"),
    time("start_date", "Planned start date"),
    time("end_date", "Planned end date"),
    text("conflict_status", "Conflict status", 40).or("Not Run"),
    text("close_code", "Close code", 40).of(CHANGE_CLOSE_CODES),
    text("justification", "Justification", 4000),
    text("implementation_plan", "Implementation plan", 4000),
    text("backout_plan", "Backout plan", 4000),
    text("test_plan", "Test plan", 4000),
    text("reason", "Reason", 4000),
    flag("cab_required", "CAB required"),
    flag("outside_maintenance_schedule", "Outside maintenance schedule"),
];

const PROBLEM: &[Column] = &[
    integer("state", "State").or("101"),
    text("cause_notes", "Cause notes", 4000),
    text("fix_notes", "Fix notes", 4000),
];

const USER: &[Column] = &[
    text("user_name", "User ID", 40),
    text("name", "Name", 151),
    text("first_name", "First name", 50),
    text("last_name", "Last name", 50),
    text("email", "Email", 100),
    text("title", "Title", 60),
    flag("active", "Active").or("true"),
    text("source", "Source", 255),
    text("time_zone", "Time zone", 40),
];

const GROUP: &[Column] = &[
    text("name", "Name", 80),
    text("description", "Description", 1000),
    text("email", "Group email", 100),
    text("type", "Type", 1024),
    refers("manager", "Manager", "sys_user"),
    flag("active", "Active").or("true"),
];

const NAMED: &[Column] = &[text("name", "Name", 255)];

const CI: &[Column] = &[
    text("name", "Name", 255),
    text("fqdn", "Fully qualified domain name", 255),
    text("ip_address", "IP Address", 255),
    text("asset_tag", "Asset tag", 40),
    text("serial_number", "Serial number", 255),
    text("short_description", "Description", 1000),
    text("object_id", "Object ID", 512),
    text("correlation_id", "Correlation ID", 512),
    text("category", "Category", 40),
    integer("install_status", "Status").or("1"),
    integer("operational_status", "Operational status").or("1"),
    refers("support_group", "Support group", "sys_user_group"),
];

const CHOICE: &[Column] = &[
    text("name", "Table", 80),
    text("element", "Element", 80),
    text("value", "Value", 40),
    text("label", "Label", 60),
    text("language", "Language", 3).or("en"),
    integer("sequence", "Sequence"),
    flag("inactive", "Inactive"),
];

const JOURNAL_FIELD: &[Column] = &[
    text("name", "Name", 80),
    text("element", "Element", 80),
    text("element_id", "Element ID", 32),
    text("value", "Value", 65_000),
];

const PROPERTY: &[Column] =
    &[text("name", "Name", 100), text("value", "Value", 4000), text("description", "Description", 1000)];

const EVENT: &[Column] = &[
    text("source", "Source", 100),
    text("event_class", "Source instance", 100),
    text("node", "Node", 255),
    text("resource", "Resource", 255),
    text("metric_name", "Metric Name", 255),
    text("type", "Type", 100),
    text("message_key", "Message key", 1024),
    integer("severity", "Severity").of(EVENT_SEVERITIES),
    text("description", "Description", 4000),
    text("additional_info", "Additional information", 65_000),
    time("time_of_event", "Time of event"),
    text("resolution_state", "Resolution state", 40),
    text("state", "State", 40).or("Ready"),
    text("error_msg", "Error message", 1000),
    refers("alert", "Alert", "em_alert"),
];

const ALERT: &[Column] = &[
    text("number", "Number", 40),
    text("source", "Source", 100),
    text("event_class", "Source instance", 100),
    text("node", "Node", 255),
    text("resource", "Resource", 255),
    text("metric_name", "Metric Name", 255),
    text("type", "Type", 100),
    text("message_key", "Message key", 1024),
    integer("severity", "Severity").of(EVENT_SEVERITIES),
    text("state", "State", 40).of(ALERT_STATES).or("Open"),
    text("description", "Description", 4000),
    text("short_description", "Short description", 160),
    text("additional_info", "Additional information", 65_000),
    text("correlation_id", "Correlation ID", 100),
    flag("acknowledged", "Acknowledged"),
    flag("maintenance", "Maintenance"),
    integer("event_count", "Event count").or("0"),
    time("initial_event_time", "Initial event generation time"),
    time("last_event_time", "Last event generation time"),
    refers("incident", "Task", "task"),
    refers("cmdb_ci", "Configuration item", "cmdb_ci"),
    refers("assignment_group", "Assignment group", "sys_user_group"),
    refers("assigned_to", "Assigned to", "sys_user"),
    journal("work_notes", "Work notes"),
];

const ANYONE: &[&str] = &[];
const AGENTS: &[&str] = &["itil", "sn_incident_write", "itil_admin", "admin"];
const INCIDENT_READERS: &[&str] = &["itil", "sn_incident_read", "sn_incident_write", "itil_admin", "admin"];
const EVENT_PEOPLE: &[&str] = &["evt_mgmt_integration", "evt_mgmt_operator", "evt_mgmt_admin", "admin"];
const ADMINS: &[&str] = &["admin"];

const fn stock(name: &'static str, label: &'static str, columns: &'static [Column]) -> Stock {
    Stock { name, label, extends: None, columns, display: "name", number: None, read: ANYONE, write: ADMINS }
}

const fn task(
    name: &'static str,
    label: &'static str,
    columns: &'static [Column],
    number: (&'static str, u64),
) -> Stock {
    let (extends, number) = (Some("task"), Some(number));
    Stock { name, label, extends, columns, display: "number", number, read: AGENTS, write: AGENTS }
}

const fn ci(name: &'static str, label: &'static str) -> Stock {
    Stock { extends: Some("cmdb_ci"), write: AGENTS, ..stock(name, label, &[]) }
}

/// Every table, parents before children.
pub const TABLES: &[Stock] = &[
    Stock { display: "number", read: AGENTS, write: AGENTS, ..stock("task", "Task", TASK) },
    Stock { read: INCIDENT_READERS, ..task("incident", "Incident", INCIDENT, ("INC", 10_001)) },
    task("change_request", "Change Request", CHANGE, ("CHG", 30_001)),
    task("problem", "Problem", PROBLEM, ("PRB", 40_001)),
    stock("sys_user", "User", USER),
    stock("sys_user_group", "Group", GROUP),
    stock("core_company", "Company", NAMED),
    stock("cmn_location", "Location", NAMED),
    Stock { write: AGENTS, ..stock("cmdb_ci", "Configuration Item", CI) },
    ci("cmdb_ci_server", "Server"),
    ci("cmdb_ci_vm_instance", "Virtual Machine Instance"),
    ci("cmdb_ci_service", "Service"),
    Stock { display: "label", ..stock("sys_choice", "Choice", CHOICE) },
    Stock { read: ADMINS, ..stock("sys_properties", "System Property", PROPERTY) },
    Stock { display: "element", read: AGENTS, ..stock("sys_journal_field", "Journal Entry", JOURNAL_FIELD) },
    Stock { display: "message_key", read: EVENT_PEOPLE, write: EVENT_PEOPLE, ..stock("em_event", "Event", EVENT) },
    Stock {
        display: "number",
        number: Some(("Alert", 10_001)),
        read: EVENT_PEOPLE,
        write: EVENT_PEOPLE,
        ..stock("em_alert", "Alert", ALERT)
    },
];
