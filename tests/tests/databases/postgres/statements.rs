//! Statements that a server rejects, cancels or kills.

use retry_runtime::Class;

use super::{BySqlx, ByTokioPostgres, Database, Open, with_table};
use crate::session::Session;

/// Waits until a backend that runs `statement` has been found and treated by `function`.
async fn treat(database: &Database, function: &str, statement: &str) {
    let client = database.client().await;
    let treat = format!(
        "SELECT {function}(pid) FROM pg_stat_activity WHERE query = $1 AND state = 'active' AND wait_event = 'PgSleep'"
    );
    while client.execute(&treat, &[&statement]).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
}

/// Returns the class of a statement that somebody else ends.
async fn class_of_treated(open: &impl Open, database: &Database, function: &str) -> Class {
    let mut session = open.open(database).await;
    let statement = format!("SELECT pg_sleep(60) /* {} {function} */", database.table);
    let (ended, ()) = tokio::join!(session.run(&statement), treat(database, function, &statement));
    ended.unwrap_err()
}

async fn serialization_failure(open: &impl Open, database: &Database) -> Class {
    let table = &database.table;
    let (mut one, mut other) = (open.open(database).await, open.open(database).await);
    one.run(&format!("BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT * FROM {table}")).await.unwrap();
    other.run(&format!("UPDATE {table} SET balance = balance + 1 WHERE id = 1")).await.unwrap();
    one.run(&format!("UPDATE {table} SET balance = balance + 1 WHERE id = 1")).await.unwrap_err()
}

async fn deadlock(open: &impl Open, database: &Database) -> Class {
    let table = &database.table;
    let (mut one, mut other) = (open.open(database).await, open.open(database).await);
    let first = |id| format!("SET deadlock_timeout = '20ms'; BEGIN; UPDATE {table} SET balance = 1 WHERE id = {id}");
    one.run(&first(1)).await.unwrap();
    other.run(&first(2)).await.unwrap();
    let second = |id| format!("UPDATE {table} SET balance = 2 WHERE id = {id}");
    let (two, one_) = (second(2), second(1));
    let (one, other) = tokio::join!(one.run(&two), other.run(&one_));
    one.and(other).unwrap_err()
}

async fn lock(open: &impl Open, database: &Database, options: &str, how: &str) -> Class {
    let table = &database.table;
    let (mut one, mut other) = (open.open(database).await, open.open(database).await);
    one.run(&format!("BEGIN; LOCK TABLE {table}")).await.unwrap();
    other.run(&format!("BEGIN; {options}; LOCK TABLE {table} {how}")).await.unwrap_err()
}

async fn conflicts(open: impl Open) {
    with_table(async |database| {
        assert_eq!(serialization_failure(&open, &database).await, Class::Conflict);
        assert_eq!(deadlock(&open, &database).await, Class::Conflict);
        assert_eq!(lock(&open, &database, "SET LOCAL lock_timeout = 1", "").await, Class::Conflict);
        assert_eq!(lock(&open, &database, "SELECT 1", "NOWAIT").await, Class::Conflict);
    })
    .await;
}

async fn interruptions(open: impl Open) {
    with_table(async |database| {
        let slow = "SET statement_timeout = 1; SELECT pg_sleep(60)";
        assert_eq!(open.open(&database).await.run(slow).await, Err(Class::Timeout));
        assert_eq!(class_of_treated(&open, &database, "pg_cancel_backend").await, Class::Permanent);
        assert_eq!(class_of_treated(&open, &database, "pg_terminate_backend").await, Class::Disconnected);
    })
    .await;
}

async fn mistakes(open: impl Open) {
    with_table(async |database| {
        let table = &database.table;
        for statement in [
            format!("INSERT INTO {table} VALUES (1, 1)"),
            format!("SELECT * FROM {table}_missing"),
            format!("BEGIN READ ONLY; DELETE FROM {table}"),
            "SELECT 1 / 0".to_owned(),
            "SELEC".to_owned(),
        ] {
            assert_eq!(open.open(&database).await.run(&statement).await, Err(Class::Permanent), "{statement}");
        }
    })
    .await;
}

#[tokio::test]
async fn conflicts_by_tokio_postgres() {
    conflicts(ByTokioPostgres).await;
}

#[tokio::test]
async fn conflicts_by_sqlx() {
    conflicts(BySqlx).await;
}

#[tokio::test]
async fn interruptions_by_tokio_postgres() {
    interruptions(ByTokioPostgres).await;
}

#[tokio::test]
async fn interruptions_by_sqlx() {
    interruptions(BySqlx).await;
}

#[tokio::test]
async fn mistakes_by_tokio_postgres() {
    mistakes(ByTokioPostgres).await;
}

#[tokio::test]
async fn mistakes_by_sqlx() {
    mistakes(BySqlx).await;
}

#[tokio::test]
async fn a_connection_that_was_closed_is_disconnected() {
    with_table(async |database| {
        let mut client = database.client().await;
        class_of_closed(&mut client, &database).await;
    })
    .await;
}

/// Kills the backend of a client that is idle, and uses it.
async fn class_of_closed(client: &mut tokio_postgres::Client, database: &Database) {
    let pid: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
    database.client().await.execute("SELECT pg_terminate_backend($1)", &[&pid]).await.unwrap();
    while !client.is_closed() {
        tokio::task::yield_now().await;
    }
    assert_eq!(client.run("SELECT 1").await, Err(Class::Disconnected));
}
