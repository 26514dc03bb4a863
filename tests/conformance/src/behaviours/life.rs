//! A ticket through its life, by the alerts alone.

use crate::{
    platform::Seen,
    stand::{Stand, alert},
    suite::Cell,
};
use anyhow::ensure;
use signalbox::{
    domain::{TicketState, WorkItemKind::Incident},
    plugin::Ability,
};

/// An alert that is over resolves its ticket, with all that the platform demands of that, and people read why.
pub async fn resolves(stand: &mut Stand) -> anyhow::Result<Cell> {
    let gateway = stand.gateway().await?;
    let fired = alert("resolves", "Sev2", 0)?;
    let key = stand.send(&gateway, &fired.fired()).await?;
    stand.ticket_when(&gateway, &key, "the ticket is open", is_open).await?;
    stand.send(&gateway, &fired.resolved_after(5)).await?;
    let ticket = stand.ticket_when(&gateway, &key, "the ticket is resolved", is_over).await?;
    ensure!(ticket.state == TicketState::Resolved, "it can't come back from {:?}", ticket.state);
    gateway.at_rest(stand.patience).await?;
    let ticket = stand.ticket(&key).await?;
    ensure!(says(&ticket, "Resolved at"), "nobody reads that the alert is over: {ticket:?}");
    Ok(Cell::Passes)
}

/// What fires again after its end is reopened; where the platform can't, it gets a new ticket.
pub async fn reopens(stand: &mut Stand) -> anyhow::Result<Cell> {
    let gateway = stand.gateway().await?;
    let fired = alert("reopens", "Sev2", 0)?;
    let key = stand.send(&gateway, &fired.fired()).await?;
    stand.ticket_when(&gateway, &key, "the ticket is open", is_open).await?;
    stand.send(&gateway, &fired.resolved_after(5)).await?;
    stand.ticket_when(&gateway, &key, "the ticket is resolved", is_over).await?;
    stand.send(&gateway, &alert("reopens", "Sev2", 15)?.fired()).await?;
    if stand.can(Ability::Reopen(Incident)) {
        stand.ticket_when(&gateway, &key, "the ticket is open again", is_open).await?;
        gateway.at_rest(stand.patience).await?;
        let keys = stand.keys_of_problem(&gateway, &key).await?;
        ensure!(keys.len() == 1, "it is reopened, and renewed as well: {keys:?}");
        return Ok(Cell::Passes);
    }
    super::people::renewed(stand, &gateway, &key).await?;
    super::declared(stand, Ability::Reopen(Incident)).await
}

/// A worse alert of the same rule and resource makes its ticket as urgent as if it had begun so.
pub async fn severity(stand: &mut Stand) -> anyhow::Result<Cell> {
    let gateway = stand.gateway().await?;
    let worst = stand.send(&gateway, &alert("worst-at-once", "Sev0", 0)?.fired()).await?;
    let worst = stand.ticket_when(&gateway, &worst, "the ticket is open", is_open).await?;
    let key = stand.send(&gateway, &alert("gets-worse", "Sev4", 0)?.fired()).await?;
    let before = stand.ticket_when(&gateway, &key, "the ticket is open", is_open).await?;
    ensure!(before.severity != worst.severity, "the mildest and the worst are both {:?}", worst.severity);
    let again = stand.send(&gateway, &alert("gets-worse", "Sev0", 10)?.fired()).await?;
    ensure!(again == key, "the worse alert went to another ticket");
    let same = |ticket: &Seen| ticket.severity == worst.severity;
    stand.ticket_when(&gateway, &key, &format!("its severity is {:?}", worst.severity), same).await?;
    gateway.at_rest(stand.patience).await?;
    ensure!(stand.keys_of_problem(&gateway, &key).await?.len() == 1, "it was renewed");
    Ok(Cell::Passes)
}

/// What the monitor says stands in the ticket, for people.
pub async fn tells(stand: &mut Stand) -> anyhow::Result<Cell> {
    let gateway = stand.gateway().await?;
    let key = stand.send(&gateway, &alert("tells-people", "Sev2", 0)?.fired()).await?;
    let ticket = stand.ticket_when(&gateway, &key, "the ticket is open", is_open).await?;
    ensure!(ticket.title.contains("tells-people"), "its title is {:?}", ticket.title);
    ensure!(ticket.description.contains("Percentage CPU"), "its description is {:?}", ticket.description);
    ensure!(ticket.key == key, "the key {:?} stands in it", ticket.key);
    ensure!(!ticket.number.is_empty() && !ticket.id.is_empty(), "it has no number");
    Ok(Cell::Passes)
}

/// Someone works on it, or waits.
#[must_use]
pub fn is_open(ticket: &Seen) -> bool {
    matches!(ticket.state, TicketState::Open | TicketState::Pending)
}

/// The work is done.
#[must_use]
pub fn is_over(ticket: &Seen) -> bool {
    matches!(ticket.state, TicketState::Resolved | TicketState::Closed)
}

/// Whether people read this, as the resolution or in a note.
#[must_use]
pub fn says(ticket: &Seen, words: &str) -> bool {
    ticket.resolution.contains(words) || ticket.notes.iter().any(|note| note.contains(words))
}
