//! Access and refresh tokens as an OAuth 2.0 token endpoint keeps them; its request and reply are the vendor's.
//!
//! A grant has one current access token: asking again while it lives answers the same one with what is left of its life
//! (ServiceNow), or a new one each time, as the vendor's rules say.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use jiff::Timestamp;
use rand::Rng;

use super::{clock::signed, lock};

/// How long tokens live, and whether a living one is given out again.
#[derive(Debug, Clone)]
pub struct TokenRules {
    /// Life of an access token.
    pub access: Duration,
    /// Life of a refresh token; none where the platform gives none.
    pub refresh: Option<Duration>,
    /// Whether a grant asked again answers the access token that still lives.
    pub reuse: bool,
}

/// What a token endpoint answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The access token.
    pub access: String,
    /// Seconds that it still lives.
    pub expires_in: i64,
    /// The refresh token, where there is one.
    pub refresh: Option<String>,
}

/// All tokens given out.
#[derive(Debug, Default)]
pub struct Tokens {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    access: HashMap<String, Held>,
    refresh: HashMap<String, Held>,
}

#[derive(Debug, Clone)]
struct Held {
    user: String,
    client: String,
    until: Timestamp,
}

// === impl Tokens ===

impl Tokens {
    /// Tokens for a user who has shown who they are, through this client.
    pub fn grant(&self, user: &str, client: &str, now: Timestamp, rules: &TokenRules) -> Grant {
        let mut inner = lock(&self.inner);
        let current = if rules.reuse { inner.current(user, client, now) } else { None };
        let (access, until) = current.unwrap_or_else(|| inner.issue(user, client, now, rules.access));
        let refresh = rules.refresh.map(|life| inner.refresh_token(user, client, now, life, rules.reuse));
        Grant { access, expires_in: left(until, now), refresh }
    }

    /// A new access token for a refresh token, which stays the same; none where it is unknown, over, or another
    /// client's.
    pub fn refresh(&self, token: &str, client: &str, now: Timestamp, rules: &TokenRules) -> Option<Grant> {
        let mut inner = lock(&self.inner);
        let held = inner.refresh.get(token).filter(|held| held.client == client && held.until > now)?.clone();
        let (access, until) = inner.issue(&held.user, client, now, rules.access);
        Some(Grant { access, expires_in: left(until, now), refresh: Some(token.to_owned()) })
    }

    /// Takes a refresh token that is good once: whose it was; none where it is unknown, over, or another client's.
    pub fn spend(&self, token: &str, client: &str, now: Timestamp) -> Option<String> {
        let mut inner = lock(&self.inner);
        inner.refresh.get(token).filter(|held| held.client == client && held.until > now)?;
        inner.refresh.remove(token).map(|held| held.user)
    }

    /// Ends one token, of either kind, now.
    pub fn end(&self, token: &str) {
        let mut inner = lock(&self.inner);
        inner.access.remove(token);
        inner.refresh.remove(token);
    }

    /// Whose token this is; none where it is unknown or over.
    #[must_use]
    pub fn user(&self, access: &str, now: Timestamp) -> Option<String> {
        lock(&self.inner).access.get(access).filter(|held| held.until > now).map(|held| held.user.clone())
    }

    /// Whose token this is, and the client that it was given out for; none where it is unknown or over.
    #[must_use]
    pub fn holder(&self, access: &str, now: Timestamp) -> Option<(String, String)> {
        let inner = lock(&self.inner);
        let held = inner.access.get(access).filter(|held| held.until > now)?;
        Some((held.user.clone(), held.client.clone()))
    }

    /// Ends every access token now; refresh tokens live on.
    pub fn expire_access(&self) {
        lock(&self.inner).access.clear();
    }

    /// Ends every token now.
    pub fn expire_all(&self) {
        *lock(&self.inner) = Inner::default();
    }
}

// === impl Inner ===

impl Inner {
    fn current(&self, user: &str, client: &str, now: Timestamp) -> Option<(String, Timestamp)> {
        let living = self.access.iter().filter(|(_, h)| h.user == user && h.client == client && h.until > now);
        living.max_by_key(|(_, held)| held.until).map(|(token, held)| (token.clone(), held.until))
    }

    fn issue(&mut self, user: &str, client: &str, now: Timestamp, life: Duration) -> (String, Timestamp) {
        self.access.retain(|_, held| held.until > now);
        let until = now.saturating_add(signed(life)).unwrap_or(Timestamp::MAX);
        let token = opaque();
        self.access.insert(token.clone(), Held { user: user.to_owned(), client: client.to_owned(), until });
        (token, until)
    }

