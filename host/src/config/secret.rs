//! Secrets: the configuration holds where they are, never what they are.

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Where a secret is: `{ env = "NAME" }` or `{ file = "path" }`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(
    rename_all = "snake_case",
    deny_unknown_fields,
    expecting = "a secret's place: { env = \"NAME\" } or { file = \"path\" }"
)]
pub enum SecretRef {
    /// In this environment variable.
    Env(String),
    /// In this file, without the line break at its end; a relative path begins at the configuration's folder.
    File(PathBuf),
}

/// The secret is not where the configuration says.
#[derive(Debug, thiserror::Error)]
pub enum MissingSecret {
    /// No such variable, or an empty one.
    #[error("the environment variable `{0}` is not set, or empty")]
    Env(String),
    /// No such file, or not readable.
    #[error("the file `{}` can't be read: {cause}", path.display())]
    File {
        /// As looked for.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The file is there and has nothing in it.
    #[error("the file `{}` is empty", .0.display())]
    Empty(PathBuf),
}

// === impl SecretRef ===

impl SecretRef {
    /// Reads the secret. `folder` is the configuration's.
    ///
    /// # Errors
    /// Where it is not there, or empty: an empty secret would let anyone in.
    pub fn read(&self, folder: &Path) -> Result<SecretString, MissingSecret> {
        match self {
            Self::Env(name) => match std::env::var(name) {
                Ok(secret) if !secret.is_empty() => Ok(secret.into()),
                _ => Err(MissingSecret::Env(name.clone())),
            },
            Self::File(path) => {
                let path = folder.join(path);
                let text = match std::fs::read_to_string(&path) {
                    Ok(text) => text,
                    Err(cause) => return Err(MissingSecret::File { path, cause }),
                };
                let secret = text.trim_end_matches(['\r', '\n']);
                if secret.is_empty() { Err(MissingSecret::Empty(path)) } else { Ok(secret.to_owned().into()) }
            }
        }
    }
}
