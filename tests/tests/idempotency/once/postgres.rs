//! Effects in the same database: committed together with their keys, or not at all.

use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use retry_idempotency::admin::KeyState;
use retry_idempotency::postgres::{PostgresStore, complete};
use retry_idempotency::sqlx::complete_postgres;
use retry_idempotency::{OnceError, Store, once};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::once::shop::{PayError, state};
use crate::stores::postgres::proxy::Proxy;
use crate::stores::postgres::server::{Schema, config, with};

/// Whoever waits for a connection waits for longer than this.
const PATIENCE: Duration = Duration::from_secs(20);

async fn store(schema: &Schema, pool: &Pool) -> PostgresStore {
    schema.execute("CREATE TABLE IF NOT EXISTS payments (euros integer)").await;
    PostgresStore::open_for_effects_inside(pool.clone()).await.unwrap()
}

async fn payments(schema: &Schema) -> i64 {
    schema.pool.get().await.unwrap().query_one("SELECT count(*) FROM payments", &[]).await.unwrap().get(0)
}

async fn client(pool: &Pool) -> Result<Object, PayError> {
    pool.get().await.map_err(|_| PayError::Status(503))
}

/// A failure of the database, of which nothing more is said.
#[allow(clippy::needless_pass_by_value)] // as `map_err` wants it
fn failed(_: tokio_postgres::Error) -> PayError {
    PayError::Status(500)
}

async fn pay(store: &PostgresStore, pool: &Pool, key: &str) -> Result<u32, PayError> {
    once(store, key)
        .wait(PATIENCE)
        .run_in(async |claim| {
            let mut client = client(pool).await?;
            let tx = client.transaction().await.map_err(failed)?;
            tx.execute("INSERT INTO payments VALUES (31)", &[]).await.map_err(failed)?;
            complete(&tx, &claim, &31).await?;
            tx.commit().await.map_err(failed)?;
            Ok(31)
        })
        .await
}

#[test]
fn of_64_at_once_one_pays_at_every_isolation() {
    for level in ["read\\ committed", "repeatable\\ read", "serializable"] {
        with(&format!("-c default_transaction_isolation={level}"), async |schema| {
            let store = store(&schema, &schema.pool).await;
            let mut all = JoinSet::new();
            for _ in 0..64 {
                let (store, pool) = (store.clone(), schema.pool.clone());
                all.spawn(async move { pay(&store, &pool, "order").await.unwrap() });
            }
            assert_eq!(all.join_all().await, [31; 64], "{level}");
            assert_eq!(payments(&schema).await, 1, "{level}");
        });
    }
}

/// A claim that held a connection while its body runs would wait for itself.
#[test]
fn a_pool_of_one_is_enough() {
    with("", async |schema| {
        let pool = schema.pool(1, "");
        let store = store(&schema, &pool).await;
        assert_eq!(timeout(PATIENCE, pay(&store, &pool, "order")).await.expect("nobody waits").unwrap(), 31);
        assert_eq!(payments(&schema).await, 1);
    });
}

#[test]
fn what_is_rolled_back_is_forgotten() {
    with("", async |schema| {
        let store = store(&schema, &schema.pool).await;
        let failing = once(&store, "order").run_in(async |_| {
            let mut client = client(&schema.pool).await?;
            let tx = client.transaction().await.map_err(failed)?;
            tx.execute("INSERT INTO payments VALUES (31)", &[]).await.map_err(failed)?;
            Err::<u32, _>(PayError::Timeout)
        });
        failing.await.unwrap_err();
        assert_eq!((payments(&schema).await, state(&store).await), (0, None));
        assert_eq!(pay(&store, &schema.pool, "order").await.unwrap(), 31);
        assert_eq!(payments(&schema).await, 1);
    });
}

/// The commit was made, and its answer lost: the record says so, and the caller is answered what it paid.
#[test]
fn a_commit_without_an_answer_is_looked_up() {
    with("", async |schema| {
        let server = config();
        let tokio_postgres::config::Host::Tcp(host) = &server.get_hosts()[0] else { panic!("a server by TCP") };
        let proxy = Proxy::to(host.clone(), server.get_ports().first().copied().unwrap_or(5432)).await;
        let pool = schema.pool_at(proxy.port, 4);
        let store = store(&schema, &pool).await;
        let paid = once(&store, "order").run_in(async |claim| {
            let mut client = client(&pool).await?;
            let tx = client.transaction().await.map_err(failed)?;
            tx.execute("INSERT INTO payments VALUES (31)", &[]).await.map_err(failed)?;
            complete(&tx, &claim, &31).await?;
            proxy.cut_next();
            tx.commit().await.map_err(failed)?;
            Err::<u32, _>(PayError::Declined) // the answer is cut, so this is not reached
        });
        assert_eq!(paid.await.unwrap(), 31);
        assert_eq!(payments(&schema).await, 1);
    });
}

