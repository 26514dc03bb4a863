//! Fields that hold another record's id, and how a name becomes that id.
//!
//! Teams, services and categories are stored by name, and the system checks them itself. Customers and configuration items are
//! stored by record id: names of those are looked up before the save, all side by side. A name that no single record has is refused
//! with its field, or left out where the settings say so: by default for what a CMDB may lack, since a ticket without its
//! configuration item is better than none.

use crate::catalog::Catalog;
use crate::client::Client;
use crate::draft::Draft;
use crate::search::{Listing, Question};
use crate::settings::{Missing, Operator, Reference, Settings};
use signalbox_sdk::fault::{Detail, fault, unanswered};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::text::one_line;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// More records of one name than anyone needs to see that it is not unique.
const NAMESAKES: u32 = 20;

/// A name in a field, to be looked up.
#[derive(Clone, Debug)]
pub struct Lookup {
    field: String,
    name: String,
    reference: Reference,
}

/// The names that are to be looked up for a draft.
#[must_use]
pub fn lookups(settings: &Settings, draft: &Draft) -> Vec<Lookup> {
    draft.iter().filter_map(|(field, value)| lookup(settings, field, value)).collect()
}

/// The objects that lookups search.
#[must_use]
pub fn objects(lookups: &[Lookup]) -> Vec<&str> {
    lookups.iter().map(|lookup| lookup.reference.object.as_str()).collect()
}

/// Puts a record id in the place of each name, and answers a line for each value that was left out.
///
/// # Errors
/// `rejected` with the field, where a name stands for no single record; else what the system answers.
pub fn resolve<H: Http + Log>(
    client: &Client<'_, H>,
    catalog: &Catalog,
    lookups: &[Lookup],
    draft: &mut Draft,
) -> Result<Vec<String>, CallError> {
    let mut questions = Vec::new();
    for lookup in lookups {
        let object = catalog.object(&lookup.reference.object)?;
        // Conditions on several fields would all have to hold: each field is a question of its own.
        for by in &lookup.reference.by {
            let condition = (object.field(by)?.id.as_str(), Operator::Eq, lookup.name.clone());
            questions.push(Question::new(object, vec![condition], NAMESAKES));
        }
    }
    let mut answers = client.search_all(&questions).into_iter();
    let mut left_out = Vec::new();
    for lookup in lookups {
        let mut found = None;
        for by in &lookup.reference.by {
            let answer = answers.next().unwrap_or_else(|| Err(unanswered()));
            let act = || format!("looked up \"{}\" in `{}`", lookup.name, lookup.reference.object);
            let listing = answer.map_err(|error| error.while_it(&act()).with_field(&lookup.field))?;
            found = found.or_else(|| only_match(&lookup.name, by, &listing));
        }
        match found {
            Some(Ok(id)) => draft.set(&lookup.field, &id),
            Some(Err(count)) => left_out.push(leave_out(draft, lookup, Some(count))?),
            None => left_out.push(leave_out(draft, lookup, None)?),
        }
    }
    Ok(left_out)
}

/// What a field refers to.
#[must_use]
pub fn of_field(settings: &Settings, field: &str) -> Option<Reference> {
    let set = settings.references.iter().find(|(name, _)| name.eq_ignore_ascii_case(field));
    set.map(|(_, reference)| reference.clone()).or_else(|| as_delivered(field))
}

/// Whether this is an identity and not a name.
#[must_use]
pub fn is_rec_id(value: &str) -> bool {
    matches!(value.len(), 32 | 42) && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The fields of incidents that content can name.
fn as_delivered(field: &str) -> Option<Reference> {
    let (object, by, missing): (_, &[&str], _) = match field.to_ascii_lowercase().as_str() {
        "customerrecid" => ("CustomerInternal", &["FullName", "Email"], Missing::Reject),
        "configitemrecid" => ("ConfigurationItem", &["FriendlyName", "HostName"], Missing::Omit),
        _ => return None,
    };
    Some(Reference { object: object.into(), by: by.iter().map(|&by| by.into()).collect(), missing })
}

fn lookup(settings: &Settings, field: &str, value: &str) -> Option<Lookup> {
    let name = one_line(value);
    if name.is_empty() || is_rec_id(&name) {
        return None;
    }
    Some(Lookup { field: field.into(), name, reference: of_field(settings, field)? })
}

/// The one record that has the name in this field, or how many have it; records that do not have it were not asked for.
fn only_match(name: &str, by: &str, listing: &Listing) -> Option<Result<String, usize>> {
    let name = name.to_lowercase();
    let matches: Vec<_> = listing.rows.iter().filter(|row| row.get(by).to_lowercase() == name).collect();
    match matches.as_slice() {
        [] => None,
        [row] => Some(Ok(row.rec_id.clone())),
        several => Some(Err(several.len())),
    }
}

fn leave_out(draft: &mut Draft, lookup: &Lookup, count: Option<usize>) -> Result<String, CallError> {
    let Lookup { field, name, reference } = lookup;
    let (object, by) = (&reference.object, reference.by.join(", "));
    let why = match count {
        None => format!("no record of `{object}` that this account may see has \"{name}\" as its {by}"),
        Some(count) => format!("{count} records of `{object}` have \"{name}\" as their {by}: use a record id"),
    };
    match reference.missing {
        Missing::Reject => Err(fault(CallErrorKind::Rejected, why).with_code("reference").with_field(field.clone())),
        Missing::Omit => {
            draft.remove(field);
            Ok(format!("`{field}` was left empty: {why}."))
        }
    }
}

#[cfg(test)]
mod tests;
