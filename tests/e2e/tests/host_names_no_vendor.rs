//! Everything that knows a vendor is a plugin: the host's source, tests and manifest name none.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what it found by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Companies, products, and words that only one product uses, in lower case. A hyphen stands for what may part two words:
/// `service-now` is found as `servicenow`, `service_now`, `ServiceNow` and `service now` too.
const VENDORS: &[&str] = &[
    // ITSM platforms.
    "service-now",
    "glide",
    "sys-id",
    "sysparm",
    "em-alert",
    "cherwell",
    "bus-ob",
    "ivanti",
    "provance",
    "dataverse",
    "dynamics",
    "scsm",
    "system-center",
    "cireson",
    "request-tracker",
    "best-practical",
    "jira",
    "atlassian",
    "opsgenie",
    "zendesk",
    "freshservice",
    "bmc",
    "topdesk",
    "halo-itsm",
    "manage-engine",
    // Monitoring and clouds.
    "microsoft",
    "azure",
    "entra",
    "log-analytics",
    "app-insights",
    "application-insights",
    "kusto",
    "itsmc",
    "arm-id",
    "amazon",
    "aws",
    "cloud-watch",
    "google",
    "alertmanager",
    "grafana",
    "datadog",
    "dynatrace",
    "new-relic",
    "splunk",
    "nagios",
    "zabbix",
    "icinga",
    "pager-duty",
];

/// Words of the host's own, and libraries that it stands on, which hold a vendor's name without meaning the vendor.
const INNOCENT: &[&str] = &["aws_lc_rs", "aws-lc-rs"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// A line's words, of names in camel case too.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for each in line.chars() {
        let begins = !each.is_ascii_alphanumeric() || (each.is_ascii_uppercase() && before.is_ascii_lowercase());
        if begins {
            words.push(String::new());
        }
        if each.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(each.to_ascii_lowercase());
        }
        before = each;
    }
    words
}

/// Whether these words name a vendor. Two words are its name only side by side; a short one may be a part of an innocent
/// word: `aws` of `draws`.
fn is_named(vendor: &str, words: &[String]) -> bool {
    match vendor.split_once('-') {
        Some((first, second)) => {
            let together = |word: &String| {
                word.match_indices(first)
                    .any(|(at, _)| word.get(at + first.len()..).is_some_and(|rest| rest.starts_with(second)))
            };
            words.iter().any(together) || words.windows(2).any(|pair| pair[0] == first && pair[1] == second)
        }
        None if vendor.len() <= 5 => words.iter().any(|word| word == vendor),
        None => words.iter().any(|word| word.contains(vendor)),
    }
}

/// Where a text names a vendor: its line, and the vendor.
fn names(text: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let innocent = INNOCENT.iter().fold(line.to_owned(), |line, word| line.replace(word, ""));
        let words = words(&innocent);
        found.extend(VENDORS.iter().filter(|vendor| is_named(vendor, &words)).map(|vendor| (number + 1, *vendor)));
    }
    found
}

#[test]
fn no_file_of_the_host_names_a_vendor() {
    let host = signalbox_e2e::workspace().join("host");
    let mut searched = vec![host.join("Cargo.toml")];
    files(&host.join("src"), &mut searched);
    files(&host.join("tests"), &mut searched);
    assert!(searched.len() > 100, "only {} files were searched", searched.len());
    let mut named = Vec::new();
    for path in searched {
        let shown = path.strip_prefix(&host).unwrap().display().to_string();
        named.extend(names(&shown).into_iter().map(|(_, vendor)| format!("{shown}: its name: {vendor}")));
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        named.extend(names(&text).into_iter().map(|(line, vendor)| format!("{shown}:{line}: {vendor}")));
    }
    assert!(named.is_empty(), "the host names vendors:\n{}", named.join("\n"));
}

#[test]
fn every_spelling_is_found_and_nothing_innocent() {
    for (text, expected) in [
        ("let servicenow = 1;", Some("service-now")),
        ("struct ServiceNow;", Some("service-now")),
        ("fn service_now() {}", Some("service-now")),
        ("// ask Service Now", Some("service-now")),
        ("\"https://acme.service-now.com\"", Some("service-now")),
        ("AZURE_TENANT", Some("azure")),
        ("const AzureMonitor: u8 = 1;", Some("azure")),
        ("from entra, say", Some("entra")),
        ("row.sys_id", Some("sys-id")),
        ("the central entrance draws nobody", None),
        ("rustls::crypto::aws_lc_rs::default_provider()", None),
        ("a service. Now the next", None),
    ] {
        assert_eq!(names(text).first().map(|(_, vendor)| *vendor), expected, "{text}");
    }
}
