//! Opens a file: its journal and its tables.

use std::borrow::Cow;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};

use crate::protocol::StoreError;
use crate::stores::sqlite::options::{Access, SqliteOptions, Synchronous};

/// Version of the tables.
const VERSION: i64 = 1;

/// Tables of the store.
///
/// The version has its own table, because the file and its `user_version` may belong to the application. Beside it stands
/// the highest token of removed rows: their successors get higher ones even if the clock was set back. The row without a scope and
/// a key is the marker.
const SCHEMA: &str = "
CREATE TABLE retry_schema (version INTEGER NOT NULL, token INTEGER NOT NULL);
CREATE TABLE retry_keys (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB,
    owner BLOB NOT NULL,
    token INTEGER NOT NULL,
    runs INTEGER NOT NULL,
    state INTEGER NOT NULL,
    until INTEGER NOT NULL,
    result BLOB,
    kept INTEGER NOT NULL,
    steps BLOB NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX retry_keys_over ON retry_keys (until) WHERE state = 1;
INSERT INTO retry_schema VALUES (1, 0);
INSERT INTO retry_keys VALUES ('', '', NULL, randomblob(16), 0, 0, 0, 0, NULL, 0, x'');
";

const PAUSE: Duration = Duration::from_millis(5);

/// Opens a connection to a file, and prepares the file if that is allowed.
pub(super) fn open(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreError> {
    let connect = match options.access {
        Access::Create => connect,
        Access::Existing => connect_existing,
        Access::ReadOnly => connect_to_read,
    };
    retry_busy(path, options, connect)
}

/// Opens a connection that only reads.
pub(super) fn open_to_read(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreError> {
    retry_busy(path, options, connect_to_read)
}

fn retry_busy(
    path: &Path,
    options: &SqliteOptions,
    connect: fn(&Path, &SqliteOptions) -> Result<Connection, StoreError>,
) -> Result<Connection, StoreError> {
    let begun = Instant::now();
    loop {
        match connect(path, options) {
            // The switch to the write-ahead log does not wait for others, whatever the timeout.
            Err(StoreError::Busy) if begun.elapsed() < options.busy_timeout => thread::sleep(PAUSE),
            outcome => return outcome,
        }
    }
}

/// Creates a file that only its owner may read: it holds answers.
///
/// An existing file keeps its permissions. SQLite gives its log those of the file. A file that cannot be created is left to
/// SQLite, which says why.
#[cfg(unix)]
fn create_private(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;

    // SQLite reads these two as other than paths.
    let is_path = !path.as_os_str().is_empty() && path != Path::new(":memory:");
    if is_path && !path.to_string_lossy().starts_with("file:") {
        let _ = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    }
}

#[cfg(not(unix))]
fn create_private(_: &Path) {}

fn connect(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreError> {
    create_private(path);
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(options.busy_timeout)?;
    use_log(&connection, "PRAGMA journal_mode = WAL")?;
    use_synchronous(&connection, options)?;
    prepare(&mut connection)?;
    Ok(connection)
}

/// Opens a file that has its tables, to write keys.
fn connect_existing(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreError> {
    // A connection that may write would change a foreign file that another program has left in the middle of a change.
    drop(connect_to_read(path, options)?);
    let connection = Connection::open_with_flags(path, FLAGS | OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(options.busy_timeout)?;
    use_log(&connection, "PRAGMA journal_mode")?;
    use_synchronous(&connection, options)?;
    Ok(connection)
}

/// Opens a file that has its tables, to read keys.
fn connect_to_read(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, FLAGS | OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(options.busy_timeout)?;
    check(version(&connection)?.ok_or(StoreError::Unfit { why: Cow::Borrowed(FOREIGN) })?)?;
    Ok(connection)
}

/// Flags of a file that is not created.
const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_URI.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

const FOREIGN: &str =
    "the file has no table `retry_schema`, so it is not a store of keys; open the path that your service opens";

fn use_log(connection: &Connection, pragma: &str) -> Result<(), StoreError> {
    let mode: String = connection.query_row(pragma, [], |row| row.get(0))?;
    if mode == "wal" { Ok(()) } else { Err(StoreError::Unfit { why: no_log(&mode) }) }
}

fn use_synchronous(connection: &Connection, options: &SqliteOptions) -> Result<(), StoreError> {
    connection.execute_batch(match options.synchronous {
        // A plain sync of macOS leaves the data in the memory of the disk.
        Synchronous::Full => "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON",
        Synchronous::Normal => "PRAGMA synchronous = NORMAL",
    })?;
    Ok(())
}

fn no_log(mode: &str) -> Cow<'static, str> {
    format!("SQLite keeps a journal of the kind `{mode}` here and not a write-ahead log; put the file on a local disk")
        .into()
}

/// Creates the tables, or checks their version.
fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    if let Some(version) = version(connection)? {
        return check(version);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match version(&transaction)? {
        Some(version) => check(version)?,
        None => transaction.execute_batch(SCHEMA)?,
    }
    Ok(transaction.commit()?)
}

fn version(connection: &Connection) -> Result<Option<i64>, StoreError> {
    // Not `table_exists`: it does not see tables that another connection has created since.
    let is_there = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'retry_schema'";
    if connection.query_row(is_there, [], |_| Ok(())).optional()?.is_none() {
        return Ok(None);
    }
    Ok(connection.query_row("SELECT version FROM retry_schema", [], |row| row.get(0)).optional()?)
}

fn check(version: i64) -> Result<(), StoreError> {
    if version == VERSION { Ok(()) } else { Err(StoreError::Unreadable { what: "tables of another version" }) }
}
