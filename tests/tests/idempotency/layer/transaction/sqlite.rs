//! In SQLite.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::Response;
use retry_idempotency::http::Idempotent;
use retry_idempotency::sqlite::{SqliteStore, complete_with, rusqlite};
use retry_tests::Folder;
use rusqlite::{Connection, TransactionBehavior};
use tokio::runtime::Builder;

use super::{ABORTED, AFTER_COMMIT, BEFORE_COMMIT, EVICTED, FORGOTTEN, answer, rules};
use crate::layer::shop::{Seen, Shop, layer_over};

#[derive(Clone)]
struct Drawer {
    file: PathBuf,
    fault: Arc<AtomicU32>,
}

async fn pay(State(drawer): State<Drawer>, claim: Idempotent) -> Response<String> {
    let fault = drawer.fault.load(SeqCst);
    let mut shop = Connection::open(&drawer.file).unwrap();
    if fault == EVICTED {
        shop.execute("DELETE FROM retry_keys WHERE scope <> ''", ()).unwrap();
    }
    let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    tx.execute("INSERT INTO payments VALUES (31)", ()).unwrap();
    let paid = answer(201, "paid");
    if fault == BEFORE_COMMIT {
        return answer(500, "the power failed");
    }
    if fault == ABORTED {
        tx.execute_batch("PRAGMA query_only = 1").unwrap();
    }
    if fault != FORGOTTEN {
        if complete_with(&tx, &claim.response_completion(&paid).unwrap()).is_err() {
            return answer(409, "not now");
        }
        tx.commit().unwrap();
    }
    if fault == AFTER_COMMIT { answer(500, "the connection was cut") } else { paid }
}

struct Till {
    shop: Shop,
    drawer: Drawer,
    _folder: Folder,
}

impl Till {
    async fn open() -> Self {
        let folder = Folder::new(env!("CARGO_TARGET_TMPDIR"));
        let drawer = Drawer { file: folder.join("shop.db"), fault: Arc::default() };
        let store = SqliteStore::open(&drawer.file).unwrap();
        Connection::open(&drawer.file).unwrap().execute_batch("CREATE TABLE payments (euros INTEGER)").unwrap();
        let router = Router::new().route("/pay", post(pay)).with_state(drawer.clone());
        let shop = Shop::serve(router, layer_over(Arc::new(store)).in_transaction(), Arc::<Seen>::default()).await;
        Self { shop, drawer, _folder: folder }
    }
}

impl super::Till for Till {
    fn shop(&self) -> &Shop {
        &self.shop
    }

    fn fault(&self) -> &AtomicU32 {
        &self.drawer.fault
    }

    async fn payments(&self) -> i64 {
        let shop = Connection::open(&self.drawer.file).unwrap();
        shop.query_row("SELECT count(*) FROM payments", (), |row| row.get(0)).unwrap()
    }
}

fn run(rule: impl AsyncFnOnce(Till)) {
    Builder::new_current_thread().enable_all().build().unwrap().block_on(async { rule(Till::open().await).await });
}

rules!(run);
