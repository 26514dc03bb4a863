//! An edit that is wrong is refused with all its errors, and the old configuration goes on.

use super::{Tested, metric};
use signalbox_e2e::{
    Scene,
    config::Config,
    scene::{field, key_of},
};

/// An edit that must be refused, and what its errors must say.
type Mistake = (&'static str, fn(&mut Config), &'static [&'static str]);

const MISTAKES: &[Mistake] = &[
    ("not TOML", |config| config.more = "[[routes".to_owned(), &["config.toml:"]),
    ("an unknown key", |config| config.ingest = "max_bodies = 3".to_owned(), &["unknown field `max_bodies`"]),
    ("an unknown section", |config| config.more = "[tickets]".to_owned(), &["unknown key `tickets`"]),
    (
        "a value of another type",
        |config| config.ingest = "quarantine = \"many\"".to_owned(),
        &["config.toml:7:", "\"many\", expected a whole number"],
    ),
    ("no duration", |config| config.ingest = "body_timeout = \"soon\"".to_owned(), &["`soon` is not a duration"]),
    (
        "a template",
        |config| config.mapping = "title = \"{{ alert.rule \"".to_owned(),
        &["mapping `standard`", "/title"],
    ),
    ("a setting", |config| config.mapping = "titel = \"x\"".to_owned(), &["mapping `standard`", "titel"]),
    ("a condition", |config| config.route = "when = 'alert.severity ='".to_owned(), &["route `all`"]),
    ("a group", |config| config.route = "group_by = [\"colour\"]".to_owned(), &["colour", "correlation_key"]),
    ("a policy", |config| config.route = "resolve = \"sometimes\"".to_owned(), &["sometimes", "untouched"]),
    ("a plugin", |config| config.more = "[sources.x]\nplugin = \"none-such\"".to_owned(), &["none-such"]),
    (
        "a plugin of another kind",
        |config| config.more = "[sources.x]\nplugin = \"field-map\"".to_owned(),
        &["field-map", "source"],
    ),
    (
        "a secret",
        |config| {
            config.more =
                "[sources.x]\nplugin = \"azure-webhook\"\nauth = { bearer = [{ env = \"NOT_SET\" }] }".to_owned();
        },
        &["NOT_SET"],
    ),
    (
        "a connection that is not there",
        |config| {
            config.more = "[[routes]]\nname = \"x\"\nconnection = \"elsewhere\"\nwork_item = \"incident\"".to_owned();
        },
        &["elsewhere", "known: desk"],
    ),
    (
        "a setting of another type",
        |config| {
            config.source = "settings = { portal = 3 }".to_owned();
        },
        &["source `azure`", "/portal"],
    ),
    (
        "several at once",
        |config| {
            config.mapping = "title = \"{{ alert.rule \"\ndescription = \"{% if %}\"".to_owned();
            config.source = "settings = { portal = 3 }".to_owned();
            config.connection = "settings = { reopen_state = \"99\" }".to_owned();
        },
        &["/title", "/description", "/portal", "/reopen_state"],
    ),
];

#[tokio::test]
async fn a_bad_edit_is_refused_with_all_its_errors_and_the_old_goes_on() -> Tested {
    let mut scene = Scene::start().await?;
    let generation = scene.generation().await?;
    for (what, mistake, says) in MISTAKES {
        let errors = scene.edit_refused(mistake).await?;
        let told = errors.join("\n");
        for words in *says {
            assert!(told.contains(words), "{what} must say {words}: {told}");
        }
        let log = scene.log();
        assert!(errors.iter().all(|error| log.contains(error)), "{what}: the log says it, too: {told}");
        assert!(log.contains("the configuration is refused, the old one goes on"), "{what}");
        assert_eq!(scene.generation().await?, generation, "{what}");
        let key = key_of(&scene.gateway.accept(&metric(what, "Sev2").fired()).await?)?;
        let row = scene.incident_when(&key, "the old configuration goes on", |_| true).await?;
        assert!(field(&row, "short_description").contains(what));
    }
    scene.edit(|config| config.ingest = "quarantine = 9".to_owned()).await?;
    let status = scene.gateway.get("/v1/status").await?;
    assert!(status["refused"].is_null(), "a good edit ends it: {status}");
    assert_eq!(scene.generation().await?, generation + 1);
    Ok(())
}

#[tokio::test]
async fn tickets_are_not_given_to_another_adapter() -> Tested {
    let mut scene = Scene::start().await?;
    let key = key_of(&scene.gateway.accept(&metric("cpu", "Sev2").fired()).await?)?;
    scene.incident_when(&key, "the ticket", |_| true).await?;
    let other = scene.config.text().replacen("adapter = \"servicenow\"", "adapter = \"request-tracker\"", 1);
    let errors = scene.refused_text(&other).await?;
    assert_eq!(errors.len(), 1, "{errors:?}");
    let says = "has open tickets (1) of the adapter `servicenow`";
    assert!(errors[0].contains(says), "{errors:?}");
    scene.gateway.kill().await?;
    let started = scene.restart().await.unwrap_err();
    assert!(format!("{started:#}").contains(says), "a start is no way round it: {started:#}");
    std::fs::write(scene.path(), scene.config.text())?;
    scene.restart().await?;
    scene.edit(|config| config.ingest = "quarantine = 3".to_owned()).await
}

#[tokio::test]
async fn errors_name_their_line() -> Tested {
    let scene = Scene::start().await?;
    let errors = scene_error(scene, |config| config.ingest = "max_bodies = 3".to_owned()).await?;
    assert_eq!(errors.0.len(), 1, "{:?}", errors.0);
    let line = errors.1.lines().position(|line| line == "max_bodies = 3").unwrap() + 1;
    assert!(errors.0[0].contains(&format!("config.toml:{line}:1: unknown field `max_bodies`")), "{:?}", errors.0);
    Ok(())
}

/// The errors of an edit, and its text.
async fn scene_error(mut scene: Scene, mistake: fn(&mut Config)) -> anyhow::Result<(Vec<String>, String)> {
    let errors = scene.edit_refused(mistake).await?;
    Ok((errors, std::fs::read_to_string(scene.path())?))
}

#[tokio::test]
async fn what_a_running_process_cannot_change_takes_a_restart() -> Tested {
    let mut scene = Scene::start().await?;
    let text = |config: &Config, from: &str, to: &str| {
        let changed = config.text().replacen(from, to, 1);
        assert_ne!(changed, config.text(), "{from} stands in it");
        changed
    };
    let ingest = "[ingest]\nlisten = \"127.0.0.1:0\"";
    let admin = "[admin]\nlisten = \"127.0.0.1:0\"";
    let cache = format!("cache = \"{}\"", scene.config.cache.display());
    for (key, from, to) in [
        ("[gateway] name", "name = \"test\"".to_owned(), "name = \"other\"".to_owned()),
        ("[gateway] lease", "name = \"test\"".to_owned(), "name = \"test\"\nlease = \"100s\"".to_owned()),
        ("[ingest] listen", ingest.to_owned(), ingest.replace(":0", ":1")),
        ("[ingest] max_connections", ingest.to_owned(), format!("{ingest}\nmax_connections = 3")),
        ("[ingest] header_timeout", ingest.to_owned(), format!("{ingest}\nheader_timeout = \"3s\"")),
        ("[ingest] drain_timeout", ingest.to_owned(), format!("{ingest}\ndrain_timeout = \"3s\"")),
        ("[ingest] tls", ingest.to_owned(), format!("{ingest}\ntls = {{ cert = \"c\", key = {{ file = \"k\" }} }}")),
        ("[admin] listen", admin.to_owned(), admin.replace(":0", ":1")),
        ("[ledger] url", "signalbox.db".to_owned(), "other.db".to_owned()),
        ("[plugins] cache", cache.clone(), "cache = \"elsewhere\"".to_owned()),
        ("[plugins] cache_key", cache.clone(), format!("{cache}\ncache_key = {{ file = \"key\" }}")),
    ] {
        let changed = text(&scene.config, &from, &to);
        let path = scene.path();
        let errors = scene.refused_text(&changed).await?;
        assert_eq!(errors, [format!("`{key}` can't change while the gateway runs: restart it")], "{}", path.display());
    }
    scene.edit(|config| config.ingest = "quarantine = 3".to_owned()).await
}
