//! Who may post. Secrets are kept as digests and compared in constant time, every one of them on every request, so that
//! neither time nor the order of the configuration tells anything about them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, header};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// The credentials that one source takes. A scheme is a variant: others join here.
pub enum Senders {
    /// Anyone may post: the listener is on loopback.
    Anyone,
    /// Any one of these.
    AnyOf(Vec<Credential>),
}

/// One accepted credential.
pub struct Credential {
    scheme: Scheme,
    digest: [u8; 32],
}

/// How a credential is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Bearer,
    Basic,
}

// === impl Credential ===

impl Credential {
    /// `Authorization: Bearer TOKEN`.
    #[must_use]
    pub fn bearer(token: &SecretString) -> Self {
        Self { scheme: Scheme::Bearer, digest: Sha256::digest(token.expose_secret()).into() }
    }

    /// `Authorization: Basic`, with a name and a password.
    #[must_use]
    pub fn basic(username: &str, password: &SecretString) -> Self {
        let pair = SecretString::from(format!("{username}:{}", password.expose_secret()));
        Self { scheme: Scheme::Basic, digest: Sha256::digest(pair.expose_secret()).into() }
    }
}

// === impl Senders ===

impl Senders {
    /// Whether a request with these headers may post.
    #[must_use]
    pub fn admit(&self, headers: &HeaderMap) -> bool {
        let Self::AnyOf(credentials) = self else { return true };
        let Some((scheme, digest)) = presented(headers) else { return false };
        let mut admitted = Choice::from(0);
        for credential in credentials {
            admitted |= Choice::from(u8::from(credential.scheme == scheme)) & credential.digest.ct_eq(&digest);
        }
        admitted.into()
    }

    /// Whether it asks for credentials at all.
    #[must_use]
    pub fn are_known(&self) -> bool {
        matches!(self, Self::AnyOf(_))
    }

    /// What a 401 asks for.
    #[must_use]
    pub fn challenges(&self) -> Vec<&'static str> {
        let Self::AnyOf(credentials) = self else { return Vec::new() };
        let takes = |scheme| credentials.iter().any(|credential| credential.scheme == scheme);
        let mut challenges = Vec::new();
        if takes(Scheme::Bearer) {
            challenges.push("Bearer");
        }
        if takes(Scheme::Basic) {
            challenges.push("Basic realm=\"alerts\", charset=\"UTF-8\"");
        }
        challenges
    }
}

/// The credential that a request brings, as a digest. Two `Authorization` headers are none.
fn presented(headers: &HeaderMap) -> Option<(Scheme, [u8; 32])> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, rest) = value.to_str().ok()?.split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        Some((Scheme::Bearer, Sha256::digest(rest).into()))
    } else if scheme.eq_ignore_ascii_case("basic") {
        Some((Scheme::Basic, Sha256::digest(STANDARD.decode(rest).ok()?).into()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn any_one_credential_of_the_source_is_taken_and_nothing_else() {
        let senders = Senders::AnyOf(vec![
            Credential::bearer(&"token-one".into()),
            Credential::bearer(&"token-two".into()),
            Credential::basic("monitor", &"pa:ss".into()),
        ]);
        let basic = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
        for (values, admitted) in [
            (vec!["Bearer token-one".to_owned()], true),
            (vec!["bearer token-two".to_owned()], true),
            (vec![basic("monitor:pa:ss")], true),
            (vec![], false),
            (vec!["Bearer token-on".to_owned()], false),
            (vec!["Bearer ".to_owned()], false),
            (vec!["token-one".to_owned()], false),
            (vec!["Bearer monitor:pa:ss".to_owned()], false),
            (vec![basic("token-one")], false),
            (vec![basic("monitor:other")], false),
            (vec!["Basic not*base64".to_owned()], false),
            (vec!["Digest token-one".to_owned()], false),
            (vec!["Bearer token-one".to_owned(), "Bearer token-one".to_owned()], false),
        ] {
            let values: Vec<_> = values.iter().map(String::as_str).collect();
            assert_eq!(senders.admit(&headers(&values)), admitted, "{values:?}");
        }
    }

    #[test]
    fn a_source_without_auth_takes_anyone() {
        assert!(Senders::Anyone.admit(&headers(&[])));
        assert!(Senders::Anyone.admit(&headers(&["Bearer x"])));
    }
}
