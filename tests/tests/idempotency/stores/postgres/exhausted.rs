//! Bodies that hold the whole pool. The time is real, and short.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use retry_idempotency::postgres::{PostgresStore, complete};
use retry_idempotency::{OnceError, once};
use retry_tests::Proxy;
use tokio::sync::Barrier;
use tokio::time::sleep;

use super::server::{Schema, config, with};

const LEASE: Duration = Duration::from_secs(3);
const POOL: usize = 2;

/// A pool behind a proxy.
async fn proxied(schema: &Schema) -> (Proxy, Pool, PostgresStore) {
    let server = config();
    let tokio_postgres::config::Host::Tcp(host) = &server.get_hosts()[0] else { panic!("a server by TCP") };
    let proxy = Proxy::before(host, server.get_ports().first().copied().unwrap_or(5432)).await.unwrap();
    let pool = schema.pool_at(proxy.address().port(), POOL);
    let store = PostgresStore::open_for_effects_inside(pool.clone()).await.unwrap();
    (proxy, pool, store)
}

/// Makes all bodies hold a connection, and keeps them for longer than the lease.
async fn hold(pool: &Pool, all: &Barrier, runs: &AtomicU32) -> Object {
    let client = pool.get().await.unwrap();
    runs.fetch_add(1, Ordering::Relaxed);
    all.wait().await;
    sleep(LEASE * 3 / 2).await;
    client
}

#[test]
fn bodies_that_hold_the_whole_pool_keep_their_keys() {
    with("", async |schema| {
        let (proxy, pool, store) = proxied(&schema).await;
        let (all, runs) = (Barrier::new(POOL), AtomicU32::new(0));
        let pay = async |key: &str| {
            let paid = once(&store, key).lease(LEASE).run_in(async |claim| {
                let mut client = hold(&pool, &all, &runs).await;
                let tx = client.transaction().await.unwrap();
                complete(&tx, &claim, &31).await?;
                tx.commit().await.unwrap();
                Ok::<_, OnceError>(31)
            });
            paid.await
        };
        let (one, other) = tokio::join!(pay("one"), pay("other"));
        assert_eq!((one.unwrap(), other.unwrap()), (31, 31));
        assert_eq!(runs.load(Ordering::Relaxed), 2);
        assert!(proxy.connections() > POOL, "the extensions have connections of their own");
        assert_eq!(pool.status().size, POOL, "which do not count in the pool");
    });
}

#[test]
fn the_end_of_a_body_does_not_wait_for_the_pool() {
    with("", async |schema| {
        let (_proxy, pool, store) = proxied(&schema).await;
        let held = Mutex::new(Vec::new());
        let paid = once(&store, "order").run(async |_| {
            let all = [pool.get().await.unwrap(), pool.get().await.unwrap()];
            held.lock().unwrap().extend(all);
            Ok::<_, OnceError>(31)
        });
        assert_eq!(paid.await.unwrap(), 31);
        let again = once(&store.with_step_timeout(Duration::from_millis(50)), "order").run(async |_| Ok(32)).await;
        let Err(OnceError::Store(error)) = again else { panic!("{again:?}") };
        assert_eq!(
            error.to_string(),
            "the store failed (Unavailable): all 2 connections of the pool are in use; make the pool larger than the number \
             of bodies that hold a connection at the same time, or hold one for less long"
        );
    });
}

#[test]
fn an_extension_without_a_connection_is_no_takeover() {
    with("", async |schema| {
        let (proxy, pool, store) = proxied(&schema).await;
        drop([pool.get().await.unwrap(), pool.get().await.unwrap()]);
        let all = Barrier::new(1);
        let paid = once(&store, "order").lease(LEASE).run(async |_| {
            proxy.refuse_new();
            let _other = pool.get().await.unwrap();
            let _one = hold(&pool, &all, &AtomicU32::new(0)).await;
            Ok::<_, OnceError>(31)
        });
        let error = paid.await.unwrap_err();
        assert!(matches!(error, OnceError::LeaseEnded { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.starts_with("the lease ended, because the store could not extend it: the store failed"), "{text}");
        assert!(
            text.contains("all 2 connections of the pool are in use, and the store cannot open one of its own"),
            "{text}"
        );
    });
}
