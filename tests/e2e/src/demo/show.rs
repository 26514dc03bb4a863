//! Prints tickets as people see them, on the platform and in the gateway.

use crate::stage::Stage;
use serde_json::Value;
use signalbox_e2e::{config::TOKEN, workspace};
use signalbox_simulators::servicenow::Fields;

const SHOWN: &[&str] = &[
    "short_description",
    "state",
    "priority",
    "impact",
    "urgency",
    "assignment_group",
    "cmdb_ci",
    "category",
    "close_code",
    "close_notes",
    "parent_incident",
];

/// A step of the story.
pub fn step(title: &str) {
    println!("\n── {title}");
}

/// An incident with its fields, its notes and its timeline.
pub fn incident(stage: &Stage, row: &Fields, story: &Value) {
    println!("  ┌ {} ({})", field(row, "number"), field(row, "correlation_id"));
    for name in SHOWN {
        let value = field(row, name);
        if !value.is_empty() {
            println!("  │ {name:<18} {}", value.replace('\n', " "));
        }
    }
    for note in stage.platform.instance.journal(field(row, "sys_id"), "work_notes") {
        println!("  │ work note          {}", note.lines().next().unwrap_or_default());
    }
    for entry in story["timeline"].as_array().into_iter().flatten() {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        println!("  │ {} {:<20} {}", text("at").chars().take(19).collect::<String>(), text("event"), text("text"));
    }
    println!("  └");
}

/// A stored value; empty where there is none.
pub fn field<'a>(row: &'a Fields, name: &str) -> &'a str {
    row.get(name).map_or("", |value| value.as_ref())
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
    println!(
        "  curl -i {}/v1/alerts/azure -H 'authorization: Bearer {TOKEN}' -H 'content-type: application/json' -d @{}",
        stage.gateway.ingest,
        example.display()
    );
    println!("  curl {}/v1/status", stage.gateway.admin);
    println!("  edit {} (a mapping, say) and post another alert", stage.config.display());
    println!(
        "  play a person: curl {}/people -d '{{\"ticket\":\"INC0010001\",\"act\":{{\"kind\":\"close\"}}}}' -H 'content-type: application/json'",
        stage.platform.control_url
    );
}
