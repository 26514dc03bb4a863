//! How long to leave a platform alone after it did not do what it was asked.
//!
//! Doubles from one second to five minutes, and is spread over its upper half, so that a thousand tickets that met the
//! same outage do not come back in the same second. What the platform itself asks for is a lower bound, up to ten minutes: a page
//! that asks for a year must not have one.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(300);
const LONGEST_ASKED: Duration = Duration::from_secs(600);

/// How long to wait after `failures` in a row; `fraction` is chance, from 0 to 1.
#[must_use]
pub fn pause(failures: u32, asked_for: Option<Duration>, fraction: f64) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let full = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    let spread = full.mul_f64(fraction.clamp(0.0, 1.0) / 2.0);
    match asked_for {
        Some(asked) => asked.min(LONGEST_ASKED).max(full / 2).saturating_add(spread),
        None => (full / 2).saturating_add(spread),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_five_minutes() {
        let longest: Vec<u64> = [1, 2, 3, 8, 9, 10, 1000].map(|n| pause(n, None, 1.0).as_secs()).to_vec();
        assert_eq!(longest, [1, 2, 4, 128, 256, 300, 300]);
    }

    #[test]
    fn is_spread_over_the_upper_half() {
        assert_eq!(pause(4, None, 0.0), Duration::from_secs(4));
        assert_eq!(pause(4, None, 0.5), Duration::from_secs(6));
    }

    #[test]
    fn is_never_shorter_than_what_the_platform_asks_for() {
        assert_eq!(pause(1, Some(Duration::from_secs(90)), 0.0), Duration::from_secs(90));
        assert_eq!(pause(12, Some(Duration::from_secs(2)), 0.0), Duration::from_secs(150));
    }

    #[test]
    fn a_platform_that_asks_for_a_year_is_asked_again_today() {
        assert_eq!(pause(1, Some(Duration::from_secs(31_536_000)), 0.0), Duration::from_secs(600));
    }
}
