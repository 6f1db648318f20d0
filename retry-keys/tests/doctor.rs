//! The checks of a file of SQLite; those of servers are in `servers.rs`.

use std::path::{Path, PathBuf};
use std::process::{Command, id as process_id};
use std::{fs, str};

use retry_idempotency::sqlite::SqliteStore;
use retry_idempotency::sqlite::rusqlite::Connection;

/// A folder of a test's own, gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("doctor-{}-{name}", process_id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(path: &Path, words: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_retry-keys"));
    let output = command.args(["--store", &format!("sqlite:{}", path.display())]).args(words).output().unwrap();
    let text = |bytes: &[u8]| str::from_utf8(bytes).unwrap().to_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Returns the state of a check.
fn state(path: &Path, check: &str) -> String {
    let (code, out, err) = run(path, &["doctor", "--json"]);
    assert_eq!(err, "");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let checks = json.as_array().unwrap();
    let has_fault = checks.iter().any(|check| check["state"] == "fault");
    assert_eq!(code, Some(i32::from(has_fault)), "{out}");
    for check in checks {
        assert_eq!(check["advice"].is_null(), check["state"] == "ok", "what is wrong says what to do: {check}");
    }
    let found = checks.iter().find(|found| found["check"] == check);
    found.unwrap_or_else(|| panic!("no `{check}`: {out}"))["state"].as_str().unwrap().to_owned()
}

#[test]
fn a_file_is_checked_and_stays_unchanged() {
    let folder = Folder::new("file");
    let path = folder.0.join("keys.db");
    drop(SqliteStore::open(&path).unwrap());
    let before = fs::read(&path).unwrap();
    for check in ["tables", "journal", "synchronous", "pages", "index for purging"] {
        assert_eq!(state(&path, check), "ok");
    }
    let (_, table, _) = run(&path, &["doctor"]);
    assert!(table.lines().any(|line| line.starts_with("ok       pages              intact")), "{table}");
    assert!(fs::read(&path).unwrap() == before);
    let file = Connection::open(&path).unwrap();
    file.execute_batch("DROP INDEX retry_keys_over; PRAGMA journal_mode = DELETE").unwrap();
    for check in ["journal", "index for purging"] {
        assert_eq!(state(&path, check), "warning");
    }
    file.execute_batch("UPDATE retry_schema SET version = 99").unwrap();
    let (code, out, err) = run(&path, &["doctor"]);
    assert!(code == Some(1) && out.is_empty() && err.contains("tables of another version"), "{err}");
}

#[cfg(unix)]
#[test]
fn a_file_that_others_may_read_is_told() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new("mode");
    let path = folder.0.join("keys.db");
    drop(SqliteStore::open(&path).unwrap());
    assert_eq!(state(&path, "permissions"), "ok");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(state(&path, "permissions"), "warning");
}

#[test]
fn a_damaged_file_is_a_fault() {
    let folder = Folder::new("damaged");
    let path = folder.0.join("keys.db");
    drop(SqliteStore::open(&path).unwrap());
    let mut bytes = fs::read(&path).unwrap();
    // The last page is that of an index: its kind, which is a leaf, becomes one that does not exist.
    let last = bytes.len() - 4096;
    bytes[last] = 0x77;
    fs::write(&path, bytes).unwrap();
    let (code, out, err) = run(&path, &["doctor"]);
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(out.contains("fault    pages") || err.contains("the file"), "{out}{err}");
}

#[test]
fn a_file_that_is_no_database_is_called_so() {
    let folder = Folder::new("text");
    let path = folder.0.join("keys.db");
    for content in ["remember the milk", &*"x".repeat(9_000)] {
        fs::write(&path, content).unwrap();
        for command in ["doctor", "list", "purge"] {
            let (code, out, err) = run(&path, &[command]);
            assert!(code == Some(1) && out.is_empty(), "{command}: {out}{err}");
            assert!(err.contains("is not a database") && !err.contains("evict"), "{command}: {err}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), content, "it stays unchanged");
    }
}

#[test]
fn a_file_that_was_emptied_is_acknowledged() {
    let folder = Folder::new("marker");
    let path = folder.0.join("keys.db");
    drop(SqliteStore::open(&path).unwrap());
    let emptied = Connection::open(&path).unwrap();
    emptied.execute("DELETE FROM retry_keys", ()).unwrap();
    let (code, out, err) = run(&path, &["doctor"]);
    assert!(code == Some(1) && out.contains("fault    marker"), "{out}{err}");
    let (code, out, err) = run(&path, &["acknowledge"]);
    assert!(code == Some(0) && out.contains("new keys run"), "{out}{err}");
    let (_, out, err) = run(&path, &["doctor"]);
    assert!(out.contains("ok       marker"), "{out}{err}");
}
