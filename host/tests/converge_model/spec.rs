//! The oracle: what the design says of a ticket's end, written without a look at the plan.
//!
//! It knows no calls, no answers and no clock. A ticket is in one of a few states; alerts and people change it, and the
//! gateway may process what was observed at any moment, or not yet. So the oracle holds a set of states: all that would be
//! right. Where nobody could tell who was first (a person acts while a write of the gateway's has an unknown outcome), both
//! ways are right.

use signalbox::converge::policies::*;
use signalbox::domain::{Condition, CorrelationKey};
use std::collections::{BTreeMap, BTreeSet};

/// Where a ticket stands on its platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    NotCreated,
    Open,
    Resolved,
    Closed,
    Canceled,
    /// Deleted, merged, or without its key.
    Left,
}

/// Whether people changed it since the gateway's last write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Touched {
    No,
    /// They did, but the gateway need not have seen it.
    Maybe,
    Yes,
}

/// One way that things can stand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct State {
    pub n: u32,
    pub place: Place,
    pub ended: bool,
    fires: bool,
    told: Option<Condition>,
    /// Observations that decide and were not processed yet.
    fresh: BTreeMap<CorrelationKey, Condition>,
    /// What people did may have looked like the gateway's own late write.
    mistaken: bool,
    touched: Touched,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Spec {
    pub states: BTreeSet<State>,
    /// The newest last; older ones are still used by work under way.
    policies: Vec<Policies>,
}

/// An observation that decides for a member now.
#[derive(Clone, Copy, Debug)]
pub struct Observed<'a> {
    /// The ticket that it stands in.
    pub n: u32,
    /// Whether that ticket was made for it.
    pub new: bool,
    pub key: &'a CorrelationKey,
    pub condition: Condition,
    /// Whether any member fires.
    pub fires: bool,
}

// === impl State ===

impl State {
    fn new(n: u32) -> Self {
        Self {
            n,
            place: Place::NotCreated,
            ended: false,
            fires: false,
            told: None,
            fresh: BTreeMap::new(),
            mistaken: false,
            touched: Touched::No,
        }
    }

    fn phase(&self) -> Condition {
        if self.fires { Condition::Fired } else { Condition::Resolved }
    }

    fn is_fresh(&self, condition: Condition) -> bool {
        self.mistaken || self.fresh.values().any(|each| *each == condition)
    }

    fn is_processed(&self) -> bool {
        let settled = self.fresh.is_empty() && !self.mistaken;
        settled && (self.ended || self.place == Place::Left || self.told == Some(self.phase()))
    }

    fn told(&self, place: Place, condition: Condition) -> Self {
        Self { place, told: Some(condition), fresh: BTreeMap::new(), mistaken: false, ..self.clone() }
    }

    fn written(&self, place: Place, condition: Condition) -> Self {
        Self { touched: Touched::No, ..self.told(place, condition) }
    }

    fn over(&self) -> Self {
        Self { ended: true, fresh: BTreeMap::new(), mistaken: false, ..self.clone() }
    }

    /// A new ticket that names this one.
    fn renewed(&self) -> Self {
        let fresh = self.fresh.clone();
        Self { fires: self.fires, fresh, ..Self::new(self.n + 1) }
    }

    /// The gateway looks at the ticket and does what the design says.
    fn process(&self, policies: &Policies) -> Vec<Self> {
        let anew = self.fires && self.is_fresh(Condition::Fired);
        match self.place {
            _ if self.ended => vec![],
            Place::NotCreated if self.fires => vec![self.written(Place::Open, Condition::Fired)],
            Place::NotCreated => match policies.resolved_first {
                ResolvedFirst::Skip => vec![self.over()],
                ResolvedFirst::CreateAndResolve => {
                    let created = Self { told: Some(Condition::Fired), ..self.written(Place::Open, Condition::Fired) };
                    [created.resolved(policies), vec![created]].concat()
                }
            },
            Place::Open if self.fires => vec![self.written(Place::Open, Condition::Fired)],
            Place::Open if self.told == Some(Condition::Resolved) && !self.is_fresh(Condition::Resolved) => {
                vec![self.told(Place::Open, Condition::Resolved)]
            }
            // Resolved before, and brought back by people so lately that nobody need have looked.
            Place::Open if self.told == Some(Condition::Resolved) && self.touched == Touched::Maybe => {
                [self.resolved(policies), vec![self.told(Place::Open, Condition::Resolved)]].concat()
            }
            Place::Open => self.resolved(policies),
            Place::Resolved if self.mistaken && anew => {
                let turned_back = self.written(Place::Open, Condition::Fired);
                [self.done(anew, policies.reopen.resolved, false), vec![turned_back]].concat()
            }
            Place::Resolved => self.done(anew, policies.reopen.resolved, false),
            Place::Closed => self.done(anew, policies.reopen.closed, true),
            Place::Canceled => self.done(anew, policies.reopen.canceled, true),
            Place::Left if anew => vec![self.renewed()],
            // Where nothing is to be written, nobody need have looked.
            Place::Left => vec![self.over(), self.told(Place::Left, self.phase())],
        }
    }

