//! Entra's token endpoint, `/{tenant}/oauth2/v2.0/token`, for client credentials alone, and the document that says where it is.
//!
//! Status, `error` and number of each refusal are Entra's as documented; the words after the number are near to them and no
//! client may read them.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{Method, StatusCode, header};
use serde_json::json;

use super::{
    access::resource,
    assertion::{self, Expected, Invalid},
    cloud::Cloud,
    directory::{Application, Credential},
    options::TENANT,
    refusal::JSON,
};
use crate::shared::{Answer, Apparatus, Call, Parameters};

/// The one type that `client_assertion_type` can have.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why no token is given.
#[derive(Debug)]
struct Refused {
    status: StatusCode,
    error: &'static str,
    code: u32,
    words: String,
}

/// Answers a call to Entra.
#[must_use]
pub fn serve(cloud: &Cloud, call: &Call) -> Answer {
    let mut segments = call.path.trim_start_matches('/').splitn(2, '/');
    let (tenant, rest) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
    let answer = match (&call.method, rest) {
        (&Method::GET, "v2.0/.well-known/openid-configuration") => is_here(tenant).map(|()| configuration(call)),
        (&Method::POST, "oauth2/v2.0/token") => is_here(tenant).and_then(|()| token(cloud, call)),
        _ => return Answer::page(StatusCode::NOT_FOUND, "<html><body>Not Found</body></html>"),
    };
    answer.unwrap_or_else(|refused| refused.answer(&cloud.apparatus))
}

/// The answer to a client whose secret is wrong.
#[must_use]
pub fn denied(apparatus: &Apparatus) -> Answer {
    wrong_secret().answer(apparatus)
}

/// The answer to too many requests.
#[must_use]
pub fn throttled(apparatus: &Apparatus, retry_after: u64) -> Answer {
    let words = "The server is too busy to handle the request.";
    let refused = Refused { status: StatusCode::TOO_MANY_REQUESTS, ..bad("temporarily_unavailable", 50_196, words) };
    refused.answer(apparatus).with(header::RETRY_AFTER, retry_after.into())
}

fn is_here(tenant: &str) -> Result<(), Refused> {
    let words = || format!("Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID.");
    if tenant == TENANT { Ok(()) } else { Err(bad("invalid_request", 90_002, words())) }
}

fn token(cloud: &Cloud, call: &Call) -> Result<Answer, Refused> {
    let lacks = |name: &str| {
        bad("invalid_request", 900_144, format!("The request body must contain the following parameter: '{name}'."))
    };
    if call.content_type().as_deref() != Some("application/x-www-form-urlencoded") {
        return Err(lacks("grant_type"));
    }
    let mut form = Parameters::parse(&call.body);
    if let Some((id, secret)) = call.header(header::AUTHORIZATION).and_then(basic) {
        form.0.extend([("client_id".to_owned(), id), ("client_secret".to_owned(), secret)]);
    }
    let field = |name| form.get(name).filter(|value| !value.is_empty()).ok_or_else(|| lacks(name));
    if field("grant_type")? != "client_credentials" {
        return Err(bad("unsupported_grant_type", 70_003, "The app requested an unsupported grant type."));
    }
    let id = field("client_id")?;
    let application = cloud.options.directory.application(id).ok_or_else(|| {
        let words = format!("Application with identifier '{id}' was not found in the directory '{TENANT}'.");
        bad("unauthorized_client", 700_016, words)
    })?;
    let audience = audience(field("scope")?)?;
    shows(cloud, call, application, &form)?;
    let now = cloud.apparatus.clock.now();
    let grant = cloud.apparatus.tokens.grant(&application.id, audience, now, &cloud.options.tokens);
    let body = json!({
        "token_type": "Bearer",
        "expires_in": grant.expires_in,
        "ext_expires_in": grant.expires_in,
        "access_token": grant.access,
    });
    Ok(Answer::json(StatusCode::OK, JSON, &body).by(&application.id))
}

