//! Effects in the same file, and the rules in SQLite.

use retry_idempotency::sqlite::{SqliteStore, complete, rusqlite};
use retry_idempotency::sqlx::complete_sqlite;
use retry_idempotency::{OnceError, Store, once};
use retry_tests::Folder;
use rusqlite::{Connection, TransactionBehavior};

use crate::once::shop::{PayError, scenarios, state};

fn open(folder: &Folder) -> (SqliteStore, Connection) {
    let file = folder.join("shop.db");
    let store = SqliteStore::open(&file).unwrap();
    let shop = Connection::open(&file).unwrap();
    shop.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
    shop.execute_batch("CREATE TABLE IF NOT EXISTS payments (euros INTEGER)").unwrap();
    (store, shop)
}

fn payments(shop: &Connection) -> u32 {
    shop.query_one("SELECT count(*) FROM payments", (), |row| row.get(0)).unwrap()
}

#[allow(clippy::needless_pass_by_value)] // as `map_err` wants it
fn failed(_: rusqlite::Error) -> PayError {
    PayError::Status(500)
}

fn pay(store: &SqliteStore, shop: &mut Connection, fails: bool) -> Result<u32, PayError> {
    once(store, "order").wait(std::time::Duration::from_secs(20)).run_in_blocking(|claim| {
        let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        tx.execute("INSERT INTO payments VALUES (31)", ()).map_err(failed)?;
        if fails {
            return Err(PayError::Timeout);
        }
        complete(&tx, &claim, &31)?;
        tx.commit().map_err(failed)?;
        Ok(31)
    })
}

#[tokio::test]
async fn the_effect_and_the_key_are_both_there_or_neither() {
    let folder = Folder::new(env!("CARGO_TARGET_TMPDIR"));
    let (store, mut shop) = open(&folder);
    assert!(matches!(pay(&store, &mut shop, true), Err(PayError::Timeout)));
    assert_eq!((payments(&shop), state(&store).await), (0, None));
    assert_eq!(pay(&store, &mut shop, false).unwrap(), 31);
    assert_eq!(pay(&store, &mut shop, false).unwrap(), 31);
    assert_eq!(payments(&shop), 1);
}

#[test]
fn of_16_threads_one_pays() {
    let folder = Folder::new(env!("CARGO_TARGET_TMPDIR"));
    let (store, shop) = open(&folder);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let mut own = open(&folder).1;
                assert_eq!(pay(&store, &mut own, false).unwrap(), 31);
            });
        }
    });
    assert_eq!(payments(&shop), 1);
}

#[test]
fn who_has_lost_the_key_rolls_back() {
    let folder = Folder::new(env!("CARGO_TARGET_TMPDIR"));
    let (store, mut shop) = open(&folder);
    let lost = once(&store, "order").run_in_blocking(|claim| {
        // An operator takes the key away.
        let gone = Connection::open(folder.join("shop.db")).unwrap();
        gone.execute("DELETE FROM retry_keys WHERE scope <> ''", ()).unwrap();
        let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        tx.execute("INSERT INTO payments VALUES (31)", ()).map_err(failed)?;
        complete(&tx, &claim, &31)?;
        tx.commit().map_err(failed)?;
        Ok::<_, PayError>(31)
    });
    assert!(matches!(lost, Err(PayError::Once(OnceError::Lost))), "{lost:?}");
    assert_eq!(payments(&shop), 0);
}

#[tokio::test]
async fn a_store_of_any_kind_steps_and_merges() {
    let folder = Folder::new(env!("CARGO_TARGET_TMPDIR"));
    scenarios(&open(&folder).0 as &dyn Store).await;
}

/// The same by another client.
#[tokio::test]
async fn a_transaction_of_sqlx_completes_too() {
    let folder = Folder::new(env!("CARGO_TARGET_TMPDIR"));
    let (store, shop) = open(&folder);
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("shop.db"));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let failed = |_: sqlx::Error| PayError::Status(500);
    for commits in [false, true] {
        let paid = once(&store, "order").run_in(async |claim| {
            let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
            sqlx::query("INSERT INTO payments VALUES (31)").execute(&mut *tx).await.map_err(failed)?;
            if !commits {
                return Err(PayError::Timeout);
            }
            complete_sqlite(&mut tx, &claim, &31).await?;
            tx.commit().await.map_err(failed)?;
            Ok::<u32, PayError>(31)
        });
        assert_eq!(paid.await.is_ok(), commits);
    }
    assert_eq!(once(&store, "order").run(async |_| Ok::<_, PayError>(1)).await.unwrap(), 31);
    assert_eq!(payments(&shop), 1);

    let lost = once(&store, "other").run_in(async |claim| {
        shop.execute("DELETE FROM retry_keys WHERE scope <> ''", ()).map_err(super::sqlite::failed)?;
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
        complete_sqlite(&mut tx, &claim, &31).await?;
        Ok::<u32, PayError>(31)
    });
    assert!(matches!(lost.await, Err(PayError::Once(OnceError::Lost))));
    pool.close().await;
}
