//! What a schema can't see, found at load: the settings as a whole, and every template in them.
//!
//! A finding refuses the configuration, so only what is wrong for every alert is one: syntax, names that do not exist, calls with
//! the wrong number of arguments, loops without end, what names nothing of the alert. What fails on the sample alert in another way may fit the real ones; that
//! is a doubt, for the log.

use std::sync::Arc;

use minijinja::Value;
use serde_json::Value as Json;

use signalbox_sdk::transform::description::Finding;
use signalbox_sdk::transform::{Action, Input};
use signalbox_sdk::types::WorkItemKind;

use crate::context::Context;
use crate::settings::place::Place;
use crate::settings::{Form, Part, Scope, Settings};
use crate::template::{Engine, Fault};
use crate::words::Word;
use crate::{defaults, lint, sample};

/// Room for the default description of the sample.
const ROOM: usize = 4000;

/// What is wrong, and what may be.
#[derive(Debug, Default)]
pub struct Checked {
    /// Wrong for every alert.
    pub findings: Vec<Finding>,
    /// Failed on the sample alert.
    pub doubts: Vec<Finding>,
}

/// Checks settings.
pub fn check(text: &str) -> Checked {
    let settings = match Settings::read(text) {
        Ok(settings) => settings,
        Err(findings) => return Checked { findings, doubts: Vec::new() },
    };
    let mut checked = Checked::default();
    let engine = Engine::default();
    for setting in settings.all() {
        for (case, part) in setting.entry.value.parts() {
            let faults = match part {
                Part::Template(source) => of_template(&engine, source, setting.scope),
                Part::Constant(Json::String(text)) => of_constant(setting.entry.form, text),
                Part::Constant(_) => Vec::new(),
            };
            setting.at(case, |place| checked.add(place, faults));
        }
    }
    for unwanted in &settings.unwanted {
        unwanted.at("when", |place| checked.add(place, of_expression(&engine, &unwanted.when)));
        if let Some(Part::Template(source)) = &unwanted.why {
            unwanted.at("why", |place| checked.add(place, of_template(&engine, source, Scope::default())));
        }
    }
    checked
}

fn of_constant(form: Form, text: &str) -> Vec<Fault> {
    form.read(text).err().map(|words| Fault { at: None, words, is_certain: true }).into_iter().collect()
}

fn of_template<'s>(engine: &Engine<'s>, source: &'s str, scope: Scope) -> Vec<Fault> {
    let faults = lint::template(engine, source);
    if !faults.is_empty() {
        return faults;
    }
    let mut faults = on_samples(scope, |root| engine.render(source, root).err());
    // What asks nothing of the alert fails for each.
    let is_certain = |fault: &Fault| fault.is_certain || !lint::reads_the_alert(engine, source);
    faults.iter_mut().for_each(|fault| fault.is_certain = is_certain(fault));
    faults
}

fn of_expression<'s>(engine: &Engine<'s>, source: &'s str) -> Vec<Fault> {
    let faults = lint::expression(engine, source);
    if faults.is_empty() { on_samples(Scope::default(), |root| engine.holds(source, root).err()) } else { faults }
}

/// The first fault on any of the samples, one that is a finding before one that is a doubt.
fn on_samples(scope: Scope, fault: impl Fn(Value) -> Option<Fault>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = samples(scope).iter().filter_map(|sample| fault(sample.root())).collect();
    faults.sort_by_key(|fault| !fault.is_certain);
    faults.truncate(1);
    faults
}

/// The bare alert that is created, and the full one on every action, as far as the scope goes.
fn samples(scope: Scope) -> Vec<Context> {
    let kind = scope.kind.unwrap_or(WorkItemKind::Incident);
    let actions =
        Action::ALL.iter().map(|(_, action)| *action).filter(|action| scope.action.is_none_or(|own| own == *action));
    let full = actions.map(|action| Input { action, kind, ..sample::full_input() });
    let bare = Input { kind, action: scope.action.unwrap_or(Action::Create), ..sample::input() };
    let context = |input: Input| {
        let severity = defaults::severity(&input);
        Context::new(Arc::new(input), severity, ROOM)
    };
    std::iter::once(bare).chain(full).map(context).collect()
}

// === impl Checked ===

impl Checked {
    fn add(&mut self, place: &Place<'_>, faults: Vec<Fault>) {
        for fault in faults {
            let finding = Finding { at: place.pointer(), message: fault.to_string() };
            if fault.is_certain { self.findings.push(finding) } else { self.doubts.push(finding) }
        }
    }
}
