//! Shipping: the columns that existing queries know, in order, and nothing that a refused row holds up.

use super::*;
use signalbox_e2e::{alerts::Metric, cloud::TICKET_EVENTS, scene::key_of};
use signalbox_simulators::{
    servicenow::Act,
    shared::{Effect, Fault},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incident_a_change_and_a_ticket_are_rows() -> Tested {
    let back = Back::start().await?;
    let platform = &back.scene.platform;
    let number = incident(platform, "the printer is on fire")?;
    let change = json!({ "short_description": "new toner", "type": "Normal" });
    let change = platform.instance.create("change_request", &fields(change))?.number;
    let fired = Metric::new("cpu-high", "web-01", 1, "Sev1", "2026-03-02T08:00:00Z".parse()?).fired();
    let key = key_of(&back.scene.gateway.accept(&fired).await?)?;
    back.scene.gateway.at_rest(PATIENCE).await?;

    let all_three = |rows: &[Map<String, Value>]| {
        newest(rows, &number).is_some()
            && newest(rows, &change).is_some()
            && rows.iter().any(|row| row.get("TicketKey").is_some_and(|ours| *ours == key.as_str()))
    };
    let rows = back.shipped(all_three).await?;
    let row = newest(&rows, &number).unwrap();
    assert_eq!(
        (&row["ServiceDeskWorkItemType_s"], &row["Title_s"]),
        (&json!("Incident"), &json!("the printer is on fire"))
    );
    assert_eq!(row["ServiceDeskConnectionName_s"], "desk");
    assert_eq!(newest(&rows, &change).unwrap()["ServiceDeskWorkItemType_s"], "ChangeRequest");

    platform.instance.act(&number, &Act::Resolve)?;
    let resolved = |rows: &[Map<String, Value>]| newest(rows, &number).is_some_and(|row| row["State"] == "resolved");
    let rows = back.shipped(resolved).await?;
    let versions: Vec<_> = rows.iter().filter(|row| row["ServiceDeskId_s"] == number.as_str()).collect();
    assert!(versions.iter().map(|row| row["Sequence"].as_u64()).is_sorted(), "{versions:?}");

    let created = || async {
        let events = back.cloud.instance.rows(TICKET_EVENTS);
        events.into_iter().find(|event| event["EventName"] == "created" && event["TicketKey"] == key.as_str())
    };
    let event = wait::until("the ticket's event", PATIENCE, created).await?;
    assert_eq!((&event["AlertRule"], &event["AlertSeverity"]), (&json!("cpu-high"), &json!("Sev1")), "{event:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_workspace_drops_and_refuses_is_sent_again() -> Tested {
    let back = Back::start().await?;
    for effect in [Effect::DropAfter, Effect::Status { code: 503, committed: true }] {
        back.cloud.fault(Fault::new(effect).method("POST").table(WORK_ITEMS).times(2));
    }
    let mut numbers = Vec::new();
    for number in 0..20 {
        numbers.push(incident(&back.scene.platform, &format!("printer {number}"))?);
    }
    let rows = back.shipped(|rows| numbers.iter().all(|number| newest(rows, number).is_some())).await?;
    assert!(rows.len() >= numbers.len());
    let at_rest = || async {
        let status = back.status().await.ok()?;
        let sink = status["sinks"].get(0)?.clone();
        (sink["waiting"] == 0 && sink["trouble"] == "" && sink["refused"] == 0).then_some(())
    };
    wait::until("the sink at rest", PATIENCE, at_rest).await
}
