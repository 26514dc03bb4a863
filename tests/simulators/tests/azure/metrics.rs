//! Metrics and their definitions.

use http::Method;
use serde_json::{Value, json};
use signalbox_simulators::azure::{Contents, Limit, Limits, Options, Resource, STRANGER, SUBSCRIPTION};

use crate::caller::{MANAGEMENT, Reply, World, send, world_with};

const VERSION: &str = "api-version=2024-02-01";

fn id(kind: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/shop/providers/{kind}/one")
}

fn vm() -> String {
    id("Microsoft.Compute/virtualMachines")
}

/// A virtual machine with a value of its processor every 30 seconds from 10:00 to 10:05, but for 10:02 and 10:03.
async fn with_vm() -> World {
    let mut vm = Resource::new(&vm());
    let at = |text: &str| text.parse().unwrap();
    let points = [
        (at("2026-11-22T10:00:00Z"), 10.0),
        (at("2026-11-22T10:00:30Z"), 20.0),
        (at("2026-11-22T10:01:00Z"), 30.0),
        (at("2026-11-22T10:01:30Z"), 50.0),
        (at("2026-11-22T10:04:00Z"), 90.0),
        (at("2026-11-22T10:04:30Z"), 70.0),
    ];
    vm.metrics.insert("Percentage CPU".into(), points.to_vec());
    let contents = Contents { resources: vec![vm, Resource::new(&id("Microsoft.Acme/things"))], ..Contents::default() };
    world_with(Options { contents, ..Options::default() }).await
}

async fn ask(world: &World, resource: &str, query: &str) -> Reply {
    let path = format!("{resource}/providers/microsoft.insights/metrics?{VERSION}{query}");
    send(world.bare(Method::GET, &path).bearer_auth(world.token(MANAGEMENT).await)).await
}

const SPAN: &str = "&timespan=2026-11-22T10:00:00Z/2026-11-22T10:05:00Z";

#[tokio::test]
async fn values_are_gathered_by_interval_and_aggregation() {
    let world = with_vm().await;
    let query = format!("&metricnames=Percentage%20CPU{SPAN}&interval=PT1M&aggregation=Average,Maximum,count");
    let body = ask(&world, &vm(), &query).await.json();
    assert_eq!((&body["interval"], &body["namespace"]), (&json!("PT1M"), &json!("Microsoft.Compute/virtualMachines")));
    assert_eq!(body["resourceregion"], "westeurope");
    let metric = &body["value"][0];
    assert_eq!((&metric["name"]["value"], &metric["unit"]), (&json!("Percentage CPU"), &json!("Percent")));
    let data = metric["timeseries"][0]["data"].as_array().unwrap();
    assert_eq!(data.len(), 5);
    assert_eq!(data[0], json!({ "timeStamp": "2026-11-22T10:00:00Z", "average": 15.0, "maximum": 20.0, "count": 2.0 }));
    assert_eq!(data[2], json!({ "timeStamp": "2026-11-22T10:02:00Z" }));
    assert_eq!(data[4]["average"], 80.0);
}

#[tokio::test]
async fn every_aggregation_and_the_usual_one() {
    let world = with_vm().await;
    let five = format!("&metricnames=percentage%20cpu{SPAN}&interval=PT5M");
    let data =
        async |query: String| ask(&world, &vm(), &query).await.json()["value"][0]["timeseries"][0]["data"][0].clone();
    let all = data(format!("{five}&aggregation=average,minimum,maximum,total,count")).await;
    let expected = json!({
        "timeStamp": "2026-11-22T10:00:00Z",
        "average": 45.0, "minimum": 10.0, "maximum": 90.0, "total": 270.0, "count": 6.0,
    });
    assert_eq!(all, expected);
    assert_eq!(data(five).await, json!({ "timeStamp": "2026-11-22T10:00:00Z", "average": 45.0 }));
}

#[tokio::test]
async fn several_metrics_are_asked_at_once_and_one_without_values_has_its_times() {
    let world = with_vm().await;
    let query = format!("&metricnames=Percentage CPU,Network In Total{SPAN}");
    let body = ask(&world, &vm(), &query).await.json();
    assert_eq!(body["value"].as_array().unwrap().len(), 2);
    assert_eq!(body["value"][1]["timeseries"][0]["data"][0], json!({ "timeStamp": "2026-11-22T10:00:00Z" }));
}

