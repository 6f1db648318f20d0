//! In PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::Response;
use retry_idempotency::http::Idempotent;
use retry_idempotency::postgres::{PostgresStore, complete_with};

use super::{ABORTED, AFTER_COMMIT, BEFORE_COMMIT, EVICTED, FORGOTTEN, answer, rules};
use crate::layer::shop::{Seen, Shop, layer_over};
use crate::stores::postgres::server::{Schema, with};

#[derive(Clone)]
struct Drawer {
    schema: Schema,
    fault: Arc<AtomicU32>,
}

async fn pay(State(drawer): State<Drawer>, claim: Idempotent) -> Response<String> {
    let fault = drawer.fault.load(SeqCst);
    let mut client = drawer.schema.pool.get().await.unwrap();
    let tx = client.transaction().await.unwrap();
    tx.execute("INSERT INTO payments VALUES (31)", &[]).await.unwrap();
    let paid = answer(201, "paid");
    if fault == BEFORE_COMMIT {
        return answer(500, "the power failed");
    }
    if fault == EVICTED {
        drawer.schema.execute("DELETE FROM retry_keys WHERE scope <> ''").await;
    }
    if fault == ABORTED {
        tx.execute("SELECT 1 / 0", &[]).await.unwrap_err();
    }
    if fault != FORGOTTEN {
        if complete_with(&tx, &claim.response_completion(&paid).unwrap()).await.is_err() {
            return answer(409, "not now");
        }
        tx.commit().await.unwrap();
    }
    if fault == AFTER_COMMIT { answer(500, "the connection was cut") } else { paid }
}

struct Till {
    shop: Shop,
    drawer: Drawer,
}

impl super::Till for Till {
    fn shop(&self) -> &Shop {
        &self.shop
    }

    fn fault(&self) -> &AtomicU32 {
        &self.drawer.fault
    }

    async fn payments(&self) -> i64 {
        let client = self.drawer.schema.pool.get().await.unwrap();
        client.query_one("SELECT count(*) FROM payments", &[]).await.unwrap().get(0)
    }
}

fn run(rule: impl AsyncFnOnce(Till)) {
    with("", async |schema| {
        schema.execute("CREATE TABLE payments (euros integer)").await;
        let store = PostgresStore::open_for_effects_inside(schema.pool.clone()).await.unwrap();
        let drawer = Drawer { schema, fault: Arc::default() };
        let router = Router::new().route("/pay", post(pay)).with_state(drawer.clone());
        let shop = Shop::serve(router, layer_over(Arc::new(store)).in_transaction(), Arc::<Seen>::default()).await;
        rule(Till { shop, drawer }).await;
    });
}

rules!(run);
