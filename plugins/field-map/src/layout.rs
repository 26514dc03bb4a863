//! Sections of entries as one plain text within a bound.
//!
//! A storm's ticket has hundreds of resources and a timeline of days; a platform takes some thousand characters. What must be
//! there (the head, and sections marked `whole`, the links) is set first. The rest of the room goes, entry by entry, to the
//! section that has the least of it, so that one long list starves no other; and each list says how many entries are missing.
//! A long entry is cut no shorter than it must be for the others to be there.

use std::collections::BTreeSet;

use crate::cut::cut;

/// Room that a line takes which tells how much is missing, with its line break.
const MARK: usize = 24;

/// Where not all fits, entries are counted as if none took more than this part of the bound.
const ENTRY_SHARE: usize = 6;

/// Which end of a list matters more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The first entries: the most affected resource, the worst alert.
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
    /// Which entries stay when room is short.
    pub keep: Keep,
    /// Set before the others, as far as three quarters of the bound. Its entries are never cut, but left out.
    pub whole: bool,
}

/// The head and all sections that have entries, with an empty line between them, in at most `bound` characters.
pub fn fit(head: &str, sections: Vec<Section>, bound: usize) -> String {
    let head = cut(head, bound);
    let room = bound.saturating_sub(length(&head));
    let mut shown: Vec<Shown> =
        sections.into_iter().filter(|section| !section.entries.is_empty()).map(Shown::new).collect();
    if shown.iter().map(Shown::length_of_all).sum::<usize>() <= room {
        shown.iter_mut().for_each(Shown::show_all);
    } else {
        shown = most(&shown, room, bound);
    }
    let texts = std::iter::once(head).chain(shown.iter().map(Shown::text)).filter(|text| !text.is_empty());
    cut(&texts.collect::<Vec<_>>().join("\n\n"), bound)
}

/// As many entries as there is room for where none is long, each as long as that allows.
fn most(sections: &[Shown], room: usize, bound: usize) -> Vec<Shown> {
    let short = (bound / ENTRY_SHARE).max(1);
    let mut best = within(sections, room, bound, short);
    let longest = sections.iter().map(Shown::longest_to_cut).max().unwrap_or_default();
    let (mut least, mut greatest) = (short, longest.min(bound));
    while least < greatest {
        let longest = least + (greatest - least).div_ceil(2);
        let longer = within(sections, room, bound, longest);
        if longer.iter().zip(&best).all(|(longer, best)| longer.shows_what(best)) {
            best = longer;
            least = longest;
        } else {
            greatest = longest - 1;
        }
    }
    best
}

/// What fits where no entry is longer than that.
fn within(sections: &[Shown], mut room: usize, bound: usize, longest: usize) -> Vec<Shown> {
    let mut shown = sections.to_vec();
    shown.iter_mut().for_each(|shown| shown.cut_entries(longest));
    let mut first = room.min(bound / 4 * 3);
    room -= first;
    shown.iter_mut().filter(|shown| shown.section.whole).for_each(|shown| while shown.show_next(&mut first) {});
    room += first;
    share(&mut shown, &mut room);
    shown.iter_mut().for_each(|shown| shown.name_if_absent(&mut room));
    shown
}

