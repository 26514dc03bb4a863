//! Tokens end and passwords are changed.

use crate::{
    platform::Did,
    proxy::{Effect, Fault, Which},
    stand::{Stand, alert},
    suite::Cell,
};
use anyhow::{bail, ensure};
use futures::future::try_join_all;
use serde_json::json;
use signalbox::domain::WorkItemKind;
use signalbox_e2e::wait;
use std::time::{Duration, Instant};

/// A stopped connection is probed each minute.
const PROBED: Duration = Duration::from_secs(90);

/// What ends with its token is renewed once, also where several calls meet the end at once.
pub async fn expired(stand: &mut Stand) -> anyhow::Result<Cell> {
    if !stand.proxy.renewable() {
        return Ok(Cell::NotOffered("its credentials are none that end".to_owned()));
    }
    let verbs = stand.verbs().await?;
    let made = verbs.create(&verbs.item("Read after the token's end")).await?;
    let read = || verbs.read(WorkItemKind::Incident, &made.id);
    let before = stand.proxy.calls();
    read().await?;
    let usual = stand.proxy.calls() - before;
    ensure!(usual > 0, "`read` asked nobody");

    if let Did::NotOffered(_) = stand.platform.expire_tokens().await? {
        stand.proxy.arm(Fault::new(Effect::WrongToken).to(Which::Calls).times(1));
    }
    let (calls, logins) = (stand.proxy.calls(), stand.proxy.logins());
    let now = read().await?;
    ensure!(now.id == made.id, "`read` answers {}", now.id);
    let (calls, logins) = (stand.proxy.calls() - calls, stand.proxy.logins() - logins);
    ensure!(logins == 1, "{logins} logins where one was due");
    ensure!(calls == usual + 1, "{calls} requests where {usual} and the refused one were due");

    if let Did::NotOffered(_) = stand.platform.expire_tokens().await? {
        return Ok(Cell::Passes);
    }
    let logins = stand.proxy.logins();
    try_join_all((0..4).map(|_| read())).await?;
    let logins = stand.proxy.logins() - logins;
    ensure!(logins == 1, "{logins} logins of four calls at once");
    Ok(Cell::Passes)
}

/// A wrong password stops the connection and alarms; no ticket is parked, the account is not locked by trying; when the password
/// is right again on the platform, all goes on by itself.
pub async fn refused(stand: &mut Stand) -> anyhow::Result<Cell> {
    let gateway = stand.gateway().await?;
    let first = stand.send(&gateway, &alert("before", "Sev2", 0)?.fired()).await?;
    stand.ticket_when(&gateway, &first, "a ticket is made", |_| true).await?;
    stand.proxy.arm(Fault::new(Effect::WrongSecret));
    let mut keys = Vec::new();
    for number in 0..4 {
        keys.push(stand.send(&gateway, &alert(&format!("waits-{number}"), "Sev2", 1)?.fired()).await?);
    }
    let state = |expected: &'static str| {
        let gateway = &gateway;
        move || async move {
            let status = gateway.get("/v1/status").await.ok()?;
            (status["connections"][0]["state"] == json!(expected)).then_some(status)
        }
    };
    let status = match wait::until("the connection is stopped", stand.patience, state("stopped")).await {
        Ok(status) => status,
        Err(error) => bail!("{error}; it is {}", gateway.get("/v1/status").await?["connections"]),
    };
    let reason = status["connections"][0]["reason"].as_str().unwrap_or_default().to_owned();
    ensure!(!reason.is_empty(), "nobody is told why it is stopped");
    ensure!(status["ledger"]["parked"] == json!(0), "tickets are parked for what they can't help: {status}");
    ensure!(stand.log().contains("credentials are refused"), "it stops in silence");
    let before = stand.proxy.passed().len();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let tried = stand.proxy.passed().len() - before;
    ensure!(tried <= 3, "{tried} requests with a wrong password within 5 s: accounts are locked for less");
    let mended = Instant::now();
    stand.proxy.mend();
    wait::until("the connection goes on by itself", PROBED, state("working")).await?;
    for key in &keys {
        stand.ticket_when(&gateway, key, "the ticket that waited is made", |_| true).await?;
    }
    ensure!(mended.elapsed() < PROBED + stand.patience, "it took {} s", mended.elapsed().as_secs());
    Ok(Cell::Passes)
}
