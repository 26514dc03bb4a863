//! What can be told of a condition before the first alert: whether its functions are there, and whether it is true or false.

use super::condition::{Variables, context};
use crate::domain::{Alert, Condition, Severity, Timestamp};
use cel::{Context, Env, ExecutionError, Program, Value};
use std::sync::Arc;

/// What is wrong with a condition, in words.
pub(super) fn fault(program: &Program, env: &Arc<Env>) -> Option<String> {
    let references = program.references();
    let unknown = |name: &&str| is_name(name) && !is_function(name, env);
    if let Some(name) = references.functions().into_iter().filter(unknown).min() {
        return Some(format!("there is no function `{name}`"));
    }
    let context = context(env, &Variables::of(&nothing())).ok()?;
    match program.execute(&context) {
        Ok(Value::Bool(_)) | Err(_) => None,
        Ok(other) => Some(format!("it is a {:?}, not true or false", other.type_of())),
    }
}

/// Operators are functions, too, and are all there.
fn is_name(function: &str) -> bool {
    function.starts_with(|first: char| first.is_ascii_alphabetic())
}

/// Whether it is there, for values of whatever type: it is called, wrongly, and what is known says so.
fn is_function(name: &str, env: &Arc<Env>) -> bool {
    [format!("{name}(null)"), format!("null.{name}()")].iter().any(|call| {
        let called = env.compile(call).map(|call| call.execute(&Context::with_env(Arc::clone(env))));
        called.is_ok_and(|outcome| !matches!(outcome, Err(ExecutionError::UndeclaredReference(_))))
    })
}

/// An alert of which nothing is known.
fn nothing() -> Alert {
    let at = Timestamp::from_nanos(0);
    Alert {
        id: "".into(),
        correlation_key: "".into(),
        condition: Condition::Fired,
        severity: Severity::Critical,
        resolves: true,
        signal: String::new(),
        rule: String::new(),
        title: String::new(),
        summary: String::new(),
        description: String::new(),
        observed_at: at,
        fired_at: at,
        resolved_at: None,
        resources: Vec::new(),
        facts: Vec::new(),
        links: Vec::new(),
        labels: Vec::new(),
        payload: String::new(),
    }
}
