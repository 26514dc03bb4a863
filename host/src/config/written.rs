//! What is read from texts, and what is said where something else stands: in TOML's words, and not in Rust's.

use ipnet::IpNet;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;
use std::net::SocketAddr;

/// Reads a text; what is none is refused with what should stand there.
///
/// # Errors
/// Where it is none.
pub fn text<'de, D: Deserializer<'de>>(input: D, expected: &'static str) -> Result<String, D::Error> {
    input.deserialize_str(Written { expected, read: |text: &str| Ok(text.to_owned()) })
}

/// Reads an address to listen on.
pub(super) fn address<'de, D: Deserializer<'de>>(input: D) -> Result<SocketAddr, D::Error> {
    let expected = "an IP address and a port, such as \"127.0.0.1:8080\"";
    let none = |text: &str| format!("`{text}` is not an address to listen on: write {expected}");
    input.deserialize_str(Written { expected, read: |text: &str| text.parse().map_err(|_| none(text)) })
}

/// Reads networks.
pub(super) fn networks<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<IpNet>, D::Error> {
    let networks = Vec::<Network>::deserialize(input)?;
    Ok(networks.into_iter().map(|Network(network)| network).collect())
}

/// What serde says of a value, with the words that the configuration's author knows.
pub(super) fn in_words_of_toml(message: &str) -> String {
    let Some((found, expected)) = message.rsplit_once(", expected ") else { return message.to_owned() };
    let expected = match expected {
        "a sequence" => "a list",
        "a map" => "a table",
        "u8" | "u16" | "u32" | "u64" => "a whole number that is not negative or too large",
        "a nonzero u32" => "a whole number from 1 on",
        record if record.starts_with("struct ") => "a table",
        other => other,
    };
    format!("{found}, expected {expected}")
}

/// A text that `read` makes something of, or refuses.
struct Written<F> {
    expected: &'static str,
    read: F,
}

struct Network(IpNet);

// === impl Written ===

impl<T, F: FnOnce(&str) -> Result<T, String>> Visitor<'_> for Written<F> {
    type Value = T;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).map_err(E::custom)
    }
}

// === impl Network ===

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let expected = "an IP address and the length of its prefix, such as \"10.0.0.0/8\"";
        let none = |text: &str| format!("`{text}` is not a network: write {expected}");
        input.deserialize_str(Written { expected, read: |text: &str| text.parse().map(Self).map_err(|_| none(text)) })
    }
}
