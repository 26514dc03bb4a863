//! Metrics: the page names each one that the code records, with its kind and its labels, and no other.

use crate::pages;
use signalbox_e2e::workspace;
use std::{collections::BTreeMap, fs, path::Path};

/// Kind and labels by name.
type Metrics = BTreeMap<String, (String, Vec<String>)>;

#[test]
fn the_page_names_what_the_code_records() {
    let mut recorded = Metrics::new();
    collect(&workspace().join("host/src"), &mut recorded);
    assert!(recorded.contains_key("signalbox_requests_total"), "{recorded:?}");
    assert_eq!(documented(), recorded);
}

/// Rows of the page's table: `| name | kind | labels | meaning |`.
fn documented() -> Metrics {
    let page = pages::read("reference/metrics.md");
    let rows = page.lines().filter(|line| line.starts_with("| `signalbox_"));
    rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let labels = cells[2].split(',').map(|label| label.trim().trim_matches('`').to_owned());
        let labels = labels.filter(|label| !label.is_empty()).collect();
        (cells[0].trim_matches('`').to_owned(), (cells[1].to_owned(), labels))
    })
    .collect()
}

fn collect(folder: &Path, metrics: &mut Metrics) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, metrics);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            read(&fs::read_to_string(&path).unwrap(), metrics);
        }
    }
}

/// `metrics::counter!("name", "label" => value)`, over several lines as well.
fn read(code: &str, metrics: &mut Metrics) {
    for kind in ["counter", "gauge", "histogram"] {
        for call in code.split(&format!("metrics::{kind}!(")).skip(1) {
            let (arguments, _) = call.split_once(';').unwrap();
            let mut texts = arguments.split('"').skip(1).step_by(2);
            let name = texts.next().unwrap().to_owned();
            let mut labels: Vec<String> = Vec::new();
            for (at, _) in arguments.match_indices("=>") {
                labels.extend(arguments[..at].trim_end().trim_end_matches('"').rsplit('"').next().map(str::to_owned));
            }
            metrics.insert(name, (kind.to_owned(), labels));
        }
    }
}
