//! Kinds of credentials, as the operator writes them. They are standards, and one kind for logins that follow none.

use super::{Secret, Template};
use std::time::Duration;
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
    /// Where the client's id and secret stand.
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

/// Where a token request carries its client's id and secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientAuth {
    /// As the form fields `client_id` and `client_secret`.
    #[default]
    Body,
    /// As an `Authorization: Basic` header.
    Header,
}

/// A token from a metadata address: fetched from exactly this URL, by `GET`, by no proxy. It is the only request that may
/// reach a link-local address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// With its query.
    pub url: Url,
    /// Such as the one that proves that no browser was tricked into asking.
    pub headers: Vec<(String, Secret)>,
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
