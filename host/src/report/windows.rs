//! Which of many spans of time a moment lies in, without looking at all of them.
//!
//! Moments may be asked for in any order. In their own order they cost least: the search begins where the last one ended, and
//! so reads memory that was just read.

/// A span, both ends included.
#[derive(Clone, Copy, Debug)]
struct Window {
    start: i64,
    end: i64,
    /// The latest end of this one and all before it.
    reach: i64,
    of: usize,
}

/// Spans of time, each of something that has a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Windows {
    all: Vec<Window>,
    /// How many had begun at the moment that was asked for last.
    begun: usize,
}

// === impl Windows ===

impl Windows {
    pub(super) fn add(&mut self, start: i64, end: i64, of: usize) {
        self.all.push(Window { start, end, reach: end, of });
    }

    /// Puts them in order: to be called once, after the last was added.
    pub(super) fn sort(&mut self) {
        self.all.sort_unstable_by_key(|window| (window.start, window.end, window.of));
        let mut reach = i64::MIN;
        for window in &mut self.all {
            reach = reach.max(window.end);
            window.reach = reach;
        }
    }

    /// Whose spans a moment lies in, those that began last first.
    pub(super) fn around(&mut self, moment: i64) -> impl Iterator<Item = usize> {
        let has_begun = |window: &Window| window.start <= moment;
        let (before, after) = self.all.split_at_checked(self.begun).unwrap_or((&self.all, &[]));
        self.begun = if before.last().is_none_or(has_begun) {
            before.len() + after.iter().take_while(|window| has_begun(window)).count()
        } else {
            before.partition_point(has_begun)
        };
        let begun = self.all.get(..self.begun).unwrap_or_default().iter().rev();
        begun
            .take_while(move |window| window.reach >= moment)
            .filter(move |window| window.end >= moment)
            .map(|it| it.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_are_those_that_a_look_at_all_finds(
            spans in prop::collection::vec((0_i64..50, 0_i64..30), 0..30),
            moments in prop::collection::vec(-5_i64..90, 1..5),
        ) {
            let mut windows = Windows::default();
            for (of, (start, length)) in spans.iter().enumerate() {
                windows.add(*start, start + length, of);
            }
            windows.sort();
            for moment in moments {
                let mut found: Vec<_> = windows.around(moment).collect();
                found.sort_unstable();
                let expected: Vec<_> = (0..spans.len())
                    .filter(|of| (spans[*of].0..=spans[*of].0 + spans[*of].1).contains(&moment))
                    .collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
