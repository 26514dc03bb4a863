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

/// How long a call may go on.
#[derive(Clone, Copy, Debug)]
pub struct CallBudget {
    /// The whole call ends here; what is under way is cut.
    pub deadline: std::time::Instant,
    /// Nothing may be sent after this: the lease would run out before the answer.
    pub send_before: Option<std::time::Instant>,
}

/// The way out for plugins: everything between a request and the network is behind this.
#[async_trait::async_trait]
pub trait Outbound: Send + Sync + 'static {
    /// Sends one request.
    ///
    /// # Errors
    /// As the contract says: denied, not sent, outcome unknown, too large.
    async fn send(&self, request: HttpRequest, budget: CallBudget) -> Result<HttpResponse, HttpError>;
}
