//! What a ticket holds where the settings say nothing, so that a route works with no mapping written.
//!
//! Every value is taken from the alert alone. Assignment, caller and service have no default: the platform's own rules, or the
//! adapter's settings, are better than a guess.

use signalbox_sdk::transform::{Input, Member};
use signalbox_sdk::types::{Condition, Resource, Severity};

use crate::cut::line;

/// Words in a resource's type, and the category that they stand for. The first that is found decides.
const CATEGORIES: [(&str, &[&str]); 3] = [
    ("database", &["sql", "database", "documentdb", "dbfor", "cosmos", "cache", "redis", "kusto"]),
    ("network", &["network", "loadbalancer", "gateway", "frontdoor", "cdn", "dns", "firewall", "route"]),
    ("hardware", &["virtualmachine", "compute", "host", "node", "server", "disk", "storage", "machine"]),
];

/// The category of everything else.
const OTHER_CATEGORY: &str = "software";

/// The resource that the ticket is about: the split's, or the one most affected.
pub fn resource(input: &Input) -> Option<&Resource> {
    input.resource.as_ref().or_else(|| input.alert.resources.first())
}

/// What people call a resource: its name, or its identity where it has none.
pub fn resource_name(resource: &Resource) -> String {
    let name = line(&resource.name);
    if name.is_empty() { line(&resource.id) } else { name }
}

/// One line that names the problem; never empty.
pub fn title(input: &Input) -> String {
    let alert = &input.alert;
    let title = line(&alert.title);
    let rule = line(&alert.rule);
    let named = match resource(input).map(resource_name).filter(|name| !name.is_empty()) {
        Some(name) if !rule.is_empty() => format!("{rule} on {name}"),
        _ => rule,
    };
    let candidates = [title, named, line(&alert.summary), format!("Alert {}", line(&alert.id))];
    candidates.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

/// The worst severity among the alerts that still fire; the newest observation's where none does.
///
/// A warning that joins a critical problem must not take its priority away.
pub fn severity(input: &Input) -> Severity {
    let firing = input.members.iter().filter(|member| member.condition == Condition::Fired).map(severity_of);
    let newest = (input.alert.condition == Condition::Fired).then_some(input.alert.severity);
    // The contract's order is from the worst to the least.
    firing.chain(newest).min().unwrap_or(input.alert.severity)
}

/// What a CMDB calls the resource, or its name.
pub fn configuration_item(input: &Input) -> Option<String> {
    let resource = resource(input)?;
    let item = line(&resource.configuration_item);
    let item = if item.is_empty() { line(&resource.name) } else { item };
    (!item.is_empty()).then_some(item)
}

/// `database`, `network`, `hardware` or `software`, by the type of the resource.
pub fn category(input: &Input) -> &'static str {
    let kind = resource(input).map(|resource| resource.kind.to_lowercase()).unwrap_or_default();
    let found = CATEGORIES.iter().find(|(_, words)| words.iter().any(|word| kind.contains(word)));
    found.map_or(OTHER_CATEGORY, |(category, _)| category)
}

/// When the newest episode ended; none while it fires.
pub fn episode_end(input: &Input) -> Option<&str> {
    let alert = &input.alert;
    match alert.condition {
        Condition::Fired => None,
        Condition::Resolved => Some(alert.resolved_at.as_deref().unwrap_or(&alert.observed_at)),
    }
}

fn severity_of(member: &Member) -> Severity {
    member.severity
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_title_is_the_alerts_or_made_of_what_there_is() {
        let mut input = sample::input();
        assert_eq!(title(&input), "CPU above 80 % on web-7");
        input.alert.title = "  ".to_owned();
        assert_eq!(title(&input), "cpu-high on web-7");
        input.alert.resources.clear();
        assert_eq!(title(&input), "cpu-high");
        input.alert.rule.clear();
        assert_eq!(title(&input), "average Percentage CPU 87.3 > 80 over 5 min");
        input.alert.summary.clear();
        assert_eq!(title(&input), format!("Alert {}", input.alert.id));
    }

    #[test]
    fn a_title_is_one_line() {
        let mut input = sample::input();
        input.alert.title = "disk\r\nfull\u{1b}[0m".to_owned();
        assert_eq!(title(&input), "disk full [0m");
    }

    #[test]
    fn the_worst_severity_that_fires_is_the_tickets() {
        use Condition::{Fired, Resolved};
        use Severity::{Critical, Error, Warning};
        for (newest, members, expected) in [
            ((Fired, Warning), vec![], Warning),
            ((Fired, Warning), vec![(Fired, Warning), (Fired, Critical)], Critical),
            ((Fired, Warning), vec![(Fired, Warning), (Resolved, Critical)], Warning),
            ((Resolved, Critical), vec![(Resolved, Critical), (Fired, Error)], Error),
            ((Resolved, Error), vec![(Resolved, Error), (Resolved, Critical)], Error),
        ] {
            let mut input = sample::input();
            (input.alert.condition, input.alert.severity) = newest;
            input.members = members
                .iter()
                .map(|(condition, severity)| Member { condition: *condition, severity: *severity, ..sample::member() })
                .collect();
            assert_eq!(severity(&input), expected, "{newest:?} {members:?}");
        }
    }

    #[test]
    fn the_configuration_item_is_the_splits_and_what_the_cmdb_calls_it() {
        let mut input = sample::input();
        assert_eq!(configuration_item(&input).as_deref(), Some("web-7"));
        input.alert.resources[0].configuration_item = "CI-0042".to_owned();
        assert_eq!(configuration_item(&input).as_deref(), Some("CI-0042"));
        input.resource = Some(Resource { name: "web-8".to_owned(), ..sample::resource() });
        assert_eq!(configuration_item(&input).as_deref(), Some("web-8"));
        input.resource = None;
        input.alert.resources.clear();
        assert_eq!(configuration_item(&input), None);
    }

    #[test]
    fn the_category_follows_the_type_of_the_resource() {
        for (kind, expected) in [
            ("Microsoft.Compute/virtualMachines", "hardware"),
            ("microsoft.sql/servers/databases", "database"),
            ("microsoft.network/applicationGateways", "network"),
            ("microsoft.insights/components", "software"),
            ("", "software"),
        ] {
            let mut input = sample::input();
            input.alert.resources[0].kind = kind.to_owned();
            assert_eq!(category(&input), expected, "{kind}");
        }
    }
}
