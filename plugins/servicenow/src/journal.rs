//! Notes: how one stands in a ticket's journal, and which stand there already.
//!
//! `work_notes` reads back empty; entries are rows of `sys_journal_field`. Each note carries its id, so that a call that may have
//! reached the instance before does not tell people twice.

use crate::client::{Client, Columns, Question};
use crate::draft::WORK_NOTES;
use crate::query::Query;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::note;
use signalbox_sdk::types::{CallError, CallErrorKind};
use signalbox_sdk::work::Note;

/// Notes that one request asks for: keeps its address under 2,000 characters.
const NOTES_A_REQUEST: usize = 10;
/// Entries that one request may answer.
const ENTRIES: u32 = 100;

/// The notes that are not in the ticket's journal yet.
///
/// # Errors
/// What the instance answers; `protocol` where it answers another ticket's entries.
pub fn missing<'n, H: Http + Log>(
    client: &Client<'_, H>,
    ticket_id: &str,
    notes: &'n [Note],
) -> Result<Vec<&'n Note>, CallError> {
    let mut missing = Vec::new();
    for notes in notes.chunks(NOTES_A_REQUEST) {
        let ids = notes.iter().map(|note| note.id.as_str());
        let question = Question {
            table: "sys_journal_field",
            query: Query::new().is("element_id", ticket_id).is("element", WORK_NOTES).holds_any("value", ids),
            columns: Columns::Only("sys_id,element_id,value"),
            limit: ENTRIES,
        };
        let entries =
            client.list(&question).map_err(|error| error.while_it("looked for notes in `sys_journal_field`"))?.rows;
        if entries.iter().any(|entry| entry.value("element_id") != ticket_id) {
            return Err(fault(CallErrorKind::Protocol, "the instance answered another ticket's journal"));
        }
        let texts: Vec<_> = entries.iter().map(|entry| entry.value("value")).collect();
        missing.extend(note::missing(notes, &texts));
    }
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use serde_json::{Value, json};
    use signalbox_sdk::scripted::{Scripted, Step};

    const TICKET: &str = "9d385017c611228701d22104cc95c371";

    fn note(id: &str, text: &str) -> Note {
        Note { id: id.into(), at: "2026-11-22T13:06:00Z".into(), text: text.into() }
    }

    fn journal(likes: &str, rows: Value) -> Step {
        let target = format!(
            "/api/now/table/sys_journal_field?sysparm_query=element_id%3D{TICKET}%5Eelement%3Dwork_notes%5E{likes}\
             &sysparm_display_value=all&sysparm_fields=sys_id%2Celement_id%2Cvalue&sysparm_limit=100"
        );
        Step::on("GET", target).answer(200, &json!({"result": rows}))
    }

    fn run(step: Step, notes: &[Note]) -> Result<Vec<String>, CallError> {
        let (host, settings) = (Scripted::new([step]), Settings::default());
        let missing = missing(&Client { host: &host, settings: &settings }, TICKET, notes)?;
        Ok(missing.iter().map(|note| note.id.clone()).collect())
    }

    #[test]
    fn a_note_that_stands_is_not_missing() {
        let rows = json!([
            {"element_id": {"value": TICKET, "display_value": TICKET}, "value": {"value": "x\n[n-10]", "display_value": "x"}},
            {"element_id": TICKET, "value": "y [n-2] z"}
        ]);
        let step = journal("valueLIKEn-1%5EORvalueLIKEn-2", rows);
        assert_eq!(run(step, &[note("n-1", "a"), note("n-2", "b")]).unwrap(), ["n-1"]);
    }

    #[test]
    fn another_ticket_s_journal_is_not_believed() {
        let step =
            journal("valueLIKEn-1", json!([{"element_id": "00000000000000000000000000000000", "value": "[n-1]"}]));
        assert_eq!(run(step, &[note("n-1", "a")]).unwrap_err().kind, CallErrorKind::Protocol);
    }
}
