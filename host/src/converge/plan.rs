//! The next step of a ticket: a pure function of what its alerts say, what is known of it, and the time.
//!
//! | the ticket | newest observation | who acted last | step |
//! |---|---|---|---|
//! | not created | fires | | create; in a maintenance window with `hold`, wait for its end |
//! | not created | over | | end, if a maintenance window holds or held it; else `resolved_first`: create (and resolve next), or end |
//! | create, outcome unknown | | | `idempotent`: create again. Else find: a hit counts; none counts a settle after the call's end, then as not created, and find again a settle after that. Cannot be searched: `when_unknown` |
//! | amend, outcome unknown | | | read, plan anew, and read once more a settle later |
//! | gone, merged, key removed | fires anew | | renew |
//! | gone, merged, key removed | else | | end; nothing is written |
//! | open, pending | fires, not told yet | | update |
//! | open, pending | over, not told yet | | `resolve`: resolve, or annotate |
//! | open, pending | over, told | a person, who reopened it | nothing |
//! | resolved | fires anew, within `reopen.within` | | `reopen.resolved`: reopen, update or renew |
//! | closed, canceled | fires anew, within `reopen.within` | | `reopen.closed`, `reopen.canceled` |
//! | done, for longer | fires anew | | renew |
//! | done | fires, not anew | a person | nothing; it stays as the person left it |
//! | done | over | | nothing |
//! | closed, canceled | not anew | | end, where the policy would renew it |
//! | done | nothing new for `reopen.within` | | read, and end if it is still done |
//!
//! *Fires anew*: a member fires in an observation that was not told yet. *Over*: no member fires, or each one that does is
//! of a monitor that never says `resolved`, and `resolve_after` has passed. *Told*: confirmed on the platform.
//!
//! Before a step that depends on the ticket's state it is read, unless it was seen in this turn or less than ten seconds ago;
//! before it is renewed or ended, which can't be taken back, it is read in the same turn. Kinds without
//! `read` are never read or searched: what was written is what is there, and what fires again is a create.

use super::desk::{Abilities, Blame};
use super::learn::same_version;
use super::life::{Life, UnknownCreate, is_done};
use super::policies::{Maintenance, Patience, Policies, Resolve, ResolvedFirst, Return, WhenUnknown};
use crate::domain::{Action, Change, Condition, PlatformTicket, TicketKey, TicketState, Timestamp};
use crate::ledger::{Claimed, EndReason, Parked};
use std::time::Duration;

/// Why a ticket is parked whose create nobody knows the outcome of.
pub const OUTCOME_UNKNOWN: &str = "outcome-unknown";

/// How long what was seen of a ticket is good enough to act on.
const FRESH: Duration = Duration::from_secs(10);

/// All that the next step depends on.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// What its alerts say.
    pub claimed: &'a Claimed,
    /// What is known of it.
    pub life: &'a Life,
    /// What its route wants.
    pub policies: &'a Policies,
    /// What the platform can do.
    pub abilities: Abilities,
    /// How long after a call's end its effect may still show.
    pub settle: Duration,
    /// When the maintenance window ends that it stands in.
    pub maintenance: Option<Timestamp>,
    /// Whether the ticket was seen in this turn, and not only in an earlier one.
    pub looked: bool,
    /// The time.
    pub now: Timestamp,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Make the ticket.
    Create,
    /// Change it.
    Amend(Change),
    /// Post the notes that are pending, and nothing else.
    PostNotes,
    /// See how it is now.
    Read,
    /// Look for tickets with its key.
    Find,
    /// Close the first of the second tickets with its key.
    CloseDuplicate,
    /// The revision is as good as on the platform; what is still to be told waits for its time, or has no reader.
    Confirm,
    /// Nothing may be done before this moment.
    Wait(Timestamp),
    /// It is true to its alerts. Look again then, if nothing comes before.
    Rest(Option<Timestamp>),
    /// It is over.
    End(EndReason),
    /// Another ticket, with this key, takes its place.
    Renew(TicketKey),
    /// It needs a person.
    Park(Parked),
}

/// What the alerts say of the problem as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Whether it is still there.
    pub condition: Condition,
    /// When that changes by itself.
    pub until: Option<Timestamp>,
}

