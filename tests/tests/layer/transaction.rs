//! A handler that stores its answer in the transaction of its effect, in SQLite.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::Response;
use retry_runtime::idempotency::layer::Idempotent;
use retry_runtime::idempotency::sqlite::{SqliteStore, respond, rusqlite};
use rusqlite::{Connection, TransactionBehavior};

use crate::shop::{Seen, Shop, layer_over};

/// What goes wrong.
const NOTHING: u32 = 0;
const BEFORE_COMMIT: u32 = 1;
const AFTER_COMMIT: u32 = 2;
const FORGOTTEN: u32 = 3;

#[derive(Clone)]
struct Till {
    file: PathBuf,
    fault: Arc<AtomicU32>,
}

fn answer(status: u16, body: &str) -> Response<String> {
    Response::builder().status(status).header("content-type", "text/plain").body(body.into()).unwrap()
}

async fn pay(State(till): State<Till>, Idempotent(claim): Idempotent) -> Response<String> {
    let fault = till.fault.load(SeqCst);
    let mut shop = Connection::open(&till.file).unwrap();
    let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    tx.execute("INSERT INTO payments VALUES (31)", ()).unwrap();
    let paid = answer(201, "paid");
    if fault == BEFORE_COMMIT {
        return answer(500, "the power failed");
    }
    if fault != FORGOTTEN {
        respond(&tx, &claim, &paid).unwrap();
        tx.commit().unwrap();
    }
    if fault == AFTER_COMMIT { answer(500, "the connection was cut") } else { paid }
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn open(name: &str) -> (Folder, Till, Shop) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("layer-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let till = Till { file: folder.join("shop.db"), fault: Arc::default() };
    let store = SqliteStore::open(&till.file).unwrap();
    Connection::open(&till.file).unwrap().execute_batch("CREATE TABLE payments (euros INTEGER)").unwrap();
    let router = Router::new().route("/pay", post(pay)).with_state(till.clone());
    let shop = Shop::serve(router, layer_over(Arc::new(store)).in_transaction(), Arc::<Seen>::default()).await;
    (Folder(folder), till, shop)
}

fn payments(till: &Till) -> u32 {
    let shop = Connection::open(&till.file).unwrap();
    shop.query_row("SELECT count(*) FROM payments", (), |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn effect_and_answer_commit_together() {
    let (_folder, till, shop) = open("together").await;
    let first = shop.post("/pay").await;
    assert_eq!((first.status, first.body.as_str()), (201, "paid"));
    let second = shop.post("/pay").await;
    assert_eq!((second.status, second.body.as_str(), second.is_replayed()), (201, "paid", true));
    assert_eq!(second.headers["content-type"], "text/plain");
    assert_eq!(payments(&till), 1);
}

#[tokio::test]
async fn what_was_rolled_back_is_forgotten() {
    let (_folder, till, shop) = open("rolled").await;
    till.fault.store(BEFORE_COMMIT, SeqCst);
    assert_eq!(shop.post("/pay").await.status, 500);
    till.fault.store(NOTHING, SeqCst);
    assert_eq!(shop.post("/pay").await.status, 201);
    assert_eq!(payments(&till), 1);
}

#[tokio::test]
async fn a_lost_answer_of_the_commit_is_looked_up() {
    let (_folder, till, shop) = open("lost").await;
    till.fault.store(AFTER_COMMIT, SeqCst);
    let first = shop.post("/pay").await;
    assert_eq!((first.status, first.body.as_str()), (201, "paid"));
    assert!(shop.post("/pay").await.is_replayed());
    assert_eq!(payments(&till), 1);
}

#[tokio::test]
async fn a_success_that_stored_nothing_is_none() {
    let (_folder, till, shop) = open("nothing").await;
    till.fault.store(FORGOTTEN, SeqCst);
    assert_eq!(shop.post("/pay").await.problem(), (500, "Broken".into()));
    till.fault.store(NOTHING, SeqCst);
    assert_eq!(shop.post("/pay").await.status, 201);
    assert_eq!(payments(&till), 1);
}
