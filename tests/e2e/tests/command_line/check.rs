//! `signalbox check`: exit code 0 and what it counted, or 3 and every error.

use super::{Desk, Tested};
use serde_json::{Value, json};

#[tokio::test]
async fn a_good_configuration_is_counted() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    let said = desk.run(&["check"]).await?;
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(said.out, "config.toml is good: 1 source, 1 connection, 1 mapping, 1 route\n");
    let said = desk.run(&["check", "--output", "json"]).await?;
    let counts = json!({ "sources": 1, "connections": 1, "mappings": 1, "routes": 1 });
    assert_eq!((said.code, said.json()?), (0, json!({ "errors": [], "checked": counts })));
    assert!(desk.platform.apparatus.journal.entries().is_empty(), "nothing is asked outside");
    assert!(!desk.config.ledger.exists(), "nothing is made");
    Ok(())
}

#[tokio::test]
async fn what_a_plugin_doubts_is_told_and_refuses_nothing() -> Tested {
    let desk = Desk::new(|config| config.mapping = "title = '{{ alert.rule | truncate(\"x\") }}'".to_owned()).await?;
    let said = desk.run(&["check"]).await?;
    assert_eq!((said.code, said.out.lines().count()), (0, 1), "{said:?}");
    for part in ["a template fails on a sample alert", "field-map", "/title", "column"] {
        assert!(said.err.contains(part), "{part} is not in {}", said.err);
    }
    Ok(())
}

#[tokio::test]
async fn what_could_not_start_is_found() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    let good = desk.config.text();
    for (from, to, says) in [
        ("signalbox.db", ":memory:", "is not a ledger's address"),
        ("sqlite:", "postgres:", "is not a ledger's address"),
        ("127.0.0.1:0", "127.0.0.1:8081", "each needs its own"),
    ] {
        let text = good.replace(from, to);
        assert_ne!(text, good);
        let path = desk.folder.path().join("other.toml");
        std::fs::write(&path, text)?;
        let said = desk.run(&["check", "--config", &path.display().to_string()]).await?;
        assert_ne!(said.code, 0, "{said:?}");
        assert!(said.err.contains(says), "{says}: {}", said.err);
    }
    Ok(())
}

#[tokio::test]
async fn a_bad_configuration_shows_every_error_with_its_line() -> Tested {
    let desk = Desk::new(|config| {
        config.ingest = "body_timeout = \"soon\"".to_owned();
        config.route = "when = 'alert.severity ='".to_owned();
        config.more = "[tickets]\nkeep = \"1d\"\n[[routes]]\nname = \"other\"\nconnection = \"desk\"".to_owned();
    })
    .await?;
    let text = desk.config.text();
    let line = |part: &str| text.lines().position(|line| line.starts_with(part)).unwrap() + 1;
    let said = desk.run(&["check"]).await?;
    assert_eq!(said.code, 3, "{said:?}");
    assert_eq!(said.out, "", "errors go to standard error");
    for (words, line) in [
        ("`soon` is not a duration", line("body_timeout")),
        ("unknown key `tickets`", line("[tickets]")),
        ("work_item", line("name = \"other\"") - 1),
    ] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
        assert!(said.err.contains(&format!("config.toml:{line}:")), "{words} in line {line}: {}", said.err);
    }
    assert!(said.err.contains("body_timeout = \"soon\""), "the line itself is shown: {}", said.err);
    assert!(!said.err.contains('\u{1b}'), "no colours where there is no terminal");

    let said = desk.run(&["check", "-o", "json"]).await?;
    assert_eq!(said.code, 3);
    let told = said.json()?;
    let errors = told["errors"].as_array().unwrap();
    let first = errors.iter().find(|error| error["message"].as_str().unwrap().contains("`soon`")).unwrap();
    assert_eq!(first["place"], json!({ "file": "config.toml", "line": line("body_timeout"), "column": 16 }));
    Ok(())
}

#[tokio::test]
async fn what_plugins_refuse_is_found_all_at_once() -> Tested {
    let desk = Desk::new(|config| {
        config.mapping = "title = \"{{ alert.rule \"\ndescription = \"{% if %}\"".to_owned();
        config.source = "settings = { portal = 3 }".to_owned();
        config.more = "[sources.x]\nplugin = \"none-such\"".to_owned();
    })
    .await?;
    let said = desk.run(&["check", "--output", "json"]).await?;
    assert_eq!(said.code, 3);
    let told = said.json()?;
    let messages: Vec<&str> =
        told["errors"].as_array().unwrap().iter().filter_map(|each| each["message"].as_str()).collect();
    for words in ["settings/title", "settings/description", "settings/portal", "none-such"] {
        assert!(messages.iter().any(|message| message.contains(words)), "{words}: {messages:?}");
    }
    let text = desk.config.text();
    let lines: Vec<&str> = text.lines().collect();
    for error in told["errors"].as_array().unwrap() {
        let line = usize::try_from(error["place"]["line"].as_u64().unwrap())?;
        let written = lines[line - 1];
        let message = error["message"].as_str().unwrap();
        let setting = ["title", "description", "portal"].into_iter().find(|name| message.contains(*name));
        assert!(setting.is_none_or(|name| written.contains(name)), "{message} is shown at {written}");
    }
    Ok(())
}

#[tokio::test]
async fn a_configuration_that_is_not_there_is_refused_by_every_command_that_needs_it() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    for command in [
        &["check"][..],
        &["serve"],
        &["probe", "desk"],
        &["tickets", "list"],
        &["explain", "alert.json", "--source", "azure"],
    ] {
        desk.body("{}")?;
        let said = desk.run(&[command, &["--config", "elsewhere.toml"]].concat()).await?;
        assert_eq!(said.code, 3, "{command:?}: {said:?}");
        assert!(said.err.contains("elsewhere.toml can't be read"), "{command:?}: {said:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_source_that_anyone_could_post_to_is_an_error() -> Tested {
    let desk = Desk::new(|config| config.more = "[sources.open]\nplugin = \"azure-webhook\"".to_owned()).await?;
    assert_eq!(desk.run(&["check"]).await?.code, 0, "on loopback it is not");
    let text = desk.config.text().replacen("127.0.0.1:0", "0.0.0.0:8080", 1);
    std::fs::write(desk.path().join("config.toml"), text)?;
    let said = desk.run(&["check"]).await?;
    assert_eq!(said.code, 3);
    assert!(said.err.contains("the source `open` needs `auth`"), "{}", said.err);
    Ok(())
}

#[tokio::test]
async fn the_admin_listener_stays_on_loopback() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    let text = desk.config.text().replace("[admin]\nlisten = \"127.0.0.1:0\"", "[admin]\nlisten = \"0.0.0.0:8081\"");
    std::fs::write(desk.path().join("config.toml"), text)?;
    let said = desk.run(&["check"]).await?;
    assert_eq!(said.code, 3);
    assert!(said.err.contains("its address must be loopback"), "{}", said.err);
    Ok(())
}

#[tokio::test]
async fn the_schema_is_for_editors() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    let said = desk.run(&["check", "--schema"]).await?;
    assert_eq!(said.code, 0);
    let schema = said.json()?;
    let properties = schema["properties"].as_object().unwrap();
    for section in ["gateway", "ingest", "admin", "ledger", "plugins", "sources", "connections", "mappings", "routes"] {
        assert!(properties.contains_key(section), "{section}");
    }
    assert_ne!(schema["$schema"], Value::Null);
    Ok(())
}
