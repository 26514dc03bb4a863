//! Host and plugins.

use crate::cargo::{cargo, run, target, workspace};
use anyhow::Context;
use std::{fs, path::Path, process::Command};

const WASM: &str = "wasm32-wasip2";

/// `target/plugins/*.wasm`: the plugins that the gateway ships with, and those that its tests misuse it with. They are found
/// there wherever cargo's own folder is, since configurations name it.
pub fn plugins() -> anyhow::Result<()> {
    add_wasm_target()?;
    let mut plugins = crates_in(&workspace().join("plugins"))?;
    plugins.extend(crates_in(&workspace().join("plugins/examples"))?);
    let mut build = cargo(&["build", "--target", WASM, "--profile", "plugin"]);
    for plugin in &plugins {
        build.args(["--package", plugin]);
    }
    run(build)?;
    let folder = workspace().join("target/plugins");
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    for plugin in &plugins {
        let built = target().join(WASM).join("plugin").join(format!("{}.wasm", plugin.replace('-', "_")));
        replace(&built, &folder.join(format!("{plugin}.wasm")))?;
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
    run(cargo(&[
        "bench",
        "--quiet",
        "--package",
        "signalbox",
        "--bench",
        "plugin_call",
        "--bench",
        "ledger_accept",
        "--bench",
        "reports",
    ]))?;
    run(cargo(&["run", "--release", "--quiet", "--package", "signalbox-e2e", "--bin", "bench"]))
}

/// The crates in a folder, by their folders' names, which are their own.
fn crates_in(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Puts a built plugin where it is found, in one step: a gateway that starts meanwhile must never see half of it.
fn replace(built: &Path, kept: &Path) -> anyhow::Result<()> {
    let bytes = fs::read(built).with_context(|| format!("{} was not built", built.display()))?;
    if fs::read(kept).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let fresh = kept.with_extension("wasm.new");
    fs::write(&fresh, &bytes).with_context(|| format!("{} can't be written", fresh.display()))?;
    fs::rename(&fresh, kept).with_context(|| format!("{} can't be replaced", kept.display()))
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
