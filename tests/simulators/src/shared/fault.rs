//! What goes wrong on demand.
//!
//! A fault is a selector (which calls), a schedule (which of those) and an effect. Of the faults that match a call the
//! first whose schedule is due decides. Each counts what it matched and what it hit, so that a test can tell that what
//! it asked for did happen.

use std::sync::Mutex;

use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};

use super::{Call, lock};

/// One thing that goes wrong.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// Which calls.
    pub select: Selector,
    /// Which of the selected calls.
    pub when: Schedule,
    /// What happens to them.
    pub effect: Effect,
}

/// Which calls a fault is for; what is not set matches all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Selector {
    /// The method, in capitals.
    pub method: Option<String>,
    /// A part of the path and query as they came.
    pub path: Option<String>,
    /// What the call is about: a table, a record type.
    pub table: Option<String>,
    /// A part of the body.
    pub body: Option<String>,
}

/// Which of the selected calls; by default all of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// Lets so many selected calls pass first.
    pub after: u64,
    /// Then only each so-manieth, beginning with the first; none or 1 is each.
    pub every: Option<u64>,
    /// Then only with this probability, from 0 to 1.
    pub probability: Option<f64>,
    /// Where the chance begins, so that a run can be repeated.
    pub seed: u64,
    /// Ends after so many hits.
    pub times: Option<u64>,
}

/// What happens to a call.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// The connection is closed and nothing was done.
    #[default]
    DropBefore,
    /// It is done, and the connection is closed without an answer.
    DropAfter,
    /// No answer comes. When the client has given up, and so many seconds after, it is done all the same.
    CommitLate {
        /// Seconds between the client's end and the commit.
        seconds: f64,
    },
    /// It is done and answered, but only so many seconds later.
    Delay {
        /// Seconds before anything happens.
        seconds: f64,
    },
    /// It is done at once; the answer comes so many seconds later.
    HoldAnswer {
        /// Seconds between the commit and the answer.
        seconds: f64,
    },
    /// The server, or what stands before it, fails.
    Status {
        /// 500, 502, 503.
        code: u16,
        /// Whether what was asked is done all the same.
        #[serde(default)]
        committed: bool,
    },
    /// A page for people with status 200, and nothing done.
    Page,
    /// It is done, but only the first half of the answer's body arrives.
    Truncate,
    /// 429, and nothing done.
    Throttle {
        /// Seconds that `Retry-After` says.
        retry_after: u64,
    },
    /// The credentials are refused.
    RefuseCredentials,
    /// The client is sent elsewhere with 307, and nothing done.
    Redirect {
        /// What `Location` says.
        to: String,
    },
}

/// A fault in force, as the control interface shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Standing {
    /// Names it for removal.
    pub id: u64,
    /// As it was asked for.
    #[serde(flatten)]
    pub fault: Fault,
    /// Selected calls so far.
    pub matched: u64,
    /// Calls it happened to.
    pub hit: u64,
}

/// All faults in force.
#[derive(Debug, Default)]
pub struct Faults {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    standing: Vec<(Standing, StdRng)>,
}

// === impl Fault ===

impl Fault {
    /// This effect on every call.
    #[must_use]
    pub fn new(effect: Effect) -> Self {
        Self { effect, ..Self::default() }
    }

    /// Only calls of this method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.select.method = Some(method.to_owned());
        self
    }

    /// Only calls whose path or query holds this text.
    #[must_use]
    pub fn path(mut self, part: &str) -> Self {
        self.select.path = Some(part.to_owned());
        self
    }

    /// Only calls about this table or record type.
    #[must_use]
    pub fn table(mut self, table: &str) -> Self {
        self.select.table = Some(table.to_owned());
        self
    }

    /// Only calls whose body holds this text.
    #[must_use]
    pub fn body(mut self, part: &str) -> Self {
        self.select.body = Some(part.to_owned());
        self
    }

    /// Lets so many pass first.
    #[must_use]
    pub fn after(mut self, calls: u64) -> Self {
        self.when.after = calls;
        self
    }

    /// Only so many times.
    #[must_use]
    pub fn times(mut self, hits: u64) -> Self {
        self.when.times = Some(hits);
        self
    }

    /// Only each so-manieth call.
    #[must_use]
    pub fn every(mut self, calls: u64) -> Self {
        self.when.every = Some(calls);
        self
    }

    /// Only with this probability, repeatable by its seed.
    #[must_use]
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        self.when.probability = Some(probability);
        self.when.seed = seed;
        self
    }
}

