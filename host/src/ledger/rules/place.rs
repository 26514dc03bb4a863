//! Which tickets an observation stands in, and what it changes there.
//!
//! Membership comes before routing: a key that is a member of a live ticket of a connection and kind goes there, whatever
//! the placements say. Late bodies are normal, so nothing here depends on the order of arrival: a member shows the greatest
//! of *all* recorded observations of its key. A firing that comes after its own `resolved` makes the ticket that it would
//! have made, already resolved; one whose episode an ended ticket has dealt with makes none.

use super::board::same_resource;
use super::changes::NewTicket;
use super::{Board, Latest, Membership, PastSeat, Rank, Recorded, Seat, TicketSeq, Winner};
use crate::domain::{Alert, Condition, CorrelationKey, ProblemId, Severity, TicketKey, Timestamp};
use crate::ledger::{Accepted, PlacedTicket, Placement, Submission, SubmittedAlert};
use std::collections::HashSet;

/// How much of a title a timeline's entry shows.
const TITLE_SHOWN: usize = 200;

impl<'a> Board<'a> {
    /// Records an alert, and places it.
    pub(super) fn place(&mut self, submission: &'a Submission, submitted: &'a SubmittedAlert) -> Accepted {
        let alert = &submitted.alert;
        let observation = super::Observation::of(&submission.source, alert);
        let this = match self.known.get(&observation) {
            Some(known) if submission.again.is_none() || !known.tickets.is_empty() => {
                return Accepted { alert: alert.id.to_string(), tickets: known.tickets.clone() };
            }
            Some(known) => known.seq,
            None => self.record(submission, submitted, &observation.rank),
        };
        let this = Recorded {
            seq: this,
            rank: observation.rank.clone(),
            title: alert.title.clone(),
            resources: resource_ids(alert),
        };
        let at = submission.received_at;

        let uncovered = self.uncovered(submitted);
        let mut tickets = self.update_members(submitted, &this, at);
        if alert.condition == Condition::Fired {
            for placement in uncovered {
                tickets.extend(self.join(&alert.correlation_key, placement, &this, at));
            }
        }
        if tickets.is_empty() && submitted.placements.is_empty() {
            self.mark_unrouted(this.seq);
        }
        let mut seen = HashSet::new();
        tickets.retain(|ticket| seen.insert(ticket.key.clone()));
        self.known.insert(observation, super::Known { seq: this.seq, tickets: tickets.clone() });
        Accepted { alert: alert.id.to_string(), tickets }
    }

