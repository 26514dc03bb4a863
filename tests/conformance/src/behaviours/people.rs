//! What people did to a ticket is seen, respected, and never fought over.
//!
//! A gateway takes what it saw of a ticket within the last ten seconds for what it is: so each of these waits that long.

use super::life::{is_open, is_over};
use crate::{
    platform::{Did, Human, Seen},
    stand::{NO_LONGER_FRESH, Stand, alert},
    suite::Cell,
    verbs::failed_as,
};
use anyhow::{Context, bail, ensure};
use signalbox::{
    converge::desk::CallFailure,
    domain::{CallErrorKind, Change, TicketState, WorkItemKind::Incident},
    plugin::Ability,
};
use signalbox_e2e::{Gateway, wait};

/// Closed by hand: it stays closed, and the next firing has a ticket that names it.
pub async fn closed(stand: &mut Stand) -> anyhow::Result<Cell> {
    let Ended { gateway, old, renewed } = match ended(stand, &Human::Close).await? {
        Did::Done(ended) => ended,
        Did::NotOffered(why) => return Ok(Cell::NotOffered(why)),
    };
    let names = [&old.number, &old.id];
    let texts = [&renewed.title, &renewed.description].into_iter().chain(&renewed.notes).chain(&renewed.ties);
    let named = texts.into_iter().any(|text| names.iter().any(|name| text.contains(name.as_str())));
    ensure!(named, "the new ticket does not name the old, {}: {renewed:?}", old.number);
    drop(gateway);
    Ok(Cell::Passes)
}

/// Deleted: the next firing has a ticket.
pub async fn deleted(stand: &mut Stand) -> anyhow::Result<Cell> {
    passes(ended(stand, &Human::Delete).await?)
}

/// Merged into another: neither is written to, and the next firing has a ticket.
pub async fn merged(stand: &mut Stand) -> anyhow::Result<Cell> {
    passes(ended(stand, &Human::Merge).await?)
}

/// Its key was taken out: it is nobody's, and the next firing has a ticket.
pub async fn key_taken_out(stand: &mut Stand) -> anyhow::Result<Cell> {
    passes(ended(stand, &Human::TakeOutKey).await?)
}

fn passes(did: Did<Ended>) -> anyhow::Result<Cell> {
    Ok(match did {
        Did::Done(_) => Cell::Passes,
        Did::NotOffered(why) => Cell::NotOffered(why),
    })
}

/// A ticket that people ended, and the one that came after it.
struct Ended {
    gateway: Gateway,
    old: Seen,
    renewed: Seen,
}

/// People end a ticket, the alert gets worse: a new ticket stands for it, and the old one is as they left it.
async fn ended(stand: &Stand, act: &Human) -> anyhow::Result<Did<Ended>> {
    let rule = format!("people-{}", act.words().replace(' ', "-"));
    let gateway = stand.gateway().await?;
    let key = stand.send(&gateway, &alert(&rule, "Sev3", 0)?.fired()).await?;
    let old = stand.ticket_when(&gateway, &key, "the ticket is open", is_open).await?;
    if let Did::NotOffered(why) = stand.platform.act(Incident, &old.id, act).await? {
        return Ok(Did::NotOffered(why));
    }
    let left = stand.platform.ticket(Incident, &old.id).await?;
    ensure!(left.as_ref() != Some(&old), "a person's act changed nothing on the platform");
    tokio::time::sleep(NO_LONGER_FRESH).await;
    gateway.accept(&alert(&rule, "Sev0", 20)?.fired()).await?;
    let renewed = renewed(stand, &gateway, &key).await?;
    let now = stand.platform.ticket(Incident, &old.id).await?;
    ensure!(now == left, "what people ended was written to: it was {left:?} and is {now:?}");
    Ok(Did::Done(Ended { gateway, old, renewed }))
}

/// The ticket that came after one that is over, once it is open and nothing is left to do.
///
/// # Errors
/// Where there is none, or anything waits for a person.
pub async fn renewed(stand: &Stand, gateway: &Gateway, old: &str) -> anyhow::Result<Seen> {
    let next = wait::until("the problem has a new ticket", stand.patience, || async {
        let keys = stand.keys_of_problem(gateway, old).await.ok()?;
        keys.last().filter(|key| *key != old).cloned()
    });
    let key = next.await?;
    stand.ticket_when(gateway, &key, "the new ticket is open", is_open).await?;
    gateway.at_rest(stand.patience).await?;
    let keys = stand.keys_of_problem(gateway, old).await?;
    ensure!(keys.len() == 2, "the problem has the tickets {keys:?}");
    let parked = gateway.get("/v1/status").await?["ledger"]["parked"].as_u64();
    ensure!(parked == Some(0), "{parked:?} tickets wait for a person");
    stand.ticket(&key).await
}

