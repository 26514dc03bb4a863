//! What an error answer means.
//!
//! Every error of the REST API is `{"error":{"message","detail"},"status":"failure"}`. A 403 says as often that content is refused
//! as that a right is missing, so its words decide:
//!
//! | status | words | meaning |
//! |---|---|---|
//! | 400 | `User Not Authenticated` (401 behind some proxies) | unauthorized |
//! | 400 | `Invalid table`, `Requested URI does not represent any resource` | unsupported |
//! | 403 | `Data Policy Exception: … mandatory: …` | rejected, with the field |
//! | 403 | `… aborted by Business Rule …` | rejected, code `business-rule`; [`crate::tickets`] looks whether the state forbade it |
//! | 403 | `Failed API level ACL Validation` | unauthorized: this account may use no part of the API |
//! | 403 | any other | rejected, code `acl` |
//! | 404 | on a record | gone |
//! | 400, 409, 413, 422 | any other | rejected |
//! | other 4xx | | protocol |
//!
//! The rest is [`signalbox_sdk::fault::by_status`]. Sources: answers recorded from instances by public integrations (Ansible's
//! `servicenow.itsm`, Apache Camel, PySNC), and the Table API's reference for the statuses.

use serde_json::Value;
use signalbox_sdk::fault::{self, Detail, fault};
use signalbox_sdk::http::{Effect, Response};
use signalbox_sdk::json;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// The code of a refusal by a business rule.
pub const BUSINESS_RULE: &str = "business-rule";
/// The code of a refusal for lack of a right.
pub const ACL: &str = "acl";
/// The code of a refusal by a data policy.
const DATA_POLICY: &str = "data-policy";

/// What a request named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// One record.
    Record,
    /// A table, or an endpoint.
    Collection,
}

/// The error in an answer that is not 2xx.
#[must_use]
pub fn classify(response: &Response, effect: Effect, place: Place) -> CallError {
    let words = Words::of(response);
    if let Some(error) = fault::by_status(response, effect) {
        let wait = error.retry_after.or_else(|| until_reset(response));
        return CallError { message: words.or(error.message.clone()), ..error }.with_retry_after(wait);
    }
    if response.is_page() {
        return page(response);
    }
    let code = response.status.to_string();
    let as_kind = |kind, code: &str| fault(kind, words.or(format!("the instance answered {code}"))).with_code(code);
    match response.status {
        400 if words.say("user not authenticated") => as_kind(CallErrorKind::Unauthorized, &code),
        400 if words.say("invalid table") || words.say("does not represent any resource") => {
            as_kind(CallErrorKind::Unsupported, &code)
        }
        403 if words.say("data policy exception") => {
            as_kind(CallErrorKind::Rejected, DATA_POLICY).with_field(words.mandatory_column())
        }
        403 if words.say("aborted by business rule") => as_kind(CallErrorKind::Rejected, BUSINESS_RULE),
        403 if words.say("api level acl") => as_kind(CallErrorKind::Unauthorized, &code),
        403 => as_kind(CallErrorKind::Rejected, ACL),
        404 if place == Place::Record => as_kind(CallErrorKind::Gone, &code),
        400 | 409 | 413 | 422 => as_kind(CallErrorKind::Rejected, &code),
        _ => as_kind(CallErrorKind::Protocol, &code),
    }
}

/// A page where JSON should be: an instance that sleeps, a login form, a proxy. Nothing was written.
#[must_use]
pub fn page(response: &Response) -> CallError {
    let body = String::from_utf8_lossy(&response.body);
    let message = if body.to_ascii_lowercase().contains("hibernat") {
        "the instance hibernates: a person must wake it".to_owned()
    } else {
        format!("a web page came with status {} where the instance's API should answer", response.status)
    };
    fault(CallErrorKind::Protocol, message).with_code(response.status.to_string())
}

/// Seconds until the limit of a rate rule is counted anew.
fn until_reset(response: &Response) -> Option<u32> {
    let reset: i64 = response.header("x-ratelimit-reset")?.trim().parse().ok()?;
    let now = Stamp::from_http(response.header("date")?)?.unix();
    u32::try_from(reset.checked_sub(now)?).ok()
}

/// The words of an error's envelope.
struct Words {
    message: String,
    detail: String,
}

// === impl Words ===

impl Words {
    fn of(response: &Response) -> Self {
        let body = response.json().unwrap_or(Value::Null);
        let error = body.get("error").unwrap_or(&Value::Null);
        let bare = error.as_str().unwrap_or_default();
        let message = if bare.is_empty() { json::text(error, "message") } else { bare };
        Self { message: message.trim().to_owned(), detail: json::text(error, "detail").trim().to_owned() }
    }

    fn say(&self, part: &str) -> bool {
        [&self.message, &self.detail].into_iter().any(|words| words.to_ascii_lowercase().contains(part))
    }

    fn or(&self, other: String) -> String {
        match (self.message.as_str(), self.detail.as_str()) {
            ("", "") => other,
            (words, "") | ("", words) => words.to_owned(),
            (message, detail) => format!("{message}: {detail}"),
        }
    }

    /// The column of the first field that a data policy names; its label where the label is not one of those as delivered.
    fn mandatory_column(&self) -> String {
        let labels = self.detail.split_once("mandatory:").map_or("", |(_, labels)| labels);
        let label = labels.split(',').next().unwrap_or_default().trim();
        column_of(label).unwrap_or(label).to_owned()
    }
}

/// The column behind a label, as delivered in English.
fn column_of(label: &str) -> Option<&'static str> {
    Some(match label.to_ascii_lowercase().as_str() {
        "additional comments" => "comments",
        "assigned to" => "assigned_to",
        "assignment group" => "assignment_group",
        "business service" | "service" => "business_service",
        "caller" => "caller_id",
        "category" => "category",
        "channel" | "contact type" => "contact_type",
        "close code" | "resolution code" => "close_code",
        "close notes" | "resolution notes" => "close_notes",
        "configuration item" => "cmdb_ci",
        "description" => "description",
        "impact" => "impact",
        "on hold reason" => "hold_reason",
        "short description" => "short_description",
        "state" => "state",
        "subcategory" => "subcategory",
        "urgency" => "urgency",
        "work notes" => "work_notes",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