/// Completed, and rolled back: whether it will be committed nobody else knows, so the key is neither forgotten nor freed.
#[test]
fn after_complete_a_failure_leaves_the_key_to_its_lease() {
    with("", async |schema| {
        let store = store(&schema, &schema.pool).await;
        let failing = once(&store, "order").run_in(async |claim| {
            let mut client = client(&schema.pool).await?;
            let tx = client.transaction().await.map_err(failed)?;
            complete(&tx, &claim, &31).await?;
            drop(tx);
            Err::<u32, _>(PayError::Declined)
        });
        assert!(matches!(failing.await, Err(PayError::Declined)));
        assert_eq!(state(&store).await, Some(KeyState::InFlight));
    });
}

/// The commit of a transaction with a failed statement is a rollback, which the client returns as a success.
#[test]
fn complete_fails_after_a_statement_whose_error_was_ignored() {
    with("", async |schema| {
        let store = store(&schema, &schema.pool).await;
        let paid = once(&store, "order").run_in(async |claim| {
            let mut client = client(&schema.pool).await?;
            let tx = client.transaction().await.map_err(failed)?;
            tx.execute("INSERT INTO payments VALUES (31)", &[]).await.map_err(failed)?;
            let _ = tx.execute("INSERT INTO payments VALUES ('none')", &[]).await.unwrap_err();
            complete(&tx, &claim, &31).await?;
            tx.commit().await.map_err(failed)?;
            Ok::<u32, PayError>(31)
        });
        assert!(matches!(paid.await, Err(PayError::Once(OnceError::Store(_)))));
        assert_eq!(payments(&schema).await, 0);
    });
}

#[test]
fn a_store_of_any_kind_steps_and_merges() {
    with("", async |schema| {
        let store = store(&schema, &schema.pool).await;
        crate::once::shop::scenarios(&store as &dyn Store).await;
        let refused = once(&store, "lost").run_in(async |claim| {
            claim.completed(0)?;
            Ok::<_, PayError>(1)
        });
        assert!(matches!(refused.await, Err(PayError::Once(OnceError::Lost))));
    });
}

/// The same by another client.
#[test]
fn a_transaction_of_sqlx_completes_too() {
    with("", async |schema| {
        let store = store(&schema, &schema.pool).await;
        let of_schema = |server: tokio_postgres::Config, path: &str| {
            let tokio_postgres::config::Host::Tcp(host) = &server.get_hosts()[0] else { panic!("a server by TCP") };
            let options = sqlx::postgres::PgConnectOptions::new_without_pgpass()
                .host(host)
                .port(server.get_ports().first().copied().unwrap_or(5432))
                .username(server.get_user().unwrap_or("postgres"))
                .database(server.get_dbname().unwrap_or("postgres"))
                .options([("search_path", path)]);
            match server.get_password() {
                Some(password) => options.password(std::str::from_utf8(password).unwrap()),
                None => options,
            }
        };
        let path: String = client(&schema.pool).await.unwrap().query_one("SHOW search_path", &[]).await.unwrap().get(0);
        let pool = sqlx::PgPool::connect_with(of_schema(config(), &path)).await.unwrap();
        let failed = |_: sqlx::Error| PayError::Status(500);
        for commits in [false, true] {
            let paid = once(&store, "order").run_in(async |claim| {
                let mut tx = pool.begin().await.map_err(failed)?;
                sqlx::query("INSERT INTO payments VALUES (31)").execute(&mut *tx).await.map_err(failed)?;
                if !commits {
                    return Err(PayError::Timeout);
                }
                complete_postgres(&mut tx, &claim, &31).await?;
                tx.commit().await.map_err(failed)?;
                Ok::<u32, PayError>(31)
            });
            assert_eq!(paid.await.is_ok(), commits);
        }
        assert_eq!(once(&store, "order").run(async |_| Ok::<_, PayError>(1)).await.unwrap(), 31);
        assert_eq!(payments(&schema).await, 1);

        let lost = once(&store, "other").run_in(async |claim| {
            schema.execute("DELETE FROM retry_keys WHERE scope <> ''").await;
            let mut tx = pool.begin().await.map_err(failed)?;
            complete_postgres(&mut tx, &claim, &31).await?;
            Ok::<u32, PayError>(31)
        });
        assert!(matches!(lost.await, Err(PayError::Once(OnceError::Lost))));
        pool.close().await;
    });
}
