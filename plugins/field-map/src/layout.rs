//! Sections of entries as one plain text within a bound.
//!
//! A storm's ticket has hundreds of resources and a timeline of days; a platform takes some thousand characters. What must be
//! there (the head, and sections marked `whole`, the links) is set first. The rest is shared out entry by entry, section by
//! section, so that one long list starves no other, and each list that is not whole says how many entries are missing.

use crate::cut::cut;

/// Room that a line takes which tells how much is missing.
const MARK: usize = 24;

/// Which end of a list matters more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The first entries: the most affected resource, the newest alert.
    First,
    /// The last entries: what happened last.
    Last,
}

/// A heading with what stands under it.
#[derive(Clone, Debug)]
pub struct Section {
    /// Empty for none.
    pub heading: String,
    /// A text of one line or more each.
    pub entries: Vec<String>,
    /// How many there are in truth, where not all were given.
    pub total: usize,
    /// Which entries go last when room is short.
    pub keep: Keep,
    /// Set before the others, as far as three quarters of the bound.
    pub whole: bool,
}

/// A section, and how many of its entries are shown.
struct Shown<'a> {
    section: &'a Section,
    count: usize,
    /// No further entry fits.
    full: bool,
}

/// The head and all sections that have entries, with an empty line between them, in at most `bound` characters.
pub fn fit(head: &str, sections: &[Section], bound: usize) -> String {
    let mut shown: Vec<Shown<'_>> =
        sections.iter().filter(|section| !section.entries.is_empty()).map(Shown::none).collect();
    let head = cut(head, bound);
    let reserved: usize = shown.iter().map(|shown| length(&shown.section.heading) + MARK).sum();
    let whole: usize = shown.iter().map(|shown| shown.section.length() + 2).sum();
    let mut room = bound.saturating_sub(length(&head));
    if whole <= room {
        shown.iter_mut().for_each(Shown::show_all);
    } else {
        room = room.saturating_sub(reserved);
        let mut first_room = room.min(bound / 4 * 3);
        let given = first_room;
        shown
            .iter_mut()
            .filter(|shown| shown.section.whole)
            .for_each(|shown| while shown.show_next(&mut first_room) {});
        room = room.saturating_sub(given - first_room);
        share(&mut shown, room);
    }
    let texts = shown.iter().map(Shown::text).filter(|text| !text.is_empty());
    cut(
        &std::iter::once(head.clone()).filter(|head| !head.is_empty()).chain(texts).collect::<Vec<_>>().join("\n\n"),
        bound,
    )
}

