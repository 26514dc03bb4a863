//! Errors for people: what happened, and why, in one line.

use std::error::Error;

/// An error with its causes. A cause that its error already quotes is not said twice.
#[must_use]
pub fn with_causes(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(each) = cause {
        let next = each.to_string();
        if !words.contains(&next) {
            words.push_str(": ");
            words.push_str(&next);
        }
        cause = each.source();
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
