//! Compiled plugins on disk, so that a start takes milliseconds and not minutes.
//!
//! An entry is the HMAC-SHA-256 of its name and machine code, then the machine code. The name is the component's digest with
//! that of everything that went into compiling: engine version, processor, settings. Loading machine code is running it, so
//! who can write an entry must not be able to make one that counts: the HMAC's key is not in the cache's folder. An entry that
//! is not genuine is told, compiled again and replaced. A cache that cannot be read or written costs time, never a plugin.

mod key;

pub use key::{CacheKey, KeyError};

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::hash::{Hash, Hasher};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use wasmtime::Engine;
use wasmtime::component::Component;

const HMAC_BYTES: usize = 32;

/// Where compiled code is kept, and what makes an entry genuine.
#[derive(Debug)]
pub struct CompileCache {
    folder: PathBuf,
    key: CacheKey,
}

/// How a component came to be compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compiled {
    /// By this process; there was no entry.
    Fresh,
    /// By an earlier one.
    Cached,
    /// By this process: there was an entry, and it was not genuine.
    Replaced,
}

/// SHA-256 of a component's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ComponentDigest([u8; 32]);

// === impl ComponentDigest ===

impl ComponentDigest {
    /// Of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl std::fmt::Display for ComponentDigest {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for ComponentDigest {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, out)
    }
}

// === impl CompileCache ===

impl CompileCache {
    /// Entries in `folder`, which is made where it is missing.
    ///
    /// # Errors
    /// `KeyError::InCache` where the key could be read by who can read the entries.
    pub fn new(folder: &Path, key: CacheKey) -> Result<Self, KeyError> {
        if let Err(error) = make_private_folder(folder) {
            tracing::warn!(%error, folder = %folder.display(), "the compile cache's folder cannot be made");
        }
        if key.lies_in(folder) {
            return Err(KeyError::InCache);
        }
        Ok(Self { folder: folder.to_owned(), key })
    }

    /// The component, from the cache where there is a genuine entry of it, otherwise compiled and kept.
    pub(super) fn component(
        &self,
        engine: &Engine,
        digest: ComponentDigest,
        bytes: &[u8],
    ) -> wasmtime::Result<(Component, Compiled)> {
        let name = entry_name(engine, digest);
        let compiled = match std::fs::read(self.folder.join(&name)) {
            Ok(entry) => match self.genuine(&name, &entry).and_then(|code| load(engine, code)) {
                Some(component) => return Ok((component, Compiled::Cached)),
                None => {
                    tracing::warn!(entry = %name, "a compiled plugin in the cache is not genuine: it is compiled again");
                    Compiled::Replaced
                }
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Compiled::Fresh,
            Err(error) => {
                tracing::warn!(%error, entry = %name, "the compile cache cannot be read");
                Compiled::Fresh
            }
        };
        let component = Component::from_binary(engine, bytes)?;
        if let Err(error) = self.keep(&name, &component.serialize()?) {
            tracing::warn!(%error, entry = %name, "a compiled plugin cannot be kept: the next start compiles it again");
        }
        Ok((component, compiled))
    }

    fn genuine<'a>(&self, name: &str, entry: &'a [u8]) -> Option<&'a [u8]> {
        let (tag, code) = entry.split_at_checked(HMAC_BYTES)?;
        self.tag(name, code).verify_slice(tag).ok()?;
        Some(code)
    }

    fn keep(&self, name: &str, code: &[u8]) -> std::io::Result<()> {
        // Written aside and renamed: a reader sees a whole entry or none, and two writers don't mix.
        let aside = self.folder.join(format!("{name}.{}.new", uuid::Uuid::new_v4()));
        let written = (|| {
            let mut file = private_file(&aside)?;
            file.write_all(&self.tag(name, code).finalize().into_bytes())?;
            file.write_all(code)?;
            drop(file);
            std::fs::rename(&aside, self.folder.join(name))
        })();
        if written.is_err() {
            let _ = std::fs::remove_file(&aside);
        }
        written
    }

    fn tag(&self, name: &str, code: &[u8]) -> Hmac<Sha256> {
        self.key.hmac().chain_update((name.len() as u64).to_le_bytes()).chain_update(name).chain_update(code)
    }
}

/// Machine code from an entry whose HMAC was right. None where it is of another engine after all.
#[allow(unsafe_code)]
fn load(engine: &Engine, code: &[u8]) -> Option<Component> {
    // SAFETY: `deserialize` runs what it is given. It is given only bytes that `Component::serialize` wrote in a process that
    // had the HMAC's key, for this component and this engine: the caller has verified the tag over the entry's name, which
    // holds both digests, and over all of the code. Who can forge that can read a file that only this user can read.
    unsafe { Component::deserialize(engine, code) }.ok()
}

/// `sha256(component)-hash(engine).cwasm`.
fn entry_name(engine: &Engine, digest: ComponentDigest) -> String {
    let mut compatibility = Sha256Hasher(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut compatibility);
    let compatibility = hex::encode(compatibility.0.finalize());
    format!("{digest}-{}.cwasm", compatibility.get(..16).unwrap_or_default())
}

fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// std's own hasher differs from release to release; an entry's name must not.
struct Sha256Hasher(Sha256);

impl Hasher for Sha256Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        digest.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests;
