//! One problem through its whole life, and two neighbours.

use crate::{azure, checks::Checks, show, stage::Stage};
use anyhow::{Context, bail};
use jiff::{Timestamp, ToSpan};
use serde_json::{Map, Value};
use signalbox::domain::{TicketState, WorkItemKind::Incident};
use signalbox_conformance::platform::{Did, Human, Seen};
use signalbox_e2e::{
    alerts::{self, Metric},
    cloud::{TICKET_EVENTS, WORK_ITEMS},
    scene::key_of,
    wait,
};
use signalbox_simulators::azure::State;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// Tells the story, and checks each of its turns.
pub async fn tell(stage: &Stage, checks: &mut Checks) -> anyhow::Result<()> {
    let began = Timestamp::now().checked_sub(50.minutes())?;
    let at = |minutes: i64| began.checked_add(minutes.minutes());

    show::step("A metric alert fires");
    let first = Metric::new("cpu-high", "web-01", 1, "Sev2", at(0)?);
    let receipt = stage.fires(&first).await?;
    let key = key_of(&receipt)?;
    stage.asked(1, PATIENCE).await?;
    let (warning, story) = when(stage, &key, "the ticket is there", is_open).await?;
    show::ticket(&warning, &story);
    let facts = azure::facts(&warning);
    show::facts(&facts);
    checks.expect("it became a ticket that says what is wrong", warning.title.contains("cpu-high"));
    checks.expect("its description holds the condition in words", warning.description.contains("Percentage CPU"));
    checks.expect("it holds what Azure knows of the machine: metrics and health", facts.len() >= 2);
    let kept = stage.stands(&first, State::Acknowledged, PATIENCE).await?;
    let comment = azure::comment(&kept);
    show::alert("acknowledged", comment);
    let url = story["ticket"]["shown"]["url"].as_str().unwrap_or_default();
    let names = comment.contains(&warning.number) && comment.contains(url);
    checks.expect("the alert in Azure shows the ticket, by number and link", names);

    show::step("The same body comes again");
    let again = stage.gateway.accept(&first.fired()).await?;
    stage.gateway.at_rest(PATIENCE).await?;
    checks.expect("it gets the same answer", again == receipt);
    checks.expect("and there is still one ticket", count(stage).await? == 1);

    show::step("It gets worse: a new alert of the same rule and target, with another severity");
    let second = Metric::new("cpu-high", "web-01", 2, "Sev0", at(5)?);
    let receipt = stage.fires(&second).await?;
    let (worse, story) = when(stage, &key, "its priority is another", |now| now.severity != warning.severity).await?;
    show::ticket(&worse, &story);
    checks.expect("the same ticket stands for it", key_of(&receipt)? == key && count(stage).await? == 1);

    show::step("The first alert's end comes late");
    stage.gateway.at_rest(PATIENCE).await?;
    let before = stage.tickets(&key).await?;
    stage.ends(&first, 4).await?;
    stage.gateway.at_rest(PATIENCE).await?;
    checks.expect("it changes nothing", stage.tickets(&key).await? == before);

    show::step("The problem is over");
    stage.ends(&second, 6).await?;
    let (over, story) = when(stage, &key, "the ticket is resolved", |now| now.state == TicketState::Resolved).await?;
    show::ticket(&over, &story);
    let told = over.resolution.contains("Resolved at") || over.notes.iter().any(|note| note.contains("Resolved at"));
    checks.expect("it is resolved, and people read why", told);
    let kept = stage.stands(&second, State::Closed, PATIENCE).await?;
    show::alert("closed", azure::comment(&kept));
    checks.expect("and so is the alert in Azure", azure::comment(&kept).contains(&over.number));

    show::step("It fires again");
    let third = Metric::new("cpu-high", "web-01", 3, "Sev2", at(15)?);
    stage.fires(&third).await?;
    stage.asked(2, PATIENCE).await?;
    let (reopened, story) = when(stage, &key, "the ticket is reopened", is_open).await?;
    show::ticket(&reopened, &story);
    checks.expect("the same ticket is reopened", reopened.id == warning.id && count(stage).await? == 1);

    let old = ended_by_hand(stage, &reopened).await?;
    let fourth = Metric::new("cpu-high", "web-01", 4, "Sev1", at(30)?);
    stage.fires(&fourth).await?;
    let next = wait::until("a new ticket is there", PATIENCE, || async { newest(stage, &key).await.ok()? }).await?;
    stage.asked(3, PATIENCE).await?;
    let (renewed, story) = when(stage, &next, "the new ticket is open", is_open).await?;
    show::ticket(&renewed, &story);
    let texts = [&renewed.title, &renewed.description].into_iter().chain(&renewed.notes).chain(&renewed.ties);
    let names = texts.into_iter().any(|text| text.contains(&warning.number) || text.contains(&warning.id));
    let now = stage.platform.ticket(Incident, &warning.id).await?;
    checks.expect("the old ticket stays as the person left it", now == old);
    checks.expect("the new ticket names the old", names);
    checks.expect("and has a key of its own", renewed.key == next && next != key);

    show::step("Its neighbours: a log alert and an activity log alert");
    let log = key_of(&stage.gateway.accept(&alerts::log("heartbeat-lost", 1, at(31)?)).await?)?;
    let activity = key_of(&stage.gateway.accept(&alerts::activity("machine-stopped", 1, at(32)?)).await?)?;
    for (key, expected) in [(&log, "heartbeat-lost"), (&activity, "machine-stopped")] {
        let (seen, story) = when(stage, key, "its ticket is there", |_| true).await?;
        show::ticket(&seen, &story);
        checks.expect(&format!("{expected} has a ticket"), seen.title.contains(expected));
    }

    stage.asked(5, PATIENCE).await?;
    let unheard = over_unheard(stage, checks, began).await?;
    stage.gateway.at_rest(PATIENCE).await?;
    let mut once = stage.keys().await?.len() == 5;
    for key in [&next, &log, &activity, &unheard] {
        once &= stage.tickets(key).await?.len() == 1;
    }
    checks.expect("every key is on the platform once", once);
    way_back(stage, checks, &next).await?;
    let status = stage.gateway.get("/v1/status").await?;
    checks.expect("nothing is parked, nothing waits", status["ledger"]["parked"] == 0 && status["ledger"]["due"] == 0);
    Ok(())
}

