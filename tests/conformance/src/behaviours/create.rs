//! A ticket is made once, and found again.

use crate::{
    proxy::{Effect, Fault},
    stand::{PATIENCE, Stand, alert},
    suite::Cell,
};
use anyhow::{bail, ensure};
use signalbox::domain::{TicketKey, WorkItemKind};

/// Loses the answer of each request of a create, one after the other: whichever of them wrote, there is one ticket.
pub async fn once(stand: &mut Stand) -> anyhow::Result<Cell> {
    let gateway = stand.gateway().await?;
    let first = stand.send(&gateway, &alert("undisturbed", "Sev2", 0)?.fired()).await?;
    stand.ticket_when(&gateway, &first, "a ticket is made", |_| true).await?;
    let requests = u64::try_from(stand.proxy.passed().len())?;
    ensure!(requests > 0, "the ticket came by no request of the adapter's");
    for lost in 0..requests {
        stand.proxy.arm(Fault::new(Effect::DropAfter).after(lost).times(1));
        let key = stand.send(&gateway, &alert(&format!("lost-{lost}"), "Sev2", 1)?.fired()).await?;
        stand.ticket_when(&gateway, &key, "the ticket is there", |_| true).await?;
        gateway.at_rest(PATIENCE).await?;
        stand.proxy.mend();
        let tickets = stand.tickets(&key).await?;
        ensure!(tickets.len() == 1, "request {} lost its answer: {} tickets", lost + 1, tickets.len());
        let keys = stand.keys_of_problem(&gateway, &key).await?;
        ensure!(keys.len() == 1, "request {} lost its answer: the gateway renewed the ticket: {keys:?}", lost + 1);
    }
    Ok(Cell::Passes)
}

/// `find` answers the ticket with exactly this key: not one whose key begins like it, and none for a key that nobody has.
pub async fn found_by_key(stand: &mut Stand) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let (one, two) = (verbs.item("To be found"), verbs.item("Another"));
    let made = verbs.create(&one).await?;
    verbs.create(&two).await?;
    ensure!(made.key == one.key.as_str(), "`create` answers the key {:?} and not {}", made.key, one.key);
    let found = verbs.find(WorkItemKind::Incident, &one.key).await?;
    match found.as_slice() {
        [found] => {
            ensure!(found.id == made.id, "`find` answers {} and not {}", found.id, made.id);
            ensure!(found.key == one.key.as_str(), "`find` answers the key {:?}", found.key);
        }
        other => bail!("`find` answers {} tickets where there is one", other.len()),
    }
    let renewed = TicketKey::of(&one.problem, 11);
    let none = verbs.find(WorkItemKind::Incident, &renewed).await?;
    ensure!(none.is_empty(), "`find` answers {} for a key that only begins like another", none.len());
    let shown = stand.ticket(one.key.as_str()).await?;
    ensure!(shown.id == made.id, "people see the id {}, the adapter says {}", shown.id, made.id);
    ensure!(shown.number == made.number, "people see the number {}, the adapter says {}", shown.number, made.number);
    let read = verbs.read(WorkItemKind::Incident, &made.id).await?;
    ensure!(read.id == made.id && read.key == made.key, "`read` answers {read:?}");
    Ok(Cell::Passes)
}
