//! What goes wrong on demand.

use http::Method;
use serde_json::json;
use signalbox_simulators::{
    azure::{APPLICATION, SECRET, STREAM, SUBSCRIPTION},
    shared::{Effect, Fault},
};

use crate::caller::{MONITOR, credentials, send, world};

fn row() -> serde_json::Value {
    json!([{ "TimeGenerated": "2026-11-22T10:00:00Z", "Number_s": "INC1" }])
}

#[tokio::test]
async fn rows_are_kept_and_the_answer_is_lost() {
    let world = world().await;
    let token = world.token(MONITOR).await;
    world.running.fault(Fault::new(Effect::DropAfter).table(STREAM).times(1));
    assert!(world.upload_with(&token).body(row().to_string()).send().await.is_err());
    assert_eq!(world.running.instance.rows(STREAM).len(), 1);
    world.running.fault(Fault::new(Effect::DropBefore).table(STREAM).times(1));
    assert!(world.upload_with(&token).body(row().to_string()).send().await.is_err());
    assert_eq!(world.running.instance.rows(STREAM).len(), 1);
}

#[tokio::test]
async fn what_is_canned_is_in_each_service_s_words() {
    let world = world().await;
    let token = world.token(MONITOR).await;
    let hit = |effect, table: &str| world.running.fault(Fault::new(effect).table(table).times(1));
    hit(Effect::Throttle { retry_after: 9 }, STREAM);
    let throttled = world.upload(&token, &row()).await;
    assert_eq!((throttled.refusal(), throttled.header("retry-after")), ((429, "TooManyRequests".into()), "9"));
    hit(Effect::Status { code: 500, committed: false }, STREAM);
    assert_eq!(world.upload(&token, &row()).await.refusal(), (500, "InternalServerError".into()));
    hit(Effect::Status { code: 503, committed: true }, STREAM);
    assert!(world.upload(&token, &row()).await.text.contains("aren't available"));
    assert_eq!(world.running.instance.rows(STREAM).len(), 1);
    hit(Effect::RefuseCredentials, STREAM);
    assert_eq!(world.upload(&token, &row()).await.refusal(), (401, "InvalidAuthenticationToken".into()));
    hit(Effect::Page, STREAM);
    assert!(world.upload(&token, &row()).await.text.contains("Sign in to your account"));
    let form = credentials(APPLICATION, SECRET, MONITOR);
    hit(Effect::RefuseCredentials, "token");
    assert_eq!(world.ask(&form).await.json()["error_codes"][0], 7_000_215);
    hit(Effect::Throttle { retry_after: 4 }, "token");
    let busy = world.ask(&form).await;
    assert_eq!((busy.status, busy.header("retry-after")), (429, "4"));
}

#[tokio::test]
async fn a_fault_names_the_service_that_it_hits() {
    let world = world().await;
    let vm = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/one");
    for (table, path, code) in [
        (
            "alerts",
            format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alerts/a"),
            "TooManyRequests",
        ),
        ("metrics", format!("{vm}/providers/microsoft.insights/metrics"), "TooManyRequests"),
        ("metricDefinitions", format!("{vm}/providers/microsoft.insights/metricDefinitions"), "TooManyRequests"),
        ("health", format!("{vm}/providers/Microsoft.ResourceHealth/availabilityStatuses/current"), "TooManyRequests"),
        (
            "activity",
            format!("/subscriptions/{SUBSCRIPTION}/providers/microsoft.insights/eventtypes/management/values"),
            "TooManyRequests",
        ),
        ("query", format!("/v1{vm}/query"), "ThrottledError"),
    ] {
        world.running.fault(Fault::new(Effect::Throttle { retry_after: 3 }).table(table).times(1));
        let reply = send(world.bare(Method::GET, &path)).await;
        assert_eq!((reply.refusal(), reply.header("retry-after")), ((429, code.to_owned()), "3"), "{table}");
        assert_eq!(send(world.bare(Method::GET, &path)).await.status, 401, "{table}");
    }
}
