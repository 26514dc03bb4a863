use super::*;
use crate::testing::{
    ID, INCIDENT, NOTE, RELATION, incident_schema, incident_step, items, journal_step, note, note_step, play,
    post_step, record, saved, schema_step, settings, small_schema,
};
use signalbox_sdk::scripted::Step;

fn run<T>(
    steps: impl IntoIterator<Item = Step>,
    call: impl FnOnce(&Client<'_, signalbox_sdk::scripted::Scripted>, &Journal<'_>) -> Result<T, CallError>,
) -> Result<T, CallError> {
    let settings = settings(json!({}));
    let steps = [incident_step(), note_step()].into_iter().chain(steps);
    play(&settings, steps, |client| {
        let catalog = client.catalog(&["Incident", "JournalNote"])?;
        let journal = Journal::of(client, &catalog, catalog.object("Incident")?, ID)?;
        call(client, &journal)
    })
    .0
}

fn missing(step: Step, notes: &[Note]) -> Result<Vec<String>, CallError> {
    run([step], |client, journal| Ok(journal.missing(client, notes)?.into_iter().map(|note| note.id.clone()).collect()))
}

#[test]
fn a_note_that_stands_is_not_missing() {
    let notes = [note("n-1", "13:06:00", "a"), note("n-2", "13:07:00", "b")];
    assert_eq!(missing(journal_step(&["x\n[n-10]", "y [n-2] z"]), &notes).unwrap(), ["n-1"]);
    assert_eq!(missing(journal_step(&[]), &notes).unwrap(), ["n-1", "n-2"]);
}

#[test]
fn a_long_journal_is_read_to_its_end() {
    let page = |number: usize, texts: Vec<String>| {
        let notes: Vec<_> = texts.iter().map(|text| record("9b", "9b", &[("Details", text)])).collect();
        let target = format!(
            "/api/V1/getrelatedbusinessobject/parentbusobid/{INCIDENT}/parentbusobrecid/{ID}/relationshipid/{RELATION}\
             ?allfields=true&pageNumber={number}&pageSize=500"
        );
        Step::on("GET", target).answer(200, &json!({"relatedBusinessObjects": notes, "totalRecords": 501}))
    };
    let full: Vec<_> = (0..500).map(|number| format!("note {number}")).collect();
    let notes = [note("n-1", "13:06:00", "a")];
    let steps = [page(1, full), page(2, vec!["a\n[n-1]".into()])];
    let left = run(steps, |client, journal| Ok(journal.missing(client, &notes)?.len()));
    assert_eq!(left.unwrap(), 0);
}

#[test]
fn another_record_s_journal_is_not_believed() {
    let foreign = journal_step(&[]).answer(200, &json!({"relatedBusinessObjects": [], "parentBusObRecId": "9f"}));
    assert_eq!(missing(foreign, &[note("n-1", "13:06:00", "a")]).unwrap_err().kind, CallErrorKind::Protocol);
    let nothing = journal_step(&[]).answer(200, &json!({}));
    assert_eq!(missing(nothing, &[note("n-1", "13:06:00", "a")]).unwrap_err().kind, CallErrorKind::Protocol);
}

#[test]
fn a_note_is_a_record_that_the_incident_owns() {
    let note = note("n-1", "13:06:00", "fired again");
    assert!(run([post_step("fired again\n[n-1]")], |client, journal| journal.post(client, &note)).is_ok());
}

#[test]
fn notes_are_kept_where_the_settings_say() {
    let own = json!({"object": "Remark", "relationship": "Incident Has Remarks", "text_field": "Body"});
    let settings = settings(json!({"journal": own, "ids": {"Incident": INCIDENT, "Remark": NOTE}}));
    let mut incident = incident_schema();
    incident["relationships"] = json!([{"displayName": "Incident Has Remarks", "relationshipId": "9ff"}]);
    let body = json!({
        "parentBusObId": INCIDENT, "parentBusObRecId": ID, "relationshipId": "9ff", "busObId": NOTE,
        "fields": items(NOTE, &[("Body", "fired again\n[n-1]")]), "persist": true
    });
    let steps = [
        schema_step(INCIDENT, &incident),
        schema_step(NOTE, &small_schema(NOTE, &["Body"])),
        Step::on("POST", "/api/V1/saverelatedbusinessobject").body(body).answer(200, &saved("9b")),
    ];
    let (posted, _) = play(&settings, steps, |client| {
        let catalog = client.catalog(&["Incident", "Remark"])?;
        let journal = Journal::of(client, &catalog, catalog.object("Incident")?, ID)?;
        journal.post(client, &note("n-1", "13:06:00", "fired again"))
    });
    assert_eq!(posted, Ok(()));
}
