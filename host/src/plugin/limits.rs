//! What one call may take, and the memory of a whole store.
//!
//! wasmtime's own limits are a memory each, and their refusal is a text. A plugin with eight memories under such a limit has
//! eight times the limit. So everything that a store grows, memories and tables alike, is taken from one budget, and going
//! over it ends the call with a type that the caller can tell from a trap.

use std::time::Duration;
use wasmtime::ResourceLimiter;

/// What a table's element takes in the host.
const ELEMENT_BYTES: usize = size_of::<usize>();

/// What an operator may set for a use of a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the call's start to its answer.
    pub deadline: Duration,
    /// Bytes of all memories and tables of one call together.
    pub memory: usize,
    /// Calls at the same time.
    pub concurrency: u32,
    /// Bytes that one call may log.
    pub log_bytes: usize,
    /// Bytes of one answer that a plugin gets from outside, and of all answers of one `send-all`.
    pub response_bytes: u64,
}

/// The most that an operator may set: what the runtime has set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// Bytes a call.
    pub memory: usize,
    /// Calls of one use at the same time: below the pool, so that no plugin can take all of it.
    pub concurrency: u32,
}

/// A limit that cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLimits {
    /// Too short for any call.
    #[error("`deadline` is {}, and must be from 10ms to 1h", crate::plugin::words::duration(*.0))]
    Deadline(Duration),
    /// Too little for any plugin, or more than was set aside.
    #[error("`memory` is {given} bytes, and must be from 1 MiB to {most} bytes")]
    Memory {
        /// As set.
        given: usize,
        /// What was set aside.
        most: usize,
    },
    /// None, or more than was set aside.
    #[error("`concurrency` is {given}, and must be from 1 to {most}")]
    Concurrency {
        /// As set.
        given: u32,
        /// What was set aside.
        most: u32,
    },
    /// More than a host should hold for one call.
    #[error("`response_bytes` is {0}, and must be from 1 to 1 GiB")]
    ResponseBytes(u64),
}

/// More memory was asked for than a call may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{wanted} bytes were asked for where {limit} are allowed")]
pub(super) struct MemoryRefused {
    pub(super) limit: usize,
    pub(super) wanted: usize,
}

/// What a store may still grow by.
#[derive(Debug)]
pub(super) struct MemoryBudget {
    limit: usize,
    used: usize,
    last: usize,
}

// === impl Limits ===

impl Limits {
    /// For sources and mappings: short, since someone waits for the answer, and few, since they only compute.
    #[must_use]
    pub fn pure() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let concurrency = u32::try_from(processors * 2).unwrap_or(4).clamp(4, 32);
        Self { deadline: Duration::from_secs(2), concurrency, ..Self::connected() }
    }

    /// For connections: long and many, since they mostly wait.
    #[must_use]
    pub fn connected() -> Self {
        Self {
            deadline: Duration::from_secs(30),
            memory: 64 << 20,
            concurrency: 16,
            log_bytes: 64 << 10,
            response_bytes: 8 << 20,
        }
    }

    /// Whether they can be kept.
    ///
    /// # Errors
    /// The first that cannot.
    pub fn check(&self, ceiling: Ceiling) -> Result<(), InvalidLimits> {
        if !(Duration::from_millis(10)..=Duration::from_secs(3600)).contains(&self.deadline) {
            return Err(InvalidLimits::Deadline(self.deadline));
        }
        if !(1 << 20..=ceiling.memory).contains(&self.memory) {
            return Err(InvalidLimits::Memory { given: self.memory, most: ceiling.memory });
        }
        if !(1..=ceiling.concurrency).contains(&self.concurrency) {
            return Err(InvalidLimits::Concurrency { given: self.concurrency, most: ceiling.concurrency });
        }
        if !(1..=1 << 30).contains(&self.response_bytes) {
            return Err(InvalidLimits::ResponseBytes(self.response_bytes));
        }
        Ok(())
    }
}

// === impl MemoryBudget ===

impl MemoryBudget {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, used: 0, last: 0 }
    }

    fn take(&mut self, bytes: usize) -> wasmtime::Result<bool> {
        let wanted = self.used.saturating_add(bytes);
        if wanted > self.limit {
            return Err(wasmtime::Error::new(MemoryRefused { limit: self.limit, wanted }));
        }
        self.used = wanted;
        self.last = bytes;
        Ok(true)
    }

    fn give_back(&mut self) {
        self.used = self.used.saturating_sub(std::mem::take(&mut self.last));
    }
}

