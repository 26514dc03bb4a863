//! `auth` of a connection or an origin: the operator's words, and what outbound makes of them.

mod assertion;
mod metadata;

pub use assertion::ClientAssertionAuth;
pub use metadata::MetadataAuth;

use super::{
    secret::{MissingSecret, SecretRef},
    units::Span,
};
use crate::outbound::{
    Auth, ClientAuth, Exchange, ExchangeRequest, Grant, InvalidTemplate, Logout, OAuth2, Secret, Template, TokenAt,
};
use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// `auth`: one kind of credentials.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AuthSection {
    /// User name and password in every request.
    Basic(BasicAuth),
    /// A token that somebody else renews.
    Bearer(SecretRef),
    /// A header of the platform's own.
    ApiKey(ApiKeyAuth),
    /// A token from a token endpoint (RFC 6749).
    Oauth2(OAuth2Auth),
    /// A token from an address that only this machine can reach.
    Metadata(MetadataAuth),
    /// A login call of the platform's own.
    Exchange(ExchangeAuth),
}

/// `auth.basic`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasicAuth {
    /// Without a colon.
    pub username: String,
    /// Where the password is.
    pub password: SecretRef,
}

/// `auth.api_key`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyAuth {
    /// The header's name.
    pub header: String,
    /// Stands before the value, with its own space.
    #[serde(default)]
    pub prefix: String,
    /// Where its value is.
    pub value: SecretRef,
}

/// The grants of RFC 6749 that need no browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantKind {
    /// The client itself.
    ClientCredentials,
    /// A user's name and password.
    Password,
    /// A refresh token that somebody obtained once.
    Refresh,
}

/// Where a token request carries its client's id and secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthKind {
    /// As form fields: the default.
    #[default]
    Body,
    /// As an `Authorization: Basic` header.
    Header,
}

/// `auth.oauth2`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OAuth2Auth {
    /// How the token is asked for.
    pub grant: GrantKind,
    /// Relative to the connection's address (a leading `/` is the root of its host), or a whole URL.
    pub token_url: String,
    /// The client's id.
    #[serde(default)]
    pub client_id: String,
    /// Where the client's secret is, if it has one.
    pub client_secret: Option<SecretRef>,
    /// In the place of a secret, a JWT that speaks for the client (RFC 7523): signed with a certificate's key, or from a file
    /// that somebody else renews.
    pub client_assertion: Option<ClientAssertionAuth>,
    /// Where the client's id and secret stand.
    #[serde(default)]
    pub client_auth: ClientAuthKind,
    /// Of the password grant.
    pub username: Option<String>,
    /// Of the password grant: where the password is.
    pub password: Option<SecretRef>,
    /// Of the refresh grant: where the first refresh token is.
    pub refresh_token: Option<SecretRef>,
    /// Separated by spaces.
    pub scope: Option<String>,
    /// More form fields, such as an audience.
    #[serde(default)]
    pub extra: BTreeMap<String, String>,
    /// Gives the token back on shutdown, where the platform counts sessions.
    pub logout: Option<LogoutCall>,
}

/// `auth.exchange`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeAuth {
    /// The login call.
    pub request: ExchangeCall,
    /// Where its answer has the token: a JSON Pointer, or `body` for the whole body. Default `body`.
    #[serde(default = "whole_body")]
    pub token: String,
    /// The header that carries the token from then on. Default `Authorization`.
    #[serde(default = "authorization")]
    pub header: String,
    /// Stands before the token, with its own space. Default `Bearer `.
    #[serde(default = "bearer")]
    pub prefix: String,
    /// How long a token holds; without it only a 401 tells.
    pub lifetime: Option<Span>,
    /// Gives the token back on shutdown.
    pub logout: Option<LogoutCall>,
    /// What `${NAME}` in the login call's headers and body stands for.
    #[serde(default)]
    pub secrets: BTreeMap<String, SecretRef>,
}

