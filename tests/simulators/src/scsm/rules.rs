//! What Service Manager demands of a work item, and what it computes.
//!
//! A closed incident is read-only but for its action log. A resolved one has a category and a description, where the installation
//! demands what its console does. The priority is of impact and urgency, whatever a client says.

use super::{ids, portal::Portal, refusal::Refusal, schema::Class, store::Object};

/// Refuses what may not be.
///
/// # Errors
/// [`Refusal::Exception`].
pub fn check(portal: &Portal, before: Option<&Object>, after: &Object) -> Result<(), Refusal> {
    let refuse = |words: String| Err(Refusal::Exception(words));
    if after.text("DisplayName").is_empty() {
        return refuse("The property DisplayName is required.".into());
    }
    if after.text("Status").is_empty() {
        return refuse("The property Status is required.".into());
    }
    if after.class == Class::Change {
        return Ok(());
    }
    if let Some(before) = before
        && before.text("Status") == ids::CLOSED
        && differs(before, after)
    {
        return refuse(format!("{} is closed and cannot be changed.", before.number()));
    }
    for property in ["Impact", "Urgency"] {
        if after.text(property).is_empty() {
            return refuse(format!("The property {property} is required."));
        }
    }
    let demanded = ["ResolutionCategory", "ResolutionDescription"];
    let lacking = demanded.into_iter().find(|property| after.text(property).is_empty());
    if let (true, ids::RESOLVED, Some(lacking)) = (portal.options.resolution_demanded, after.text("Status"), lacking) {
        return refuse(format!("The property {lacking} is required when an incident is resolved."));
    }
    if portal.options.source_demanded && after.text("Source").is_empty() {
        return refuse("The property Source is required.".into());
    }
    Ok(())
}

/// Whether properties or relations differ: comments are objects of their own.
#[must_use]
pub fn differs(before: &Object, after: &Object) -> bool {
    let without_log = |object: &Object| Object { log: Vec::new(), ..object.clone() };
    without_log(before) != without_log(after)
}

/// Computes what clients do not write.
pub fn compute(object: &mut Object) {
    if object.class == Class::Incident {
        object.set("Priority", priority(object.text("Impact"), object.text("Urgency")).into());
    }
}

/// The matrix of Incident Settings here: 1 where both are high, 9 where both are low.
fn priority(impact: &str, urgency: &str) -> u8 {
    let place = |list: &str, id: &str| {
        let entries = ids::list(list).map(|(_, _, entries)| *entries).unwrap_or_default();
        let place = entries.iter().position(|(known, _)| *known == id);
        place.and_then(|place| u8::try_from(place).ok()).unwrap_or(2)
    };
    place("impact", impact) * 3 + place("urgency", urgency) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_priority_is_of_impact_and_urgency() {
        let id = |list: &str, at: usize| ids::list(list).unwrap().2[at].0;
        for (impact, urgency, expected) in [(0, 0, 1), (0, 2, 3), (1, 0, 4), (1, 1, 5), (2, 1, 8), (2, 2, 9)] {
            assert_eq!(priority(id("impact", impact), id("urgency", urgency)), expected);
        }
        assert_eq!(priority("", ""), 9);
    }
}
