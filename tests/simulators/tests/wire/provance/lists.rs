//! Lists: conditions, order, pages, and what is refused.

use reqwest::Method;
use serde_json::json;

use super::caller::{Said, world};
use crate::call::{path, send};

#[tokio::test]
async fn conditions_order_and_top() {
    let world = world().await;
    for (title, priority) in [("b", 1), ("a", 2), ("c", 1)] {
        world.make(&json!({ "title": title, "prioritycode": priority })).await;
    }
    for (parameters, titles) in [
        (vec![("$orderby", "title")], "a b c"),
        (vec![("$filter", "prioritycode eq 1"), ("$orderby", "title desc")], "c b"),
        (vec![("$orderby", "prioritycode asc,title desc")], "c b a"),
        (vec![("$orderby", "title"), ("$top", "2")], "a b"),
        (vec![("$filter", "startswith(title,'A') or title eq 'c'"), ("$orderby", "title")], "a c"),
    ] {
        assert_eq!(world.get(&path("incidents", &parameters)).await.column("title"), titles, "{parameters:?}");
    }
    assert_eq!(world.get(&path("incidents", &[("$count", "true"), ("$top", "1")])).await.json()["@odata.count"], 3);
}

#[tokio::test]
async fn pages_are_walked_by_links_and_a_row_that_moves_is_not_skipped() {
    let world = world().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(world.make(&json!({ "title": number.to_string() })).await);
        world.running.apparatus.clock.advance(std::time::Duration::from_secs(1));
    }
    let prefer = "odata.maxpagesize=2";
    let parameters = [("$orderby", "modifiedon asc,incidentid asc"), ("$filter", "modifiedon ge 2026-01-01T00:00:00Z")];
    let first = send(world.call(Method::GET, &path("incidents", &parameters)).header("prefer", prefer)).await;
    assert_eq!((first.column("title").as_str(), first.header("preference-applied")), ("0 1", prefer));
    world.patch(&format!("incidents({})", ids[0]), &json!({ "title": "0 again" })).await;
    let mut titles = Vec::new();
    let mut link = first.json()["@odata.nextLink"].as_str().map(str::to_owned);
    while let Some(next) = link {
        let page = world.follow(&next, prefer).await;
        titles.push(page.column("title"));
        link = page.json()["@odata.nextLink"].as_str().map(str::to_owned);
    }
    assert_eq!(titles, ["2 3", "4 0 again"]);
    let broken = world.get(&path("incidents", &[("$skiptoken", "made up")])).await;
    assert_eq!(broken.status, 400);
    let top_is_ignored =
        send(world.call(Method::GET, &path("incidents", &[("$top", "1")])).header("prefer", prefer)).await;
    assert_eq!(top_is_ignored.json()["value"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    let world = world().await;
    for parameters in [
        ("$skip", "1"),
        ("$filter", "unknown eq 1"),
        ("$filter", "title is 'x'"),
        ("$select", "unknown"),
        ("$select", "ownerid"),
        ("$orderby", "unknown"),
        ("$top", "many"),
    ] {
        let reply = world.get(&path("incidents", &[parameters])).await;
        assert_eq!(reply.refusal(), (400, "0x80060888".into()), "{parameters:?}");
    }
}
