//! How values lie: their mean, and percentiles by nearest rank.
//!
//! The p-th percentile is the value at place ⌈p/100 · n⌉ of n sorted values, counted from 1: a value that occurred, and the
//! least one that at least p percent do not exceed. Nothing is interpolated.

use super::answer::float;

/// Values, gathered.
#[derive(Clone, Debug, Default)]
pub struct Spread {
    values: Vec<i64>,
}

// === impl Spread ===

impl Spread {
    /// Adds a value.
    pub fn add(&mut self, value: i64) {
        self.values.push(value);
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        u64::try_from(self.values.len()).unwrap_or(u64::MAX)
    }

    /// Their mean; none of nothing.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let sum: i128 = self.values.iter().copied().map(i128::from).sum();
        let count = self.count();
        #[expect(clippy::cast_precision_loss, reason = "a mean is no exact number")]
        let sum = sum as f64;
        (count > 0).then(|| sum / float(count))
    }

    /// The values at these percentiles (0 to 100; 100 is the greatest), in their order; none of nothing.
    #[must_use]
    pub fn percentiles<const N: usize>(mut self, percents: [u8; N]) -> [Option<i64>; N] {
        self.values.sort_unstable();
        let count = self.values.len();
        percents.map(|percent| {
            let place = (count * usize::from(percent)).div_ceil(100).max(1);
            self.values.get(place - 1).copied()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(values: impl IntoIterator<Item = i64>) -> Spread {
        Spread { values: values.into_iter().collect() }
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        type Case = (&'static str, Vec<i64>, [Option<i64>; 4]);
        let table: [Case; 5] = [
            ("nothing", vec![], [None; 4]),
            ("one", vec![7], [Some(7); 4]),
            ("two", vec![9, 1], [Some(1), Some(9), Some(9), Some(9)]),
            // The example of the method's usual description: of 15, 20, 35, 40, 50 the median is 35.
            ("five", vec![50, 15, 40, 20, 35], [Some(35), Some(50), Some(50), Some(50)]),
            ("a hundred", (1..=100).rev().collect(), [Some(50), Some(90), Some(95), Some(100)]),
        ];
        for (name, values, expected) in table {
            assert_eq!(spread(values).percentiles([50, 90, 95, 100]), expected, "{name}");
        }
        assert_eq!(spread([3, 1, 2]).percentiles([0]), [Some(1)]);
    }

    #[test]
    fn the_mean_of_nothing_is_none() {
        assert_eq!(spread([]).mean(), None);
        assert_eq!(spread([1, 2]).mean(), Some(1.5));
        assert_eq!(spread([i64::MAX, i64::MAX]).mean(), Some(9_223_372_036_854_775_807.0));
    }
}
