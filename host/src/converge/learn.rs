//! What each answer teaches: the only place where a life changes.
//!
//! Every function here is pure. Two rules hold everywhere. A call that failed with anything but an unknown outcome has
//! written nothing, so nothing of it stays. And as long as a write of our own may land late, a difference on the platform
//! is not taken for a person's.

use super::difference;
use super::facts;
use super::life::{
    Attempt, Confirmed, Departure, Duplicate, Late, Life, Pending, Seen, Trouble, UnknownCreate, is_done,
};
use super::plan::OUTCOME_UNKNOWN;
use crate::domain::{Action, Condition, Note, PlatformTicket, TicketKey, TicketState, Timestamp};
use crate::ledger::{Known, Revision};
use std::{collections::BTreeSet, time::Duration};

/// The platform answered a ticket with another key: never acted on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the platform answered a ticket with the key `{answered}` instead of `{asked}`")]
pub struct Stranger {
    /// What was asked for.
    pub asked: TicketKey,
    /// What stands in what it answered.
    pub answered: String,
}

/// What is needed to read an answer.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The ticket's key.
    pub key: &'a TicketKey,
    /// When it was asked: the answer tells of this moment, or of a later one.
    pub asked: Timestamp,
    /// When the answer came.
    pub now: Timestamp,
    /// How long after a call's end its effect may still show.
    pub settle: Duration,
    /// Whether the platform can be searched, and has to be.
    pub searchable: bool,
    /// Whether the ticket can be read: what was written can be looked at, and changed by people.
    pub looks: bool,
}

// === impl Life: attempts ===

impl Life {
    /// Puts down an attempt that is about to be made.
    pub fn begin(
        &mut self,
        key: &TicketKey,
        action: Action,
        confirms: Confirmed,
        carried: BTreeSet<String>,
        notes: Vec<String>,
    ) -> &Attempt {
        if action == Action::Create {
            self.creates = self.creates.saturating_add(1);
        }
        self.attempt(key, Attempt { id: String::new(), action, on_duplicate: false, confirms, carried, notes })
    }

    /// Puts down that a second ticket is about to be closed.
    pub fn begin_on_duplicate(&mut self, key: &TicketKey, confirms: Confirmed) -> &Attempt {
        let nothing = BTreeSet::new();
        let action = Action::Resolve;
        let attempt =
            Attempt { id: String::new(), action, on_duplicate: true, confirms, carried: nothing, notes: vec![] };
        self.attempt(key, attempt)
    }

    fn attempt(&mut self, key: &TicketKey, attempt: Attempt) -> &Attempt {
        self.attempts = self.attempts.saturating_add(1);
        let id = format!("{key}.{}", self.attempts);
        self.open.insert(Attempt { id, ..attempt })
    }

    /// The write is done, and answered the ticket as it is now.
    ///
    /// # Errors
    /// [`Stranger`] where it answered another ticket.
    pub fn succeeded(&mut self, ticket: PlatformTicket, reading: Reading<'_>) -> Result<(), Stranger> {
        let Some(attempt) = self.open.take() else { return Ok(()) };
        self.trouble = Trouble::default();
        if attempt.on_duplicate {
            self.duplicate_closed();
            return Ok(());
        }
        self.notes.retain(|pending| !attempt.notes.contains(&pending.note.id));
        self.astray = false;
        self.undone = false;
        self.late = self.late.take().filter(|_| reading.looks);
        if let Some(late) = self.late.as_mut().filter(|late| late.carried.is_subset(&attempt.carried)) {
            late.covered = Some(Box::new(ticket.clone()));
        }
        let before = self.confirmed.replace(Confirmed { at: reading.now, ..attempt.confirms });
        if attempt.action == Action::Create {
            let unknown = self.unknown_create.take();
            if self.creates > 1 && reading.searchable {
                self.find_again = Some(reading.now.after(reading.settle));
            } else if let Some(unknown) = unknown.filter(|_| reading.looks) {
                if is_done(ticket.state) {
                    // It was there already, and people have ended it since.
                    self.not_told(Some(unknown.attempt.confirms));
                }
                // Sent again under the same key: the first one may still land, and undo what comes after it.
                self.late = Some(Late {
                    actions: BTreeSet::new(),
                    carried: unknown.attempt.carried,
                    ended_at: unknown.ended_at,
                    looked: true,
                    covered: Some(Box::new(ticket.clone())),
                });
            }
            self.creates = 0;
            strange(&ticket, reading.key)?;
        } else {
            let faster = self.people_were_faster(attempt.action, &ticket);
            // What was only sent has nothing that people could change.
            let stays = !reading.looks || self.stays(&ticket, reading.key)?;
            if faster || !stays {
                self.not_told(before);
            }
            if !stays {
                return Ok(());
            }
        }
        self.written = Some(ticket.clone());
        self.see(ticket, reading.asked);
        Ok(())
    }

