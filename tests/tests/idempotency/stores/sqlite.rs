//! The store in a file, on a clock of the test.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use retry_idempotency::admin::Filter;
use retry_idempotency::protocol::{Ack, ClaimOutcome, Lease, Transition};
use retry_idempotency::sqlite::{COMPLETE_SQLITE, SqliteOptions, SqliteStore, Synchronous, complete_lease, rusqlite};
use retry_idempotency::{Admin, BlockingStore, StoreError};
use retry_runtime::{Class, Classify};
use rusqlite::{Connection, TransactionBehavior};
use tokio::runtime::Builder;

use crate::stores::harness::{Case, Harness, KEEP, Said, Watchdog, With, ask, finish, plain};
use crate::stores::model;
use crate::stores::rules::contract;

/// A folder that is gone when the test ends, and the test when it hangs.
pub(crate) struct Folder(retry_tests::Folder, #[allow(dead_code)] Watchdog);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(retry_tests::Folder::new(env!("CARGO_TARGET_TMPDIR")), Watchdog::new())
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("keys.db")
    }
}

struct Sqlite {
    store: Arc<SqliteStore>,
    options: SqliteOptions,
    clock: Arc<AtomicU64>,
    /// Gone behind the store.
    folder: Folder,
}

impl Sqlite {
    fn new() -> Self {
        let folder = Folder::new();
        let start = UNIX_EPOCH.elapsed().expect("it is after 1970").as_micros();
        let clock = Arc::new(AtomicU64::new(start.try_into().expect("it is before the year 500,000")));
        let its_clock = Arc::clone(&clock);
        let options = SqliteOptions::new().synchronous(Synchronous::Normal);
        let options = options.clock(move || its_clock.load(Ordering::Relaxed));
        let store = Arc::new(options.clone().open(folder.file()).expect("the file can be opened"));
        Self { store, options, clock, folder }
    }
}

impl Harness for Sqlite {
    const SLACK: Duration = Duration::ZERO;

    async fn store(&self) -> Arc<dyn Admin> {
        self.store.clone()
    }

    async fn bounded(&self, keys_per_scope: usize) -> Arc<dyn Admin> {
        let options = self.options.clone().keys_per_scope(keys_per_scope);
        Arc::new(options.open(self.folder.file()).expect("the file can be opened"))
    }

    async fn pass_time(&self, by: Duration) {
        self.clock.fetch_add(by.as_micros().try_into().expect("not that long"), Ordering::Relaxed);
    }
}

fn run(rule: impl AsyncFnOnce(Case<Sqlite>)) {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async { rule(Case::new(Sqlite::new()).await).await });
}

fn contend(rule: impl AsyncFnOnce(Case<Sqlite>)) {
    let runtime = Builder::new_multi_thread().worker_threads(4).build().unwrap();
    runtime.block_on(async { rule(Case::new(Sqlite::new()).await).await });
}

contract!(run, contend);

#[test]
fn it_agrees_with_the_model() {
    model::agrees(64, |acts| run(async |case| model::follow(case, acts).await));
}

#[test]
fn keys_that_are_over_leave_by_themselves() {
    run(async |case| {
        for number in 0..200 {
            case.finished(ask(&format!("old-{number}"), 1), b"").await;
        }
        case.run(ask("open", 1)).await;
        case.pass(KEEP).await;
        for number in 0..150 {
            case.run(ask(&format!("new-{number}"), 1)).await;
        }
        let left = case.store.list(Filter::default(), None, 999).await.unwrap().entries;
        assert_eq!(left.len(), 151, "the old ones are gone, and only they");
    });
}

#[test]
fn it_is_all_there_when_it_is_opened_again() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file()).unwrap();
    let held = claim(&store, "open");
    assert_eq!(finish_blocking(&store, "done"), Ack::Applied);
    drop(store);
    let store = SqliteStore::open(folder.file()).unwrap();
    assert_eq!(Said::from(store.claim_blocking(&ask("done", 2)).unwrap()), Said::Finished(b"paid".to_vec()));
    assert_eq!(Said::from(store.claim_blocking(&ask("open", 2)).unwrap()), Said::InFlight);
    assert_eq!(store.transition_blocking(&held, finish(b"late")).unwrap(), Ack::Applied);
}

/// The write-ahead log is as long as it was.
#[test]
fn a_replay_writes_nothing() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file()).unwrap();
    claim(&store, "open");
    assert_eq!(finish_blocking(&store, "done"), Ack::Applied);
    let log = || fs::read(folder.file().with_extension("db-wal")).unwrap();
    let before = log();
    for _ in 0..1000 {
        assert_eq!(Said::from(store.claim_blocking(&ask("done", 2)).unwrap()), Said::Finished(b"paid".to_vec()));
        assert_eq!(Said::from(store.claim_blocking(&ask("open", 2)).unwrap()), Said::InFlight);
    }
    assert!(log() == before);
}

#[test]
fn effect_and_key_commit_together_or_not_at_all() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file()).unwrap();
    let mut shop = Connection::open(folder.file()).unwrap();
    shop.execute_batch("CREATE TABLE payments (cents INTEGER)").unwrap();
    let payments =
        |shop: &Connection| -> u32 { shop.query_row("SELECT count(*) FROM payments", [], |row| row.get(0)).unwrap() };

    let held = claim(&store, "order");
    let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    tx.execute("INSERT INTO payments VALUES (1999)", []).unwrap();
    complete_lease(&tx, &held, b"paid", KEEP).unwrap();
    assert_eq!(Said::from(store.claim_blocking(&ask("order", 2)).unwrap()), Said::InFlight, "not committed yet");
    tx.rollback().unwrap();
    assert_eq!(payments(&shop), 0);
    assert_eq!(Said::from(store.claim_blocking(&ask("order", 2)).unwrap()), Said::InFlight);

    let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    tx.execute("INSERT INTO payments VALUES (1999)", []).unwrap();
    complete_lease(&tx, &held, b"paid", KEEP).unwrap();
    tx.commit().unwrap();
    assert_eq!(payments(&shop), 1);
    assert_eq!(Said::from(store.claim_blocking(&ask("order", 2)).unwrap()), Said::Finished(b"paid".to_vec()));
    assert_eq!(
        store.transition_blocking(&held, finish(b"paid")).unwrap(),
        Ack::Applied,
        "as a finish that is sent again"
    );
}