/// Which resource a scope is for: one, with `/.default` after it.
fn audience(scope: &str) -> Result<&'static str, Refused> {
    let mut scopes = scope.split(' ').filter(|scope| !scope.is_empty());
    let (Some(first), None) = (scopes.next(), scopes.next()) else {
        let words = format!("The provided value for the input parameter 'scope' is not valid: '{scope}'.");
        return Err(bad("invalid_scope", 70_011, words));
    };
    let Some(name) = first.strip_suffix("/.default") else {
        let words = format!(
            "The provided value for scope {first} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        );
        return Err(bad("invalid_scope", 1_002_012, words));
    };
    resource(name).ok_or_else(|| {
        let words = format!("The resource principal named {name} was not found in the tenant named {TENANT}.");
        bad("invalid_resource", 500_011, words)
    })
}

/// Whether the form shows that this is the application.
fn shows(cloud: &Cloud, call: &Call, application: &Application, form: &Parameters) -> Result<(), Refused> {
    let now = cloud.apparatus.clock.now();
    if let Some(assertion) = form.get("client_assertion") {
        if form.get("client_assertion_type") != Some(JWT_BEARER) {
            return Err(bad("invalid_request", 90_023, "The client_assertion_type is not valid."));
        }
        let authority = format!("{}/{TENANT}", call.base);
        let audiences = [format!("{authority}/oauth2/v2.0/token"), format!("{authority}/v2.0")];
        let expected = Expected { application, audiences, now, once: cloud.options.assertions_once };
        return assertion::verify(assertion, &expected, &cloud.assertions).map_err(Refused::from);
    }
    let Some(shown) = form.get("client_secret") else {
        let words =
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.".to_owned();
        return Err(Refused { status: StatusCode::UNAUTHORIZED, ..bad("invalid_client", 7_000_218, words) });
    };
    let secrets = application.credentials.iter().filter_map(|credential| match credential {
        Credential::Secret { value, until } if value == shown => Some(until),
        _ => None,
    });
    match secrets.max_by_key(|until| until.unwrap_or(jiff::Timestamp::MAX)) {
        None => Err(wrong_secret()),
        Some(Some(until)) if *until <= now => {
            let words = format!("The provided client secret keys for app '{}' are expired.", application.id);
            Err(Refused { status: StatusCode::UNAUTHORIZED, ..bad("invalid_client", 7_000_222, words) })
        }
        Some(_) => Ok(()),
    }
}

fn configuration(call: &Call) -> Answer {
    let authority = format!("{}/{TENANT}", call.base);
    let body = json!({
        "issuer": format!("{authority}/v2.0"),
        "token_endpoint": format!("{authority}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "authorization_endpoint": format!("{authority}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{authority}/oauth2/v2.0/devicecode"),
    });
    Answer::json(StatusCode::OK, JSON, &body)
}

fn basic(authorization: &str) -> Option<(String, String)> {
    let encoded = authorization.strip_prefix("Basic ")?;
    let text = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

fn bad(error: &'static str, code: u32, words: impl Into<String>) -> Refused {
    Refused { status: StatusCode::BAD_REQUEST, error, code, words: words.into() }
}

fn wrong_secret() -> Refused {
    let words = "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
                 not the client secret ID, for a secret added to the app.";
    Refused { status: StatusCode::UNAUTHORIZED, ..bad("invalid_client", 7_000_215, words) }
}

// === impl Refused ===

impl From<Invalid> for Refused {
    fn from(invalid: Invalid) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, ..bad("invalid_client", invalid.code(), invalid.to_string()) }
    }
}

impl Refused {
    fn answer(&self, apparatus: &Apparatus) -> Answer {
        let trace = "0c9a4b1e-5d27-4f83-9a60-e3b7c2d81f00";
        let correlation = "7e2f5a90-1b3c-4d6e-8f01-a9b8c7d6e5f4";
        let timestamp = apparatus.clock.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let body = json!({
            "error": self.error,
            "error_description": format!(
                "AADSTS{}: {} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}",
                self.code, self.words
            ),
            "error_codes": [self.code],
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.code),
        });
        Answer::json(self.status, JSON, &body)
    }
}
