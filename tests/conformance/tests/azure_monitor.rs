//! The monitor `azure-monitor` as the gateway loads it, against the simulated Azure: what it asks for is what Azure has, and what
//! it tells stands where people look.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

use serde_json::{Value, json};
use signalbox::{
    domain::{
        Alert, CallBudget, Condition, HttpError, HttpRequest, HttpResponse, Outbound, PlatformTicket, Resource,
        Severity, TicketState, Timestamp,
    },
    plugin::{Grants, Limits, MonitorUse, Runtime, RuntimeOptions, UseOptions},
};
use signalbox_e2e::plugins;
use signalbox_simulators::azure::{
    self, APPLICATION, Contents, Event, Health, Options, QueryResult, Running, SECRET, SUBSCRIPTION, Simulator, State,
    TENANT,
};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

const ALERT: &str = "000000e1-4c2d-4e8b-b7a6-0d9e1f2a3b4c";
const WORKSPACE: &str = "9b0f6f0e-7d0c-4a53-8a0e-1f2d3c4b5a69";
const LOGS: &str = "https://api.loganalytics.io";

/// The way to the simulator: Resource Manager by its address, and the query service by the name that it has in life.
struct Way {
    address: String,
    client: reqwest::Client,
    /// By what they are for.
    tokens: BTreeMap<&'static str, String>,
}

/// A simulated Azure, and the plugin that asks it.
struct Stage {
    azure: Running,
    monitor: MonitorUse,
}

// === impl Way ===

impl Way {
    async fn to(azure: &Running) -> Self {
        signalbox_e2e::install_tls();
        let (address, client) = (azure.http_url.clone(), reqwest::Client::builder().no_proxy().build().unwrap());
        let mut tokens = BTreeMap::new();
        for audience in ["https://management.azure.com", LOGS] {
            let form = format!(
                "grant_type=client_credentials&client_id={APPLICATION}&client_secret={}&scope={audience}/.default",
                SECRET.replace('~', "%7E")
            );
            let request = client.post(format!("{address}/{TENANT}/oauth2/v2.0/token"));
            let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
            let answer: Value = serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap();
            tokens.insert(audience, answer["access_token"].as_str().unwrap().to_owned());
        }
        Self { address, client, tokens }
    }
}

#[async_trait::async_trait]
impl Outbound for Way {
    async fn send(&self, request: HttpRequest, _: CallBudget) -> Result<HttpResponse, HttpError> {
        let (audience, path) = match request.target.strip_prefix(LOGS) {
            Some(path) => (LOGS, path),
            None => ("https://management.azure.com", request.target.as_str()),
        };
        assert!(path.starts_with('/'), "{}", request.target);
        let method = request.method.parse().unwrap();
        let mut call = self.client.request(method, format!("{}{path}", self.address));
        for (name, value) in &request.headers {
            call = call.header(name, value);
        }
        let answer = call.bearer_auth(&self.tokens[audience]).body(request.body).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        Ok(HttpResponse { status, headers, body: answer.bytes().await.unwrap().to_vec() })
    }
}

// === impl Stage ===

impl Stage {
    async fn set(contents: Contents) -> Self {
        let azure = Simulator::start(Options { contents, ..Options::default() }).await.unwrap();
        let way = Way::to(&azure).await;
        let component = std::fs::read(plugins().join("azure-monitor.wasm")).expect("`cargo xtask build-plugins`");
        let runtime = Runtime::new(RuntimeOptions::default()).unwrap();
        let plugin = runtime.load("azure-monitor", component).await.unwrap();
        let settings = json!({"subscriptions": [SUBSCRIPTION], "workspaces": [WORKSPACE]});
        let options = UseOptions { name: "azure".to_owned(), settings, limits: Limits::connected() };
        let granted = Grants { http: true, ..Grants::default() };
        let monitor = MonitorUse::new(plugin, options, &granted, Arc::new(way)).await.unwrap();
        Self { azure, monitor }
    }

    async fn report(&self, state: TicketState) {
        self.monitor.report(alert(ALERT), ticket(state), budget()).await.unwrap();
    }

    /// The alert's state, and all that was said at it.
    fn seen(&self) -> (State, Vec<String>) {
        let changes = self.azure.instance.state_changes();
        let state = self.azure.instance.alert(ALERT).unwrap().alert.state;
        (state, changes.into_iter().filter_map(|change| change.comments).collect())
    }
}

fn budget() -> CallBudget {
    CallBudget { deadline: Instant::now() + Duration::from_secs(60), send_before: None }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn machine() -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-pier/providers/Microsoft.Compute/virtualMachines/srv-pier-04"
    )
}

fn alert(id: &str) -> Alert {
    let query = "Heartbeat%0A%7C%20summarize%20Beats%20%3D%20count%28%29%20by%20Computer";
    let link = format!("{LOGS}/v1/workspaces/{WORKSPACE}/query?query={query}&timespan=PT10M");
    let fired = at(&format!("{}", jiff::Timestamp::now()));
    Alert {
        id: format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alerts/{id}").into(),
        correlation_key: "k-1".into(),
        condition: Condition::Fired,
        severity: Severity::Error,
        resolves: true,
        signal: "log".to_owned(),
        rule: "pier server silent".to_owned(),
        title: "pier server silent on srv-pier-04".to_owned(),
        summary: String::new(),
        description: String::new(),
        observed_at: fired,
        fired_at: fired,
        resolved_at: None,
        resources: vec![Resource {
            id: machine(),
            name: "srv-pier-04".to_owned(),
            kind: "microsoft.compute/virtualmachines".to_owned(),
            scope: Vec::new(),
            configuration_item: String::new(),
        }],
        facts: Vec::new(),
        links: Vec::new(),
        labels: Vec::new(),
        payload: json!({"data": {"alertContext": {"linkToFilteredSearchResultsAPI": link}}}).to_string(),
    }
}

