//! What a record must be to be saved, and what the system fills in.
//!
//! | an incident | rule |
//! |---|---|
//! | New | where a record begins |
//! | Assigned, In Progress | needs a team |
//! | Pending | needs a reason |
//! | Resolved | needs a close description |
//! | Resolved | goes to Closed or Reopened only |
//! | Reopened | only from Resolved; from Closed where the system is set up so |
//! | Closed | goes nowhere |

use super::{
    objects::Object,
    options::Options,
    refusal::{FieldFault, Refusal},
    save::Writer,
    server::Memory,
    store::Record,
};

/// What a new record begins with.
pub fn begin(object: &Object, record: &mut Record, writer: Writer<'_>) {
    record.set("CreatedDateTime", writer.now.to_string());
    record.set("CreatedBy", writer.user);
    if !object.states.is_empty() && record.get("Status").is_empty() {
        record.set("Status", "New");
    }
}

/// Whether a record can be saved as it now is.
///
/// # Errors
/// With every field that it lacks, or why its state forbids it.
pub fn check(options: &Options, object: &Object, old: Option<&Record>, record: &Record) -> Result<(), Refusal> {
    let mut lacking: Vec<&str> = Vec::new();
    // An old record that lacks something is not refused for it once more.
    let counts = |name: &str| old.is_none_or(|old| !old.get(name).is_empty());
    lacking
        .extend(object.fields.iter().filter(|field| field.required && counts(&field.name)).map(|field| &*field.name));
    if object.name == "Incident" {
        if let Some(old) = old {
            passes(options, old.get("Status"), record.get("Status"))?;
        }
        lacking.extend(match record.get("Status") {
            "Assigned" | "In Progress" => Some("OwnedByTeam"),
            "Pending" => Some("PendingReason"),
            "Resolved" | "Closed" => Some("CloseDescription"),
            _ => None,
        });
    }
    lacking.retain(|name| record.get(name).trim().is_empty());
    let faults: Vec<_> = lacking
        .into_iter()
        .filter_map(|name| object.field(name))
        .map(|field| {
            let why = format!("{} is required.", field.display);
            FieldFault { field_id: object.whole_id(field), why, lacking: true }
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}

/// Whether an incident's state may change so.
fn passes(options: &Options, from: &str, to: &str) -> Result<(), Refusal> {
    let allowed = from == to
        || match from {
            "Closed" => to == "Reopened" && options.closed_reopens,
            "Resolved" => matches!(to, "Closed" | "Reopened"),
            _ => to != "Reopened",
        };
    if allowed { Ok(()) } else { Err(Refusal::Forbidden(format!("Incident cannot go from {from} to {to}."))) }
}

/// What the system writes into a record that is saved.
pub fn compute(memory: &Memory, object: &Object, old: Option<&Record>, record: &mut Record, writer: Writer<'_>) {
    let name_of = |object: &str, id: &str, field: &str| {
        memory.store.record(object, id).map_or(String::new(), |record| record.get(field).to_owned())
    };
    if object.name == "Incident" {
        let customer = name_of("CustomerInternal", record.get("CustomerRecID"), "FullName");
        record.set("CustomerDisplayName", customer);
        let item = name_of("ConfigurationItem", record.get("ConfigItemRecID"), "FriendlyName");
        record.set("ConfigItemDisplayName", item);
    }
    let (before, state) = (old.map_or("", |old| old.get("Status")), record.get("Status").to_owned());
    if before == state {
        return;
    }
    let now = writer.now.to_string();
    match state.as_str() {
        "Resolved" => record.set("Stat_DateTimeResolved", now),
        "Reopened" => {
            record.set("Stat_DateTimeReOpened", now);
            record.set("Stat_IncidentReopened", "True");
            record.set("ClosedDateTime", "");
        }
        "Closed" | "Cancelled" => {
            record.set("ClosedDateTime", now);
            record.set("ClosedBy", writer.user);
        }
        _ => {}
    }
}
