//! Alerts of Azure Backup. The target is the vault; what failed is the protected item, so that comes first and tells problems
//! of one vault apart.

use serde_json::Value;

use super::{Kind, other};
use crate::arm::{ArmId, canonical};
use crate::envelope::{Details, Envelope};
use crate::value::Lenient as _;
use crate::words::line;

/// What names the protected item, the most exact first.
const ITEMS: &[&str] =
    &["protectedItemId", "sourceId", "affectedItems", "linkedResourceId", "BackupItemName", "linkedResourceName"];

pub fn read(context: &Value, envelope: &Envelope) -> Details {
    let mut details = Details::new(Kind::Backup);
    let what = context.any_text(&["formattedSourceType", "sourceType", "category"]);
    let on = context.any_text(&["linkedResourceName", "BackupItemName"]).map(|name| format!("on {name}"));
    let item = [what, on].into_iter().flatten().collect::<Vec<_>>().join(" ");
    // The rule's author wrote nothing: the service says here what failed.
    let said = envelope.description.clone().map(|text| line(&text, 300));
    details.summary =
        [Some(item).filter(|item| !item.is_empty()), said].into_iter().flatten().collect::<Vec<_>>().join(": ");
    other::flatten("backup", context, &mut details);
    if let Some(id) = context.any_text(&["linkedResourceId", "sourceId"]).as_deref().and_then(ArmId::parse) {
        details.resources.push(id.to_resource());
    }
    let items = ITEMS.iter().map(|name| context.texts(name)).find(|items| !items.is_empty()).unwrap_or_default();
    details.identity.extend(items.iter().map(|item| ("item", canonical(item))));
    details.identity.extend(context.text("category").map(|category| ("category", category.to_lowercase())));
    details.label("category", context.text("category").map(|category| line(&category, 100)));
    details
}