/// Resolved by hand, and the monitor says that it is not over: reopened, or renewed. Where it says that it is over, the person's
/// words stay.
pub async fn resolved(stand: &mut Stand) -> anyhow::Result<Cell> {
    let gateway = stand.gateway().await?;
    let (goes_on, is_done) = (alert("goes-on", "Sev3", 0)?, alert("is-done", "Sev3", 0)?);
    let first = stand.send(&gateway, &goes_on.fired()).await?;
    let second = stand.send(&gateway, &is_done.fired()).await?;
    for key in [&first, &second] {
        let ticket = stand.ticket_when(&gateway, key, "the ticket is open", is_open).await?;
        if let Did::NotOffered(why) = stand.platform.act(Incident, &ticket.id, &Human::Resolve).await? {
            return Ok(Cell::NotOffered(why));
        }
    }
    let left = stand.ticket(&second).await?;
    ensure!(left.state == TicketState::Resolved, "a person resolved it, and people see {:?}", left.state);
    tokio::time::sleep(NO_LONGER_FRESH).await;
    gateway.accept(&alert("goes-on", "Sev0", 20)?.fired()).await?;
    gateway.accept(&is_done.resolved_after(5)).await?;
    if stand.can(Ability::Reopen(Incident)) {
        stand.ticket_when(&gateway, &first, "it is open again", is_open).await?;
    } else {
        renewed(stand, &gateway, &first).await?;
    }
    gateway.at_rest(stand.patience).await?;
    let now = stand.ticket(&second).await?;
    ensure!(
        now.resolution == left.resolution && now.state == left.state,
        "what a person resolved was resolved again: it was {left:?} and is {now:?}"
    );
    Ok(Cell::Passes)
}

/// A field that a person set is left to them from then on, and a note says so.
pub async fn edited(stand: &mut Stand) -> anyhow::Result<Cell> {
    // A title that would be sent with every change, were it not for people.
    stand.configuration.mapping =
        r#"title = { value = "{{ alert.rule }} {{ alert.severity }}", on = ["create", "update"] }"#.to_owned();
    let gateway = stand.gateway().await?;
    let key = stand.send(&gateway, &alert("edited", "Sev3", 0)?.fired()).await?;
    let ticket = stand.ticket_when(&gateway, &key, "the ticket is open", is_open).await?;
    let title = "What it really is";
    if let Did::NotOffered(why) = stand.platform.act(Incident, &ticket.id, &Human::Retitle(title.to_owned())).await? {
        return Ok(Cell::NotOffered(why));
    }
    tokio::time::sleep(NO_LONGER_FRESH).await;
    stand.send(&gateway, &alert("edited", "Sev0", 20)?.fired()).await?;
    let changed = |now: &Seen| now.severity != ticket.severity;
    stand.ticket_when(&gateway, &key, "its severity is changed", changed).await?;
    gateway.at_rest(stand.patience).await?;
    let now = stand.ticket(&key).await?;
    ensure!(now.title == title, "a person's title was written over: {:?}", now.title);
    let told = now.notes.iter().any(|note| note.contains("Left as set by hand") && note.contains("title"));
    ensure!(told, "nobody is told that the title is left to people: {:?}", now.notes);
    Ok(Cell::Passes)
}

/// Closed a moment ago, which the host has not seen: what the adapter answers is what is.
pub async fn closed_meanwhile(stand: &mut Stand) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let mut offered = Err("nothing was tried".to_owned());
    for change in [Change::Resolve, Change::Reopen] {
        let item = verbs.item("Closed meanwhile");
        let made = verbs.create(&item).await?;
        if let Did::NotOffered(why) = stand.platform.act(Incident, &made.id, &Human::Close).await? {
            offered = Err(why);
            continue;
        }
        offered = Ok(());
        let before = stand.platform.ticket(Incident, &made.id).await?.context("the closed ticket is gone")?;
        let is_closed = matches!(before.state, TicketState::Closed | TicketState::Canceled);
        ensure!(is_closed, "a person closed it, and people see {:?}", before.state);
        // As the host saw it when a person resolved it, or while it was open.
        let seen = match change {
            Change::Reopen => signalbox::domain::PlatformTicket { state: TicketState::Resolved, ..made.clone() },
            _ => made.clone(),
        };
        let answer = verbs.amend(&seen, change, &verbs.more(&item)).await;
        let now = stand.platform.ticket(Incident, &made.id).await?.context("the closed ticket is gone")?;
        match answer {
            Ok(ticket) => ensure!(
                ticket.state == now.state && (change == Change::Reopen || is_over(&now)),
                "{change:?} of what is closed answers {:?}, people see {:?}",
                ticket.state,
                now.state
            ),
            Err(CallFailure::Call(error)) if error.kind == CallErrorKind::Conflict => {
                ensure!(now == before, "{change:?} is a conflict, and wrote all the same: {now:?}");
            }
            Err(other) => bail!("{change:?} of what is closed: {other:?}"),
        }
    }
    Ok(match offered {
        Ok(()) => Cell::Passes,
        Err(why) => Cell::NotOffered(why),
    })
}

/// Deleted a moment ago: `read` and `amend` say that it is gone.
pub async fn deleted_meanwhile(stand: &mut Stand) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let item = verbs.item("Deleted meanwhile");
    let made = verbs.create(&item).await?;
    if let Did::NotOffered(why) = stand.platform.act(Incident, &made.id, &Human::Delete).await? {
        return Ok(Cell::NotOffered(why));
    }
    failed_as("`read`", verbs.read(Incident, &made.id).await, CallErrorKind::Gone)?;
    let mut more = verbs.more(&item);
    more.content.severity = Some(signalbox::domain::Severity::Critical);
    failed_as("`amend`", verbs.amend(&made, Change::Update, &more).await, CallErrorKind::Gone)?;
    Ok(Cell::Passes)
}