/// What was observed since the ticket was last confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct News {
    fired: bool,
    resolved: bool,
}

/// The next step.
#[must_use]
pub fn plan(situation: &Situation<'_>) -> Step {
    let s = situation;
    if let Some(departure) = s.life.departed {
        return if s.fires_anew() { s.successor() } else { Step::End(departure.into()) };
    }
    if let Some(unknown) = &s.life.unknown_create {
        return s.unknown_create(unknown);
    }
    let Some(ticket) = s.life.ticket() else { return s.not_created() };
    if let Some(step) = s.certainty() {
        return step;
    }
    if !s.is_pending() {
        return if s.has_changed() { Step::Read } else { s.rest(ticket) };
    }
    if s.is_stale() {
        return Step::Read;
    }
    match (ticket.state, s.phase().condition) {
        (TicketState::Open | TicketState::Pending, Condition::Fired) => s.open_and_fires(),
        (TicketState::Open | TicketState::Pending, Condition::Resolved) => s.open_and_over(ticket),
        (TicketState::Resolved, condition) => s.done(condition, s.policies.reopen.resolved, None),
        (TicketState::Closed, condition) => s.done(condition, s.policies.reopen.closed, Some(EndReason::Closed)),
        (TicketState::Canceled, condition) => s.done(condition, s.policies.reopen.canceled, Some(EndReason::Canceled)),
    }
}

// === impl Situation: rows of the table ===

