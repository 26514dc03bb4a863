//! Simple log alerts: one alert a row. Window, operator and threshold are null; the row is in `event`.

use serde_json::Value;

use super::Kind;
use super::criteria::Criteria;
use super::log_search::{RESOURCE_COLUMNS, query};
use crate::arm::{ArmId, canonical};
use crate::envelope::{Details, Envelope};
use crate::value::{Lenient as _, pairs_of};
use crate::words::line;

/// A summary shows this many columns, a ticket this many rows.
const SUMMARY_COLUMNS: usize = 4;
const ROWS: usize = 10;

pub fn read(context: &Value, envelope: &Envelope) -> Details {
    let criteria = Criteria::of(context);
    let mut details = Details::new(Kind::LogSimple);
    details.seen = criteria.end;
    details.label("condition-type", context.text("conditionType"));
    criteria.describe(&mut details);
    let rows: Vec<Vec<(String, String)>> = std::iter::once(context)
        .chain(context.field("condition"))
        .chain(criteria.all.iter().map(|criterion| criterion.raw))
        .filter_map(|holder| holder.field("event"))
        .flat_map(rows)
        .collect();
    let columns = rows.iter().flatten().take(SUMMARY_COLUMNS).map(|(name, value)| format!("{name} {value}"));
    let columns = columns.collect::<Vec<_>>().join(", ");
    details.summary = if columns.is_empty() { "a row matched the query".to_owned() } else { line(&columns, 200) };
    for (index, row) in rows.iter().take(ROWS).enumerate() {
        let group = if rows.len() > 1 { format!("event {}", index + 1) } else { "event".to_owned() };
        row.iter().for_each(|(name, value)| details.fact(&group, name.clone(), value.clone()));
    }
    criteria.all.iter().for_each(|criterion| query(criterion, &mut details));
    for row in &rows {
        let about = RESOURCE_COLUMNS
            .iter()
            .find_map(|column| row.iter().find(|(name, _)| name.eq_ignore_ascii_case(column)).map(|(_, value)| value));
        if let Some(about) = about {
            match ArmId::parse(about) {
                Some(id) => details.resources.push(id.to_resource()),
                None => details.configuration_items.push(about.clone()),
            }
        }
    }
    // A Resolved may come without the row: what the envelope says of the item counts first. The target itself, which bodies
    // name as the item where Azure found none, tells no rows apart.
    let of_row = details.configuration_items.iter().chain(details.resources.iter().map(|resource| &resource.id));
    let telling = |item: &&String| !envelope.targets.iter().any(|target| is_called(target, item));
    let of_envelope = envelope.configuration_items.iter().filter(telling).map(|item| canonical(item));
    let mut items: Vec<String> = of_envelope.collect();
    if items.is_empty() {
        items.extend(of_row.filter(telling).map(|item| canonical(item)));
    }
    details.identity.extend(items.into_iter().map(|item| ("item", item)));
    details
}

/// Whether an item is a target, by id or by name.
fn is_called(target: &str, item: &str) -> bool {
    let named = || ArmId::parse(target).is_some_and(|id| id.name.eq_ignore_ascii_case(item.trim()));
    canonical(target) == canonical(item) || named()
}

/// `[[{name, value}, …], …]`, or a lone row without the outer list.
fn rows(event: &Value) -> Vec<Vec<(String, String)>> {
    match event {
        Value::Array(elements) if elements.iter().any(Value::is_array) => elements.iter().map(pairs_of).collect(),
        row => vec![pairs_of(row)],
    }
}
