//! Stores of the real servers, behind a proxy. The time is real, and short.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use redis::{Client, ConnectionAddr};
use retry_idempotency::postgres::PostgresStore;
use retry_idempotency::protocol::{ClaimOutcome, ClaimRequest, HolderId, Id, Lease};
use retry_idempotency::{Admin, RedisStore, StoreError};
use retry_runtime::{Class, Classify};
use retry_tests::Proxy;

use crate::stores::postgres::server::{Schema, config, with};
use crate::stores::redis::on_server;

/// Timeout of a step.
pub(crate) const STEP: Duration = Duration::from_millis(400);
/// A store that has recovered answers within this time, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections of the pool.
pub(crate) const POOL: usize = 4;

/// A store behind a proxy, and the names of the keys of one test.
pub(crate) struct Behind<S> {
    /// Where the store is in PostgreSQL, without the proxy.
    schema: Option<Schema>,
    pub(crate) proxy: Proxy,
    pub(crate) store: Arc<S>,
    keys: AtomicU32,
}

impl<S: Admin> Behind<S> {
    fn new(schema: Option<Schema>, proxy: Proxy, store: S) -> Self {
        Self { schema, proxy, store: Arc::new(store), keys: AtomicU32::new(0) }
    }

    pub(crate) fn schema(&self) -> &Schema {
        self.schema.as_ref().expect("a store in PostgreSQL")
    }

    /// A key that was not used yet.
    pub(crate) fn name(&self) -> String {
        format!("order-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) async fn claim(&self, name: &str, holder: HolderId) -> Result<ClaimOutcome, StoreError> {
        let id = Id::new("silence", name).unwrap();
        self.store.claim(&ClaimRequest::new(id, holder, Duration::from_secs(30))).await
    }

    pub(crate) async fn run(&self) -> Lease {
        match self.claim(&self.name(), HolderId::random()).await.expect("the store answers") {
            ClaimOutcome::Run(lease) => lease,
            other => panic!("{other:?}"),
        }
    }

    /// Repeats a step until it is answered. Returns the answer, and the errors before it.
    pub(crate) async fn until_answered<T, Step>(&self, step: impl Fn() -> Step) -> (T, u32)
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

/// Runs a test on the server of the tests, behind a proxy; its operations have this timeout.
pub(crate) fn on_postgres(step: Duration, test: impl AsyncFnOnce(&Behind<PostgresStore>)) {
    with("", async |schema| {
        let server = config();
        let tokio_postgres::config::Host::Tcp(host) = &server.get_hosts()[0] else { panic!("a server by TCP") };
        let proxy = Proxy::before(host, server.get_ports().first().copied().unwrap_or(5432)).await.unwrap();
        let pool = schema.pool_at(proxy.address().port(), POOL);
        let store = PostgresStore::open_for_effects_inside(pool.clone()).await.unwrap();
        let store = store.with_step_timeout(step).with_admin_timeout(step);
        // All connections of the pool exist, so all of them will be silent.
        let all = futures_util::future::join_all((0..POOL).map(|_| pool.get())).await;
        drop(all.into_iter().map(Result::unwrap).collect::<Vec<_>>());
        test(&Behind::new(Some(schema), proxy, store)).await;
    });
}

/// Runs a test on the server of the tests, behind a proxy; its operations have this timeout.
pub(crate) fn on_redis(step: Duration, test: impl AsyncFnOnce(&Behind<RedisStore>)) {
    on_server(async |server, prefix| {
        let ConnectionAddr::Tcp(host, port) = server.addr().clone() else { panic!("a server by TCP") };
        let proxy = Proxy::before(host, port).await.unwrap();
        let address = ConnectionAddr::Tcp(proxy.address().ip().to_string(), proxy.address().port());
        let client = Client::open(server.set_addr(address)).unwrap();
        let store = RedisStore::with_client(client, &prefix).await.unwrap();
        let store = store.with_step_timeout(step).with_admin_timeout(step);
        test(&Behind::new(None, proxy, store)).await;
    });
}
