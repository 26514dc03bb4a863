//! What a ticket's monitor told of its alert: for the mapping, and for people where it came after the ticket was made.

use crate::domain::Fact;
use crate::ledger::{Findings, Known};

/// The heading of what could not be had.
const MISSING: &str = "not available";

/// For a mapping: what was found, and what is missing.
pub(super) fn for_mapping(known: Option<&Known>) -> Vec<Fact> {
    let Some(Known { findings, .. }) = known else { return Vec::new() };
    let missing = findings.missing.iter().map(|line| {
        let (name, value) = line.split_once(": ").unwrap_or((findings.monitor.as_str(), line.as_str()));
        Fact { group: MISSING.to_owned(), name: name.to_owned(), value: value.to_owned(), unit: String::new() }
    });
    findings.facts.iter().cloned().chain(missing).collect()
}

/// For people: what came late, and what is missing.
pub(super) fn for_people(findings: &Findings) -> String {
    let Findings { monitor, facts, missing } = findings;
    let mut lines = Vec::new();
    if facts.is_empty() {
        lines.push(format!("There are no facts from `{monitor}` about this alert."));
    } else {
        lines.push(format!("Facts from `{monitor}` about this alert:"));
    }
    let mut heading = "";
    for Fact { group, name, value, unit } in facts {
        if group != heading {
            lines.push(format!("{group}:"));
            heading = group;
        }
        lines.push(format!("- {name}: {value} {unit}").trim_end().to_owned());
    }
    if !missing.is_empty() {
        lines.push("Missing:".to_owned());
        lines.extend(missing.iter().map(|line| format!("- {line}")));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(facts: &[(&str, &str, &str)], missing: &[&str]) -> Findings {
        let fact = |(group, name, unit): &(&str, &str, &str)| Fact {
            group: (*group).to_owned(),
            name: (*name).to_owned(),
            value: "7".to_owned(),
            unit: (*unit).to_owned(),
        };
        Findings {
            monitor: "watch".to_owned(),
            facts: facts.iter().map(fact).collect(),
            missing: missing.iter().map(|line| (*line).to_owned()).collect(),
        }
    }

    #[test]
    fn people_read_each_group_under_its_heading_and_what_is_missing() {
        let cases = [
            (
                findings(
                    &[("metrics", "load", "%"), ("metrics", "errors", ""), ("health", "state", "")],
                    &["logs: 403"],
                ),
                "Facts from `watch` about this alert:\nmetrics:\n- load: 7 %\n- errors: 7\nhealth:\n- state: 7\nMissing:\n- logs: 403",
            ),
            (findings(&[("", "load", "")], &[]), "Facts from `watch` about this alert:\n- load: 7"),
            (
                findings(&[], &["unavailable: down"]),
                "There are no facts from `watch` about this alert.\nMissing:\n- unavailable: down",
            ),
        ];
        for (findings, expected) in cases {
            assert_eq!(for_people(&findings), expected);
        }
    }

    #[test]
    fn a_mapping_is_told_what_is_missing_as_a_fact_of_its_own() {
        let known = |findings| Known { about: "a".to_owned(), findings };
        let told = for_mapping(Some(&known(findings(&[("metrics", "load", "%")], &["logs: 403", "late"]))));
        let told: Vec<_> = told.iter().map(|fact| [&fact.group, &fact.name, &fact.value].map(String::as_str)).collect();
        assert_eq!(told, [["metrics", "load", "7"], [MISSING, "logs", "403"], [MISSING, "watch", "late"]]);
        assert_eq!(for_mapping(None), []);
    }
}
