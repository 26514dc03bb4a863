//! Log queries.

use http::Method;
use serde_json::json;
use signalbox_simulators::azure::{Contents, Limit, Limits, Options, QueryResult, STRANGER, SUBSCRIPTION};

use crate::caller::{MANAGEMENT, Reply, World, send, world_with};

const LOGS: &str = "https://api.loganalytics.io";
const WORKSPACE: &str = "workspaces/1f6a2b3c-4d5e-4f60-8a9b-0c1d2e3f4a5b";

fn result(target: &str, query: Option<&str>, computer: &str) -> QueryResult {
    let column = |name: &str, kind: &str| (name.to_owned(), kind.to_owned());
    QueryResult {
        target: target.into(),
        query: query.map(str::to_owned),
        columns: vec![column("Computer", "string"), column("Count", "long")],
        rows: vec![vec![json!(computer), json!(3)]],
    }
}

fn vm() -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/one")
}

async fn with_results(limits: Limits) -> World {
    let results =
        vec![result(WORKSPACE, Some("Heartbeat | where Computer == \"a b\""), "web-01"), result(&vm(), None, "vm")];
    let contents = Contents { results, ..Contents::default() };
    world_with(Options { contents, limits, ..Options::default() }).await
}

async fn get(world: &World, path: &str) -> Reply {
    send(world.bare(Method::GET, path).bearer_auth(world.token(LOGS).await)).await
}

#[tokio::test]
async fn a_link_of_an_alert_is_followed() {
    let world = with_results(Limits::default()).await;
    let query = "query=Heartbeat%20%7C%20where%20Computer%20%3D%3D%20%22a%20b%22&timespan=2026-11-22T10%3a00%3a00Z%2f2026-11-22T11%3a00%3a00Z";
    let body = get(&world, &format!("/v1/{WORKSPACE}/query?{query}")).await.json();
    let expected = json!({
        "tables": [{
            "name": "PrimaryResult",
            "columns": [{ "name": "Computer", "type": "string" }, { "name": "Count", "type": "long" }],
            "rows": [["web-01", 3]],
        }],
    });
    assert_eq!(body, expected);
    let of_resource = get(&world, &format!("/v1{}/query?query=Heartbeat", vm().to_lowercase())).await.json();
    assert_eq!(of_resource["tables"][0]["rows"][0][0], "vm");
    let asked = world.running.instance.queries();
    assert_eq!((asked.len(), asked[0].target.as_str()), (2, WORKSPACE));
    assert_eq!(asked[0].timespan.as_deref(), Some("2026-11-22T10:00:00Z/2026-11-22T11:00:00Z"));
}

#[tokio::test]
async fn a_query_may_be_posted() {
    let world = with_results(Limits::default()).await;
    let post = async |body: String, kind: &str| {
        let request = world.bare(Method::POST, &format!("/v1/{WORKSPACE}/query")).bearer_auth(world.token(LOGS).await);
        send(request.header("content-type", kind).body(body)).await
    };
    let body = json!({ "query": "Heartbeat | where Computer == \"a b\"", "timespan": "PT1H" }).to_string();
    assert_eq!(post(body.clone(), "application/json").await.status, 200);
    assert_eq!(post(body, "text/plain").await.refusal(), (415, "UnsupportedContentTypeError".into()));
    assert_eq!(post("{}".into(), "application/json").await.refusal(), (400, "BadArgumentError".into()));
}

#[tokio::test]
async fn what_is_wrong_is_told_as_the_service_does() {
    let world = with_results(Limits::default()).await;
    let unknown = get(&world, &format!("/v1/{WORKSPACE}/query?query=Nothing%20%7C%20take%2010")).await;
    assert_eq!(unknown.refusal(), (400, "BadArgumentError".into()));
    assert_eq!(unknown.json()["error"]["innererror"]["code"], "SemanticError");
    assert!(unknown.text.contains("named 'Nothing'"), "{}", unknown.text);
    for (path, status, code) in [
        (format!("/v1/{WORKSPACE}/query"), 400, "BadArgumentError"),
        ("/v1/workspaces/other/query?query=a".to_owned(), 404, "PathNotFoundError"),
        ("/v1/other?query=a".to_owned(), 404, "PathNotFoundError"),
    ] {
        assert_eq!(get(&world, &path).await.refusal(), (status, code.to_owned()), "{path}");
    }
    let path = format!("/v1/{WORKSPACE}/query?query=a");
    let stranger = world.token_of(STRANGER, LOGS).await;
    let refused = send(world.bare(Method::GET, &path).bearer_auth(stranger)).await;
    assert_eq!(refused.refusal(), (403, "InsufficientAccessError".into()));
    let wrong = send(world.bare(Method::GET, &path).bearer_auth(world.token(MANAGEMENT).await)).await;
    assert_eq!(wrong.refusal(), (403, "InvalidAuthenticationTokenAudience".into()));
    assert_eq!(send(world.bare(Method::GET, &path)).await.refusal(), (401, "AuthenticationFailed".into()));
}

#[tokio::test]
async fn too_many_queries_are_told_so() {
    let queries = Limit { requests: 1, window_seconds: 1 << 40 };
    let world = with_results(Limits { queries, ..Limits::default() }).await;
    let path = format!("/v1{}/query?query=a", vm());
    assert_eq!(get(&world, &path).await.status, 200);
    let refused = get(&world, &path).await;
    assert_eq!(refused.refusal(), (429, "ThrottledError".into()));
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
}
