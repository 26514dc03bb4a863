//! An ability that an adapter does not declare: asked all the same, it says `unsupported` and sends nothing.

use crate::{stand::Stand, suite::Cell, verbs::failed_as};
use anyhow::ensure;
use signalbox::{
    domain::{CallErrorKind, Change, Timestamp, WorkItemKind},
    plugin::Ability,
};

/// The declaration is what stops it.
///
/// # Errors
/// Where the verb does something, or fails in another way.
pub async fn declared(stand: &mut Stand, ability: Ability) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let item = |kind| signalbox::domain::WorkItem { kind, ..verbs.item("Not to be done") };
    let (what, unsupported) = (ability.to_string(), CallErrorKind::Unsupported);
    match ability {
        Ability::Create(kind) => drop(failed_as(&what, verbs.create(&item(kind)).await, unsupported)?),
        Ability::Find(kind) => drop(failed_as(&what, verbs.find(kind, &item(kind).key).await, unsupported)?),
        Ability::Read(kind) => drop(failed_as(&what, verbs.read(kind, "0").await, unsupported)?),
        Ability::Update(kind) => drop(changed(stand, kind, Change::Update, &what).await?),
        Ability::Resolve(kind) => drop(changed(stand, kind, Change::Resolve, &what).await?),
        Ability::Reopen(kind) => drop(changed(stand, kind, Change::Reopen, &what).await?),
        Ability::Annotate(kind) => drop(changed(stand, kind, Change::Annotate, &what).await?),
        Ability::List(kind) => {
            drop(failed_as(&what, verbs.list(kind, None, Timestamp::now(), 10).await, unsupported)?);
        }
        // Nothing is asked of an adapter for these: what it does not declare is not sent to it.
        Ability::Attach(_) | Ability::Idempotent(_) | Ability::Enrich | Ability::Report | Ability::Recheck => {}
    }
    Ok(Cell::Declares(what))
}

/// A change that is not declared leaves the ticket as it is.
async fn changed(stand: &Stand, kind: WorkItemKind, change: Change, what: &str) -> anyhow::Result<()> {
    let verbs = stand.verbs().await?;
    let item = signalbox::domain::WorkItem { kind, ..verbs.item("As it was") };
    if !stand.can(Ability::Create(kind)) {
        return Ok(());
    }
    let made = verbs.create(&item).await?;
    let before = stand.platform.tickets(kind, item.key.as_str()).await?;
    failed_as(what, verbs.amend(&made, change, &verbs.more(&item)).await, CallErrorKind::Unsupported)?;
    let after = stand.platform.tickets(kind, item.key.as_str()).await?;
    ensure!(before == after, "{what}: it is not declared, and was done: {after:?}");
    Ok(())
}
