//! Envelope and details as the contract's alert.
//!
//! Times order the observations of one key. What says Resolved ends its episode: it began when it fired, and is seen when it
//! ended. What arrives as Fired and tells of an end, as service and resource health do, can't name the episode's start, so it is
//! ordered by when it was seen alone.

use signalbox_sdk::source::Request;
use signalbox_sdk::types::{Alert, Condition, Fact, Link, Resource};

use crate::body::Body;
use crate::envelope::{Details, Envelope, label_name};
use crate::key::correlation_key;
use crate::link;
use crate::once::{MOST, cut, keep_first};
use crate::resources::affected;
use crate::settings::Settings;
use crate::severity;
use crate::time::Time;
use crate::words::{duration, line};

/// A ticket shows links to this many resources.
const RESOURCE_LINKS: usize = 5;

/// A title is one line of an ITSM platform.
const TITLE_LENGTH: usize = 200;

/// The heading of what tells how much of a list stands in the payload alone.
const LEFT_OUT: &str = "left out";

/// Labels that are named after what the rule's author wrote, so that there may be any number of them.
const AUTHORS_LABELS: &[&str] = &["custom.", "dimension."];

/// Words that only Azure's test notifications carry.
const TEST_DESCRIPTION: &str = "Delivery Confirmation: This is a sample";
const TEST_ALERT: &str = "/test_alert";

/// Rules of test notifications are called so, but so may be others.
const TEST_RULE: &str = "test-";

/// When an alert was seen, began and ended.
struct Times {
    observed: String,
    fired: String,
    resolved: Option<String>,
}

/// The alert.
pub fn assemble(envelope: Envelope, mut details: Details, request: &Request, body: Body, settings: &Settings) -> Alert {
    let condition = match envelope.condition {
        Condition::Resolved => Condition::Resolved,
        Condition::Fired => details.condition.unwrap_or(Condition::Fired),
    };
    let times = times(&envelope, &details, condition, &request.received_at);
    let mut resources = affected(&envelope, &mut details, settings.list_data_stores);
    let rule = rule_name(&envelope, &details);
    let correlation_key = correlation_key(&envelope, &details, || body.digest());
    let title = details.title.clone().unwrap_or_else(|| title(&rule, &resources));
    let severity = settings
        .severity
        .get(&details.kind)
        .map(|name| (*name).into())
        .or_else(|| envelope.severity.as_deref().and_then(severity::parse))
        .or(details.severity)
        .unwrap_or_else(|| settings.missing_severity.into());
    let resources_left_out = cut(&mut resources, MOST);
    let mut links = links(&envelope, &mut details, &resources, settings);
    let links_left_out = cut(&mut links, MOST);
    let facts =
        facts(&envelope, &mut details, condition, &[("Resources", resources_left_out), ("Links", links_left_out)]);
    let labels = labels(&envelope, &mut details, &resources);
    Alert {
        id: envelope.id.unwrap_or_else(|| body.digest()),
        correlation_key,
        condition,
        severity,
        resolves: condition == Condition::Resolved || details.resolves.unwrap_or(details.kind.resolves()),
        signal: details.signal.unwrap_or_else(|| details.kind.signal().to_owned()),
        title: line(&title, TITLE_LENGTH),
        summary: if details.summary.is_empty() { line(&title, TITLE_LENGTH) } else { details.summary },
        rule,
        description: details.description.or(envelope.description).unwrap_or_default(),
        observed_at: times.observed,
        fired_at: times.fired,
        resolved_at: times.resolved,
        resources,
        facts,
        links,
        labels,
        payload: body.text,
    }
}

fn times(envelope: &Envelope, details: &Details, condition: Condition, received_at: &str) -> Times {
    let received = || Time::parse(received_at).map_or_else(|| received_at.to_owned(), |time| time.to_string());
    let or_received = |time: Option<Time>| time.map_or_else(received, |time| time.to_string());
    let seen = envelope.fired.or(details.seen);
    match (condition, envelope.condition) {
        (Condition::Fired, _) => {
            let observed = or_received(envelope.observed.or(seen));
            let fired = envelope.fired.map_or_else(|| observed.clone(), |time| time.to_string());
            Times { observed, fired, resolved: None }
        }
        (Condition::Resolved, Condition::Resolved) => {
            let observed = or_received(envelope.resolved);
            let fired = envelope.fired.map_or_else(|| observed.clone(), |time| time.to_string());
            Times { observed, fired, resolved: envelope.resolved.map(|time| time.to_string()) }
        }
        (Condition::Resolved, Condition::Fired) => {
            let observed = or_received(seen);
            // An end that is planned for later is not when it ended.
            let ended = details.impact.1.filter(|end| seen.is_none_or(|seen| *end <= seen));
            let resolved = ended.map_or_else(|| observed.clone(), |time| time.to_string());
            Times { fired: observed.clone(), observed, resolved: Some(resolved) }
        }
    }
}

/// Its name, else the end of its id, else what the kind calls it.
fn rule_name(envelope: &Envelope, details: &Details) -> String {
    let last_of_id = envelope.rule_id.as_deref().and_then(|id| id.rsplit('/').next()).map(str::to_owned);
    envelope.rule_name.clone().or(last_of_id).or_else(|| details.rule.clone()).unwrap_or_else(|| {
        let service = envelope.service.clone().or_else(|| details.signal.clone());
        service.unwrap_or_else(|| details.kind.name().to_owned())
    })
}

