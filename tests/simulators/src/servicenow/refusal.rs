//! What the platform refuses, and with which bytes.
//!
//! Every body is the one envelope `{"error":{"message","detail"},"status":"failure"}`. The texts are those that the
//! product answers; where only its status is known, the text here is in its manner and adapters must not read it.

use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

use crate::shared::Answer;

/// The media type of every JSON answer.
pub const JSON: &str = "application/json;charset=UTF-8";

/// Something that the platform will not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No credentials, or wrong ones.
    #[error("not authenticated")]
    Unauthenticated,
    /// The user must show a second factor, which this interface can't ask for.
    #[error("the user has multi-factor authentication")]
    SecondFactor,
    /// The table is not in the dictionary.
    #[error("no table {0}")]
    InvalidTable(String),
    /// The user may not read the table.
    #[error("may not query")]
    MayNotQuery,
    /// The user may not call this interface.
    #[error("may not call")]
    MayNotCall,
    /// The user may not do this to this row: `Insert`, `Update`, `Delete`.
    #[error("may not {0}")]
    MayNot(&'static str),
    /// Fields that the row would lack, by label.
    #[error("mandatory fields are missing: {}", .0.join(", "))]
    Mandatory(Vec<&'static str>),
    /// A business rule aborted the write.
    #[error("aborted by business rule {rule}")]
    Aborted {
        /// The table written to.
        table: String,
        /// The rule's name.
        rule: &'static str,
    },
    /// A row with this sys_id is there.
    #[error("duplicate key {0}")]
    Duplicate(String),
    /// No such row, or none for this user.
    #[error("no record")]
    NoRecord,
    /// An empty list where version 1 was asked.
    #[error("no records")]
    NoRecords,
    /// Nothing is served at this path.
    #[error("no resource at {0}")]
    NoResource(String),
    /// The body is not a JSON object.
    #[error("the payload is not a JSON object")]
    NotJson,
    /// The call carries no `Accept`, or a body without `Content-Type`.
    #[error("header {0} is missing")]
    MissingHeader(&'static str),
    /// None of the accepted media types can be answered.
    #[error("not acceptable")]
    NotAcceptable,
    /// The body's media type is not read here.
    #[error("unsupported media type {0}")]
    UnsupportedMediaType(String),
    /// The path does not take this method.
    #[error("{0} is not supported")]
    Method(Method),
    /// A parameter has a value that it can't have.
    #[error("invalid value for {0}")]
    Parameter(&'static str),
    /// Too many requests.
    #[error("rate limit exceeded")]
    RateLimited {
        /// Requests an hour that the rule allows.
        limit: u64,
        /// Seconds until the next window.
        retry_after: u64,
    },
    /// The server, or what stands before it, fails.
    #[error("failure {0}")]
    Failure(StatusCode),
}

/// The sys_id under which a business rule is known; the same for the same name.
fn rule_id(rule: &str) -> String {
    let hash = rule.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    format!("{hash:032x}")
}

impl Refusal {
    /// The status that goes with it.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated | Self::SecondFactor => StatusCode::UNAUTHORIZED,
            Self::MayNotQuery
            | Self::MayNotCall
            | Self::MayNot(_)
            | Self::Mandatory(_)
            | Self::Aborted { .. }
            | Self::Duplicate(_) => StatusCode::FORBIDDEN,
            Self::NoRecord | Self::NoRecords => StatusCode::NOT_FOUND,
            Self::InvalidTable(_)
            | Self::NoResource(_)
            | Self::NotJson
            | Self::MissingHeader(_)
            | Self::Parameter(_) => StatusCode::BAD_REQUEST,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Failure(status) => *status,
        }
    }

    /// The envelope's message and detail.
    fn words(&self) -> (String, Value) {
        let failed = |detail: String| ("Operation Failed".to_owned(), Value::from(detail));
        match self {
            Self::Unauthenticated | Self::SecondFactor => {
                ("User Not Authenticated".into(), "Required to provide Auth information".into())
            }
            Self::InvalidTable(table) => {
                (format!("Invalid table {table}"), format!("Table {table} does not exist").into())
            }
            Self::MayNotQuery => ("Insufficient rights to query records".into(), Value::Null),
            Self::MayNotCall => ("User Not Authorized".into(), "Failed API level ACL Validation".into()),
            Self::MayNot(operation) => failed(format!("ACL Exception {operation} Failed due to security constraints")),
            Self::Mandatory(labels) => {
                failed(format!("Data Policy Exception: The following fields are mandatory: {}", labels.join(", ")))
            }
            Self::Aborted { table, rule } => failed(format!(
                "Operation against file '{table}' was aborted by Business Rule '{rule}^{}'. Business Rule Stack:{rule}",
                rule_id(rule)
            )),
            Self::Duplicate(sys_id) => failed(format!(
                "Unique Key violation detected by database ((conn=1) Duplicate entry '{sys_id}' for key 'PRIMARY')"
            )),
            Self::NoRecord => {
                ("No Record found".into(), "Record doesn't exist or ACL restricts the record retrieval".into())
            }
            Self::NoRecords => ("No Record found".into(), "Records matching query not found".into()),
            Self::NoResource(path) => ("Requested URI does not represent any resource".into(), path.as_str().into()),
            Self::NotJson => ("Exception while reading request".into(), "The payload is not valid JSON.".into()),
            Self::MissingHeader(name) => ("Invalid request".into(), format!("Header {name} is required").into()),
            Self::NotAcceptable => ("Not Acceptable".into(), "Requested media type is not supported".into()),
            Self::UnsupportedMediaType(media_type) => {
                ("Unsupported Media Type".into(), format!("Media type {media_type} is not supported").into())
            }
            Self::Method(method) => {
                ("Method not Supported".into(), format!("{method} method not supported for API").into())
            }
            Self::Parameter(name) => ("Invalid parameter".into(), format!("Invalid value for {name}").into()),
            Self::RateLimited { limit, .. } => (
                "Rate limit exceeded".into(),
                format!("Rate limit of {limit} requests per hour for Table API exceeded").into(),
            ),
            Self::Failure(status) => {
                (status.canonical_reason().unwrap_or("Error").into(), "Please contact your administrator".into())
            }
        }
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let (message, detail) = self.words();
        let body = json!({ "error": { "message": message, "detail": detail }, "status": "failure" });
        let answer = Answer::json(self.status(), JSON, &body);
        let basic = HeaderValue::from_static("BASIC realm=\"Service-now\"");
        match self {
            Self::Unauthenticated => answer.with(header::WWW_AUTHENTICATE, basic),
            Self::SecondFactor => answer
                .with(header::WWW_AUTHENTICATE, basic)
                .with(HeaderName::from_static("x-mfa_token"), HeaderValue::from_static("invalid")),
            Self::RateLimited { retry_after, .. } => answer.with(header::RETRY_AFTER, (*retry_after).into()),
            _ => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_the_product_s_own() {
        let cases = [
            (
                Refusal::Unauthenticated,
                401,
                r#"{"error":{"detail":"Required to provide Auth information","message":"User Not Authenticated"},"status":"failure"}"#,
            ),
            (
                Refusal::InvalidTable("sys_nonexistent".into()),
                400,
                r#"{"error":{"detail":"Table sys_nonexistent does not exist","message":"Invalid table sys_nonexistent"},"status":"failure"}"#,
            ),
            (
                Refusal::MayNotQuery,
                403,
                r#"{"error":{"detail":null,"message":"Insufficient rights to query records"},"status":"failure"}"#,
            ),
            (
                Refusal::MayNotCall,
                403,
                r#"{"error":{"detail":"Failed API level ACL Validation","message":"User Not Authorized"},"status":"failure"}"#,
            ),
            (
                Refusal::MayNot("Insert"),
                403,
                r#"{"error":{"detail":"ACL Exception Insert Failed due to security constraints","message":"Operation Failed"},"status":"failure"}"#,
            ),
            (
                Refusal::Mandatory(vec!["Resolution code"]),
                403,
                r#"{"error":{"detail":"Data Policy Exception: The following fields are mandatory: Resolution code","message":"Operation Failed"},"status":"failure"}"#,
            ),
            (
                Refusal::NoRecord,
                404,
                r#"{"error":{"detail":"Record doesn't exist or ACL restricts the record retrieval","message":"No Record found"},"status":"failure"}"#,
            ),
            (
                Refusal::NoResource("/api/now/nothing".into()),
                400,
                r#"{"error":{"detail":"/api/now/nothing","message":"Requested URI does not represent any resource"},"status":"failure"}"#,
            ),
            (
                Refusal::NotJson,
                400,
                r#"{"error":{"detail":"The payload is not valid JSON.","message":"Exception while reading request"},"status":"failure"}"#,
            ),
            (
                Refusal::Method(Method::PUT),
                405,
                r#"{"error":{"detail":"PUT method not supported for API","message":"Method not Supported"},"status":"failure"}"#,
            ),
            (
                Refusal::RateLimited { limit: 100, retry_after: 9 },
                429,
                r#"{"error":{"detail":"Rate limit of 100 requests per hour for Table API exceeded","message":"Rate limit exceeded"},"status":"failure"}"#,
            ),
        ];
        for (refusal, status, body) in cases {
            let answer = refusal.answer();
            assert_eq!(answer.status.as_u16(), status, "{refusal}");
            assert_eq!(std::str::from_utf8(&answer.body).unwrap(), body, "{refusal}");
            assert_eq!(answer.headers[header::CONTENT_TYPE], JSON, "{refusal}");
        }
    }

    #[test]
    fn an_abort_names_the_rule_twice_with_its_sys_id() {
        let refusal = Refusal::Aborted { table: "incident".into(), rule: "Keep Closed" };
        let body: Value = serde_json::from_slice(&refusal.answer().body).unwrap();
        let detail = body["error"]["detail"].as_str().unwrap();
        let id = rule_id("Keep Closed");
        assert_eq!(
            detail,
            format!(
                "Operation against file 'incident' was aborted by Business Rule 'Keep Closed^{id}'. Business Rule Stack:Keep Closed"
            )
        );
    }

    #[test]
    fn refusals_carry_their_headers() {
        let unauthenticated = Refusal::Unauthenticated.answer();
        assert_eq!(unauthenticated.headers[header::WWW_AUTHENTICATE], "BASIC realm=\"Service-now\"");
        assert_eq!(Refusal::SecondFactor.answer().headers["x-mfa_token"], "invalid");
        let limited = Refusal::RateLimited { limit: 1, retry_after: 17 }.answer();
        assert_eq!(limited.headers[header::RETRY_AFTER], "17");
    }
}
