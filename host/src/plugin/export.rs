//! The export that makes a plugin one of a kind: looked up once at load, and found again by its type.

use super::bindings::adapter::AdaptingPre;
use super::bindings::monitor::MonitoringPre;
use super::bindings::sink::DeliveringPre;
use super::bindings::source::DecodingPre;
use super::bindings::transform::MappingPre;
use super::call::CallState;
use super::kind::Kind;
use wasmtime::component::InstancePre;

/// A kind's own export.
pub(super) trait Export: Clone {
    /// What a plugin is that has it.
    const KIND: Kind;

    /// It, if a plugin has it.
    fn of(exports: &Exports) -> Option<&Self>;
}

macro_rules! exports {
    ($($kind:ident($pre:ident)),*) => {
        /// A plugin's own export.
        pub(super) enum Exports {
            $($kind($pre<CallState>)),*
        }

        // === impl Exports ===

        impl Exports {
            pub(super) fn look_up(kind: Kind, linked: InstancePre<CallState>) -> wasmtime::Result<Self> {
                Ok(match kind {
                    $(Kind::$kind => Self::$kind($pre::new(linked)?)),*
                })
            }
        }

        $(impl Export for $pre<CallState> {
            const KIND: Kind = Kind::$kind;

            fn of(exports: &Exports) -> Option<&Self> {
                match exports {
                    Exports::$kind(pre) => Some(pre),
                    _ => None,
                }
            }
        })*
    };
}

exports!(Source(DecodingPre), Transform(MappingPre), Adapter(AdaptingPre), Monitor(MonitoringPre), Sink(DeliveringPre));