/// An alert's end is swallowed on its way, and found out by asking. Answers its ticket's key.
async fn over_unheard(stage: &Stage, checks: &mut Checks, began: Timestamp) -> anyhow::Result<String> {
    show::step("An old alert is over in Azure, and nobody is told");
    let alert = Metric::new("disk-full", "web-02", 5, "Sev3", began.checked_sub(2.hours())?);
    let key = key_of(&stage.fires(&alert).await?)?;
    stage.asked(6, PATIENCE).await?;
    when(stage, &key, "its ticket is there", is_open).await?;
    stage.is_over(&alert);
    when(stage, &key, "it is resolved", |now| now.state == TicketState::Resolved).await?;
    stage.gateway.at_rest(PATIENCE).await?;
    let (seen, story) = when(stage, &key, "it is resolved", |now| now.state == TicketState::Resolved).await?;
    show::ticket(&seen, &story);
    checks.expect("Azure is asked, and the ticket is resolved", story["ticket"]["firing"] == 0);
    Ok(key)
}

/// What people work on is read back and taken to the workspace, with what the gateway did.
async fn way_back(stage: &Stage, checks: &mut Checks, key: &str) -> anyhow::Result<()> {
    show::step("The way back: incidents and changes are read, and taken to the workspace");
    let read = stage.command(&["sync", "run", "--connection", stage.connection()]).await?;
    println!("  {}", read.out.trim());
    checks.expect("the platform is read to its end", read.code == 0);
    let of_ticket = |stream: &str| {
        let rows = stage.cloud.instance.rows(stream).into_iter();
        rows.filter(|row| says(row, "TicketKey", key)).collect::<Vec<_>>()
    };
    let rows = || async {
        let rows = (of_ticket(WORK_ITEMS), of_ticket(TICKET_EVENTS));
        Some(rows).filter(|(items, events)| !items.is_empty() && !events.is_empty())
    };
    let (items, events) = wait::until("the ticket in the workspace", PATIENCE, rows).await?;
    for row in items.iter().chain(&events) {
        show::row(row);
    }
    checks.expect(
        "the ticket is in the workspace, in the columns that old queries know",
        items.iter().any(|row| row.contains_key("IncidentState_s")),
    );
    let created = events.iter().any(|row| says(row, "EventName", "created"));
    checks.expect("and so is what happened to it", created);

    show::step("A report: which rules make the most incidents");
    let report = stage.command(&["report", "noisiest", "--by", "rule"]).await?;
    println!("{}", report.out.trim_end());
    checks.expect("it names the rule that fired most", report.code == 0 && report.out.contains("cpu-high"));
    Ok(())
}

/// Whether a column of a row has this text.
fn says(row: &Map<String, Value>, column: &str, text: &str) -> bool {
    row.get(column).is_some_and(|value| value == text)
}

/// A person ends the ticket for good, in the way that the platform offers. Answers what is left of it.
async fn ended_by_hand(stage: &Stage, ticket: &Seen) -> anyhow::Result<Option<Seen>> {
    for (act, word) in [(Human::Close, "closes"), (Human::Delete, "deletes")] {
        if stage.platform.act(Incident, &ticket.id, &act).await.context("a person can't do that")? == Did::Done(()) {
            show::step(&format!("A person {word} it by hand, and it fires once more"));
            // A gateway takes what it saw within the last ten seconds for what is.
            tokio::time::sleep(Duration::from_secs(11)).await;
            return stage.platform.ticket(Incident, &ticket.id).await;
        }
    }
    bail!("people can neither close nor delete tickets on this platform")
}

fn is_open(ticket: &Seen) -> bool {
    matches!(ticket.state, TicketState::Open | TicketState::Pending)
}

/// How many tickets the platform has of all keys that the gateway gave out.
async fn count(stage: &Stage) -> anyhow::Result<usize> {
    let mut count = 0;
    for key in stage.keys().await? {
        count += stage.tickets(&key).await?.len();
    }
    Ok(count)
}

/// The key of the same problem that came after this one.
async fn newest(stage: &Stage, old: &str) -> anyhow::Result<Option<String>> {
    let problem = old.split('-').next().unwrap_or(old);
    Ok(stage.keys().await?.into_iter().find(|key| key.starts_with(problem) && key != old))
}

/// The ticket and the gateway's story of it, once it is as it should be and the gateway knows.
async fn when(stage: &Stage, key: &str, what: &str, is: impl Fn(&Seen) -> bool) -> anyhow::Result<(Seen, Value)> {
    let is = &is;
    wait::until(what, PATIENCE, || async move {
        let story = stage.gateway.get(&format!("/v1/tickets/{key}")).await.ok()?;
        let seen = stage.tickets(key).await.ok()?.into_iter().next()?;
        let settled = story["ticket"]["wanted"] == story["ticket"]["confirmed"];
        (settled && is(&seen)).then_some((seen, story))
    })
    .await
}
