//! Incidents: the state model, the priority matrix, what resolving and closing ask for.
//!
//! | from | to | |
//! |---|---|---|
//! | any open | New 1, In Progress 2 | |
//! | any open | On Hold 3 | wants a hold reason, and a comment where it awaits the caller |
//! | any open | Resolved 6 | wants close code and notes in the same write |
//! | Resolved | New, In Progress, On Hold | reopens: counted, resolution time taken back |
//! | open, Resolved | Closed 7 | for administrators; wants close code and notes |
//! | open | Canceled 8 | |
//! | Closed, Canceled | anything | aborted: they stay as they are |

use super::{Writing, count_reassignment, missing};
use crate::servicenow::{refusal::Refusal, store::Row};

const NEW: &str = "1";
const ON_HOLD: &str = "3";
const RESOLVED: &str = "6";
const CLOSED: &str = "7";
const CANCELED: &str = "8";
const AWAITING_CALLER: &str = "1";

/// The priority that impact and urgency give; none where one of them is not on the scale.
#[must_use]
pub fn priority(impact: &str, urgency: &str) -> Option<&'static str> {
    Some(match (impact, urgency) {
        ("1", "1") => "1",
        ("1", "2") | ("2", "1") => "2",
        ("1", "3") | ("2", "2") | ("3", "1") => "3",
        ("2", "3") | ("3", "2") => "4",
        ("3", "3") => "5",
        _ => return None,
    })
}

/// Makes an incident whole, or refuses it.
///
/// # Errors
/// A data policy's or a business rule's refusal.
pub fn settle(old: Option<&Row>, new: &mut Row, writing: &Writing<'_>) -> Result<(), Refusal> {
    let before = old.map_or(NEW, |old| old.get("state")).to_owned();
    if old.is_some() && (before == CLOSED || before == CANCELED) && !writing.administers {
        return Err(Refusal::Aborted { table: new.table.to_string(), rule: "Keep closed incidents closed" });
    }
    let state = agree_on_state(&before, new);
    if old.is_some() && before != state && (before == CLOSED || before == CANCELED) {
        return Err(Refusal::Aborted { table: new.table.to_string(), rule: "Incident state transition" });
    }
    let computed = priority(new.get("impact"), new.get("urgency"));
    let kept = old.map_or("5", |old| old.get("priority"));
    new.set("priority", computed.unwrap_or(kept));
    count_reassignment(old, new);
    demand(&before, &state, new, writing)?;
    stamp(old.is_none(), &before, &state, new, writing);
    Ok(())
}

/// `state` and the older `incident_state` are one; whichever was written decides.
fn agree_on_state(before: &str, new: &mut Row) -> String {
    let older = new.get("incident_state").to_owned();
    if new.get("state") == before && older != before && !older.is_empty() {
        new.set("state", older);
    }
    let state = new.get("state").to_owned();
    new.set("incident_state", state.as_str());
    state
}

fn demand(before: &str, state: &str, new: &Row, writing: &Writing<'_>) -> Result<(), Refusal> {
    let mut lacking = Vec::new();
    if state == ON_HOLD {
        lacking.extend(missing(new, &[("hold_reason", "On hold reason")]));
        let commented = writing.journals.contains(&"comments");
        if before != ON_HOLD && new.get("hold_reason") == AWAITING_CALLER && !commented {
            lacking.push("Additional comments");
        }
    }
    if state == RESOLVED || state == CLOSED {
        lacking.extend(missing(new, &[("close_code", "Resolution code"), ("close_notes", "Resolution notes")]));
    }
    if !lacking.is_empty() {
        return Err(Refusal::Mandatory(lacking));
    }
    if state == CLOSED && before != CLOSED && !writing.administers {
        return Err(Refusal::MayNot("Update"));
    }
    Ok(())
}

