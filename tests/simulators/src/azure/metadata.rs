//! The machine's metadata service, as far as it gives out tokens: `GET /metadata/identity/oauth2/token`.
//!
//! Over plain HTTP alone, as in life. It wants `Metadata: true` and an `api-version`, refuses `X-Forwarded-For` (which is how
//! it knows a proxy), and answers numbers as strings. A living token is given out again, as the service's own cache does.

use http::{Method, StatusCode, header};
use jiff::civil::Date;
use serde_json::json;

use super::{access::resource, cloud::Cloud, directory::ManagedIdentity};
use crate::shared::{Answer, Call};

const JSON: &str = "application/json; charset=utf-8";
/// The first version that gives out tokens.
const FIRST_VERSION: Date = jiff::civil::date(2018, 2, 1);

/// Why no token is given.
#[derive(Debug, PartialEq, Eq)]
enum Refused {
    NotFound,
    Method,
    NoMetadataHeader,
    Forwarded,
    NoVersion,
    NoResource,
    UnknownResource(String),
    NoIdentity,
    TwoIdentities,
}

/// Answers a call to the metadata service.
#[must_use]
pub fn serve(cloud: &Cloud, call: &Call) -> Answer {
    match token(cloud, call) {
        Ok(answer) => answer,
        Err(refused) => refused.answer(),
    }
}

/// What the service says when it fails itself.
#[must_use]
pub fn failed(status: StatusCode) -> Answer {
    let (error, words) = match status {
        StatusCode::NOT_FOUND => ("not_found", "IMDS endpoint is updating"),
        StatusCode::GONE => ("gone", "IMDS is going through updates"),
        StatusCode::TOO_MANY_REQUESTS => ("too_many_requests", "IMDS throttle limit reached"),
        _ => ("unknown", "Failed to retrieve token from the Active directory."),
    };
    let body = json!({ "error": error, "error_description": words });
    Answer::json(status, JSON, &body)
}

/// What the service says to too many requests.
#[must_use]
pub fn throttled(retry_after: u64) -> Answer {
    failed(StatusCode::TOO_MANY_REQUESTS).with(header::RETRY_AFTER, retry_after.into())
}

fn token(cloud: &Cloud, call: &Call) -> Result<Answer, Refused> {
    if call.path != "/metadata/identity/oauth2/token" || !call.base.starts_with("http://") {
        return Err(Refused::NotFound);
    }
    if call.method != Method::GET {
        return Err(Refused::Method);
    }
    if !call.header("metadata").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Err(Refused::NoMetadataHeader);
    }
    if call.headers.contains_key("x-forwarded-for") {
        return Err(Refused::Forwarded);
    }
    let version = call.query.get("api-version").and_then(|version| version.parse::<Date>().ok());
    version.filter(|version| *version >= FIRST_VERSION).ok_or(Refused::NoVersion)?;
    let asked = call.query.get("resource").filter(|resource| !resource.is_empty()).ok_or(Refused::NoResource)?;
    let audience = resource(asked).ok_or_else(|| Refused::UnknownResource(asked.to_owned()))?;
    let identity = identity(cloud, call)?;
    let now = cloud.apparatus.clock.now();
    let grant = cloud.apparatus.tokens.grant(&identity.client_id, audience, now, &cloud.options.identity_tokens);
    let expires_on = now.as_second().saturating_add(grant.expires_in);
    let body = json!({
        "access_token": grant.access,
        "client_id": identity.client_id,
        "refresh_token": "",
        "expires_in": grant.expires_in.to_string(),
        "expires_on": expires_on.to_string(),
        "not_before": now.as_second().to_string(),
        "resource": asked,
        "token_type": "Bearer",
    });
    Ok(Answer::json(StatusCode::OK, JSON, &body).by(&identity.client_id))
}

/// The identity that a call names: at most one way, by client id, object id or resource id; else the system-assigned one.
fn identity<'a>(cloud: &'a Cloud, call: &Call) -> Result<&'a ManagedIdentity, Refused> {
    let names = ["client_id", "object_id", "msi_res_id"];
    let mut named = names.into_iter().filter_map(|name| call.query.get(name).map(|value| (name, value)));
    let (one, another) = (named.next(), named.next());
    if another.is_some() {
        return Err(Refused::TwoIdentities);
    }
    let is_it = |identity: &&ManagedIdentity| match one {
        Some(("client_id", id)) => identity.client_id == id,
        Some(("object_id", id)) => identity.object_id == id,
        Some((_, id)) => identity.resource_id.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(id)),
        None => identity.resource_id.is_none(),
    };
    cloud.options.directory.identities.iter().find(is_it).ok_or(Refused::NoIdentity)
}

// === impl Refused ===

impl Refused {
    fn answer(&self) -> Answer {
        let (status, error, words) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "Not found".to_owned()),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "Method not allowed".to_owned()),
            Self::NoMetadataHeader => {
                (StatusCode::BAD_REQUEST, "bad_request_102", "Required metadata header not specified".to_owned())
            }
            Self::Forwarded => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "Requests that contain an X-Forwarded-For header are not served".to_owned(),
            ),
            Self::NoVersion => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "Required query variable 'api-version' is missing or not supported".to_owned(),
            ),
            Self::NoResource => {
                (StatusCode::BAD_REQUEST, "invalid_request", "Required query variable 'resource' is missing".to_owned())
            }
            Self::UnknownResource(name) => (
                StatusCode::BAD_REQUEST,
                "invalid_resource",
                format!("AADSTS500011: The resource principal named {name} was not found in the tenant."),
            ),
            Self::NoIdentity => (StatusCode::BAD_REQUEST, "invalid_request", "Identity not found".to_owned()),
            Self::TwoIdentities => {
                (StatusCode::BAD_REQUEST, "invalid_request", "More than one identity is named".to_owned())
            }
        };
        Answer::json(status, JSON, &json!({ "error": error, "error_description": words }))
    }
}
