//! Alerts Management: alerts, lists, history, and the change of state.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use signalbox_simulators::azure::{Alert, Condition, Contents, Limit, Limits, Options, STRANGER, SUBSCRIPTION, State};

use crate::caller::{MANAGEMENT, MONITOR, Reply, World, send, world, world_with};

const VERSION: &str = "api-version=2019-03-01";

fn target(name: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/Shop/providers/Microsoft.Compute/virtualMachines/{name}")
}

fn path(id: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alerts/{id}")
}

/// The path of a list over the subscription.
fn list(query: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alerts?{VERSION}{query}")
}

fn alerts(ids: &[&str]) -> Contents {
    let alerts = ids.iter().map(|id| Alert::new(id, &target(&format!("vm-{id}")))).collect();
    Contents { alerts, ..Contents::default() }
}

/// A simulated Azure with alerts in it, and a token for them.
struct Alerts {
    world: World,
    token: String,
}

async fn with(ids: &[&str]) -> Alerts {
    let world = world().await;
    world.running.instance.put(alerts(ids));
    Alerts { token: world.token(MANAGEMENT).await, world }
}

impl Alerts {
    async fn get(&self, path: &str) -> Reply {
        send(self.world.bare(Method::GET, path).bearer_auth(&self.token)).await
    }

    async fn change(&self, id: &str, state: &str, body: &str) -> Reply {
        let path = format!("{}/changestate?{VERSION}&newState={state}", path(id));
        let request = self.world.bare(Method::POST, &path).bearer_auth(&self.token);
        send(request.header("content-type", "application/json").body(body.to_owned())).await
    }

    async fn ids(&self, query: &str) -> Vec<String> {
        let reply = self.get(&list(query)).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        names(&reply.json())
    }
}

