//! Columns that hold a reference, and how a name becomes the sys_id that they need.
//!
//! The Table API stores an unknown sys_id without a word, and with `sysparm_input_display_value` leaves a column empty whose name
//! it does not know, after the ticket was made. So names are looked up before the write, side by side; a value that is a sys_id
//! costs no request. A name that no single record has is refused with its column, or left out where the settings say so: by
//! default for what a CMDB may lack or not show to the gateway's account, since a ticket without its configuration item is
//! better than none.

use crate::client::{Client, Columns, Listing, Question};
use crate::draft::Draft;
use crate::query::{self, Query};
use crate::row::Row;
use crate::settings::{Missing, Reference, Settings};
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::text::one_line;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// More records of one name than anyone needs to see that it is not unique.
const NAMESAKES: u32 = 20;

/// A name in a column, to be looked up.
struct Lookup {
    column: String,
    name: String,
    reference: Reference,
    columns: String,
}

/// Why a name stands for no record.
enum Unresolved {
    Unknown,
    Ambiguous(usize),
    Refused(String),
}

/// Puts a sys_id in the place of each name, and answers a line for each value that was left out.
///
/// # Errors
/// `rejected` with the column, where a name stands for no single record; else what the instance answers.
pub fn resolve<H: Http + Log>(client: &Client<'_, H>, draft: &mut Draft) -> Result<Vec<String>, CallError> {
    let lookups: Vec<Lookup> =
        draft.iter().filter_map(|(column, value)| lookup(client.settings, column, value)).collect();
    // A name that the instance would run is nobody's: it is not even asked for.
    let (asked, never): (Vec<_>, Vec<_>) =
        lookups.into_iter().partition(|lookup| query::script(&lookup.name).is_none());
    let questions: Vec<_> = asked.iter().map(question).collect();
    let answers = if questions.is_empty() { Vec::new() } else { client.list_all(&questions) };
    let mut left_out = Vec::new();
    for (lookup, answer) in asked.iter().zip(answers) {
        let found = match answer {
            Ok(listing) => only_match(lookup, &listing),
            // An account that may not look there writes tickets all the same.
            Err(error) if lookup.reference.missing == Missing::Omit && is_refusal(&error) => {
                Err(Unresolved::Refused(error.message))
            }
            Err(error) => {
                let what = format!("looked up \"{}\" in `{}`", lookup.name, lookup.reference.table);
                return Err(error.while_it(&what).with_field(&lookup.column));
            }
        };
        match found {
            Ok(id) => draft.set(&lookup.column, &id),
            Err(why) => left_out.push(leave_out(draft, lookup, &why)?),
        }
    }
    for lookup in &never {
        left_out.push(leave_out(draft, lookup, &Unresolved::Unknown)?);
    }
    Ok(left_out)
}

/// What a column refers to.
#[must_use]
pub fn of_column(settings: &Settings, column: &str) -> Option<Reference> {
    settings.references.get(column).cloned().or_else(|| as_delivered(column))
}

/// The reference columns of incidents and alerts that content can name.
fn as_delivered(column: &str) -> Option<Reference> {
    let (table, by, missing): (_, &[&str], _) = match column {
        "assignment_group" => ("sys_user_group", &["name"], Missing::Reject),
        "assigned_to" | "caller_id" => ("sys_user", &["user_name", "email", "name"], Missing::Reject),
        "cmdb_ci" => ("cmdb_ci", &["name"], Missing::Omit),
        "business_service" => ("cmdb_ci_service", &["name"], Missing::Omit),
        _ => return None,
    };
    Some(Reference { table: table.into(), by: by.iter().map(|&column| column.into()).collect(), missing })
}

/// Whether this is an identity and not a name.
#[must_use]
pub fn is_sys_id(value: &str) -> bool {
    value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn lookup(settings: &Settings, column: &str, value: &str) -> Option<Lookup> {
    let name = one_line(value);
    if name.is_empty() || is_sys_id(&name) {
        return None;
    }
    let reference = of_column(settings, column)?;
    let columns = format!("sys_id,{}", reference.by.join(","));
    Some(Lookup { column: column.into(), name, reference, columns })
}

fn question(lookup: &Lookup) -> Question<'_> {
    let by = lookup.reference.by.iter().map(String::as_str);
    Question {
        table: &lookup.reference.table,
        query: Query::new().any_is(by, &lookup.name),
        columns: Columns::Only(&lookup.columns),
        limit: NAMESAKES,
    }
}

/// The one record that has the name in the most telling column; rows that do not have it were not asked for.
fn only_match(lookup: &Lookup, listing: &Listing) -> Result<String, Unresolved> {
    let name = lookup.name.to_lowercase();
    for column in &lookup.reference.by {
        let has_name =
            |row: &&Row| row.value(column).to_lowercase() == name || row.display(column).to_lowercase() == name;
        let matches: Vec<_> = listing.rows.iter().filter(has_name).collect();
        match matches.as_slice() {
            [] => {}
            [row] => return Ok(row.value("sys_id").to_owned()),
            several => return Err(Unresolved::Ambiguous(several.len())),
        }
    }
    Err(Unresolved::Unknown)
}

/// Whether it is answered alike each time: that table may not be read, or is not there.
fn is_refusal(error: &CallError) -> bool {
    matches!(error.kind, CallErrorKind::Rejected | CallErrorKind::Unsupported | CallErrorKind::Gone)
}

fn leave_out(draft: &mut Draft, lookup: &Lookup, why: &Unresolved) -> Result<String, CallError> {
    let Lookup { column, name, reference, .. } = lookup;
    let by = reference.by.join(", ");
    let why = match why {
        Unresolved::Unknown => {
            format!("no record of `{}` that this account may see has \"{name}\" as its {by}", reference.table)
        }
        Unresolved::Ambiguous(count) => {
            format!("{count} records of `{}` have \"{name}\" as their {by}: use a sys_id", reference.table)
        }
        Unresolved::Refused(words) => {
            format!("\"{name}\" can't be looked up in `{}`, this account may not read it: {words}", reference.table)
        }
    };
    match reference.missing {
        Missing::Reject => Err(fault(CallErrorKind::Rejected, why).with_code("reference").with_field(column.clone())),
        Missing::Omit => {
            draft.remove(column);
            Ok(format!("`{column}` was left empty: {why}."))
        }
    }
}

#[cfg(test)]
mod tests;
