//! Commands that talk to a running gateway, and what they say where none runs.

use super::{Desk, Tested, metric};
use serde_json::{Value, json};
use signalbox_e2e::{
    Scene, cloud,
    command::{self, Said},
    config::TOKEN,
    scene::{PATIENCE, key_of},
};

async fn run(scene: &Scene, arguments: &[&str]) -> anyhow::Result<Said> {
    let admin = scene.gateway.admin.trim_start_matches("http://").to_owned();
    command::run(scene.folder(), &[arguments, &["--admin", &admin]].concat()).await
}

#[tokio::test]
async fn tickets_are_listed_and_shown() -> Tested {
    let scene = Scene::start().await?;
    let empty = run(&scene, &["tickets", "list"]).await?;
    assert_eq!((empty.code, empty.out.lines().last()), (0, Some("0 tickets")));
    let alert = metric("cpu-high");
    let key = key_of(&scene.gateway.accept(&alert.fired()).await?)?;
    scene.gateway.at_rest(PATIENCE).await?;
    let other = key_of(&scene.gateway.accept(&metric("disk-full").fired()).await?)?;
    scene.gateway.at_rest(PATIENCE).await?;

    let listed = run(&scene, &["tickets", "list"]).await?;
    assert!(listed.out.contains("INC0010001") && listed.out.contains("cpu-high on web-01"), "{}", listed.out);
    assert_eq!(listed.out.lines().last(), Some("2 tickets"));
    let rows = run(&scene, &["tickets", "list", "--output", "json", "--connection", "desk"]).await?.json()?;
    let keys: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap()).collect();
    assert_eq!(keys, [&other, &key], "newest first");
    assert_eq!(
        run(&scene, &["tickets", "list", "--limit", "1", "-o", "json"]).await?.json()?.as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(run(&scene, &["tickets", "list", "--connection", "elsewhere", "-o", "json"]).await?.json()?, json!([]));
    assert_eq!(run(&scene, &["tickets", "list", "--parked", "-o", "json"]).await?.json()?, json!([]));

    let shown = run(&scene, &["tickets", "show", &key]).await?;
    for words in [&key, "INC0010001", "cpu-high on web-01", "fired as warning", "created", "confirmed"] {
        assert!(shown.out.contains(words), "{words}: {}", shown.out);
    }
    let story = run(&scene, &["tickets", "show", &key, "--output", "json"]).await?.json()?;
    assert_eq!(story, scene.ticket(&key).await?);

    let said = run(&scene, &["tickets", "drop", &key]).await?;
    assert_eq!((said.code, said.out), (0, format!("{key} has ended\n")));
    assert_eq!(run(&scene, &["tickets", "list", "-o", "json"]).await?.json()?.as_array().map(Vec::len), Some(1));
    let ended = run(&scene, &["tickets", "list", "--ended"]).await?;
    assert!(ended.out.contains("ended (dropped)"), "{}", ended.out);
    let said = run(&scene, &["tickets", "retry", &key]).await?;
    assert_eq!(said.code, 1);
    assert!(said.err.starts_with("error: "), "{said:?}");
    Ok(())
}

#[tokio::test]
async fn alerts_are_listed_shown_and_dropped() -> Tested {
    let scene = Scene::with(|config| config.route = "when = 'alert.rule == \"routed\"'".to_owned()).await?;
    scene.gateway.accept(&metric("routed").fired()).await?;
    let told = scene.gateway.accept(&metric("unrouted").fired()).await?;
    let id = told["accepted"][0]["alert"].as_str().unwrap();
    scene.gateway.to("azure").bearer_auth(TOKEN).body("\u{1b}[2Jgarbage").send().await?;

    let listed = run(&scene, &["alerts", "list"]).await?;
    assert!(listed.out.contains("routed on web-01") && listed.out.contains("2 alerts"), "{}", listed.out);
    let listed = run(&scene, &["alerts", "list", "--unrouted"]).await?;
    assert!(listed.out.contains(id) && listed.out.contains("1 alert\n"), "{}", listed.out);
    let shown = run(&scene, &["alerts", "show", id, "--output", "json"]).await?.json()?;
    assert_eq!(
        (&shown["alerts"][0]["alert"]["rule"], &shown["alerts"][0]["tickets"]),
        (&json!("unrouted"), &json!([]))
    );
    let shown = run(&scene, &["alerts", "show", id]).await?;
    assert!(shown.out.contains("tickets: none"), "{}", shown.out);

    let listed = run(&scene, &["alerts", "list", "--quarantined", "-o", "json"]).await?.json()?;
    let body = listed["bodies"][0]["id"].as_str().unwrap();
    let shown = run(&scene, &["alerts", "show", body]).await?;
    assert!(
        shown.out.contains("garbage") && !shown.out.contains('\u{1b}'),
        "no escapes reach the terminal: {}",
        shown.out
    );
    for each in [body, id] {
        assert_eq!(run(&scene, &["alerts", "drop", each]).await?.code, 0, "{each}");
    }
    for list in ["--quarantined", "--unrouted"] {
        let listed = run(&scene, &["alerts", "list", list, "-o", "json"]).await?.json()?;
        assert_eq!(listed, json!({ "alerts": [], "bodies": [] }), "{list}");
    }
    let routed = scene.gateway.get("/v1/alerts").await?;
    let routed =
        routed["alerts"].as_array().unwrap().iter().find(|row| row["alert"]["rule"] == "routed").unwrap().clone();
    let said = run(&scene, &["alerts", "drop", routed["alert"]["id"].as_str().unwrap()]).await?;
    assert_eq!(said.code, 1, "what has a ticket stays: {said:?}");
    Ok(())
}

