//! The settings as the operator writes them, read into types that can't be wrong afterwards.
//!
//! Fields stand in layers, from the general to the special: the settings themselves, `[create]` and the other actions,
//! `[incident]` and the other kinds, `[incident.create]`. Of a field that stands in several layers the most special decides alone.
//! All that is wrong is found at once, each with its place.

mod fields;
mod findings;
mod limits;
pub mod place;
mod unwanted;
mod value;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use signalbox_sdk::transform::Action;
use signalbox_sdk::transform::description::Finding;
use signalbox_sdk::types::{Severity, WorkItemKind};

pub use fields::{Common, Field};
pub use findings::Findings;
pub use limits::Limits;
pub use unwanted::Unwanted;
pub use value::{Entry, Form, Lookup, Part, Value};

use crate::words::Word;
use place::Place;

/// All that an operator can set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// From the general to the special.
    layers: Vec<Layer>,
    /// When no ticket is wanted.
    pub unwanted: Vec<Unwanted>,
    /// How long a text may be.
    pub limits: Limits,
}

/// Fields that hold for some kind of work item and some action.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// What it holds for.
    pub scope: Scope,
    /// The fields that all platforms share.
    pub common: BTreeMap<Common, Entry>,
    /// The platform's own fields.
    pub own: BTreeMap<String, Entry>,
}

/// What a layer holds for; none means all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The kind of work item.
    pub kind: Option<WorkItemKind>,
    /// The action.
    pub action: Option<Action>,
}

/// A field, what it is set to, and where that stands.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'s> {
    /// The field.
    pub field: Field<'s>,
    /// What it holds for.
    pub scope: Scope,
    /// What it is set to.
    pub entry: &'s Entry,
}

