//! The description of a ticket where the settings write none: all that is known, as plain text, the most urgent first.
//!
//! It is read at three in the morning, on a phone perhaps: no markup, no table, no alignment that a proportional font destroys.
//! It keeps to its bound by leaving out the least: whole entries of long lists, never the head, and links last.

use signalbox_sdk::transform::{Entry, Input, Member, Related};
use signalbox_sdk::types::{Fact, Link, Resource, Severity};

use crate::cut::{line, tidy};
use crate::layout::{Keep, Section, fit};
use crate::words::Word;
use crate::{defaults, time};

/// Groups of facts with a section of their own; what comes after shares one.
const FACT_GROUPS: usize = 8;

/// The description in at most `bound` characters.
pub fn description(input: &Input, severity: Severity, bound: usize) -> String {
    let mut sections = vec![Section::new("From the rule", author_text(input)), resources(input)];
    sections.extend(facts(input));
    sections.push(members(input));
    sections.push(Section { keep: Keep::Last, ..Section::new("Timeline", each(&input.timeline, happened)) });
    sections.push(Section::new("Related alerts", each(&input.related, related)));
    sections.push(Section { whole: true, ..Section::new("Links", each(&input.alert.links, link)) });
    sections.push(Section { whole: true, ..Section::new("", vec![format!("Alert id: {}", line(&input.alert.id))]) });
    fit(&head(input, severity), sections, bound)
}

fn each<T>(items: &[T], entry: impl Fn(&T) -> String) -> Vec<String> {
    items.iter().map(entry).collect()
}

/// What is wrong, how bad, since when, where.
fn head(input: &Input, severity: Severity) -> String {
    let alert = &input.alert;
    let summary = line(&alert.summary);
    let mut lines = vec![if summary.is_empty() { defaults::title(input) } else { summary }, String::new()];
    let mut told = |name: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{name}: {value}"));
        }
    };
    told("Rule", line(&alert.rule));
    told("Severity", severity_line(input, severity));
    told("State", state(input));
    told("Resource", defaults::resource(input).map(defaults::resource_name).unwrap_or_default());
    told("Signal", line(&alert.signal));
    if input.total > 1 {
        told("Alerts", format!("{} of {} firing", input.firing, input.total));
    }
    lines.join("\n")
}

fn severity_line(input: &Input, severity: Severity) -> String {
    if input.alert.severity == severity {
        return severity.word().to_owned();
    }
    format!("{} (the newest alert: {})", severity.word(), input.alert.severity.word())
}

fn state(input: &Input) -> String {
    let fired = &input.alert.fired_at;
    match defaults::episode_end(input) {
        None => format!("firing since {}", time::shown(fired)),
        Some(end) => match time::between(fired, end) {
            span if span.is_empty() => format!("resolved at {}", time::shown(end)),
            span => format!("resolved at {} after {span}", time::shown(end)),
        },
    }
}

/// What the rule's author wrote, line by line.
fn author_text(input: &Input) -> Vec<String> {
    tidy(&input.alert.description).lines().map(str::to_owned).collect()
}

fn resources(input: &Input) -> Section {
    let main = input.resource.as_ref().filter(|main| !input.alert.resources.iter().any(|one| one.id == main.id));
    Section::new("Resources", main.into_iter().chain(&input.alert.resources).map(resource).collect())
}

fn resource(resource: &Resource) -> String {
    let name = defaults::resource_name(resource);
    let kind = line(&resource.kind);
    let mut lines = vec![if kind.is_empty() { format!("- {name}") } else { format!("- {name} ({kind})") }];
    let scope: Vec<String> =
        resource.scope.iter().map(|(name, value)| format!("{} {}", line(name), line(value))).collect();
    if !scope.is_empty() {
        lines.push(format!("  {}", scope.join(", ")));
    }
    let id = line(&resource.id);
    if id != name {
        lines.push(format!("  {id}"));
    }
    lines.join("\n")
}

/// The alert's facts and those that monitors added, a section a group, in the order of their first fact.
fn facts(input: &Input) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for one in input.alert.facts.iter().chain(&input.facts) {
        let heading = heading(&one.group);
        let known = sections.iter().position(|section| section.heading == heading);
        let (at, entry) = match known {
            Some(at) => (at, fact(one)),
            None if sections.len() < FACT_GROUPS => {
                sections.push(Section::new(&heading, Vec::new()));
                (sections.len() - 1, fact(one))
            }
            None => (FACT_GROUPS - 1, format!("- {heading}: {}", fact(one).trim_start_matches("- "))),
        };
        if let Some(section) = sections.get_mut(at) {
            section.entries.push(entry);
            section.total += 1;
        }
    }
    sections
}

/// `metrics` as `Metrics`; `Facts` for a group without a name.
fn heading(group: &str) -> String {
    let group = line(group);
    let mut characters = group.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => "Facts".to_owned(),
    }
}

fn fact(fact: &Fact) -> String {
    let (name, unit) = (line(&fact.name), line(&fact.unit));
    let value = tidy(&fact.value).replace('\n', "\n  ");
    let value = if unit.is_empty() { value } else { format!("{value} {unit}") };
    if value.contains('\n') { format!("- {name}:\n  {value}") } else { format!("- {name}: {value}") }
}

/// The alerts that this ticket stands for, where they are several.
fn members(input: &Input) -> Section {
    if input.total < 2 {
        return Section::new("Alerts of this ticket", Vec::new());
    }
    // Those that fire first, the worst of them before the others; the newest first among equals, as they come.
    let mut members: Vec<&Member> = input.members.iter().collect();
    members.sort_by_key(|member| (member.condition, member.severity));
    let entries: Vec<String> = members.into_iter().map(member).collect();
    let total = usize::try_from(input.total).unwrap_or(usize::MAX).max(entries.len());
    Section { total, ..Section::new("Alerts of this ticket", entries) }
}

fn member(member: &Member) -> String {
    let title = line(&member.title);
    let name = member.resource.as_ref().map(defaults::resource_name).unwrap_or_default();
    let place = if name.is_empty() || title.contains(&name) { String::new() } else { format!(" on {name}") };
    let state = match &member.resolved_at {
        Some(at) => format!("resolved at {}", time::shown(at)),
        None => format!("{} at {}", member.condition.word(), time::shown(&member.fired_at)),
    };
    format!("- {title}{place}: {}, {state}", member.severity.word())
}

fn happened(entry: &Entry) -> String {
    let (event, text) = (line(&entry.event), line(&entry.text));
    let text = if text.is_empty() { event } else { format!("{event}: {text}") };
    format!("- {} {text}", time::shown(&entry.at))
}

fn related(related: &Related) -> String {
    let number = line(&related.ticket_number);
    let number = if number.is_empty() { number } else { format!("{number} ") };
    let state =
        format!("{}, {} at {}", related.severity.word(), related.condition.word(), time::shown(&related.fired_at));
    let why = line(&related.why);
    let why = if why.is_empty() { why } else { format!("\n  {why}") };
    format!("- {number}{}: {state}{why}", line(&related.title))
}

fn link(link: &Link) -> String {
    let title = line(&link.title);
    if title.is_empty() { format!("- {}", line(&link.url)) } else { format!("- {title}: {}", line(&link.url)) }
}