impl Situation<'_> {
    fn not_created(&self) -> Step {
        match (self.phase().condition, self.held_until()) {
            (Condition::Resolved, _) if self.policies.resolved_first == ResolvedFirst::Skip => {
                Step::End(EndReason::Resolved)
            }
            (Condition::Resolved, held) if held.is_some() || self.life.held.is_some() => Step::End(EndReason::Resolved),
            (_, Some(end)) => Step::Wait(end),
            (_, None) => Step::Create,
        }
    }

    fn unknown_create(&self, unknown: &UnknownCreate) -> Step {
        if self.abilities.idempotent {
            return Step::Create;
        }
        if !self.is_searchable() {
            return match self.policies.when_unknown {
                WhenUnknown::CreateAgain => Step::Create,
                WhenUnknown::Park => Step::Park(Parked {
                    reason: OUTCOME_UNKNOWN.to_owned(),
                    code: String::new(),
                    message: "nobody knows whether the ticket was created, and the platform cannot be searched: \
                              look there, then `retry` to create it again or `drop` it"
                        .to_owned(),
                    blame: Blame::Platform.as_str().to_owned(),
                }),
            };
        }
        let certain = unknown.ended_at.after(self.settle);
        match unknown.none_at {
            None => Step::Find,
            Some(at) if at >= certain => self.not_created(),
            Some(_) if self.now < certain => Step::Wait(certain),
            Some(_) => Step::Find,
        }
    }

    /// What has to be known before anything else is done to a ticket that is there.
    fn certainty(&self) -> Option<Step> {
        if self.is_searchable()
            && let Some(at) = self.life.find_again
        {
            return Some(if self.now < at { Step::Wait(at) } else { Step::Find });
        }
        if !self.life.duplicates.is_empty() {
            return Some(Step::CloseDuplicate);
        }
        let late = self.life.late.as_ref().filter(|_| self.must_look())?;
        let settled = self.now >= late.ended_at.after(self.settle);
        (!late.looked || settled).then_some(Step::Read)
    }

    fn open_and_fires(&self) -> Step {
        let reopened = self.told() == Some(Condition::Resolved) && self.may_land(Action::Reopen);
        match self.held_until() {
            _ if !self.has_news() => self.confirm_with_notes(),
            Some(end) => Step::Wait(end),
            None if reopened => Step::Amend(Change::Reopen),
            None if self.abilities.read => Step::Amend(Change::Update),
            // A kind that is only ever sent: what fires again is a create.
            None if self.told() == Some(Condition::Fired) && self.abilities.update => Step::Amend(Change::Update),
            None => Step::Create,
        }
    }

    fn open_and_over(&self, ticket: &PlatformTicket) -> Step {
        let told = self.told() == Some(Condition::Resolved) && !self.news().resolved;
        if told && !self.life.astray {
            return self.confirm_with_notes();
        }
        let untouched = || {
            let written = self.life.written.as_ref();
            self.life.late.is_some() || written.is_some_and(|written| same_version(written, ticket))
        };
        let resolves = match self.policies.resolve {
            Resolve::Always => true,
            Resolve::Untouched => untouched(),
            Resolve::Never => false,
        };
        if resolves && self.abilities.resolve { Step::Amend(Change::Resolve) } else { Step::Amend(Change::Annotate) }
    }

    fn done(&self, condition: Condition, policy: Return, ends_as: Option<EndReason>) -> Step {
        let back = condition == Condition::Fired && (self.news().fired || self.life.astray);
        let astray = self.life.astray && ends_as.is_none() && self.abilities.reopen;
        if back && astray {
            // No policy asked for this: what a late write of our own turned is turned back.
            return Step::Amend(Change::Reopen);
        }
        if back {
            return self.held_until().map_or_else(|| self.comes_back(policy), Step::Wait);
        }
        if let Some(reason) = ends_as.filter(|_| policy == Return::Renew) {
            return self.end(reason);
        }
        let resolved_by_us = condition == Condition::Resolved && self.may_land(Action::Resolve);
        if resolved_by_us && self.told() == Some(Condition::Fired) {
            return Step::Amend(Change::Resolve);
        }
        if ends_as.is_some() { Step::Confirm } else { self.confirm_with_notes() }
    }

    fn comes_back(&self, policy: Return) -> Step {
        if self.is_too_old() || policy == Return::Renew {
            return self.renew();
        }
        match policy {
            _ if !self.abilities.read => Step::Create,
            Return::Update => Step::Amend(Change::Update),
            Return::Reopen if self.abilities.reopen => Step::Amend(Change::Reopen),
            Return::Reopen | Return::Renew => self.renew(),
        }
    }

    /// Nothing new: whether it is over for good, and when to look again.
    fn rest(&self, ticket: &PlatformTicket) -> Step {
        let reread = self.life.late.as_ref().filter(|_| self.must_look()).map(|late| late.ended_at.after(self.settle));
        let notes = self.life.notes.iter().filter_map(|pending| pending.in_doubt_until);
        let notes = notes.filter(|_| self.notes_wait(|_| true)).min();
        let (policy, reason) = match ticket.state {
            TicketState::Open | TicketState::Pending => {
                return Step::Rest(earliest([reread, notes, self.phase().until]));
            }
            TicketState::Resolved => (self.policies.reopen.resolved, EndReason::Resolved),
            TicketState::Closed => (self.policies.reopen.closed, EndReason::Closed),
            TicketState::Canceled => (self.policies.reopen.canceled, EndReason::Canceled),
        };
        let for_good = policy == Return::Renew && ticket.state != TicketState::Resolved && reread.is_none();
        if for_good {
            return self.end(reason);
        }
        if !self.is_too_old() {
            let expires = self.life.done_since.map(|since| since.after(self.policies.reopen.within.0));
            return Step::Rest(earliest([reread, notes, self.phase().until, expires]));
        }
        self.end(reason)
    }

    /// What can't be taken back is done after a look in the same turn.
    fn end(&self, reason: EndReason) -> Step {
        if self.has_looked() { Step::End(reason) } else { Step::Read }
    }

    fn renew(&self) -> Step {
        if self.has_looked() { self.successor() } else { Step::Read }
    }

    fn successor(&self) -> Step {
        Step::Renew(TicketKey::of(&self.claimed.problem, self.claimed.n.saturating_add(1)))
    }

    fn confirm_with_notes(&self) -> Step {
        if self.notes_wait(|until| until <= self.now) { Step::PostNotes } else { Step::Confirm }
    }
}

// === impl Situation: what holds ===

