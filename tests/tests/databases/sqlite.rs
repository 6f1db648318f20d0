//! Errors of SQLite, by rusqlite and by sqlx.

use std::time::Duration;

use retry_runtime::{Class, retry};
use retry_tests::Folder;
use rusqlite::{Connection, TransactionBehavior};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Executor};

use crate::failure::class;

fn folder() -> Folder {
    Folder::new(env!("CARGO_TARGET_TMPDIR"))
}

fn open(folder: &Folder) -> Connection {
    let db = Connection::open(folder.join("test.db")).unwrap();
    db.busy_timeout(Duration::ZERO).unwrap();
    db
}

#[test]
fn busy_and_locked_are_conflicts() {
    let folder = folder();
    let (one, other) = (open(&folder), open(&folder));
    one.execute_batch("PRAGMA journal_mode = wal; CREATE TABLE t (id integer PRIMARY KEY); BEGIN IMMEDIATE").unwrap();
    assert_eq!(class(other.execute_batch("BEGIN IMMEDIATE").unwrap_err()), Class::Conflict);

    // `SQLITE_BUSY_SNAPSHOT`: the snapshot that was read is no longer the newest.
    other.execute_batch("BEGIN").unwrap();
    other.query_row("SELECT count(*) FROM t", (), |row| row.get::<_, i64>(0)).unwrap();
    one.execute_batch("INSERT INTO t VALUES (1); COMMIT").unwrap();
    let error = other.execute("INSERT INTO t VALUES (2)", ()).unwrap_err();
    assert_eq!(error.sqlite_error().unwrap().extended_code, 517);
    assert_eq!(class(error), Class::Conflict);
    other.execute_batch("ROLLBACK").unwrap();

    // `SQLITE_LOCKED`: a table that a statement of the same connection reads.
    let mut reader = one.prepare("SELECT id FROM t").unwrap();
    let mut rows = reader.query(()).unwrap();
    rows.next().unwrap();
    assert_eq!(class(one.execute_batch("DROP TABLE t").unwrap_err()), Class::Conflict);
}

#[test]
fn mistakes_are_permanent() {
    let folder = folder();
    let db = open(&folder);
    db.execute_batch("CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1)").unwrap();
    for statement in ["INSERT INTO t VALUES (1)", "SELECT * FROM missing", "SELEC"] {
        assert_eq!(class(db.execute_batch(statement).unwrap_err()), Class::Permanent, "{statement}");
    }
    assert_eq!(class(Connection::open(folder.join("no/such/folder")).unwrap_err()), Class::Permanent);
}

#[tokio::test]
async fn busy_by_sqlx_is_a_conflict_and_a_mistake_is_permanent() {
    let folder = folder();
    let options = SqliteConnectOptions::new().filename(folder.join("test.db")).create_if_missing(true);
    let options = options.busy_timeout(Duration::ZERO);
    let (mut one, mut other) = (options.connect().await.unwrap(), options.connect().await.unwrap());
    one.execute("CREATE TABLE t (id integer PRIMARY KEY)").await.unwrap();
    one.execute("BEGIN IMMEDIATE").await.unwrap();
    assert_eq!(class(other.execute("BEGIN IMMEDIATE").await.unwrap_err()), Class::Conflict);
    one.execute("INSERT INTO t VALUES (1)").await.unwrap();
    assert_eq!(class(one.execute("INSERT INTO t VALUES (1)").await.unwrap_err()), Class::Permanent);
    assert_eq!(class(one.execute("SELEC").await.unwrap_err()), Class::Permanent);
}

#[retry(max_attempts = 3, backoff = none, budget = none, retry_on = Conflict, on_retry = |_, _| { other.take(); })]
fn add(db: &mut Connection, other: &mut Option<Connection>) -> rusqlite::Result<()> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute("INSERT INTO t DEFAULT VALUES", ())?;
    transaction.commit()
}

#[test]
fn a_transaction_under_retry_commits_once_the_other_is_gone() {
    let folder = folder();
    let (mut db, other) = (open(&folder), open(&folder));
    db.execute_batch("CREATE TABLE t (id integer PRIMARY KEY)").unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    add(&mut db, &mut Some(other)).unwrap();
    assert_eq!(db.query_row("SELECT count(*) FROM t", (), |row| row.get::<_, i64>(0)).unwrap(), 1);
}