    /// Whether the answer shows that the ticket was ended by people after it was last seen, so that nobody reads what was
    /// written to it.
    fn people_were_faster(&self, action: Action, answered: &PlatformTicket) -> bool {
        let keeps_state = matches!(action, Action::Update | Action::Annotate);
        keeps_state && is_done(answered.state) && self.ticket().is_some_and(|seen| seen.state != answered.state)
    }

    /// What was written is on the platform, but says nothing to anybody: the observations are still to be told.
    fn not_told(&mut self, before: Option<Confirmed>) {
        self.confirmed = match (self.confirmed.take(), before) {
            (Some(now), Some(before)) => Some(said_by(before, now)),
            (now, _) => now,
        };
    }

    /// The call failed and has written nothing.
    pub fn wrote_nothing(&mut self) {
        if let Some(attempt) = self.open.take()
            && attempt.action == Action::Create
        {
            self.creates = self.creates.saturating_sub(1);
        }
    }

    /// Nobody knows what came of the open attempt, whose call ended then, or the lease under which it was made.
    pub fn outcome_unknown(&mut self, ended_at: Timestamp, settle: Duration) {
        let Some(attempt) = self.open.take() else { return };
        self.trouble.unknown = self.trouble.unknown.saturating_add(1);
        if attempt.on_duplicate {
            if let Some(duplicate) = self.duplicates.first_mut() {
                duplicate.again = true;
            }
            return;
        }
        for pending in self.notes.iter_mut().filter(|pending| attempt.notes.contains(&pending.note.id)) {
            pending.in_doubt_until = Some(ended_at.after(settle));
        }
        if attempt.action == Action::Create {
            let before = self.unknown_create.take().filter(|before| before.none_at.is_none());
            let attempt = match before {
                // The earlier one may be what is there: people need not have read more than it said.
                Some(before) => Attempt { confirms: said_by(before.attempt.confirms, attempt.confirms), ..attempt },
                None => attempt,
            };
            self.unknown_create = Some(UnknownCreate { attempt, ended_at, none_at: None });
            return;
        }
        let late = self.late.get_or_insert_with(|| Late {
            actions: BTreeSet::new(),
            carried: BTreeSet::new(),
            ended_at,
            looked: false,
            covered: None,
        });
        // What it carried is neither there nor not there: the next write carries it in any case.
        if let Some(confirmed) = &mut self.confirmed {
            difference::forget(&mut confirmed.content, &attempt.carried);
        }
        late.actions.insert(attempt.action);
        late.carried.extend(attempt.carried);
        late.ended_at = ended_at;
        late.looked = false;
        late.covered = None;
    }

    /// A worker takes the ticket over from one whose lease ran out then. Answers the attempt that was under way.
    pub fn taken_over(&mut self, lease_ended: Timestamp, settle: Duration) -> Option<Attempt> {
        let attempt = self.open.clone()?;
        self.wary |= attempt.action == Action::Create;
        self.outcome_unknown(lease_ended, settle);
        Some(attempt)
    }

    /// A person took the parked ticket up again.
    pub fn taken_up(&mut self) {
        if let Some(reason) = self.parked.take() {
            self.trouble = Trouble::default();
            if reason == OUTCOME_UNKNOWN {
                self.unknown_create = None;
            }
        }
    }

    /// The revision is as good as on the platform, without a call. Notes in doubt are still looked for.
    pub fn confirm_without_call(&mut self, confirms: Confirmed) {
        self.confirmed = Some(confirms);
        self.notes.retain(|pending| pending.in_doubt_until.is_some());
        self.astray = false;
        self.undone = false;
        self.trouble = Trouble::default();
    }
}

// === impl Life: what the platform shows ===

impl Life {
    /// The ticket was read.
    ///
    /// # Errors
    /// [`Stranger`] where another ticket was answered.
    pub fn saw(&mut self, ticket: PlatformTicket, reading: Reading<'_>) -> Result<(), Stranger> {
        if !self.stays(&ticket, reading.key)? {
            return Ok(());
        }
        match self.late.take() {
            None => self.note_people(&ticket),
            Some(late) => self.look_for_late(late, &ticket, reading),
        }
        self.see(ticket, reading.asked);
        Ok(())
    }