#[tokio::test]
async fn what_is_wrong_is_told_as_azure_does() {
    let world = with_vm().await;
    let unknown = ask(&world, &vm(), "&metricnames=Happiness").await;
    let body = unknown.json();
    assert_eq!((unknown.status, &body["code"]), (400, &json!("BadRequest")));
    let words = body["message"].as_str().unwrap();
    let begin = "Failed to find metric configuration for provider: Microsoft.Compute, resource Type: virtualMachines, \
                 metric: Happiness, Valid metrics: Percentage CPU,Available Memory Bytes,";
    assert!(words.starts_with(begin), "{words}");
    let many = (0..21).map(|_| "Percentage CPU").collect::<Vec<_>>().join(",");
    for query in [
        format!("&metricnames={many}"),
        "&metricnames=Percentage CPU&interval=PT2M".into(),
        "&metricnames=Percentage CPU&aggregation=Median".into(),
        "&metricnames=Percentage CPU&timespan=PT1H".into(),
        "&metricnames=Percentage CPU&timespan=2026-11-22T11:00:00Z/2026-11-22T10:00:00Z".into(),
        "&metricnames=Percentage CPU&metricnamespace=Microsoft.Web/sites".into(),
        "&metricnames=Percentage CPU&%24filter=a eq 'b'".into(),
        String::new(),
    ] {
        let reply = ask(&world, &vm(), &query).await;
        assert_eq!((reply.status, reply.json()["code"].as_str()), (400, Some("BadRequest")), "{query}");
    }
    let none = ask(&world, &id("Microsoft.Web/sites"), "&metricnames=Requests").await;
    assert_eq!(none.refusal(), (404, "ResourceNotFound".into()));
    let untyped = ask(&world, &id("Microsoft.Acme/things"), "&metricnames=Requests").await;
    assert_eq!((untyped.status, untyped.json()["code"].as_str()), (400, Some("BadRequest")));
}

#[tokio::test]
async fn a_deleted_resource_has_no_metrics_and_a_stranger_sees_none() {
    let world = with_vm().await;
    let path = format!("{}/providers/microsoft.insights/metrics?{VERSION}&metricnames=Percentage CPU", vm());
    let token = world.token_of(STRANGER, MANAGEMENT).await;
    let refused = send(world.bare(Method::GET, &path).bearer_auth(token)).await;
    assert_eq!(refused.refusal(), (403, "AuthorizationFailed".into()));
    assert!(refused.text.contains("'Microsoft.Insights/Metrics/Read'"), "{}", refused.text);
    assert!(world.running.instance.delete_resource(&vm().to_lowercase()));
    assert!(!world.running.instance.delete_resource(&vm()));
    assert_eq!(ask(&world, &vm(), "&metricnames=Percentage CPU").await.status, 404);
}

#[tokio::test]
async fn each_type_tells_which_metrics_it_has() {
    let kinds = [
        ("Microsoft.Compute/virtualMachines", "Percentage CPU"),
        ("Microsoft.Web/sites", "Http5xx"),
        ("Microsoft.Web/serverfarms", "CpuPercentage"),
        ("Microsoft.Sql/servers/two/databases", "cpu_percent"),
        ("Microsoft.ContainerService/managedClusters", "node_cpu_usage_percentage"),
        ("Microsoft.Storage/storageAccounts", "Availability"),
    ];
    let resources = kinds.map(|(kind, _)| Resource::new(&id(kind))).to_vec();
    let contents = Contents { resources, ..Contents::default() };
    let world = world_with(Options { contents, ..Options::default() }).await;
    let token = world.token(MANAGEMENT).await;
    for (kind, metric) in kinds {
        let path = format!("{}/providers/Microsoft.Insights/metricDefinitions?{VERSION}", id(kind));
        let body = send(world.bare(Method::GET, &path).bearer_auth(&token)).await.json();
        let names: Vec<_> = body["value"].as_array().unwrap().iter().map(|one| &one["name"]["value"]).collect();
        assert!(names.contains(&&Value::from(metric)), "{kind}: {names:?}");
        let reply = ask(&world, &id(kind), &format!("&metricnames={metric}")).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
}

#[tokio::test]
async fn too_many_reads_are_told_so() {
    let reads = Limit { requests: 1, window_seconds: 1 << 40 };
    let contents = Contents { resources: vec![Resource::new(&vm())], ..Contents::default() };
    let limits = Limits { reads, ..Limits::default() };
    let world = world_with(Options { contents, limits, ..Options::default() }).await;
    assert_eq!(ask(&world, &vm(), "&metricnames=Percentage CPU").await.status, 200);
    let refused = ask(&world, &vm(), "&metricnames=Percentage CPU").await;
    assert_eq!(refused.refusal(), (429, "TooManyRequests".into()));
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
}