impl ResourceLimiter for MemoryBudget {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.take(desired.saturating_sub(current))
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.give_back();
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.take(desired.saturating_sub(current).saturating_mul(ELEMENT_BYTES))
    }

    fn table_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.give_back();
        Ok(())
    }

    fn instances(&self) -> usize {
        super::engine::CORE_INSTANCES as usize
    }

    fn tables(&self) -> usize {
        super::engine::TABLES as usize
    }

    fn memories(&self) -> usize {
        super::engine::MEMORIES as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CEILING: Ceiling = Ceiling { memory: 256 << 20, concurrency: 64 };

    #[test]
    fn defaults_can_be_kept() {
        assert_eq!(Limits::pure().check(CEILING), Ok(()));
        assert_eq!(Limits::connected().check(CEILING), Ok(()));
    }

    #[test]
    fn a_limit_that_cannot_be_kept_is_named() {
        let table = [
            (Limits { deadline: Duration::ZERO, ..Limits::pure() }, "`deadline` is 0s, and must be from 10ms to 1h"),
            (
                Limits { memory: 1 << 40, ..Limits::pure() },
                "`memory` is 1099511627776 bytes, and must be from 1 MiB to 268435456 bytes",
            ),
            (Limits { concurrency: 0, ..Limits::pure() }, "`concurrency` is 0, and must be from 1 to 64"),
            (Limits { concurrency: 65, ..Limits::pure() }, "`concurrency` is 65, and must be from 1 to 64"),
            (Limits { response_bytes: 0, ..Limits::pure() }, "`response_bytes` is 0, and must be from 1 to 1 GiB"),
        ];
        for (limits, words) in table {
            assert_eq!(limits.check(CEILING).unwrap_err().to_string(), words);
        }
    }

    #[test]
    fn memories_and_tables_are_taken_from_one_budget() {
        let mut budget = MemoryBudget::new(100);
        assert!(budget.memory_growing(0, 40, None).unwrap());
        assert!(budget.table_growing(0, 5, None).unwrap());
        let refused = budget.memory_growing(0, 40, None).unwrap_err();
        assert_eq!(refused.downcast_ref::<MemoryRefused>(), Some(&MemoryRefused { limit: 100, wanted: 120 }));
    }

    /// A module, in its binary form, that does `grow` for ever. It has a table and a memory, both empty.
    fn growing(grow: &[u8]) -> Vec<u8> {
        let body = [&[0, 0x03, 0x40], grow, &[0x1a, 0x0c, 0, 0x0b, 0x0b]].concat();
        let length = u8::try_from(body.len()).unwrap();
        [
            b"\0asm\x01\0\0\0".as_slice(),
            &[1, 4, 1, 0x60, 0, 0],
            &[3, 2, 1, 0],
            &[4, 4, 1, 0x70, 0, 0],
            &[5, 3, 1, 0, 0],
            &[8, 1, 0],
            &[10, length + 2, 1, length],
            &body,
        ]
        .concat()
    }

    #[test]
    fn a_guest_that_grows_for_ever_is_refused_by_type() {
        let ref_null_func_i32_const_1000_table_grow = [0xd0, 0x70, 0x41, 0xe8, 0x07, 0xfc, 0x0f, 0];
        let i32_const_1_memory_grow = [0x41, 1, 0x40, 0];
        let engine = wasmtime::Engine::default();
        for grow in [ref_null_func_i32_const_1000_table_grow.as_slice(), &i32_const_1_memory_grow] {
            let module = wasmtime::Module::from_binary(&engine, &growing(grow)).unwrap();
            let mut store = wasmtime::Store::new(&engine, MemoryBudget::new(1 << 20));
            store.limiter(|budget| budget);
            let error = wasmtime::Instance::new(&mut store, &module, &[]).unwrap_err();
            assert_eq!(error.downcast_ref::<MemoryRefused>().map(|refused| refused.limit), Some(1 << 20), "{error:?}");
        }
    }

    #[test]
    fn what_could_not_grow_is_given_back() {
        let mut budget = MemoryBudget::new(100);
        assert!(budget.memory_growing(0, 90, None).unwrap());
        budget.memory_grow_failed(wasmtime::Error::msg("no")).unwrap();
        assert!(budget.memory_growing(0, 100, None).unwrap());
    }
}