    /// The ticket is no longer there.
    pub fn vanished(&mut self) {
        self.departed = Some(Departure::Gone);
    }

    /// A record that was read back showed that people changed the ticket, so often by now.
    pub fn hinted(&mut self, looks: i64) {
        if looks > self.looks
            && let Some(seen) = &mut self.seen
        {
            seen.stale = true;
        }
        self.looks = self.looks.max(looks);
    }

    /// The ticket is not as it was last seen: it has to be read.
    pub fn conflicted(&mut self) {
        self.trouble.conflicts = self.trouble.conflicts.saturating_add(1);
        if let Some(seen) = &mut self.seen {
            seen.stale = true;
        }
    }

    /// The platform was searched for tickets with this key; oldest first.
    ///
    /// # Errors
    /// [`Stranger`] where it answered one with another key.
    pub fn found(&mut self, mut tickets: Vec<PlatformTicket>, reading: Reading<'_>) -> Result<(), Stranger> {
        for ticket in &tickets {
            strange(ticket, reading.key)?;
        }
        tickets.retain(|ticket| ticket.key == reading.key.as_str());
        let mut tickets = tickets.into_iter();
        let oldest = tickets.next();
        match (self.unknown_create.take(), oldest) {
            (Some(unknown), None) => {
                self.unknown_create = Some(UnknownCreate { none_at: Some(reading.asked), ..unknown });
            }
            (Some(unknown), Some(oldest)) => {
                let settled = unknown.ended_at.after(reading.settle);
                self.find_again = (self.creates > 1 && reading.asked < settled).then_some(settled);
                self.creates = 0;
                self.confirmed = Some(unknown.attempt.confirms);
                self.adopt(oldest, reading.asked);
            }
            (None, oldest) => {
                self.find_again = None;
                if let Some(oldest) = oldest {
                    self.keep_oldest(oldest, reading);
                }
            }
        }
        let kept = self.ticket().map(|ticket| ticket.id.clone());
        for ticket in tickets.filter(|ticket| Some(&ticket.id) != kept.as_ref()) {
            self.is_duplicate(ticket, reading);
        }
        Ok(())
    }

    /// The first of the second tickets is closed, or gone.
    pub fn duplicate_closed(&mut self) {
        if !self.duplicates.is_empty() {
            self.duplicates.remove(0);
        }
    }

    fn keep_oldest(&mut self, oldest: PlatformTicket, reading: Reading<'_>) {
        let Some(ours) = self.ticket().cloned() else { return };
        if ours.id == oldest.id {
            return;
        }
        self.adopt(oldest, reading.asked);
        self.is_duplicate(ours, reading);
        // What it says is what an earlier attempt sent: everything is compared anew.
        if let Some(confirmed) = &mut self.confirmed {
            confirmed.content = crate::domain::Content::default();
            confirmed.condition = Condition::Fired;
        }
        self.undone = true;
    }

    fn adopt(&mut self, ticket: PlatformTicket, now: Timestamp) {
        self.written = Some(ticket.clone());
        self.see(ticket, now);
    }

    fn is_duplicate(&mut self, ticket: PlatformTicket, reading: Reading<'_>) {
        if is_done(ticket.state) || self.duplicates.iter().any(|each| each.ticket.id == ticket.id) {
            return;
        }
        let kept = self.ticket().map_or_else(String::new, |kept| kept.number.clone());
        let text = format!("This ticket was made twice, since an answer was lost. Work goes on in {kept}.");
        let note = self.new_note(reading.key, &text, reading.now);
        self.duplicates.push(Duplicate { ticket, note, again: false });
    }

    fn see(&mut self, ticket: PlatformTicket, now: Timestamp) {
        let says = match ticket.state {
            TicketState::Open | TicketState::Pending => None,
            TicketState::Resolved => Some(ticket.resolved_at),
            TicketState::Closed | TicketState::Canceled => Some(ticket.closed_at),
        };
        self.done_since = says.map(|at| at.or(self.done_since).unwrap_or(now).min(now));
        self.seen = Some(Seen { ticket, at: now, stale: false });
    }

    /// Whether this is still our ticket; where it left, that is put down.
    fn stays(&mut self, ticket: &PlatformTicket, key: &TicketKey) -> Result<bool, Stranger> {
        self.departed = if self.ticket().is_some_and(|ours| ours.id != ticket.id) {
            Some(Departure::Merged)
        } else if ticket.key.is_empty() {
            Some(Departure::KeyRemoved)
        } else {
            strange(ticket, key)?;
            None
        };
        Ok(self.departed.is_none())
    }

