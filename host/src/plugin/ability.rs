//! What a plugin can do of what its kind may do.

use super::kind::Kind;
use super::words;
use crate::domain::{RecordKind, WorkItemKind};
use std::collections::BTreeSet;
use std::fmt;

/// One thing that a plugin can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ability {
    /// Make a ticket of this kind.
    Create(WorkItemKind),
    /// Find it by its key.
    Find(WorkItemKind),
    /// Read it by its id.
    Read(WorkItemKind),
    /// Change its content.
    Update(WorkItemKind),
    /// End it.
    Resolve(WorkItemKind),
    /// Bring it back.
    Reopen(WorkItemKind),
    /// Add a note.
    Annotate(WorkItemKind),
    /// Add files.
    Attach(WorkItemKind),
    /// The same key twice is one.
    Idempotent(WorkItemKind),
    /// List what changed.
    List(RecordKind),
    /// Add facts to an alert.
    Enrich,
    /// Show a ticket at its alert.
    Report,
    /// Ask for an alert's condition now.
    Recheck,
}

/// What a plugin can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Abilities(BTreeSet<Ability>);

/// An ability that a kind does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it claims `{ability}`, which no {kind} can do")]
pub struct UnknownAbility {
    ability: String,
    kind: Kind,
}

const WORK: [WorkItemKind; 3] = [WorkItemKind::Event, WorkItemKind::Alert, WorkItemKind::Incident];
const OF_WORK: [fn(WorkItemKind) -> Ability; 9] = [
    Ability::Create,
    Ability::Find,
    Ability::Read,
    Ability::Update,
    Ability::Resolve,
    Ability::Reopen,
    Ability::Annotate,
    Ability::Attach,
    Ability::Idempotent,
];

// === impl Ability ===

impl Ability {
    fn all(kind: Kind) -> Vec<Self> {
        match kind {
            Kind::Source | Kind::Transform | Kind::Sink => Vec::new(),
            Kind::Monitor => vec![Self::Enrich, Self::Report, Self::Recheck],
            Kind::Adapter => {
                let work = OF_WORK.iter().flat_map(|of| WORK.map(of));
                work.chain([RecordKind::Incident, RecordKind::Change].map(Self::List)).collect()
            }
        }
    }
}

impl fmt::Display for Ability {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, of) = match self {
            Self::Create(kind) => ("create", kind.as_str()),
            Self::Find(kind) => ("find", kind.as_str()),
            Self::Read(kind) => ("read", kind.as_str()),
            Self::Update(kind) => ("update", kind.as_str()),
            Self::Resolve(kind) => ("resolve", kind.as_str()),
            Self::Reopen(kind) => ("reopen", kind.as_str()),
            Self::Annotate(kind) => ("annotate", kind.as_str()),
            Self::Attach(kind) => ("attach", kind.as_str()),
            Self::Idempotent(kind) => ("idempotent", kind.as_str()),
            Self::List(kind) => ("list", kind.as_str()),
            Self::Enrich => return out.write_str("enrich"),
            Self::Report => return out.write_str("report"),
            Self::Recheck => return out.write_str("recheck"),
        };
        write!(out, "{word}:{of}")
    }
}

// === impl Abilities ===

impl Abilities {
    pub(super) fn parse(texts: &[String], kind: Kind) -> Result<Self, UnknownAbility> {
        let known = Ability::all(kind);
        let parse = |text: &String| {
            let found = known.iter().copied().find(|ability| ability.to_string() == *text);
            found.ok_or_else(|| UnknownAbility { ability: words::escaped(text, 80), kind })
        };
        texts.iter().map(parse).collect::<Result<_, _>>().map(Self)
    }

    /// Whether it can do this.
    #[must_use]
    pub fn has(&self, ability: Ability) -> bool {
        self.0.contains(&ability)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Ability> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Ability> for Abilities {
    fn from_iter<I: IntoIterator<Item = Ability>>(abilities: I) -> Self {
        Self(abilities.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ability_is_read_back_from_its_own_word() {
        for kind in Kind::ALL {
            let all = Ability::all(kind);
            let texts: Vec<String> = all.iter().map(ToString::to_string).collect();
            assert_eq!(Abilities::parse(&texts, kind), Ok(all.into_iter().collect()));
        }
    }

    #[test]
    fn an_ability_of_another_kind_is_unknown() {
        let texts = ["enrich".to_owned()];
        assert!(Abilities::parse(&texts, Kind::Monitor).is_ok());
        assert_eq!(
            Abilities::parse(&texts, Kind::Sink).unwrap_err().to_string(),
            "it claims `enrich`, which no sink can do"
        );
    }
}
