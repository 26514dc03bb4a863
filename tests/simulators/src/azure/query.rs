//! Log queries: `/v1/workspaces/{id}/query` and `/v1/{resource}/query`, by GET (which the links in alerts are) and by POST.
//!
//! No query is run. Results are put in for a target and the letters of a query; another query of a known target is told, in
//! the words of the service, that its table is not there. An unknown target is an unknown path. Errors are as the service's
//! page of errors has them, but for a token that is over: 401, as everywhere.

use http::{Method, StatusCode};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    access::Api,
    cloud::Cloud,
    contents::QueryResult,
    directory::{Action, Caller},
    refusal::{JSON, Refusal},
};
use crate::shared::{Answer, Call};

/// A query that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AskedQuery {
    /// What was queried.
    pub target: String,
    /// The query.
    pub query: String,
    /// The time that it was for.
    pub timespan: Option<String>,
    /// When it was asked.
    pub at: Timestamp,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    query: String,
    #[serde(default)]
    timespan: Option<String>,
    /// Taken and not heeded: more workspaces to query.
    #[serde(default, rename = "workspaces")]
    _workspaces: Option<Vec<String>>,
}

/// Serves a call.
///
/// # Errors
/// What the service refuses.
pub fn serve(cloud: &Cloud, call: &Call, caller: &Caller) -> Result<Answer, Refusal> {
    let target = target(&call.path).ok_or_else(no_path)?;
    let (query, timespan) = asked(call)?;
    let mut memory = cloud.memory();
    if !memory.results.iter().any(|result| result.target.eq_ignore_ascii_case(&target)) {
        return Err(no_path());
    }
    if !caller.may(Action::QueryLogs) {
        let words = "The provided credentials have insufficient access to perform the requested operation";
        return Err(Api::Query.refusal(StatusCode::FORBIDDEN, "InsufficientAccessError", words));
    }
    let at = cloud.apparatus.clock.now();
    memory.queries.push(AskedQuery { target: target.clone(), query: query.clone(), timespan, at });
    let answers = |result: &&QueryResult| {
        result.target.eq_ignore_ascii_case(&target) && result.query.as_ref().is_none_or(|known| *known == query)
    };
    let result = memory.results.iter().find(answers).ok_or_else(|| no_table(&query))?;
    Ok(Answer::json(StatusCode::OK, JSON, &shown(result)))
}

/// `workspaces/{guid}`, or `/subscriptions/…`.
fn target(path: &str) -> Option<String> {
    let path = percent_decode_str(path).decode_utf8_lossy();
    let inside = path.strip_prefix("/v1/")?.strip_suffix("/query")?;
    let is_workspace = inside.strip_prefix("workspaces/").is_some_and(|id| !id.is_empty() && !id.contains('/'));
    if is_workspace {
        return Some(inside.to_owned());
    }
    inside.to_ascii_lowercase().starts_with("subscriptions/").then(|| format!("/{inside}"))
}

fn asked(call: &Call) -> Result<(String, Option<String>), Refusal> {
    match call.method {
        Method::GET => {
            let query = call.query.get("query").ok_or_else(|| invalid("BadArgumentError", "Query is missing"))?;
            Ok((query.to_owned(), call.query.get("timespan").map(str::to_owned)))
        }
        Method::POST if call.content_type().as_deref() == Some("application/json") => {
            let body: Body =
                serde_json::from_slice(&call.body).map_err(|error| invalid("MalformedBody", &error.to_string()))?;
            Ok((body.query, body.timespan))
        }
        Method::POST => {
            let words = "The request's content type is not supported";
            Err(Api::Query.refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedContentTypeError", words))
        }
        _ => Err(Api::Query.refusal(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", "The method is not allowed")),
    }
}

fn shown(result: &QueryResult) -> Value {
    let columns: Vec<_> = result.columns.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect();
    json!({ "tables": [{ "name": "PrimaryResult", "columns": columns, "rows": result.rows }] })
}

fn invalid(code: &str, words: &str) -> Refusal {
    let outer = "The request had some invalid properties";
    Api::Query.refusal(StatusCode::BAD_REQUEST, "BadArgumentError", outer).because(code, words)
}

fn no_table(query: &str) -> Refusal {
    let table = query.split(['|', ' ', '\n']).next().unwrap_or_default();
    let words = format!("Failed to resolve table or column expression named '{table}'");
    invalid("SemanticError", &words)
}

fn no_path() -> Refusal {
    Api::Query.refusal(StatusCode::NOT_FOUND, "PathNotFoundError", "The requested path does not exist")
}
