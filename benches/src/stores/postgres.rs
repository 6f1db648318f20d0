//! The store in PostgreSQL, beside one INSERT and one UPDATE.

use std::env;
use std::str::FromStr;
use std::sync::Arc;

use deadpool_postgres::{Manager, Pool};
use retry_idempotency::Store;
use retry_idempotency::postgres::PostgresStore;
use tokio_postgres::{Config, NoTls};

use super::load;
use crate::Outcome;

const CONNECTIONS: usize = 16;
/// The least that a store must record of a key.
const BARE: &str = "CREATE TABLE bare (scope text COLLATE \"C\", key text COLLATE \"C\", owner bytea, result bytea, \
    until timestamptz, PRIMARY KEY (scope, key))";
const INSERT: &str = "INSERT INTO bare (scope, key, owner, until) VALUES ('bench', $1, $2, clock_timestamp())";
const UPDATE: &str = "UPDATE bare SET result = $2, until = clock_timestamp() WHERE scope = 'bench' AND key = $1";
/// Finished keys, whose time is not over.
const FILL: &str = "INSERT INTO retry_keys (scope, key, owner, token, runs, state, until, result) \
    SELECT 'fill', md5(n::text), '\\x00', 1, 1, 1, now() + interval '1 day', decode(repeat('00', 200), 'hex') \
    FROM generate_series($1::bigint, $2) n";

pub(super) async fn print(keys: usize) -> Outcome {
    let pool = match open().await {
        Ok(pool) => pool,
        Err(error) => {
            println!("PostgreSQL: skipped, {error}");
            return Ok(());
        }
    };
    let outcome = print_on(&pool, keys).await;
    drop_schema(&pool).await?;
    outcome
}

/// Opens the server of the tests, with a schema of this run.
pub(crate) async fn open() -> Outcome<Pool> {
    let url = env::var("RETRY_TEST_POSTGRES_URL");
    let url = url.as_deref().unwrap_or("postgres://postgres@127.0.0.1:5432/test");
    let mut config = Config::from_str(url)?;
    let schema = super::own_name();
    config.options(format!("-c search_path={schema}"));
    let pool = Pool::builder(Manager::new(config, NoTls)).max_size(CONNECTIONS).build()?;
    let client = pool.get().await.map_err(|error| format!("none at {url}: {error}"))?;
    client.batch_execute(&format!("CREATE SCHEMA {schema}; {BARE}")).await?;
    Ok(pool)
}

pub(crate) async fn drop_schema(pool: &Pool) -> Outcome {
    let drop = format!("SET client_min_messages = warning; DROP SCHEMA {} CASCADE", super::own_name());
    Ok(pool.get().await?.batch_execute(&drop).await?)
}

async fn print_on(pool: &Pool, keys: usize) -> Outcome {
    PostgresStore::create_table(pool).await?;
    let unnamed = PostgresStore::open_for_effects_inside(pool.clone()).await?;
    let store: Arc<dyn Store> = Arc::new(unnamed.clone().with_prepared_statements());
    let mut stored = 0;
    for wanted in [super::FEW, keys] {
        let client = pool.get().await?;
        client.execute(FILL, &[&(i64::try_from(stored)? + 1), &i64::try_from(wanted)?]).await?;
        client.batch_execute("VACUUM ANALYZE retry_keys").await?;
        drop(client);
        stored = wanted;
        println!("PostgreSQL, {stored} keys, {CONNECTIONS} connections; the floor is one INSERT and one UPDATE");
        for callers in super::CALLERS {
            load::print_beside(&store, callers, || floor(pool.clone())).await?;
        }
    }
    println!("PostgreSQL, the same without prepared statements; the floor has prepared ones");
    let unnamed: Arc<dyn Store> = Arc::new(unnamed);
    for callers in super::CALLERS {
        load::print_beside(&unnamed, callers, || floor(pool.clone())).await?;
    }
    print_log(pool, &*store).await
}

pub(crate) async fn floor(pool: Pool) -> Outcome {
    let key = load::new_key();
    // Its connection is given back between the two, as by any store.
    {
        let client = pool.get().await?;
        let statement = client.prepare_cached(INSERT).await?;
        client.query(&statement, &[&key, &&load::RESULT[..16]]).await?;
    }
    let client = pool.get().await?;
    let statement = client.prepare_cached(UPDATE).await?;
    client.query(&statement, &[&key, &&load::RESULT[..]]).await?;
    Ok(())
}

/// Measures the bytes that replays write to the log, including writes of other programs.
async fn print_log(pool: &Pool, store: &dyn Store) -> Outcome {
    const AT: &str = "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::text";
    let key = load::new_key();
    load::pair(store, &key).await?;
    load::replay(store, &key).await?;
    let client = pool.get().await?;
    let at = async || -> Outcome<u64> { Ok(client.query_one(AT, &[]).await?.get::<_, String>(0).parse()?) };
    let before = at().await?;
    for _ in 0..1000 {
        load::replay(store, &key).await?;
    }
    println!("  {} bytes of log for 1000 replays", at().await? - before);
    Ok(())
}
