//! A table that is locked for many timeouts. The time is real, and short.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use retry_idempotency::postgres::PostgresStore;
use retry_idempotency::protocol::ClaimOutcome;
use retry_idempotency::{OnceError, Store, once};
use tokio::time::{sleep, timeout};
use tokio_postgres::Client;

use super::server::{Schema, with};
use crate::stores::harness::ask;

const STEP: Duration = Duration::from_millis(200);
const POOL: usize = 4;
/// Connections that the store opens beyond the pool.
const SPARE: usize = 2;
/// Server processes whose client has closed the connection, and which are about to end.
const ENDING: usize = POOL;
const CALLERS: usize = 8;

/// A store whose connections can be counted.
async fn named(schema: &Schema) -> PostgresStore {
    let pool = schema.pool(POOL, &format!("-c application_name={}", schema.name()));
    PostgresStore::open_for_effects_inside(pool).await.unwrap().with_step_timeout(STEP)
}

async fn count(client: &Client, schema: &Schema) -> usize {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1";
    let count: i64 = client.query_one(sql, &[&schema.name()]).await.unwrap().get(0);
    count.try_into().unwrap()
}

/// Locks the table for many timeouts while callers use it, and returns the most connections that the server had.
async fn most_while_locked(schema: &Schema, call: impl AsyncFn(usize)) -> usize {
    let mut locker = schema.pool.get().await.unwrap();
    let observer = schema.pool.get().await.unwrap();
    let transaction = locker.transaction().await.unwrap();
    transaction.batch_execute("LOCK TABLE retry_keys").await.unwrap();
    let is_over = AtomicBool::new(false);
    let callers = futures_util::future::join_all((0..CALLERS).map(async |caller| {
        while !is_over.load(Ordering::Relaxed) {
            call(caller).await;
        }
    }));
    let observe = async {
        let mut most = 0;
        for _ in 0..100 {
            most = most.max(count(&observer, schema).await);
            sleep(STEP / 10).await;
        }
        is_over.store(true, Ordering::Relaxed);
        transaction.rollback().await.unwrap();
        most
    };
    tokio::join!(callers, observe).1
}

async fn is_bounded(schema: &Schema, store: &PostgresStore, call: impl AsyncFn(usize)) {
    let most = most_while_locked(schema, call).await;
    assert!(most <= POOL + SPARE + ENDING, "{most} connections for a pool of {POOL}");
    let claimed = store.claim(&ask("afterwards", 1)).await.unwrap();
    assert!(matches!(claimed, ClaimOutcome::Run(_)), "{claimed:?}");
}

#[test]
fn statements_that_time_out_leave_no_connection_behind() {
    with("", async |schema| {
        let store = named(&schema).await;
        let call = async |caller| {
            let paid = once(&store, format!("order-{caller}")).run(async |_| Ok::<_, OnceError>(31)).await;
            assert!(matches!(paid, Err(OnceError::Store(_)) | Ok(31)), "{paid:?}");
        };
        is_bounded(&schema, &store, call).await;
    });
}

#[test]
fn callers_that_hang_up_leave_no_connection_behind() {
    with("", async |schema| {
        let store = named(&schema).await;
        let call = async |caller| {
            let key = format!("order-{caller}");
            let _ = timeout(STEP / 4, store.claim(&ask(&key, 1))).await;
        };
        is_bounded(&schema, &store, call).await;
    });
}
