//! Basic, API key, and the OAuth grants.

use std::time::Duration;

use http::Method;
use reqwest::header;
use serde_json::{Value, json};
use signalbox_simulators::servicenow::{API_KEY, Account, CLIENT, Options, PASSWORD, SECRET, USER};

use super::caller::{World, world, world_with};
use crate::call::{Reply, send};

const INCIDENTS: &str = "/api/now/table/incident";
const DENIED: &str = r#"{"error":"server_error","error_description":"access_denied"}"#;

async fn ask(world: &World, form: &[(&str, &str)]) -> Reply {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(form);
    let request = world.bare(Method::POST, "/oauth_token.do");
    send(request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.finish())).await
}

fn password<'a>(user: &'a str, password: &'a str, secret: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("grant_type", "password"),
        ("client_id", CLIENT),
        ("client_secret", secret),
        ("username", user),
        ("password", password),
    ]
}

fn refresh(token: &str) -> [(&str, &str); 4] {
    [("grant_type", "refresh_token"), ("client_id", CLIENT), ("client_secret", SECRET), ("refresh_token", token)]
}

async fn list(world: &World, token: &Value) -> u16 {
    let request = world.bare(Method::GET, INCIDENTS).bearer_auth(token.as_str().unwrap());
    send(request.header(header::ACCEPT, "application/json")).await.status
}

#[tokio::test]
async fn an_api_key_stands_for_its_user() {
    let world = world().await;
    let request = world.bare(Method::GET, INCIDENTS).header("x-sn-apikey", API_KEY);
    assert_eq!(send(request).await.status, 200);
    assert_eq!(world.running.apparatus.journal.entries()[0].user.as_deref(), Some(USER));
}

#[tokio::test]
async fn a_second_factor_locks_out() {
    let mut options = Options::default();
    options.accounts.users.push(Account { second_factor: true, ..Account::new("ann", "ann", &["itil"]) });
    let world = world_with(options).await;
    let reply = send(world.bare(Method::GET, INCIDENTS).basic_auth("ann", Some("ann"))).await;
    assert_eq!((reply.status, reply.header("x-mfa_token")), (401, "invalid"));
}

#[tokio::test]
async fn the_password_grant_answers_the_token_that_lives() {
    let world = world().await;
    let first = ask(&world, &password(USER, PASSWORD, SECRET)).await;
    let token = first.json();
    assert_eq!(first.status, 200);
    assert_eq!((&token["token_type"], &token["scope"]), (&json!("Bearer"), &json!("useraccount")));
    let life = token["expires_in"].as_i64().unwrap();
    assert!((1799..=1800).contains(&life), "{life}");
    assert_eq!(list(&world, &token["access_token"]).await, 200);

    world.running.apparatus.clock.advance(Duration::from_secs(600));
    let again = ask(&world, &password(USER, PASSWORD, SECRET)).await.json();
    assert_eq!(again["access_token"], token["access_token"]);
    assert!(again["expires_in"].as_i64().unwrap() <= 1200);

    world.running.apparatus.clock.advance(Duration::from_secs(1200));
    assert_eq!(list(&world, &token["access_token"]).await, 401);
    let new = ask(&world, &password(USER, PASSWORD, SECRET)).await.json();
    assert_ne!(new["access_token"], token["access_token"]);
}

#[tokio::test]
async fn a_refresh_token_is_good_for_new_access_tokens_until_it_ends() {
    let world = world().await;
    let token = ask(&world, &password(USER, PASSWORD, SECRET)).await.json();
    let refresh_token = token["refresh_token"].as_str().unwrap();
    world.running.apparatus.clock.advance(Duration::from_secs(3600));
    let renewed = ask(&world, &refresh(refresh_token)).await.json();
    assert_eq!(renewed["refresh_token"], refresh_token);
    assert_ne!(renewed["access_token"], token["access_token"]);
    assert_eq!(list(&world, &renewed["access_token"]).await, 200);

    world.running.apparatus.tokens.expire_all();
    assert_eq!(list(&world, &renewed["access_token"]).await, 401);
    let reply = ask(&world, &refresh(refresh_token)).await;
    assert_eq!((reply.status, reply.text.as_str()), (401, DENIED));
}

#[tokio::test]
async fn a_client_can_sign_in_as_itself_and_gets_no_refresh_token() {
    let world = world().await;
    let form = [("grant_type", "client_credentials"), ("client_id", CLIENT), ("client_secret", SECRET)];
    let token = ask(&world, &form).await.json();
    assert!(token.get("refresh_token").is_none(), "{token}");
    assert_eq!(list(&world, &token["access_token"]).await, 200);
}

#[tokio::test]
async fn a_client_may_show_itself_in_a_header() {
    let world = world().await;
    let request = world.bare(Method::POST, "/oauth_token.do").basic_auth(CLIENT, Some(SECRET));
    let form = format!("grant_type=password&username={USER}&password={PASSWORD}");
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
    assert_eq!(send(request).await.status, 200);
}

#[tokio::test]
async fn whatever_is_wrong_the_refusal_is_the_same() {
    let world = world().await;
    let unknown = [("grant_type", "made_up"), ("client_id", CLIENT), ("client_secret", SECRET)];
    let refused = [
        ask(&world, &password(USER, "wrong", SECRET)).await,
        ask(&world, &password("nobody", PASSWORD, SECRET)).await,
        ask(&world, &password(USER, PASSWORD, "wrong")).await,
        ask(&world, &unknown).await,
        ask(&world, &refresh("made up")).await,
        ask(&world, &[]).await,
        world.post("/oauth_token.do", &json!({ "grant_type": "password" })).await,
    ];
    for reply in refused {
        assert_eq!((reply.status, reply.text.as_str()), (401, DENIED));
    }
}
