//! Filters beyond the engine's own, for what tickets are made of.
//!
//! | filter | what it makes |
//! |---|---|
//! | `date`, `date("%H:%M")` | a timestamp in UTC, `2026-11-22 13:06:00 UTC` or as the `strftime` format says |
//! | `duration` | seconds in words, `14 minutes` |
//! | `duration(until)` | the time from one timestamp to another, in words |
//! | `truncate(n)` | at most n characters, cut at a word |
//! | `truncate_words(n)` | the first n words |
//! | `one_line` | without line breaks and repeated blanks |

use minijinja::{Environment, Error, ErrorKind, Value};

use crate::{cut, time};

/// Adds them all.
pub fn add(environment: &mut Environment<'_>) {
    environment.add_filter("date", date);
    environment.add_filter("duration", duration);
    environment.add_filter("truncate", truncate);
    environment.add_filter("truncate_words", truncate_words);
    environment.add_filter("one_line", one_line);
}

fn date(value: &Value, format: Option<&str>) -> Result<String, Error> {
    let text = text(value);
    let Some(format) = format else { return Ok(time::shown(&text)) };
    match time::formatted(&text, format) {
        Ok(formatted) => Ok(formatted.unwrap_or(text)),
        Err(words) => Err(Error::new(ErrorKind::InvalidOperation, format!("date format {format:?}: {words}"))),
    }
}

fn duration(value: &Value, until: Option<&Value>) -> Result<String, Error> {
    if let Some(until) = until {
        return Ok(time::between(&text(value), &text(until)));
    }
    if value.is_undefined() || value.is_none() {
        return Ok(String::new());
    }
    // Seconds with a fraction are taken as whole ones.
    let seconds = value.to_string().trim().split('.').next().and_then(|whole| whole.parse().ok());
    seconds.map(time::in_words).ok_or_else(|| {
        let words = format!("duration takes seconds, or the timestamp of its end as an argument, not {value:?}");
        Error::new(ErrorKind::InvalidOperation, words)
    })
}

fn truncate(value: &Value, length: usize) -> String {
    cut::cut(&text(value), length)
}

fn truncate_words(value: &Value, count: usize) -> String {
    cut::words(&text(value), count)
}

fn one_line(value: &Value) -> String {
    cut::line(&text(value))
}

fn text(value: &Value) -> String {
    if value.is_none() { String::new() } else { value.to_string() }
}