/// An entry to each section in turn, until none takes another.
fn share(shown: &mut [Shown<'_>], mut room: usize) {
    loop {
        let mut taken = false;
        for shown in shown.iter_mut().filter(|shown| !shown.section.whole) {
            taken |= shown.show_next(&mut room);
        }
        if !taken {
            return;
        }
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

// === impl Section ===

impl Section {
    /// A list whose first entries matter most.
    pub fn new(heading: &str, entries: Vec<String>) -> Self {
        Self { heading: heading.to_owned(), total: entries.len(), entries, keep: Keep::First, whole: false }
    }

    fn length(&self) -> usize {
        let more = if self.total > self.entries.len() { MARK } else { 0 };
        length(&self.heading) + more + self.entries.iter().map(|entry| length(entry) + 1).sum::<usize>()
    }
}

// === impl Shown ===

impl<'a> Shown<'a> {
    fn none(section: &'a Section) -> Self {
        Self { section, count: 0, full: false }
    }

    fn show_all(&mut self) {
        self.count = self.section.entries.len();
    }

    /// Takes one more entry, where it fits.
    fn show_next(&mut self, room: &mut usize) -> bool {
        let entries = &self.section.entries;
        let next = match self.section.keep {
            Keep::First => entries.get(self.count),
            Keep::Last => entries.iter().rev().nth(self.count),
        };
        let cost = next.map(|entry| length(entry) + if self.count == 0 { 3 } else { 1 });
        match cost {
            Some(cost) if !self.full && cost <= *room => {
                *room -= cost;
                self.count += 1;
                true
            }
            _ => {
                self.full = true;
                false
            }
        }
    }

    fn text(&self) -> String {
        let entries = &self.section.entries;
        let missing = self.section.total.max(entries.len()) - self.count;
        if self.count == 0 {
            let what = if self.section.heading.is_empty() { "…" } else { &self.section.heading };
            return format!("{what} ({missing} not shown)");
        }
        let mut lines: Vec<String> = Vec::with_capacity(self.count + 2);
        if !self.section.heading.is_empty() {
            lines.push(self.section.heading.clone());
        }
        match self.section.keep {
            Keep::First => {
                lines.extend(entries.iter().take(self.count).cloned());
                lines.extend((missing > 0).then(|| format!("… and {missing} more")));
            }
            Keep::Last => {
                lines.extend((missing > 0).then(|| format!("… {missing} earlier")));
                lines.extend(entries.iter().skip(entries.len() - self.count).cloned());
            }
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbered(heading: &str, count: usize) -> Section {
        Section::new(heading, (1..=count).map(|number| format!("- {heading} {number}")).collect())
    }

    #[test]
    fn what_fits_is_whole() {
        let text = fit("Head", &[numbered("Disks", 2), numbered("None", 0), numbered("Links", 1)], 1000);
        assert_eq!(text, "Head\n\nDisks\n- Disks 1\n- Disks 2\n\nLinks\n- Links 1");
    }

    #[test]
    fn long_lists_share_the_room_and_say_what_is_missing() {
        let timeline = Section { keep: Keep::Last, ..numbered("Timeline", 40) };
        let links = Section { whole: true, ..numbered("Links", 2) };
        let text = fit("Head", &[numbered("Disks", 40), timeline, links], 220);
        assert_eq!(
            text,
            "Head\n\nDisks\n- Disks 1\n- Disks 2\n- Disks 3\n- Disks 4\n… and 36 more\n\n\
             Timeline\n… 36 earlier\n- Timeline 37\n- Timeline 38\n- Timeline 39\n- Timeline 40\n\n\
             Links\n- Links 1\n- Links 2"
        );
    }

    #[test]
    fn a_list_of_which_nothing_fits_is_named() {
        let wide = Section::new("Query", vec!["x".repeat(300)]);
        assert_eq!(fit("Head", &[wide, numbered("Links", 1)], 120), "Head\n\nQuery (1 not shown)\n\nLinks\n- Links 1");
    }

    #[test]
    fn what_was_never_given_counts_as_missing() {
        let alerts = Section { total: 900, ..numbered("Alerts", 2) };
        assert_eq!(fit("Head", &[alerts], 200), "Head\n\nAlerts\n- Alerts 1\n- Alerts 2\n… and 898 more");
    }

    fn sections() -> impl Strategy<Value = Vec<Section>> {
        let section = ("[A-Z][a-z]{0,12}", prop::collection::vec("(?s).{0,90}", 0..30), any::<bool>(), any::<bool>());
        let section = section.prop_map(|(heading, entries, last, whole)| Section {
            keep: if last { Keep::Last } else { Keep::First },
            whole,
            ..Section::new(&heading, entries)
        });
        prop::collection::vec(section, 0..6)
    }

    proptest! {
        #[test]
        fn a_layout_never_exceeds_its_bound(head in "(?s).{0,200}", sections in sections(), bound in 0usize..2500) {
            prop_assert!(fit(&head, &sections, bound).chars().count() <= bound);
        }

        #[test]
        fn from_a_decent_bound_on_nothing_is_cut_inside(sections in sections(), bound in 600usize..2500) {
            prop_assert!(!fit("Head", &sections, bound).contains("[cut: "));
        }
    }
}
