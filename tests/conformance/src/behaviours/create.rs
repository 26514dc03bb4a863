//! A ticket is made once, and found again.

use crate::{
    proxy::{Effect, Fault, Which},
    stand::{Stand, alert},
    suite::Cell,
};
use anyhow::{bail, ensure};
use signalbox::domain::{TicketKey, WorkItemKind};

/// Loses the answer of each request of a create, one after the other: whichever of them wrote, there is one ticket.
pub async fn once(stand: &mut Stand) -> anyhow::Result<Cell> {
    survives(stand, &[("lost its answer", Fault::new(Effect::DropAfter))]).await
}

/// The same where the answer is cut, the server fails, or nothing arrives at all.
pub async fn once_in_bad_weather(stand: &mut Stand) -> anyhow::Result<Cell> {
    let faults = [
        ("had its answer cut in half", Fault::new(Effect::Truncate)),
        ("was answered 500", Fault::status(500)),
        ("was answered 503", Fault::status(503)),
        ("never arrived", Fault::new(Effect::DropBefore)),
    ];
    survives(stand, &faults).await
}

async fn survives(stand: &Stand, faults: &[(&str, Fault)]) -> anyhow::Result<Cell> {
    let gateway = stand.gateway().await?;
    let first = stand.send(&gateway, &alert("undisturbed", "Sev2", 0)?.fired()).await?;
    stand.ticket_when(&gateway, &first, "a ticket is made", |_| true).await?;
    // Those of the first login are among them.
    let requests = u64::try_from(stand.proxy.passed().iter().filter(|passed| !passed.login).count())?;
    ensure!(requests > 0, "the ticket came by no request of the adapter's");
    for (number, (what, fault)) in faults.iter().enumerate() {
        for hit in 0..requests {
            stand.proxy.arm(fault.clone().to(Which::Calls).after(hit).times(1));
            let key = stand.send(&gateway, &alert(&format!("weather-{number}-{hit}"), "Sev2", 1)?.fired()).await?;
            stand.ticket_when(&gateway, &key, "the ticket is there", |_| true).await?;
            gateway.at_rest(stand.patience).await?;
            ensure!(stand.proxy.mend() == 1, "request {} came by no more", hit + 1);
            let (tickets, keys) = (stand.tickets(&key).await?, stand.keys_of_problem(&gateway, &key).await?);
            ensure!(tickets.len() == 1, "request {} {what}: {} tickets", hit + 1, tickets.len());
            ensure!(keys.len() == 1, "request {} {what}: the gateway renewed the ticket: {keys:?}", hit + 1);
        }
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
    for n in [11, 2] {
        let none = verbs.find(WorkItemKind::Incident, &TicketKey::of(&one.problem, n)).await?;
        ensure!(none.is_empty(), "`find` answers {} for a key that only begins like another", none.len());
    }
    let shown = stand.ticket(one.key.as_str()).await?;
    ensure!(shown.id == made.id, "people see the id {}, the adapter says {}", shown.id, made.id);
    ensure!(shown.number == made.number, "people see the number {}, the adapter says {}", shown.number, made.number);
    Ok(Cell::Passes)
}

/// `read` answers the ticket with this id, in the state in which people see it.
pub async fn read(stand: &mut Stand) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let item = verbs.item("To be read");
    let made = verbs.create(&item).await?;
    let read = verbs.read(WorkItemKind::Incident, &made.id).await?;
    let shown = stand.ticket(item.key.as_str()).await?;
    ensure!(read.id == shown.id && read.number == shown.number, "`read` answers {} {}", read.id, read.number);
    ensure!(read.key == item.key.as_str(), "`read` answers the key {:?}", read.key);
    ensure!(read.state == shown.state, "`read` says {:?}, people see {:?}", read.state, shown.state);
    ensure!(read.created_at.is_some() || read.updated_at.is_some(), "`read` answers no time at all");
    Ok(Cell::Passes)
}

/// The platform is there and ready, and says what it is.
pub async fn probe(stand: &mut Stand) -> anyhow::Result<Cell> {
    let report = stand.verbs().await?.probe().await?;
    ensure!(!report.product.is_empty(), "`probe` names no product");
    ensure!(report.findings.is_empty(), "`probe` finds: {}", report.findings.join("; "));
    ensure!(stand.proxy.calls() > 0, "`probe` asked nobody");
    Ok(Cell::Passes)
}
