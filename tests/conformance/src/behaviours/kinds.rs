//! Work items of other kinds: the platform's own alerts, and events that it correlates by itself.

use super::life::is_open;
use crate::{
    stand::{Stand, alert},
    suite::Cell,
};
use anyhow::ensure;
use signalbox::{
    domain::WorkItemKind::{Alert, Event},
    plugin::Ability,
};

/// An alert of the platform's own is made, and ends with the alert.
pub async fn alerts(stand: &mut Stand) -> anyhow::Result<Cell> {
    stand.configuration.work_item = Alert.as_str().to_owned();
    lives(stand).await
}

/// Events become one thing on the platform, which ends with the alert.
pub async fn events(stand: &mut Stand) -> anyhow::Result<Cell> {
    stand.configuration.work_item = Event.as_str().to_owned();
    lives(stand).await
}

async fn lives(stand: &Stand) -> anyhow::Result<Cell> {
    let gateway = stand.gateway().await?;
    let fired = alert("another-kind", "Sev2", 0)?;
    let key = stand.send(&gateway, &fired.fired()).await?;
    stand.ticket_when(&gateway, &key, "it is there", is_open).await?;
    stand.send(&gateway, &alert("another-kind", "Sev0", 2)?.fired()).await?;
    gateway.at_rest(stand.patience).await?;
    ensure!(stand.tickets(&key).await?.len() == 1, "a change of severity made another");
    stand.send(&gateway, &alert("another-kind", "Sev0", 2)?.resolved_after(5)).await?;
    stand.ticket_when(&gateway, &key, "it is over", |ticket| !is_open(ticket)).await?;
    Ok(Cell::Passes)
}

/// What is sent twice is there once, for each kind of which the adapter says that its platform correlates.
pub async fn idempotent(stand: &mut Stand) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let mut tried = Vec::new();
    for ability in stand.abilities.clone() {
        let Ability::Idempotent(kind) = ability else { continue };
        let item = signalbox::domain::WorkItem { kind, ..verbs.item("Sent twice") };
        let first = verbs.create(&item).await?;
        let second = verbs.create(&signalbox::domain::WorkItem { again: true, ..item.clone() }).await?;
        ensure!(first.id == second.id, "{}: {} and then {}", kind.as_str(), first.id, second.id);
        let tickets = stand.platform.tickets(kind, item.key.as_str()).await?;
        ensure!(tickets.len() == 1, "{}: sent twice, there {} times", kind.as_str(), tickets.len());
        tried.push(kind.as_str());
    }
    Ok(if tried.is_empty() { Cell::Declares("idempotent".to_owned()) } else { Cell::Passes })
}
