//! Host and plugins.

use crate::cargo::{cargo, run, target, workspace};
use anyhow::Context;
use std::{fs, process::Command};

const WASM: &str = "wasm32-wasip2";

/// The plugins that the gateway ships with, and those that its tests misuse it with.
const PLUGINS: &[&str] = &["azure-webhook", "field-map", "servicenow"];
const TEST_PLUGINS: &[&str] = &["misbehaving"];

/// `target/plugins/*.wasm`. Plugins are found there wherever cargo's own folder is, since configurations name it.
pub fn plugins() -> anyhow::Result<()> {
    add_wasm_target()?;
    let mut build = cargo(&["build", "--target", WASM, "--profile", "plugin"]);
    for plugin in PLUGINS.iter().chain(TEST_PLUGINS) {
        build.args(["--package", plugin]);
    }
    run(build)?;
    let folder = workspace().join("target/plugins");
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    for plugin in PLUGINS.iter().chain(TEST_PLUGINS) {
        let built = target().join(WASM).join("plugin").join(format!("{}.wasm", plugin.replace('-', "_")));
        let kept = folder.join(format!("{plugin}.wasm"));
        let bytes = fs::read(&built).with_context(|| format!("{} was not built", built.display()))?;
        // A gateway may be watching: it must never see half a plugin.
        if fs::read(&kept).is_ok_and(|old| old == bytes) {
            continue;
        }
        let fresh = kept.with_extension("wasm.new");
        fs::write(&fresh, &bytes).with_context(|| format!("{} can't be written", fresh.display()))?;
        fs::rename(&fresh, &kept).with_context(|| format!("{} can't be replaced", kept.display()))?;
    }
    Ok(())
}

/// The release host, and the plugins.
pub fn release() -> anyhow::Result<()> {
    plugins()?;
    run(cargo(&["build", "--release", "--package", "signalbox"]))?;
    println!("the host:    {}", target().join("release/signalbox").display());
    println!("the plugins: {}", workspace().join("target/plugins").display());
    Ok(())
}

/// The figures, from a release build.
pub fn bench() -> anyhow::Result<()> {
    release()?;
    run(cargo(&["run", "--release", "--quiet", "--package", "signalbox-e2e", "--bin", "bench"]))
}

/// Rust's standard library for plugins; rustup answers at once when it is there.
fn add_wasm_target() -> anyhow::Result<()> {
    let mut list = Command::new("rustup");
    list.args(["target", "list", "--installed"]).current_dir(workspace());
    let installed = list.output().context("rustup is needed: see https://rustup.rs")?;
    if String::from_utf8_lossy(&installed.stdout).lines().any(|line| line.trim() == WASM) {
        return Ok(());
    }
    let mut add = Command::new("rustup");
    add.args(["target", "add", WASM]).current_dir(workspace());
    run(add)
}
