//! Entra's token endpoint with a secret, and which API takes which token.

use std::time::Duration;

use http::Method;
use reqwest::header;
use serde_json::json;
use signalbox_simulators::azure::{APPLICATION, Application, Credential, Options, SECRET, TENANT};

use crate::caller::{MANAGEMENT, MONITOR, credentials, send, world, world_with};

#[tokio::test]
async fn an_application_gets_a_token_that_ends() {
    let world = world().await;
    let reply = world.ask(&credentials(APPLICATION, SECRET, MONITOR)).await;
    let body = reply.json();
    assert_eq!((reply.status, &body["expires_in"], &body["token_type"]), (200, &json!(3599), &json!("Bearer")));
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(world.upload(token, &json!([])).await.status, 204);
    world.running.apparatus.clock.advance(Duration::from_secs(3599));
    let refused = world.upload(token, &json!([])).await;
    assert_eq!(refused.refusal(), (401, "InvalidAuthenticationToken".into()));
    assert!(refused.header("www-authenticate").starts_with("Bearer "));
}

#[tokio::test]
async fn a_token_is_for_one_api_and_no_token_is_for_none() {
    let world = world().await;
    let token = world.token(MANAGEMENT).await;
    let refused = world.upload(&token, &json!([])).await;
    assert_eq!(refused.refusal(), (403, "InvalidAuthenticationTokenAudience".into()));
    let request = world.bare(Method::POST, &crate::caller::upload_path());
    assert_eq!(send(request).await.refusal(), (401, "AuthenticationFailed".into()));
    assert_eq!(world.upload("made up", &json!([])).await.refusal(), (401, "InvalidAuthenticationToken".into()));
}

#[tokio::test]
async fn a_resource_may_end_with_a_slash() {
    let world = world().await;
    let token = world.token("https://monitor.azure.com/").await;
    assert_eq!(world.upload(&token, &json!([])).await.status, 204);
}

#[tokio::test]
async fn a_secret_may_be_shown_in_a_header() {
    let world = world().await;
    let form = format!("grant_type=client_credentials&scope={MONITOR}/.default");
    let request = world.bare(Method::POST, &format!("/{TENANT}/oauth2/v2.0/token"));
    let request = request.basic_auth(APPLICATION, Some(SECRET));
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
    assert_eq!(send(request).await.status, 200);
}

#[tokio::test]
async fn what_is_wrong_is_told_by_its_number() {
    let world = world().await;
    let with = |name: &'static str, value: Option<&str>| {
        let mut form = credentials(APPLICATION, SECRET, MONITOR);
        form.retain(|(known, _)| *known != name);
        form.extend(value.map(|value| (name, value.to_owned())));
        form
    };
    for (form, status, error, code) in [
        (with("client_secret", Some("wrong")), 401, "invalid_client", 7_000_215),
        (with("client_secret", None), 401, "invalid_client", 7_000_218),
        (with("client_id", Some("unknown")), 400, "unauthorized_client", 700_016),
        (with("client_id", None), 400, "invalid_request", 900_144),
        (with("scope", None), 400, "invalid_request", 900_144),
        (with("scope", Some(MONITOR)), 400, "invalid_scope", 1_002_012),
        (with("scope", Some("https://acme.example/.default")), 400, "invalid_resource", 500_011),
        (with("scope", Some("https://monitor.azure.com/.default x/.default")), 400, "invalid_scope", 70_011),
        (with("grant_type", Some("password")), 400, "unsupported_grant_type", 70_003),
        (with("grant_type", None), 400, "invalid_request", 900_144),
    ] {
        let reply = world.ask(&form).await;
        let body = reply.json();
        let told = (reply.status, body["error"].as_str(), body["error_codes"][0].as_i64());
        assert_eq!(told, (status, Some(error), Some(code)), "{form:?}");
        assert!(body["error_description"].as_str().unwrap().starts_with(&format!("AADSTS{code}: ")), "{body}");
    }
    let elsewhere = world.bare(Method::POST, "/another-tenant/oauth2/v2.0/token");
    assert_eq!(send(elsewhere).await.json()["error_codes"][0], 90_002);
}

#[tokio::test]
async fn a_secret_ends() {
    let mut options = Options::default();
    let until = jiff::Timestamp::now() + Duration::from_secs(3600);
    options.directory.applications = vec![Application {
        id: APPLICATION.into(),
        credentials: vec![Credential::Secret { value: SECRET.into(), until: Some(until) }],
        roles: Vec::new(),
    }];
    let world = world_with(options).await;
    assert_eq!(world.ask(&credentials(APPLICATION, SECRET, MONITOR)).await.status, 200);
    world.running.apparatus.clock.advance(Duration::from_secs(3600));
    let reply = world.ask(&credentials(APPLICATION, SECRET, MONITOR)).await;
    assert_eq!((reply.status, &reply.json()["error_codes"][0]), (401, &json!(7_000_222)));
}

#[tokio::test]
async fn it_says_where_its_token_endpoint_is() {
    let world = world().await;
    let path = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
    let body = send(world.bare(Method::GET, &path)).await.json();
    assert_eq!(body["token_endpoint"], format!("{}/{TENANT}/oauth2/v2.0/token", world.running.http_url));
}
