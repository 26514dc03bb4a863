//! The thin shell around the plan: takes one claimed ticket as far as it can go now, and gives its lease back.
//!
//! A worker may die at any await. What it was about to write on the platform stands in the ledger before it is written, so
//! whoever takes the ticket over knows that something may have happened, and looks before acting. A worker that outlives
//! its lease can't write to the ledger any more; if it had just created something, it has the ticket looked at again.

use super::clock::{Chance, Clock};
use super::desk::{Assigned, Blame, Desk};
use super::health::Health;
use super::life::Life;
use super::plan::{Situation, Step, plan};
use super::turn::Turn;
use crate::domain::Timestamp;
use crate::ledger::{Claimed, Due, Ledger, LedgerError, Parked, Save, Standing};
use std::{sync::Arc, time::Duration};

/// What decides the next step: the plan, outside tests that break it on purpose.
pub type Planner = Arc<dyn Fn(&Situation<'_>) -> Step + Send + Sync>;

/// How long leases are.
#[derive(Clone, Copy, Debug)]
pub struct Leases {
    /// How long a ticket is held without a sign of life.
    pub span: Duration,
    /// Nothing is sent in the last part of a lease: an answer must come before somebody else looks. At least as long as a
    /// platform is waited for.
    pub margin: Duration,
}

/// Converges tickets, one call a ticket.
#[derive(Clone)]
pub struct Worker {
    /// Where tickets are kept.
    pub ledger: Arc<dyn Ledger>,
    /// Who decides over them.
    pub desk: Arc<dyn Desk>,
    /// Which connections are stopped.
    pub health: Arc<Health>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance, for back-off.
    pub chance: Arc<dyn Chance>,
    /// What decides.
    pub planner: Planner,
    /// How long leases are.
    pub leases: Leases,
}

// === impl Leases ===

impl Leases {
    /// Leases of this length, whose last third is the margin.
    #[must_use]
    pub fn of(span: Duration) -> Self {
        Self { span, margin: span / 3 }
    }
}

// === impl Worker ===

impl Worker {
    /// A worker that follows the plan.
    #[must_use]
    pub fn new(ledger: Arc<dyn Ledger>, desk: Arc<dyn Desk>, health: Arc<Health>, leases: Leases) -> Self {
        let system = super::clock::System;
        Self {
            ledger,
            desk,
            health,
            clock: Arc::new(system),
            chance: Arc::new(system),
            planner: Arc::new(plan),
            leases,
        }
    }

    /// Takes a claimed ticket as far as it can go now.
    ///
    /// # Errors
    /// The ledger's: whatever was under way is found out by the next claim.
    pub async fn converge(&self, claimed: Claimed) -> Result<(), LedgerError> {
        let mut life = match Life::parse(claimed.life.as_deref()) {
            Ok(life) => life,
            Err(error) => return self.park_as_it_is(claimed, "corrupt", &error.to_string(), Blame::Signalbox).await,
        };
        self.name_predecessor(&claimed, &mut life).await?;
        // Asked before the assignment: a refusal of old credentials must not stop a connection that was just mended.
        let generation = self.desk.generation();
        match self.desk.assign(&claimed).await {
            Assigned::To(assignment) => {
                let mut turn = Turn::new(self, claimed, life, (generation, *assignment));
                let outcome = turn.run().await;
                if let (Err(LedgerError::LeaseLost(key)), true) = (&outcome, turn.may_have_created()) {
                    tracing::warn!(ticket = %key, "the answer to a create came after the lease was lost");
                    if turn.situation().is_searchable() {
                        self.ledger.look_again(key, self.clock.now()).await?;
                    }
                }
                outcome
            }
            Assigned::NoRoute => {
                let why = "no route of the configuration takes it any more";
                self.park_as_it_is(claimed, "no-route", why, Blame::Operator).await
            }
            Assigned::Waits { until } => {
                let save = untouched(&claimed, Standing::Live, Due::At(until), self.clock.now());
                let save = Save { not_before: Some(until), ..save };
                self.ledger.save(&claimed.lease, save).await.map(drop)
            }
        }
    }

    /// A ticket that ingest made after another one had ended names that one.
    async fn name_predecessor(&self, claimed: &Claimed, life: &mut Life) -> Result<(), LedgerError> {
        let (Some(old), None, 0) = (&claimed.follows, &life.follows, life.attempts) else { return Ok(()) };
        match self.ledger.ticket(old).await {
            Ok(story) => {
                let old: Option<Life> = serde_json::from_value(story.life).unwrap_or_default();
                life.follows = old.and_then(|old| old.renewed().follows);
                Ok(())
            }
            // Too old to be kept.
            Err(LedgerError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn park_as_it_is(
        &self,
        claimed: Claimed,
        reason: &str,
        message: &str,
        blame: Blame,
    ) -> Result<(), LedgerError> {
        let parked = Parked {
            reason: reason.to_owned(),
            code: String::new(),
            message: message.to_owned(),
            blame: blame.as_str().to_owned(),
        };
        let now = self.clock.now();
        let entry = parked.entry(now);
        let save = untouched(&claimed, Standing::Parked(parked), Due::WhenRaised, now);
        self.ledger.save(&claimed.lease, Save { entries: vec![entry], ..save }).await.map(drop)
    }
}

/// Gives a ticket back with nothing changed in its life.
fn untouched(claimed: &Claimed, standing: Standing, due: Due, at: Timestamp) -> Save {
    let life = claimed.life.clone().unwrap_or_else(|| "{}".to_owned());
    let confirmed = Life::parse(Some(&life)).map_or(0, |life| life.confirmed_revision());
    Save {
        life,
        confirmed,
        known: claimed.wanted,
        looks: claimed.looks,
        standing,
        due,
        not_before: None,
        shown: None,
        at,
        attempt: None,
        entries: Vec::new(),
        renewal: None,
        release: true,
    }
}
