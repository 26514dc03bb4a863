//! One alert in its context to the content of one work item.
//!
//! Of each field the most special setting decides, then the default. A template that fails refuses the whole alert with the
//! field's name: half a ticket would hide what is wrong with it.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use signalbox_sdk::transform::{FieldFault, Input, MappingError};
use signalbox_sdk::types::Severity;
use signalbox_sdk::work::Content;

use crate::context::Context;
use crate::cut::{cut, line, tidy};
use crate::settings::place::Place;
use crate::settings::{Common, Entry, Field, Form, Part, Scope, Setting, Settings, Value};
use crate::template::Engine;
use crate::words::Word;
use crate::{defaults, description, note};

/// What a template calls the default description, which gives way where the whole is too long.
const DEFAULT_DESCRIPTION: &str = "defaults.description";

/// Maps an alert to content.
///
/// # Errors
/// `field` where a setting does not fit this alert, `unwanted` where the mapping wants no ticket for it.
pub fn apply(settings: &Settings, input: Input) -> Result<Content, MappingError> {
    let input = Arc::new(input);
    let room = settings.limits.of(Common::Description.word());
    let severity = defaults::severity(&input);
    let mut mapper =
        Mapper { settings, engine: Engine::default(), context: Context::new(Arc::clone(&input), severity, room) };
    mapper.refuse_unwanted()?;
    let severity = mapper.severity()?;
    mapper.context = mapper.context.with_severity(severity);
    mapper.content()
}

/// One call.
struct Mapper<'s> {
    settings: &'s Settings,
    engine: Engine<'s>,
    context: Context,
}

// === impl Mapper ===

impl<'s> Mapper<'s> {
    fn refuse_unwanted(&self) -> Result<(), MappingError> {
        for unwanted in &self.settings.unwanted {
            let holds = self.engine.holds(&unwanted.when, self.context.root());
            if !holds.map_err(|fault| unwanted.at("when", |place| refused(place, fault.to_string())))? {
                continue;
            }
            let why = match &unwanted.why {
                Some(why) => unwanted
                    .at("why", |place| self.part(why, self.settings.limits.of(Common::Note.word()), place))?
                    .and_then(text),
                None => None,
            };
            let why = why.unwrap_or_else(|| format!("the mapping wants no ticket where {}", unwanted.when));
            return Err(MappingError::Unwanted(why));
        }
        Ok(())
    }

    /// The ticket's severity, whether it is sent now or not: lookups go by it.
    fn severity(&self) -> Result<Severity, MappingError> {
        let Some(setting) = self.setting(Field::Common(Common::Severity)) else { return Ok(self.context.severity()) };
        let Some(word) = self.value(&setting)?.and_then(text) else { return Ok(self.context.severity()) };
        Severity::parse(&word).ok_or_else(|| {
            refused_setting(&setting, format!("`{word}` is no severity: expected {}", Severity::choices()))
        })
    }

    fn content(&self) -> Result<Content, MappingError> {
        Ok(Content {
            title: self.common(Common::Title, |input| Some(defaults::title(input)))?.map(|title| line(&title)),
            description: self.common(Common::Description, |input| {
                Some(description::description(input, self.context.severity(), self.context.room()))
            })?,
            severity: self.sends(Field::Common(Common::Severity)).then_some(self.context.severity()),
            assignment: self.common(Common::Assignment, |_| None)?,
            caller: self.common(Common::Caller, |_| None)?,
            configuration_item: self.common(Common::ConfigurationItem, defaults::configuration_item)?,
            service: self.common(Common::Service, |_| None)?,
            category: self.common(Common::Category, |input| Some(defaults::category(input).to_owned()))?,
            note: self.common(Common::Note, |input| note::note(input, self.context.severity()))?,
            fields: Json::Object(self.own()?).to_string(),
        })
    }

