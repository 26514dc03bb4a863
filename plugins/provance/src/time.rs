//! Times: the platform writes RFC 3339 in UTC, `2026-11-22T13:06:00Z`, as the contract does, and stamps rows to the second.

use signalbox_sdk::time::Stamp;

/// A time as a row has it; a part of a second is dropped, so that `ge` takes in the whole second.
#[must_use]
pub fn read(text: &str) -> Option<Stamp> {
    Stamp::from_contract(text).map(Stamp::whole_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_second_is_dropped() {
        assert_eq!(read("2026-03-01T00:00:05.9999999Z").unwrap().to_string(), "2026-03-01T00:00:05Z");
        assert_eq!(read("2026-03-01"), None);
    }
}
