//! Entra's token endpoint, and who may call the organisation with what it gives.

use std::time::Duration;

use http::Method;
use reqwest::header;
use signalbox_simulators::provance::{PASSWORD, SECRET, TENANT, application_id};

use super::caller::{API, Said, world};
use crate::call::send;

#[tokio::test]
async fn an_application_signs_in_as_itself_and_its_token_ends() {
    let mut world = world().await;
    let reply = world.ask(&world.client_credentials(application_id(), SECRET)).await;
    assert_eq!((reply.status, reply.json()["expires_in"].as_i64()), (200, Some(3599)));
    assert_eq!(world.get("incidents").await.status, 200);
    world.running.apparatus.clock.advance(Duration::from_secs(3600));
    let refused = world.get("incidents").await;
    assert_eq!((refused.status, refused.text.as_str()), (401, ""));
    assert!(refused.header("www-authenticate").starts_with("Bearer authorization_uri="));
    world.sign_in().await;
    assert_eq!(world.get("incidents").await.status, 200);
}

#[tokio::test]
async fn a_client_may_show_itself_in_a_header_and_a_person_sign_in_by_password() {
    let world = world().await;
    let scope = format!("scope={}/.default", world.running.http_url);
    let form = format!("grant_type=client_credentials&{scope}");
    let request = world.bare(Method::POST, &format!("/{TENANT}/oauth2/v2.0/token"));
    let request = request.basic_auth(application_id(), Some(SECRET));
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
    assert_eq!(send(request).await.status, 200);
    let mut form = vec![
        ("grant_type", "password".to_owned()),
        ("client_id", "a1f4c2d7-0b36-4f58-8e9a-6d3c5b7e1f20".to_owned()),
        ("username", "robin@acme.example".to_owned()),
        ("password", PASSWORD.to_owned()),
        ("scope", "https://acme.crm.dynamics.com/user_impersonation".to_owned()),
    ];
    assert_eq!(world.ask(&form).await.status, 200);
    form[3].1 = "wrong".into();
    let refused = world.ask(&form).await;
    assert_eq!((refused.status, &refused.json()["error"]), (400, &"invalid_grant".into()));
    assert_eq!(refused.json()["error_codes"][0], 50_126);
}

#[tokio::test]
async fn what_is_wrong_is_told_by_its_number() {
    let world = world().await;
    let right = || world.client_credentials(application_id(), SECRET);
    let with = |name: &'static str, value: &str| {
        let mut form = right();
        form.retain(|(known, _)| *known != name);
        form.push((name, value.to_owned()));
        form
    };
    for (form, status, error, code) in [
        (with("client_secret", "wrong"), 401, "invalid_client", 7_000_215),
        (with("client_id", "unknown"), 400, "unauthorized_client", 700_016),
        (with("scope", "https://graph.microsoft.com/.default"), 400, "invalid_scope", 70_011),
        (with("grant_type", "made_up"), 400, "unsupported_grant_type", 70_003),
    ] {
        let reply = world.ask(&form).await;
        let body = reply.json();
        assert_eq!(
            (reply.status, body["error"].as_str(), body["error_codes"][0].as_i64()),
            (status, Some(error), Some(code))
        );
        assert!(body["error_description"].as_str().unwrap().starts_with(&format!("AADSTS{code}: ")), "{body}");
    }
}

#[tokio::test]
async fn an_application_without_a_user_or_a_role_gets_nowhere() {
    let world = world().await;
    for (id, get, post) in [
        ("stranger", (403, "0x80072560"), (403, "0x80072560")),
        ("nothing", (403, "0x80040220"), (403, "0x80040220")),
        ("reader", (200, ""), (403, "0x80040220")),
    ] {
        let token = world.ask(&world.client_credentials(id, SECRET)).await.json();
        let token = token["access_token"].as_str().unwrap();
        let call = |method| world.bare(method, &format!("{API}/incidents")).bearer_auth(token);
        assert_eq!(send(call(Method::GET)).await.refusal(), (get.0, get.1.to_owned()), "{id}");
        let post_reply = send(call(Method::POST).header(header::CONTENT_TYPE, "application/json").body("{}")).await;
        assert_eq!(post_reply.refusal(), (post.0, post.1.to_owned()), "{id}");
    }
    assert_eq!(send(world.bare(Method::GET, &format!("{API}/incidents"))).await.status, 401);
    assert_eq!(send(world.bare(Method::GET, &format!("{API}/incidents")).basic_auth("a", Some("b"))).await.status, 401);
}
