//! Redirects: followed where nothing changes but the path, shown to the plugin otherwise.

use crate::platform::{Platform, budget, get, open, reply, request, spec, status};
use signalbox::{
    domain::Outbound,
    outbound::{Auth, OriginSpec},
};

#[tokio::test]
async fn a_safe_request_follows_within_its_place_with_its_credentials() {
    let platform = Platform::new(|seen, _| match seen.target.as_str() {
        "/api/old" => reply(301, "").header("location", "/api/newer?a=b"),
        "/api/newer?a=b" => reply(307, "").header("location", "newest"),
        "/api/newest" => reply(200, "here"),
        _ => reply(404, ""),
    })
    .await;
    let mut spec = spec(&format!("{}/api", platform.url()));
    spec.auth = Some(Auth::Bearer { token: "tok".into() });
    assert_eq!(get(&open(spec), "/old").await.unwrap().body, b"here");
    assert!(platform.seen().iter().all(|seen| seen.authorization() == "Bearer tok"));
}

#[tokio::test]
async fn three_are_followed_and_the_fourth_is_shown() {
    let platform = Platform::new(|_, count| reply(302, "").header("location", &format!("/{count}"))).await;
    assert_eq!(status(&open(spec(&platform.url())), "/").await, 302);
    assert_eq!(platform.targets(), ["/", "/0", "/1", "/2"]);
}

#[tokio::test]
async fn one_that_leads_elsewhere_is_shown() {
    let elsewhere = Platform::new(|_, _| reply(200, "")).await;
    let granted = Platform::new(|_, _| reply(200, "")).await;
    let locations = vec![
        format!("{}/x", elsewhere.url()),
        format!("//{}/x", elsewhere.address),
        format!("{}/x", granted.url()),
        "/outside".to_owned(),
        "../outside".to_owned(),
        "/api/%2e%2e/outside".to_owned(),
        "file:///etc/passwd".to_owned(),
        "http://".to_owned(),
    ];
    for location in locations {
        let to = location.clone();
        let platform = Platform::new(move |_, _| reply(302, "").header("location", &to)).await;
        let mut spec = spec(&format!("{}/api", platform.url()));
        spec.auth = Some(Auth::Bearer { token: "tok".into() });
        spec.origins = vec![OriginSpec { origin: granted.url().parse().unwrap(), auth: None }];
        let answer = get(&open(spec), "/x").await.unwrap();
        assert_eq!(answer.status, 302, "{location}");
        assert!(answer.headers.contains(&("location".to_owned(), location)));
        assert_eq!(platform.seen().len(), 1);
    }
    assert_eq!((elsewhere.connections(), granted.connections()), (0, 0));
}

#[tokio::test]
async fn one_that_answers_a_write_is_shown() {
    let platform = Platform::new(|_, _| reply(303, "").header("location", "/x")).await;
    let connection = open(spec(&platform.url()));
    let mut search = request("POST", "/search");
    search.safe = true;
    let mut unsafe_get = request("GET", "/approve");
    unsafe_get.safe = false;
    for request in [request("POST", "/tickets"), search, unsafe_get] {
        assert_eq!(connection.send(request, budget()).await.unwrap().status, 303);
    }
    assert_eq!(platform.seen().len(), 3);
}