// === impl Settings ===

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    /// Everything that is wrong in them.
    pub fn read(text: &str) -> Result<Self, Vec<Finding>> {
        let mut findings = Findings::default();
        let settings = match serde_json::from_str(text) {
            Ok(Json::Object(table)) => Self::from_table(&table, &mut findings),
            Ok(_) => {
                findings.add(&Place::ROOT, "expected a table");
                Self::default()
            }
            Err(error) => {
                findings.add(&Place::ROOT, &format!("expected JSON: {error}"));
                Self::default()
            }
        };
        findings.none_or(settings)
    }

    /// All that is set, from the general to the special.
    pub fn all(&self) -> impl Iterator<Item = Setting<'_>> {
        self.layers.iter().flat_map(|layer| {
            let common = layer.common.iter().map(|(common, entry)| (Field::Common(*common), entry));
            let own = layer.own.iter().map(|(name, entry)| (Field::Own(name.as_str()), entry));
            common.chain(own).map(|(field, entry)| Setting { field, scope: layer.scope, entry })
        })
    }

    /// What a field is set to for a kind and an action.
    pub fn setting<'s>(&'s self, field: Field<'s>, kind: WorkItemKind, action: Action) -> Option<Setting<'s>> {
        let mut applicable = self.layers.iter().rev().filter(|layer| layer.scope.holds(kind, action));
        applicable.find_map(|layer| Some(Setting { field, scope: layer.scope, entry: layer.entry(field)? }))
    }

    /// The platform's own fields that any layer sets for a kind and an action.
    pub fn own_names(&self, kind: WorkItemKind, action: Action) -> Vec<&str> {
        let applicable = self.layers.iter().filter(|layer| layer.scope.holds(kind, action));
        let mut names: Vec<&str> = applicable.flat_map(|layer| layer.own.keys().map(String::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn from_table(table: &Map<String, Json>, findings: &mut Findings) -> Self {
        let mut settings = Self::default();
        settings.add_layer(Scope::default(), table, &Place::ROOT, findings);
        settings.add_actions(None, table, &Place::ROOT, findings);
        for (word, kind) in WorkItemKind::ALL {
            let place = Place::ROOT.child(word);
            let Some(table) = findings.table(table.get(*word), &place) else { continue };
            settings.add_layer(Scope { kind: Some(*kind), action: None }, table, &place, findings);
            settings.add_actions(Some(*kind), table, &place, findings);
        }
        settings.unwanted = Unwanted::read(table.get("unwanted"), &Place::ROOT.child("unwanted"), findings);
        let place = Place::ROOT.child("limits");
        if let Some(table) = findings.table(table.get("limits"), &place) {
            settings.limits = Limits::read(table, &place, findings);
        }
        settings
    }

    fn add_actions(
        &mut self,
        kind: Option<WorkItemKind>,
        table: &Map<String, Json>,
        place: &Place<'_>,
        findings: &mut Findings,
    ) {
        for (word, action) in Action::ALL {
            let place = place.child(word);
            if let Some(table) = findings.table(table.get(*word), &place) {
                self.add_layer(Scope { kind, action: Some(*action) }, table, &place, findings);
            }
        }
    }

    fn add_layer(&mut self, scope: Scope, table: &Map<String, Json>, place: &Place<'_>, findings: &mut Findings) {
        let mut layer = Layer { scope, common: BTreeMap::new(), own: BTreeMap::new() };
        for (name, json) in table {
            let here = place.child(name);
            if let Some((_, common)) = Common::ALL.iter().find(|(word, _)| word == name) {
                layer.common.extend(read_common(*common, json, scope, &here, findings).map(|entry| (*common, entry)));
            } else if name == "fields" {
                for (name, json) in findings.table(Some(json), &here).into_iter().flatten() {
                    let here = here.child(name);
                    layer.own.extend(read_entry(json, scope, &here, findings).map(|entry| (name.clone(), entry)));
                }
            } else if !scope.may_hold(name) {
                findings.add(&here, "is no setting here");
            }
        }
        self.layers.push(layer);
    }
}

fn read_entry(json: &Json, scope: Scope, place: &Place<'_>, findings: &mut Findings) -> Option<Entry> {
    let entry = Entry::read(json, place, findings)?;
    if let (Some(_), Some(action)) = (&entry.on, scope.action) {
        findings.add(&place.child("on"), &format!("is said twice: `{}` holds for that action alone", action.word()));
    }
    Some(entry)
}

fn read_common(common: Common, json: &Json, scope: Scope, place: &Place<'_>, findings: &mut Findings) -> Option<Entry> {
    let entry = read_entry(json, scope, place, findings)?;
    if entry.form != Form::Text {
        findings.add(&place.child("as"), "this field is a text on every platform; `as` is for those in `fields`");
    }
    if common == Common::Severity {
        for (name, part) in entry.value.parts() {
            let known =
                |json: &Json| json.as_str().is_some_and(|word| word.is_empty() || Severity::parse(word).is_some());
            if matches!(part, Part::Constant(json) if !known(json)) {
                let here = name.map_or(*place, |name| place.child(name));
                findings.add(&here, &format!("expected {}", Severity::choices()));
            }
        }
    }
    Some(entry)
}

// === impl Setting ===

impl Setting<'_> {
    /// Calls with the place of this setting, or of one case of its lookup.
    pub fn at<T>(&self, case: Option<&str>, call: impl FnOnce(&Place<'_>) -> T) -> T {
        let mut path = self.scope.names();
        path.extend(matches!(self.field, Field::Own(_)).then_some("fields"));
        path.push(self.field.name());
        path.extend(self.entry.is_timed.then_some("value"));
        path.extend(case);
        Place::ROOT.descend(&path, call)
    }
}

// === impl Layer ===

impl Layer {
    fn entry(&self, field: Field<'_>) -> Option<&Entry> {
        match field {
            Field::Common(common) => self.common.get(&common),
            Field::Own(name) => self.own.get(name),
        }
    }
}

// === impl Scope ===

impl Scope {
    fn holds(self, kind: WorkItemKind, action: Action) -> bool {
        self.kind.is_none_or(|own| own == kind) && self.action.is_none_or(|own| own == action)
    }

    /// Whether a table of that name, which is no field, may stand in this layer.
    fn may_hold(self, name: &str) -> bool {
        let is = |words: &[&str]| words.contains(&name);
        let actions = is(&["create", "update", "resolve", "reopen", "annotate"]);
        match self {
            Scope { action: Some(_), .. } => false,
            Scope { kind: Some(_), .. } => actions,
            Scope { .. } => actions || is(&["event", "alert", "incident", "unwanted", "limits"]),
        }
    }

    /// The names under which the layer stands in the settings.
    fn names<'a>(self) -> Vec<&'a str> {
        self.kind.map(Word::word).into_iter().chain(self.action.map(Word::word)).collect()
    }
}
