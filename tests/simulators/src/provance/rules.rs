//! What the platform and the Case table do on a write: states with their reasons, what is required, what is locked, what is computed.

use serde_json::Value;

use super::{
    input::Input,
    refusal::Refusal,
    schema::{Kind, Table},
    store::{Row, Store},
};

const CASE: &str = "incident";
/// The status reason of a Case that was merged.
pub const MERGED: i64 = 2000;

/// What a new row has that nobody gave it.
///
/// # Errors
/// Where the row lacks what the platform itself demands.
pub fn begin(table: &Table, row: &mut Row, store: &mut Store) -> Result<(), Refusal> {
    if table.logical_name == CASE && !row.lookups.contains_key("customerid") {
        return Err(Refusal::NoCustomer);
    }
    if let Some(states) = states(table) {
        let given = row.number("statuscode").filter(|status| state_of(&states, *status) == Some(0));
        row.set("statecode", 0.into());
        row.set("statuscode", given.unwrap_or_else(|| default_reason(&states, 0)).into());
    }
    match table.logical_name.as_str() {
        CASE => {
            let number = store.next("CAS");
            row.set("ticketnumber", format!("CAS-{number:05}-{}", suffix(number)).into());
            for (column, value) in [("prioritycode", 2), ("severitycode", 1)] {
                if row.number(column).is_none() {
                    row.set(column, value.into());
                }
            }
            row.set("isescalated", row.values.get("isescalated").cloned().unwrap_or(false.into()));
            row.set("merged", false.into());
        }
        "acme_ticket" => row.set("acme_number", format!("T{:05}", store.next("T")).into()),
        "acme_change" => row.set("acme_number", format!("C{:05}", store.next("C")).into()),
        _ => {}
    }
    Ok(())
}

/// Whether a write may be done to a row, and what it does to the row's state.
///
/// # Errors
/// Where the row's state forbids it, or the state that is asked for is none.
pub fn change(table: &Table, row: &mut Row, input: &Input) -> Result<(), Refusal> {
    let Some(states) = states(table) else { return Ok(()) };
    let was = row.number("statecode").unwrap_or_default();
    let asked = |column| input.value(column).and_then(Value::as_i64);
    let (state, status) = (asked("statecode"), asked("statuscode"));
    if table.logical_name == CASE {
        let only_state = input.lookups.is_empty() && input.values.iter().all(|(name, _)| name.starts_with("stat"));
        let leaves = state == Some(0) && row.number("statuscode") != Some(MERGED);
        if was != 0 && !(leaves && only_state) {
            return Err(Refusal::Locked);
        }
        if state == Some(1) {
            return Err(Refusal::UseCloseIncident);
        }
    }
    if state.is_none() && status.is_none() {
        return Ok(());
    }
    let state = state.unwrap_or(was);
    let status = match status {
        Some(status) if state_of(&states, status) == Some(state) => status,
        Some(status) => return Err(Refusal::StatePair { state, status, id: row.id.clone() }),
        None => default_reason(&states, state),
    };
    row.set("statecode", state.into());
    row.set("statuscode", status.into());
    Ok(())
}

/// Ends a Case by its action.
///
/// # Errors
/// Where it is over, or the status reason is of another state.
pub fn close(table: &Table, row: &mut Row, status: i64) -> Result<(), Refusal> {
    if row.number("statecode") != Some(0) {
        return Err(Refusal::ClosedAlready);
    }
    let states = states(table).unwrap_or_default();
    let status = if status == -1 { default_reason(&states, 1) } else { status };
    if state_of(&states, status) != Some(1) {
        return Err(Refusal::StatePair { state: 1, status, id: row.id.clone() });
    }
    row.set("statecode", 1.into());
    row.set("statuscode", status.into());
    Ok(())
}

/// No other row may have the same value in an alternate key.
///
/// # Errors
/// [`Refusal::KeyViolated`].
pub fn keys_are_free(table: &Table, row: &Row, store: &Store) -> Result<(), Refusal> {
    let is_taken = |key: &String| {
        let others = store.with(&table.logical_name, key, row.text(key));
        others.iter().any(|other| other.id != row.id)
    };
    if table.keys.iter().any(is_taken) { Err(Refusal::KeyViolated) } else { Ok(()) }
}

/// Status reasons: value, state.
fn states(table: &Table) -> Option<Vec<(i64, i64)>> {
    table.columns.iter().find_map(|column| match &column.kind {
        Kind::Status(reasons) => Some(reasons.iter().map(|(value, state, _)| (*value, *state)).collect()),
        _ => None,
    })
}

fn state_of(states: &[(i64, i64)], status: i64) -> Option<i64> {
    states.iter().find(|(value, _)| *value == status).map(|(_, state)| *state)
}

fn default_reason(states: &[(i64, i64)], state: i64) -> i64 {
    states.iter().find(|(_, of)| *of == state).map_or(state, |(value, _)| *value)
}

/// Six letters and digits that go with a number, the same each time.
fn suffix(number: u64) -> String {
    const LETTERS: [char; 32] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X',
        'Y', 'Z', '2', '3', '4', '5', '6', '7', '8', '9',
    ];
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let letter = || {
        let at = usize::try_from(state % 32).unwrap_or_default();
        state /= 32;
        LETTERS.get(at).copied().unwrap_or('A')
    };
    std::iter::repeat_with(letter).take(6).collect()
}
