//! Which rules come back soon after they were over.
//!
//! An episode is what the firings of a correlation key that began at one moment tell of. It returns where it began at most
//! `within` after an earlier episode of its key was resolved; of several the latest end counts. An episode that was never
//! seen to end, or that began before the one before had ended, makes no return.

use super::{Answer, By, Cell, Question, Spread, Unit, answer::NANOS, groups::Groups};
use std::collections::{BTreeMap, HashMap};

/// What of an observation matters here; its episode began in the span.
#[derive(Clone, Copy, Debug)]
pub struct Observation<'a> {
    /// Its correlation key.
    pub key: &'a str,
    /// Its rule.
    pub rule: &'a str,
    /// Whether it says that the episode is over.
    pub is_resolved: bool,
    /// When the episode began, in nanoseconds since 1970.
    pub fired_at: i64,
    /// When this was seen.
    pub observed_at: i64,
}

#[derive(Debug, Default)]
struct Episode {
    rule: String,
    has_fired: bool,
    ended_at: Option<i64>,
}

#[derive(Debug, Default)]
struct Flapping {
    episodes: u64,
    keys: u64,
    flapping_keys: u64,
    gaps: Spread,
}

/// Episodes, gathered.
#[derive(Debug, Default)]
pub struct Tally {
    keys: HashMap<String, BTreeMap<i64, Episode>>,
}

// === impl Tally ===

impl Tally {
    /// Takes an observation, in any order.
    pub fn add(&mut self, observation: Observation<'_>) {
        let Observation { key, rule, is_resolved, fired_at, observed_at } = observation;
        let add = |episodes: &mut BTreeMap<i64, Episode>| {
            let episode = episodes.entry(fired_at).or_default();
            if is_resolved {
                episode.ended_at = Some(episode.ended_at.map_or(observed_at, |before| before.max(observed_at)));
            } else {
                episode.has_fired = true;
            }
            if episode.rule.is_empty() {
                rule.clone_into(&mut episode.rule);
            }
        };
        match self.keys.get_mut(key) {
            Some(episodes) => add(episodes),
            None => add(self.keys.entry(key.to_owned()).or_default()),
        }
    }

    /// Most returns first; what never returned is left out.
    #[must_use]
    pub fn answer(self, question: &Question) -> Answer {
        let within = i64::try_from(question.within.unwrap_or_default().as_nanos()).unwrap_or(i64::MAX);
        let mut rows = Groups::<Flapping>::default();
        let (mut all_episodes, mut all_returns) = (0, 0);
        for (key, episodes) in &self.keys {
            // A key is of one rule as a rule: of several, each episode counts with its own.
            let mut of_key: BTreeMap<&str, (u64, Vec<i64>)> = BTreeMap::new();
            let (mut is_over, mut latest_end) = (false, None);
            for (fired_at, episode) in episodes {
                if episode.has_fired {
                    let (count, gaps) = of_key.entry(&episode.rule).or_default();
                    *count += 1;
                    let gap = latest_end.filter(|_| is_over).and_then(|end| fired_at.checked_sub(end));
                    gaps.extend(gap.filter(|gap| (0..=within).contains(gap)));
                }
                // One that goes on makes no gap with what comes next.
                is_over = episode.ended_at.is_some();
                latest_end = latest_end.max(episode.ended_at);
            }
            for (rule, (count, gaps)) in of_key {
                all_episodes += count;
                rows.add(if question.by == By::Rule { rule } else { key }, |row| {
                    row.episodes += count;
                    row.keys += 1;
                    row.flapping_keys += u64::from(!gaps.is_empty());
                    gaps.iter().for_each(|gap| row.gaps.add(gap / NANOS));
                });
                all_returns += u64::try_from(gaps.len()).unwrap_or(u64::MAX);
            }
        }
        let columns = [
            (question.by.as_str(), Unit::Text),
            ("returns", Unit::Count),
            ("episodes", Unit::Count),
            ("keys", Unit::Count),
            ("flapping_keys", Unit::Count),
            ("shortest_gap", Unit::Seconds),
            ("p50_gap", Unit::Seconds),
        ];
        let ranked = rows.ranked(question.by, |row| row.gaps.count());
        let rows = ranked.into_iter().filter(|(_, row)| row.gaps.count() > 0).map(|(label, row)| {
            let counts = [row.gaps.count(), row.episodes, row.keys, row.flapping_keys].map(Cell::Count);
            let gaps = row.gaps.percentiles([0, 50]).map(Cell::seconds);
            [Cell::text(&label)].into_iter().chain(counts).chain(gaps).collect()
        });
        Answer::new(question, &columns, rows.collect()).figure("episodes", Unit::Count, all_episodes).figure(
            "returns",
            Unit::Count,
            all_returns,
        )
    }
}
