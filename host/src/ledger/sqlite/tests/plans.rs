//! No commit and no claim reads a whole table, whatever its length.

use super::Folder;
use crate::ledger::sqlite::accept::{keys, look_up, write};
use crate::ledger::sqlite::file::LedgerFile;
use crate::ledger::sqlite::reports::note;
use crate::ledger::sqlite::{chores, lease, monitors, records, save, sweep, timeline, whose};
use rusqlite::params_from_iter;

/// What the writer does.
const STATEMENTS: [&str; 107] = [
    look_up::TWINS,
    keys::NUMBER,
    look_up::SEATS,
    look_up::PAST,
    look_up::RECORDED,
    look_up::OF_MOMENT,
    look_up::STANDS_IN,
    look_up::LATEST,
    look_up::FORGOTTEN,
    look_up::RECENT,
    look_up::LAST,
    write::BODY,
    keys::KEY,
    write::ALERT,
    write::TICKET,
    write::MEMBER,
    write::LINK,
    write::RAISE,
    write::ROUTED,
    write::REPLACED,
    write::TRIM,
    note::OBSERVATION,
    note::ORIGIN,
    note::RENEWAL,
    note::RECORD,
    note::NO_ORIGIN,
    timeline::APPEND,
    timeline::LATEST,
    save::HELD,
    save::SAVE,
    save::PAST,
    save::OPEN,
    save::CLOSE,
    save::RENEW,
    save::MOVE_MEMBERS,
    save::LINK_MEMBERS,
    save::EMPTY,
    lease::READY,
    lease::FIRST,
    lease::ABANDONED,
    lease::HOLD,
    lease::PARK,
    lease::EXTEND,
    chores::FIND,
    chores::TAKE_UP,
    chores::MAKE_DUE,
    chores::DROP_TICKET,
    chores::FIND_BODY,
    chores::DROP_BODY,
    chores::FIND_ALERT,
    chores::DROP_ALERT,
    records::leader::LEAD,
    records::leader::LEADS,
    records::leader::STEP_DOWN,
    records::keep::BEGIN,
    records::keep::STATE,
    records::keep::FAILED,
    records::keep::ADVANCE,
    records::keep::KNOWN,
    records::keep::PLACE,
    records::keep::KEEP,
    records::keep::BODY,
    records::look::SHOWN,
    records::look::RAISE,
    records::outbox::BEGIN,
    records::outbox::GIVEN,
    records::outbox::PLACES,
    records::outbox::CHANGED,
    records::outbox::HAPPENED,
    records::outbox::GIVE,
    records::outbox::MOVE_ON,
    records::outbox::REFUSED,
    records::outbox::TAKEN,
    records::outbox::COUNT,
    records::outbox::FAILED,
    records::refused::FIND,
    records::refused::NEXT,
    records::refused::DROP,
    monitors::task::BEGIN,
    monitors::task::PLACE,
    monitors::task::HAPPENED,
    monitors::task::MOVE_ON,
    monitors::task::WENT_WELL,
    monitors::task::GAVE_UP,
    monitors::task::FAILED,
    monitors::report::LIFE,
    monitors::report::AT_MEMBERS,
    monitors::report::AT_FORMER_ONES,
    monitors::report::DUE,
    monitors::report::FORGET,
    monitors::report::OF,
    monitors::report::SETTLED,
    monitors::report::LATER,
    monitors::enquiry::NEWEST,
    monitors::enquiry::OF_SOURCE,
    monitors::enquiry::FIRES,
    monitors::enquiry::ASK,
    monitors::enquiry::DUE,
    monitors::enquiry::FORGET,
    monitors::enquiry::ANSWER,
    monitors::enquiry::RELEASE,
    monitors::enquiry::RAISE,
    monitors::recheck::LIVE_TICKETS,
    monitors::recheck::SAID,
    whose::TAKE,
    whose::WHOSE,
    whose::REMEMBER,
];

#[test]
fn the_writer_finds_its_rows_by_index() {
    let folder = Folder::new();
    let connection = LedgerFile::open(&folder.url()).unwrap().connect().unwrap();
    // Plans would list what is only done after a reference was found to be broken.
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    for statement in STATEMENTS.into_iter().chain(sweep::STATEMENTS) {
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
        let arguments = vec![1; plan.parameter_count()];
        let steps = plan.query_map(params_from_iter(arguments), |step| step.get::<_, String>("detail")).unwrap();
        for step in steps.map(Result::unwrap) {
            // What is scanned otherwise is what an index found.
            let bounded =
                ["SCAN CONSTANT ROW", "SCAN counted"].contains(&step.as_str()) || step.starts_with("SCAN (subquery");
            let from_the_head = ["SCAN alerts USING INDEX alerts_with_payload", "SCAN refusals"]
                .contains(&step.as_str())
                && statement.contains("ORDER BY seq LIMIT ?2");
            assert!(bounded || from_the_head || !step.starts_with("SCAN"), "{step} in {statement}");
            assert!(!step.contains("TEMP B-TREE"), "{step} in {statement}");
        }
    }
}
