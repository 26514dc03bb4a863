//! Fifty edits under load. Each leaves its mark in every part of the configuration that has a say in a ticket: two fields by
//! the mapping, one by the connection. A ticket whose marks differ was made by half a configuration.

use super::{Tested, metric};
use anyhow::Context;
use signalbox_e2e::{
    Scene,
    config::{Config, TOKEN},
    plugins,
    scene::{PATIENCE, field, key_of},
};
use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

const SENDERS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(40);

/// Puts this mark into whatever has a say.
fn mark(config: &mut Config, edit: u32) {
    config.mapping = format!(
        "title = \"mark-{edit} {{{{ alert.rule }}}}\"\ndescription = \"mark-{edit}\"\ncategory = \"{{{{ '' }}}}\""
    );
    config.connection = format!(
        "settle = \"1s\"\nlimits = {{ per_second = 2000, burst = 2000 }}\nsettings = {{ category = \"mark-{edit}\" }}"
    );
}

/// A folder of plugins with versions: the same code under other names, and of one a build of its own.
fn versions(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    for name in ["azure-webhook", "field-map", "servicenow"] {
        let code = std::fs::read(plugins().join(format!("{name}.wasm")))?;
        std::fs::write(folder.join(format!("{name}.wasm")), &code)?;
        for version in 0..5 {
            std::fs::write(folder.join(format!("{name}-{version}.wasm")), &code)?;
        }
        // A custom section of a component changes nothing but its identity: it is compiled anew.
        let section = [&[0, 6, 5][..], b"build"].concat();
        std::fs::write(folder.join(format!("{name}-5.wasm")), [code, section].concat())?;
    }
    Ok(())
}

/// What the senders see until they are told to stop: keys of tickets, and answers that are no 202.
async fn send(scene: &Scene, sender: u32, sent: Arc<AtomicU32>, stop: Arc<AtomicBool>) -> Vec<Result<String, String>> {
    let mut seen = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let rule = format!("sender-{sender}-{}", sent.fetch_add(1, Ordering::Relaxed));
        let body = metric(&rule, "Sev2").fired().to_string();
        let request = scene.gateway.to("azure").bearer_auth(TOKEN).header("content-type", "application/json");
        seen.push(match request.body(body).send().await {
            Err(error) => Err(error.to_string()),
            Ok(answer) => {
                let status = answer.status();
                let told = answer.text().await.unwrap_or_default();
                let key = serde_json::from_str(&told).ok().and_then(|told| key_of(&told).ok());
                key.filter(|_| status == 202).ok_or(format!("{status}: {told}"))
            }
        });
        tokio::time::sleep(PAUSE).await;
    }
    seen
}

/// First the mapping's settings, then the plugins' versions, too.
async fn edit(scene: &Scene) -> Tested {
    let mut config = scene.config.clone();
    for number in 1..=50 {
        mark(&mut config, number);
        let mut text = config.text();
        if number > 25 {
            let version = number % 6;
            for name in ["azure-webhook", "field-map", "servicenow"] {
                text = text.replace(&format!("\"{name}\""), &format!("\"{name}-{version}\""));
            }
        }
        scene.taken_text(&text).await.with_context(|| format!("edit {number}"))?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_edits_under_load_fail_no_request_and_mix_nothing() -> Tested {
    let versioned = tempfile::tempdir()?;
    versions(versioned.path())?;
    let scene = Scene::with(|config| {
        config.plugin_folder = versioned.path().to_owned();
        mark(config, 0);
    })
    .await?;
    let scene = Arc::new(scene);
    let (sent, stop) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(false)));
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let (scene, sent, stop) = (scene.clone(), sent.clone(), stop.clone());
            tokio::spawn(async move { send(&scene, sender, sent, stop).await })
        })
        .collect();
    let edited = edit(&scene).await;
    stop.store(true, Ordering::Relaxed);
    let mut keys = Vec::new();
    for sender in senders {
        for seen in sender.await? {
            keys.push(seen.unwrap_or_else(|failure| panic!("a request failed: {failure}")));
        }
    }
    edited?;
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "each is a problem of its own");

    scene.gateway.at_rest(PATIENCE * 2).await?;
    let mut marks = BTreeSet::new();
    for key in &keys {
        let row = scene.incident(key).unwrap_or_else(|| panic!("{key} has no incident"));
        let title = field(&row, "short_description").split(' ').next().unwrap_or_default().to_owned();
        assert!(title.starts_with("mark-"), "{row:?}");
        assert_eq!((field(&row, "description"), field(&row, "category")), (&*title, &*title), "half a configuration");
        marks.insert(title);
    }
    let found = scene.platform.instance.keys("incident");
    assert_eq!(found.len(), keys.len());
    assert!(found.values().all(|count| *count == 1), "{found:?}");
    assert!(marks.len() >= 25, "tickets were made by many configurations: {marks:?}");
    assert_eq!(scene.generation().await?, 51);
    println!("{} alerts under 50 edits, mapped by {} configurations", keys.len(), marks.len());
    Ok(())
}
