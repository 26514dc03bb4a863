//! Which requests log in: read from the connection's own configuration.

use anyhow::Context;
use http::{HeaderName, header};
use toml::{Table, Value};

/// How a connection gets its credentials.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Logins {
    /// The header that carries them.
    pub(super) header: HeaderName,
    /// Whether they are a token that ends and is renewed.
    pub(super) renewable: bool,
    /// Parts of the targets that tokens are asked for at.
    places: Vec<String>,
}

// === impl Logins ===

impl Logins {
    /// Of what stands in a connection's section.
    ///
    /// # Errors
    /// Where that is no TOML.
    pub(super) fn of(connection: &str) -> anyhow::Result<Self> {
        let text = format!("[connections.desk]\n{}", connection.replace("{address}", "http://platform.test"));
        let whole: Table = toml::from_str(&text).context("the platform's connection is no TOML")?;
        let Some(auth) = whole.get("connections").and_then(|all| all.get("desk")?.get("auth")) else {
            return Ok(Self::default());
        };
        let header = auth.get("exchange").and_then(|exchange| exchange.get("header")?.as_str()?.parse().ok());
        let places = [
            auth.get("oauth2").and_then(|oauth2| oauth2.get("token_url")),
            auth.get("exchange").and_then(|exchange| exchange.get("request")?.get("target")),
        ];
        let places: Vec<String> = places.into_iter().flatten().filter_map(Value::as_str).map(path).collect();
        let header = header.unwrap_or(header::AUTHORIZATION);
        Ok(Self { header, renewable: !places.is_empty() || auth.get("metadata").is_some(), places })
    }

    /// Whether this target is one of them.
    pub(super) fn are_at(&self, target: &str) -> bool {
        let path = target.split('?').next().unwrap_or(target);
        self.places.iter().any(|place| path.ends_with(place.as_str()))
    }
}

impl Default for Logins {
    fn default() -> Self {
        Self { header: header::AUTHORIZATION, renewable: false, places: Vec::new() }
    }
}

/// The path of a relative or whole address.
fn path(address: &str) -> String {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/"),
        None => address,
    };
    path.split('?').next().unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test says what it found by panicking")]
    use super::*;

    #[test]
    fn tokens_are_asked_for_where_the_configuration_says() {
        let oauth2 = r#"auth = { oauth2 = { token_url = "{address}/t/oauth2/token" } }"#;
        let exchange = r#"auth = { exchange = { request = { target = "api/Login?way=1" } } }"#;
        for (text, target) in [(oauth2, "/t/oauth2/token"), (exchange, "/base/api/Login?way=1")] {
            let logins = Logins::of(text).unwrap();
            assert!(logins.renewable && logins.are_at(target), "{logins:?}");
            assert!(!logins.are_at("/api/tickets"));
        }
    }

    #[test]
    fn basic_credentials_do_not_end() {
        let basic = r#"auth = { basic = { username = "ann", password = { file = "password" } } }"#;
        assert_eq!(Logins::of(basic).unwrap(), Logins::default());
    }
}