    /// A field that all platforms share; none leaves it as it is.
    fn common(
        &self,
        common: Common,
        default: impl FnOnce(&Input) -> Option<String>,
    ) -> Result<Option<String>, MappingError> {
        let field = Field::Common(common);
        if !self.sends(field) {
            return Ok(None);
        }
        let bound = self.settings.limits.of(common.word());
        let set = match self.setting(field) {
            Some(setting) => match self.value(&setting)?.and_then(text) {
                // A ticket without a title is refused, or found by nobody.
                None if common != Common::Title => return Ok(None),
                set => set,
            },
            None => None,
        };
        let text = set.or_else(|| default(self.context.input())).map(|text| cut(&tidy(&text), bound));
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// The platform's own fields.
    fn own(&self) -> Result<Map<String, Json>, MappingError> {
        let input = self.context.input();
        let mut fields = Map::new();
        for name in self.settings.own_names(input.kind, input.action) {
            let field = Field::Own(name);
            let Some(setting) = self.setting(field).filter(|_| self.sends(field)) else { continue };
            if let Some(value) = self.value(&setting)? {
                fields.insert(name.to_owned(), self.formed(&setting, value)?);
            }
        }
        Ok(fields)
    }

    fn setting(&self, field: Field<'s>) -> Option<Setting<'s>> {
        let input = self.context.input();
        self.settings.setting(field, input.kind, input.action)
    }

    /// Whether a field is sent with this action.
    fn sends(&self, field: Field<'s>) -> bool {
        let input = self.context.input();
        let setting = self.setting(field);
        let follows_severity = setting.as_ref().is_some_and(|setting| setting.entry.follows_severity());
        match setting {
            Some(Setting { entry: Entry { on: Some(on), .. }, .. }) => on.contains(&input.action),
            Some(Setting { scope: Scope { action: Some(_), .. }, .. }) => true,
            _ => field.actions(follows_severity, input.kind).contains(&input.action),
        }
    }

    /// What a field is set to; none where nothing is looked up, or a template makes no text.
    fn value(&self, setting: &Setting<'s>) -> Result<Option<Json>, MappingError> {
        // Cut JSON would be none.
        let is_text = setting.entry.form == Form::Text;
        let bound = if is_text { self.settings.limits.of(setting.field.name()) } else { usize::MAX };
        match &setting.entry.value {
            Value::Part(part) => setting.at(None, |place| self.part(part, bound, place)),
            Value::Lookup(lookup) => match lookup.find(&lookup.by.text(&self.context.root())) {
                Some((case, part)) => setting.at(Some(case), |place| self.part(part, bound, place)),
                None => Ok(None),
            },
        }
    }

    fn part(&self, part: &'s Part, bound: usize, place: &Place<'_>) -> Result<Option<Json>, MappingError> {
        let source = match part {
            Part::Constant(Json::String(text)) => {
                return Ok(Some(Json::String(cut(text, bound))));
            }
            Part::Constant(json) => return Ok(Some(json.clone())),
            Part::Template(source) => source,
        };
        let render = |context: &Context| {
            let text = self.engine.render(source, context.root()).map(|text| tidy(&text));
            text.map_err(|fault| refused(place, fault.to_string()))
        };
        let mut text = render(&self.context)?;
        let over = text.chars().count().saturating_sub(bound);
        if over > 0 && source.contains(DEFAULT_DESCRIPTION) {
            // The default description leaves out its least; a cut would take the end, whatever stands there.
            let length = description::description(self.context.input(), self.context.severity(), self.context.room());
            text = render(&self.context.with_room(length.chars().count().saturating_sub(over)))?;
        }
        Ok((!text.is_empty()).then(|| Json::String(cut(&text, bound))))
    }

    /// A text as what the platform's field takes.
    fn formed(&self, setting: &Setting<'_>, value: Json) -> Result<Json, MappingError> {
        let Json::String(text) = &value else { return Ok(value) };
        setting.entry.form.read(text).map_err(|message| refused_setting(setting, message))
    }
}

fn refused_setting(setting: &Setting<'_>, message: String) -> MappingError {
    setting.at(None, |place| refused(place, message))
}

fn refused(place: &Place<'_>, message: String) -> MappingError {
    MappingError::Field(FieldFault { field: place.to_string(), message })
}

/// A constant or a template's text as a text; none for one that is empty.
fn text(json: Json) -> Option<String> {
    let text = match json {
        Json::String(text) => text,
        json => json.to_string(),
    };
    (!text.trim().is_empty()).then_some(text)
}