fn ticket(state: TicketState) -> PlatformTicket {
    PlatformTicket {
        url: "https://desk.example/INC0010077".to_owned(),
        state,
        ..PlatformTicket::new("a83820b5", "INC0010077", "")
    }
}

fn with_alerts(alerts: Vec<azure::Alert>) -> Contents {
    Contents { alerts, ..Contents::default() }
}

#[tokio::test]
async fn an_alert_follows_its_ticket_and_is_told_once() {
    let stage = Stage::set(with_alerts(vec![azure::Alert::new(ALERT, &machine())])).await;
    let comment =
        |state: &str| format!("Ticket INC0010077: https://desk.example/INC0010077 [signalbox INC0010077 {state}]");
    for state in [TicketState::Open, TicketState::Open, TicketState::Pending] {
        stage.report(state).await;
        assert_eq!(stage.seen(), (State::Acknowledged, vec![comment("Acknowledged")]), "{state:?}");
    }
    for state in [TicketState::Resolved, TicketState::Closed] {
        stage.report(state).await;
        assert_eq!(stage.seen(), (State::Closed, vec![comment("Acknowledged"), comment("Closed")]), "{state:?}");
    }
    stage.report(TicketState::Open).await;
    assert_eq!(stage.seen().0, State::Acknowledged, "a ticket that is reopened");
}

#[tokio::test]
async fn a_forgotten_alert_is_no_error_and_has_no_condition() {
    let resolved = azure::Alert { condition: azure::Condition::Resolved, ..azure::Alert::new("a-2", &machine()) };
    let stage = Stage::set(with_alerts(vec![azure::Alert::new(ALERT, &machine()), resolved])).await;
    stage.monitor.report(alert("a-9"), ticket(TicketState::Open), budget()).await.unwrap();
    let alerts = vec![alert(ALERT), alert("a-9"), alert("a-2")];
    let conditions = stage.monitor.recheck(alerts, budget()).await.unwrap();
    assert_eq!(conditions, [Some(Condition::Fired), None, Some(Condition::Resolved)]);
}

#[tokio::test]
async fn facts_are_what_azure_has_around_the_firing() {
    let now = jiff::Timestamp::now();
    let before = |seconds: i64| now - jiff::SignedDuration::from_secs(seconds);
    let resource = azure::Resource {
        metrics: BTreeMap::from([("Percentage CPU".to_owned(), vec![(before(1_200), 12.5), (before(600), 97.25)])]),
        health: Some(Health {
            state: "Unavailable".into(),
            title: "Stopped".into(),
            summary: "The machine was stopped by a person.".into(),
            reason: "Customer Initiated".into(),
            since: before(300),
        }),
        ..azure::Resource::new(&machine())
    };
    let event = Event {
        resource: machine(),
        at: before(320),
        operation: "Microsoft.Compute/virtualMachines/powerOff/action".into(),
        operation_title: "Power Off Virtual Machine".into(),
        caller: "kim@brightwater.example".into(),
        status: "Succeeded".into(),
        level: "Informational".into(),
        category: "Administrative".into(),
        correlation: "op-1".into(),
        properties: serde_json::Map::new(),
    };
    let result = QueryResult {
        target: format!("workspaces/{WORKSPACE}"),
        query: None,
        columns: vec![("Computer".into(), "string".into()), ("Beats".into(), "long".into())],
        rows: vec![vec![json!("srv-pier-04"), json!(0)]],
    };
    let contents =
        Contents { resources: vec![resource], events: vec![event], results: vec![result], ..Contents::default() };
    let stage = Stage::set(contents).await;
    let facts = stage.monitor.enrich(alert(ALERT), budget()).await.unwrap();
    let told: Vec<_> =
        facts.facts.iter().map(|fact| format!("{}: {}: {}", fact.group, fact.name, fact.value)).collect();
    let has = |part: &str| assert!(told.iter().any(|line| line.contains(part)), "{part}: {told:?}");
    has("metrics: Percentage CPU (average): 97.25 at ");
    has("results: Row 1: Computer: srv-pier-04, Beats: 0");
    has("health: Availability: Unavailable");
    has("Power Off Virtual Machine by kim@brightwater.example: Succeeded");
    // The machine measures nothing else.
    assert_eq!(facts.missing.len(), 5, "{:?}", facts.missing);
    assert!(facts.missing.iter().all(|line| line.contains("no values in this time")), "{:?}", facts.missing);
}

#[tokio::test]
async fn every_default_metric_is_one_of_azure_s() {
    for kind in [
        "Microsoft.Compute/virtualMachines/a",
        "Microsoft.Web/sites/a",
        "Microsoft.Sql/servers/s/databases/a",
        "Microsoft.ContainerService/managedClusters/a",
        "Microsoft.Storage/storageAccounts/a",
    ] {
        let id = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/{kind}");
        let stage = Stage::set(Contents { resources: vec![azure::Resource::new(&id)], ..Contents::default() }).await;
        let mut alert = alert(ALERT);
        (alert.resources[0].id, alert.payload) = (id, "{}".to_owned());
        let facts = stage.monitor.enrich(alert, budget()).await.unwrap();
        assert!(facts.missing.len() >= 3, "{kind}: {:?}", facts.missing);
        assert!(
            facts.missing.iter().all(|line| line.contains("no values in this time")),
            "{kind}: {:?}",
            facts.missing
        );
    }
}
