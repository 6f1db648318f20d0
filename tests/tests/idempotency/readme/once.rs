//! At most once, server: `once`.

use deadpool_postgres::{Pool, PoolError, Transaction};
use retry_idempotency::postgres::{self, PostgresStore};
use retry_idempotency::{OnceError, once};
use retry_runtime::Classify;
use serde::{Deserialize, Serialize};

#[derive(Debug, Classify, Serialize, Deserialize, thiserror::Error)]
enum PayError {
    #[error("the database failed: {0}")]
    Database(String),
    #[error(transparent)]
    Once(#[from] OnceError),
}

impl From<PoolError> for PayError {
    fn from(error: PoolError) -> Self {
        Self::Database(error.to_string())
    }
}

impl From<tokio_postgres::Error> for PayError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error.to_string())
    }
}

#[derive(Serialize)]
struct Order {
    account: String,
    euros: i32,
}

/// The number of the payment.
async fn charge(tx: &Transaction<'_>, order: &Order) -> Result<u32, PayError> {
    tx.execute("INSERT INTO payments VALUES ($1)", &[&order.euros]).await?;
    let count: i64 = tx.query_one("SELECT count(*) FROM payments", &[]).await?.get(0);
    Ok(u32::try_from(count).unwrap())
}

#[rustfmt::skip] // one line for what is said of the key
// In the README:
async fn pay(pool: &Pool, store: &PostgresStore, key: &str, order: &Order) -> Result<u32, PayError> {
    once(store, key).scope(&order.account).fingerprint(order).run_in(async |claim| {
        let mut client = pool.get().await?;
        let tx = client.transaction().await?; // after the claim, never before
        let payment = charge(&tx, order).await?;
        postgres::complete(&tx, &claim, &payment).await?; // the last statement: effect and key commit together
        tx.commit().await?;
        Ok(payment)
    }).await
}
// Up to here.

#[test]
fn it_pays_once() {
    crate::stores::postgres::server::with("", async |schema| {
        schema.execute("CREATE TABLE payments (euros integer)").await;
        let store = PostgresStore::open_for_effects_inside(schema.pool.clone()).await.unwrap();
        let mut order = Order { account: "account-7".into(), euros: 31 };
        for _ in 0..2 {
            assert_eq!(pay(&schema.pool, &store, "order-31", &order).await.unwrap(), 1);
        }
        // A first use that finds no connection is forgotten, although its error has no class.
        let closed = schema.pool(1, "");
        closed.close();
        let cut = pay(&closed, &store, "order-32", &order).await;
        assert!(matches!(cut, Err(PayError::Database(_))), "{cut:?}");
        assert_eq!(pay(&schema.pool, &store, "order-32", &order).await.unwrap(), 2);
        order.euros = 40;
        let other = pay(&schema.pool, &store, "order-31", &order).await;
        assert!(matches!(other, Err(PayError::Once(OnceError::Mismatch))), "{other:?}");
    });
}
