//! Every direct dependency that code names has its line, and nothing else has one.

use crate::pages;
use signalbox_e2e::workspace;
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn every_direct_dependency_says_what_it_is_for() {
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let lines =
        section.lines().filter(|line| line.contains('=') && !line.contains("path = ") && !line.starts_with('#'));
    let code = code();
    let named = |name: &str| {
        let name = name.replace('-', "_");
        [format!("{name}::"), format!("use {name}"), format!("{name}!")].iter().any(|use_of| code.contains(use_of))
    };
    let used: BTreeSet<_> = lines.filter_map(|line| Some(line.split_once(" =")?.0.trim().to_owned())).collect();
    let used: BTreeSet<_> = used.into_iter().filter(|name| named(name)).collect();
    let page = pages::read("dependencies.md");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let told: BTreeSet<_> = rows
        .flat_map(|row| row.split('|').nth(1).unwrap_or_default().split(','))
        .map(|name| name.trim().trim_matches('`').to_owned())
        .collect();
    assert_eq!(told, used);
}

/// All of the workspace's code, as one text.
fn code() -> String {
    let mut code = String::new();
    for folder in ["host", "plugins", "sdk", "tests", "xtask"] {
        collect(&workspace().join(folder), &mut code);
    }
    code
}

fn collect(folder: &Path, code: &mut String) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, code);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            code.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
