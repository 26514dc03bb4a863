//! Rows that are gathered by their label, and the order to show them in.

use super::By;
use std::{cmp::Reverse, collections::HashMap};

/// What is gathered, by label.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups<T>(HashMap<String, T>);

// === impl Groups ===

impl<T: Default> Groups<T> {
    /// Adds to a label's row. Labels are many times the same: only a new one is copied.
    pub(super) fn add(&mut self, label: &str, add: impl FnOnce(&mut T)) {
        match self.0.get_mut(label) {
            Some(row) => add(row),
            None => add(self.0.entry(label.to_owned()).or_default()),
        }
    }

    /// Those with the greatest number first, of one number in the order of their labels; months in their own order.
    pub(super) fn ranked(self, by: By, number: impl Fn(&T) -> u64) -> Vec<(String, T)> {
        let mut rows: Vec<_> = self.0.into_iter().collect();
        if by == By::Month {
            rows.sort_by(|(one, _), (other, _)| one.cmp(other));
        } else {
            rows.sort_by(|(label, row), (other_label, other)| {
                (Reverse(number(row)), label).cmp(&(Reverse(number(other)), other_label))
            });
        }
        rows
    }
}
