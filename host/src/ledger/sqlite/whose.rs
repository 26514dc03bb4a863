//! Whose ledger it is, and who made its tickets.

use super::column::parsed;
use super::fault::Fault;
use crate::domain::ConnectionName;
use crate::ledger::LedgerError;
use rusqlite::Connection;

pub(super) const TAKE: &str = "INSERT INTO gateway (one, name) VALUES (1, ?1) ON CONFLICT DO NOTHING";

pub(super) const WHOSE: &str = "SELECT name FROM gateway WHERE one = 1";

/// The gateway that asked first, which may be this one.
pub(super) fn belongs_to(connection: &Connection, gateway: &str) -> Result<String, Fault> {
    connection.prepare_cached(TAKE)?.execute([gateway])?;
    Ok(connection.prepare_cached(WHOSE)?.query_one((), |row| row.get(0))?)
}

pub(super) fn adapters(reader: &Connection) -> Result<Vec<(ConnectionName, String)>, LedgerError> {
    let mut statement = reader.prepare_cached("SELECT connection, adapter FROM adapters ORDER BY connection")?;
    let rows = statement.query_and_then((), |row| Ok((parsed(row, "connection")?, row.get("adapter")?)))?;
    Ok(rows.collect::<Result<_, Fault>>()?)
}

pub(super) const REMEMBER: &str = "
    INSERT INTO adapters (connection, adapter) VALUES (?1, ?2)
    ON CONFLICT (connection) DO UPDATE SET adapter = excluded.adapter WHERE adapter <> excluded.adapter";

pub(super) fn remember(connection: &Connection, adapters: &[(ConnectionName, String)]) -> Result<(), Fault> {
    for (name, adapter) in adapters {
        connection.prepare_cached(REMEMBER)?.execute([name.as_str(), adapter])?;
    }
    Ok(())
}
