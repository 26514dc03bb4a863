//! What goes wrong, and with which requests.

use crate::platform::Canned;
use std::time::Duration;

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What happens.
    pub effect: Effect,
    /// To which requests.
    pub which: Which,
    /// So many of these pass first.
    pub after: u64,
    /// It ends after so many; none goes on until it is mended.
    pub times: Option<u64>,
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The connection is closed; the platform never hears of it.
    DropBefore,
    /// The platform does it, and the connection is closed without an answer.
    DropAfter,
    /// The platform does it, and half of the answer's body arrives.
    Truncate,
    /// The platform does it, and the answer comes late.
    Delay(Duration),
    /// Another answer in the platform's place, which never hears of it.
    Answer(Canned),
    /// The platform gets it with a wrong token.
    WrongToken,
    /// The platform gets it with a wrong password, wherever one stands in it; tokens that were given out before are wrong, too.
    WrongSecret,
}

/// Which requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All.
    Every,
    /// All but logins.
    Calls,
    /// Logins alone.
    Logins,
}

/// What is in force.
#[derive(Debug, Default)]
pub(super) struct Faults {
    armed: Option<Armed>,
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    matched: u64,
    hits: u64,
}

// === impl Fault ===

impl Fault {
    /// This, to every request until it is mended.
    #[must_use]
    pub fn new(effect: Effect) -> Self {
        Self { effect, which: Which::Every, after: 0, times: None }
    }

    /// A page for people, with status 200.
    #[must_use]
    pub fn page() -> Self {
        Self::new(Effect::Answer(Canned {
            status: 200,
            headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
            body: "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body></html>"
                .to_owned(),
        }))
    }

    /// A server that fails before it does anything.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::new(Effect::Answer(Canned { status, headers: Vec::new(), body: String::new() }))
    }

    /// Only to these.
    #[must_use]
    pub fn to(mut self, which: Which) -> Self {
        self.which = which;
        self
    }

    /// Lets so many pass first.
    #[must_use]
    pub fn after(mut self, passing: u64) -> Self {
        self.after = passing;
        self
    }

    /// Only so many times.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }
}

// === impl Faults ===

impl Faults {
    pub(super) fn of(fault: Fault) -> Self {
        Self { armed: Some(Armed { fault, matched: 0, hits: 0 }) }
    }

    pub(super) fn hits(&self) -> u64 {
        self.armed.as_ref().map_or(0, |armed| armed.hits)
    }

    /// What happens to the next request, if anything.
    pub(super) fn rule(&mut self, login: bool) -> Option<Effect> {
        let armed = self.armed.as_mut()?;
        let meant = match armed.fault.which {
            Which::Every => true,
            Which::Calls => !login,
            Which::Logins => login,
        };
        if !meant {
            return None;
        }
        armed.matched += 1;
        let due = armed.matched > armed.fault.after && armed.fault.times.is_none_or(|times| armed.hits < times);
        if due {
            armed.hits += 1;
        }
        due.then(|| armed.fault.effect.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_what_is_meant_and_no_more() {
        let mut faults = Faults::of(Fault::new(Effect::DropAfter).to(Which::Calls).after(1).times(2));
        let hit: Vec<bool> =
            [false, true, false, false, false].map(|login| faults.rule(login).is_some()).into_iter().collect();
        assert_eq!(hit, [false, false, true, true, false]);
        assert_eq!(faults.hits(), 2);
    }

    #[test]
    fn nothing_armed_does_nothing() {
        assert_eq!(Faults::default().rule(false), None);
    }
}
