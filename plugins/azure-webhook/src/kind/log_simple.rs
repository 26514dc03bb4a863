//! Simple log alerts: one alert a row. Window, operator and threshold are null; the row is in `event`.

use serde_json::Value;

use super::Kind;
use super::criteria::Criteria;
use super::log_search::query;
use crate::arm::{ArmId, canonical};
use crate::envelope::{Details, Envelope};
use crate::value::{Lenient as _, pairs_of};
use crate::words::line;

/// Columns that name what a row is about, in the order in which Azure looks for a configuration item.
const RESOURCE_COLUMNS: &[&str] = &["_ResourceId", "ResourceId", "Resource", "Computer"];

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
    // A Resolved may come without the row: what the envelope says of the item counts first.
    let items = if envelope.configuration_items.is_empty() {
        details
            .configuration_items
            .iter()
            .cloned()
            .chain(details.resources.iter().map(|resource| resource.id.clone()))
            .collect::<Vec<_>>()
    } else {
        envelope.configuration_items.clone()
    };
    details.identity.extend(items.iter().map(|item| ("item", canonical(item))));
    details
}

/// `[[{name, value}, …], …]`, or a lone row without the outer list.
fn rows(event: &Value) -> Vec<Vec<(String, String)>> {
    match event {
        Value::Array(elements) if elements.iter().any(Value::is_array) => elements.iter().map(pairs_of).collect(),
        row => vec![pairs_of(row)],
    }
}
