//! Makes the credentials in a request wrong, so that the platform itself refuses them, in its own words.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeSet;

/// The right secrets, in every form in which a request may carry them.
#[derive(Debug)]
pub(super) struct Secrets(Vec<String>);

/// What takes a secret's place.
const WRONG: &str = "not-the-password";

/// What takes a token's place.
const STALE: &str = "ended-0000000000";

/// The tokens that came by.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    seen: BTreeSet<Vec<u8>>,
    old: BTreeSet<Vec<u8>>,
}

// === impl Tokens ===

impl Tokens {
    pub(super) fn see(&mut self, headers: &HeaderMap, carrier: &HeaderName) {
        if let Some(value) = headers.get(carrier) {
            self.seen.insert(value.as_bytes().to_vec());
        }
    }

    /// What came by so far is old from now on.
    pub(super) fn age(&mut self) {
        self.old = self.seen.clone();
    }

    pub(super) fn is_old(&self, headers: &HeaderMap, carrier: &HeaderName) -> bool {
        headers.get(carrier).is_some_and(|value| self.old.contains(value.as_bytes()))
    }
}

// === impl Secrets ===

impl Secrets {
    pub(super) fn new(values: impl Iterator<Item = String>) -> Self {
        Self(values.filter(|value| !value.is_empty()).collect())
    }

    /// Whether a body holds one: somebody logs in.
    pub(super) fn stand_in(&self, body: &[u8]) -> bool {
        let text = String::from_utf8_lossy(body);
        self.forms().any(|form| text.contains(&form))
    }

    /// Makes every secret in the request wrong.
    pub(super) fn spoil(&self, headers: &mut HeaderMap, body: &[u8]) -> Vec<u8> {
        let mut text = String::from_utf8_lossy(body).into_owned();
        for form in self.forms() {
            text = text.replace(&form, WRONG);
        }
        for value in headers.values_mut() {
            if let Some(spoiled) = value.to_str().ok().and_then(|text| self.spoiled(text)) {
                *value = spoiled;
            }
        }
        text.into_bytes()
    }

    /// As it is, in a form, and in JSON.
    fn forms(&self) -> impl Iterator<Item = String> + '_ {
        self.0.iter().flat_map(|secret| {
            let form = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
            let json = serde_json::Value::from(secret.as_str()).to_string();
            let urlencoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            [secret.clone(), form, urlencoded, json.trim_matches('"').to_owned()]
        })
    }

    fn spoiled(&self, value: &str) -> Option<HeaderValue> {
        let basic = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
        if let Some((scheme, encoded)) = basic {
            let plain = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
            let (user, _) = plain.split_once(':')?;
            let wrong = BASE64_STANDARD.encode(format!("{user}:{WRONG}"));
            return HeaderValue::from_str(&format!("{scheme} {wrong}")).ok();
        }
        let held = self.0.iter().find(|secret| value.contains(secret.as_str()))?;
        HeaderValue::from_str(&value.replace(held, WRONG)).ok()
    }
}

/// Makes the token of a request wrong; basic credentials stay.
pub(super) fn spoil_token(headers: &mut HeaderMap, carrier: &HeaderName) {
    let Some(value) = headers.get(carrier).and_then(|value| value.to_str().ok()) else { return };
    let stale = match value.split_once(' ') {
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("basic") => return,
        Some((scheme, _)) => format!("{scheme} {STALE}"),
        None => STALE.to_owned(),
    };
    if let Ok(stale) = HeaderValue::from_str(&stale) {
        headers.insert(carrier, stale);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test says what it found by panicking")]
    use super::*;
    use http::header::AUTHORIZATION;

    fn with(authorization: &str) -> HeaderMap {
        [(AUTHORIZATION, HeaderValue::from_str(authorization).unwrap())].into_iter().collect()
    }

    #[test]
    fn a_password_in_a_form_or_in_json_becomes_wrong() {
        let secrets = Secrets::new(["p&ss \"1".to_owned()].into_iter());
        for body in ["user=a&password=p%26ss+%221", "user=a&password=p%26ss%20%221", r#"{"Password":"p&ss \"1"}"#] {
            assert!(secrets.stand_in(body.as_bytes()), "{body}");
            let spoiled = String::from_utf8(secrets.spoil(&mut HeaderMap::new(), body.as_bytes())).unwrap();
            assert!(spoiled.contains(WRONG) && !secrets.stand_in(spoiled.as_bytes()), "{spoiled}");
        }
    }

    #[test]
    fn a_token_is_old_that_came_by_before() {
        let mut tokens = Tokens::default();
        tokens.see(&with("Bearer abc"), &AUTHORIZATION);
        assert!(!tokens.is_old(&with("Bearer abc"), &AUTHORIZATION));
        tokens.age();
        assert!(
            tokens.is_old(&with("Bearer abc"), &AUTHORIZATION) && !tokens.is_old(&with("Bearer def"), &AUTHORIZATION)
        );
    }

    #[test]
    fn basic_credentials_and_tokens_become_wrong() {
        let secrets = Secrets::new(["right".to_owned()].into_iter());
        let encoded = BASE64_STANDARD.encode("ann:right");
        let mut headers = with(&format!("Basic {encoded}"));
        secrets.spoil(&mut headers, b"");
        assert_eq!(headers[AUTHORIZATION], format!("Basic {}", BASE64_STANDARD.encode(format!("ann:{WRONG}"))));
        let mut headers = with("Bearer abc");
        spoil_token(&mut headers, &AUTHORIZATION);
        assert_eq!(headers[AUTHORIZATION], format!("Bearer {STALE}"));
        let mut headers = with("token right");
        secrets.spoil(&mut headers, b"");
        assert_eq!(headers[AUTHORIZATION], format!("token {WRONG}"));
    }
}
