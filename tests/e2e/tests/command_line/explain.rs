//! `signalbox explain` and `signalbox probe`: what would become of an alert, and whether its platform is ready.

use super::{Desk, Tested, metric};
use serde_json::{Value, json};
use signalbox_e2e::command;
use signalbox_simulators::shared::fault::{Effect, Fault};

#[tokio::test]
async fn the_account_goes_from_the_body_to_the_first_request_that_needs_an_answer() -> Tested {
    let desk = Desk::new(|config| {
        config.more = "[[routes]]\nname = \"critical\"\nwhen = 'alert.severity == \"critical\"'\nconnection = \"desk\"\nwork_item = \"alert\"".to_owned();
    })
    .await?;
    desk.body(metric("cpu-high").fired())?;
    let said = desk.run(&["explain", "alert.json", "--source", "azure"]).await?;
    assert_eq!(said.code, 0, "{said:?}");
    for line in [
        "severity      warning",
        "rule         cpu-high",
        "condition    average Percentage CPU 93.4 > 80 over 5 min",
        "resource     web-01 (/subscriptions/",
        "route        all: matched",
        "route        critical: not matched",
        "ticket       incident on desk, by route all and mapping standard",
        "title        cpu-high on web-01",
        "item         web-01",
        "request      GET /api/now/table/cmdb_ci?sysparm_query=name%3Dweb-01",
        "end          the last request was not sent: what follows depends on the platform's answer",
    ] {
        let shown: Vec<&str> = said.out.lines().map(str::trim_end).collect();
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.iter().any(|each| squeezed(each).starts_with(&squeezed(line))), "{line}\n{}", said.out);
    }
    assert!(desk.platform.apparatus.journal.entries().is_empty(), "nothing is sent");
    assert!(!desk.config.ledger.exists(), "nothing is kept");
    Ok(())
}

#[tokio::test]
async fn json_has_the_whole_account() -> Tested {
    // Without a configuration item there is nothing to look up: the first request makes the ticket.
    let desk = Desk::new(|config| config.mapping = "configuration_item = \"{{ '' }}\"".to_owned()).await?;
    let body = metric("cpu-high").fired();
    desk.body(&body)?;
    let said = desk.run(&["explain", "alert.json", "--source", "azure", "--output", "json"]).await?;
    assert_eq!(said.code, 0, "{said:?}");
    let account = &said.json()?[0];
    assert_eq!((&account["alert"]["rule"], &account["alert"]["condition"]), (&json!("cpu-high"), &json!("fired")));
    assert_eq!(account["routes"], json!([{ "route": "all", "decision": "matched" }]));
    let ticket = &account["tickets"][0];
    assert_eq!(
        (&ticket["connection"], &ticket["kind"], &ticket["mapping"]),
        (&json!("desk"), &json!("incident"), &json!("standard"))
    );
    assert_eq!(ticket["content"]["title"], "cpu-high on web-01");
    let requests = ticket["requests"].as_array().unwrap();
    assert_eq!(requests.len(), 1, "{ticket}");
    assert_eq!(requests[0]["method"], "POST");
    let sent: Value = serde_json::from_str(requests[0]["body"].as_str().unwrap())?;
    assert_eq!((&sent["correlation_id"], &sent["short_description"]), (&ticket["key"], &json!("cpu-high on web-01")));
    assert_eq!(
        said.json()?,
        desk.run(&["explain", "alert.json", "--source", "azure", "-o", "json"]).await?.json()?,
        "it is the same each time"
    );
    Ok(())
}

#[tokio::test]
async fn a_body_may_come_from_standard_input() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    let body = metric("cpu-high").fired().to_string();
    desk.body(&body)?;
    let read = command::run_with(desk.path(), &["explain", "-", "--source", "azure", "-o", "json"], &body).await?;
    let filed = desk.run(&["explain", "alert.json", "--source", "azure", "-o", "json"]).await?;
    assert_eq!((read.code, read.json()?), (0, filed.json()?));
    Ok(())
}

#[tokio::test]
async fn online_sends_what_changes_nothing_and_ends_before_what_does() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    desk.body(metric("cpu-high").fired())?;
    let said = desk.run(&["explain", "alert.json", "--source", "azure", "--online", "--output", "json"]).await?;
    assert_eq!(said.code, 0, "{said:?}");
    let requests = said.json()?[0]["tickets"][0]["requests"].clone();
    let methods: Vec<_> =
        requests.as_array().unwrap().iter().map(|request| request["method"].as_str().unwrap()).collect();
    assert_eq!(methods, ["POST"], "behind the look-up, which is sent, stands the write, which is not");
    let sent: Value = serde_json::from_str(requests[0]["body"].as_str().unwrap())?;
    assert_eq!(sent["cmdb_ci"].as_str().unwrap().len(), 32, "with what the look-up answered");
    let asked = desk.platform.apparatus.journal.entries();
    assert_eq!(asked.iter().map(|entry| entry.method.as_str()).collect::<Vec<_>>(), ["GET"]);
    assert!(desk.platform.instance.keys("incident").is_empty());
    Ok(())
}