fn names(list: &Value) -> Vec<String> {
    let id = |alert: &Value| alert["id"].as_str().unwrap().rsplit_once('/').unwrap().1.to_owned();
    list["value"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn an_alert_is_had_by_its_id_over_any_scope_that_it_is_in() {
    let alerts = with(&["a1"]).await;
    for scope in [
        String::new(),
        format!("/subscriptions/{SUBSCRIPTION}"),
        format!("/subscriptions/{SUBSCRIPTION}/resourcegroups/shop"),
        target("VM-A1"),
    ] {
        let reply = alerts.get(&format!("{scope}/providers/microsoft.alertsmanagement/alerts/A1?{VERSION}")).await;
        assert_eq!(reply.status, 200, "{scope}: {}", reply.text);
        let body = reply.json();
        assert_eq!(body["id"], path("a1"));
        let essentials = &body["properties"]["essentials"];
        assert_eq!((&essentials["alertState"], &essentials["monitorCondition"]), (&json!("New"), &json!("Fired")));
        assert_eq!(essentials["targetResourceName"], "vm-a1");
        assert_eq!((&essentials["targetResourceGroup"], &essentials["severity"]), (&json!("shop"), &json!("Sev3")));
        assert_eq!(essentials["actionStatus"]["isSuppressed"], false);
    }
    let elsewhere = format!("{}/providers/Microsoft.AlertsManagement/alerts/a1?{VERSION}", target("other"));
    assert_eq!(alerts.get(&elsewhere).await.status, 404);
}

#[tokio::test]
async fn a_state_changes_with_a_comment_that_the_history_keeps() {
    let alerts = with(&["a1"]).await;
    let changed = alerts.change("a1", "Acknowledged", r#"{"comments":"Ticket INC0012"}"#).await;
    assert_eq!(
        (changed.status, &changed.json()["properties"]["essentials"]["alertState"]),
        (200, &json!("Acknowledged"))
    );
    assert_eq!(alerts.change("a1", "Closed", "").await.status, 200);
    let history = alerts.get(&format!("{}/history?{VERSION}", path("a1"))).await.json();
    let modifications = history["properties"]["modifications"].as_array().unwrap();
    let told: Vec<_> = modifications
        .iter()
        .map(|one| {
            let word = |name: &str| one[name].as_str().unwrap().to_owned();
            (word("modificationEvent"), word("newValue"), word("comments"))
        })
        .collect();
    let expected =
        [("StateChange", "Closed", ""), ("StateChange", "Acknowledged", "Ticket INC0012"), ("AlertCreated", "", "")];
    assert_eq!(told, expected.map(|(event, to, said)| (event.to_owned(), to.to_owned(), said.to_owned())));
    let changes = alerts.world.running.instance.state_changes();
    assert_eq!(changes[0].comments.as_deref(), Some("Ticket INC0012"));
    assert_eq!((changes[1].from, changes[1].to, changes[1].changed), (State::Acknowledged, State::Closed, true));
    assert_eq!(alerts.world.running.instance.alert("a1").unwrap().alert.condition, Condition::Fired);
}

#[tokio::test]
async fn a_comment_is_lost_with_a_state_that_the_alert_has_and_under_another_name() {
    let alerts = with(&["a1"]).await;
    assert_eq!(alerts.change("a1", "New", r#"{"comments":"again"}"#).await.status, 200);
    assert_eq!(alerts.change("a1", "Closed", r#"{"comment":"misnamed"}"#).await.status, 200);
    let instance = &alerts.world.running.instance;
    let history = instance.alert("a1").unwrap().history;
    assert_eq!(history.iter().filter_map(|one| one.comments.as_deref()).count(), 0);
    let changes: Vec<_> = instance.state_changes().iter().map(|one| (one.changed, one.comments.clone())).collect();
    assert_eq!(changes, [(false, Some("again".to_owned())), (true, None)]);
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_told() {
    let alerts = with(&["a1"]).await;
    for (state, body, status, code) in [
        ("Resolved", "", 400, "BadRequest"),
        ("", "", 400, "BadRequest"),
        ("acknowledged", "", 400, "BadRequest"),
        ("Closed", "done", 400, "InvalidRequestContent"),
        ("Closed", r#"{"comments":7}"#, 400, "InvalidRequestContent"),
    ] {
        assert_eq!(alerts.change("a1", state, body).await.refusal(), (status, code.to_owned()), "{state} {body}");
    }
    assert_eq!(alerts.change("unknown", "Closed", "").await.refusal(), (404, "NotFound".into()));
    for (path, status, code) in [
        (path("a1"), 400, "MissingApiVersionParameter"),
        (format!("{}?api-version=2016-01-01", path("a1")), 400, "InvalidApiVersionParameter"),
        (format!("{}?{VERSION}", path("unknown")), 404, "NotFound"),
        (format!("{}/changestate?{VERSION}&newState=Closed", path("a1")), 404, "NotFound"),
        (
            format!("/subscriptions/other/providers/Microsoft.AlertsManagement/alerts/a1?{VERSION}"),
            404,
            "SubscriptionNotFound",
        ),
        (
            format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Other/things?{VERSION}"),
            404,
            "InvalidResourceType",
        ),
    ] {
        assert_eq!(alerts.get(&path).await.refusal(), (status, code.to_owned()), "{path}");
    }
    assert!(alerts.world.running.instance.state_changes().is_empty());
}

#[tokio::test]
async fn azure_forgets_an_alert_after_thirty_days_or_on_demand() {
    let mut contents = alerts(&["old", "new", "gone"]);
    contents.alerts[0].started = Some(jiff::Timestamp::now() - Duration::from_secs(29 * 86_400));
    let world = world_with(Options { contents, ..Options::default() }).await;
    let get = async |world: &World, id: &str| {
        let token = world.token(MANAGEMENT).await;
        send(world.bare(Method::GET, &format!("{}?{VERSION}", path(id))).bearer_auth(token)).await.status
    };
    assert_eq!(get(&world, "old").await, 200);
    assert!(world.running.instance.forget_alert("gone"));
    assert!(!world.running.instance.forget_alert("gone"));
    world.running.apparatus.clock.advance(Duration::from_secs(86_400));
    assert_eq!((get(&world, "old").await, get(&world, "new").await, get(&world, "gone").await), (404, 200, 404));
}

#[tokio::test]
async fn a_list_is_filtered_sorted_and_paged() {
    let alerts = with(&[]).await;
    let mut contents = self::alerts(&["a1", "a2", "a3", "a4"]);
    let ago = |hours: u64| Some(jiff::Timestamp::now() - Duration::from_secs(hours * 3600));
    for (alert, hours) in contents.alerts.iter_mut().zip([1, 2, 3, 48]) {
        alert.started = ago(hours);
    }
    contents.alerts[1].severity = "Sev0".into();
    contents.alerts[2].condition = Condition::Resolved;
    alerts.world.running.instance.put(contents);
    assert_eq!(alerts.ids("&sortBy=startDateTime&sortOrder=asc").await, ["a3", "a2", "a1"]);
    assert_eq!(alerts.ids("&sortBy=startDateTime&sortOrder=desc&timeRange=7d").await, ["a1", "a2", "a3", "a4"]);
    assert_eq!(alerts.ids("&severity=Sev0").await, ["a2"]);
    assert_eq!(alerts.ids("&monitorCondition=Resolved").await, ["a3"]);
    assert_eq!(alerts.ids(&format!("&targetResource={}", target("VM-a1"))).await, ["a1"]);
    assert_eq!(alerts.ids("&targetResourceGroup=elsewhere").await.len(), 0);

    let first = alerts.get(&list("&pageCount=2&sortBy=startDateTime&sortOrder=asc")).await.json();
    assert_eq!(names(&first), ["a3", "a2"]);
    let next = first["nextLink"].as_str().unwrap().strip_prefix(&alerts.world.running.http_url).unwrap().to_owned();
    let second = alerts.get(&next).await.json();
    assert_eq!((names(&second), &second["nextLink"]), (vec!["a1".to_owned()], &Value::Null));
}

#[tokio::test]
async fn a_list_takes_no_value_that_is_not_documented() {
    let alerts = with(&["a1"]).await;
    for query in [
        "&pageCount=0",
        "&pageCount=251",
        "&pageCount=26&includeContext=true",
        "&sortBy=size",
        "&sortOrder=up",
        "&timeRange=2d",
        "&customTimeRange=2020-01-01T00:00:00Z/2020-01-02T00:00:00Z",
        "&%24skipToken=made-up",
        "&state=New",
    ] {
        assert_eq!(alerts.get(&list(query)).await.refusal(), (400, "BadRequest".into()), "{query}");
    }
}

#[tokio::test]
async fn roles_and_audiences_are_checked() {
    let alerts = with(&["a1"]).await;
    let get = async |token: String| {
        send(alerts.world.bare(Method::GET, &format!("{}?{VERSION}", path("a1"))).bearer_auth(token)).await.refusal()
    };
    assert_eq!(get(alerts.world.token_of(STRANGER, MANAGEMENT).await).await, (403, "AuthorizationFailed".into()));
    let wrong = alerts.world.token(MONITOR).await;
    assert_eq!(get(wrong).await, (401, "InvalidAuthenticationTokenAudience".into()));
}

#[tokio::test]
async fn a_condition_and_a_state_change_behind_the_gateway_s_back() {
    let alerts = with(&["a1"]).await;
    let instance = &alerts.world.running.instance;
    assert!(instance.set_condition("a1", Condition::Resolved));
    assert!(instance.set_state("a1", State::Closed));
    assert!(!instance.set_condition("unknown", Condition::Resolved) && !instance.set_state("unknown", State::Closed));
    let essentials = alerts.get(&format!("{}?{VERSION}", path("a1"))).await.json()["properties"]["essentials"].clone();
    assert_eq!((&essentials["monitorCondition"], &essentials["alertState"]), (&json!("Resolved"), &json!("Closed")));
    assert!(essentials["monitorConditionResolvedDateTime"].is_string());
    assert!(instance.state_changes().is_empty(), "nobody called");
}

#[tokio::test]
async fn lists_and_single_calls_have_limits_of_their_own() {
    let once = Limit { requests: 1, window_seconds: 1 << 40 };
    let limits = Limits { alert_lists: once, alerts: once, ..Limits::default() };
    let world = world_with(Options { limits, contents: alerts(&["a1"]), ..Options::default() }).await;
    let alerts = Alerts { token: world.token(MANAGEMENT).await, world };
    for path in [format!("{}?{VERSION}", path("a1")), list("")] {
        assert_eq!(alerts.get(&path).await.status, 200);
        let refused = alerts.get(&path).await;
        assert_eq!(refused.refusal(), (429, "TooManyRequests".into()));
        assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    }
}
