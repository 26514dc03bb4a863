//! Kinds of credentials, as the operator writes them. They are standards, and one kind for logins that follow none.

use super::{Secret, Template};
use std::{path::PathBuf, time::Duration};
use url::Url;

/// How a connection, or one of its origins, shows who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// [RFC 7617](https://www.rfc-editor.org/rfc/rfc7617).
    Basic {
        /// Without a colon.
        username: String,
        /// May be empty.
        password: Secret,
    },
    /// A token that somebody else renews ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)).
    Bearer {
        /// Without the word `Bearer`.
        token: Secret,
    },
    /// A header of the platform's own.
    ApiKey {
        /// Its name.
        header: String,
        /// Its whole value.
        value: Secret,
    },
    /// [RFC 6749](https://www.rfc-editor.org/rfc/rfc6749).
    OAuth2(OAuth2),
    /// A token from an address that only this machine can reach.
    Metadata(Metadata),
    /// A login call of the platform's own.
    Exchange(Exchange),
}

/// A token from a token endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuth2 {
    /// What is shown to the endpoint.
    pub grant: Grant,
    /// Relative to the address that these credentials are for, by the rules of RFC 3986 (a leading `/` is the root of its
    /// host), or whole. A whole one may be on any origin: it comes from the operator alone.
    pub token_url: String,
    /// May be empty where the platform wants none.
    pub client_id: String,
    /// Where the client has one.
    pub client_secret: Option<Secret>,
    /// How the client shows who it is.
    pub client_auth: ClientAuth,
    /// Separated by spaces.
    pub scope: Option<String>,
    /// More form fields: an audience, a resource.
    pub extra: Vec<(String, Secret)>,
    /// Gives the token back, for platforms that count sessions.
    pub logout: Option<Logout>,
}

/// An OAuth 2 grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// The client itself.
    ClientCredentials,
    /// A user whose password the gateway holds. A refresh token in the answer is used before the password is again.
    Password {
        /// The user.
        username: String,
        /// The user's.
        password: Secret,
    },
    /// A refresh token that somebody obtained once. A newer one in an answer takes its place for as long as the gateway runs.
    Refresh {
        /// The first.
        token: Secret,
    },
}

/// How the client of a token request shows who it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ClientAuth {
    /// As the form fields `client_id` and `client_secret`.
    #[default]
    Body,
    /// As an `Authorization: Basic` header.
    Header,
    /// By an assertion in the place of a secret ([RFC 7523, section 2.2](https://www.rfc-editor.org/rfc/rfc7523#section-2.2)).
    Assertion(ClientAssertion),
}

/// A JWT that speaks for the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientAssertion {
    /// Made and signed here, anew for each token request.
    Signed(SignedAssertion),
    /// Made by somebody else, who puts a new one into this file in time: it is read anew for each token request.
    File(PathBuf),
}

/// What an assertion is signed with, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedAssertion {
    /// In PEM, the own one first: its thumbprints tell the endpoint which key to check with.
    pub certificate: String,
    /// The certificate's private key in PEM, not encrypted: PKCS#8, PKCS#1 or SEC1.
    pub key: Secret,
    /// How it is signed.
    pub algorithm: SigningAlgorithm,
    /// Whom it is for; the token endpoint's address if none.
    pub audience: Option<String>,
    /// How long it can be used.
    pub lifetime: Duration,
}

/// A signature of [RFC 7518, section 3.1](https://www.rfc-editor.org/rfc/rfc7518#section-3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

/// A token from a metadata address: fetched from exactly this URL, by `GET`, by no proxy. It is the only request that may
/// reach a link-local address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// With its query.
    pub url: Url,
    /// Such as the one that proves that no browser was tricked into asking.
    pub headers: Vec<(String, Secret)>,
    /// Where the answer has the token: a [JSON Pointer](https://www.rfc-editor.org/rfc/rfc6901).
    pub token: String,
    /// Where it has the token's life in seconds.
    pub expires_in: String,
    /// Where it has the token's end in seconds since 1970, which counts if there is no life.
    pub expires_on: String,
    /// How often an address that is busy is asked again.
    pub retries: u32,
    /// How long before the first of them; before each further twice as long, 20 s at most.
    pub retry_wait: Duration,
}

/// A login of the platform's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The login call.
    pub request: ExchangeRequest,
    /// Where its answer has the token.
    pub token: TokenAt,
    /// The header that carries the token from then on.
    pub header: String,
    /// Stands before the token, with its own space: `Token `.
    pub prefix: String,
    /// How long a token holds; none where only a 401 tells.
    pub lifetime: Option<Duration>,
    /// Gives the token back, for platforms that count sessions.
    pub logout: Option<Logout>,
}

/// A login call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeRequest {
    /// In capitals.
    pub method: String,
    /// Like [`OAuth2::token_url`].
    pub target: String,
    /// Values may have placeholders.
    pub headers: Vec<(String, Template)>,
    /// Escaped as its `content-type` wants it.
    pub body: Template,
}

/// Where a token stands in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenAt {
    /// A [JSON Pointer](https://www.rfc-editor.org/rfc/rfc6901) to a string or a number.
    Pointer(String),
    /// The whole body: a JSON string, or plain text.
    Body,
}

/// The call that ends a session; it carries the token like any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logout {
    /// In capitals.
    pub method: String,
    /// Like [`OAuth2::token_url`].
    pub target: String,
}

// === impl SigningAlgorithm ===

impl SigningAlgorithm {
    /// Its registered name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
        }
    }
}

// === impl Metadata ===

impl Metadata {
    /// An address that answers in the fields of RFC 6749, and may be busy for half a minute.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self {
            url,
            headers: Vec::new(),
            token: "/access_token".to_owned(),
            expires_in: "/expires_in".to_owned(),
            expires_on: "/expires_on".to_owned(),
            retries: 4,
            retry_wait: Duration::from_secs(2),
        }
    }
}