#[tokio::test]
async fn it_says_why_nothing_would_be_made() -> Tested {
    let desk = Desk::new(|config| {
        config.route = "when = 'alert.labels.env == \"prod\"'".to_owned();
        config.more = "[[routes]]\nname = \"critical\"\nwhen = 'alert.severity == \"critical\"'\nconnection = \"desk\"\nwork_item = \"incident\"".to_owned();
    })
    .await?;
    let explain = &["explain", "alert.json", "--source", "azure"];
    let alert = metric("cpu-high");
    desk.body(alert.fired())?;
    let said = desk.run(explain).await?;
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("no route takes it"), "{}", said.out);
    assert!(said.out.contains("all: not matched, since it could not be evaluated"), "{}", said.out);
    desk.body(alert.resolved_after(3))?;
    let said = desk.run(explain).await?;
    assert!(said.out.contains("a resolved alert whose firing was never seen"), "{}", said.out);
    Ok(())
}

#[tokio::test]
async fn what_can_not_be_explained_fails_with_words() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    desk.body("{\"schemaId\": ")?;
    for (arguments, code, says) in [
        (&["explain", "alert.json", "--source", "azure"][..], 1, "EOF"),
        (&["explain", "alert.json", "--source", "grafana"], 1, "there is no source `grafana`; known: azure"),
        (&["explain", "none.json", "--source", "azure"], 1, "none.json can't be read"),
        (&["explain", "alert.json"], 2, "--source"),
        (&["probe", "elsewhere"], 1, "there is no connection `elsewhere` to an ITSM platform; known: desk"),
        (&["probe"], 2, "CONNECTION"),
    ] {
        let said = desk.run(arguments).await?;
        assert_eq!(said.code, code, "{arguments:?}: {said:?}");
        assert!(said.err.contains(says), "{arguments:?}: {said:?}");
        assert_eq!(said.out, "", "{arguments:?}");
        if code == 1 {
            let said = desk.run(&[arguments, &["--output", "json"]].concat()).await?;
            assert!(said.json()?["error"]["message"].as_str().unwrap().contains(says), "{arguments:?}: {said:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_mapping_that_does_not_fit_the_alert_shows_and_fails() -> Tested {
    let desk = Desk::new(|config| {
        config.mapping = "description = \"{{ alert.description / 2 if alert.rule == 'odd' }}\"".to_owned()
    })
    .await?;
    desk.body(metric("odd").fired())?;
    let said = desk.run(&["explain", "alert.json", "--source", "azure"]).await?;
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("field `description`: line 1"), "{}", said.out);
    Ok(())
}

#[tokio::test]
async fn a_platform_is_probed() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    let said = desk.run(&["probe", "desk"]).await?;
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.starts_with("desk: ServiceNow") && said.out.ends_with("ready\n"), "{}", said.out);
    let said = desk.run(&["probe", "desk", "--output", "json"]).await?;
    let told = said.json()?;
    assert_eq!((&told["connection"], &told["ready"], &told["findings"]), (&json!("desk"), &json!(true), &json!([])));
    assert!(desk.platform.apparatus.journal.entries().iter().all(|entry| entry.method == "GET"), "it changes nothing");

    desk.platform.fault(Fault::new(Effect::RefuseCredentials));
    let said = desk.run(&["probe", "desk"]).await?;
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("`desk` is not ready"), "{}", said.err);
    desk.platform.apparatus.set_reachable(false);
    let said = desk.run(&["probe", "desk", "--output", "json"]).await?;
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.json()?["error"]["message"].as_str().unwrap().contains("not ready"), "{said:?}");
    Ok(())
}

#[tokio::test]
async fn maintenance_is_told_with_what_it_does() -> Tested {
    let window = |when: &str| {
        let times = "from = \"2026-01-01T00:00:00Z\"\nuntil = \"2100-01-01T00:00:00Z\"";
        format!("[[maintenance]]\nname = \"patches\"\nwhen = '{when}'\n{times}")
    };
    for (when, says) in [("alert.resource.name == \"web-01\"", true), ("alert.resource.name == \"db-01\"", false)] {
        let desk = Desk::new(|config| {
            config.route = "maintenance = \"hold\"".to_owned();
            config.more = window(when);
        })
        .await?;
        desk.body(metric("cpu-high").fired())?;
        let said = desk.run(&["explain", "alert.json", "--source", "azure"]).await?;
        let words = "until 2100-01-01T00:00:00Z: window `patches`. The ticket would wait for its end.";
        assert_eq!((said.code, said.out.contains(words)), (0, says), "{said:?}");
    }
    Ok(())
}
