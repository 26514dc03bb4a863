//! The whole of convergence against a model: a platform that commits late, people who act, workers that die anywhere.
//!
//! A script is any sequence of alerts, acts, faults, crashes, freezes and swaps, interleaved with single awaits of the
//! worker. After it everything comes to rest, and must be as the design says: one live ticket, in the right state, with the
//! right severity; each key used once; each renewed ticket names the one before; each note posted once; what people set is
//! left alone. That the property can fail is shown by breaking one rule at a time.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests and their models")]

mod clock;
mod desk;
mod ledger;
mod mutation;
mod platform;
mod script;
mod spec;
mod world;

use mutation::Mutation;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use script::{Op, script};
use signalbox::converge::desk::Abilities;
use world::World;

const SEED: [u8; 32] = *b"one problem, one ticket, always.";

const SEARCHABLE: Abilities = Abilities {
    create: true,
    find: true,
    read: true,
    update: true,
    resolve: true,
    reopen: true,
    annotate: true,
    idempotent: false,
};

fn cases() -> u32 {
    std::env::var("CONVERGE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_500)
}

/// Plays scripts until one fails; answers the smallest that does.
fn counterexample(abilities: Abilities, shrink: u32, mutation: Option<Mutation>) -> Option<(Vec<Op>, String)> {
    let config = Config { cases: cases(), max_shrink_iters: shrink, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &SEED);
    let outcome = TestRunner::new_with_rng(config, rng)
        .run(&script(), |script| World::new(abilities, mutation).play(&script).map_err(TestCaseError::fail));
    match outcome {
        Ok(()) => None,
        Err(TestError::Fail(why, script)) => Some((script, why.to_string())),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

#[test]
fn whatever_happens_ends_at_rest_with_one_ticket_as_the_design_says() {
    holds(SEARCHABLE);
}

#[test]
fn and_so_it_does_where_the_same_key_twice_is_one() {
    holds(Abilities { idempotent: true, find: false, ..SEARCHABLE });
}

fn holds(abilities: Abilities) {
    if let Some((script, why)) = counterexample(abilities, 20_000, None) {
        panic!("{script:#?}\n{why}");
    }
}

/// Without the rule, some script must fail.
fn is_noticed(mutation: Mutation) {
    let found = counterexample(SEARCHABLE, 0, Some(mutation));
    assert!(found.is_some(), "{mutation:?} goes unnoticed");
}

#[test]
fn a_find_that_is_skipped_after_an_unknown_outcome_is_noticed() {
    is_noticed(Mutation::FindSkipped);
}

#[test]
fn a_settle_that_is_skipped_is_noticed() {
    is_noticed(Mutation::SettleSkipped);
}

#[test]
fn a_key_that_is_used_again_is_noticed() {
    is_noticed(Mutation::KeyReused);
}

#[test]
fn an_attempt_that_is_not_committed_before_its_call_is_noticed() {
    is_noticed(Mutation::AttemptNotCommitted);
}

#[test]
fn people_who_are_ignored_are_noticed() {
    is_noticed(Mutation::PeopleIgnored);
}

#[test]
fn a_late_change_that_is_forgotten_is_noticed() {
    is_noticed(Mutation::LateForgotten);
}

#[test]
fn an_older_observation_that_wins_is_noticed() {
    is_noticed(Mutation::OlderWins);
}
