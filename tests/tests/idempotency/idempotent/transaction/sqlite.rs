//! In SQLite.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::{Duration, UNIX_EPOCH};

use retry_idempotency::Admin;
use retry_idempotency::admin::{Filter, KeyState};
use retry_idempotency::idempotent;
use retry_idempotency::sqlite::{SqliteOptions, SqliteStore, complete, rusqlite};
use retry_tests::Folder;
use rusqlite::{Connection, TransactionBehavior};
use tokio::runtime::Builder;
use tokio::sync::Notify;

use super::{Ends, rules};
use crate::idempotent::shop::{Order, Paid, PayError};

struct Till {
    store: SqliteStore,
    clock: Arc<AtomicU64>,
    folder: Folder,
    begun: Notify,
}

const PAY: &str = "INSERT INTO payments SELECT count(*) + 1 FROM payments RETURNING number";

impl Till {
    fn new() -> Self {
        let folder = Folder::new(env!("CARGO_TARGET_TMPDIR"));
        let start = UNIX_EPOCH.elapsed().unwrap().as_micros();
        let clock = Arc::new(AtomicU64::new(start.try_into().unwrap()));
        let its_clock = Arc::clone(&clock);
        let options = SqliteOptions::new().clock(move || its_clock.load(SeqCst));
        let store = options.open(folder.join("shop.db")).unwrap();
        let till = Self { store, clock, folder, begun: Notify::new() };
        till.connection().execute_batch("CREATE TABLE payments (number INTEGER)").unwrap();
        till
    }

    fn connection(&self) -> Connection {
        Connection::open(self.folder.join("shop.db")).unwrap()
    }
}

impl super::Till for Till {
    #[idempotent(store = self.store, key = order.id, mode = in_transaction, claim = claim)]
    async fn pay(&self, order: &Order, ends: Ends) -> Paid {
        let mut shop = self.connection();
        let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        let number = tx.query_row(PAY, (), |row| row.get(0)).unwrap();
        ends.before_complete(&self.begun).await?;
        complete(&tx, &claim, &number)?;
        if let Ends::Late = ends {
            return Err(PayError::Timeout);
        }
        tx.commit().unwrap();
        Ok(number)
    }

    fn begun(&self) -> &Notify {
        &self.begun
    }

    async fn payments(&self) -> i64 {
        self.connection().query_row("SELECT count(*) FROM payments", (), |row| row.get(0)).unwrap()
    }

    async fn state(&self) -> Option<KeyState> {
        self.store.list(Filter::default(), None, 9).await.unwrap().entries.first().map(|entry| entry.state)
    }

    async fn pass(&self, by: Duration) {
        self.clock.fetch_add(by.as_micros().try_into().unwrap(), SeqCst);
    }
}

fn run(rule: impl AsyncFnOnce(Till)) {
    Builder::new_current_thread().enable_all().build().unwrap().block_on(async { rule(Till::new()).await });
}

rules!(run);