fn stamp(made: bool, before: &str, state: &str, new: &mut Row, writing: &Writing<'_>) {
    new.set("active", if state == CLOSED || state == CANCELED { "false" } else { "true" });
    if state != ON_HOLD {
        new.set("hold_reason", "");
    }
    if before == state && !made {
        return;
    }
    let ended = |state: &str| state == RESOLVED || state == CLOSED;
    if ended(state) && !ended(before) {
        new.set("resolved_at", writing.time());
        new.set("resolved_by", writing.user);
    }
    if state == CLOSED || state == CANCELED {
        new.set("closed_at", writing.time());
        new.set("closed_by", writing.user);
    }
    if before == RESOLVED && !ended(state) && state != CANCELED {
        new.add("reopen_count", 1);
        new.set("reopened_time", writing.time());
        new.set("reopened_by", writing.user);
        new.set("resolved_at", "");
        new.set("resolved_by", "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn writing(administers: bool) -> Writing<'static> {
        Writing { user: "a user", administers, now: Timestamp::from_second(1_790_000_000).unwrap(), journals: &[] }
    }

    fn row(values: &[(&str, &str)]) -> Row {
        let mut row = Row::new("0".repeat(32).into(), "incident".into(), Timestamp::UNIX_EPOCH);
        for (field, value) in [("state", "1"), ("incident_state", "1"), ("impact", "3"), ("urgency", "3")] {
            row.set(field, value);
        }
        for (field, value) in values {
            row.set(field, *value);
            if *field == "state" {
                row.set("incident_state", *value);
            }
        }
        row
    }

    fn update(before: &[(&str, &str)], written: &[(&str, &str)], writing: &Writing<'_>) -> Result<Row, Refusal> {
        let old = row(before);
        let mut new = old.clone();
        for (field, value) in written {
            new.set(field, *value);
        }
        settle(Some(&old), &mut new, writing).map(|()| new)
    }

    #[test]
    fn priority_is_what_impact_and_urgency_give() {
        let matrix = [["1", "2", "3"], ["2", "3", "4"], ["3", "4", "5"]];
        for (impact, row_of) in ["1", "2", "3"].iter().zip(matrix) {
            for (urgency, expected) in ["1", "2", "3"].iter().zip(row_of) {
                assert_eq!(priority(impact, urgency), Some(expected), "impact {impact}, urgency {urgency}");
            }
        }
        assert_eq!(priority("4", "1"), None);
    }

    #[test]
    fn a_written_priority_is_overwritten() {
        let new = update(&[], &[("priority", "1"), ("urgency", "2")], &writing(false)).unwrap();
        assert_eq!(new.get("priority"), "4");
    }

    const RESOLUTION: [(&str, &str); 2] = [("close_code", "User error"), ("close_notes", "Gone.")];

    #[test]
    fn the_state_model_allows_what_it_allows() {
        let code = || Refusal::Mandatory(vec!["Resolution code", "Resolution notes"]);
        let abort = |rule| Refusal::Aborted { table: "incident".into(), rule };
        let kept = || abort("Keep closed incidents closed");
        type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], Result<(), Refusal>);
        let cases: &[Case<'_>] = &[
            ("1", &[("state", "2")], Ok(())),
            ("2", &[("state", "1")], Ok(())),
            ("1", &[("state", "3")], Err(Refusal::Mandatory(vec!["On hold reason"]))),
            ("1", &[("state", "3"), ("hold_reason", "4")], Ok(())),
            ("1", &[("state", "3"), ("hold_reason", "1")], Err(Refusal::Mandatory(vec!["Additional comments"]))),
            ("1", &[("state", "6")], Err(code())),
            ("1", &[("state", "6"), RESOLUTION[0]], Err(Refusal::Mandatory(vec!["Resolution notes"]))),
            ("1", &[("state", "6"), RESOLUTION[1]], Err(Refusal::Mandatory(vec!["Resolution code"]))),
            ("1", &[("state", "6"), RESOLUTION[0], RESOLUTION[1]], Ok(())),
            ("1", &[("state", "7"), RESOLUTION[0], RESOLUTION[1]], Err(Refusal::MayNot("Update"))),
            ("1", &[("state", "8")], Ok(())),
            ("6", &[("state", "2"), RESOLUTION[0], RESOLUTION[1]], Ok(())),
            ("7", &[("state", "2")], Err(kept())),
            ("7", &[("short_description", "x")], Err(kept())),
            ("8", &[("state", "1")], Err(kept())),
        ];
        for (before, written, expected) in cases {
            let result = update(&[("state", *before)], written, &writing(false)).map(|_| ());
            assert_eq!(&result, expected, "{before} {written:?}");
        }
    }

    #[test]
    fn not_even_an_administrator_reopens_what_is_closed() {
        let result = update(&[("state", "7")], &[("state", "2")], &writing(true));
        assert!(matches!(result, Err(Refusal::Aborted { rule: "Incident state transition", .. })), "{result:?}");
        assert!(
            update(&[("state", "7"), RESOLUTION[0], RESOLUTION[1]], &[("correlation_id", "")], &writing(true)).is_ok()
        );
    }

    #[test]
    fn resolving_says_when_and_who_and_reopening_takes_it_back() {
        let resolved = update(&[], &[("state", "6"), RESOLUTION[0], RESOLUTION[1]], &writing(false)).unwrap();
        assert_eq!(resolved.get("resolved_at"), writing(false).time());
        assert_eq!((resolved.get("resolved_by"), resolved.get("active")), ("a user", "true"));
        let mut reopened = resolved.clone();
        reopened.set("state", "2");
        settle(Some(&resolved), &mut reopened, &writing(false)).unwrap();
        assert_eq!((reopened.get("resolved_at"), reopened.get("resolved_by")), ("", ""));
        assert_eq!((reopened.get("reopen_count"), reopened.get("reopened_by")), ("1", "a user"));
    }

    #[test]
    fn closing_makes_it_inactive() {
        let closed = update(&[], &[("state", "7"), RESOLUTION[0], RESOLUTION[1]], &writing(true)).unwrap();
        assert_eq!((closed.get("active"), closed.get("closed_by")), ("false", "a user"));
        assert_eq!(closed.get("closed_at"), writing(true).time());
        assert!(!closed.get("resolved_at").is_empty(), "what is closed was resolved");
    }

    #[test]
    fn the_older_state_field_is_the_same_field() {
        let by_older = update(&[], &[("incident_state", "2")], &writing(false)).unwrap();
        assert_eq!(by_older.get("state"), "2");
        let by_newer = update(&[], &[("state", "2")], &writing(false)).unwrap();
        assert_eq!(by_newer.get("incident_state"), "2");
    }
}
