//! Logins that follow no standard: a call whose answer has a token somewhere.

use super::{
    InvalidAuth, header_name, header_value,
    login::{Granted, LoginError},
};
use crate::outbound::{
    Exchange, Secret, TokenAt,
    message::{Answer, Outgoing},
    template::Escape,
};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use url::Url;

/// Finds at load what a login would stumble over.
pub(super) fn check(spec: &Exchange) -> Result<(), InvalidAuth> {
    for (name, value) in &spec.request.headers {
        let name = header_name(name)?;
        header_value(&value.fill(Escape::Plain)).ok_or_else(|| InvalidAuth::Value(name.to_string()))?;
    }
    match &spec.token {
        TokenAt::Pointer(pointer) if !pointer.starts_with('/') => Err(InvalidAuth::Pointer(pointer.clone())),
        TokenAt::Pointer(_) | TokenAt::Body => Ok(()),
    }
}

/// The login call.
pub(super) fn request(spec: &Exchange, method: &Method, url: &Url) -> Result<Outgoing, LoginError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &spec.request.headers {
        let pair = header_name(name).ok().zip(header_value(&value.fill(Escape::Plain)));
        let (name, value) =
            pair.ok_or_else(|| LoginError::Unavailable(format!("the header `{name}` cannot be sent")))?;
        headers.append(name, value);
    }
    let media = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let body = spec.request.body.fill(Escape::of(media));
    let body = Bytes::copy_from_slice(body.expose().as_bytes());
    Ok(Outgoing { method: method.clone(), url: url.clone(), headers, body })
}

/// What its answer gives. Nothing of the answer is quoted: it may hold the token.
pub(super) fn granted(spec: &Exchange, answer: &Answer) -> Result<Granted, LoginError> {
    match answer.status {
        status if status.is_success() => {}
        status @ (StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            return Err(LoginError::Refused(format!("the login answered {status}")));
        }
        status => return Err(LoginError::Unavailable(format!("the login answered {status}"))),
    }
    let token = match &spec.token {
        TokenAt::Body if answer.body.trim_ascii_start().starts_with(b"<") => {
            return Err(LoginError::Unavailable("the login answered a page, and no token".to_owned()));
        }
        TokenAt::Body => whole(&answer.body),
        TokenAt::Pointer(pointer) => {
            let json: Value = serde_json::from_slice(&answer.body)
                .map_err(|_| LoginError::Unavailable("the login's answer is not JSON".to_owned()))?;
            match json.pointer(pointer) {
                Some(Value::String(token)) if !token.is_empty() => Some(token.as_str().into()),
                Some(Value::Number(token)) => Some(token.to_string().into()),
                _ => None,
            }
        }
    };
    let token = token.ok_or_else(|| LoginError::Refused("the login's answer has no token".to_owned()))?;
    Ok(Granted { token, lifetime: spec.lifetime, refresh: None })
}

/// A JSON string without its quotes, or the text as it is. What no header can carry is no token, nor is JSON of another kind.
fn whole(body: &[u8]) -> Option<Secret> {
    let text = std::str::from_utf8(body).ok()?.trim();
    match serde_json::from_str(text) {
        Ok(Value::String(token)) if is_token(&token) => Some(token.into()),
        Ok(Value::Number(_)) => Some(text.into()),
        Err(_) if is_token(text) => Some(text.into()),
        _ => None,
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::{ExchangeRequest, Template};

    fn token(at: TokenAt, status: u16, body: &'static str) -> Result<String, LoginError> {
        let request = ExchangeRequest {
            method: "POST".to_owned(),
            target: "/login".to_owned(),
            headers: vec![],
            body: Template::plain(""),
        };
        let (header, prefix) = ("authorization".to_owned(), String::new());
        let spec = Exchange { request, token: at, header, prefix, lifetime: None, logout: None };
        let status = StatusCode::from_u16(status).unwrap();
        let answer = Answer { status, headers: HeaderMap::new(), body: Bytes::from_static(body.as_bytes()) };
        granted(&spec, &answer).map(|granted| granted.token.expose().to_owned())
    }

    #[test]
    fn a_token_is_found_where_the_operator_says() {
        let pointer = || TokenAt::Pointer("/data/0/token".to_owned());
        let refused = || Err(LoginError::Refused("the login's answer has no token".to_owned()));
        let cases = [
            (TokenAt::Body, r#""quoted-token""#, Ok("quoted-token")),
            (TokenAt::Body, "plain-token\r\n", Ok("plain-token")),
            (TokenAt::Body, "12345", Ok("12345")),
            (TokenAt::Body, "", refused()),
            (TokenAt::Body, "null", refused()),
            (TokenAt::Body, r#""""#, refused()),
            (TokenAt::Body, r#"{"error":"locked"}"#, refused()),
            (TokenAt::Body, r#"["a"]"#, refused()),
            (TokenAt::Body, "Your account is locked.", refused()),
            (TokenAt::Body, "\"two\\nlines\"", refused()),
            (
                TokenAt::Body,
                "\n <html>Sign in</html>",
                Err(LoginError::Unavailable("the login answered a page, and no token".to_owned())),
            ),
            (pointer(), r#"{"data":[{"token":"deep"}]}"#, Ok("deep")),
            (pointer(), r#"{"data":[{"token":77}]}"#, Ok("77")),
            (pointer(), r#"{"data":[]}"#, refused()),
            (pointer(), r#"{"data":[{"token":null}]}"#, refused()),
            (pointer(), "<html>", Err(LoginError::Unavailable("the login's answer is not JSON".to_owned()))),
        ];
        for (at, body, expected) in cases {
            assert_eq!(token(at, 200, body), expected.map(str::to_owned), "{body}");
        }
    }

    #[test]
    fn a_refused_login_is_told_from_one_that_passes() {
        for status in [400, 401, 403] {
            assert!(matches!(token(TokenAt::Body, status, "no"), Err(LoginError::Refused(_))), "{status}");
        }
        for status in [302, 404, 429, 500, 503] {
            assert!(matches!(token(TokenAt::Body, status, "no"), Err(LoginError::Unavailable(_))), "{status}");
        }
    }
}