/// `auth.exchange.request`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeCall {
    /// In capitals. Default `POST`.
    #[serde(default = "post")]
    pub method: String,
    /// Relative to the connection's address, or a whole URL.
    pub target: String,
    /// With placeholders.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// With placeholders, which are escaped for the `content-type` that the headers name.
    #[serde(default)]
    pub body: String,
}

/// `logout` of a login
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogoutCall {
    /// In capitals. Default `POST`.
    #[serde(default = "post")]
    pub method: String,
    /// Relative to the connection's address, or a whole URL.
    pub target: String,
}

/// Credentials that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidAuth {
    /// The secret is not where the configuration says.
    #[error(transparent)]
    Secret(#[from] MissingSecret),
    /// A login call with a hole that nothing fills.
    #[error("the login call can't be made: {0}")]
    Template(#[from] InvalidTemplate),
    /// A grant without what it needs.
    #[error("the {grant} grant needs `{key}`")]
    Lacks {
        /// Which grant.
        grant: &'static str,
        /// Which key.
        key: &'static str,
    },
    /// A grant with what it has no use for.
    #[error("the {grant} grant has no use for `{key}`")]
    Useless {
        /// Which grant.
        grant: &'static str,
        /// Which key.
        key: &'static str,
    },
    /// Two ways to show who the client is.
    #[error("`{one}` and `{other}` are two ways for a client to show who it is: one of them is enough")]
    Twice {
        /// One.
        one: &'static str,
        /// The other.
        other: &'static str,
    },
    /// An assertion that is neither signed nor in a file.
    #[error("`client_assertion` needs `cert` and `key`, or `file` alone")]
    Assertion,
    /// A certificate or an assertion that is not there.
    #[error("the file `{}` can't be read: {cause}", path.display())]
    File {
        /// As looked for.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// An assertion that is of no use, or of use for too long.
    #[error("`lifetime` of `client_assertion` is 10s to 1h, not {0}")]
    Lifetime(Span),
    /// An address with a secret in it, perhaps, which is why it is not quoted.
    #[error("`url` of `metadata` is not an address: write http:// or https:// and a host")]
    MetadataUrl,
    /// More patience than anything that waits for a token has.
    #[error("`retries` of `metadata` is at most 10, not {0}")]
    Retries(u32),
    /// Neither a pointer nor `body`.
    #[error("`token` is `body` or a JSON Pointer that begins with `/`, not `{0}`")]
    TokenPlace(String),
}

fn whole_body() -> String {
    "body".to_owned()
}

fn authorization() -> String {
    "Authorization".to_owned()
}

fn bearer() -> String {
    "Bearer ".to_owned()
}

fn post() -> String {
    "POST".to_owned()
}

// === impl AuthSection ===

impl AuthSection {
    /// With its secrets read; `folder` is the configuration's.
    ///
    /// # Errors
    /// Where a secret is missing, or the parts don't make credentials.
    pub fn resolve(&self, folder: &Path) -> Result<Auth, InvalidAuth> {
        let secret = |place: &SecretRef| place.read(folder).map(Secret::from);
        Ok(match self {
            Self::Basic(basic) => Auth::Basic { username: basic.username.clone(), password: secret(&basic.password)? },
            Self::Bearer(token) => Auth::Bearer { token: secret(token)? },
            Self::ApiKey(key) => {
                let value = format!("{}{}", key.prefix, key.value.read(folder)?.expose_secret());
                Auth::ApiKey { header: key.header.clone(), value: value.into() }
            }
            Self::Oauth2(oauth2) => Auth::OAuth2(oauth2.resolve(folder)?),
            Self::Metadata(metadata) => Auth::Metadata(metadata.resolve(folder)?),
            Self::Exchange(exchange) => Auth::Exchange(exchange.resolve(folder)?),
        })
    }
}

// === impl OAuth2Auth ===

impl OAuth2Auth {
    fn resolve(&self, folder: &Path) -> Result<OAuth2, InvalidAuth> {
        let secret = |place: &SecretRef| place.read(folder).map(Secret::from);
        Ok(OAuth2 {
            grant: self.grant(folder)?,
            token_url: self.token_url.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.as_ref().map(secret).transpose()?,
            client_auth: self.client(folder)?,
            scope: self.scope.clone(),
            extra: self.extra.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect(),
            logout: self.logout.as_ref().map(LogoutCall::resolve),
        })
    }

    fn client(&self, folder: &Path) -> Result<ClientAuth, InvalidAuth> {
        let one = "client_assertion";
        match (self.client_auth, &self.client_assertion) {
            (ClientAuthKind::Body, None) => Ok(ClientAuth::Body),
            (ClientAuthKind::Header, None) => Ok(ClientAuth::Header),
            (_, Some(_)) if self.client_secret.is_some() => Err(InvalidAuth::Twice { one, other: "client_secret" }),
            (ClientAuthKind::Header, Some(_)) => Err(InvalidAuth::Twice { one, other: "client_auth" }),
            (ClientAuthKind::Body, Some(assertion)) => Ok(ClientAuth::Assertion(assertion.resolve(folder)?)),
        }
    }

    fn grant(&self, folder: &Path) -> Result<Grant, InvalidAuth> {
        let (grant, needed): (&'static str, &[&'static str]) = match self.grant {
            GrantKind::ClientCredentials => ("client_credentials", &[]),
            GrantKind::Password => ("password", &["username", "password"]),
            GrantKind::Refresh => ("refresh", &["refresh_token"]),
        };
        for (key, given) in [
            ("username", self.username.is_some()),
            ("password", self.password.is_some()),
            ("refresh_token", self.refresh_token.is_some()),
        ] {
            if needed.contains(&key) && !given {
                return Err(InvalidAuth::Lacks { grant, key });
            }
            if given && !needed.contains(&key) {
                return Err(InvalidAuth::Useless { grant, key });
            }
        }
        let secret = |place: &SecretRef| place.read(folder).map(Secret::from);
        Ok(match (&self.username, &self.password, &self.refresh_token) {
            (Some(username), Some(password), _) => {
                Grant::Password { username: username.clone(), password: secret(password)? }
            }
            (_, _, Some(token)) => Grant::Refresh { token: secret(token)? },
            _ => Grant::ClientCredentials,
        })
    }
}

// === impl ExchangeAuth ===

impl ExchangeAuth {
    fn resolve(&self, folder: &Path) -> Result<Exchange, InvalidAuth> {
        let mut secrets = BTreeMap::new();
        for (name, place) in &self.secrets {
            secrets.insert(name.clone(), Secret::from(place.read(folder)?));
        }
        let mut headers = Vec::new();
        for (name, value) in &self.request.headers {
            headers.push((name.clone(), Template::parse(value, &secrets)?));
        }
        let token = match self.token.as_str() {
            "body" => TokenAt::Body,
            pointer if pointer.starts_with('/') => TokenAt::Pointer(pointer.to_owned()),
            other => return Err(InvalidAuth::TokenPlace(other.to_owned())),
        };
        Ok(Exchange {
            request: ExchangeRequest {
                method: self.request.method.clone(),
                target: self.request.target.clone(),
                headers,
                body: Template::parse(&self.request.body, &secrets)?,
            },
            token,
            header: self.header.clone(),
            prefix: self.prefix.clone(),
            lifetime: self.lifetime.map(|Span(lifetime)| lifetime),
            logout: self.logout.as_ref().map(LogoutCall::resolve),
        })
    }
}

// === impl LogoutCall ===

impl LogoutCall {
    fn resolve(&self) -> Logout {
        Logout { method: self.method.clone(), target: self.target.clone() }
    }
}

#[cfg(test)]
mod tests;
