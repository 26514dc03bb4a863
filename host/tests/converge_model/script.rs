//! What can happen, in any order.

use crate::platform::{Act, Fault};
use proptest::collection::vec;
use proptest::prelude::*;
use signalbox::domain::Severity;

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    /// The problem of a correlation key begins.
    Fire {
        key: u8,
        severity: Severity,
    },
    /// It goes on with another severity.
    Worsen {
        key: u8,
        severity: Severity,
    },
    /// It ends.
    Resolve {
        key: u8,
    },
    /// The end of an episode before the present one is told late.
    LateResolve {
        key: u8,
    },
    /// A body is sent again.
    Double {
        back: u8,
    },
    Person(Act),
    Swap(u8),
    Fault(Fault),
    /// The search index lags by so many seconds.
    Lag(u8),
    Advance {
        seconds: u16,
    },
    /// The worker goes so many awaits further.
    Poll(u8),
    /// The worker dies.
    Crash,
    /// The worker stands still, and another one may take over.
    Freeze,
    /// A worker that stood still goes on.
    Thaw,
    /// Workers do all that is due.
    Run,
}

fn severity() -> impl Strategy<Value = Severity> {
    prop_oneof![Just(Severity::Critical), Just(Severity::Error), Just(Severity::Warning)]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => Just(Act::Resolve),
        3 => Just(Act::Close),
        1 => Just(Act::Cancel),
        2 => Just(Act::Reopen),
        1 => Just(Act::Pend),
        1 => Just(Act::Assign),
        2 => Just(Act::Edit),
        1 => Just(Act::Prioritize),
        1 => Just(Act::Delete),
        1 => Just(Act::Merge),
        1 => Just(Act::RemoveKey),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        3 => Just(Fault::AnswerLost),
        2 => Just(Fault::RequestLost),
        3 => (1_u8..=40).prop_map(Fault::Late),
        1 => Just(Fault::Half),
        1 => Just(Fault::Down),
        1 => (1_u8..120).prop_map(Fault::Throttled),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    let key = 0_u8..2;
    prop_oneof![
        6 => (key.clone(), severity()).prop_map(|(key, severity)| Op::Fire { key, severity }),
        3 => (key.clone(), severity()).prop_map(|(key, severity)| Op::Worsen { key, severity }),
        5 => key.clone().prop_map(|key| Op::Resolve { key }),
        1 => key.prop_map(|key| Op::LateResolve { key }),
        1 => (0_u8..8).prop_map(|back| Op::Double { back }),
        5 => act().prop_map(Op::Person),
        1 => (0_u8..4).prop_map(Op::Swap),
        5 => fault().prop_map(Op::Fault),
        1 => (0_u8..=20).prop_map(Op::Lag),
        4 => prop_oneof![1_u16..30, 30_u16..200].prop_map(|seconds| Op::Advance { seconds }),
        4 => (1_u8..14).prop_map(Op::Poll),
        2 => Just(Op::Crash),
        1 => Just(Op::Freeze),
        1 => Just(Op::Thaw),
        8 => Just(Op::Run),
    ]
}

/// Any sequence of them.
pub fn script() -> impl Strategy<Value = Vec<Op>> {
    vec(op(), 4..40)
}
