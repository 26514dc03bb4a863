//! Log search alerts of today's API (log alerts V2). Results are never in the body; links lead to them.

use serde_json::Value;

use super::Kind;
use super::criteria::{Criteria, Criterion};
use crate::arm;
use crate::envelope::{Details, Envelope};
use crate::link;
use crate::value::Lenient as _;

/// Links for people, the narrowest first. Those for programs need a token and stay in the payload.
const LINKS: &[(&str, &str)] =
    &[("linkToFilteredSearchResultsUI", "Filtered search results"), ("linkToSearchResultsUI", "Search results")];

/// Columns that name what a row is about, in the order in which Azure looks for a configuration item.
pub const RESOURCE_COLUMNS: &[&str] = &["_ResourceId", "ResourceId", "Resource", "Computer"];

pub fn read(context: &Value, envelope: &Envelope) -> Details {
    let criteria = Criteria::of(context);
    let mut details = Details::new(Kind::LogSearch);
    details.summary = criteria.summary(envelope.condition);
    criteria.describe(&mut details);
    details.seen = criteria.end;
    criteria.all.iter().for_each(|criterion| query(criterion, &mut details));
    details.label("condition-type", context.text("conditionType"));
    details
}

/// The query of a criterion and the ways to its results.
pub fn query(criterion: &Criterion<'_>, details: &mut Details) {
    details.fact("query", "Query", criterion.raw.text("searchQuery").unwrap_or_default());
    let types = criterion.raw.any_text(&["targetResourceTypes"]).unwrap_or_default();
    details.fact("query", "Target resource types", types.trim_matches(['[', ']']).replace('\'', ""));
    let links = LINKS.iter().filter_map(|(member, title)| link::https(title, &criterion.raw.text(member)?));
    details.links.extend(links);
    // Ids are resources, and were taken as such.
    for column in RESOURCE_COLUMNS {
        let named =
            criterion.dimensions.iter().filter(|(name, value)| name.eq_ignore_ascii_case(column) && !arm::is_id(value));
        details.configuration_items.extend(named.map(|(_, value)| value.clone()));
    }
}
