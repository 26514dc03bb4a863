//! Conditions on alerts, in the Common Expression Language (<https://cel.dev>).
//!
//! `alert` is the contract's record in snake case, with `labels` as a map and `alert.resource` the first resource (empty texts
//! where there is none). Times are texts in RFC 3339: `timestamp(alert.fired_at)` makes them moments.

use super::{fields, trial, words};
use crate::domain::{Alert, Labels, Resource};
use cel::{Context, Env, Program, Value};
use serde::Serialize;
use std::{cell::OnceCell, collections::BTreeMap, fmt, sync::Arc};

/// What is longer or deeper is refused before it is parsed: parsing and evaluating recurse, and a stack that overflows ends
/// the process.
const LONGEST: usize = 2048;
const DEEPEST: usize = 24;

/// A compiled condition.
pub struct Condition {
    text: String,
    program: Program,
    env: Arc<Env>,
}

/// What conditions see of one alert: made when the first condition looks at it, once for all routes.
pub struct Variables<'a> {
    alert: &'a Alert,
    value: OnceCell<Result<Value, String>>,
}

/// A condition that does not compile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the condition does not compile: {0}")]
pub struct InvalidCondition(String);

/// A condition that could not be evaluated on an alert.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConditionError(String);

#[derive(Serialize)]
pub(super) struct AlertView<'a> {
    id: &'a str,
    correlation_key: &'a str,
    condition: &'static str,
    severity: &'static str,
    resolves: bool,
    signal: &'a str,
    rule: &'a str,
    title: &'a str,
    summary: &'a str,
    description: &'a str,
    observed_at: String,
    fired_at: String,
    resolved_at: Option<String>,
    resource: ResourceView<'a>,
    resources: Vec<ResourceView<'a>>,
    facts: &'a [crate::domain::Fact],
    links: &'a [crate::domain::Link],
    labels: BTreeMap<&'a str, &'a str>,
}

#[derive(Default, Serialize)]
struct ResourceView<'a> {
    id: &'a str,
    name: &'a str,
    kind: &'a str,
    scope: BTreeMap<&'a str, &'a str>,
    configuration_item: &'a str,
}

pub(super) fn view(alert: &Alert) -> AlertView<'_> {
    AlertView {
        id: alert.id.as_str(),
        correlation_key: alert.correlation_key.as_str(),
        condition: alert.condition.as_str(),
        severity: alert.severity.as_str(),
        resolves: alert.resolves,
        signal: &alert.signal,
        rule: &alert.rule,
        title: &alert.title,
        summary: &alert.summary,
        description: &alert.description,
        observed_at: alert.observed_at.to_string(),
        fired_at: alert.fired_at.to_string(),
        resolved_at: alert.resolved_at.map(|at| at.to_string()),
        resource: alert.resources.first().map(resource_view).unwrap_or_default(),
        resources: alert.resources.iter().map(resource_view).collect(),
        facts: &alert.facts,
        links: &alert.links,
        labels: as_map(&alert.labels),
    }
}

fn resource_view(resource: &Resource) -> ResourceView<'_> {
    ResourceView {
        id: &resource.id,
        name: &resource.name,
        kind: &resource.kind,
        scope: as_map(&resource.scope),
        configuration_item: &resource.configuration_item,
    }
}

fn as_map(labels: &Labels) -> BTreeMap<&str, &str> {
    labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// How deep brackets stand in each other, and signs in a row. Those in texts count: a text that is read otherwise here than
/// by CEL must hide none.
fn depth(text: &str) -> usize {
    let (mut open, mut signs) = (0_usize, 0_usize);
    let depths = text.chars().filter(|letter| !letter.is_whitespace()).map(|letter| {
        match letter {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        signs = if matches!(letter, '!' | '-') { signs + 1 } else { 0 };
        open + signs
    });
    depths.max().unwrap_or_default()
}

// === impl Variables ===

impl<'a> Variables<'a> {
    /// What conditions see of this alert.
    #[must_use]
    pub fn of(alert: &'a Alert) -> Self {
        Self { alert, value: OnceCell::new() }
    }

    fn value(&self) -> Result<Value, ConditionError> {
        let value = self.value.get_or_init(|| cel::to_value(view(self.alert)).map_err(|error| error.to_string()));
        value.clone().map_err(ConditionError)
    }
}

// === impl Condition ===

impl Condition {
    /// Compiles a condition.
    ///
    /// # Errors
    /// Where it is no expression, speaks of something other than `alert`, or can be neither true nor false.
    pub fn compile(text: &str) -> Result<Self, InvalidCondition> {
        if text.len() > LONGEST || depth(text) > DEEPEST {
            let words = format!("it is longer than {LONGEST} bytes, or deeper than {DEEPEST} brackets");
            return Err(InvalidCondition(words));
        }
        let env = Arc::new(Env::stdlib());
        let program = env.compile(text).map_err(|error| InvalidCondition(one_line(&error.to_string())))?;
        let references = program.references();
        if let Some(name) = references.variables().into_iter().find(|name| *name != "alert" && !is_bound(text, name)) {
            return Err(InvalidCondition(format!("`{name}` is unknown here, conditions speak of `alert`")));
        }
        if let Some(words) = fields::unknown(text) {
            return Err(InvalidCondition(words));
        }
        if let Some(words) = words::impossible(program.expression()) {
            return Err(InvalidCondition(words));
        }
        if let Some(words) = trial::fault(&program, &env) {
            return Err(InvalidCondition(words));
        }
        Ok(Self { text: text.to_owned(), program, env })
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// Where it could not be evaluated on this alert, or is no truth value.
    pub fn matches(&self, variables: &Variables<'_>) -> Result<bool, ConditionError> {
        if self.text == "true" {
            return Ok(true);
        }
        match self.program.execute(&context(&self.env, variables)?) {
            Ok(Value::Bool(holds)) => Ok(holds),
            Ok(other) => Err(ConditionError(format!("it is a {:?}, not true or false", other.type_of()))),
            Err(error) => Err(ConditionError(one_line(&error.to_string()))),
        }
    }
}

/// What conditions are evaluated in.
pub(super) fn context(env: &Arc<Env>, variables: &Variables<'_>) -> Result<Context<'static, 'static>, ConditionError> {
    let mut context = Context::with_env(Arc::clone(env));
    context.add_variable_from_value("alert", variables.value()?);
    Ok(context)
}

impl fmt::Debug for Condition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Condition({:?})", self.text)
    }
}

/// Whether a macro such as `alert.resources.exists(name, …)` brings the name along.
fn is_bound(text: &str, name: &str) -> bool {
    let dense: String = text.chars().filter(|each| !each.is_whitespace()).collect();
    ["all", "exists", "exists_one", "filter", "map"].iter().any(|each| dense.contains(&format!(".{each}({name},")))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}
