//! The sink for Log Analytics in a gateway, against a strict workspace whose streams are those of the template in `docs/azure`.
//!
//! Nothing of a row may be left out, made null or cut on the other side: then the template, the sink and the workspace agree.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod large;
mod workspace;

use jiff::{Timestamp, ToSpan};
use serde_json::{Map, Value, json};
use signalbox_e2e::{alerts::Metric, cloud::WORK_ITEMS};
use signalbox_simulators::{
    servicenow::Act,
    shared::{Effect, Fault},
};
use std::collections::{BTreeMap, BTreeSet};
use workspace::Workspace;

type Tested = anyhow::Result<()>;

fn fields(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn text<'a>(row: &'a Map<String, Value>, column: &str) -> &'a str {
    row.get(column).and_then(Value::as_str).unwrap_or_default()
}

/// The version of each work item that a query by `arg_max(Sequence, *)` finds, by number.
fn newest(rows: Vec<Map<String, Value>>) -> BTreeMap<String, Map<String, Value>> {
    let mut newest: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for row in rows {
        let number = text(&row, "ServiceDeskId_s").to_owned();
        let sequence = |row: &Map<String, Value>| row["Sequence"].as_u64().unwrap();
        if newest.get(&number).is_none_or(|known| sequence(known) <= sequence(&row)) {
            newest.insert(number, row);
        }
    }
    newest
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_do_on_the_platform_is_in_the_workspace() -> Tested {
    let workspace = Workspace::start().await?;
    let desk = &workspace.scene.platform.instance;
    let mut made = BTreeSet::new();
    for title in ["printer", "mail", "disk \"C:\\\" — voll 🔥"] {
        made.insert(desk.create("incident", &fields(json!({"short_description": title})))?.number);
    }
    let change = desk.create("change_request", &fields(json!({"short_description": "new disks"})))?.number;
    made.insert(change.clone());
    let here =
        workspace.work_items_when("all that was made", |rows| made.iter().all(|number| rows.contains_key(number)));
    let rows = here.await?;
    assert_eq!(text(&rows[&change], "ServiceDeskWorkItemType_s"), "ChangeRequest");
    assert_eq!(text(&rows[&change], "ServiceDeskConnectionName_s"), "desk");
    assert!(rows.values().any(|row| text(row, "Title_s") == "disk \"C:\\\" — voll 🔥"));
    // A person changes one: its final version is the newest.
    let first = made.first().unwrap();
    desk.act(first, &Act::Edit { fields: fields(json!({"short_description": "of another title"})) })?;
    let changed = |rows: &BTreeMap<String, Map<String, Value>>| text(&rows[first], "Title_s") == "of another title";
    workspace.work_items_when("the final version", changed).await?;
    workspace.assert_nothing_was_lost();
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_gateway_does_with_its_tickets_is_in_the_workspace() -> Tested {
    let workspace = Workspace::start().await?;
    let fired_at = Timestamp::now().checked_sub(1.hours())?;
    let alert = Metric::new("disk-full", "db-01", 1, "Sev1", fired_at);
    workspace.scene.gateway.accept(&alert.fired()).await?;
    let created = |rows: &[Map<String, Value>]| rows.iter().any(|row| text(row, "EventName") == "created");
    let rows = workspace.events_when("the ticket's creation", created).await?;
    let event = rows.iter().find(|row| text(row, "EventName") == "created").unwrap();
    let told = ["ConnectionName", "WorkItemType", "AlertRule", "AlertSeverity", "AlertCondition"]
        .map(|name| text(event, name));
    assert_eq!(told, ["desk", "Incident", "disk-full", "Sev1", "Fired"]);
    assert!(text(event, "AlertId").ends_with(&alert.instance) && text(event, "Computer").ends_with("db-01"));
    // The ticket is read back, too, and both tables name it by its key.
    let key = text(event, "TicketKey").to_owned();
    let has_key = |rows: &BTreeMap<String, Map<String, Value>>| rows.values().any(|row| text(row, "TicketKey") == key);
    workspace.work_items_when("the gateway's own ticket", has_key).await?;
    workspace.assert_nothing_was_lost();
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_on_the_way_loses_nothing() -> Tested {
    let workspace = Workspace::start().await?;
    let faults = [
        Effect::DropAfter,
        Effect::Throttle { retry_after: 1 },
        Effect::Status { code: 500, committed: false },
        Effect::Status { code: 503, committed: false },
        Effect::DropBefore,
        Effect::Truncate,
    ];
    let desk = &workspace.scene.platform.instance;
    let mut made = BTreeSet::new();
    for effect in faults {
        workspace.azure.fault(Fault::new(effect.clone()).method("POST").table(WORK_ITEMS).times(1));
        let title = json!({"short_description": format!("{effect:?}")});
        made.insert(desk.create("incident", &fields(title))?.number);
        let is_here = |rows: &BTreeMap<String, Map<String, Value>>| made.iter().all(|number| rows.contains_key(number));
        workspace.work_items_when("what was made while it went wrong", is_here).await?;
    }
    assert!(workspace.azure.apparatus.faults.list().iter().all(|fault| fault.hit == 1), "each went wrong once");
    // What was taken before its answer was lost stands twice, under one sequence.
    let sequences: Vec<_> =
        workspace.azure.instance.rows(WORK_ITEMS).iter().map(|row| row["Sequence"].as_u64().unwrap()).collect();
    assert!(sequences.len() > sequences.iter().collect::<BTreeSet<_>>().len(), "{sequences:?}");
    workspace.assert_nothing_was_lost();
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_the_rule_lacks_holds_the_feed_and_refuses_nothing() -> Tested {
    let mut workspace = Workspace::start().await?;
    let right = workspace.scene.config.more.clone();
    let wrong = right.replace("settings = { dcr", "settings = { stream_work_items = \"Custom-Typo_CL\", dcr");
    assert_ne!(wrong, right);
    workspace.scene.edit(|config| config.more = wrong).await?;
    let mail = fields(json!({"short_description": "mail"}));
    let number = workspace.scene.platform.instance.create("incident", &mail)?.number;
    workspace.trouble_with("InvalidStream").await?;
    assert_eq!(workspace.azure.instance.rows(WORK_ITEMS).len(), 0);
    workspace.scene.edit(|config| config.more = right).await?;
    workspace.work_items_when("what was held", |rows| rows.contains_key(&number)).await?;
    let refused = workspace.scene.gateway.get("/v1/sync/refused?limit=10").await?;
    assert_eq!(refused.as_array().map(Vec::len), Some(0), "{refused}");
    workspace.assert_nothing_was_lost();
    Ok(())
}