// === impl Selector ===

impl Selector {
    fn matches(&self, call: &Call, subject: &str) -> bool {
        let holds = |body: &[u8], part: &str| part.is_empty() || body.windows(part.len()).any(|w| w == part.as_bytes());
        self.method.as_deref().is_none_or(|method| call.method.as_str() == method)
            && self.path.as_deref().is_none_or(|part| call.target.contains(part))
            && self.table.as_deref().is_none_or(|table| subject == table)
            && self.body.as_deref().is_none_or(|part| holds(&call.body, part))
    }
}

// === impl Schedule ===

impl Schedule {
    /// Whether the n-th selected call (from 0), after so many hits, is one.
    fn is_due(&self, n: u64, hit: u64, chance: &mut StdRng) -> bool {
        if self.times.is_some_and(|times| hit >= times) {
            return false;
        }
        let Some(n) = n.checked_sub(self.after) else { return false };
        if !n.is_multiple_of(self.every.unwrap_or(1).max(1)) {
            return false;
        }
        self.probability.is_none_or(|probability| chance.random::<f64>() < probability)
    }
}

// === impl Faults ===

impl Faults {
    /// Puts a fault in force and names it.
    pub fn add(&self, fault: Fault) -> u64 {
        let mut inner = lock(&self.inner);
        inner.next += 1;
        let id = inner.next;
        let chance = StdRng::seed_from_u64(fault.when.seed);
        inner.standing.push((Standing { id, fault, matched: 0, hit: 0 }, chance));
        id
    }

    /// Ends one; false where it is not known.
    pub fn remove(&self, id: u64) -> bool {
        let mut inner = lock(&self.inner);
        let before = inner.standing.len();
        inner.standing.retain(|(standing, _)| standing.id != id);
        inner.standing.len() < before
    }

    /// Ends all.
    pub fn clear(&self) {
        lock(&self.inner).standing.clear();
    }

    /// All in force, with their counts.
    #[must_use]
    pub fn list(&self) -> Vec<Standing> {
        lock(&self.inner).standing.iter().map(|(standing, _)| standing.clone()).collect()
    }

    /// What happens to this call, if anything.
    pub fn rule(&self, call: &Call, subject: &str) -> Option<Effect> {
        let mut inner = lock(&self.inner);
        for (standing, chance) in &mut inner.standing {
            if !standing.fault.select.matches(call, subject) {
                continue;
            }
            let due = standing.fault.when.is_due(standing.matched, standing.hit, chance);
            standing.matched += 1;
            if due {
                standing.hit += 1;
                return Some(standing.fault.effect.clone());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(when: &Schedule, calls: u64) -> Vec<u64> {
        let mut chance = StdRng::seed_from_u64(when.seed);
        let mut hit = 0;
        let mut at = Vec::new();
        for n in 0..calls {
            if when.is_due(n, hit, &mut chance) {
                hit += 1;
                at.push(n);
            }
        }
        at
    }

    #[test]
    fn a_schedule_picks_the_calls_it_says() {
        let cases = [
            ("each", Schedule::default(), vec![0, 1, 2, 3, 4, 5, 6, 7]),
            ("after", Schedule { after: 6, ..Schedule::default() }, vec![6, 7]),
            ("times", Schedule { times: Some(2), ..Schedule::default() }, vec![0, 1]),
            ("every", Schedule { every: Some(3), ..Schedule::default() }, vec![0, 3, 6]),
            ("both", Schedule { after: 1, every: Some(3), times: Some(2), ..Schedule::default() }, vec![1, 4]),
            ("never", Schedule { probability: Some(0.0), ..Schedule::default() }, vec![]),
        ];
        for (name, when, expected) in cases {
            assert_eq!(hits(&when, 8), expected, "{name}");
        }
    }

    #[test]
    fn chance_is_repeatable_and_about_as_asked() {
        let when = Schedule { probability: Some(0.1), seed: 7, ..Schedule::default() };
        let first = hits(&when, 2000);
        assert_eq!(first, hits(&when, 2000));
        assert!((120..280).contains(&first.len()), "{}", first.len());
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let text = r#"{"select":{"methd":"POST"},"effect":{"kind":"drop_after"}}"#;
        let error = serde_json::from_str::<Fault>(text).unwrap_err().to_string();
        assert!(error.contains("unknown field `methd`"), "{error}");
    }
}
