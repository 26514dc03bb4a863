//! Navigation properties that point to a row, and how a name becomes the address that they need.
//!
//! The Web API takes only identities: `"ownerid@odata.bind": "/teams(…)"`. So names are looked up before the write, side by side; a
//! value that is a GUID costs no request. A name that no single row has is refused with its property, or left out where the settings
//! say so.

use crate::client::{Client, Listing, Question};
use crate::draft::Draft;
use crate::odata;
use crate::settings::{Lookup, Missing, Settings};
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::text::one_line;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// More rows of one name than anyone needs to see that it is not unique.
const NAMESAKES: u32 = 20;

/// A name at a navigation property.
struct Named {
    navigation: String,
    name: String,
    lookup: Lookup,
}

/// Why a name stands for no row.
enum Unresolved {
    Unknown,
    Ambiguous(usize),
}

/// Binds a row in the place of each name, and answers a line for each value that was left out.
///
/// # Errors
/// `rejected` with the property, where a name stands for no single row; else what the organisation answers.
pub fn resolve<H: Http + Log>(client: &Client<'_, H>, draft: &mut Draft) -> Result<Vec<String>, CallError> {
    let (known, named): (Vec<_>, Vec<_>) =
        named(client.settings, draft)?.into_iter().partition(|named| odata::is_guid(&named.name));
    for known in known {
        draft.bind(&known.navigation, &known.lookup.entity_set, &known.name);
    }
    let (empty, named): (Vec<_>, Vec<_>) = named.into_iter().partition(|named| named.name.is_empty());
    for empty in empty {
        draft.remove(&empty.navigation);
    }
    let questions: Vec<_> = named.iter().map(question).collect();
    let answers = if questions.is_empty() { Vec::new() } else { client.list_all(&questions) };
    let mut left_out = Vec::new();
    for (named, answer) in named.iter().zip(answers) {
        let answer = answer.map_err(|error| {
            let act = format!("looked up \"{}\" in `{}`", named.name, named.lookup.entity_set);
            error.while_it(&act).with_field(&named.navigation)
        })?;
        match only_match(named, &answer) {
            Ok(id) => draft.bind(&named.navigation, &named.lookup.entity_set, &id),
            Err(why) => left_out.push(leave_out(draft, named, &why)?),
        }
    }
    Ok(left_out)
}

/// What a navigation property points into.
#[must_use]
pub fn of_navigation(settings: &Settings, navigation: &str) -> Option<Lookup> {
    settings.lookups.get(navigation).cloned().or_else(|| as_delivered(navigation))
}

/// The navigation properties that content can name: every table that teams or users own has the owner, Case has the customer.
fn as_delivered(navigation: &str) -> Option<Lookup> {
    let (entity_set, primary_key, by): (_, _, &[&str]) = match navigation {
        "ownerid" => ("teams", "teamid", &["name"]),
        "customerid_account" => ("accounts", "accountid", &["name", "accountnumber"]),
        "customerid_contact" => ("contacts", "contactid", &["emailaddress1", "fullname"]),
        _ => return None,
    };
    let by = by.iter().map(|&column| column.into()).collect();
    Some(Lookup { entity_set: entity_set.into(), primary_key: primary_key.into(), by, missing: Missing::Reject })
}

fn named(settings: &Settings, draft: &Draft) -> Result<Vec<Named>, CallError> {
    let mut all = Vec::new();
    for (navigation, value) in draft.iter() {
        let Some(lookup) = of_navigation(settings, navigation) else { continue };
        let Some(name) = value.as_str() else {
            let message = format!("`{navigation}` takes a name or a GUID");
            return Err(fault(CallErrorKind::Rejected, message).with_field(navigation));
        };
        all.push(Named { navigation: navigation.to_owned(), name: one_line(name), lookup });
    }
    Ok(all)
}

fn question(named: &Named) -> Question<'_> {
    let Lookup { entity_set, primary_key, by, .. } = &named.lookup;
    Question {
        entity_set,
        query: vec![
            ("$select", format!("{primary_key},{}", by.join(","))),
            ("$filter", odata::any(by.iter().map(|column| odata::is(column, &named.name)))),
        ],
        page: Some(NAMESAKES),
    }
}

/// The one row that has the name in the most telling column; rows that do not have it were not asked for.
fn only_match(named: &Named, listing: &Listing) -> Result<String, Unresolved> {
    let name = named.name.to_lowercase();
    for column in &named.lookup.by {
        let matches: Vec<_> = listing.rows.iter().filter(|row| row.value(column).to_lowercase() == name).collect();
        match matches.as_slice() {
            [] => {}
            // A row without an identity was not asked for.
            [row] => {
                let id = Some(row.value(&named.lookup.primary_key)).filter(|id| odata::is_guid(id));
                return id.ok_or(Unresolved::Unknown);
            }
            several => return Err(Unresolved::Ambiguous(several.len())),
        }
    }
    Err(Unresolved::Unknown)
}

fn leave_out(draft: &mut Draft, named: &Named, why: &Unresolved) -> Result<String, CallError> {
    let Named { navigation, name, lookup } = named;
    let by = lookup.by.join(", ");
    let why = match why {
        Unresolved::Unknown => {
            format!("no row of `{}` that this account may see has \"{name}\" as its {by}", lookup.entity_set)
        }
        Unresolved::Ambiguous(count) => {
            format!("{count} rows of `{}` have \"{name}\" as their {by}: use a GUID", lookup.entity_set)
        }
    };
    match lookup.missing {
        Missing::Reject => {
            Err(fault(CallErrorKind::Rejected, why).with_code("reference").with_field(navigation.clone()))
        }
        Missing::Omit => {
            draft.remove(navigation);
            Ok(format!("`{navigation}` was left empty: {why}."))
        }
    }
}

#[cfg(test)]
mod tests;
