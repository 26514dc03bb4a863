//! Percent-encoding as RFC 3986 has it: everything but its unreserved characters.

use std::fmt::Write;

/// Fit for a path segment, a query's name or a query's value.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    encoded
}

/// A path that is already encoded, with a query that is not.
#[must_use]
pub fn target(path: &str, query: &[(&str, &str)]) -> String {
    let mut target = path.to_owned();
    for (index, (name, value)) in query.iter().enumerate() {
        target.push(if index == 0 { '?' } else { '&' });
        target.push_str(&encode(name));
        target.push('=');
        target.push_str(&encode(value));
    }
    target
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unreserved_characters_stand_for_themselves() {
        assert_eq!(encode("aZ0-._~"), "aZ0-._~");
        assert_eq!(encode("a b/c?d&e=f+g%^#\n"), "a%20b%2Fc%3Fd%26e%3Df%2Bg%25%5E%23%0A");
        assert_eq!(encode("Zürich"), "Z%C3%BCrich");
    }

    #[test]
    fn a_query_cannot_grow_another_parameter() {
        assert_eq!(target("/t", &[("q", "a&b=c"), ("n", "1")]), "/t?q=a%26b%3Dc&n=1");
        assert_eq!(target("/t", &[]), "/t");
    }
}
