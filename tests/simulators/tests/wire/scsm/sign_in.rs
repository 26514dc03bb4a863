//! The portal's token.

use std::time::Duration;

use http::Method;
use reqwest::header;
use serde_json::{Value, json};
use signalbox_simulators::scsm::{DOMAIN, Options, PASSWORD, USER};

use super::caller::{World, world, world_with};
use crate::call::{Reply, send, with_json};

const TOKEN: &str = "/api/V3/Authorization/GetToken";
const LISTS: &str = "/api/V3/Enum/GetFlatList?id=89b34802-671e-e422-5e38-7dae9a413ef8&itemFilter=";

async fn ask(world: &World, body: Value) -> Reply {
    send(with_json(world.bare(Method::POST, TOKEN), &body)).await
}

fn form(user: &str, password: &str) -> Value {
    json!({ "UserName": user, "Password": password, "LanguageCode": "ENU" })
}

#[tokio::test]
async fn the_token_is_a_json_string_whoever_names_the_domain() {
    let world = world().await;
    for user in [USER.to_owned(), format!("{DOMAIN}\\{USER}"), format!("acme\\{}", USER.to_uppercase())] {
        let reply = ask(&world, form(&user, PASSWORD)).await;
        assert_eq!(reply.status, 200, "{user}");
        assert!(reply.text.starts_with('"') && reply.text.ends_with('"'), "{}", reply.text);
        let authorization = format!("Token {}", reply.json().as_str().unwrap());
        let call = world.bare(Method::GET, LISTS).header(header::AUTHORIZATION, authorization);
        assert_eq!(send(call).await.status, 200, "{user}");
    }
}

#[tokio::test]
async fn wrong_credentials_are_refused_and_wrong_forms_too() {
    let world = world().await;
    for (user, password) in [(USER, "wrong"), ("nobody", PASSWORD), ("OTHER\\svc-signalbox", PASSWORD)] {
        let reply = ask(&world, form(user, password)).await;
        assert_eq!(reply.status, 401, "{user}");
        assert_eq!(reply.text, r#"{"Message":"Authorization has been denied for this request."}"#);
    }
    for wrong in [json!({}), json!({ "UserName": USER, "Password": PASSWORD }), json!({ "Login": USER })] {
        assert_eq!(ask(&world, wrong.clone()).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_call_without_a_living_token_is_refused() {
    let world = world().await;
    let shown = ["", "Token", "Token made-up", &format!("Bearer {}", world.token)].map(str::to_owned);
    for authorization in shown {
        let call = world.bare(Method::GET, LISTS).header(header::AUTHORIZATION, &authorization);
        assert_eq!(send(call).await.status, 401, "{authorization}");
    }
    assert_eq!(world.get(LISTS).await.status, 200);
    world.running.apparatus.clock.advance(Duration::from_secs(299));
    assert_eq!(world.get(LISTS).await.status, 200);
    world.running.apparatus.clock.advance(Duration::from_secs(2));
    assert_eq!(world.get(LISTS).await.status, 401);
}

#[tokio::test]
async fn something_before_the_portal_may_count() {
    let world = world_with(Options { rate_limit: Some((2, 3600)), ..Options::default() }).await;
    let mut replies = Vec::new();
    for _ in 0..3 {
        replies.push(world.get(LISTS).await);
    }
    assert_eq!(replies.iter().map(|reply| reply.status).collect::<Vec<_>>(), [200, 200, 429]);
    assert!(replies[2].header("retry-after").parse::<u64>().unwrap() > 0);
}