impl Situation<'_> {
    /// What the alerts say of the problem as a whole.
    #[must_use]
    pub fn phase(&self) -> Phase {
        let there = Phase { condition: Condition::Fired, until: None };
        if self.claimed.firing == 0 {
            return Phase { condition: Condition::Resolved, until: None };
        }
        let Patience::For(patience) = self.policies.resolve_after else { return there };
        let firing = || self.claimed.members.iter().filter(|each| each.condition == Condition::Fired);
        let unlisted = self.claimed.unlisted;
        if firing().any(|each| each.resolves) || unlisted.is_some_and(|unlisted| unlisted.resolves) {
            return there;
        }
        let listed = firing().map(|each| each.episode.observed_at);
        match listed.chain(unlisted.map(|unlisted| unlisted.observed_at)).max().map(|last| last.after(patience)) {
            Some(end) if end <= self.now => Phase { condition: Condition::Resolved, until: None },
            until => Phase { condition: Condition::Fired, until },
        }
    }

    /// Whether the ticket is to be read after a write whose outcome is unknown: it may land late, and undo a later one.
    #[must_use]
    pub fn must_look(&self) -> bool {
        self.abilities.read
    }

    /// Whether the ticket can be found by its key, and has to be.
    #[must_use]
    pub fn is_searchable(&self) -> bool {
        self.abilities.find && self.abilities.read && !self.abilities.idempotent
    }

    fn news(&self) -> News {
        let Some(confirmed) = &self.life.confirmed else { return News { fired: true, resolved: true } };
        let mut news = News::default();
        for member in &self.claimed.members {
            if confirmed.known.episodes.get(&member.correlation_key).is_none_or(|known| member.episode > *known) {
                match member.condition {
                    Condition::Fired => news.fired = true,
                    Condition::Resolved => news.resolved = true,
                }
            }
        }
        let unlisted = usize::try_from(self.claimed.total).is_ok_and(|total| total > self.claimed.members.len());
        news.fired |= unlisted && self.claimed.firing > confirmed.known.firing;
        news
    }

    fn fires_anew(&self) -> bool {
        self.phase().condition == Condition::Fired && self.news().fired
    }

    fn told(&self) -> Option<Condition> {
        self.life.confirmed.as_ref().map(|confirmed| confirmed.condition)
    }

    /// Whether the alerts say something that is not on the platform.
    fn has_news(&self) -> bool {
        self.claimed.wanted > self.life.confirmed_revision()
            || self.told() != Some(self.phase().condition)
            || self.life.astray
            || self.life.undone
    }

    fn is_pending(&self) -> bool {
        self.has_news() || self.notes_wait(|until| until <= self.now)
    }

    /// Whether notes in doubt are to be looked for and posted: as long as somebody reads them.
    fn notes_wait(&self, when: impl Fn(Timestamp) -> bool) -> bool {
        let read = self.life.ticket().is_some_and(|t| !matches!(t.state, TicketState::Closed | TicketState::Canceled));
        let mut moments = self.life.notes.iter().filter_map(|pending| pending.in_doubt_until);
        self.abilities.annotate && read && moments.any(when)
    }

    /// Whether a write of this kind may have landed without an answer.
    fn may_land(&self, action: Action) -> bool {
        self.life.late.as_ref().is_some_and(|late| late.actions.contains(&action))
    }

    /// Whether it is known to be other than it was last seen.
    fn has_changed(&self) -> bool {
        self.abilities.read && self.life.seen.as_ref().is_some_and(|seen| seen.stale)
    }

    /// Whether it has to be read before it is acted on. What was seen in this turn is good enough however long the answer
    /// took, or its place in the queue: another look would take as long.
    fn is_stale(&self) -> bool {
        let is_old = |at| !self.looked && self.now.since(at) >= FRESH;
        self.abilities.read && self.life.seen.as_ref().is_none_or(|seen| seen.stale || is_old(seen.at))
    }

    fn has_looked(&self) -> bool {
        self.looked && self.life.seen.as_ref().is_some_and(|seen| !seen.stale) || !self.abilities.read
    }

    fn is_too_old(&self) -> bool {
        let done = self.life.ticket().is_some_and(|ticket| is_done(ticket.state));
        done && self.life.done_since.is_some_and(|since| self.now.since(since) >= self.policies.reopen.within.0)
    }

    /// The end of a maintenance window that holds back what fires.
    pub(super) fn held_until(&self) -> Option<Timestamp> {
        self.maintenance.filter(|end| self.policies.maintenance == Maintenance::Hold && *end > self.now)
    }
}

fn earliest<const N: usize>(moments: [Option<Timestamp>; N]) -> Option<Timestamp> {
    moments.into_iter().flatten().min()
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
