//! In PostgreSQL.

use std::time::Duration;

use deadpool_postgres::Object;
use retry_idempotency::Admin;
use retry_idempotency::admin::{Filter, KeyState};
use retry_idempotency::idempotent;
use retry_idempotency::postgres::{PostgresStore, complete};
use tokio::sync::Notify;

use super::{Ends, rules};
use crate::idempotent::shop::{Order, Paid, PayError};
use crate::stores::harness::Harness;
use crate::stores::postgres::server::{Schema, with};

struct Till {
    store: PostgresStore,
    schema: Schema,
    begun: Notify,
}

impl Till {
    async fn client(&self) -> Object {
        self.schema.pool.get().await.unwrap()
    }
}

const PAY: &str = "INSERT INTO payments SELECT count(*) + 1 FROM payments RETURNING number";

impl super::Till for Till {
    #[idempotent(store = self.store, key = order.id, mode = in_transaction, claim = claim)]
    async fn pay(&self, order: &Order, ends: Ends) -> Paid {
        let mut client = self.client().await;
        let tx = client.transaction().await.unwrap();
        let number: i64 = tx.query_one(PAY, &[]).await.unwrap().get(0);
        let number = u32::try_from(number).unwrap();
        ends.before_complete(&self.begun).await?;
        complete(&tx, &claim, &number).await?;
        if let Ends::Late = ends {
            return Err(PayError::Timeout);
        }
        tx.commit().await.unwrap();
        Ok(number)
    }

    fn begun(&self) -> &Notify {
        &self.begun
    }

    async fn payments(&self) -> i64 {
        self.client().await.query_one("SELECT count(*) FROM payments", &[]).await.unwrap().get(0)
    }

    async fn state(&self) -> Option<KeyState> {
        self.store.list(Filter::default(), None, 9).await.unwrap().entries.first().map(|entry| entry.state)
    }

    async fn pass(&self, by: Duration) {
        self.schema.pass_time(by).await;
    }
}

fn run(rule: impl AsyncFnOnce(Till)) {
    with("", async |schema| {
        schema.execute("CREATE TABLE payments (number bigint)").await;
        let store = PostgresStore::open_for_effects_inside(schema.pool.clone()).await.unwrap();
        rule(Till { store, schema, begun: Notify::new() }).await;
    });
}

rules!(run);
