//! A call that a plugin wants made, in the contract's terms.

/// A request relative to a connection's base path, or a whole URL on a granted origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// In capitals.
    pub method: String,
    /// Path and query, or a whole URL.
    pub target: String,
    /// Without credentials: the host adds them.
    pub headers: Vec<(String, String)>,
    /// May be empty.
    pub body: Vec<u8>,
    /// Changes nothing on the platform.
    pub safe: bool,
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// Status code.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whole, decompressed.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Policy forbids it.
    #[error("denied: {0}")]
    Denied(String),
    /// Surely not sent: safe to repeat.
    #[error("not sent: {0}")]
    NotSent(String),
    /// Sent, and no whole answer came: it may have been done.
    #[error("outcome unknown: {0}")]
    OutcomeUnknown(String),
    /// The answer is larger than this many bytes.
    #[error("the answer is larger than the limit of {0} bytes")]
    TooLarge(u64),
}
