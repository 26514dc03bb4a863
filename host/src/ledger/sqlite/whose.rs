//! Whose ledger it is.

use super::fault::Fault;
use rusqlite::Connection;

pub(super) const TAKE: &str = "INSERT INTO gateway (one, name) VALUES (1, ?1) ON CONFLICT DO NOTHING";

pub(super) const WHOSE: &str = "SELECT name FROM gateway WHERE one = 1";

/// The gateway that asked first, which may be this one.
pub(super) fn belongs_to(connection: &Connection, gateway: &str) -> Result<String, Fault> {
    connection.prepare_cached(TAKE)?.execute([gateway])?;
    Ok(connection.prepare_cached(WHOSE)?.query_one((), |row| row.get(0))?)
}
