//! Lists in which a thing stands once, where it came first, and that end where no person reads on.
//!
//! A list mostly holds three of a thing, but a body has room for ten thousand. So elements are sorted, not compared each with
//! each: a body that were read in the square of its length would never be read.

use std::cmp::Ordering;

/// Facts, labels, links and resources beyond this are left to the payload. No ticket shows more, and the contract takes lists of
/// 10,000 elements at most.
pub const MOST: usize = 1_000;

/// Leaves out all that equals an element before it.
pub fn keep_first<T>(list: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    if list.len() < 2 {
        return;
    }
    let mut sorted: Vec<(usize, &T)> = list.iter().enumerate().collect();
    // A stable sort: among equals, the first stays the first.
    sorted.sort_by(|(_, one), (_, other)| compare(one, other));
    let mut repeated: Vec<usize> = sorted
        .iter()
        .zip(sorted.iter().skip(1))
        .filter(|((_, before), (_, after))| compare(before, after) == Ordering::Equal)
        .map(|(_, (index, _))| *index)
        .collect();
    if repeated.is_empty() {
        return;
    }
    repeated.sort_unstable();
    let mut repeated = repeated.into_iter().peekable();
    let mut index = 0;
    list.retain(|_| {
        let keep = repeated.next_if_eq(&index).is_none();
        index += 1;
        keep
    });
}

/// Cuts a list at a length; how many were left out.
pub fn cut<T>(list: &mut Vec<T>, most: usize) -> usize {
    let left_out = list.len().saturating_sub(most);
    list.truncate(most);
    left_out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_of_equals_stays_where_it_was() {
        for (before, after) in [
            (&[][..], &[][..]),
            (&[("a", 1)], &[("a", 1)]),
            (&[("b", 1), ("a", 2)], &[("b", 1), ("a", 2)]),
            (&[("b", 1), ("a", 2), ("b", 3), ("c", 4), ("b", 5), ("a", 6)], &[("b", 1), ("a", 2), ("c", 4)]),
        ] {
            let mut list = before.to_vec();
            keep_first(&mut list, |one, other| one.0.cmp(other.0));
            assert_eq!(list, after);
        }
    }

    #[test]
    fn what_is_cut_is_counted() {
        let mut list = vec![1, 2, 3];
        assert_eq!((cut(&mut list, 3), list.len()), (0, 3));
        assert_eq!((cut(&mut list, 1), list.len()), (2, 1));
    }
}
