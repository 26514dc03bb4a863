//! The identity of a problem.

use crate::domain::{ConnectionName, ProblemId, WorkItemKind};
use sha2::{Digest, Sha256};

/// The first 40 hex digits of SHA-256 over gateway, connection, kind and group, each with its length before it, so that no
/// two lists of texts run together.
#[must_use]
pub fn problem_id(
    gateway: &str,
    connection: &ConnectionName,
    kind: WorkItemKind,
    group: &[(String, String)],
) -> ProblemId {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    };
    add(gateway);
    add(connection.as_str());
    add(kind.as_str());
    for (name, value) in group {
        add(name);
        add(value);
    }
    let mut digits = hex::encode(hash.finalize());
    digits.truncate(40);
    ProblemId::from(digits)
}
