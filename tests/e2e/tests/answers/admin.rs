//! The admin listener: health, and whom it does not listen to.

use super::{Tested, head, metric};
use reqwest::Method;
use serde_json::{Value, json};
use signalbox_e2e::{Scene, config::TOKEN, raw::Connection, scene::PATIENCE, wait};

#[tokio::test]
async fn it_says_that_the_process_lives_and_whether_it_is_ready() -> Tested {
    let mut scene = Scene::start().await?;
    assert_eq!(scene.gateway.get("/livez").await?, json!({ "live": true }));
    assert_eq!(scene.gateway.get("/readyz").await?, json!({ "ready": true }));
    let mut inside = Connection::open(&scene.gateway.ingest).await?;
    inside.send(head("Content-Length: 2\r\nExpect: 100-continue")).await?;
    assert_eq!(inside.answer().await?.status, 100);
    scene.gateway.signal("TERM").await?;
    let stopping = json!({ "ready": false, "reason": "the gateway is stopping" });
    wait::until("it is not ready", PATIENCE, || async {
        scene.gateway.get("/readyz").await.ok().filter(|told| *told == stopping)
    })
    .await?;
    assert_eq!(scene.gateway.get("/livez").await?, json!({ "live": true }), "it still lives");
    inside.send("{}").await?;
    assert_eq!(inside.answer().await?.status, 400);
    assert!(scene.gateway.ended(PATIENCE).await?.success());
    Ok(())
}

#[tokio::test]
async fn it_counts_what_was_answered() -> Tested {
    let scene = Scene::start().await?;
    scene.gateway.accept(&metric("cpu-high").fired()).await?;
    scene.gateway.accept(&metric("disk-full").fired()).await?;
    scene.gateway.to("azure").bearer_auth(TOKEN).body("garbage").send().await?;
    scene.gateway.to("azure").body("{}").send().await?;
    scene.gateway.at_rest(PATIENCE).await?;
    let metrics = reqwest::get(format!("{}/metrics", scene.gateway.admin)).await?.text().await?;
    for line in [
        "signalbox_requests_total{status=\"202\"} 2",
        "signalbox_requests_total{status=\"400\"} 1",
        "signalbox_requests_total{status=\"401\"} 1",
        "signalbox_bodies_refused_total{source=\"azure\"} 1",
        "signalbox_generation 1",
        "signalbox_adapter_calls_total{connection=\"desk\",action=\"create\",outcome=\"confirmed\"} 2",
    ] {
        assert!(metrics.lines().any(|each| each == line), "{line}\n{metrics}");
    }
    assert!(metrics.contains("signalbox_request_seconds"), "{metrics}");
    Ok(())
}

#[tokio::test]
async fn every_refusal_is_json_with_a_code() -> Tested {
    let scene = Scene::start().await?;
    let told = scene.gateway.accept(&metric("cpu-high").fired()).await?;
    let routed = told["accepted"][0]["alert"].as_str().unwrap_or_default();
    for (method, path, status, code) in [
        (Method::GET, "/v1/tickets?limit=abc", 400, "parameter"),
        (Method::GET, "/v1/alerts?surprise=1", 400, "parameter"),
        (Method::POST, "/v1/sync/refused/x/drop", 400, "parameter"),
        (Method::GET, "/v1/nothing", 404, "not-found"),
        (Method::POST, "/v1/alerts/again?id=nothing", 404, "not-found"),
        (Method::POST, "/v1/tickets", 405, "method-not-allowed"),
        (Method::POST, &format!("/v1/alerts/again?id={routed}"), 409, "refused"),
    ] {
        let asked = reqwest::Client::new().request(method, format!("{}{path}", scene.gateway.admin));
        let answer = asked.send().await?;
        assert_eq!(answer.status(), status, "{path}");
        let told: Value = serde_json::from_str(&answer.text().await?)?;
        assert_eq!(told["error"]["code"], code, "{path}: {told}");
        assert!(told["error"]["message"].as_str().is_some_and(|words| !words.is_empty()), "{path}: {told}");
    }
    Ok(())
}

#[tokio::test]
async fn a_page_in_a_browser_is_refused() -> Tested {
    let scene = Scene::start().await?;
    let address = scene.gateway.admin.trim_start_matches("http://").to_owned();
    let port = address.rsplit(':').next().unwrap().to_owned();
    for (what, request, status) in [
        ("the command line", format!("GET /v1/status HTTP/1.1\r\nHost: {address}"), 200),
        ("localhost", format!("GET /v1/status HTTP/1.1\r\nHost: localhost:{port}"), 200),
        ("a page", format!("GET /v1/status HTTP/1.1\r\nHost: {address}\r\nOrigin: https://page.example"), 403),
        ("a page that hides", format!("POST /v1/tickets/x/drop HTTP/1.1\r\nHost: {address}\r\nOrigin: null"), 403),
        ("a rebound name", format!("GET /v1/status HTTP/1.1\r\nHost: page.example:{port}"), 403),
        ("a name that begins well", format!("GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1.page.example:{port}"), 403),
        ("health, too", "GET /livez HTTP/1.1\r\nHost: page.example".to_owned(), 403),
        ("no host at all", "GET /v1/status HTTP/1.0".to_owned(), 403),
    ] {
        let mut connection = Connection::open(&scene.gateway.admin).await?;
        connection.send(format!("{request}\r\n\r\n")).await?;
        let answer = connection.answer().await?;
        assert_eq!(answer.status, status, "{what}: {answer:?}");
    }
    Ok(())
}
