//! A table that is made anew, emptied or restored while a store is open.

use retry_idempotency::admin::{Admin, Resolution};
use retry_idempotency::postgres::{PostgresStore, SCHEMA};
use retry_idempotency::protocol::{Ack, ClaimOutcome, Lease, Store};
use retry_idempotency::{StoreError, once};

use super::server::{Schema, with};
use crate::stores::harness::{EXTEND, Said, ask, finish, id, plain};

async fn open(schema: &Schema) -> PostgresStore {
    PostgresStore::open_for_effects_inside(schema.pool.clone()).await.unwrap()
}

async fn said(store: &PostgresStore, key: &str) -> Result<Said, StoreError> {
    store.claim(&ask(key, 2)).await.map(Said::from)
}

async fn run(store: &PostgresStore, key: &str) -> Lease {
    match store.claim(&ask(key, 1)).await.unwrap() {
        ClaimOutcome::Run(held) => held,
        other => panic!("{key} should run, and got {other:?}"),
    }
}

/// A store with the finished key `done`, and the open key `open` of the lease.
async fn used(schema: &Schema) -> (PostgresStore, Lease) {
    let store = open(schema).await;
    let done = run(&store, "done").await;
    assert_eq!(store.transition(&done, finish(b"paid")).await.unwrap(), Ack::Applied);
    let held = run(&store, "open").await;
    (store, held)
}

fn forgets<T: std::fmt::Debug>(answer: &Result<T, StoreError>) {
    assert!(matches!(answer, Err(StoreError::Forgot)), "{answer:?}");
}

async fn loses_everything(store: &PostgresStore, held: &Lease) {
    for key in ["done", "open", "new"] {
        forgets(&said(store, key).await);
    }
    for change in [EXTEND, finish(b"paid")] {
        forgets(&store.transition(held, change).await);
    }
    forgets(&store.resolve(id("open"), Resolution::NothingHappened, true).await);
    let error = once(store, "done").run(async |_| Ok::<u32, retry_idempotency::OnceError>(1)).await.unwrap_err();
    assert!(error.to_string().contains("came back without its keys"), "{error}");
}

async fn goes_on(store: &PostgresStore, held: &Lease) {
    assert_eq!(said(store, "done").await.unwrap(), plain(1));
    assert_eq!(store.transition(held, finish(b"paid")).await.unwrap(), Ack::Lost);
}

#[test]
fn a_table_that_was_created_again_runs_nothing_until_that_is_acknowledged() {
    with("", async |schema| {
        let (store, held) = used(&schema).await;
        schema.execute("DROP TABLE retry_keys").await;
        assert!(matches!(said(&store, "done").await, Err(StoreError::Unfit { .. })), "there is no table");
        PostgresStore::create_table(&schema.pool).await.unwrap();
        loses_everything(&store, &held).await;
        // A store that is opened later finds a new table, and another one goes on when its operator says so.
        let later = open(&schema).await;
        assert_eq!(said(&later, "later").await.unwrap(), plain(1));
        later.acknowledge().await.unwrap();
        goes_on(&store, &held).await;
        assert_eq!(Said::from(store.claim(&ask("later", 3)).await.unwrap()), Said::InFlight);
    });
}

#[test]
fn a_table_that_was_emptied_runs_nothing_until_that_is_acknowledged() {
    for empty in ["TRUNCATE retry_keys", "DELETE FROM retry_keys"] {
        with("", async |schema| {
            let (store, held) = used(&schema).await;
            schema.execute(empty).await;
            loses_everything(&store, &held).await;
            // A service that creates the table at its start would hide the loss.
            PostgresStore::create_table(&schema.pool).await.unwrap();
            schema.execute(SCHEMA).await;
            let later = open(&schema).await;
            loses_everything(&later, &held).await;
            later.acknowledge().await.unwrap();
            goes_on(&later, &held).await;
            assert_eq!(store.transition(&held, EXTEND).await.unwrap(), Ack::Lost);
            assert_eq!(said(&store, "new").await.unwrap(), plain(1));
        });
    }
}

/// An acknowledgement is for the loss before it.
#[test]
fn the_next_loss_is_noticed_again() {
    with("", async |schema| {
        let (store, held) = used(&schema).await;
        store.acknowledge().await.unwrap();
        assert_eq!(said(&store, "done").await.unwrap(), Said::Finished(b"paid".to_vec()), "nothing was lost");
        schema.execute("TRUNCATE retry_keys").await;
        loses_everything(&store, &held).await;
    });
}

#[test]
fn a_table_that_is_restored_with_its_rows_is_the_same() {
    with("", async |schema| {
        let (store, held) = used(&schema).await;
        schema.execute("CREATE TABLE dump AS TABLE retry_keys; DROP TABLE retry_keys").await;
        PostgresStore::create_table(&schema.pool).await.unwrap();
        schema.execute("DELETE FROM retry_keys; INSERT INTO retry_keys SELECT * FROM dump").await;
        assert_eq!(said(&store, "done").await.unwrap(), Said::Finished(b"paid".to_vec()));
        assert_eq!(store.transition(&held, finish(b"paid")).await.unwrap(), Ack::Applied);
        assert_eq!(said(&store, "new").await.unwrap(), plain(1));
    });
}
