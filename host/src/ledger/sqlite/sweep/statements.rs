//! What a sweep asks, for the test of its plans.

use super::{LAST_EVENT, PLACES, alerts, bodies, records, tickets};

pub(in crate::ledger::sqlite) const STATEMENTS: [&str; 18] = [
    LAST_EVENT,
    PLACES,
    bodies::LOOK,
    bodies::DELETE,
    bodies::EMPTY,
    tickets::LOOK,
    tickets::DELETE_PARTS[0],
    tickets::DELETE_PARTS[1],
    tickets::DELETE_PARTS[2],
    tickets::DELETE_PARTS[3],
    tickets::FORGET,
    tickets::DELETE,
    alerts::LOOK,
    alerts::UNLINK,
    alerts::DELETE,
    alerts::DELETE_KEY,
    records::DELETE,
    records::DELETE_REFUSALS,
];