    fn note_people(&mut self, ticket: &PlatformTicket) {
        if let (Some(written), Some(confirmed)) = (&self.written, &self.confirmed) {
            self.peoples.extend(difference::changed_by_people(written, ticket, &confirmed.content));
        }
    }

    /// Whether a write whose outcome nobody knew has landed. A settle after its end that is certain.
    fn look_for_late(&mut self, late: Late, ticket: &PlatformTicket, reading: Reading<'_>) {
        let said = self.confirmed.as_ref().map(|confirmed| confirmed.condition);
        self.astray = if is_done(ticket.state) {
            said == Some(Condition::Fired) && late.actions.contains(&Action::Resolve)
        } else {
            said == Some(Condition::Resolved) && late.actions.contains(&Action::Reopen)
        };
        if reading.asked < late.ended_at.after(reading.settle) {
            self.late = Some(Late { looked: true, ..late });
            return;
        }
        if late.covered.is_none_or(|covered| !same_version(&covered, ticket)) {
            if let Some(confirmed) = &mut self.confirmed {
                difference::forget(&mut confirmed.content, &late.carried);
            }
            self.undone = true;
            self.written = Some(ticket.clone());
        }
    }
}

// === impl Life: notes ===

impl Life {
    /// Something to tell people with the next change.
    pub fn tell(&mut self, key: &TicketKey, text: &str, revision: Revision, now: Timestamp) {
        let note = self.new_note(key, text, now);
        self.notes.push(Pending { note, revision, in_doubt_until: None });
    }

    /// Something to tell people by itself: it counts as in doubt, so that it is posted whether or not there is other news.
    pub fn tell_at_once(&mut self, key: &TicketKey, text: &str, now: Timestamp) {
        let note = self.new_note(key, text, now);
        self.notes.push(Pending { note, revision: Revision::MAX, in_doubt_until: Some(now) });
    }

    /// The mapping's note for a step: made once, and void once a later revision is told of instead.
    pub fn tell_mapped(&mut self, key: &TicketKey, text: Option<&str>, at: (Revision, Action), now: Timestamp) {
        self.notes.retain(|pending| pending.in_doubt_until.is_some() || pending.revision >= at.0);
        if self.noted == Some(at) {
            return;
        }
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            self.noted = Some(at);
            self.tell(key, text, at.0, now);
        }
    }

    /// What its monitor told of its alert: where the ticket is there already, people are told so once.
    pub fn told_facts(&mut self, key: &TicketKey, known: &Known, now: Timestamp) {
        if self.unknown_create.is_some() || self.facts_of.as_ref() == Some(&known.about) {
            return;
        }
        self.facts_of = Some(known.about.clone());
        if self.seen.is_some() {
            self.tell(key, &facts::for_people(&known.findings), Revision::MAX, now);
        }
    }

    fn new_note(&mut self, key: &TicketKey, text: &str, at: Timestamp) -> Note {
        self.notes_made = self.notes_made.saturating_add(1);
        let id = note_id(key, self.notes_made);
        Note { text: format!("{}\n[{id}]", text.trim_end()), id, at }
    }
}

/// Short enough to stand in a text for people, and unlike any other note's of this ticket's problem.
fn note_id(key: &TicketKey, counter: u32) -> String {
    let (problem, n) = key.as_str().rsplit_once('-').unwrap_or((key.as_str(), ""));
    let problem: String = problem.chars().take(8).collect();
    format!("{problem}-{n}.{counter}")
}

/// Whether a ticket is as it was: by its version, or whole where the platform has none.
#[must_use]
pub fn same_version(one: &PlatformTicket, other: &PlatformTicket) -> bool {
    if one.version.is_empty() || other.version.is_empty() { one == other } else { one.version == other.version }
}

/// What was written, of which only what was written before is said.
fn said_by(before: Confirmed, written: Confirmed) -> Confirmed {
    Confirmed { revision: before.revision, condition: before.condition, known: before.known, ..written }
}

fn strange(ticket: &PlatformTicket, key: &TicketKey) -> Result<(), Stranger> {
    if ticket.key.is_empty() || ticket.key == key.as_str() {
        Ok(())
    } else {
        Err(Stranger { asked: key.clone(), answered: ticket.key.clone() })
    }
}
