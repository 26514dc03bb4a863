//! What stands between gateway and platform: limits and pages.

use crate::{
    proxy::{Effect, Fault, Which},
    stand::{Stand, alert},
    suite::Cell,
    verbs::{failed_as, note},
};
use anyhow::ensure;
use serde_json::{Value, json};
use signalbox::{
    domain::{CallErrorKind, Change, RecordKind, Timestamp, WorkItem, WorkItemKind::Incident},
    plugin::Ability,
};
use signalbox_e2e::wait;
use std::time::{Duration, Instant};

/// Who is too fast waits as long as the platform says, and then there is one ticket.
pub async fn throttled(stand: &mut Stand) -> anyhow::Result<Cell> {
    const TOLD: u32 = 4;
    let gateway = stand.gateway().await?;
    let first = stand.send(&gateway, &alert("in-time", "Sev2", 0)?.fired()).await?;
    stand.ticket_when(&gateway, &first, "a ticket is made", |_| true).await?;
    stand.proxy.arm(Fault::new(Effect::Answer(stand.platform.throttled(TOLD))).to(Which::Calls).times(1));
    let began = Instant::now();
    let key = stand.send(&gateway, &alert("too-fast", "Sev2", 1)?.fired()).await?;
    stand.ticket_when(&gateway, &key, "the ticket is made after the pause", |_| true).await?;
    let waited = began.elapsed();
    ensure!(stand.proxy.mend() == 1, "nobody was told to wait");
    ensure!(waited >= Duration::from_secs(TOLD.into()), "{TOLD} s were asked for, {} ms waited", waited.as_millis());

    let verbs = stand.verbs().await?;
    let item = verbs.item("Too fast");
    verbs.probe().await?;
    stand.proxy.arm(Fault::new(Effect::Answer(stand.platform.throttled(TOLD))).to(Which::Calls));
    let error = failed_as("`create`", verbs.create(&item).await, CallErrorKind::Throttled)?;
    stand.proxy.mend();
    let told = error.retry_after;
    ensure!(told.is_some_and(|told| (TOLD..=TOLD + 1).contains(&told)), "{TOLD} s were told, it says {told:?}");
    ensure!(stand.tickets(item.key.as_str()).await?.is_empty(), "it was throttled, and made a ticket");
    Ok(Cell::Passes)
}

/// A page for people with status 200 is `protocol` for each verb, and no ticket is believed to be there. The gateway parks the ticket,
/// and makes it when a person asks for another try.
pub async fn page(stand: &mut Stand) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let item = verbs.item("Before the page");
    let made = verbs.create(&item).await?;
    let before = stand.tickets(item.key.as_str()).await?;
    stand.proxy.arm(Fault::page().to(Which::Calls));
    let protocol = CallErrorKind::Protocol;
    let mut more = WorkItem { notes: vec![note(&item.key, 1, "Behind the page.")], ..verbs.more(&item) };
    failed_as("`probe`", verbs.probe().await, protocol)?;
    failed_as("`create`", verbs.create(&verbs.item("Behind the page")).await, protocol)?;
    if stand.can(Ability::Find(Incident)) {
        failed_as("`find`", verbs.find(Incident, &item.key).await, protocol)?;
    }
    if stand.can(Ability::Read(Incident)) {
        failed_as("`read`", verbs.read(Incident, &made.id).await, protocol)?;
    }
    for (ability, change) in
        [(Ability::Annotate(Incident), Change::Annotate), (Ability::Resolve(Incident), Change::Resolve)]
    {
        if stand.can(ability) {
            failed_as(&format!("`amend` to {change:?}"), verbs.amend(&made, change, &more).await, protocol)?;
        }
    }
    more.content.severity = Some(signalbox::domain::Severity::Critical);
    if stand.can(Ability::Update(Incident)) {
        failed_as("`amend` to Update", verbs.amend(&made, Change::Update, &more).await, protocol)?;
    }
    for kind in [RecordKind::Incident, RecordKind::Change] {
        if stand.can(Ability::List(kind)) {
            let listed = verbs.list(kind, None, Timestamp::now(), 10).await;
            failed_as(&format!("`list-records` of {kind}"), listed, protocol)?;
        }
    }
    ensure!(stand.proxy.mend() > 0, "no page was shown");
    ensure!(stand.tickets(item.key.as_str()).await? == before, "the ticket is no longer what it was");
    waits(stand).await
}

/// A ticket waits while there is a page, and is made when there is none any more.
async fn waits(stand: &Stand) -> anyhow::Result<Cell> {
    let gateway = stand.gateway().await?;
    let first = stand.send(&gateway, &alert("before-the-page", "Sev2", 0)?.fired()).await?;
    stand.ticket_when(&gateway, &first, "a ticket is made", |_| true).await?;
    stand.proxy.arm(Fault::page().to(Which::Calls));
    let key = stand.send(&gateway, &alert("page", "Sev2", 0)?.fired()).await?;
    let path = format!("/v1/tickets/{key}");
    let story = wait::until("the ticket waits", stand.patience, || async {
        let story = gateway.get(&path).await.ok()?;
        let waits = |entry: &Value| entry["event"] == "waits";
        story["timeline"].as_array().is_some_and(|entries| entries.iter().any(waits)).then_some(story)
    });
    let standing = story.await?["ticket"]["standing"].clone();
    ensure!(standing == json!("live"), "its standing is {standing}");
    stand.proxy.mend();
    stand.ticket_when(&gateway, &key, "it is made when there is no page any more", |_| true).await?;
    Ok(Cell::Passes)
}
