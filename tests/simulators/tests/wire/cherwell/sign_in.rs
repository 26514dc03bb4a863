//! Tokens, refresh tokens that are good once, and licences.

use std::time::Duration;

use http::Method;
use serde_json::json;
use signalbox_simulators::cherwell::{CLIENT, Options, PASSWORD, USER};

use super::caller::{World, world, world_with};
use crate::call::{send, with_json};

fn refresh(token: &str) -> [(&str, &str); 3] {
    [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", token)]
}

async fn status(world: &World, token: &str) -> u16 {
    send(world.bare(Method::GET, "/api/V1/serviceinfo").bearer_auth(token)).await.status
}

#[tokio::test]
async fn a_password_gives_a_token_with_its_dates() {
    let world = world().await;
    let reply = world.sign_in(USER, PASSWORD).await;
    let token = reply.json();
    assert_eq!((reply.status, &token["token_type"], &token["username"]), (200, &json!("bearer"), &json!(USER)));
    assert_eq!((&token["expires_in"], &token["as:client_id"]), (&json!(1199), &json!(CLIENT)));
    for date in [".issued", ".expires"] {
        let date = token[date].as_str().unwrap();
        assert!(date.ends_with(" GMT") && date.len() == "Mon, 17 Jun 2019 15:31:39 GMT".len(), "{date}");
    }
    assert_eq!(status(&world, token["access_token"].as_str().unwrap()).await, 200);
}

#[tokio::test]
async fn a_token_ends_and_is_refreshed_once() {
    let world = world().await;
    let first = world.sign_in(USER, PASSWORD).await.json();
    world.running.apparatus.clock.advance(Duration::from_secs(1200));
    assert_eq!(status(&world, first["access_token"].as_str().unwrap()).await, 401);
    let renewed = world.token(&refresh(first["refresh_token"].as_str().unwrap())).await.json();
    assert_eq!(status(&world, renewed["access_token"].as_str().unwrap()).await, 200);
    assert_ne!(renewed["refresh_token"], first["refresh_token"]);
    let spent = world.token(&refresh(first["refresh_token"].as_str().unwrap())).await;
    assert_eq!((spent.status, &spent.json()["error"]), (400, &json!("invalid_grant")));
}

#[tokio::test]
async fn what_is_wrong_is_told_with_a_400() {
    let world = world().await;
    let password = |client| [("grant_type", "password"), ("client_id", client), ("username", USER), ("password", "x")];
    for (form, error) in [
        (password(CLIENT).to_vec(), "invalid_grant"),
        (password("12345").to_vec(), "invalid_client_id"),
        (vec![("grant_type", "client_credentials"), ("client_id", CLIENT)], "unsupported_grant_type"),
        (vec![], "invalid_client_id"),
        (refresh("made up").to_vec(), "invalid_grant"),
    ] {
        let reply = world.token(&form).await;
        assert_eq!((reply.status, reply.json()["error"].as_str().unwrap()), (400, error), "{form:?}");
    }
    let reply = world.token(&password("12345")).await.json();
    assert_eq!(reply["error_description"], "Client 12345 is not registered in the system.");
}

#[tokio::test]
async fn a_client_may_show_itself_in_a_header() {
    let world = world().await;
    let form = format!("grant_type=password&username={USER}&password={PASSWORD}");
    let request = world.bare(Method::POST, "/token").basic_auth(CLIENT, Some("")).body(form);
    assert_eq!(send(request).await.status, 200, "no Content-Type is insisted on");
}

#[tokio::test]
async fn without_a_token_nothing_is_answered() {
    let world = world().await;
    let refused = r#"{"Message":"Authorization has been denied for this request."}"#;
    for request in [
        world.bare(Method::GET, "/api/V1/serviceinfo"),
        world.bare(Method::GET, "/api/V1/serviceinfo").bearer_auth("made up"),
        world.bare(Method::GET, "/api/V1/serviceinfo").basic_auth(USER, Some(PASSWORD)),
        with_json(world.bare(Method::POST, "/api/V1/savebusinessobject"), &json!({})),
    ] {
        let reply = send(request).await;
        assert_eq!((reply.status, reply.text.as_str()), (401, refused));
    }
}

#[tokio::test]
async fn a_session_takes_a_licence_until_it_logs_out() {
    let world = world_with(Options { licences: 2, ..Options::default() }).await;
    assert_eq!(world.running.instance.licences(), 1);
    let second = world.sign_in(USER, PASSWORD).await.json();
    let third = world.sign_in(USER, PASSWORD).await;
    assert_eq!((third.status, &third.json()["error"]), (400, &json!("temporarily_unavailable")));

    let renewed = world.token(&refresh(second["refresh_token"].as_str().unwrap())).await.json();
    assert_eq!(world.running.instance.licences(), 2, "a session that is refreshed takes none anew");
    let token = renewed["access_token"].as_str().unwrap();
    let logout = send(world.bare(Method::DELETE, "/api/V1/logout").bearer_auth(token)).await;
    assert_eq!((logout.status, world.running.instance.licences()), (200, 1));
    assert_eq!(status(&world, token).await, 401);
    assert_eq!(world.token(&refresh(renewed["refresh_token"].as_str().unwrap())).await.status, 400);

    world.running.apparatus.clock.advance(Duration::from_secs(1200));
    assert_eq!(world.running.instance.licences(), 0, "what is over takes none");
}