    fn resolved(&self, policies: &Policies) -> Vec<Self> {
        let resolved = self.written(Place::Resolved, Condition::Resolved);
        let told = self.written(Place::Open, Condition::Resolved);
        match (policies.resolve, self.touched) {
            (Resolve::Always, _) | (Resolve::Untouched, Touched::No) => vec![resolved],
            (Resolve::Never, _) | (Resolve::Untouched, Touched::Yes) => vec![told],
            (Resolve::Untouched, Touched::Maybe) => vec![resolved, told],
        }
    }

    fn done(&self, anew: bool, policy: Return, for_good: bool) -> Vec<Self> {
        match policy {
            Return::Reopen if anew => vec![self.written(Place::Open, Condition::Fired)],
            Return::Update if anew => vec![self.written(self.place, Condition::Fired)],
            Return::Renew if anew => vec![self.renewed()],
            Return::Renew if for_good => vec![self.over(), self.told(self.place, self.phase())],
            _ => vec![self.told(self.place, self.phase())],
        }
    }
}

// === impl Spec ===

impl Spec {
    pub fn new(policies: Policies) -> Self {
        Self { states: [State { ended: true, ..State::new(0) }].into(), policies: vec![policies] }
    }

    /// The gateway may process things, or not.
    pub fn may_process(&mut self) {
        let mut new: Vec<State> = self.states.iter().cloned().collect();
        while let Some(state) = new.pop() {
            for policies in &self.policies {
                for next in state.process(policies) {
                    if self.states.insert(next.clone()) {
                        new.push(next);
                    }
                }
            }
        }
    }

    /// The gateway is at rest: it has processed everything.
    pub fn has_processed(&mut self) {
        self.may_process();
        self.states.retain(State::is_processed);
        let newest = self.policies.pop();
        self.policies = newest.into_iter().collect();
    }

    pub fn swapped(&mut self, policies: Policies, under_way: bool) {
        self.may_process();
        if !under_way {
            self.policies.clear();
        }
        self.policies.push(policies);
    }

    /// An observation decides for a member.
    pub fn observed(&mut self, at: Observed<'_>) {
        let Observed { n, new, key, condition, fires } = at;
        self.may_process();
        let before = std::mem::take(&mut self.states);
        let stands = |state: &State| if new { state.ended && state.n < n } else { !state.ended && state.n == n };
        let stands = before.into_iter().filter(stands);
        self.states = stands
            .map(|state| {
                let mut state = if new { State::new(n) } else { state };
                state.fires = fires;
                state.fresh.insert(key.clone(), condition);
                state
            })
            .collect();
    }

    /// A person acted on ticket `n`, which stood at `before`; none where that can't be told.
    pub fn acted(&mut self, n: u32, before: Option<Place>, after: Option<Place>, uncertain: bool) {
        self.may_process();
        let mut states = BTreeSet::new();
        for state in std::mem::take(&mut self.states) {
            // A worker under way may be about to renew it for what it saw before.
            if before.is_none() && state.n == n + 1 {
                states.insert(state);
                continue;
            }
            if state.n != n || state.ended || before.is_some_and(|place| place != state.place) {
                continue;
            }
            let acted = State { place: after.unwrap_or(state.place), touched: Touched::Maybe, ..state };
            if uncertain {
                states.insert(State { mistaken: true, ..acted.clone() });
            }
            states.insert(acted);
        }
        self.states = states;
    }

    /// So much time has passed that the gateway looks before it acts.
    pub fn people_are_seen(&mut self) {
        let states = std::mem::take(&mut self.states).into_iter();
        self.states = states
            .map(|state| match state.touched {
                Touched::Maybe => State { touched: Touched::Yes, ..state },
                Touched::No | Touched::Yes => state,
            })
            .collect();
    }
}
