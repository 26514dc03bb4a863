//! Links lead somewhere: to a file, and to a heading of it.

use crate::pages::{self, Page};
use signalbox_e2e::workspace;
use std::{fs, path::Path};

#[test]
fn every_link_to_a_file_leads_to_one() {
    let mut dead = Vec::new();
    for page in pages::all() {
        for target in targets(&page) {
            if let Some(why) = leads_nowhere(&page, &target) {
                dead.push(format!("{}: {target}: {why}", page.path.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

fn targets(page: &Page) -> Vec<String> {
    let prose = page.prose();
    let ends = prose.match_indices("](").map(|(at, found)| at + found.len());
    ends.filter_map(|start| Some(prose[start..].split_once(')')?.0.to_owned())).collect()
}

fn leads_nowhere(page: &Page, target: &str) -> Option<String> {
    if target.starts_with("https://") || target.starts_with("http://") {
        return None;
    }
    let (file, heading) = target.split_once('#').map_or((target, None), |(file, heading)| (file, Some(heading)));
    let folder = workspace().join(page.path.parent().unwrap_or(Path::new("")));
    let path = if file.is_empty() { workspace().join(&page.path) } else { folder.join(file) };
    if !path.exists() {
        return Some("there is no such file".to_owned());
    }
    let heading = heading?;
    let text = fs::read_to_string(path).unwrap_or_default();
    let found = text.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == heading)
        || text.contains(&format!("<a id=\"{heading}\">"));
    (!found).then(|| "there is no such heading".to_owned())
}

/// As code hosts make them.
fn anchor(line: &str) -> String {
    let text = line.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|each| each.is_alphanumeric() || matches!(each, ' ' | '-' | '_'));
    kept.map(|each| if each == ' ' { '-' } else { each }).collect()
}
