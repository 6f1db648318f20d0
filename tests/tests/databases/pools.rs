//! Errors of deadpool and bb8, above tokio-postgres and redis.

use std::error::Error;
use std::time::Duration;

use bb8::{ManageConnection, RunError};
use deadpool_postgres::{Manager, Pool, Runtime, Timeouts};
use retry_runtime::{Class, Classify};
use tokio_postgres::NoTls;

use crate::failure::class;
use crate::postgres::with_table;

fn deadpool(url: &str, wait: Duration) -> Pool {
    let timeouts = Timeouts { wait: Some(wait), create: None, recycle: None };
    let pool = Pool::builder(Manager::new(url.parse().unwrap(), NoTls)).max_size(1).runtime(Runtime::Tokio1);
    pool.timeouts(timeouts).build().unwrap()
}

#[tokio::test]
async fn a_deadpool_without_a_free_connection_is_connect() {
    let down = deadpool("postgres://postgres@127.0.0.1:1/test", Duration::ZERO);
    assert_eq!(class(down.get().await.unwrap_err()), Class::Connect);
    down.close();
    assert_eq!(class(down.get().await.unwrap_err()), Class::Permanent);
    with_table(async |database| {
        let pool = deadpool(&database.url, Duration::from_millis(1));
        let held = pool.get().await.unwrap();
        assert_eq!(class(pool.get().await.unwrap_err()), Class::Connect);
        // `?` makes a `PoolError` of the error of a statement, too.
        let error = held.batch_execute("SET statement_timeout = 1; SELECT pg_sleep(60)").await.unwrap_err();
        assert_eq!(class(deadpool_postgres::PoolError::from(error)), Class::Timeout);
    })
    .await;
}

/// Makes connections of tokio-postgres.
struct Connections(tokio_postgres::Config);

impl ManageConnection for Connections {
    type Connection = tokio_postgres::Client;
    type Error = tokio_postgres::Error;

    async fn connect(&self) -> Result<Self::Connection, Self::Error> {
        crate::postgres::connect(&self.0).await
    }

    async fn is_valid(&self, client: &mut Self::Connection) -> Result<(), Self::Error> {
        client.batch_execute("").await
    }

    fn has_broken(&self, client: &mut Self::Connection) -> bool {
        client.is_closed()
    }
}

#[tokio::test]
async fn a_bb8_pool_without_a_connection_is_connect() {
    let builder = || bb8::Pool::builder().max_size(1).connection_timeout(Duration::from_millis(20));
    let down = builder().build_unchecked(Connections("postgres://postgres@127.0.0.1:1/test".parse().unwrap()));
    assert_eq!(class(down.get().await.unwrap_err()), Class::Connect);
    let once = builder().retry_connection(false);
    let down = once.build_unchecked(Connections("postgres://postgres@127.0.0.1:1/test".parse().unwrap()));
    assert_eq!(class(down.get().await.unwrap_err()), Class::Connect);
    with_table(async |database| {
        let client = database.client().await;
        let error = client.batch_execute("SELEC").await.unwrap_err();
        assert_eq!(class(RunError::from(error)), Class::Permanent);
    })
    .await;
}

#[test]
fn timeouts_of_pools_of_redis_are_known_in_a_box() {
    let boxed: Box<dyn Error + Send + Sync> = RunError::<redis::RedisError>::TimedOut.into();
    assert_eq!(boxed.class(), Class::Connect);
}