#[tokio::test]
async fn what_has_no_round_is_not_run_and_a_monitor_is() -> Tested {
    let cloud = cloud::start().await?;
    let scene = Scene::with(|config| {
        config.source = "monitor = \"azure\"".to_owned();
        config.more = cloud::monitor(&cloud, "");
    })
    .await?;
    for (name, words) in [
        ("nowhere", "the connection `nowhere` is not read, takes nothing and is asked nothing"),
        ("desk", "the connection `desk` is not read, takes nothing and is asked nothing"),
        ("not a name", "name"),
    ] {
        let said = run(&scene, &["sync", "run", "--connection", name]).await?;
        assert!(said.code == 1 && said.err.starts_with("error: ") && said.err.contains(words), "{name}: {said:?}");
    }
    let said = run(&scene, &["sync", "run", "--connection", "azure"]).await?;
    assert!(said.code == 0 && said.out.contains("azure"), "{said:?}");
    Ok(())
}

#[tokio::test]
async fn a_strangers_text_obeys_nobody_in_a_terminal() -> Tested {
    let scene = Scene::start().await?;
    let alert = metric("cpu \u{1b}]0;owned\u{7}\u{1b}[2J \u{202e}hgih");
    let told = scene.gateway.accept(&alert.fired()).await?;
    let (key, id) = (key_of(&told)?, told["accepted"][0]["alert"].as_str().unwrap_or_default().to_owned());
    scene.gateway.at_rest(PATIENCE).await?;
    for arguments in
        [&["tickets", "list"][..], &["tickets", "show", &key], &["alerts", "list"], &["alerts", "show", &id]]
    {
        for output in ["table", "json"] {
            let said = run(&scene, &[arguments, &["--output", output]].concat()).await?;
            assert_eq!(said.code, 0, "{arguments:?}");
            assert!(!said.out.contains(['\u{1b}', '\u{7}']), "{arguments:?} {output}: {}", said.out);
            assert!(output == "json" || !said.out.contains('\u{202e}'), "{arguments:?}: {}", said.out);
        }
    }
    assert!(!scene.log().contains('\u{1b}'), "nor in the log");
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_fails_with_words() -> Tested {
    let scene = Scene::start().await?;
    for arguments in [
        &["tickets", "show", "none"][..],
        &["tickets", "retry", "none"],
        &["tickets", "drop", "none"],
        &["alerts", "show", "none/such?id=1"],
        &["alerts", "again", "none"],
        &["alerts", "drop", "none"],
    ] {
        let said = run(&scene, arguments).await?;
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{arguments:?}: {said:?}");
        assert!(said.err.starts_with("error: ") && said.err.contains("none"), "{arguments:?}: {said:?}");
        let said = run(&scene, &[arguments, &["--output", "json"]].concat()).await?;
        assert!(said.json()?["error"]["message"].as_str().unwrap().contains("none"), "{arguments:?}: {said:?}");
    }
    Ok(())
}

#[tokio::test]
async fn without_a_gateway_the_exit_code_is_4() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let text = desk
        .config
        .text()
        .replace("[admin]\nlisten = \"127.0.0.1:0\"", &format!("[admin]\nlisten = \"127.0.0.1:{port}\""));
    std::fs::write(desk.path().join("config.toml"), text)?;
    for arguments in
        [&["tickets", "list"][..], &["tickets", "show", "x"], &["alerts", "list"], &["alerts", "again", "x"]]
    {
        let said = desk.run(arguments).await?;
        assert_eq!((said.code, said.out.as_str()), (4, ""), "{arguments:?}: {said:?}");
        let words = format!("no gateway answers at 127.0.0.1:{port}");
        assert!(said.err.contains(&words) && said.err.contains("signalbox serve"), "{arguments:?}: {said:?}");
        let said = desk.run(&[arguments, &["--output", "json"]].concat()).await?;
        let told: Value = said.json()?;
        assert_eq!(said.code, 4);
        assert!(told["error"]["message"].as_str().unwrap().contains(&words), "{told}");
    }
    Ok(())
}

#[tokio::test]
async fn an_address_that_is_taken_ends_serve_with_words() -> Tested {
    let scene = Scene::start().await?;
    let taken = scene.gateway.ingest.trim_start_matches("http://");
    let text = scene.config.text().replacen("127.0.0.1:0", taken, 1);
    std::fs::write(scene.folder().join("second.toml"), text)?;
    let said = command::run(scene.folder(), &["serve", "--config", "second.toml"]).await?;
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
    assert!(said.err.contains(&format!("error: `[ingest] listen`: {taken} can't be had")), "{said:?}");
    Ok(())
}

#[tokio::test]
async fn the_gateway_is_found_by_its_configuration() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let text = desk
        .config
        .text()
        .replace("[admin]\nlisten = \"127.0.0.1:0\"", &format!("[admin]\nlisten = \"127.0.0.1:{port}\""));
    let path = desk.path().join("config.toml");
    std::fs::write(&path, &text)?;
    let gateway = signalbox_e2e::Gateway::start(&path, desk.path(), &signalbox_e2e::config::secrets()).await?;
    gateway.accept(&metric("cpu").fired()).await?;
    assert_eq!(desk.run(&["tickets", "list", "-o", "json"]).await?.json()?.as_array().map(Vec::len), Some(1));
    // Even while the rest of the configuration is broken: that is when one looks.
    std::fs::write(&path, format!("{text}\n[nonsense]"))?;
    assert_eq!(desk.run(&["tickets", "list", "-o", "json"]).await?.code, 0);
    Ok(())
}
