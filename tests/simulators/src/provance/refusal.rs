//! What the platform refuses, and with which bytes.
//!
//! Every body is `{"error":{"code","message"}}`. The codes are those of Microsoft's list of Web service error codes, the texts
//! those that the platform answers; where only its status is known, the text here is in its manner and adapters must not read
//! it.

use http::{HeaderValue, Method, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::options::TENANT;
use crate::shared::Answer;

/// The media type of every JSON answer.
pub const JSON: &str = "application/json; odata.metadata=minimal";

/// Which of the three service protection limits a user has met.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// Requests within five minutes.
    #[default]
    Requests,
    /// Execution time within five minutes.
    ExecutionTime,
    /// Requests at the same time.
    Concurrency,
}

/// Something that the platform will not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No token, or one that is over.
    #[error("not authenticated")]
    Unauthenticated,
    /// The organisation has no user for the application.
    #[error("no user")]
    NoUser,
    /// The user's roles lack a privilege.
    #[error("missing prv{right} on {table}")]
    Privilege {
        /// `Read`, `Create`, `Write`, `Delete`.
        right: &'static str,
        /// The table.
        table: String,
    },
    /// Nothing is served at this segment.
    #[error("no segment {0}")]
    NoSegment(String),
    /// The segment does not take this method.
    #[error("{0} is not supported")]
    Method(Method),
    /// No such row.
    #[error("no {table} {id}")]
    NoRow {
        /// The table.
        table: String,
        /// Its identity, or its key.
        id: String,
    },
    /// No such table in metadata.
    #[error("no table {0} in metadata")]
    NoTable(String),
    /// A query option that is not supported.
    #[error("{0} is not supported")]
    Option(String),
    /// A query option whose value cannot be read.
    #[error("{0}")]
    Query(String),
    /// A column that the table does not have.
    #[error("no property {property} on {table}")]
    NoProperty {
        /// The column.
        property: String,
        /// The table.
        table: String,
    },
    /// The body has a column or a binding that is not declared.
    #[error("undeclared property {0}")]
    Undeclared(String),
    /// The body cannot be read.
    #[error("unreadable body")]
    Unreadable,
    /// A value of another type than the column's.
    #[error("{property} cannot be {value}")]
    Type {
        /// The column.
        property: String,
        /// What was sent.
        value: String,
    },
    /// A text that is too long.
    #[error("{column} is longer than {length}")]
    TooLong {
        /// The column.
        column: String,
        /// The table.
        table: String,
        /// What it holds.
        length: usize,
    },
    /// A value that is none of a column's choices.
    #[error("{value} is no choice of {column}")]
    Choice {
        /// The column.
        column: String,
        /// The table.
        table: String,
        /// What was sent.
        value: i64,
    },
    /// A Case without a customer.
    #[error("no customer")]
    NoCustomer,
    /// A status reason of another state.
    #[error("status {status} is not of state {state}")]
    StatePair {
        /// The state.
        state: i64,
        /// The status reason.
        status: i64,
        /// The row.
        id: String,
    },
    /// A Case is resolved by its action alone.
    #[error("use CloseIncident")]
    UseCloseIncident,
    /// A Case that is over is locked.
    #[error("the case is over")]
    Locked,
    /// A Case that is over is closed again.
    #[error("closed already")]
    ClosedAlready,
    /// `If-Match` names another version.
    #[error("changed meanwhile")]
    Version,
    /// `If-None-Match: *`, and the row is there.
    #[error("the row is there")]
    Exists,
    /// Another row has the alternate key.
    #[error("key violated")]
    KeyViolated,
    /// A query option that change tracking does not take.
    #[error("{0} with change tracking")]
    Tracked(&'static str),
    /// The table's changes are not tracked.
    #[error("{0} is not tracked")]
    NotTracked(String),
    /// A paging cookie or delta token that is not one, or is over.
    #[error("bad token")]
    Token,
    /// A part of a change set has no `Content-ID`.
    #[error("no Content-ID")]
    NoContentId,
    /// The body's media type is not read here.
    #[error("media type")]
    MediaType,
    /// Too much.
    #[error("service protection")]
    Throttled {
        /// Which limit.
        protection: Protection,
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The server, or what stands before it, fails.
    #[error("failure {0}")]
    Failure(StatusCode),
}

// === impl Refusal ===

impl Refusal {
    /// Status, code and words.
    fn parts(&self) -> (StatusCode, &'static str, String) {
        let bad = |code, words| (StatusCode::BAD_REQUEST, code, words);
        match self {
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "", String::new()),
            Self::NoUser => {
                (StatusCode::FORBIDDEN, "0x80072560", "The user is not a member of the organization.".into())
            }
            Self::Privilege { right, table } => (
                StatusCode::FORBIDDEN,
                "0x80040220",
                format!("Principal user is missing prv{right}{table} privilege on OTC=112 for entity '{table}'."),
            ),
            Self::NoSegment(segment) => (
                StatusCode::NOT_FOUND,
                "0x8006088a",
                format!("Resource not found for the segment '{segment}'."),
            ),
            Self::Method(method) => (
                StatusCode::METHOD_NOT_ALLOWED,
                "0x0",
                format!("The requested resource does not support http method '{method}'."),
            ),
            Self::NoRow { table, id } => {
                (StatusCode::NOT_FOUND, "0x80040217", format!("{table} With Id = {id} Does Not Exist"))
            }
            Self::NoTable(name) => (
                StatusCode::NOT_FOUND,
                "0x80040217",
                format!("Could not find an entity with specified name '{name}'."),
            ),
            Self::Option(option) => bad("0x80060888", format!("The query option '{option}' is not supported.")),
            Self::Query(words) => bad("0x80060888", words.clone()),
            Self::NoProperty { property, table } => bad(
                "0x80060888",
                format!("Could not find a property named '{property}' on type 'Microsoft.Dynamics.CRM.{table}'."),
            ),
            Self::Undeclared(property) => bad("0x80048d19", undeclared(property)),
            Self::Unreadable => bad("0x80048d19", "Error identified in Payload provided by the user.".into()),
            Self::Type { property, value } => bad(
                "0x80048d19",
                format!("Cannot convert the literal '{value}' to the expected type of property '{property}'."),
            ),
            Self::TooLong { column, table, length } => bad(
                "0x80044331",
                format!(
                    "A validation error occurred.  The length of the '{column}' attribute of the '{table}' entity exceeded the \
                     maximum allowed length of '{length}'."
                ),
            ),
            Self::Choice { column, table, value } => bad(
                "0x8004431a",
                format!(
                    "A validation error occurred.  The value {value} of '{column}' on record of type '{table}' is outside the \
                     valid range."
                ),
            ),
            Self::NoCustomer => bad("0x80044410", "You should specify a parent contact or account.".into()),
            Self::StatePair { state, status, id } => bad(
                "0x80048408",
                format!("{status} is not a valid status code for state code {state} on incident with Id {id}."),
            ),
            Self::UseCloseIncident => bad(
                "0x80048408",
                "This message can not be used to set the state of incident to Resolved. In order to set state of incident to \
                 Resolved, use the CloseIncidentRequest message instead."
                    .into(),
            ),
            Self::Locked => bad(
                "0x80040203",
                "This case has already been resolved. Close and reopen the case record to see the updates.".into(),
            ),
            Self::ClosedAlready => bad("0x800404cf", "The incident can not be closed: it is closed already.".into()),
            Self::Version => (
                StatusCode::PRECONDITION_FAILED,
                "0x80060882",
                "The version of the existing record doesn't match the RowVersion property provided.".into(),
            ),
            Self::Exists => (
                StatusCode::PRECONDITION_FAILED,
                "0x80040237",
                "A record with matching key values already exists.".into(),
            ),
            Self::KeyViolated => (
                StatusCode::PRECONDITION_FAILED,
                "0x80060892",
                "Entity Key Signalbox key violated. A record with the same value for Signalbox key already exists.".into(),
            ),
            Self::Tracked(option) => bad(
                "0x80060888",
                format!("The {option} query parameter isn't supported when Change Tracking is enabled."),
            ),
            Self::NotTracked(table) => bad("0x80072491", format!("Change tracking is not enabled for entity {table}.")),
            Self::Token => bad("0x80040203", "The token is malformed or has expired.".into()),
            Self::NoContentId => bad("0x80060888", "The 'Content-ID' header is not present in a part of a changeset.".into()),
            Self::MediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "0x0", "The request entity's media type is not supported.".into())
            }
            Self::Throttled { protection, .. } => {
                let (code, words) = protection.words();
                (StatusCode::TOO_MANY_REQUESTS, code, words.into())
            }
            Self::Failure(status) => (*status, "0x80040216", "An unexpected error occurred.".into()),
        }
    }

    /// The status that goes with it.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.parts().0
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let (status, code, message) = self.parts();
        match self {
            Self::Unauthenticated => {
                let place =
                    format!("Bearer authorization_uri=https://login.microsoftonline.com/{TENANT}/oauth2/authorize");
                Answer::empty(status).with_text(header::WWW_AUTHENTICATE, &place)
            }
            Self::Throttled { retry_after, .. } => {
                body(status, code, &message).with(header::RETRY_AFTER, HeaderValue::from(*retry_after))
            }
            _ => body(status, code, &message),
        }
    }
}

