//! Alerts Management: an alert, its history, lists of alerts, and the change of its state.
//!
//! `changestate` takes `New`, `Acknowledged`, `Closed`, and an optional `{"comments": …}`; the condition is not its business.
//! Known from the specification: paths, parameters, shapes, versions, limits; that an alert is gone after 30 days. Chosen,
//! since nobody says: an unknown field of the body is ignored (so that `comment`, which an example of a preview has, is lost),
//! and a change to the state that an alert has already changes nothing and keeps no comment.

mod book;
mod list;

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

pub use self::book::{Book, Kept, Modification, StateChange};
use super::{
    cloud::Cloud,
    contents::State,
    directory::{Action, Caller},
    management::{self, Path, authorize, check_version, refusal},
    refusal::{JSON, Refusal},
};
use crate::shared::{Answer, Call};

/// Versions in the specification's repository, and one that is used in the field.
const VERSIONS: [&str; 6] = [
    "2018-05-05",
    "2019-03-01",
    "2018-05-05-preview",
    "2019-03-01-preview",
    "2019-05-05-preview",
    "2025-05-25-preview",
];

const READ: Action = Action::Read("Microsoft.AlertsManagement/alerts/read");

/// The body of `changestate`.
#[derive(Debug, Default, Deserialize)]
struct Comments {
    #[serde(default)]
    comments: Option<String>,
}

/// Serves a call.
///
/// # Errors
/// What the service refuses.
pub fn serve(cloud: &Cloud, call: &Call, path: &Path, caller: &Caller) -> Result<Answer, Refusal> {
    check_version(call, &VERSIONS)?;
    let now = cloud.apparatus.clock.now();
    let mut memory = cloud.memory();
    let rest: Vec<_> = path.rest.iter().map(String::as_str).collect();
    let answer = match (&call.method, rest.as_slice()) {
        (&Method::GET, [_]) => {
            authorize(caller, READ, &path.scope)?;
            list::serve(&memory.alerts, call, path, now)?
        }
        (&Method::GET, [_, id]) => {
            authorize(caller, READ, &path.scope)?;
            shown(find(&mut memory.alerts, path, id, now)?, true)
        }
        (&Method::GET, [_, id, what]) if what.eq_ignore_ascii_case("history") => {
            authorize(caller, READ, &path.scope)?;
            history(find(&mut memory.alerts, path, id, now)?)
        }
        (&Method::POST, [_, id, what]) if what.eq_ignore_ascii_case("changestate") => {
            authorize(caller, Action::ChangeAlert, &path.scope)?;
            let to = new_state(call)?;
            let comments = comments(call)?;
            find(&mut memory.alerts, path, id, now)?;
            memory.alerts.change_state(id, to, comments, &caller.id, now);
            shown(find(&mut memory.alerts, path, id, now)?, true)
        }
        (_, [_] | [_, _]) => return Err(management::wrong_method()),
        _ => return Err(no_alert(rest.get(1).copied().unwrap_or_default())),
    };
    Ok(Answer::json(StatusCode::OK, JSON, &answer))
}

fn find<'a>(alerts: &'a mut Book, path: &Path, id: &str, now: Timestamp) -> Result<&'a Kept, Refusal> {
    let kept = alerts.get(id, now).filter(|kept| management::is_within(&kept.alert.target, &path.scope));
    kept.ok_or_else(|| no_alert(id))
}

fn no_alert(id: &str) -> Refusal {
    refusal(StatusCode::NOT_FOUND, "NotFound", &format!("The alert '{id}' was not found."))
}

fn new_state(call: &Call) -> Result<State, Refusal> {
    let name = call.query.get("newState").unwrap_or_default();
    State::parse(name).ok_or_else(|| invalid(&format!("The value '{name}' of the parameter 'newState' is invalid.")))
}

fn comments(call: &Call) -> Result<Option<String>, Refusal> {
    if call.body.is_empty() {
        return Ok(None);
    }
    if call.content_type().as_deref() != Some("application/json") {
        let words = "The content media type is not supported. Only 'application/json' is.";
        return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", words));
    }
    let body: Comments = serde_json::from_slice(&call.body)
        .map_err(|_| refusal(StatusCode::BAD_REQUEST, "InvalidRequestContent", "The request content was invalid."))?;
    Ok(body.comments)
}

/// 400 for a parameter.
fn invalid(words: &str) -> Refusal {
    refusal(StatusCode::BAD_REQUEST, "BadRequest", words)
}

/// An alert as answers have it.
fn shown(kept: &Kept, with_context: bool) -> Value {
    let alert = &kept.alert;
    let (_, types, name) = management::kind(&alert.target).unwrap_or_default();
    let essentials = json!({
        "severity": alert.severity,
        "signalType": alert.signal_type,
        "alertState": alert.state,
        "monitorCondition": alert.condition,
        "targetResource": alert.target.to_lowercase(),
        "targetResourceName": name.to_lowercase(),
        "targetResourceGroup": management::resource_group(&alert.target).unwrap_or_default().to_lowercase(),
        "targetResourceType": types.to_lowercase(),
        "monitorService": alert.monitor_service,
        "alertRule": alert.rule,
        "sourceCreatedId": format!("{}_source", alert.id),
        "startDateTime": kept.started,
        "lastModifiedDateTime": kept.modified,
        "monitorConditionResolvedDateTime": kept.resolved,
        "lastModifiedUserName": kept.modified_by,
        "actionStatus": { "isSuppressed": alert.suppressed },
        "description": alert.description,
    });
    let mut properties = json!({ "essentials": essentials });
    if with_context && let Some(properties) = properties.as_object_mut() {
        properties.extend([("context".to_owned(), json!({})), ("egressConfig".to_owned(), json!({}))]);
    }
    json!({
        "id": kept.id(),
        "type": "Microsoft.AlertsManagement/alerts",
        "name": alert.name,
        "properties": properties,
    })
}

fn history(kept: &Kept) -> Value {
    let modifications: Vec<_> = kept.history.iter().rev().map(Modification::shown).collect();
    json!({
        "id": format!("{}/history/default", kept.id()),
        "type": "Microsoft.AlertsManagement/alerts/history",
        "name": "default",
        "properties": { "alertId": kept.id(), "modifications": modifications },
    })
}
