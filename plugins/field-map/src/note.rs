//! What people are told with a change, where the settings say nothing.
//!
//! Plain text, complete without the ticket's other notes: what changed, what was seen, how many alerts still fire. The host adds
//! the id that it finds a note by.

use signalbox_sdk::transform::{Action, Input};
use signalbox_sdk::types::{Condition, Severity};

use crate::cut::line;
use crate::words::Word;
use crate::{defaults, time};

/// The context's name for the change under which maintenance goes on.
const MAINTENANCE_CHANGE: &str = "maintenance.change";

/// The note for the action of this input; none on create, where the description tells it all.
pub fn note(input: &Input, severity: Severity) -> Option<String> {
    let lines = match input.action {
        Action::Create => return None,
        Action::Update => vec![severity_change(input, severity), observation(input), count(input)],
        Action::Resolve => vec![Some(resolution(input)), all_resolved(input)],
        Action::Reopen => vec![Some(fired_again(input, severity)), count(input)],
        Action::Annotate => vec![last_entry(input), maintenance(input), observation(input)],
    };
    let text: Vec<String> = lines.into_iter().flatten().collect();
    Some(text.join("\n"))
}

fn severity_change(input: &Input, severity: Severity) -> Option<String> {
    let before = input.previous.as_ref()?.severity?;
    (before != severity).then(|| format!("Severity changed from {} to {}.", before.word(), severity.word()))
}

/// The newest observation.
fn observation(input: &Input) -> Option<String> {
    Some(match defaults::episode_end(input) {
        Some(end) => format!("Resolved at {}: {}.", time::shown(end), what(input)),
        None => format!("Firing since {}: {}.", time::shown(&input.alert.fired_at), what(input)),
    })
}

fn resolution(input: &Input) -> String {
    let alert = &input.alert;
    match defaults::episode_end(input) {
        Some(end) => match time::between(&alert.fired_at, end) {
            span if span.is_empty() => format!("Resolved at {}: {}.", time::shown(end), what(input)),
            span => format!("Resolved at {} after {span}: {}.", time::shown(end), what(input)),
        },
        None => format!(
            "Resolved at {} without word from the monitor, which last reported at {}: {}.",
            time::shown(&input.now),
            time::shown(&alert.observed_at),
            what(input)
        ),
    }
}

fn fired_again(input: &Input, severity: Severity) -> String {
    format!("Fired again at {}, severity {}: {}.", time::shown(&input.alert.fired_at), severity.word(), what(input))
}

fn count(input: &Input) -> Option<String> {
    (input.total > 1).then(|| format!("{} of {} alerts of this ticket are firing.", input.firing, input.total))
}

fn all_resolved(input: &Input) -> Option<String> {
    let all = input.total > 1 && input.firing == 0 && input.alert.condition == Condition::Resolved;
    all.then(|| format!("All {} alerts of this ticket are resolved.", input.total))
}

fn last_entry(input: &Input) -> Option<String> {
    let entry = input.timeline.last()?;
    let text = line(if entry.text.is_empty() { &entry.event } else { &entry.text });
    (!text.is_empty()).then(|| format!("{}: {text}", time::shown(&entry.at)))
}

fn maintenance(input: &Input) -> Option<String> {
    let (_, change) = input.context.iter().find(|(name, change)| name == MAINTENANCE_CHANGE && !change.is_empty())?;
    Some(format!("Maintenance goes on under change {}.", line(change)))
}

/// The problem in a phrase: its title, and the condition where the title doesn't say it.
fn what(input: &Input) -> String {
    let title = defaults::title(input);
    let summary = line(&input.alert.summary);
    let phrase = if summary.is_empty() || title.contains(&summary) { title } else { format!("{title} ({summary})") };
    phrase.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use signalbox_sdk::transform::Entry;
    use signalbox_sdk::work::Content;

    use super::*;
    use crate::sample;

    fn noted(change: impl FnOnce(&mut Input)) -> Option<String> {
        let mut input = sample::input();
        change(&mut input);
        note(&input, defaults::severity(&input))
    }

    fn resolved(input: &mut Input) {
        input.action = Action::Resolve;
        input.alert.condition = Condition::Resolved;
        input.alert.resolved_at = Some("2026-11-22T13:20:00Z".to_owned());
    }

    #[test]
    fn a_create_has_no_note() {
        assert_eq!(noted(|_| ()), None);
    }

    #[test]
    fn a_resolve_says_when_and_after_how_long() {
        assert_eq!(
            noted(resolved).as_deref(),
            Some(
                "Resolved at 2026-11-22 13:20:00 UTC after 14 minutes: \
                 CPU above 80 % on web-7 (average Percentage CPU 87.3 > 80 over 5 min)."
            )
        );
    }

    #[test]
    fn a_resolve_of_several_says_that_all_are() {
        let text = noted(|input| {
            resolved(input);
            (input.firing, input.total) = (0, 3);
        });
        assert!(text.unwrap().ends_with("\nAll 3 alerts of this ticket are resolved."));
    }

    #[test]
    fn a_resolve_without_word_from_the_monitor_says_so() {
        assert_eq!(
            noted(|input| input.action = Action::Resolve).as_deref(),
            Some(
                "Resolved at 2026-11-22 13:06:05 UTC without word from the monitor, which last reported at \
                 2026-11-22 13:06:00 UTC: CPU above 80 % on web-7 (average Percentage CPU 87.3 > 80 over 5 min)."
            )
        );
    }

    #[test]
    fn a_reopen_says_when_it_fired_again() {
        assert_eq!(
            noted(|input| input.action = Action::Reopen).as_deref(),
            Some(
                "Fired again at 2026-11-22 13:06:00 UTC, severity error: \
                 CPU above 80 % on web-7 (average Percentage CPU 87.3 > 80 over 5 min)."
            )
        );
    }

    #[test]
    fn an_update_says_the_change_of_severity_and_how_many_fire() {
        let text = noted(|input| {
            input.action = Action::Update;
            (input.firing, input.total) = (2, 3);
            input.previous = Some(Content { severity: Some(Severity::Warning), ..sample::content() });
        });
        assert_eq!(
            text.as_deref(),
            Some(
                "Severity changed from warning to error.\n\
                 Firing since 2026-11-22 13:06:00 UTC: CPU above 80 % on web-7 \
                 (average Percentage CPU 87.3 > 80 over 5 min).\n\
                 2 of 3 alerts of this ticket are firing."
            )
        );
    }

    #[test]
    fn an_annotation_tells_what_happened_last() {
        let text = noted(|input| {
            input.action = Action::Annotate;
            input.alert.summary.clear();
            input.context.push((MAINTENANCE_CHANGE.to_owned(), "CHG0030022".to_owned()));
            input.timeline.push(Entry {
                at: "2026-11-22T13:06:02Z".to_owned(),
                event: "maintenance".to_owned(),
                text: "Fired while web-7 is under maintenance".to_owned(),
            });
        });
        assert_eq!(
            text.as_deref(),
            Some(
                "2026-11-22 13:06:02 UTC: Fired while web-7 is under maintenance\n\
                 Maintenance goes on under change CHG0030022.\n\
                 Firing since 2026-11-22 13:06:00 UTC: CPU above 80 % on web-7."
            )
        );
    }
}
