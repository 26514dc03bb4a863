//! Pages of a list, and the link to the next one.

use crate::shared::Call;

/// The parameter that names a page.
pub const TOKEN: &str = "$skipToken";

/// What every token begins with, so that a made-up one is told from a given one.
const MARK: &str = "pg-";

/// A page.
#[derive(Debug)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// Where the next is; none after the last.
    pub next: Option<String>,
}

/// A token that was not given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the page token was not given out")]
pub struct UnknownPage;

/// The page that a call asks for, and a link with all of its parameters to the one after it.
///
/// # Errors
/// [`UnknownPage`].
pub fn page<T>(call: &Call, rows: Vec<T>, size: usize) -> Result<Page<T>, UnknownPage> {
    let from = match call.query.get(TOKEN) {
        None => 0,
        Some(token) => token.strip_prefix(MARK).and_then(|at| at.parse().ok()).ok_or(UnknownPage)?,
    };
    let end = from + size;
    let next = (rows.len() > end).then(|| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(call.query.0.iter().filter(|(name, _)| name != TOKEN));
        query.append_pair(TOKEN, &format!("{MARK}{end}"));
        format!("{}{}?{}", call.base, call.path, query.finish())
    });
    Ok(Page { rows: rows.into_iter().skip(from).take(size).collect(), next })
}
