//! What is refused, and what each refusal says: enough for its sender, and nothing about anything else.

use super::{Tested, metric};
use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use signalbox_e2e::{
    Scene,
    config::{OTHER_TOKEN, TOKEN},
};

const SECOND_SOURCE: &str = r#"
[sources.second]
plugin = "azure-webhook"
[sources.second.auth]
bearer = [{ env = "OTHER_TOKEN" }]
basic = [{ username = "monitor", password = { env = "OTHER_TOKEN" } }]
"#;

async fn scene() -> anyhow::Result<Scene> {
    Scene::with(|config| config.more = SECOND_SOURCE.to_owned()).await
}

async fn told(request: reqwest::RequestBuilder) -> anyhow::Result<(StatusCode, HeaderMap, Value)> {
    let answer = request.send().await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let text = answer.text().await?;
    Ok((status, headers, serde_json::from_str(&text).unwrap_or(Value::String(text))))
}

#[tokio::test]
async fn a_body_that_is_not_the_sources_gets_400_with_where_and_what() -> Tested {
    let scene = scene().await?;
    let schema = "azureMonitorCommonAlertSchema";
    for (body, at, message) in [
        ("alert=1".to_owned(), "0", "expected JSON"),
        ("{\"schemaId\": ".to_owned(), "12", "EOF"),
        (String::new(), "0", "empty body"),
        ("[]".to_owned(), "", "expected a JSON object"),
        (
            json!({ "schemaId": schema, "data": {} }).to_string(),
            "/data/essentials",
            "expected an object, found nothing",
        ),
        (
            json!({ "schemaId": schema, "data": { "essentials": { "alertId": "a", "monitorCondition": "On" } } })
                .to_string(),
            "/data/essentials/monitorCondition",
            "expected `Fired` or `Resolved`, found `On`",
        ),
        (json!({ "alerts": [{ "status": "firing" }], "receiver": "hook" }).to_string(), "/schemaId", "custom"),
    ] {
        let request = scene.gateway.to("azure").bearer_auth(TOKEN).header("content-type", "application/json");
        let (status, _, answer) = told(request.body(body.clone())).await?;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}: {answer}");
        let error = &answer["error"];
        assert_eq!((&error["code"], &error["at"]), (&json!("malformed"), &json!(at)), "{body}: {answer}");
        assert!(error["message"].as_str().is_some_and(|words| words.contains(message)), "{body}: {answer}");
        let id = error["quarantined"].as_str().unwrap();
        let kept = scene.gateway.get(&format!("/v1/alerts/show?id={id}")).await?;
        assert_eq!(kept["bodies"][0]["body"], json!(body), "it is kept whole");
    }
    assert_eq!(scene.gateway.get("/v1/status").await?["ledger"]["quarantined"], 7);
    Ok(())
}

#[tokio::test]
async fn who_is_not_let_in_learns_how_and_nothing_else() -> Tested {
    let scene = scene().await?;
    let body = metric("cpu-high").fired().to_string();
    let post = |source: &str| scene.gateway.to(source).body(body.clone());
    for (what, request, status, challenges) in [
        ("no credentials", post("azure"), 401, vec!["Bearer"]),
        ("a wrong token", post("azure").bearer_auth("guessed"), 401, vec!["Bearer"]),
        ("a token as a password", post("azure").basic_auth("any", Some(TOKEN)), 401, vec!["Bearer"]),
        ("two schemes", post("second"), 401, vec!["Bearer", "Basic realm=\"alerts\", charset=\"UTF-8\""]),
        ("another source's token", post("azure").bearer_auth(OTHER_TOKEN), 403, vec![]),
        ("another source's password", post("azure").basic_auth("monitor", Some(OTHER_TOKEN)), 403, vec![]),
        ("the other way round", post("second").bearer_auth(TOKEN), 403, vec![]),
    ] {
        let (found, headers, answer) = told(request).await?;
        assert_eq!(found, status, "{what}: {answer}");
        let found: Vec<_> = headers.get_all("www-authenticate").iter().map(|each| each.to_str().unwrap()).collect();
        assert_eq!(found, challenges, "{what}");
        let words = answer.to_string();
        assert!(!words.contains("azure") && !words.contains("second"), "{what}: {answer}");
    }
    assert_eq!(scene.gateway.get("/v1/status").await?["ledger"]["alerts"], 0);
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_is_404_and_lists_nothing() -> Tested {
    let scene = scene().await?;
    let client = reqwest::Client::new();
    let nothing = json!({ "error": { "code": "not-found", "message": "there is nothing here" } });
    for path in [
        "/v1/alerts/third",
        "/v1/alerts/AZURE",
        "/v1/alerts/azure/",
        "/v1/alerts/azure/more",
        "/v1/alerts/..%2Fazure",
        "/v1/alerts/%00",
        "/v1/alerts/",
        "/v1/alerts",
        "/v1/tickets",
        "/v1/status",
        "/livez",
        "/metrics",
        "/",
    ] {
        for credentials in [None, Some(TOKEN)] {
            let mut request = client.post(format!("{}{path}", scene.gateway.ingest)).body("{}");
            if let Some(token) = credentials {
                request = request.bearer_auth(token);
            }
            let (status, _, answer) = told(request).await?;
            assert_eq!((status, &answer), (StatusCode::NOT_FOUND, &nothing), "{path} {credentials:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn alerts_are_only_posted() -> Tested {
    let scene = scene().await?;
    let client = reqwest::Client::new();
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let request = client.request(method.clone(), format!("{}/v1/alerts/azure", scene.gateway.ingest));
        let (status, headers, answer) = told(request.bearer_auth(TOKEN)).await?;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method}: {answer}");
        assert_eq!(headers["allow"], "POST", "{method}");
    }
    Ok(())
}

#[tokio::test]
async fn a_type_or_encoding_that_is_not_taken_gets_415_that_says_what_is() -> Tested {
    let scene = scene().await?;
    let body = metric("cpu-high").fired().to_string();
    let post = || scene.gateway.to("azure").bearer_auth(TOKEN).body(body.clone());
    for (name, value, says) in [
        ("content-type", "text/html", "application/json"),
        ("content-type", "application/x-www-form-urlencoded", "application/json"),
        ("content-encoding", "br", "gzip"),
        ("content-encoding", "zstd", "gzip"),
        ("content-encoding", "gzip, gzip", "gzip"),
    ] {
        let (status, _, answer) = told(post().header(name, value)).await?;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{name}: {value}: {answer}");
        let words = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(words.contains(says), "{name}: {value}: {answer}");
    }
    for taken in ["application/json; charset=utf-8", "APPLICATION/JSON", "text/json", "application/cloudevents+json"] {
        let (status, _, answer) = told(post().header("content-type", taken)).await?;
        assert_eq!(status, StatusCode::ACCEPTED, "{taken}: {answer}");
    }
    Ok(())
}
