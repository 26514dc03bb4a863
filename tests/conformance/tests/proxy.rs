//! The suite's proxy does what its faults say, and nothing else.

#![allow(clippy::unwrap_used, reason = "a test says what it found by panicking")]

use reqwest::{Client, Response, StatusCode};
use signalbox_conformance::{
    Platform,
    platforms::servicenow::ServiceNow,
    proxy::{Effect, Fault, Proxy, Which},
};
use signalbox_simulators::servicenow::{PASSWORD, SECRET, USER};
use std::time::{Duration, Instant};

/// A proxy before an instance, and somebody who asks.
struct Way {
    platform: ServiceNow,
    proxy: Proxy,
    client: Client,
}

impl Way {
    async fn set() -> Self {
        let platform = ServiceNow::start().await.unwrap();
        let proxy = Proxy::start(&platform).await.unwrap();
        Self { platform, proxy, client: Client::builder().no_proxy().build().unwrap() }
    }

    async fn create(&self) -> reqwest::Result<Response> {
        let request = self.client.post(format!("{}/api/now/table/incident", self.proxy.address));
        let request = request.basic_auth(USER, Some(PASSWORD)).header("accept", "application/json");
        let request = request.header("content-type", "application/json");
        request.body(r#"{"short_description":"By the proxy"}"#).send().await
    }

    fn incidents(&self) -> usize {
        self.platform.instance.instance.rows("incident", "").len()
    }
}

#[tokio::test]
async fn what_nothing_happens_to_arrives_and_its_links_come_back_here() {
    let way = Way::set().await;
    let answer = way.create().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let place = answer.headers()["location"].to_str().unwrap().to_owned();
    let text = answer.text().await.unwrap();
    assert!(place.starts_with(&way.proxy.address), "{place}");
    assert!(text.contains(&way.proxy.address) && !text.contains(&way.platform.address()), "{text}");
    assert_eq!((way.incidents(), way.proxy.calls(), way.proxy.logins()), (1, 1, 0));
}

#[tokio::test]
async fn what_is_lost_before_did_not_happen_and_what_is_lost_after_did() {
    let way = Way::set().await;
    for (effect, incidents) in [(Effect::DropBefore, 0), (Effect::DropAfter, 1)] {
        way.proxy.arm(Fault::new(effect.clone()).times(1));
        assert!(way.create().await.is_err(), "{effect:?}");
        assert_eq!((way.incidents(), way.proxy.mend()), (incidents, 1), "{effect:?}");
        assert_eq!(way.proxy.passed().last().unwrap().status, None);
    }
}

#[tokio::test]
async fn an_answer_is_cut_or_comes_late_and_it_happened() {
    let way = Way::set().await;
    way.proxy.arm(Fault::new(Effect::Truncate).times(1));
    assert!(way.create().await.unwrap().text().await.is_err());
    assert_eq!(way.incidents(), 1);
    way.proxy.arm(Fault::new(Effect::Delay(Duration::from_millis(300))).times(1));
    let began = Instant::now();
    assert_eq!(way.create().await.unwrap().status(), StatusCode::CREATED);
    assert!(began.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn another_answer_takes_the_platform_s_place() {
    let way = Way::set().await;
    way.proxy.arm(Fault::page().to(Which::Calls));
    let answer = way.create().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    way.proxy.arm(Fault::new(Effect::Answer(way.platform.throttled(7))));
    let answer = way.create().await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (429, &"7".parse().unwrap()));
    assert_eq!(way.incidents(), 0);
}

#[tokio::test]
async fn a_wrong_password_is_refused_by_the_platform_itself() {
    let way = Way::set().await;
    way.proxy.arm(Fault::new(Effect::WrongSecret));
    let answer = way.create().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert!(answer.text().await.unwrap().contains("User Not Authenticated"));
    let login = way.client.post(format!("{}/oauth_token.do", way.proxy.address));
    let login = login.header("content-type", "application/x-www-form-urlencoded");
    let login = login.body(format!("grant_type=client_credentials&client_id=x&client_secret={SECRET}")).send().await;
    assert_eq!(login.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(way.proxy.logins(), 1);
}
