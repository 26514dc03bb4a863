//! What else is wrong around a ticket, asked of the ledger when a mapping is about to be told.
//!
//! In a storm every new ticket asks, and what there is to look through is the same for all: so the latest observations are
//! kept here, and each is read once. What of them still fires is asked of the ledger each time.

use crate::{
    config::{RelatedSection, Span},
    converge::{
        desk::Neighbours,
        related::{Vicinity, told},
    },
    domain::Related,
    ledger::{Claimed, LOOKED_THROUGH, LedgerError, Nearby, Place, Sighting},
};
use async_trait::async_trait;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The latest observations that fired, for all generations.
pub struct Neighbourhood {
    ledger: Arc<dyn Nearby>,
    latest: Mutex<Latest>,
}

#[derive(Default)]
struct Latest {
    fired: VecDeque<(Place, Sighting)>,
    last: Place,
}

/// Other alerts that fire, as far as a configuration wants to know.
pub(super) struct Firing {
    pub(super) neighbourhood: Arc<Neighbourhood>,
    pub(super) section: RelatedSection,
}

// === impl Neighbourhood ===

impl Neighbourhood {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(ledger: Arc<dyn Nearby>) -> Self {
        Self { ledger, latest: Mutex::default() }
    }

    async fn related(&self, claimed: &Claimed, section: RelatedSection) -> Result<Vec<Related>, LedgerError> {
        let Span(within) = section.within;
        let tied = {
            let mut latest = self.latest.lock().await;
            latest.catch_up(&*self.ledger).await?;
            Vicinity::of(claimed, within).ties(&latest.fired)
        };
        let places = tied.iter().map(|(place, _)| *place).collect();
        let firing = self.ledger.firing(&claimed.lease.key, places, section.most.into()).await?;
        let tie = |wanted| tied.iter().find(|(place, _)| *place == wanted).map(|(_, tie)| *tie);
        Ok(firing.into_iter().filter_map(|(place, other)| Some(told(tie(place)?, other))).collect())
    }
}

// === impl Latest ===

impl Latest {
    async fn catch_up(&mut self, ledger: &dyn Nearby) -> Result<(), LedgerError> {
        let mut since = ledger.sightings(self.last).await?;
        if since.last < self.last {
            // All observations were deleted, and their places are given anew.
            *self = Self::default();
            since = ledger.sightings(self.last).await?;
        }
        self.last = since.last;
        self.fired.extend(since.fired);
        let Place(last) = self.last;
        while self.fired.front().is_some_and(|(place, _)| place.0 <= last.saturating_sub(LOOKED_THROUGH)) {
            self.fired.pop_front();
        }
        Ok(())
    }
}

// === impl Firing ===

#[async_trait]
impl Neighbours for Firing {
    /// A ticket is worth more than what it could say of others: it does not wait for them.
    async fn related(&self, claimed: &Claimed) -> Vec<Related> {
        self.neighbourhood.related(claimed, self.section).await.unwrap_or_else(|error| {
            tracing::warn!(ticket = %claimed.lease.key, %error, "related alerts could not be looked for");
            Vec::new()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Alert, Severity, TicketKey, Timestamp};
    use crate::ledger::{ChangeUnderWay, ChangesAt, FiringNearby, Sightings, UnderWay};
    use std::sync::Mutex;

    /// Observations that fired, by their places; and from where on it was asked.
    #[derive(Default)]
    struct Observed(Mutex<(Vec<i64>, Vec<i64>)>);

    #[async_trait]
    impl Nearby for Observed {
        async fn sightings(&self, after: Place) -> Result<Sightings, LedgerError> {
            let (places, asked) = &mut *self.0.lock().unwrap();
            asked.push(after.0);
            let seen = |place: &i64| {
                let (correlation_key, severity) = ("key".into(), Severity::Error);
                let (rule, fired_at, resources) = (String::new(), Timestamp::from_nanos(0), Vec::new());
                (Place(*place), Sighting { correlation_key, severity, rule, fired_at, resources })
            };
            let fired = places.iter().filter(|place| **place > after.0).map(seen).collect();
            Ok(Sightings { fired, last: Place(places.last().copied().unwrap_or(0)) })
        }

        async fn firing(
            &self,
            _: &TicketKey,
            _: Vec<Place>,
            _: usize,
        ) -> Result<Vec<(Place, FiringNearby)>, LedgerError> {
            Ok(Vec::new())
        }

        async fn changes(&self, _: &ChangesAt) -> Result<Vec<ChangeUnderWay>, LedgerError> {
            Ok(Vec::new())
        }

        async fn changes_under_way(&self, _: Timestamp) -> Result<Vec<UnderWay>, LedgerError> {
            Ok(Vec::new())
        }

        async fn open_tickets(&self) -> Result<Vec<(TicketKey, Alert)>, LedgerError> {
            Ok(Vec::new())
        }
    }

    async fn places(latest: &mut Latest, ledger: &Observed, there: impl IntoIterator<Item = i64>) -> Vec<i64> {
        ledger.0.lock().unwrap().0 = there.into_iter().collect();
        latest.catch_up(ledger).await.unwrap();
        latest.fired.iter().map(|(place, _)| place.0).collect()
    }

    #[tokio::test]
    async fn each_observation_is_read_once_and_forgotten_when_it_is_too_far_back() {
        let (mut latest, ledger) = (Latest::default(), Observed::default());
        assert_eq!(places(&mut latest, &ledger, [3, 4]).await, [3, 4]);
        assert_eq!(places(&mut latest, &ledger, [3, 4, 9]).await, [3, 4, 9]);
        assert_eq!(places(&mut latest, &ledger, [3, 4, 9, 3 + LOOKED_THROUGH]).await, [4, 9, 3 + LOOKED_THROUGH]);
        assert_eq!(ledger.0.lock().unwrap().1, [0, 4, 9]);
    }

    #[tokio::test]
    async fn places_that_are_given_anew_are_read_anew() {
        let (mut latest, ledger) = (Latest::default(), Observed::default());
        assert_eq!(places(&mut latest, &ledger, [3, 4]).await, [3, 4]);
        assert_eq!(places(&mut latest, &ledger, [1]).await, [1]);
    }
}
