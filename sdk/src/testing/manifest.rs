//! A manifest, held against the contract: the gateway refuses an adapter whose manifest it cannot read.

use crate::adapter::description::Manifest;
use serde_json::Value;

/// What can be done with work items.
const VERBS: [&str; 9] = ["create", "find", "read", "update", "resolve", "reopen", "annotate", "attach", "idempotent"];

/// Asserts that each ability is one of the contract's, once, and that what stands for a JSON object is one.
///
/// # Panics
/// Where it is not so, with what is wrong.
pub fn assert_fits_the_contract(manifest: &Manifest) {
    for (at, ability) in manifest.abilities.iter().enumerate() {
        let (verb, kind) = ability.split_once(':').unwrap_or((ability, ""));
        let kinds: &[&str] = match verb {
            "list" => &["incident", "change"],
            _ if VERBS.contains(&verb) => &["incident", "alert", "event"],
            _ => &[],
        };
        assert!(kinds.contains(&kind), "`{ability}` is no ability");
        assert!(
            !manifest.abilities.iter().take(at).any(|earlier| earlier == ability),
            "`{ability}` stands there twice"
        );
    }
    for (what, json) in [("settings_schema", &manifest.settings_schema), ("extra", &manifest.extra)] {
        let is_object = serde_json::from_str::<Value>(json).is_ok_and(|value| value.is_object());
        assert!(is_object, "`{what}` is no JSON object");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::{Adapter, INCIDENTS};

    fn manifest(abilities: &[&str], schema: &str) -> Manifest {
        let adapter = Adapter { name: "desk", version: "1", summary: "", schema, abilities, settle_seconds: 1 };
        adapter.manifest()
    }

    #[test]
    fn abilities_of_each_kind_fit() {
        assert_fits_the_contract(&manifest(&INCIDENTS, "{}"));
        assert_fits_the_contract(&manifest(&["create:event", "idempotent:event", "attach:alert"], "{}"));
    }

    #[test]
    #[should_panic(expected = "`list:alert` is no ability")]
    fn a_kind_that_the_verb_does_not_have_fails_the_test() {
        assert_fits_the_contract(&manifest(&["list:alert"], "{}"));
    }

    #[test]
    #[should_panic(expected = "`close:incident` is no ability")]
    fn a_verb_that_there_is_not_fails_the_test() {
        assert_fits_the_contract(&manifest(&["close:incident"], "{}"));
    }

    #[test]
    #[should_panic(expected = "stands there twice")]
    fn an_ability_that_is_told_twice_fails_the_test() {
        assert_fits_the_contract(&manifest(&["create:event", "create:event"], "{}"));
    }

    #[test]
    #[should_panic(expected = "`settings_schema` is no JSON object")]
    fn a_schema_that_is_none_fails_the_test() {
        assert_fits_the_contract(&manifest(&[], "[]"));
    }
}
