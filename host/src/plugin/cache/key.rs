//! The key that makes a cache entry genuine.

use super::{make_private_folder, private_file};
use hmac::{Hmac, Mac};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Bytes of a key that is worth the name.
const LEAST: usize = 16;
const MADE: usize = 32;

/// A secret that only this user can read.
#[derive(Debug)]
pub struct CacheKey {
    bytes: SecretSlice<u8>,
    file: Option<PathBuf>,
}

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No such file, or it is not ours to read or make.
    #[error("the compile cache's key file `{}` cannot be used", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Too short to be a key.
    #[error("the compile cache's key file `{}` holds fewer than {LEAST} bytes", .0.display())]
    TooShort(PathBuf),
    /// Others can read it.
    #[error("the compile cache's key file `{}` can be read by other users: `chmod 600` it", .0.display())]
    Readable(PathBuf),
    /// Who can write entries could read it.
    #[error("the compile cache's key file lies in the cache's folder: put it elsewhere")]
    InCache,
    /// There is no home for it.
    #[error("neither XDG_STATE_HOME nor HOME is set: name a file for the compile cache's key")]
    NoHome,
}

// === impl CacheKey ===

impl CacheKey {
    /// The key in a file that the operator provides, which others can't read.
    ///
    /// # Errors
    /// The file is missing, too short, or readable by others.
    pub fn from_file(file: &Path) -> Result<Self, KeyError> {
        let failed = |cause| KeyError::File { file: file.to_owned(), cause };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(file).map_err(failed)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(KeyError::Readable(file.to_owned()));
            }
        }
        let bytes = std::fs::read(file).map_err(failed)?;
        if bytes.len() < LEAST {
            return Err(KeyError::TooShort(file.to_owned()));
        }
        Ok(Self { bytes: bytes.into(), file: Some(file.to_owned()) })
    }

    /// This user's own key, made where it is missing: `signalbox/cache.key` under `$XDG_STATE_HOME` or `~/.local/state`.
    ///
    /// # Errors
    /// There is no home, or it cannot be written.
    pub fn of_this_user() -> Result<Self, KeyError> {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let state = set("XDG_STATE_HOME").or_else(|| set("HOME").map(|home| home.join(".local/state")));
        Self::made_at(&state.ok_or(KeyError::NoHome)?.join("signalbox").join("cache.key"))
    }

    /// A key that ends with this process: entries that it makes count for nobody else.
    #[must_use]
    pub fn of_this_process() -> Self {
        Self { bytes: random().into(), file: None }
    }

    /// The key in `file`, a random one where there is none yet.
    ///
    /// # Errors
    /// The file cannot be made or read, or is readable by others.
    pub fn made_at(file: &Path) -> Result<Self, KeyError> {
        let failed = |cause| KeyError::File { file: file.to_owned(), cause };
        if file.exists() {
            return Self::from_file(file);
        }
        let folder = file.parent().unwrap_or(Path::new("."));
        make_private_folder(folder).map_err(failed)?;
        // Written whole before it has its name: of two that start at once, one's key is everybody's.
        let aside = file.with_extension(format!("{}.new", uuid::Uuid::new_v4()));
        let linked = private_file(&aside)
            .and_then(|mut made| made.write_all(&random()).and_then(|()| made.sync_all()))
            .and_then(|()| std::fs::hard_link(&aside, file));
        let _ = std::fs::remove_file(&aside);
        match linked {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(error)),
            _ => Self::from_file(file),
        }
    }

    pub(super) fn lies_in(&self, folder: &Path) -> bool {
        let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        self.file.as_deref().is_some_and(|file| whole(file).starts_with(whole(folder)))
    }

    pub(super) fn hmac(&self) -> Hmac<Sha256> {
        // HMAC takes a key of any length (RFC 2104); the crate's error is for algorithms that don't.
        Hmac::new_from_slice(self.bytes.expose_secret()).unwrap_or_else(|_| unreachable!("HMAC takes any key"))
    }
}

fn random() -> Vec<u8> {
    let mut bytes = vec![0; MADE];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}
