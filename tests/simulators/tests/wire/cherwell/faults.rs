//! What goes wrong on demand, in this platform's words.

use http::Method;
use serde_json::json;
use signalbox_simulators::{
    cherwell::{KEY_FIELD, USER},
    shared::{Effect, Fault},
};

use super::caller::{INCIDENT, world};
use crate::call::{send, with_json};

#[tokio::test]
async fn an_answer_can_be_lost_after_the_save() {
    let world = world().await;
    let fields = world
        .fields(
            INCIDENT,
            &[
                (KEY_FIELD, "k"),
                ("Description", "x"),
                ("Priority", "1"),
                ("Service", "s"),
                ("Category", "c"),
                ("Subcategory", "s"),
                ("CustomerRecID", &world.customer()),
            ],
        )
        .await;
    world.running.fault(Fault::new(Effect::DropAfter).path("savebusinessobject").table("Incident").times(1));
    let body = json!({ "busObId": INCIDENT, "fields": fields, "persist": true });
    let request = with_json(world.call(Method::POST, "savebusinessobject"), &body);
    assert!(request.send().await.is_err());
    assert_eq!(world.running.instance.keys("Incident", KEY_FIELD)["k"], 1);
    let entry = world.running.apparatus.journal.entries().pop().unwrap();
    assert_eq!((entry.table.as_str(), entry.status, entry.user.as_deref()), ("Incident", None, Some(USER)));
}

#[tokio::test]
async fn a_failure_has_no_code_a_limit_says_how_long_and_a_page_is_a_page() {
    let world = world().await;
    for (effect, status, part) in [
        (Effect::Status { code: 500, committed: false }, 500, r#"{"Message":"An error has occurred."}"#),
        (Effect::Status { code: 503, committed: false }, 503, "<html>"),
        (Effect::Throttle { retry_after: 7 }, 429, "Message"),
        (Effect::RefuseCredentials, 401, "Authorization has been denied"),
        (Effect::Page, 200, "<html>"),
    ] {
        world.running.fault(Fault::new(effect.clone()).path("serviceinfo").times(1));
        let reply = world.get("serviceinfo").await;
        assert_eq!(reply.status, status, "{effect:?}");
        assert!(reply.text.contains(part), "{effect:?}: {}", reply.text);
        assert_eq!(reply.headers.contains_key("retry-after"), status == 429);
    }
}

#[tokio::test]
async fn a_login_can_be_refused() {
    let world = world().await;
    world.running.fault(Fault::new(Effect::RefuseCredentials).table("token"));
    let reply = world.sign_in(USER, "whatever").await;
    assert_eq!((reply.status, &reply.json()["error"]), (400, &json!("invalid_grant")));
}

#[tokio::test]
async fn a_save_can_be_done_though_the_server_says_that_it_failed() {
    let world = world().await;
    let rec_id = world.make(&[]).await;
    let fields = world.fields(INCIDENT, &[("Priority", "1")]).await;
    world
        .running
        .fault(Fault::new(Effect::Status { code: 500, committed: true }).table("Incident").method("POST").times(1));
    let body = json!({ "busObId": INCIDENT, "busObRecId": rec_id, "fields": fields });
    let reply = send(with_json(world.call(Method::POST, "savebusinessobject"), &body)).await;
    assert_eq!((reply.status, world.stored(&rec_id, "Priority")), (500, "1".to_owned()));
}
