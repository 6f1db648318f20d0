//! Checks of the file.

use std::path::Path;
use std::string::String;

use rusqlite::Connection;

use crate::admin::{Check, marker};
use crate::protocol::StoreError;
use crate::stores::sqlite::file_system::FileSystem;
use crate::stores::sqlite::identity::OpenFile;
use crate::stores::sqlite::open;
use crate::stores::sqlite::options::{SqliteOptions, Synchronous};

/// Checks a file; it is only read.
pub(super) fn checks(path: &Path, file: &OpenFile, options: &SqliteOptions) -> Result<Vec<Check>, StoreError> {
    if !file.is_in_place() {
        let advice = "this process has open what was removed or replaced, and runs no new key: put the file back, or restart the process";
        return Ok(std::vec![Check::fault("file", "another one than was opened", advice)]);
    }
    // Fails if the tables are missing, or of another version.
    let connection = open::open_to_read(path, options)?;
    let mut checks =
        std::vec![Check::passed("SQLite", rusqlite::version()), Check::passed("tables", "of this version")];
    checks.extend([journal(&connection)?, synchronous(options), pages(&connection)?, index(&connection)?]);
    checks.push(has_marker(&connection)?);
    checks.push(file_system(&FileSystem::of(path)));
    checks.extend(permissions(path));
    Ok(checks)
}

fn journal(connection: &Connection) -> Result<Check, StoreError> {
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    if mode == "wal" {
        return Ok(Check::passed("journal", "write-ahead log"));
    }
    let advice = "the service switches it to a write-ahead log when it opens the file, unless the disk cannot keep one";
    Ok(Check::warning("journal", mode, advice))
}

/// Reports the options of this store: the file does not record them.
fn synchronous(options: &SqliteOptions) -> Check {
    match options.synchronous {
        Synchronous::Full => Check::passed("synchronous", "full here; each process sets its own"),
        Synchronous::Normal => {
            let advice =
                "a power cut may lose the last keys: use `Synchronous::Full` unless the effects are in the same file";
            Check::warning("synchronous", "normal here", advice)
        }
    }
}

fn pages(connection: &Connection) -> Result<Check, StoreError> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" {
        return Ok(Check::passed("pages", "intact"));
    }
    Ok(Check::fault(
        "pages",
        found,
        "the file is damaged: restore it from a backup, or recover it with `sqlite3 FILE .recover`",
    ))
}

fn index(connection: &Connection) -> Result<Check, StoreError> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = 'retry_keys_over'";
    if connection.query_row(sql, [], |row| row.get::<_, i64>(0))? == 1 {
        return Ok(Check::passed("index for purging", "there"));
    }
    let advice =
        "each claim reads the whole table: run `CREATE INDEX retry_keys_over ON retry_keys (until) WHERE state = 1`";
    Ok(Check::warning("index for purging", "missing", advice))
}

fn has_marker(connection: &Connection) -> Result<Check, StoreError> {
    let sql = "SELECT count(*) FROM retry_keys WHERE scope = '' AND key = ''";
    Ok(marker(connection.query_row(sql, [], |row| row.get::<_, i64>(0))? == 1))
}

fn file_system(found: &FileSystem) -> Check {
    let name = "file system";
    match found {
        FileSystem::Local(kind) => Check::passed(name, &**kind),
        FileSystem::Unknown => Check::passed(name, "not known here"),
        FileSystem::Network(kind) => {
            let advice = "locks over a network are not reliable, and processes of two machines run a key twice: use a local disk";
            Check::fault(name, &**kind, advice)
        }
        FileSystem::Memory(kind) => {
            Check::fault(name, &**kind, "a restart of the machine loses all keys: use a path on a disk")
        }
        FileSystem::Overlay => {
            let advice =
                "all keys are lost with the container, unless this is the machine's own root: use a path on a volume";
            Check::warning(name, "overlay", advice)
        }
    }
}

#[cfg(unix)]
fn permissions(path: &Path) -> Vec<Check> {
    use std::os::unix::fs::MetadataExt;

    let Ok(metadata) = std::fs::metadata(path) else { return Vec::new() };
    let mode = std::format!("{:04o}", metadata.mode() & 0o7777);
    let check = if metadata.mode().trailing_zeros() >= 6 {
        Check::passed("permissions", mode)
    } else {
        let advice = "other users may read accounts and results: run `chmod 600` on it, its -wal and its -shm, unless they share it";
        Check::warning("permissions", mode, advice)
    };
    std::vec![check, Check::passed("owner", std::format!("user {}", metadata.uid()))]
}

#[cfg(not(unix))]
fn permissions(_: &Path) -> Vec<Check> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::CheckState::{Fault, Passed, Warning};

    #[test]
    fn file_systems_are_judged_by_what_becomes_of_the_file() {
        for (found, state) in [
            (FileSystem::Local("ext4".into()), Passed),
            (FileSystem::Unknown, Passed),
            (FileSystem::Overlay, Warning),
            (FileSystem::Memory("tmpfs".into()), Fault),
            (FileSystem::Network("nfs4".into()), Fault),
        ] {
            assert_eq!(file_system(&found).state, state, "{found:?}");
        }
    }
}