/// The rule and what it is about. More counts only what is of the first one's kind: a workspace is not one more server.
fn title(rule: &str, resources: &[Resource]) -> String {
    let Some((first, rest)) = resources.split_first() else { return rule.to_owned() };
    match rest.iter().filter(|resource| resource.kind == first.kind).count() {
        0 => format!("{rule} on {}", first.name),
        more => format!("{rule} on {} and {more} more", first.name),
    }
}

/// Each once, and in the end what was left out, here and of other lists.
fn facts(envelope: &Envelope, details: &mut Details, condition: Condition, cuts: &[(&str, usize)]) -> Vec<Fact> {
    let began = details.impact.0.or(envelope.fired);
    let ended = details.impact.1.or(envelope.resolved).filter(|_| condition == Condition::Resolved);
    if let Some(seconds) = began.zip(ended).and_then(|(began, ended)| ended.seconds_since(began)) {
        details.fact("times", "Duration", duration(seconds));
    }
    let told = |text: &String| details.facts.iter().any(|fact| fact.value == *text);
    let of_rule = envelope.description.clone().filter(|text| details.description.is_some() && !told(text));
    details.fact("rule", "Description", of_rule.unwrap_or_default());
    for (name, value) in &envelope.custom {
        details.fact("custom properties", name.clone(), value.clone());
    }
    let mut facts = std::mem::take(&mut details.facts);
    keep_first(&mut facts, |one, other| parts(one).cmp(&parts(other)));
    let cuts = cuts.iter().copied().filter(|(_, count)| *count > 0).collect::<Vec<_>>();
    let room = MOST.saturating_sub(cuts.len());
    let own = if facts.len() > room { cut(&mut facts, room.saturating_sub(1)) } else { 0 };
    for (name, count) in cuts.into_iter().chain((own > 0).then_some(("Facts", own))) {
        let value = format!("{count} more in the payload");
        facts.push(Fact { group: LEFT_OUT.to_owned(), name: name.to_owned(), value, unit: String::new() });
    }
    facts
}

/// All of a fact; what mostly differs first.
fn parts(fact: &Fact) -> [&str; 4] {
    [&fact.value, &fact.name, &fact.group, &fact.unit]
}

/// Labels of the kind count before those of the envelope; each name once.
fn labels(envelope: &Envelope, details: &mut Details, resources: &[Resource]) -> Vec<(String, String)> {
    let first_kind = || resources.iter().map(|resource| resource.kind.clone()).find(|kind| !kind.is_empty());
    let scope = |name: &str| {
        resources
            .iter()
            .flat_map(|resource| &resource.scope)
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    };
    details.label("kind", Some(details.kind.name()));
    details.label("monitoring-service", envelope.service.clone());
    details.label("signal-type", envelope.signal_type.clone());
    details.label("severity-as-sent", envelope.severity.clone());
    details.label("rule-id", envelope.rule_id.clone());
    details.label("origin-alert-id", envelope.origin.clone());
    details.label("target-resource-type", envelope.target_type.clone().or_else(first_kind));
    details.label("region", envelope.region.clone());
    details.label("subscription", scope("subscription").or_else(|| envelope.subscription.clone()));
    details.label("resource-group", scope("resource-group"));
    details.label("test", test_hint(envelope));
    for (name, value) in &envelope.custom {
        details.label(label_name("custom", name), Some(value.clone()));
    }
    let mut labels = std::mem::take(&mut details.labels);
    if labels.len() > MOST {
        keep_first(&mut labels, |(one, _), (other, _)| one.cmp(other));
        // Routes tell alerts apart by the names that this plugin gives: those of a rule's author go first.
        labels.sort_by_key(|(name, _)| AUTHORS_LABELS.iter().any(|prefix| name.starts_with(prefix)));
        cut(&mut labels, MOST);
    }
    // A stable sort: of one name, the first stays the first.
    labels.sort_by(|(one, _), (other, _)| one.cmp(other));
    labels.dedup_by(|(later, _), (first, _)| later == first);
    labels
}

/// Test notifications carry no flag; some carry words that nothing else does.
fn test_hint(envelope: &Envelope) -> Option<&'static str> {
    let says = |text: &Option<String>, words: &str| text.as_deref().is_some_and(|text| text.contains(words));
    let lower = |text: &Option<String>| text.as_deref().map(str::to_lowercase);
    if says(&envelope.description, TEST_DESCRIPTION) || lower(&envelope.id).is_some_and(|id| id.ends_with(TEST_ALERT)) {
        return Some("true");
    }
    lower(&envelope.rule_name).is_some_and(|rule| rule.starts_with(TEST_RULE)).then_some("likely")
}

/// The alert itself, what the kind knows, the resources, the investigation; each address once.
fn links(envelope: &Envelope, details: &mut Details, resources: &[Resource], settings: &Settings) -> Vec<Link> {
    let portal = settings.portal();
    let alert = envelope.id.as_deref().and_then(|id| link::alert(portal, id));
    let in_portal = details.portal.take().map(|(title, path)| Link { title, url: format!("{portal}/{path}") });
    let resources = resources.iter().take(RESOURCE_LINKS).filter_map(|resource| link::resource(portal, resource));
    let investigation = envelope.investigation.as_deref().and_then(|url| link::https("Investigation", url));
    let all = alert
        .into_iter()
        .chain(std::mem::take(&mut details.links))
        .chain(in_portal)
        .chain(resources)
        .chain(investigation);
    let mut links: Vec<Link> = all.collect();
    keep_first(&mut links, |one, other| one.url.cmp(&other.url));
    links
}
