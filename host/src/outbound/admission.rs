//! What of a plugin's request may be sent: its method and its headers.
//!
//! Headers that say who sends, to whom, and how bytes travel are the host's. A plugin that sets one is told so, since a
//! request without it might mean something else.

use http::{HeaderMap, HeaderName, HeaderValue, Method};

/// Why a request is not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Inadmissible {
    #[error("the method `{0}` is not one of {METHODS:?}")]
    Method(String),
    #[error("the header `{0}` is the host's to set")]
    Reserved(String),
    #[error("`{0}` is not a header name")]
    Name(String),
    #[error("the value of the header `{0}` has characters other than visible ASCII and spaces")]
    Value(String),
    #[error("the headers are more than {MOST_HEADERS}, or longer than {LONGEST_HEADERS} bytes")]
    TooMany,
}

const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
const MOST_HEADERS: usize = 100;
const LONGEST_HEADERS: usize = 64 << 10;

/// Hop-by-hop names after RFC 9110, section 7.6.1; identity; framing.
const RESERVED: [&str; 15] = [
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// A method that plugins may use.
pub(super) fn method(name: &str) -> Result<Method, Inadmissible> {
    let refused = || Inadmissible::Method(name.chars().take(32).collect());
    METHODS.contains(&name).then(|| Method::from_bytes(name.as_bytes()).ok()).flatten().ok_or_else(refused)
}

/// A plugin's headers; `own` is the one that carries the credential there, if any.
pub(super) fn headers(given: &[(String, String)], own: Option<&HeaderName>) -> Result<HeaderMap, Inadmissible> {
    let length: usize = given.iter().map(|(name, value)| name.len() + value.len()).sum();
    if given.len() > MOST_HEADERS || length > LONGEST_HEADERS {
        return Err(Inadmissible::TooMany);
    }
    let mut admitted = HeaderMap::with_capacity(given.len());
    for (name, value) in given {
        let shown = || name.chars().take(64).collect::<String>();
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Inadmissible::Name(shown()))?;
        if is_reserved(&parsed) || own == Some(&parsed) {
            return Err(Inadmissible::Reserved(shown()));
        }
        if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(Inadmissible::Value(shown()));
        }
        let value = HeaderValue::from_str(value).map_err(|_| Inadmissible::Value(shown()))?;
        admitted.append(parsed, value);
    }
    Ok(admitted)
}

fn is_reserved(name: &HeaderName) -> bool {
    RESERVED.contains(&name.as_str()) || name.as_str().starts_with("proxy-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(name: &str, value: &str) -> Result<HeaderMap, Inadmissible> {
        headers(&[(name.to_owned(), value.to_owned())], Some(&HeaderName::from_static("x-api-key")))
    }

    #[test]
    fn headers_of_a_plugin() {
        use Inadmissible::{Name, Reserved, Value};
        let reserved = |name: &str| Err(Reserved(name.to_owned()));
        let cases = [
            ("accept", "application/json", Ok(())),
            ("If-Match", "\"7\"", Ok(())),
            ("x-empty", "", Ok(())),
            ("Authorization", "Basic eDp5", reserved("Authorization")),
            ("proxy-authorization", "x", reserved("proxy-authorization")),
            ("Proxy-Anything", "x", reserved("Proxy-Anything")),
            ("HOST", "evil.example.com", reserved("HOST")),
            ("cookie", "a=b", reserved("cookie")),
            ("content-length", "5", reserved("content-length")),
            ("transfer-encoding", "chunked", reserved("transfer-encoding")),
            ("connection", "close", reserved("connection")),
            ("keep-alive", "5", reserved("keep-alive")),
            ("te", "trailers", reserved("te")),
            ("trailer", "x", reserved("trailer")),
            ("upgrade", "websocket", reserved("upgrade")),
            ("expect", "100-continue", reserved("expect")),
            ("accept-encoding", "identity", reserved("accept-encoding")),
            ("X-Api-Key", "mine", reserved("X-Api-Key")),
            ("x y", "z", Err(Name("x y".to_owned()))),
            ("x:", "z", Err(Name("x:".to_owned()))),
            ("", "z", Err(Name(String::new()))),
            ("x\r\ny", "z", Err(Name("x\r\ny".to_owned()))),
            ("x-a", "b\r\nhost: evil", Err(Value("x-a".to_owned()))),
            ("x-a", "b\0", Err(Value("x-a".to_owned()))),
            ("x-a", "b\tc", Err(Value("x-a".to_owned()))),
            ("x-a", "é", Err(Value("x-a".to_owned()))),
        ];
        for (name, value, expected) in cases {
            assert_eq!(admit(name, value).map(drop), expected, "{name}: {value}");
        }
    }

    #[test]
    fn methods_of_a_plugin() {
        for name in METHODS {
            assert_eq!(method(name).unwrap().as_str(), name);
        }
        for name in ["CONNECT", "TRACE", "get", "", "GET ", "PROPFIND", "GET\r\n"] {
            assert_eq!(method(name), Err(Inadmissible::Method(name.to_owned())));
        }
    }

    #[test]
    fn headers_are_bounded() {
        let one = ("x-a".to_owned(), "b".to_owned());
        assert!(headers(&vec![one.clone(); MOST_HEADERS], None).is_ok());
        assert_eq!(headers(&vec![one; MOST_HEADERS + 1], None), Err(Inadmissible::TooMany));
        let long = [("x-a".to_owned(), "b".repeat(LONGEST_HEADERS))];
        assert_eq!(headers(&long, None), Err(Inadmissible::TooMany));
    }
}
