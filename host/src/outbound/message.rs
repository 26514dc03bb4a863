//! What goes over the wire, and what of it a plugin gets to see.

use crate::domain::HttpResponse;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use url::Url;

/// A request with everything in it.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A whole answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Answer headers that are for clients with cookies or credentials; plugins have neither.
const WITHHELD: [&str; 6] =
    ["set-cookie", "set-cookie2", "www-authenticate", "proxy-authenticate", "authentication-info", "alt-svc"];

// === impl Answer ===

impl Answer {
    /// The answer as a plugin gets it.
    pub(super) fn shown(self) -> HttpResponse {
        let headers = self
            .headers
            .iter()
            .filter(|(name, _)| !WITHHELD.contains(&name.as_str()))
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        HttpResponse { status: self.status.as_u16(), headers, body: self.body.into() }
    }
}
