//! Which of many spans of time a moment lies in, without looking at all of them.

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
pub(super) struct Windows(Vec<Window>);

// === impl Windows ===

impl Windows {
    pub(super) fn add(&mut self, start: i64, end: i64, of: usize) {
        self.0.push(Window { start, end, reach: end, of });
    }

    /// Puts them in order: to be called once, after the last was added.
    pub(super) fn sort(&mut self) {
        self.0.sort_unstable_by_key(|window| (window.start, window.end, window.of));
        let mut reach = i64::MIN;
        for window in &mut self.0 {
            reach = reach.max(window.end);
            window.reach = reach;
        }
    }

    /// Whose spans a moment lies in, those that began last first.
    pub(super) fn around(&self, moment: i64) -> impl Iterator<Item = usize> {
        let begun = self.0.partition_point(|window| window.start <= moment);
        let begun = self.0.get(..begun).unwrap_or_default().iter().rev();
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
            moment in -5_i64..90,
        ) {
            let mut windows = Windows::default();
            for (of, (start, length)) in spans.iter().enumerate() {
                windows.add(*start, start + length, of);
            }
            windows.sort();
            let mut found: Vec<_> = windows.around(moment).collect();
            found.sort_unstable();
            let expected: Vec<_> = (0..spans.len())
                .filter(|of| (spans[*of].0..=spans[*of].0 + spans[*of].1).contains(&moment))
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