fn body(status: StatusCode, code: &str, message: &str) -> Answer {
    Answer::json(status, JSON, &json!({ "error": { "code": code, "message": message } }))
}

fn undeclared(property: &str) -> String {
    format!(
        "Error identified in Payload provided by the user for Entity :'', InnerException : Microsoft.OData.ODataException: An \
         undeclared property '{property}' which only has property annotations in the payload but no property value was found in \
         the payload."
    )
}

// === impl Protection ===

impl Protection {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Requests => {
                ("0x80072322", "Number of requests exceeded the limit of 6000 over time window of 300 seconds.")
            }
            Self::ExecutionTime => (
                "0x80072321",
                "Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over time window of 300 \
                 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.",
            ),
            Self::Concurrency => ("0x80072326", "Number of concurrent requests exceeded the limit of 52."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(refusal: &Refusal) -> (u16, String) {
        let answer = refusal.answer();
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        (answer.status.as_u16(), body["error"]["code"].as_str().unwrap_or_default().to_owned())
    }

    #[test]
    fn codes_are_the_platform_s_own() {
        let row = Refusal::NoRow { table: "incident".into(), id: "1".into() };
        let throttled = |protection| Refusal::Throttled { protection, retry_after: 7 };
        for (refusal, status, code) in [
            (Refusal::Unauthenticated, 401, ""),
            (Refusal::NoUser, 403, "0x80072560"),
            (Refusal::NoSegment("x".into()), 404, "0x8006088a"),
            (row, 404, "0x80040217"),
            (Refusal::Undeclared("x".into()), 400, "0x80048d19"),
            (Refusal::NoCustomer, 400, "0x80044410"),
            (Refusal::UseCloseIncident, 400, "0x80048408"),
            (Refusal::ClosedAlready, 400, "0x800404cf"),
            (Refusal::Version, 412, "0x80060882"),
            (Refusal::KeyViolated, 412, "0x80060892"),
            (throttled(Protection::Requests), 429, "0x80072322"),
            (throttled(Protection::ExecutionTime), 429, "0x80072321"),
            (throttled(Protection::Concurrency), 429, "0x80072326"),
        ] {
            assert_eq!(told(&refusal), (status, code.to_owned()), "{refusal}");
        }
    }

    #[test]
    fn refusals_carry_their_headers() {
        let unauthenticated = Refusal::Unauthenticated.answer();
        let place = unauthenticated.headers[header::WWW_AUTHENTICATE].to_str().unwrap();
        assert!(place.starts_with("Bearer authorization_uri="), "{place}");
        let limited = Refusal::Throttled { protection: Protection::Requests, retry_after: 17 }.answer();
        assert_eq!(limited.headers[header::RETRY_AFTER], "17");
    }
}
