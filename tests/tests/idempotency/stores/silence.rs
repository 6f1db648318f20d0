//! Connections that fall silent: they stay open, and nothing passes any more. The time is real, and short.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use redis::{Client, ConnectionAddr};
use retry_idempotency::admin::Filter;
use retry_idempotency::postgres::PostgresStore;
use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, HolderId, Id, Lease, Transition};
use retry_idempotency::{Admin, OnceError, RedisStore, StoreError, once};
use retry_runtime::{Class, Classify};
use retry_tests::Proxy;
use tokio::time::{sleep, timeout};

use crate::stores::harness::{EXTEND, finish, step};
use crate::stores::postgres::server::{config, with};
use crate::stores::redis::on_server;

/// Timeout of a step.
const STEP: Duration = Duration::from_millis(200);
/// A store that has recovered answers within this time, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(5);
/// Connections of the pool.
const POOL: usize = 8;

/// A store behind a proxy, and the names of the keys of one test.
struct Behind<'a, S> {
    proxy: &'a Proxy,
    store: &'a S,
    keys: AtomicU32,
}

impl<S: Admin> Behind<'_, S> {
    /// A key that was not used yet.
    fn name(&self) -> String {
        format!("order-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    async fn claim(&self, name: &str, holder: HolderId) -> Result<ClaimOutcome, StoreError> {
        let id = Id::new("silence", name).unwrap();
        self.store.claim(&ClaimRequest::new(id, holder, Duration::from_secs(30))).await
    }

    async fn run(&self) -> Lease {
        match self.claim(&self.name(), HolderId::random()).await.expect("the store answers") {
            ClaimOutcome::Run(lease) => lease,
            other => panic!("{other:?}"),
        }
    }

    /// Repeats a step until it is answered. Returns the answer, and the errors before it.
    async fn until_answered<T, Step>(&self, step: impl Fn() -> Step) -> (T, u32)
    where
        Step: Future<Output = Result<T, StoreError>>,
    {
        let (begun, mut failures) = (Instant::now(), 0);
        loop {
            match step().await {
                Ok(answer) => return (answer, failures),
                Err(error) => assert_eq!(error.class(), Class::Timeout, "{error}"),
            }
            failures += 1;
            assert!(begun.elapsed() < PATIENCE, "the store does not recover");
        }
    }
}