    fn refresh_token(&mut self, user: &str, client: &str, now: Timestamp, life: Duration, reuse: bool) -> String {
        let mine = |held: &Held| held.user == user && held.client == client && held.until > now;
        if reuse && let Some((token, _)) = self.refresh.iter().find(|(_, held)| mine(held)) {
            return token.clone();
        }
        let until = now.saturating_add(signed(life)).unwrap_or(Timestamp::MAX);
        let token = opaque();
        self.refresh.insert(token.clone(), Held { user: user.to_owned(), client: client.to_owned(), until });
        token
    }
}

fn left(until: Timestamp, now: Timestamp) -> i64 {
    until.duration_since(now).as_secs().max(0)
}

fn opaque() -> String {
    let mut random = rand::rng();
    format!("{:032x}{:032x}", random.random::<u128>(), random.random::<u128>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    fn rules(reuse: bool) -> TokenRules {
        TokenRules { access: Duration::from_secs(1800), refresh: Some(Duration::from_secs(86_400)), reuse }
    }

    #[test]
    fn a_living_token_is_given_out_again_with_what_is_left_of_it() {
        let tokens = Tokens::default();
        let first = tokens.grant("ann", "gateway", at(0), &rules(true));
        let second = tokens.grant("ann", "gateway", at(600), &rules(true));
        assert_eq!(second, Grant { expires_in: 1200, ..first.clone() });
        let third = tokens.grant("ann", "gateway", at(1800), &rules(true));
        assert_ne!(third.access, first.access);
        assert_eq!(third.refresh, first.refresh);
    }

    #[test]
    fn without_reuse_each_grant_is_new() {
        let tokens = Tokens::default();
        let first = tokens.grant("ann", "gateway", at(0), &rules(false));
        let second = tokens.grant("ann", "gateway", at(1), &rules(false));
        assert_ne!(first.access, second.access);
        assert_eq!(tokens.user(&first.access, at(2)).as_deref(), Some("ann"));
    }

    #[test]
    fn a_token_ends_with_its_life() {
        let tokens = Tokens::default();
        let grant = tokens.grant("ann", "gateway", at(0), &rules(true));
        assert_eq!(tokens.user(&grant.access, at(1799)).as_deref(), Some("ann"));
        assert_eq!(tokens.user(&grant.access, at(1800)), None);
        assert_eq!(tokens.user("made up", at(0)), None);
        assert_eq!(tokens.holder(&grant.access, at(0)), Some(("ann".into(), "gateway".into())));
        assert_eq!(tokens.holder(&grant.access, at(1800)), None);
    }

    #[test]
    fn refreshing_renews_the_access_token_and_keeps_the_refresh_token() {
        let tokens = Tokens::default();
        let first = tokens.grant("ann", "gateway", at(0), &rules(true));
        let refresh = first.refresh.clone().unwrap();
        let second = tokens.refresh(&refresh, "gateway", at(10), &rules(true)).unwrap();
        assert_ne!(second.access, first.access);
        assert_eq!((second.expires_in, second.refresh.as_deref()), (1800, Some(refresh.as_str())));
        assert!(tokens.refresh(&refresh, "another", at(10), &rules(true)).is_none(), "another client's");
        assert!(tokens.refresh(&refresh, "gateway", at(86_400), &rules(true)).is_none(), "over");
    }

    #[test]
    fn a_refresh_token_can_be_good_once() {
        let tokens = Tokens::default();
        let refresh = tokens.grant("ann", "gateway", at(0), &rules(false)).refresh.unwrap();
        assert_eq!(tokens.spend(&refresh, "another", at(1)), None);
        assert_eq!(tokens.spend(&refresh, "gateway", at(1)).as_deref(), Some("ann"));
        assert_eq!(tokens.spend(&refresh, "gateway", at(1)), None);
    }

    #[test]
    fn one_token_can_be_ended() {
        let tokens = Tokens::default();
        let (one, other) = (
            tokens.grant("ann", "gateway", at(0), &rules(false)),
            tokens.grant("ann", "gateway", at(0), &rules(false)),
        );
        tokens.end(&one.access);
        assert_eq!(tokens.user(&one.access, at(1)), None);
        assert_eq!(tokens.user(&other.access, at(1)).as_deref(), Some("ann"));
    }

    #[test]
    fn tokens_can_be_ended_at_once() {
        let tokens = Tokens::default();
        let grant = tokens.grant("ann", "gateway", at(0), &rules(true));
        let refresh = grant.refresh.unwrap();
        tokens.expire_access();
        assert_eq!(tokens.user(&grant.access, at(1)), None);
        assert!(tokens.refresh(&refresh, "gateway", at(1), &rules(true)).is_some());
        tokens.expire_all();
        assert!(tokens.refresh(&refresh, "gateway", at(1), &rules(true)).is_none());
    }
}
