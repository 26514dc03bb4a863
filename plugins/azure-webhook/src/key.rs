//! The correlation key: what fired, resolved and re-fired of one problem have in common, and no other problem has.
//!
//! It is made of the rule, its targets, and what the kind says tells its problems apart: dimensions, labels, a budget's threshold.
//! Nothing in it changes over a problem's life: no severity, no value, no time, no alert id. Where a body names neither rule nor
//! target, the instance stands for both, since fired and resolved share it. ARM ids count in one spelling. The key starts with
//! words that a person recognises and ends with a hash of all parts, length-prefixed, so that no two lists of parts look alike.

use sha2::{Digest as _, Sha256};

use crate::arm::canonical;
use crate::body::hex;
use crate::envelope::{Details, Envelope};
use crate::kind::Kind;
use crate::words::slug;

/// The words at its start are cut here; with kind and hash it stays under 130 characters.
const WORDS_LENGTH: usize = 72;

/// Hex digits of the hash: 128 bits.
const HASH_LENGTH: usize = 32;

/// The key of an alert. `last_resort` tells bodies apart that name neither rule nor target nor instance.
pub fn correlation_key(envelope: &Envelope, details: &Details, last_resort: impl FnOnce() -> String) -> String {
    let mut parts: Vec<(&str, String)> = details.identity.iter().map(|(name, value)| (*name, value.clone())).collect();
    if !details.stands_alone {
        let rule = envelope.rule_id.as_ref().or(envelope.rule_name.as_ref());
        let targets = targets(envelope, details);
        parts.extend(rule.map(|rule| ("rule", canonical(rule))));
        parts.extend(targets.iter().map(|target| ("target", canonical(target))));
        if targets.is_empty() {
            parts.extend(envelope.subscription.iter().map(|id| ("subscription", id.to_lowercase())));
        }
        // What is left, a subscription or a threshold, is shared by problems that have nothing to do with each other.
        if rule.is_none() && targets.is_empty() {
            let instance = envelope.origin.as_ref().or(envelope.id.as_ref());
            parts.push(("instance", instance.map_or_else(last_resort, |id| canonical(id))));
        }
    }
    parts.sort_unstable();
    parts.dedup();
    let family = details.kind.family();
    let mut hash = Sha256::new();
    for text in std::iter::once(family).chain(parts.iter().flat_map(|(name, value)| [*name, value.as_str()])) {
        hash.update(text.len().to_string());
        hash.update(":");
        hash.update(text);
    }
    let hash: String = hex(&hash.finalize()).chars().take(HASH_LENGTH).collect();
    format!("azure:{family}:{}:{hash}", words(&parts))
}

/// What the alert is about, as the envelope has it. The item of a budget is the word "budgets", whichever budget it is.
fn targets<'a>(envelope: &'a Envelope, details: &Details) -> &'a [String] {
    match details.kind {
        _ if !envelope.targets.is_empty() => &envelope.targets,
        Kind::Budget => &[],
        _ => &envelope.configuration_items,
    }
}

/// What a person recognises the problem by. Made of the key's own parts, so that it changes only with them.
fn words(parts: &[(&str, String)]) -> String {
    let part = |wanted: &str| parts.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
    let end = |value: &str| value.rsplit('/').next().unwrap_or_default().to_owned();
    let rule = part("rule").or_else(|| part("budget")).map(end);
    let event = || ["tracking-id", "operation", "instance"].iter().find_map(|name| part(name)).map(str::to_owned);
    let words = [rule.or_else(event), part("target").map(end)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    slug(&words).chars().take(WORDS_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use signalbox_sdk::types::Condition;

    use super::*;

    fn key(parts: &[(&'static str, &str)]) -> String {
        let mut details = Details::new(Kind::MetricStatic);
        details.identity = parts.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        correlation_key(&Envelope::new(Condition::Fired), &details, || "digest".to_owned())
    }

    #[test]
    fn order_and_repetition_of_parts_do_not_matter() {
        let twice = [("dimension", "b"), ("dimension", "a"), ("dimension", "a")];
        assert_eq!(key(&[("dimension", "a"), ("dimension", "b")]), key(&twice));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(key(&[("dimension", "ab"), ("dimension", "c")]), key(&[("dimension", "a"), ("dimension", "bc")]));
        assert_ne!(key(&[("dimension", "a")]), key(&[("target", "a")]));
    }

    #[test]
    fn key_is_short_and_starts_with_words() {
        let mut details = Details::new(Kind::LogSearch);
        details.identity.push(("dimension", "x".repeat(10_000)));
        let mut envelope = Envelope::new(Condition::Fired);
        envelope.rule_name = Some("Räder / rule ".repeat(100));
        let key = correlation_key(&envelope, &details, String::new);
        assert!(key.starts_with("azure:log:"), "{key}");
        assert!(key.chars().count() < 130, "{key}");
    }

    #[test]
    fn words_are_of_rule_and_target() {
        let mut envelope = Envelope::new(Condition::Fired);
        envelope.rule_id =
            Some("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Insights/metricAlerts/CPU high".to_owned());
        envelope.targets =
            vec!["/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/Web-01".to_owned()];
        let key = correlation_key(&envelope, &Details::new(Kind::MetricStatic), String::new);
        assert!(key.starts_with("azure:metric:cpu-high-web-01:"), "{key}");
    }

    #[test]
    fn body_without_identity_is_a_problem_of_its_own() {
        let details = Details::new(Kind::Other);
        let envelope = Envelope::new(Condition::Fired);
        let key = |last_resort: &str| correlation_key(&envelope, &details, || last_resort.to_owned());
        assert_ne!(key("1"), key("2"));
    }
}
