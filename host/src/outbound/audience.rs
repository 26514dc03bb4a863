//! Where a plugin's target leads, or why it leads nowhere.
//!
//! A target is joined under the connection's base path by putting texts together, so that no rule of URL resolution can
//! lead out of it; a whole URL must lie under the base or on a granted origin. What servers, proxies and URL parsers are
//! known to read differently (dot segments, doubled slashes, backslashes, fragments, user names, controls, all of them
//! encoded once or more) is refused in the path. In a query the encoded forms are plain data, and pass.

use percent_encoding::percent_decode_str;
use url::Url;

/// The places that one connection may reach, each with what is added to requests there.
#[derive(Debug)]
pub(super) struct Audience<C> {
    base: Place<C>,
    origins: Vec<Place<C>>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Place<C> {
    /// Scheme, host and port.
    origin: String,
    /// Begins and ends with a slash.
    path: String,
    /// What is added.
    pub(super) credential: C,
}

/// A target that leads somewhere.
#[derive(Debug)]
pub(super) struct Destination<'a, C> {
    pub(super) url: Url,
    pub(super) place: &'a Place<C>,
}

/// An address that a connection cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// Neither `http` nor `https`, or no host.
    #[error("`{0}` is not an address that begins with https:// or http:// and names a host")]
    NotHttp(String),
    /// A user name or password in it.
    #[error("the address of `{0}` may hold no user name or password: they belong into `auth`")]
    UserInfo(String),
    /// A query or fragment in it.
    #[error("`{0}` may have no query and no fragment")]
    Query(String),
    /// An origin with a path.
    #[error("`{0}` is more than an origin: only scheme, host and port may stand there")]
    Path(String),
}

/// Why a target leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Astray {
    #[error("the target has a character that a URL must percent-encode, at byte {0}")]
    Character(usize),
    #[error("the target's path has `{0}`, plain or encoded")]
    Path(&'static str),
    #[error("the target has `{0}`")]
    Plain(&'static str),
    #[error("the target has a user name or password in it")]
    UserInfo,
    #[error("the target is longer than {LONGEST} bytes")]
    TooLong,
    #[error("the target is not a URL")]
    NotUrl,
    #[error("no grant `origin:{0}`")]
    Origin(String),
    #[error("the target is on the connection's own origin, but not under its base path `{0}`")]
    OutsideBase(String),
}

const LONGEST: usize = 16 << 10;

/// Layers of percent-encoding that are looked through; no honest path has that many.
const DEEPEST: usize = 8;

// === impl Audience ===

impl<C> Audience<C> {
    /// Checks the addresses of a connection.
    pub(super) fn try_new(base: (&Url, C), origins: Vec<(&Url, C)>) -> Result<Self, InvalidAddress> {
        let (url, credential) = base;
        let base = Place { origin: origin_of(url)?, path: under(url.path()), credential };
        let origins = origins
            .into_iter()
            .map(|(url, credential)| match url.path() {
                "/" => Ok(Place { origin: origin_of(url)?, path: "/".to_owned(), credential }),
                _ => Err(InvalidAddress::Path(url.to_string())),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { base, origins })
    }

    /// Where `target` leads.
    pub(super) fn find(&self, target: &str) -> Result<Destination<'_, C>, Astray> {
        check_characters(target)?;
        let (before_query, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        match before_query.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) => self.whole(target, rest),
            _ => {
                check_path(before_query)?;
                let path = before_query.strip_prefix('/').unwrap_or(before_query);
                let mut text = format!("{}{}{path}", self.base.origin, self.base.path);
                if path.is_empty() {
                    text.pop();
                }
                if let Some(query) = query {
                    text.push('?');
                    text.push_str(query);
                }
                let url = Url::parse(&text).map_err(|_| Astray::NotUrl)?;
                self.base.holds(&url).then_some(Destination { url, place: &self.base }).ok_or(Astray::NotUrl)
            }
        }
    }

    /// All places, the base first.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place<C>> {
        std::iter::once(&self.base).chain(&self.origins)
    }

    fn whole(&self, target: &str, rest: &str) -> Result<Destination<'_, C>, Astray> {
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.is_empty() {
            return Err(Astray::NotUrl);
        }
        if authority.contains('@') {
            return Err(Astray::UserInfo);
        }
        check_path(path)?;
        let url = Url::parse(target).map_err(|_| Astray::NotUrl)?;
        if let Some(place) = self.places().find(|place| place.holds(&url)) {
            return Ok(Destination { url, place });
        }
        let origin = url.origin().ascii_serialization();
        Err(if origin == self.base.origin {
            Astray::OutsideBase(self.base.path.clone())
        } else {
            Astray::Origin(origin)
        })
    }
}

// === impl Place ===

impl<C> Place<C> {
    /// Scheme, host and port.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    fn holds(&self, url: &Url) -> bool {
        let inside = url.path().starts_with(&self.path) || self.path.strip_suffix('/') == Some(url.path());
        inside && url.origin().ascii_serialization() == self.origin
    }
}

/// Scheme, host and port of an address that the operator wrote.
pub(super) fn origin_of(url: &Url) -> Result<String, InvalidAddress> {
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(InvalidAddress::NotHttp(url.to_string()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(InvalidAddress::UserInfo(url.host_str().unwrap_or_default().to_owned()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(InvalidAddress::Query(url.to_string()));
    }
    Ok(url.origin().ascii_serialization())
}

fn under(path: &str) -> String {
    format!("{}/", path.trim_end_matches('/'))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '+' | '-' | '.'))
}

fn check_characters(target: &str) -> Result<(), Astray> {
    if target.len() > LONGEST {
        return Err(Astray::TooLong);
    }
    if let Some(at) = target.bytes().position(|byte| !byte.is_ascii_graphic()) {
        return Err(Astray::Character(at));
    }
    for forbidden in ["\\", "#"] {
        if target.contains(forbidden) {
            return Err(Astray::Plain(forbidden));
        }
    }
    Ok(())
}

/// Refuses what must not stand in a path, in any depth of encoding: behind a proxy that decodes once stands a server that
/// decodes again.
fn check_path(path: &str) -> Result<(), Astray> {
    // What is joined behind a slash must not begin with a second one, but one of its own is the usual way to write it.
    let mut layer = format!("/{}", path.strip_prefix('/').unwrap_or(path));
    for _ in 0..DEEPEST {
        for forbidden in ["..", "//", "\\", "#", "/./"] {
            if layer.contains(forbidden) {
                return Err(Astray::Path(forbidden));
            }
        }
        if layer.ends_with("/.") {
            return Err(Astray::Path("/./"));
        }
        if layer.chars().any(char::is_control) {
            return Err(Astray::Path("a control character"));
        }
        let decoded = percent_decode_str(&layer).decode_utf8_lossy().into_owned();
        if decoded == layer {
            return Ok(());
        }
        layer = decoded;
    }
    Err(Astray::Path("%25%25"))
}

#[cfg(test)]
#[path = "audience_tests.rs"]
mod tests;