fn on_postgres(test: impl AsyncFnOnce(&Behind<'_, PostgresStore>)) {
    with("", async |schema| {
        let server = config();
        let tokio_postgres::config::Host::Tcp(host) = &server.get_hosts()[0] else { panic!("a server by TCP") };
        let proxy = Proxy::before(host, server.get_ports().first().copied().unwrap_or(5432)).await.unwrap();
        let pool = schema.pool_at(proxy.address().port(), POOL);
        let store = PostgresStore::open_for_effects_inside(pool.clone()).await.unwrap();
        let store = store.with_step_timeout(STEP).with_admin_timeout(STEP);
        // All connections of the pool exist, so all of them will be silent.
        let all = futures_util::future::join_all((0..POOL).map(|_| pool.get())).await;
        drop(all);
        assert_eq!(pool.status().available, POOL);
        test(&Behind { proxy: &proxy, store: &store, keys: AtomicU32::new(0) }).await;
    });
}

fn on_redis(test: impl AsyncFnOnce(&Behind<'_, RedisStore>)) {
    on_server(async |server, prefix| {
        let ConnectionAddr::Tcp(host, port) = server.addr().clone() else { panic!("a server by TCP") };
        let proxy = Proxy::before(host, port).await.unwrap();
        let address = ConnectionAddr::Tcp(proxy.address().ip().to_string(), proxy.address().port());
        let client = Client::open(server.set_addr(address)).unwrap();
        let store = RedisStore::with_client(client, &prefix).await.unwrap();
        let store = store.with_step_timeout(STEP).with_admin_timeout(STEP);
        test(&Behind { proxy: &proxy, store: &store, keys: AtomicU32::new(0) }).await;
    });
}

/// One step fails, however many connections have fallen silent, and the next one is answered.
async fn each_step_fails_once<S: Admin>(behind: &Behind<'_, S>) {
    for round in 0..2 {
        behind.proxy.silence_open();
        let (name, holder) = (behind.name(), HolderId::random());
        let (claimed, failures) = behind.until_answered(|| behind.claim(&name, holder)).await;
        assert!(matches!(claimed, ClaimOutcome::Run(_)), "{claimed:?}");
        assert_eq!(failures, 1, "of a claim in round {round}");
    }
    for change in [EXTEND, step("charge", b"7"), finish(b"paid"), Transition::Release, Transition::Forget] {
        let lease = behind.run().await;
        // Where an extension has a connection of its own, that one is open now.
        assert_eq!(behind.store.transition(&lease, EXTEND).await.unwrap(), Ack::Applied);
        behind.proxy.silence_open();
        let (ack, failures) = behind.until_answered(|| behind.store.transition(&lease, change)).await;
        assert_eq!((ack, failures), (Ack::Applied, 1), "{change:?}");
    }
    behind.proxy.silence_open();
    let (_, failures) = behind.until_answered(|| behind.store.list(Filter::default(), None, 9)).await;
    assert_eq!(failures, 1);
    behind.proxy.silence_open();
    let id = Id::new("silence", "order-0").unwrap();
    assert_eq!(behind.until_answered(|| behind.store.last_token(id)).await.1, 1);
}

#[test]
fn a_silent_postgres_costs_one_step() {
    on_postgres(each_step_fails_once);
}

#[test]
fn a_silent_redis_costs_one_step() {
    on_redis(each_step_fails_once);
}

/// Callers that give up before the timeout of the step do not keep the connection alive.
async fn a_dropped_step_is_not_asked_again<S: Admin>(behind: &Behind<'_, S>) {
    let lease = behind.run().await;
    behind.proxy.silence_open();
    let (name, holder) = (behind.name(), HolderId::random());
    let mut dropped = 0;
    // Each of them finds a connection that has fallen silent, if there is another one.
    while timeout(STEP / 4, behind.claim(&name, holder)).await.is_err() {
        dropped += 1;
        assert!(dropped <= POOL, "the connections are used again");
    }
    assert!(dropped >= 1);
    assert_eq!(behind.store.transition(&lease, finish(b"paid")).await.unwrap(), Ack::Applied);
}

#[test]
fn a_connection_whose_caller_gave_up_is_not_used_again() {
    on_postgres(a_dropped_step_is_not_asked_again);
    on_redis(a_dropped_step_is_not_asked_again);
}

/// The server is silent as a whole, for some steps, and comes back.
async fn a_server_that_comes_back_is_found<S: Admin>(behind: &Behind<'_, S>) {
    let lease = behind.run().await;
    behind.proxy.silence();
    for _ in 0..3 {
        let error = behind.store.transition(&lease, EXTEND).await.unwrap_err();
        assert_eq!(error.class(), Class::Timeout, "{error}");
        assert!(error.to_string().contains("no answer within"), "{error}");
    }
    behind.proxy.forward_new();
    let (ack, failures) = behind.until_answered(|| behind.store.transition(&lease, EXTEND)).await;
    assert_eq!(ack, Ack::Applied);
    assert!(failures <= 1, "{failures}");
}

#[test]
fn a_store_finds_its_server_again() {
    on_postgres(a_server_that_comes_back_is_found);
    on_redis(a_server_that_comes_back_is_found);
}

/// The body runs for longer than its lease, and all connections fall silent in it: at its begin, and at its end.
async fn a_body_keeps_its_key<S: Admin>(behind: &Behind<'_, S>) {
    let (name, lease) = (behind.name(), STEP * 6);
    let paid = once(behind.store, &name).lease(lease).run(async |_| {
        behind.proxy.silence_open();
        sleep(lease * 3 / 2).await;
        behind.proxy.silence_open();
        Ok::<_, OnceError>(31)
    });
    assert_eq!(paid.await.unwrap(), 31);
    let again = once(behind.store, &name).run(async |_| Ok::<_, OnceError>(32));
    assert_eq!(again.await.unwrap(), 31);
}

#[test]
fn a_body_keeps_its_key_over_silent_connections() {
    on_postgres(a_body_keeps_its_key);
    on_redis(a_body_keeps_its_key);
}
