//! Ways to break convergence, one rule each: the property must notice.

use signalbox::converge::life::Life;
use signalbox::converge::plan::{Situation, Step, plan};
use signalbox::converge::worker::Planner;
use signalbox::domain::TicketState;
use std::sync::Arc;

/// A rule that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// After an unknown outcome a ticket is created again without a look.
    FindSkipped,
    /// What is not there yet counts as never coming.
    SettleSkipped,
    /// A ticket that takes another's place has the same key.
    KeyReused,
    /// What is about to be written is not put down first.
    AttemptNotCommitted,
    /// What people did to the ticket's state is not looked at.
    PeopleIgnored,
    /// After a change whose outcome is unknown the ticket is not read once more.
    LateForgotten,
    /// The oldest observation decides.
    OlderWins,
}

impl Mutation {
    /// The plan without the rule.
    pub fn planner(mutation: Option<Self>) -> Planner {
        Arc::new(move |situation: &Situation<'_>| broken_plan(mutation, situation))
    }
}

fn broken_plan(mutation: Option<Mutation>, situation: &Situation<'_>) -> Step {
    let with = |change: &dyn Fn(&mut Life)| {
        let mut life = situation.life.clone();
        change(&mut life);
        plan(&Situation { life: &life, ..*situation })
    };
    match mutation {
        Some(Mutation::FindSkipped) => with(&|life| {
            life.unknown_create = None;
            life.find_again = None;
        }),
        Some(Mutation::PeopleIgnored) => with(&|life| {
            let state = life.written.as_ref().map_or(TicketState::Open, |written| written.state);
            if let Some(seen) = &mut life.seen {
                seen.ticket.state = state;
            }
        }),
        Some(Mutation::LateForgotten) => with(&|life| life.late = None),
        Some(Mutation::KeyReused) => match plan(situation) {
            Step::Renew(_) => Step::Renew(situation.claimed.lease.key.clone()),
            step => step,
        },
        Some(Mutation::OlderWins) => {
            let mut claimed = situation.claimed.clone();
            if let Some(oldest) = claimed.members.iter().min_by_key(|each| each.episode) {
                claimed.firing = u32::from(oldest.condition == signalbox::domain::Condition::Fired);
            }
            plan(&Situation { claimed: &claimed, ..*situation })
        }
        // Broken elsewhere: in the desk's settle, in the ledger.
        None | Some(Mutation::SettleSkipped | Mutation::AttemptNotCommitted) => plan(situation),
    }
}
