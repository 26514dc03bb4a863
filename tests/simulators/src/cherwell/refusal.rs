//! What the system refuses, and with which bytes.
//!
//! An error of the interface is `{"errorCode","errorMessage","hasError":true,"httpStatusCode"}`, with a status that says
//! little: an unknown record is a 500, and a field that is refused is a 200. Where only the status of a refusal is known, the
//! words here are in the product's manner, and adapters must not read them.

use http::StatusCode;
use serde_json::{Value, json};

use crate::shared::Answer;

/// The media type of every JSON answer.
pub const JSON: &str = "application/json;charset=UTF-8";

/// Something that the system will not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No token, or one that is over.
    #[error("not authorized")]
    Unauthorized,
    /// The user may not see or write these records.
    #[error("insufficient rights")]
    InsufficientRights,
    /// No such record.
    #[error("no record")]
    RecordNotFound,
    /// No object has this id.
    #[error("no object {0}")]
    ObjectNotFound(String),
    /// The object has no such field or relationship.
    #[error("no field {0}")]
    FieldNotFound(String),
    /// The body is no object of JSON, or lacks what it must have.
    #[error("bad request: {0}")]
    BadRequest(String),
    /// Values that the record can't have: the field's id, its name, and why.
    #[error("{}", .0.iter().map(|fault| fault.why.clone()).collect::<Vec<_>>().join(" "))]
    Invalid(Vec<FieldFault>),
    /// The record's state forbids it.
    #[error("{0}")]
    Forbidden(String),
    /// Nothing is served at this path.
    #[error("no resource at {0}")]
    NoResource(String),
    /// The path takes no such method.
    #[error("method not allowed")]
    NoSuchMethod,
}

/// A value that a record can't have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's whole id.
    pub field_id: String,
    /// What people read.
    pub why: String,
    /// Whether the value is lacking, and not just wrong: the answer then says that it is an error as a whole.
    pub lacking: bool,
}

impl Refusal {
    /// The answer that says it.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let failure = StatusCode::INTERNAL_SERVER_ERROR;
        match self {
            Self::Unauthorized => message(StatusCode::UNAUTHORIZED, "Authorization has been denied for this request."),
            Self::InsufficientRights => {
                coded(StatusCode::FORBIDDEN, "INSUFFICIENTRIGHTS", "You are not authorized to view this object")
            }
            Self::RecordNotFound => coded(failure, "RECORDNOTFOUND", "Record not found"),
            Self::ObjectNotFound(id) => coded(failure, "BUSOBNOTFOUND", &format!("Business object not found: {id}")),
            Self::FieldNotFound(id) => coded(failure, "FIELDNOTFOUND", &format!("Field not found: {id}")),
            Self::BadRequest(why) => coded(StatusCode::BAD_REQUEST, "BADREQUEST", why),
            Self::Invalid(faults) => invalid(faults),
            Self::Forbidden(why) => {
                saved(&json!({ "errorMessage": why, "errorCode": "GENERALFAILURE", "hasError": true }))
            }
            Self::NoResource(path) => {
                let words = format!("No HTTP resource was found that matches the request URI '{path}'.");
                message(StatusCode::NOT_FOUND, &words)
            }
            Self::NoSuchMethod => {
                message(StatusCode::METHOD_NOT_ALLOWED, "The requested resource does not support this http method.")
            }
        }
    }
}

/// What stands before the interface, or below it, fails without a code.
#[must_use]
pub fn failure(status: StatusCode) -> Answer {
    message(status, "An error has occurred.")
}

fn message(status: StatusCode, words: &str) -> Answer {
    Answer::json(status, JSON, &json!({ "Message": words }))
}

fn coded(status: StatusCode, code: &str, words: &str) -> Answer {
    let name = status.canonical_reason().unwrap_or_default().replace(' ', "");
    let body = json!({ "errorCode": code, "errorMessage": words, "hasError": true, "httpStatusCode": name });
    Answer::json(status, JSON, &body)
}

/// A record that was not saved, with status 200.
fn invalid(faults: &[FieldFault]) -> Answer {
    let errors: Vec<_> = faults
        .iter()
        .map(|fault| json!({ "error": fault.why, "errorCode": "InvalidValue", "fieldId": fault.field_id }))
        .collect();
    let whole = faults.iter().find(|fault| fault.lacking);
    saved(&json!({
        "fieldValidationErrors": errors,
        "hasError": whole.is_some(),
        "errorCode": whole.map(|_| "REQUIREDFIELD"),
        "errorMessage": whole.map(|fault| &fault.why),
    }))
}

/// The answer to a save, whatever came of it.
#[must_use]
pub fn saved(outcome: &Value) -> Answer {
    let mut body = json!({
        "busObPublicId": null, "busObRecId": null, "cacheKey": null, "fieldValidationErrors": [],
        "notificationTriggers": [], "errorCode": null, "errorMessage": null, "hasError": false, "httpStatusCode": "OK",
    });
    if let (Some(body), Some(outcome)) = (body.as_object_mut(), outcome.as_object()) {
        body.extend(outcome.clone());
    }
    Answer::json(StatusCode::OK, JSON, &body)
}
