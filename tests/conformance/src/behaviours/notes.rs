//! Notes are posted, each once.

use super::life::{is_open, is_over};
use crate::{
    proxy::{Effect, Fault, Which},
    stand::{Stand, alert},
    suite::Cell,
    verbs::note,
};
use anyhow::ensure;
use signalbox::domain::{Change, WorkItem};
use std::time::Duration;

/// Notes in their order, each with its id; one that stands is not posted again.
pub async fn posted(stand: &mut Stand) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let item = verbs.item("With notes");
    let made = verbs.create(&item).await?;
    let (first, second) = (note(&item.key, 1, "The first."), note(&item.key, 2, "The second,\nin two lines."));
    let more = WorkItem { notes: vec![first.clone()], ..verbs.more(&item) };
    let told = verbs.amend(&made, Change::Annotate, &more).await?;
    ensure!(told.state == made.state, "a note changed the state to {:?}", told.state);
    let both = WorkItem { notes: vec![first.clone(), second.clone()], again: true, ..more };
    verbs.amend(&told, Change::Annotate, &both).await?;
    let notes = stand.ticket(item.key.as_str()).await?.notes;
    let place = |id: &str| notes.iter().position(|text| text.contains(id));
    for note in [&first, &second] {
        let times = notes.iter().filter(|text| text.contains(&note.id)).count();
        ensure!(times == 1, "the note {} stands {times} times: {notes:?}", note.id);
    }
    ensure!(place(&first.id) < place(&second.id), "the notes stand in another order: {notes:?}");
    ensure!(notes.iter().any(|text| text.contains("in two lines.")), "a note lost its second line: {notes:?}");
    Ok(Cell::Passes)
}

/// Loses the answer of each request of a resolution, one after the other: the ticket is resolved, and people are told once.
pub async fn once(stand: &mut Stand) -> anyhow::Result<Cell> {
    let gateway = stand.gateway().await?;
    let first = alert("undisturbed", "Sev2", 0)?;
    let key = stand.send(&gateway, &first.fired()).await?;
    stand.ticket_when(&gateway, &key, "the ticket is open", is_open).await?;
    let before = stand.proxy.calls();
    stand.send(&gateway, &first.resolved_after(5)).await?;
    stand.ticket_when(&gateway, &key, "the ticket is resolved", is_over).await?;
    gateway.at_rest(stand.patience).await?;
    let requests = u64::try_from(stand.proxy.calls() - before)?;
    ensure!(requests > 0, "the ticket was resolved by no request of the adapter's");
    for lost in 0..requests {
        let each = alert(&format!("note-{lost}"), "Sev2", 0)?;
        let key = stand.send(&gateway, &each.fired()).await?;
        stand.ticket_when(&gateway, &key, "the ticket is open", is_open).await?;
        stand.proxy.arm(Fault::new(Effect::DropAfter).to(Which::Calls).after(lost).times(1));
        stand.send(&gateway, &each.resolved_after(5)).await?;
        stand.ticket_when(&gateway, &key, "the ticket is resolved", is_over).await?;
        gateway.at_rest(stand.patience).await?;
        told(stand, &key).await?;
        ensure!(stand.proxy.mend() == 1, "request {} of a resolution came by no more", lost + 1);
        let notes = stand.ticket(&key).await?.notes;
        let times = notes.iter().filter(|note| note.contains("Resolved at")).count();
        ensure!(times == 1, "request {} lost its answer: people are told {times} times: {notes:?}", lost + 1);
    }
    Ok(Cell::Passes)
}

/// A note that may stand already is looked for, once it must show, before it is posted.
async fn told(stand: &Stand, key: &str) -> anyhow::Result<()> {
    let stands = || async {
        let ticket = stand.ticket(key).await.ok()?;
        ticket.notes.iter().any(|note| note.contains("Resolved at")).then_some(())
    };
    signalbox_e2e::wait::until("people are told", stand.patience, stands).await?;
    // Time for one too many.
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(())
}