/// The next entry to the section that has the least room, until none takes another.
fn share(shown: &mut [Shown], room: &mut usize) {
    while let Some(least) = shown.iter_mut().filter(|shown| !shown.is_done()).min_by_key(|shown| shown.characters) {
        least.show_next(room);
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
}

/// A section, and how much of it is shown.
#[derive(Clone)]
struct Shown {
    section: Section,
    /// Places of the entries that are shown.
    kept: BTreeSet<usize>,
    /// How many entries were looked at.
    seen: usize,
    /// What the entries that are shown take, with their line breaks.
    characters: usize,
    /// Nothing of it is shown, but that it is there.
    is_named: bool,
}

// === impl Shown ===

impl Shown {
    fn new(section: Section) -> Self {
        Self { section, kept: BTreeSet::new(), seen: 0, characters: 0, is_named: false }
    }

    /// Whether the same entries are shown.
    fn shows_what(&self, other: &Self) -> bool {
        self.kept == other.kept && self.is_named == other.is_named
    }

    fn is_done(&self) -> bool {
        self.seen >= self.section.entries.len()
    }

    fn show_all(&mut self) {
        self.kept = (0..self.section.entries.len()).collect();
    }

    /// How long the longest entry is that may be cut.
    fn longest_to_cut(&self) -> usize {
        let entries = self.section.entries.iter().filter(|_| !self.section.whole);
        entries.map(|entry| length(entry)).max().unwrap_or_default()
    }

    fn cut_entries(&mut self, longest: usize) {
        if !self.section.whole {
            self.section.entries.iter_mut().for_each(|entry| *entry = cut(entry, longest));
        }
    }

    /// Looks at the next entry and shows it where it fits; false where there is none.
    fn show_next(&mut self, room: &mut usize) -> bool {
        let last = self.section.entries.len().saturating_sub(1);
        let at = match self.section.keep {
            Keep::First => self.seen,
            Keep::Last => last.saturating_sub(self.seen),
        };
        if self.is_done() {
            return false;
        }
        self.seen += 1;
        let entry = self.section.entries.get(at).map_or(0, |entry| length(entry) + 1);
        let before = self.length_of(self.kept.len(), self.characters);
        let after = self.length_of(self.kept.len() + 1, self.characters + entry);
        if after > before + *room {
            // A list ends where its next entry doesn't fit; a link too long leaves room for those after it.
            self.seen = if self.section.whole { self.seen } else { usize::MAX };
            return true;
        }
        *room = *room + before - after;
        self.kept.insert(at);
        self.characters += entry;
        true
    }

    fn name_if_absent(&mut self, room: &mut usize) {
        let name = length(&self.absent()) + 2;
        if self.kept.is_empty() && !self.section.heading.is_empty() && name <= *room {
            *room -= name;
            self.is_named = true;
        }
    }

    fn length_of_all(&self) -> usize {
        let characters = self.section.entries.iter().map(|entry| length(entry) + 1).sum();
        self.length_of(self.section.entries.len(), characters)
    }

    /// What it takes with so many entries of so many characters, an empty line before it included.
    fn length_of(&self, kept: usize, characters: usize) -> usize {
        let mark = if kept < self.total() { MARK } else { 0 };
        if kept == 0 { 0 } else { 2 + length(&self.section.heading) + characters + mark }
    }

    fn total(&self) -> usize {
        self.section.total.max(self.section.entries.len())
    }

    fn absent(&self) -> String {
        format!("{} ({} not shown)", self.section.heading, self.total())
    }

    fn text(&self) -> String {
        if self.kept.is_empty() {
            return if self.is_named { self.absent() } else { String::new() };
        }
        let missing = self.total() - self.kept.len();
        let entries = self.kept.iter().filter_map(|at| self.section.entries.get(*at)).cloned();
        let heading = Some(self.section.heading.clone()).filter(|heading| !heading.is_empty());
        let (before, after) = match (missing, self.section.keep) {
            (0, _) => (None, None),
            (_, Keep::First) => (None, Some(format!("… and {missing} more"))),
            (_, Keep::Last) => (Some(format!("… {missing} earlier")), None),
        };
        heading.into_iter().chain(before).chain(entries).chain(after).collect::<Vec<_>>().join("\n")
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
        let text = fit("Head", vec![numbered("Disks", 2), numbered("None", 0), numbered("Links", 1)], 1000);
        assert_eq!(text, "Head\n\nDisks\n- Disks 1\n- Disks 2\n\nLinks\n- Links 1");
    }

    #[test]
    fn long_lists_share_the_room_and_say_what_is_missing() {
        let timeline = Section { keep: Keep::Last, ..numbered("Timeline", 40) };
        let links = Section { whole: true, ..numbered("Links", 2) };
        let text = fit("Head", vec![numbered("Disks", 40), timeline, links], 220);
        assert_eq!(
            text,
            "Head\n\nDisks\n- Disks 1\n- Disks 2\n- Disks 3\n- Disks 4\n- Disks 5\n- Disks 6\n… and 34 more\n\n\
             Timeline\n… 36 earlier\n- Timeline 37\n- Timeline 38\n- Timeline 39\n- Timeline 40\n\n\
             Links\n- Links 1\n- Links 2"
        );
    }

    #[test]
    fn a_list_of_which_nothing_fits_is_named() {
        let wide = Section { whole: true, ..Section::new("Query", vec!["x".repeat(300)]) };
        assert_eq!(
            fit("Head", vec![wide, numbered("Links", 1)], 120),
            "Head\n\nQuery (1 not shown)\n\nLinks\n- Links 1"
        );
    }

    #[test]
    fn a_long_entry_takes_the_room_that_the_others_leave() {
        let query = Section::new("Query", vec!["word ".repeat(500)]);
        let link = |length| Section { whole: true, ..Section::new("Links", vec!["x".repeat(length)]) };
        for (links, least) in [(100, 970), (900, 950)] {
            let text = fit("Head", vec![query.clone(), numbered("Disks", 3), link(links)], 1000);
            assert!((least..=1000).contains(&text.chars().count()), "{} of 1000: {text}", text.chars().count());
            assert!(text.contains("- Disks 3") && text.contains("more characters]"), "{text}");
        }
    }

    #[test]
    fn what_was_never_given_counts_as_missing() {
        let alerts = Section { total: 900, ..numbered("Alerts", 2) };
        assert_eq!(fit("Head", vec![alerts], 200), "Head\n\nAlerts\n- Alerts 1\n- Alerts 2\n… and 898 more");
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
            prop_assert!(fit(&head, sections, bound).chars().count() <= bound);
        }

        #[test]
        fn from_a_decent_bound_on_nothing_is_cut_inside(sections in sections(), bound in 600usize..2500) {
            prop_assert!(!fit("Head", sections, bound).contains("[cut: "));
        }
    }
}
