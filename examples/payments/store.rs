//! The stores, and the ledgers beside them, as a server or the harness opens them.

use std::error::Error;
use std::str::FromStr;
use std::sync::Mutex;

use deadpool_postgres::{Manager, Pool};
use retry_idempotency::admin::{Filter, KeyEntry, KeyState};
use retry_idempotency::postgres::PostgresStore;
use retry_idempotency::sqlite::rusqlite::Connection;
use retry_idempotency::sqlite::{SqliteOptions, Synchronous};
use retry_idempotency::{Admin, RedisStore};
use tokio_postgres::{Config, NoTls};

use crate::ledger;
use crate::plan::{Keys, STORED_SCOPE};

/// The most connections of a server.
const CONNECTIONS: usize = 16;

/// Ledger of payments.
pub(crate) enum Ledger {
    Sqlite(Mutex<Connection>),
    Postgres(Pool),
    /// At the gateway alone.
    None,
}

/// A store, and the ledger that shares its transactions.
pub(crate) struct Books {
    pub(crate) store: Box<dyn Admin>,
    pub(crate) ledger: Ledger,
}

impl Books {
    pub(crate) async fn open(keys: &Keys) -> Result<Self, Box<dyn Error>> {
        Ok(match keys {
            Keys::Sqlite { path } => {
                // Processes are killed here, and no power is cut: what the system has is not lost.
                let store = SqliteOptions::new().synchronous(Synchronous::Normal).open(path)?;
                Self { store: Box::new(store), ledger: Ledger::Sqlite(Mutex::new(ledger::connect(path)?)) }
            }
            Keys::Postgres { url, schema } => {
                let pool = pool(url, schema)?;
                let store = PostgresStore::open_for_effects_inside(pool.clone()).await?;
                Self { store: Box::new(store), ledger: Ledger::Postgres(pool) }
            }
            Keys::Redis { url, prefix } => {
                Self { store: Box::new(RedisStore::open(url, prefix).await?), ledger: Ledger::None }
            }
        })
    }

    /// Makes what must be there before the first server.
    pub(crate) async fn create(keys: &Keys) -> Result<(), Box<dyn Error>> {
        match keys {
            Keys::Sqlite { path } => Ok(ledger::connect(path)?.execute_batch(ledger::SCHEMA_SQLITE)?),
            Keys::Postgres { url, schema } => {
                let pool = pool(url, schema)?;
                pool.get().await?.batch_execute(&format!("CREATE SCHEMA {schema}")).await?;
                PostgresStore::create_table(&pool).await?;
                Ok(pool.get().await?.batch_execute(ledger::SCHEMA_POSTGRES).await?)
            }
            Keys::Redis { url, prefix } => Ok(RedisStore::open(url, prefix).await?.acknowledge().await?),
        }
    }

    /// Removes it all, as far as it lasts longer than the run.
    pub(crate) async fn remove(&self, keys: &Keys) -> Result<(), Box<dyn Error>> {
        match (keys, &self.ledger) {
            (Keys::Postgres { schema, .. }, Ledger::Postgres(pool)) => {
                let drop = format!("SET client_min_messages = warning; DROP SCHEMA {schema} CASCADE");
                Ok(pool.get().await?.batch_execute(&drop).await?)
            }
            (Keys::Redis { .. }, _) => {
                for entry in self.entries().await? {
                    self.store.evict(entry.id()).await?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The keys that were begun and never finished.
    pub(crate) async fn open_keys(&self) -> Result<Vec<String>, Box<dyn Error>> {
        let entries = self.entries().await?;
        let open = entries.iter().filter(|entry| entry.state != KeyState::Finished);
        Ok(open.map(|entry| entry.id().key().to_owned()).collect())
    }

    async fn entries(&self) -> Result<Vec<KeyEntry>, Box<dyn Error>> {
        let filter = Filter { scope: Some(STORED_SCOPE), ..Filter::default() };
        let (mut entries, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.list(filter, after.as_ref(), 500).await?;
            entries.extend(page.entries);
            after = page.next;
            if after.is_none() {
                return Ok(entries);
            }
        }
    }
}

fn pool(url: &str, schema: &str) -> Result<Pool, Box<dyn Error>> {
    let mut config = Config::from_str(url)?;
    config.options(format!("-c search_path={schema}"));
    Ok(Pool::builder(Manager::new(config, NoTls)).max_size(CONNECTIONS).build()?)
}
