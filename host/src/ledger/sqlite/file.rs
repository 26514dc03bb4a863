//! The ledger's file: where it is, how it is opened, and its schema.
//!
//! WAL with `synchronous = FULL`: a commit returns after the log was synced. The schema's version stands in
//! `user_version`, and `application_id` tells a ledger from any other SQLite file. Migrations run in one immediate
//! transaction, so that of processes that start together one migrates and the others find it done.

use super::fault::Fault;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Numbered from 1, in order; a released one never changes.
pub(super) const MIGRATIONS: [&str; 10] = [
    include_str!("../migrations/0001_ledger.sql"),
    include_str!("../migrations/0002_records.sql"),
    include_str!("../migrations/0003_retention.sql"),
    include_str!("../migrations/0004_reports.sql"),
    include_str!("../migrations/0005_monitors.sql"),
    include_str!("../migrations/0006_maintenance.sql"),
    include_str!("../migrations/0007_reports_read_an_index.sql"),
    include_str!("../migrations/0008_whose.sql"),
    include_str!("../migrations/0009_known_by_key.sql"),
    include_str!("../migrations/0010_adapters.sql"),
];

/// `SGBX`.
const APPLICATION_ID: i64 = 0x5347_4258;

/// How long a statement waits for other processes.
pub(super) const BUSY: Duration = Duration::from_secs(4);

/// How every connection works. The cache is 16 MiB: a group that spilled out of it would be written twice. Folding the log in
/// is the business of a thread of its own, see [`super::checkpoint`].
const MANNER: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -16384;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = 67108864;";

/// How those work that only read.
const READERS_MANNER: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -2048;";

/// More than there are statements: each is prepared once on a connection.
const STATEMENTS: usize = 128;

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
    #[cfg(unix)]
    identity: Option<(u64, u64)>,
    #[cfg(test)]
    pages: Option<u32>,
}

// === impl LedgerFile ===

impl LedgerFile {
    /// Opens or makes the file, and brings its schema up to date.
    pub(super) fn open(url: &str) -> Result<Self, OpenError> {
        let path = path(url).ok_or_else(|| OpenError::NotAnAddress(url.to_owned()))?;
        let mut file = Self {
            path,
            #[cfg(unix)]
            identity: None,
            #[cfg(test)]
            pages: None,
        };
        create(&file.path).map_err(|error| file.unavailable(error))?;
        let mut connection = file.connect().map_err(|fault| file.unavailable(fault))?;
        file.migrate(&mut connection)?;
        connection.close().map_err(|(_, error)| file.unavailable(error))?;
        #[cfg(unix)]
        {
            file.identity = identity(&file.path);
        }
        Ok(file)
    }

    /// Why it is of no use now.
    pub(super) fn unavailable(&self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> OpenError {
        OpenError::Unavailable { path: self.path.clone(), cause: cause.into() }
    }

    /// A connection of its own; waits while another process holds the file for a change of its mode.
    pub(super) fn connect(&self) -> Result<Connection, Fault> {
        let mut patience = 50;
        loop {
            match self.connect_now().map_err(Fault::from) {
                Err(fault) if fault.is_busy() && patience > 0 => patience -= 1,
                outcome => return outcome,
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// One that only reads.
    pub(super) fn connect_reader(&self) -> Result<Connection, Fault> {
        let connection = self.connect()?;
        connection.execute_batch(READERS_MANNER)?;
        Ok(connection)
    }

    fn connect_now(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(BUSY)?;
        connection.execute_batch(MANNER)?;
        // A statement's plan depends on its text alone: else each new value would have it prepared anew.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        #[cfg(test)]
        if let Some(pages) = self.pages {
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        Ok(connection)
    }

    /// The same, but no longer than so many pages of 4 KiB.
    #[cfg(test)]
    pub(super) fn with_pages(self, pages: u32) -> Self {
        Self { pages: Some(pages), ..self }
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

    fn migrate(&self, connection: &mut Connection) -> Result<(), OpenError> {
        let unavailable = |error| self.unavailable(error);
        // A table that is made anew keeps its rows' numbers: those that name them are not to follow the old one.
        connection.pragma_update(None, "foreign_keys", false).map_err(unavailable)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unavailable)?;
        let number = |query| transaction.query_one(query, (), |row| row.get::<_, i64>(0)).map_err(unavailable);
        let found = number("PRAGMA user_version")?;
        let application = number("PRAGMA application_id")?;
        let tables = number("SELECT count(*) FROM sqlite_schema")?;
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        if application != APPLICATION_ID && (application != 0 || tables != 0) {
            return Err(OpenError::NotALedger(self.path.clone()));
        }
        if found > known {
            return Err(OpenError::Newer { path: self.path.clone(), found, known });
        }
        for (version, migration) in (1_i64..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
            transaction.execute_batch(migration).map_err(unavailable)?;
            transaction.pragma_update(None, "user_version", version).map_err(unavailable)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(unavailable)?;
        }
        transaction.commit().map_err(unavailable)
    }
}

/// The path of an address. SQLite's addresses have options behind a `?`; a ledger's has none.
fn path(url: &str) -> Option<PathBuf> {
    let named = url.strip_prefix("sqlite:")?;
    let named = named.strip_prefix("//").unwrap_or(named);
    let names_a_file = !named.trim_start_matches('/').is_empty() && !named.contains(":memory:") && !named.contains('?');
    names_a_file.then(|| PathBuf::from(named))
}

/// Whether it is a ledger's address; nothing is made or opened, since the file may be on another machine.
///
/// # Errors
/// [`OpenError::NotAnAddress`].
pub fn check(url: &str) -> Result<(), OpenError> {
    path(url).map(drop).ok_or_else(|| OpenError::NotAnAddress(url.to_owned()))
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
