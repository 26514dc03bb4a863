//! Change requests: which state follows which, by type, and what closing asks for.

use super::{Writing, count_reassignment, missing};
use crate::servicenow::{refusal::Refusal, store::Row};

const NEW: &str = "-5";
const REVIEW: &str = "0";
const CLOSED: &str = "3";
const CANCELED: &str = "4";

/// The way of a change of this type, in order.
fn way(kind: &str) -> &'static [&'static str] {
    match kind {
        "standard" => &[NEW, "-2", "-1", REVIEW, CLOSED],
        "emergency" => &[NEW, "-3", "-2", "-1", REVIEW, CLOSED],
        _ => &[NEW, "-4", "-3", "-2", "-1", REVIEW, CLOSED],
    }
}

/// Whether a change of this type may go from one state to another: a step forward, or a cancel before the review.
#[must_use]
pub fn may_go(kind: &str, from: &str, to: &str) -> bool {
    let way = way(kind);
    let place = |state: &str| way.iter().position(|at| *at == state);
    if to == CANCELED {
        return ![REVIEW, CLOSED, CANCELED].contains(&from);
    }
    matches!((place(from), place(to)), (Some(from), Some(to)) if to == from + 1)
}

/// Makes a change whole, or refuses it.
///
/// # Errors
/// The change model's or a data policy's refusal.
pub fn settle(old: Option<&Row>, new: &mut Row, writing: &Writing<'_>) -> Result<(), Refusal> {
    let before = old.map_or(NEW, |old| old.get("state")).to_owned();
    let state = new.get("state").to_owned();
    count_reassignment(old, new);
    if before == state {
        return Ok(());
    }
    // People who set up a scene put a new change where they like.
    let placed = old.is_none() && writing.administers;
    if !placed && !may_go(new.get("type"), &before, &state) {
        let rule = "Change Model: Check State Transition";
        return Err(Refusal::Aborted { table: new.table.to_string(), rule });
    }
    if state == CLOSED && !placed {
        let lacking = missing(new, &[("close_code", "Close code"), ("close_notes", "Close notes")]);
        if !lacking.is_empty() {
            return Err(Refusal::Mandatory(lacking));
        }
    }
    if state == "-1" && new.get("work_start").is_empty() {
        new.set("work_start", writing.time());
    }
    if state == REVIEW && new.get("work_end").is_empty() {
        new.set("work_end", writing.time());
    }
    if state == CLOSED || state == CANCELED {
        new.set("active", "false");
        new.set("closed_at", writing.time());
        new.set("closed_by", writing.user);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_goes_its_way_and_skips_nothing() {
        let cases = [
            ("normal", "-5", "-4", true),
            ("normal", "-5", "-2", false),
            ("normal", "-4", "-5", false),
            ("normal", "0", "3", true),
            ("standard", "-5", "-2", true),
            ("standard", "-5", "-4", false),
            ("emergency", "-5", "-3", true),
            ("emergency", "-5", "-4", false),
            ("normal", "-1", "4", true),
            ("normal", "0", "4", false),
            ("normal", "3", "4", false),
            ("normal", "3", "-5", false),
        ];
        for (kind, from, to, expected) in cases {
            assert_eq!(may_go(kind, from, to), expected, "{kind} {from} -> {to}");
        }
    }
}
