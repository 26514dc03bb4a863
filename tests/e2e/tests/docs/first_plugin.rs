//! The plugin of docs/plugins.md: the page shows the files that are built, and they do what the page says.

use crate::pages;
use signalbox_e2e::{gateway::program, plugins, workspace};
use std::{
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

const FOLDER: &str = "docs/examples/first-source";

#[test]
fn the_page_shows_the_files_of_the_example() {
    let page = pages::read("plugins.md");
    for file in ["Cargo.toml", "src/lib.rs", "body.json"] {
        let text = fs::read_to_string(workspace().join(FOLDER).join(file)).unwrap();
        let shown = text.split("\n#[cfg(test)]").next().unwrap().trim_end();
        assert!(page.contains(shown), "docs/plugins.md does not show {FOLDER}/{file} as it is");
    }
}

#[test]
fn the_example_decodes_its_body_and_says_what_the_page_says() {
    let folder = tempfile::tempdir().unwrap();
    let components = folder.path().join("plugins");
    fs::create_dir(&components).unwrap();
    symlink(component(), components.join("pulse.wasm")).unwrap();
    for plugin in ["field-map.wasm", "servicenow.wasm"] {
        symlink(plugins().join(plugin), components.join(plugin)).unwrap();
    }
    let page = pages::read("plugins.md");
    let config = page.split("```toml").find(|block| block.contains("[sources.pulse]")).unwrap();
    let config = config.split("```").next().unwrap();
    fs::write(folder.path().join("config.toml"), config).unwrap();
    fs::copy(workspace().join(FOLDER).join("body.json"), folder.path().join("body.json")).unwrap();

    assert_eq!(run(folder.path(), &["check"]), "config.toml is good: 1 source, 1 connection, 0 mappings, 1 route\n");
    let explained = run(folder.path(), &["explain", "body.json", "--source", "pulse"]);
    let told = page.split("```text\nalert ").nth(1).unwrap().split("\n```").next().unwrap();
    for line in told.lines().skip(1).filter(|line| *line != "…") {
        assert!(explained.contains(line.trim_end()), "the page says `{line}`, and the program:\n{explained}");
    }
}

/// The example, built; once for all tests. A copy is built, with the versions of the workspace's own lock file.
pub fn component() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let own = env::current_exe().unwrap();
        let copy = own.ancestors().nth(3).unwrap().join("docs-example");
        fs::create_dir_all(copy.join("src")).unwrap();
        let example = workspace().join(FOLDER);
        let manifest = fs::read_to_string(example.join("Cargo.toml")).unwrap();
        let sdk = workspace().join("sdk").display().to_string();
        fs::write(copy.join("Cargo.toml"), manifest.replace("../../../sdk", &sdk)).unwrap();
        fs::copy(example.join("src/lib.rs"), copy.join("src/lib.rs")).unwrap();
        fs::copy(workspace().join("Cargo.lock"), copy.join("Cargo.lock")).unwrap();
        let mut build = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        build.args(["build", "--quiet", "--release", "--target", "wasm32-wasip2", "--target-dir", "target"]);
        assert!(build.current_dir(&copy).status().unwrap().success(), "{FOLDER} is not built");
        copy.join("target/wasm32-wasip2/release/pulse.wasm")
    })
}

fn run(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(program().unwrap());
    let output = command.args(arguments).current_dir(folder).env_remove("SIGNALBOX_CONFIG").output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