#[test]
fn who_has_lost_the_key_cannot_complete_it() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file()).unwrap();
    let mut shop = Connection::open(folder.file()).unwrap();
    let old = claim(&store, "order");
    assert_eq!(store.transition_blocking(&old, Transition::Release).unwrap(), Ack::Applied);
    assert_eq!(Said::from(store.claim_blocking(&ask("order", 2).resume()).unwrap()), plain(2));
    let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let lost = complete_lease(&tx, &old, b"old", KEEP).unwrap_err();
    assert!(matches!(lost, StoreError::Lost), "{lost:?}");
    assert_eq!(lost.class(), Class::Permanent);
    let invalid = complete_lease(&tx, &old, b"old", Duration::ZERO).unwrap_err();
    assert!(matches!(invalid, StoreError::Invalid(_)), "{invalid:?}");
}

/// With five binds, from any client; and it is over when it should be, by the machine's clock.
#[test]
fn the_statement_completes_by_itself() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file()).unwrap();
    let shop = Connection::open(folder.file()).unwrap();
    let held = claim(&store, "order");
    let (id, owner, keep) = (held.id(), held.holder(), 60_000_000);
    let bound = (id.scope(), id.key(), owner.as_bytes(), b"paid", keep);
    assert_eq!(shop.execute(COMPLETE_SQLITE, bound).unwrap(), 1);
    let again = store.claim_blocking(&ask("order", 2)).unwrap();
    assert_eq!(Said::from(again), Said::Finished(b"paid".to_vec()));
    let left = "SELECT until - ?1, kept, length(steps) FROM retry_keys WHERE key <> ''";
    let now = i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_micros()).unwrap();
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let (left, kept, steps): (i64, i64, i64) = shop.query_row(left, [now], read).unwrap();
    assert!((keep - 10_000_000..=keep).contains(&left), "{left} us are left");
    assert_eq!((kept, steps), (0, 0));
}

#[test]
fn what_cannot_keep_the_promise_is_refused_when_it_is_opened() {
    for path in [":memory:", ""] {
        let refused = SqliteStore::open(path).unwrap_err();
        assert!(matches!(refused, StoreError::Unfit { .. }), "{path:?}: {refused:?}");
    }

    let folder = Folder::new();
    fs::write(folder.file(), "no database at all, but long enough to be taken for one".repeat(99)).unwrap();
    let refused = SqliteStore::open(folder.file()).unwrap_err();
    assert!(matches!(&refused, StoreError::Unfit { why } if why.contains("not a database")), "{refused:?}");

    let folder = Folder::new();
    drop(SqliteStore::open(folder.file()).unwrap());
    Connection::open(folder.file()).unwrap().execute("UPDATE retry_schema SET version = 2", []).unwrap();
    let refused = SqliteStore::open(folder.file()).unwrap_err();
    assert!(matches!(refused, StoreError::Unreadable { .. }), "{refused:?}");
}

/// A row that somebody else has damaged is an error of its own key, and no run.
#[test]
fn an_unreadable_row_is_an_error_of_its_own() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file()).unwrap();
    claim(&store, "order");
    Connection::open(folder.file()).unwrap().execute("UPDATE retry_keys SET steps = x'07'", []).unwrap();
    let error = store.claim_blocking(&ask("order", 2)).unwrap_err();
    assert!(matches!(error, StoreError::Unreadable { .. }), "{error:?}");
    claim(&store, "another");
}

/// A file of an application: its tables and its version stay as they are.
#[test]
fn it_lives_in_the_file_of_an_application() {
    let folder = Folder::new();
    let shop = Connection::open(folder.file()).unwrap();
    shop.execute_batch("CREATE TABLE payments (cents INTEGER); PRAGMA user_version = 42").unwrap();
    let store = SqliteStore::open(folder.file()).unwrap();
    assert_eq!(finish_blocking(&store, "done"), Ack::Applied);
    let version: u32 = shop.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 42);
}

pub(crate) fn claim(store: &SqliteStore, key: &str) -> Lease {
    match store.claim_blocking(&ask(key, 1)).expect("the store answers") {
        ClaimOutcome::Run(held) => held,
        other => panic!("{key} should run, and got {other:?}"),
    }
}

fn finish_blocking(store: &SqliteStore, key: &str) -> Ack {
    store.transition_blocking(&claim(store, key), finish(b"paid")).expect("the store answers")
}

#[cfg(unix)]
#[test]
fn a_new_file_is_its_owners_and_an_old_one_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    let mode = |file: &PathBuf| fs::metadata(file).unwrap().permissions().mode() & 0o777;
    let store = SqliteStore::open(folder.file()).unwrap();
    let _lease = store.claim_blocking(&ask("order", 1)).unwrap();
    assert_eq!(mode(&folder.file()), 0o600);
    assert_eq!(mode(&folder.0.join("keys.db-wal")), 0o600);
    let shared = folder.0.join("shared.db");
    fs::write(&shared, "").unwrap();
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o640)).unwrap();
    SqliteStore::open(&shared).unwrap();
    assert_eq!(mode(&shared), 0o640);
}
