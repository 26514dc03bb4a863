//! Facts about an alert's resources around the time that it fired.
//!
//! All questions go side by side in one wave, the most telling first, and the wave is over with the budget: what is slow takes no
//! time from the rest. Each answer that did not come is a line of `missing`: nothing is left out without a word. A call fails only where no question had an answer and the reason concerns all of them: credentials, pace, an outage.
//!
//! | here | what |
//! |---|---|
//! | [`metrics`] | values around the firing |
//! | [`results`] | first rows of the search that fired |
//! | [`health`] | what Azure says of the resource's availability |
//! | [`changes`] | what was done to the resource, by whom |
//! | [`search`], [`query`] | which links and queries of a body may be repeated |
//! | [`words`] | values as people read them |

pub mod changes;
pub mod health;
pub mod metrics;
pub mod query;
pub mod results;
pub mod search;
pub mod words;

use crate::arm::ArmId;
use crate::client::Client;
use crate::settings::{Group, Settings};
use serde_json::Value;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::Request;
use signalbox_sdk::monitor::Facts;
use signalbox_sdk::text::one_line;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{Alert, CallError, CallErrorKind, Fact};
use std::time::Duration;

/// No request is answered in less: a budget below it is spent.
const SHORTEST_MS: u32 = 50;

/// What is known before Azure is asked.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The operator's.
    pub settings: &'a Settings,
    /// When the alert fired.
    pub fired: Stamp,
    /// Milliseconds for all of it.
    pub budget_ms: u32,
    /// Whether a fact must say which resource it is about.
    several: bool,
}

/// One request, and what its answer is about.
#[derive(Debug)]
struct Question {
    request: Request,
    about: About,
}

/// What an answer is about.
#[derive(Debug)]
enum About {
    Metrics(ArmId, Vec<crate::settings::Metric>),
    Results,
    Health(ArmId),
    Changes(ArmId),
}

/// Facts, and what could not be had.
#[derive(Debug, Default)]
pub struct Found {
    /// In the order to show them.
    pub facts: Vec<Fact>,
    /// A line each.
    pub missing: Vec<String>,
}

/// Facts about the alert.
///
/// # Errors
/// As [`crate::errors::classify`] tells, where nothing could be had for a reason that concerns all of it.
pub fn enrich<H: Http + Log>(client: &Client<'_, H>, alert: &Alert, budget_ms: u32) -> Result<Facts, CallError> {
    let mut found = Found::default();
    let resources = resources(client.settings, alert, &mut found);
    let Some(fired) = Stamp::from_contract(&alert.fired_at) else {
        found.missing.push("all facts: the alert has no time of firing".into());
        return Ok(found.into());
    };
    let scene = Scene { settings: client.settings, fired, budget_ms, several: resources.len() > 1 };
    let questions = questions(&scene, alert, &resources, &mut found);
    if budget_ms < SHORTEST_MS {
        found.missing.extend(questions.iter().map(|question| format!("{}: no time is left", question.about.words())));
        return Ok(found.into());
    }
    let (requests, abouts): (Vec<_>, Vec<_>) =
        questions.into_iter().map(|question| (question.request, question.about)).unzip();
    let answers = client.send_all_within(requests, Duration::from_millis(budget_ms.into()));
    let mut concerns_all = None;
    let mut answered = false;
    for (about, answer) in abouts.into_iter().zip(answers) {
        match answer {
            Ok(answer) => {
                answered = true;
                about.tell(&scene, &answer, &mut found);
            }
            Err(error) => {
                found.missing.push(format!("{}: {}", about.words(), one_line(&error.message)));
                answered |= !concerns_the_connection(&error);
                concerns_all = concerns_all.or(Some(error));
            }
        }
    }
    match concerns_all {
        Some(error) if !answered => Err(error),
        _ => Ok(found.into()),
    }
}

