//! The ledger: a row for each payment that was made.

use std::path::Path;
use std::time::Duration;

use deadpool_postgres::Pool;
use retry_idempotency::sqlite::rusqlite::{self, Connection, Transaction, TransactionBehavior};
use serde::{Deserialize, Serialize};

use crate::error::PayError;
use crate::store::Ledger;

pub(crate) const SCHEMA_SQLITE: &str = "CREATE TABLE ledger (id INTEGER PRIMARY KEY, key TEXT NOT NULL, euros INTEGER)";
pub(crate) const SCHEMA_POSTGRES: &str =
    "CREATE TABLE ledger (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL, euros int)";

/// An order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) order: String,
    pub(crate) euros: u32,
}

/// Answer to the payer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    pub(crate) id: i64,
}

/// A connection that waits for others for up to 5 s.
pub(crate) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    Ok(connection)
}

pub(crate) fn begin(connection: &mut Connection) -> Result<Transaction<'_>, PayError> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(PayError::ledger)
}

/// Writes the payment down.
pub(crate) fn enter(transaction: &Transaction<'_>, key: &str, order: &Order) -> Result<Receipt, PayError> {
    let insert = "INSERT INTO ledger (key, euros) VALUES (?1, ?2)";
    transaction.execute(insert, (key, order.euros)).map_err(PayError::ledger)?;
    Ok(Receipt { id: transaction.last_insert_rowid() })
}

/// Writes the payment down.
pub(crate) async fn enter_postgres(
    transaction: &tokio_postgres::Transaction<'_>,
    key: &str,
    order: &Order,
) -> Result<Receipt, PayError> {
    let euros = i32::try_from(order.euros).map_err(PayError::ledger)?;
    let insert = "INSERT INTO ledger (key, euros) VALUES ($1, $2) RETURNING id";
    let row = transaction.query_one(insert, &[&key, &euros]).await.map_err(PayError::ledger)?;
    Ok(Receipt { id: row.get(0) })
}

/// All rows: key and number.
pub(crate) async fn rows(ledger: &Ledger) -> Result<Vec<(String, i64)>, PayError> {
    let select = "SELECT key, id FROM ledger";
    match ledger {
        Ledger::Sqlite(connection) => {
            let connection = connection.lock().map_err(PayError::ledger)?;
            let mut statement = connection.prepare(select).map_err(PayError::ledger)?;
            let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).map_err(PayError::ledger)?;
            rows.collect::<Result<_, _>>().map_err(PayError::ledger)
        }
        Ledger::Postgres(pool) => rows_postgres(pool, select).await,
        Ledger::None => Ok(Vec::new()),
    }
}

async fn rows_postgres(pool: &Pool, select: &str) -> Result<Vec<(String, i64)>, PayError> {
    let client = pool.get().await.map_err(PayError::ledger)?;
    let rows = client.query(select, &[]).await.map_err(PayError::ledger)?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
