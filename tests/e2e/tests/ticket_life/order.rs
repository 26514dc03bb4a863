//! Bodies come late, doubled and in any order; the ticket ends as the newest observation says.

use super::*;
use signalbox_e2e::scene::PATIENCE;

#[tokio::test]
async fn the_end_of_an_older_episode_ends_nothing() -> Tested {
    let scene = Scene::start().await?;
    let (first, second) = (alert("cpu", "Sev2", 0), alert("cpu", "Sev0", 5));
    let key = send(&scene, &first.fired()).await?;
    scene.incident_when(&key, "a warning is of priority 3", |row| field(row, "priority") == "3").await?;
    send(&scene, &second.fired()).await?;
    scene.incident_when(&key, "it is critical now", |row| field(row, "priority") == "1").await?;
    send(&scene, &first.resolved_after(9)).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    assert!(is_open(&scene.incident(&key).unwrap()), "what ended is not what fires");
    send(&scene, &second.resolved_after(6)).await?;
    scene.incident_when(&key, "it is over", is_resolved).await?;
    assert_eq!(incidents(&scene, &key).len(), 1);
    Ok(())
}

#[tokio::test]
async fn severity_goes_down_in_the_same_ticket_whatever_the_routes_say() -> Tested {
    let route = "when = 'alert.severity in [\"critical\", \"error\"]'".to_owned();
    let scene = Scene::with(|config| config.route = route).await?;
    let key = send(&scene, &alert("cpu", "Sev0", 0).fired()).await?;
    scene.incident_when(&key, "it is critical", |row| field(row, "priority") == "1").await?;
    let lower = alert("cpu", "Sev3", 5);
    assert_eq!(send(&scene, &lower.fired()).await?, key, "it is a member there already");
    let row = scene.incident_when(&key, "it is informational now", |row| field(row, "priority") == "4").await?;
    assert!(notes(&scene, &row).contains("Severity changed from critical to informational"), "{}", notes(&scene, &row));
    send(&scene, &lower.resolved_after(7)).await?;
    scene.incident_when(&key, "and its end is heard, too", is_resolved).await?;
    Ok(())
}

#[tokio::test]
async fn an_end_whose_beginning_was_never_seen_makes_nothing() -> Tested {
    let scene = Scene::start().await?;
    let told = scene.gateway.accept(&alert("cpu", "Sev2", 0).resolved_after(5)).await?;
    assert_eq!(told["accepted"][0]["tickets"], serde_json::json!([]));
    scene.gateway.at_rest(PATIENCE).await?;
    assert!(scene.platform.instance.keys("incident").is_empty());
    assert_eq!(scene.gateway.get("/v1/status").await?["ledger"]["alerts"], 1, "it is recorded");
    Ok(())
}

#[tokio::test]
async fn a_beginning_that_comes_after_its_end_leaves_a_resolved_ticket() -> Tested {
    let scene = Scene::start().await?;
    let episode = alert("cpu", "Sev2", 0);
    scene.gateway.accept(&episode.resolved_after(5)).await?;
    let key = send(&scene, &episode.fired()).await?;
    let row = scene.incident_when(&key, "people see that something was there", is_resolved).await?;
    assert!(field(&row, "short_description").contains("cpu"));
    assert_eq!(incidents(&scene, &key).len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_time_that_is_far_ahead_deafens_no_problem() -> Tested {
    let scene = Scene::start().await?;
    let key = send(&scene, &alert("cpu", "Sev2", 60 * 24 * 365 * 50).fired()).await?;
    let now = alert("cpu", "Sev2", 5 * 60 + 30);
    assert_eq!(send(&scene, &now.fired()).await?, key);
    send(&scene, &now.resolved_after(3)).await?;
    scene.incident_when(&key, "the clock is right again, and it is over", is_resolved).await?;
    Ok(())
}

/// Every order of `0..n`.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(n - 1);
    let insert = |order: &Vec<usize>, at: usize| [&order[..at], &[n - 1], &order[at..]].concat();
    shorter.iter().flat_map(|order| (0..n).map(move |at| insert(order, at))).collect()
}

/// Posts the bodies of one problem in every order, each order as a problem of its own, and judges each ticket.
async fn in_every_order(bodies: impl Fn(&str) -> Vec<Value>, is_right: impl Fn(&Fields) -> bool) -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let count = bodies("any").len();
    let mut keys = Vec::new();
    for order in orders(count) {
        let rule = format!("rule{order:?}").replace([',', ' ', '[', ']'], "");
        let bodies = bodies(&rule);
        let mut key = None;
        for (nth, which) in order.iter().enumerate() {
            let told = scene.gateway.accept(&bodies[*which]).await?;
            key = key.or(key_of(&told).ok());
            if nth == count / 2 {
                // What came so far may be on the platform, or not.
                tokio::task::yield_now().await;
            }
        }
        keys.push((rule, key.unwrap()));
    }
    scene.gateway.at_rest(PATIENCE).await?;
    for (rule, key) in keys {
        let rows = incidents(&scene, &key);
        assert_eq!(rows.len(), 1, "{rule}: {rows:#?}");
        assert!(is_right(&rows[0]), "{rule}: {:#?} {:#}", rows[0], scene.ticket(&key).await?);
    }
    Ok(())
}

#[tokio::test]
async fn any_order_of_bodies_ends_open_where_the_newest_fires() -> Tested {
    let bodies = |rule: &str| {
        let (first, second) = (alert(rule, "Sev2", 0), alert(rule, "Sev1", 10));
        vec![first.fired(), first.resolved_after(5), second.fired(), alert(rule, "Sev0", 20).fired()]
    };
    in_every_order(bodies, |row| is_open(row) && field(row, "priority") == "1").await
}

#[tokio::test]
async fn any_order_of_bodies_ends_resolved_where_the_newest_is() -> Tested {
    let bodies = |rule: &str| {
        let (first, second) = (alert(rule, "Sev2", 0), alert(rule, "Sev1", 10));
        vec![first.fired(), first.resolved_after(5), second.fired(), second.resolved_after(3)]
    };
    in_every_order(bodies, is_resolved).await
}
