//! Randomness as a plugin sees it: the system's, or a stream that is the same in every call with the same seed.

use super::Wasi;
use rand::RngCore;
use sha2::{Digest, Sha256};
use wasmtime_wasi::p2::bindings::random::{insecure, insecure_seed, random};

/// What a plugin may ask for at once.
const MOST: u64 = 64 << 10;

/// Where a call's random bytes come from.
#[derive(Debug)]
pub(in crate::plugin) enum Randomness {
    /// The system's generator.
    System,
    /// SHA-256 over a seed and a counter: no randomness, on any machine the same.
    Seeded {
        /// What it begins with.
        seed: [u8; 32],
        /// How many blocks were made.
        block: u64,
    },
}

/// More than a plugin may ask for at once.
#[derive(Debug, thiserror::Error)]
#[error("{0} random bytes were asked for at once")]
struct TooMany(u64);

// === impl Randomness ===

impl Randomness {
    pub(in crate::plugin) fn seeded(seed: &[u8]) -> Self {
        Self::Seeded { seed: Sha256::digest(seed).into(), block: 0 }
    }

    fn bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        let length = usize::try_from(length.min(MOST + 1)).unwrap_or(usize::MAX);
        if length as u64 > MOST {
            return Err(wasmtime::Error::new(TooMany(length as u64)));
        }
        let mut bytes = vec![0; length];
        self.fill(&mut bytes);
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        match self {
            Self::System => rand::rng().fill_bytes(bytes),
            Self::Seeded { seed, block } => {
                for chunk in bytes.chunks_mut(32) {
                    let made = Sha256::new().chain_update(*seed).chain_update(block.to_le_bytes()).finalize();
                    *block += 1;
                    for (to, from) in chunk.iter_mut().zip(made) {
                        *to = from;
                    }
                }
            }
        }
    }

    fn number(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

// === impl Wasi ===

impl random::Host for Wasi {
    fn get_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        self.random.bytes(length)
    }

    fn get_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.random.number())
    }
}

impl insecure::Host for Wasi {
    fn get_insecure_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        self.random.bytes(length)
    }

    fn get_insecure_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.random.number())
    }
}

impl insecure_seed::Host for Wasi {
    fn insecure_seed(&mut self) -> wasmtime::Result<(u64, u64)> {
        Ok((self.random.number(), self.random.number()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_each_number_is_new() {
        let (mut one, mut other) = (Randomness::seeded(b"seed"), Randomness::seeded(b"seed"));
        assert_eq!(one.bytes(100).unwrap(), other.bytes(100).unwrap());
        assert_ne!(one.number(), one.number());
        assert_ne!(Randomness::seeded(b"other").number(), Randomness::seeded(b"seed").number());
    }

    #[test]
    fn nobody_gets_more_than_the_most() {
        for mut random in [Randomness::System, Randomness::seeded(b"seed")] {
            assert!(random.bytes(MOST).is_ok());
            assert!(random.bytes(u64::MAX).is_err());
        }
    }
}