    /// The placements that no live member of this key stands for yet; of one problem the first.
    fn uncovered(&self, submitted: &'a SubmittedAlert) -> Vec<&'a Placement> {
        let seats = self.seats.get(&submitted.alert.correlation_key).map(Vec::as_slice).unwrap_or_default();
        let taking: Vec<&Seat> = seats.iter().filter(|seat| takes(seat, submitted)).collect();
        let mut problems = HashSet::new();
        let placements = submitted.placements.iter();
        placements
            .filter(|placement| problems.insert(&placement.problem))
            .filter(|placement| !taking.iter().any(|seat| covers(seat, placement)))
            .collect()
    }

    /// Lets the key's live members take the observation.
    fn update_members(&mut self, submitted: &SubmittedAlert, this: &Recorded, at: Timestamp) -> Vec<PlacedTicket> {
        let key = &submitted.alert.correlation_key;
        let mut seats = self.seats.remove(key).unwrap_or_default();
        let mut tickets = Vec::new();
        let mut raised = HashSet::new();
        for seat in seats.iter_mut().filter(|seat| takes(seat, submitted)) {
            tickets.push(seat.placed.clone());
            self.changes.links.insert((this.seq, seat.ticket));
            if this.rank <= seat.rank {
                continue;
            }
            if raised.insert(seat.ticket) {
                self.raise(seat.ticket, at);
                let (event, text) = told(Some(&seat.rank), this);
                self.tell(seat.ticket, at, event, text);
            }
            seat.rank = this.rank.clone();
            let membership = Membership { ticket: seat.ticket, key: key.clone(), resource: seat.resource.clone() };
            self.changes.members.insert(membership, Winner { alert: this.seq, rank: this.rank.clone() });
        }
        if !seats.is_empty() {
            self.seats.insert(key.clone(), seats);
        }
        if !tickets.is_empty() {
            self.changes.routed.insert(this.seq);
        }
        tickets
    }

    /// Makes the key a member of the placement's live ticket, or of a new one.
    fn join(
        &mut self,
        key: &CorrelationKey,
        placement: &'a Placement,
        this: &Recorded,
        at: Timestamp,
    ) -> Option<PlacedTicket> {
        let resource = placement.resource.as_deref().unwrap_or_default();
        if self.is_over(key, placement, &this.rank) {
            return None;
        }
        let (ticket, placed, new) = self.target(placement, at);
        let seats = self.seats.get(key).map(Vec::as_slice).unwrap_or_default();
        if seats.iter().any(|seat| seat.ticket == ticket && seat.resource == resource) {
            return Some(placed);
        }
        if !new {
            self.raise(ticket, at);
        }
        let winner = self.greatest(key, resource, this);
        let seat = Seat { ticket, placed: placed.clone(), resource: resource.to_owned(), rank: winner.rank.clone() };
        self.seats.entry(key.clone()).or_default().push(seat);
        let (event, text) = told(None, this);
        self.tell(ticket, at, event, text);
        if winner.seq != this.seq {
            let (event, text) = told(Some(&this.rank), &winner);
            self.tell(ticket, at, event, text);
        }
        for seq in [this.seq, winner.seq] {
            self.changes.links.insert((seq, ticket));
            self.changes.routed.insert(seq);
        }
        let membership = Membership { ticket, key: key.clone(), resource: resource.to_owned() };
        self.changes.members.insert(membership, Winner { alert: winner.seq, rank: winner.rank });
        Some(placed)
    }

    /// Whether an ended ticket of the same place has dealt with something greater of this key.
    fn is_over(&self, key: &CorrelationKey, placement: &Placement, rank: &Rank) -> bool {
        let resource = placement.resource.as_deref().unwrap_or_default();
        let outranks =
            |past: &PastSeat| past.stood_at(&placement.connection, placement.kind, resource) && past.rank > *rank;
        self.past.get(key).is_some_and(|seats| seats.iter().any(outranks))
    }

    /// The greatest recorded observation for a member of this key, `this` or one that came before it out of order.
    fn greatest(&self, key: &CorrelationKey, resource: &str, this: &Recorded) -> Recorded {
        let recorded = self.recorded.get(key).map(Vec::as_slice).unwrap_or_default();
        let concerning = recorded.iter().filter(|other| other.concerns(resource));
        let greatest = concerning.max_by(|one, other| one.rank.cmp(&other.rank));
        greatest.filter(|greatest| greatest.rank > this.rank).unwrap_or(this).clone()
    }

    fn live(&self, problem: &ProblemId) -> Option<(TicketSeq, PlacedTicket)> {
        let latest = self.latest.get(problem).filter(|latest| !latest.ended)?;
        Some((latest.ticket, latest.placed.clone()))
    }

    /// The placement's live ticket, else a new one; in a storm, the storm's. And whether it is new.
    fn target(&mut self, placement: &'a Placement, at: Timestamp) -> (TicketSeq, PlacedTicket, bool) {
        if let Some((ticket, placed)) = self.live(&placement.problem) {
            return (ticket, placed, false);
        }
        let recent = self.recent.entry(placement.route.clone()).or_default();
        let Some(storm) = placement.storm.as_ref().filter(|storm| *recent >= storm.max_new) else {
            *recent += 1;
            return self.create(placement, &placement.problem, &placement.group, false, at);
        };
        if let Some((ticket, placed)) = self.live(&storm.problem) {
            return (ticket, placed, false);
        }
        self.create(placement, &storm.problem, &storm.group, true, at)
    }

    fn create(
        &mut self,
        placement: &'a Placement,
        problem: &'a ProblemId,
        group: &'a [(String, String)],
        storm: bool,
        at: Timestamp,
    ) -> (TicketSeq, PlacedTicket, bool) {
        self.last_ticket += 1;
        let ticket = TicketSeq(self.last_ticket);
        let last = self.latest.get(problem).map(|latest| latest.n).max(self.forgotten.get(problem).copied());
        let n = last.unwrap_or(0).saturating_add(1);
        let placed = PlacedTicket {
            key: TicketKey::of(problem, n),
            connection: placement.connection.clone(),
            kind: placement.kind,
        };
        self.changes.tickets.push(NewTicket {
            seq: ticket,
            problem,
            n,
            connection: &placement.connection,
            kind: placement.kind,
            route: &placement.route,
            group,
            resource: placement.resource.as_deref().filter(|_| !storm),
            storm,
            created_at: at,
            not_before: (!placement.hold.is_zero()).then(|| at.after(placement.hold)),
        });
        self.latest.insert(problem.clone(), Latest { ticket, n, ended: false, placed: placed.clone() });
        (ticket, placed, true)
    }
}

/// Whether a member is concerned: where its route splits, a firing is only about the resources that it names, and a
/// `resolved` about all.
fn takes(seat: &Seat, submitted: &SubmittedAlert) -> bool {
    let alert = &submitted.alert;
    seat.resource.is_empty()
        || alert.condition == Condition::Resolved
        || alert.resources.iter().any(|resource| resource.id == seat.resource)
        || submitted.placements.iter().any(|placement| placement.resource.as_ref() == Some(&seat.resource))
}

fn covers(seat: &Seat, placement: &Placement) -> bool {
    seat.placed.connection == placement.connection
        && seat.placed.kind == placement.kind
        && same_resource(&seat.resource, placement.resource.as_deref().unwrap_or_default())
}

fn resource_ids(alert: &Alert) -> Vec<String> {
    alert.resources.iter().map(|resource| resource.id.clone()).collect()
}

/// What a timeline says of an observation that follows `before`.
fn told(before: Option<&Rank>, now: &Recorded) -> (&'static str, String) {
    let title: String = now.title.chars().take(TITLE_SHOWN).collect();
    let severity: Severity = now.rank.severity.0;
    let again = before.filter(|before| before.fires() == now.rank.fires());
    match again {
        _ if !now.rank.fires() && again.is_none() => ("resolved", format!("resolved: {title}")),
        Some(before) if before.severity != now.rank.severity => {
            ("severity-changed", format!("from {} to {}: {title}", before.severity.0.as_str(), severity.as_str()))
        }
        Some(before) if before.episode.fired_at == now.rank.episode.fired_at || !now.rank.fires() => {
            ("repeated", format!("seen again: {title}"))
        }
        _ => ("fired", format!("fired as {}: {title}", severity.as_str())),
    }
}
