//! A schema of one test's own, on the server of the tests.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use deadpool_postgres::{Manager, Pool};
use retry_idempotency::Admin;
use retry_idempotency::postgres::PostgresStore;
use tokio::runtime::Builder;
use tokio_postgres::{Client, Config, NoTls};

use crate::stores::harness::{Case, Harness, Watchdog};

/// A server that says no by silence is not there.
const PATIENCE: Duration = Duration::from_secs(5);
/// Timeout of an operation among many on a machine that has few cores.
const BUSY: Duration = Duration::from_mins(1);
/// Commits that need not survive the machine, since no test outlives it.
const QUICK: &str = "-c synchronous_commit=off";

/// Number of the next schema.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// An empty schema, with the table in it.
#[derive(Clone)]
pub(crate) struct Schema {
    name: String,
    pub(crate) pool: Pool,
}

impl Schema {
    /// Connections that look into this schema, at most so many.
    pub(crate) fn pool(&self, connections: usize, options: &str) -> Pool {
        let config = config().options(format!("-c search_path={} {options}", self.name)).to_owned();
        Pool::builder(Manager::new(config, NoTls)).max_size(connections).build().unwrap()
    }

    /// The same at a port of this machine.
    pub(crate) fn pool_at(&self, port: u16, connections: usize) -> Pool {
        let (server, mut config) = (config(), Config::new());
        config.host("127.0.0.1").port(port).options(format!("-c search_path={}", self.name));
        config.user(server.get_user().unwrap_or("postgres")).dbname(server.get_dbname().unwrap_or("postgres"));
        if let Some(password) = server.get_password() {
            config.password(password);
        }
        Pool::builder(Manager::new(config, NoTls)).max_size(connections).build().unwrap()
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) async fn execute(&self, sql: &str) {
        self.pool.get().await.unwrap().batch_execute(sql).await.unwrap();
    }
}

impl Harness for Schema {
    const SLACK: Duration = Duration::from_secs(5);

    async fn store(&self) -> Arc<dyn Admin> {
        let store = PostgresStore::open_for_effects_inside(self.pool.clone()).await.unwrap();
        Arc::new(store.with_step_timeout(BUSY))
    }

    async fn bounded(&self, keys_per_scope: usize) -> Arc<dyn Admin> {
        let store = PostgresStore::open_for_effects_inside(self.pool.clone()).await.unwrap();
        Arc::new(store.with_keys_per_scope(keys_per_scope))
    }

    async fn pass_time(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap();
        let shift = "UPDATE retry_keys SET until = until - $1::bigint * interval '1 microsecond', \
            kept = kept - $1::bigint * interval '1 microsecond'";
        self.pool.get().await.unwrap().execute(shift, &[&micros]).await.unwrap();
    }
}

pub(crate) fn config() -> Config {
    let url = std::env::var("RETRY_TEST_POSTGRES_URL");
    let url = url.as_deref().unwrap_or("postgres://postgres@127.0.0.1:5432/test");
    let mut config = Config::from_str(url).expect("RETRY_TEST_POSTGRES_URL is the address of a database");
    config.connect_timeout(PATIENCE).to_owned()
}

async fn connect() -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config().connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Runs a test on a schema of its own, whose connections have these options; not where there is no server.
pub(crate) fn with(options: &str, test: impl AsyncFnOnce(Schema)) {
    let _watchdog = Watchdog::new();
    let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let client = match runtime.block_on(connect()) {
        Ok(client) => client,
        Err(error) if std::env::var_os("CI").is_some() => panic!("no PostgreSQL, and CI is set: {error}"),
        Err(error) => {
            return eprintln!("skipped: no PostgreSQL at RETRY_TEST_POSTGRES_URL, or on this machine: {error}");
        }
    };
    let name = format!("retry_test_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let drop = format!("SET client_min_messages = warning; DROP SCHEMA IF EXISTS {name} CASCADE");
    let result = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            client.batch_execute(&format!("{drop}; CREATE SCHEMA {name}")).await.unwrap();
            let mut schema = Schema { name, pool: Pool::builder(Manager::new(config(), NoTls)).build().unwrap() };
            schema.pool = schema.pool(16, &format!("{QUICK} {options}"));
            PostgresStore::create_table(&schema.pool).await.unwrap();
            test(schema).await;
        });
    }));
    let dropped = runtime.block_on(client.batch_execute(&drop));
    result.unwrap_or_else(|panic| resume_unwind(panic));
    dropped.unwrap();
}

pub(crate) fn run(rule: impl AsyncFnOnce(Case<Schema>)) {
    run_with("", rule);
}

pub(crate) fn run_with(options: &str, rule: impl AsyncFnOnce(Case<Schema>)) {
    with(options, async |schema| rule(Case::new(schema).await).await);
}
