//! Entra's token endpoint, `/{tenant}/oauth2/v2.0/token`, and the document that says where it is.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{Method, StatusCode, header};
use serde_json::json;

use super::{
    accounts::{Accounts, Application},
    options::TENANT,
};
use crate::shared::{Answer, Apparatus, Call, Parameters, token::TokenRules};

const JSON: &str = "application/json; charset=utf-8";

/// Why no token is given.
struct Refused {
    status: StatusCode,
    error: &'static str,
    code: u32,
    words: &'static str,
}

/// Whether a call is Entra's to answer.
#[must_use]
pub fn is_here(call: &Call) -> bool {
    call.path.ends_with("/oauth2/v2.0/token") || call.path.ends_with("/.well-known/openid-configuration")
}

/// Answers a call to Entra.
#[must_use]
pub fn serve(call: &Call, accounts: &Accounts, apparatus: &Apparatus, rules: &TokenRules) -> Answer {
    if call.method == Method::GET {
        return configuration(call);
    }
    match token(call, accounts) {
        Ok(application) => {
            let grant = apparatus.tokens.grant(&application.user, &application.id, apparatus.clock.now(), rules);
            let body = json!({
                "token_type": "Bearer",
                "expires_in": grant.expires_in,
                "ext_expires_in": grant.expires_in,
                "access_token": grant.access,
            });
            Answer::json(StatusCode::OK, JSON, &body).by(&application.user)
        }
        Err(refused) => refused.answer(apparatus),
    }
}

/// The answer to a client whose secret is wrong.
#[must_use]
pub fn denied(apparatus: &Apparatus) -> Answer {
    WRONG_SECRET.answer(apparatus)
}

const WRONG_SECRET: Refused = Refused {
    status: StatusCode::UNAUTHORIZED,
    error: "invalid_client",
    code: 7_000_215,
    words: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the \
            client secret ID.",
};

const WRONG_PASSWORD: Refused = Refused {
    status: StatusCode::BAD_REQUEST,
    error: "invalid_grant",
    code: 50_126,
    words: "Error validating credentials due to invalid username or password.",
};

fn token<'a>(call: &Call, accounts: &'a Accounts) -> Result<&'a Application, Refused> {
    let bad = |error, code, words| Refused { status: StatusCode::BAD_REQUEST, error, code, words };
    if call.method != Method::POST || call.content_type().as_deref() != Some("application/x-www-form-urlencoded") {
        return Err(bad("invalid_request", 900_144, "The request body must be a form."));
    }
    let form = Parameters::parse(&call.body);
    let basic = call.header(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Basic ")).and_then(pair);
    let (id, secret) = match basic {
        Some(pair) => pair,
        None => {
            let field = |name| form.get(name).unwrap_or_default().to_owned();
            (field("client_id"), field("client_secret"))
        }
    };
    let application = accounts.0.iter().find(|application| application.id == id).ok_or_else(|| {
        bad("unauthorized_client", 700_016, "Application with this identifier was not found in the directory.")
    })?;
    if !call.path.starts_with(&format!("/{TENANT}/")) {
        return Err(bad("invalid_request", 90_002, "Tenant not found."));
    }
    if application.secret != secret {
        return Err(WRONG_SECRET);
    }
    if !form.get("scope").unwrap_or_default().split(' ').any(|scope| is_scope(scope, &call.base)) {
        return Err(bad("invalid_scope", 70_011, "The provided value for the input parameter 'scope' is not valid."));
    }
    match form.get("grant_type") {
        Some("client_credentials") if !secret.is_empty() => Ok(application),
        Some("client_credentials") => Err(Refused {
            status: StatusCode::UNAUTHORIZED,
            ..bad("invalid_client", 7_000_218, "A client secret is required.")
        }),
        Some("password") => {
            let field = |name| form.get(name).unwrap_or_default();
            let is_right = field("username") == application.user && field("password") == application.password;
            if is_right && !application.password.is_empty() { Ok(application) } else { Err(WRONG_PASSWORD) }
        }
        _ => Err(bad("unsupported_grant_type", 70_003, "The app requested an unsupported grant type.")),
    }
}

/// The organisation's own address, with what is asked of it.
fn is_scope(scope: &str, base: &str) -> bool {
    let resource = scope.strip_suffix("/.default").or_else(|| scope.strip_suffix("/user_impersonation"));
    resource.is_some_and(|resource| resource == base || resource.contains(".dynamics.com"))
}

fn pair(basic: &str) -> Option<(String, String)> {
    let text = String::from_utf8(BASE64_STANDARD.decode(basic.trim()).ok()?).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

fn configuration(call: &Call) -> Answer {
    let authority = format!("{}/{TENANT}", call.base);
    let body = json!({
        "issuer": format!("{authority}/v2.0"),
        "token_endpoint": format!("{authority}/oauth2/v2.0/token"),
        "authorization_endpoint": format!("{authority}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{authority}/oauth2/v2.0/devicecode"),
    });
    Answer::json(StatusCode::OK, JSON, &body)
}

impl Refused {
    fn answer(&self, apparatus: &Apparatus) -> Answer {
        let body = json!({
            "error": self.error,
            "error_description": format!("AADSTS{}: {}", self.code, self.words),
            "error_codes": [self.code],
            "timestamp": apparatus.clock.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
            "trace_id": "0c9a4b1e-5d27-4f83-9a60-e3b7c2d81f00",
            "correlation_id": "7e2f5a90-1b3c-4d6e-8f01-a9b8c7d6e5f4",
        });
        Answer::json(self.status, JSON, &body)
    }
}
