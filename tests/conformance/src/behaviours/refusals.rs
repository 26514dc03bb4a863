//! What the platform refuses comes back in its own words, and nothing was written.

use crate::{
    stand::{Stand, alert},
    suite::Cell,
    verbs::failed_as,
};
use anyhow::ensure;
use serde_json::json;
use signalbox::{
    converge::desk::CallFailure,
    domain::{CallError, CallErrorKind, Change, WorkItemKind},
};
use signalbox_e2e::wait;

/// A refused field is `rejected`, in the platform's words, on create and on update; the gateway parks the ticket with them.
pub async fn rejected(stand: &mut Stand) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let refused = stand.platform.refused();
    let right = |what: &str, error: &CallError| -> anyhow::Result<()> {
        let words = format!("{} {}", error.message, error.field);
        ensure!(words.contains(&refused.words), "{what}: {words:?} is not what the platform says, {:?}", refused.words);
        let field = refused.field.is_empty() || error.field == refused.field;
        ensure!(field, "{what}: it names the field {:?} and not {:?}", error.field, refused.field);
        Ok(())
    };
    let mut item = verbs.item("Refused");
    item.content.fields = refused.fields.clone();
    let error = failed_as("`create`", verbs.create(&item).await, CallErrorKind::Rejected)?;
    right("`create`", &error)?;
    let tickets = stand.tickets(item.key.as_str()).await?;
    ensure!(tickets.is_empty(), "`create` was rejected, and a ticket is there: {tickets:?}");

    let item = verbs.item("Refused later");
    let made = verbs.create(&item).await?;
    let mut more = verbs.more(&item);
    more.content.fields = refused.fields.clone();
    let before = stand.platform.ticket(WorkItemKind::Incident, &made.id).await?;
    let mut answer = verbs.amend(&made, Change::Update, &more).await;
    let partly = matches!(&answer, Err(CallFailure::Call(error)) if error.kind == CallErrorKind::OutcomeUnknown);
    if partly {
        more.again = true;
        answer = verbs.amend(&made, Change::Update, &more).await;
    }
    right("`amend`", &failed_as("`amend`", answer, CallErrorKind::Rejected)?)?;
    let now = stand.platform.ticket(WorkItemKind::Incident, &made.id).await?;
    ensure!(now == before, "`amend` was rejected, and wrote: it was {before:?} and is {now:?}");
    parked(stand).await
}

async fn parked(stand: &mut Stand) -> anyhow::Result<Cell> {
    let refused = stand.platform.refused();
    stand.configuration.fields = refused.fields.clone();
    let gateway = stand.gateway().await?;
    let key = stand.send(&gateway, &alert("refused", "Sev2", 0)?.fired()).await?;
    let path = format!("/v1/tickets/{key}");
    let story = wait::until("the ticket is parked", stand.patience, || async {
        let story = gateway.get(&path).await.ok()?;
        story["ticket"]["standing"]["parked"].is_object().then_some(story)
    });
    let parked = story.await?["ticket"]["standing"]["parked"].clone();
    ensure!(parked["reason"] == json!("rejected"), "it is parked as {parked}");
    ensure!(parked.to_string().contains(&refused.words), "a person does not read why: {parked}");
    Ok(Cell::Passes)
}
