//! Prints tickets as people see them, on the platform and in the gateway.

use crate::stage::Stage;
use serde_json::{Map, Value};
use signalbox_conformance::platform::Seen;
use signalbox_e2e::{config::TOKEN, workspace};

/// A step of the story.
pub fn step(title: &str) {
    println!("\n── {title}");
}

/// A ticket with what people see of it, and its timeline.
pub fn ticket(seen: &Seen, story: &Value) {
    println!("  ┌ {} ({})", seen.number, seen.key);
    let shown = |name: &str| story["ticket"]["shown"][name].as_str().unwrap_or_default().to_owned();
    let lines = [
        ("title", seen.title.clone()),
        ("state", shown("state")),
        ("severity", seen.severity.clone()),
        ("resolution", seen.resolution.clone()),
        ("tied to", seen.ties.join(" ")),
        ("url", shown("url")),
    ];
    for (name, value) in lines.iter().filter(|(_, value)| !value.trim().is_empty()) {
        println!("  │ {name:<18} {}", value.replace('\n', " "));
    }
    for note in &seen.notes {
        println!("  │ note               {}", note.lines().next().unwrap_or_default());
    }
    for entry in story["timeline"].as_array().into_iter().flatten() {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        println!("  │ {} {:<20} {}", text("at").chars().take(19).collect::<String>(), text("event"), text("text"));
    }
    println!("  └");
}

/// Facts as they stand in a ticket.
pub fn facts(lines: &[&str]) {
    for line in lines {
        println!("  from Azure: {line}");
    }
}

/// How an alert stands in Azure.
pub fn alert(state: &str, comment: &str) {
    println!("  in Azure the alert is {state}: {comment}");
}

/// A row of the workspace: its time, and what people look for first.
pub fn row(row: &Map<String, Value>) {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let what = ["ServiceDeskId_s", "IncidentState_s", "EventName", "Title_s", "AlertRule"].map(text);
    let what: Vec<_> = what.into_iter().filter(|each| !each.is_empty()).collect();
    println!("  row of {}: {}", text("TimeGenerated").chars().take(19).collect::<String>(), what.join(", "));
}

/// What to try while the demo stays up.
pub fn what_next(stage: &Stage) {
    let program =
        signalbox_e2e::gateway::program().map_or_else(|_| "signalbox".into(), |path| path.display().to_string());
    let admin = stage.gateway.admin.trim_start_matches("http://");
    let example = workspace().join("target/demo/alert.json");
    let body = signalbox_e2e::alerts::Metric::new("disk-full", "web-02", 900, "Sev2", jiff::Timestamp::now()).fired();
    let _written = std::fs::write(&example, serde_json::to_string_pretty(&body).unwrap_or_default());
    println!("\nThe demo stays up until Ctrl-C. In another terminal, try:");
    println!("  {program} --admin {admin} tickets list");
    println!("  {program} --admin {admin} alerts list");
    println!("  {program} --admin {admin} sync status");
    println!("  {program} --admin {admin} report");
    println!(
        "  curl -i {}/v1/alerts/azure -H 'authorization: Bearer {TOKEN}' -H 'content-type: application/json' -d @{}",
        stage.gateway.ingest,
        example.display()
    );
    println!("  curl {}/v1/status", stage.gateway.admin);
    println!("  edit {} (a mapping, say) and post another alert", stage.config.display());
    for hint in stage.platform.hints() {
        println!("  {hint}");
    }
}
