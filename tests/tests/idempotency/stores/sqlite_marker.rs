//! A file that is emptied, made anew or replaced while a store is open.

use std::fs;

use retry_idempotency::admin::{CheckState, Resolution};
use retry_idempotency::protocol::{Ack, ClaimOutcome, Lease};
use retry_idempotency::sqlite::{SqliteStore, rusqlite::Connection};
use retry_idempotency::{Admin, BlockingStore, StoreError};

use crate::stores::harness::{EXTEND, Said, ask, finish, id, plain};
use crate::stores::sqlite::Folder;

fn run(store: &SqliteStore, key: &str) -> Lease {
    match store.claim_blocking(&ask(key, 1)).unwrap() {
        ClaimOutcome::Run(held) => held,
        other => panic!("{key} should run, and got {other:?}"),
    }
}

fn said(store: &SqliteStore, key: &str) -> Result<Said, StoreError> {
    store.claim_blocking(&ask(key, 2)).map(Said::from)
}

/// A store with the finished key `done`, and the open key `open` of the lease.
fn used(folder: &Folder) -> (SqliteStore, Lease) {
    let store = SqliteStore::open(folder.file()).unwrap();
    let done = run(&store, "done");
    assert_eq!(store.transition_blocking(&done, finish(b"paid")).unwrap(), Ack::Applied);
    let held = run(&store, "open");
    (store, held)
}

fn forgets<T: std::fmt::Debug>(answer: &Result<T, StoreError>) {
    assert!(matches!(answer, Err(StoreError::Forgot)), "{answer:?}");
}

async fn loses_everything(store: &SqliteStore, held: &Lease) {
    for key in ["done", "open", "new"] {
        forgets(&said(store, key));
    }
    for change in [EXTEND, finish(b"paid")] {
        forgets(&store.transition_blocking(held, change));
    }
    forgets(&store.resolve(id("open"), Resolution::NothingHappened, true).await);
}

/// Names of the checks that have found a fault, apart from those of the file system of the tests.
async fn faults(store: &SqliteStore) -> Vec<&'static str> {
    let checks = store.diagnose().await.unwrap();
    let faults = checks.iter().filter(|check| check.state == CheckState::Fault && check.name != "file system");
    faults.map(|check| check.name).collect()
}

#[tokio::test]
async fn a_file_that_was_emptied_runs_nothing_until_that_is_acknowledged() {
    let folder = Folder::new();
    let (store, held) = used(&folder);
    assert!(faults(&store).await.is_empty());
    Connection::open(folder.file()).unwrap().execute("DELETE FROM retry_keys", ()).unwrap();
    loses_everything(&store, &held).await;
    assert_eq!(faults(&store).await, ["marker"]);
    // A restart would hide the loss.
    let later = SqliteStore::open(folder.file()).unwrap();
    loses_everything(&later, &held).await;
    later.acknowledge().await.unwrap();
    for store in [&later, &store] {
        assert_eq!(store.transition_blocking(&held, finish(b"paid")).unwrap(), Ack::Lost);
    }
    assert_eq!(said(&later, "done").unwrap(), plain(1));
    assert_eq!(said(&store, "new").unwrap(), plain(1));
    assert!(faults(&store).await.is_empty());
}

#[tokio::test]
async fn tables_that_were_created_again_run_nothing_until_that_is_acknowledged() {
    let folder = Folder::new();
    let (store, held) = used(&folder);
    let drop_tables = "DROP TABLE retry_keys; DROP TABLE retry_schema";
    Connection::open(folder.file()).unwrap().execute_batch(drop_tables).unwrap();
    assert!(said(&store, "done").is_err(), "there is no table");
    let later = SqliteStore::open(folder.file()).unwrap();
    loses_everything(&store, &held).await;
    assert_eq!(said(&later, "later").unwrap(), plain(1), "it cannot know");
    later.acknowledge().await.unwrap();
    assert_eq!(said(&store, "done").unwrap(), plain(1));
}

/// Two processes would run each key once for each of two files.
#[cfg(unix)]
#[tokio::test]
async fn a_store_whose_file_was_removed_or_replaced_runs_nothing_new() {
    let folder = Folder::new();
    let (store, held) = used(&folder);
    for end in ["", "-wal", "-shm"] {
        let name = format!("{}{end}", folder.file().display());
        fs::rename(&name, format!("{name}.away")).unwrap();
    }
    forgets(&said(&store, "new"));
    let later = SqliteStore::open(folder.file()).unwrap();
    assert_eq!(said(&later, "new").unwrap(), plain(1), "it cannot know");
    forgets(&said(&store, "other"));
    assert_eq!(faults(&store).await, ["file"]);
    // What the old file has is answered and finished as before.
    assert_eq!(said(&store, "done").unwrap(), Said::Finished(b"paid".to_vec()));
    assert_eq!(store.transition_blocking(&held, finish(b"paid")).unwrap(), Ack::Applied);
    drop(later);
}
