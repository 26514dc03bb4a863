//! The ledger's file: where it is, how it is opened, and its schema.
//!
//! WAL with `synchronous = FULL`: a commit returns after the log was synced. The schema's version stands in
//! `user_version`, and `application_id` tells a ledger from any other SQLite file. Migrations run in one immediate
//! transaction, so that of processes that start together one migrates and the others find it done.

use super::fault::Fault;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

/// Numbered from 1, in order; a released one never changes.
const MIGRATIONS: [&str; 1] = [include_str!("../migrations/0001_ledger.sql")];

/// `SGBX`.
const APPLICATION_ID: i64 = 0x5347_4258;

/// How long a statement waits for other processes.
const BUSY: Duration = Duration::from_secs(4);

/// The writer's cache, as SQLite takes it: 16 MiB. A group that spilled out of it would be written twice.
const WRITER_CACHE: &str = "-16384";

/// Connections for reading.
const READERS: u32 = 4;

/// Why a ledger could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not an address of a ledger.
    #[error("`{0}` is not a ledger's address, such as `sqlite:signalbox.db`")]
    NotAnAddress(String),
    /// A newer version of the gateway wrote it.
    #[error("{path} has schema {found}, and this version knows schemas up to {known}: use a newer version")]
    Newer {
        /// The file.
        path: PathBuf,
        /// What it has.
        found: i64,
        /// The newest that is known.
        known: i64,
    },
    /// A SQLite file that holds something else.
    #[error("{0} is a SQLite file, but not a ledger")]
    NotALedger(PathBuf),
    /// It can't be read or written.
    #[error("{path} can't be opened")]
    Unavailable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// A ledger's file, as its connections are made.
#[derive(Clone, Debug)]
pub(super) struct LedgerFile {
    path: PathBuf,
    options: SqliteConnectOptions,
    #[cfg(unix)]
    identity: Option<(u64, u64)>,
}

// === impl LedgerFile ===

impl LedgerFile {
    /// Opens or makes the file, and brings its schema up to date.
    pub(super) async fn open(url: &str) -> Result<Self, OpenError> {
        let not_an_address = || OpenError::NotAnAddress(url.to_owned());
        let named = url.strip_prefix("sqlite:").ok_or_else(not_an_address)?;
        if named.trim_start_matches('/').is_empty() || named.contains(":memory:") {
            return Err(not_an_address());
        }
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|_| not_an_address())?
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .pragma("temp_store", "MEMORY")
            .pragma("cache_size", WRITER_CACHE)
            .pragma("wal_autocheckpoint", "4000")
            .pragma("journal_size_limit", "67108864")
            .disable_statement_logging();
        let path = options.get_filename().to_owned();
        let unavailable =
            |cause: Box<dyn std::error::Error + Send + Sync>| OpenError::Unavailable { path: path.clone(), cause };
        create(&path).map_err(|error| unavailable(error.into()))?;
        let mut file = Self {
            path: path.clone(),
            options,
            #[cfg(unix)]
            identity: None,
        };
        let mut connection = file.connect().await.map_err(|fault| unavailable(fault.into()))?;
        file.migrate(&mut connection).await?;
        connection.close().await.map_err(|error| unavailable(error.into()))?;
        #[cfg(unix)]
        {
            file.identity = identity(&path);
        }
        Ok(file)
    }

    /// A connection of its own; waits while another process holds the file for a change of its mode.
    pub(super) async fn connect(&self) -> Result<SqliteConnection, Fault> {
        let mut patience = 50;
        loop {
            match self.options.connect().await.map_err(Fault::from) {
                Err(fault) if fault.is_busy() && patience > 0 => patience -= 1,
                outcome => return outcome,
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The same, but no longer than so many pages of 4 KiB.
    #[cfg(test)]
    pub(super) fn with_pages(self, pages: u32) -> Self {
        Self { options: self.options.pragma("max_page_count", pages.to_string()), ..self }
    }

    /// Connections that only read.
    pub(super) fn readers(&self) -> SqlitePool {
        let options = self.options.clone().pragma("query_only", "ON").pragma("cache_size", "-2048");
        SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(BUSY)
            .test_before_acquire(false)
            .connect_lazy_with(options)
    }

    /// Whether the path still names the file that was opened: SQLite goes on writing to a deleted one.
    pub(super) fn is_in_place(&self) -> bool {
        #[cfg(unix)]
        {
            self.identity.is_none() || identity(&self.path) == self.identity
        }
        #[cfg(not(unix))]
        {
            true
        }
    }

    async fn migrate(&self, connection: &mut SqliteConnection) -> Result<(), OpenError> {
        let path = || self.path.clone();
        let unavailable = |error: sqlx::Error| OpenError::Unavailable { path: path(), cause: error.into() };
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)?;
        let (found, application, tables): (i64, i64, i64) = sqlx::query_as(
            "SELECT (SELECT user_version FROM pragma_user_version), (SELECT application_id FROM pragma_application_id),
                    (SELECT count(*) FROM sqlite_schema)",
        )
        .fetch_one(&mut *transaction)
        .await
        .map_err(unavailable)?;
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        if application != APPLICATION_ID && (application != 0 || tables != 0) {
            return Err(OpenError::NotALedger(path()));
        }
        if found > known {
            return Err(OpenError::Newer { path: path(), found, known });
        }
        for (version, migration) in (1_i64..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
            sqlx::raw_sql(migration).execute(&mut *transaction).await.map_err(unavailable)?;
            let marks = format!("PRAGMA user_version = {version}; PRAGMA application_id = {APPLICATION_ID}");
            sqlx::raw_sql(AssertSqlSafe(marks)).execute(&mut *transaction).await.map_err(unavailable)?;
        }
        transaction.commit().await.map_err(unavailable)
    }
}

/// Makes the file for the gateway's eyes only: alerts tell where it hurts. SQLite gives its log the same rights. A file
/// that is there is not even opened, since closing it would drop the locks that this process may have on it.
fn create(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}