/// The resources to ask about, the most affected first; of those beyond the bound, or not to be asked about, no more are named
/// than would be asked about.
fn resources(settings: &Settings, alert: &Alert, found: &mut Found) -> Vec<ArmId> {
    let most = settings.enrich.resources;
    let (mut usable, mut named, mut more) = (Vec::new(), 0, 0);
    for resource in &alert.resources {
        match ArmId::within(&resource.id, &settings.subscriptions) {
            // A subscription or a group is where things are, and is none itself.
            Ok(id) if id.kind().is_none() => {}
            Ok(id) if usable.len() < most => usable.push(id),
            Err(why) if named < most => {
                named += 1;
                found.missing.push(format!("facts about {}: its id {why}", words::named(&resource.name)));
            }
            Ok(_) | Err(_) => more += 1,
        }
    }
    if more > 0 {
        found
            .missing
            .push(format!("facts about {more} more resources: `enrich.resources` bounds how many are asked about"));
    }
    usable
}

/// All questions, in the order of the groups.
fn questions(scene: &Scene<'_>, alert: &Alert, resources: &[ArmId], found: &mut Found) -> Vec<Question> {
    let mut questions = Vec::new();
    for group in &scene.settings.enrich.groups {
        match group {
            Group::Metrics => questions.extend(resources.iter().filter_map(|id| {
                let metrics = scene.settings.metrics.of(&id.kind()?);
                let request = metrics::request(scene, id, &metrics)?;
                Some(Question { request, about: About::Metrics(id.clone(), metrics) })
            })),
            Group::Results => {
                for search in search::of_alert(scene.settings, alert) {
                    match search {
                        Ok(search) => questions
                            .push(Question { request: results::request(scene, &search), about: About::Results }),
                        Err(why) => found.missing.push(format!("search results: {why}")),
                    }
                }
            }
            Group::Health => questions.extend(
                resources.iter().map(|id| Question { request: health::request(id), about: About::Health(id.clone()) }),
            ),
            Group::Changes => questions.extend(
                resources
                    .iter()
                    .map(|id| Question { request: changes::request(scene, id), about: About::Changes(id.clone()) }),
            ),
        }
    }
    questions
}

/// Whether every other question would have the same answer.
fn concerns_the_connection(error: &CallError) -> bool {
    use CallErrorKind::{Protocol, Throttled, Unauthorized, Unavailable};
    matches!(error.kind, Unauthorized | Throttled | Unavailable | Protocol)
}

// === impl Scene ===

impl Scene<'_> {
    /// A fact's name, with the resource's where there are several.
    #[must_use]
    pub fn name(&self, resource: &ArmId, name: &str) -> String {
        let name = one_line(name);
        if self.several { format!("{}: {name}", resource.name()) } else { name }
    }
}

// === impl About ===

impl About {
    /// What is missing where there is no answer.
    fn words(&self) -> String {
        match self {
            Self::Metrics(id, _) => format!("metrics of {}", id.name()),
            Self::Results => "search results".into(),
            Self::Health(id) => format!("health of {}", id.name()),
            Self::Changes(id) => format!("changes of {}", id.name()),
        }
    }

    fn tell(&self, scene: &Scene<'_>, answer: &Value, found: &mut Found) {
        match self {
            Self::Metrics(id, metrics) => metrics::tell(scene, id, metrics, answer, found),
            Self::Results => results::tell(scene, answer, found),
            Self::Health(id) => health::tell(scene, id, answer, found),
            Self::Changes(id) => changes::tell(scene, id, answer, found),
        }
    }
}

// === impl Found ===

impl Found {
    /// Adds a fact; one without a value is none.
    pub fn fact(&mut self, group: &str, name: String, value: String, unit: &str) {
        if !value.is_empty() {
            self.facts.push(Fact { group: group.into(), name, value, unit: unit.into() });
        }
    }
}

impl From<Found> for Facts {
    fn from(found: Found) -> Self {
        Self { facts: found.facts, missing: found.missing }
    }
}

#[cfg(test)]
mod tests;
