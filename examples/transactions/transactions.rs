//! Sixteen workers move money between four accounts, in serializable transactions that conflict, and nothing is lost.
//!
//! `cargo run --example transactions`, with PostgreSQL at `RETRY_TEST_POSTGRES_URL` or on this machine.

use std::env;
use std::error::Error;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use deadpool_postgres::{Manager, Pool, PoolError};
use retry_runtime::{Classify, retry};
use tokio::task::JoinSet;
use tokio_postgres::{IsolationLevel, NoTls};

const WORKERS: u32 = 16;
const TRANSFERS: u32 = 25;
const ACCOUNTS: u32 = 4;
const BALANCE: i64 = 1_000;

static ATTEMPTS: AtomicU32 = AtomicU32::new(0);
static CONFLICTS: AtomicU32 = AtomicU32::new(0);

#[derive(Debug, Classify, thiserror::Error)]
enum BankError {
    #[error(transparent)]
    Database(#[from] tokio_postgres::Error), // has the class of its SQLSTATE
    #[error(transparent)]
    Pool(#[from] PoolError), // `Connect` if no connection was free
    #[error("account {0} has less than that")]
    TooLittle(i32), // is not a class name, so it is permanent
}

struct Bank {
    pool: Pool,
    schema: String,
}

/// Moves money in one transaction, and repeats all of it after a conflict.
///
/// `Conflict` and `Connect` prove that nothing was committed. `Disconnected` does not: a commit may have happened, so a
/// transfer that has no key of its own must not be repeated after it.
#[retry(max_attempts = 50, backoff = exp(2ms, 200ms), retry_on = (Connect, Conflict), on_retry = |_, _| count_conflict())]
async fn transfer(bank: &Bank, from: i32, to: i32, amount: i64) -> Result<(), BankError> {
    ATTEMPTS.fetch_add(1, Ordering::Relaxed);
    let schema = &bank.schema;
    let mut client = bank.pool.get().await?;
    let transaction = client.build_transaction().isolation_level(IsolationLevel::Serializable).start().await?;
    let read = format!("SELECT balance FROM {schema}.accounts WHERE id = $1");
    let balance: i64 = transaction.query_one(&read, &[&from]).await?.get(0);
    if balance < amount {
        return Err(BankError::TooLittle(from));
    }
    let other: i64 = transaction.query_one(&read, &[&to]).await?.get(0);
    let write = format!("UPDATE {schema}.accounts SET balance = $2 WHERE id = $1");
    transaction.execute(&write, &[&from, &(balance - amount)]).await?;
    transaction.execute(&write, &[&to, &(other + amount)]).await?;
    let record = format!("INSERT INTO {schema}.transfers (source, target, amount) VALUES ($1, $2, $3)");
    transaction.execute(&record, &[&from, &to, &amount]).await?;
    transaction.commit().await?;
    Ok(())
}

fn count_conflict() {
    CONFLICTS.fetch_add(1, Ordering::Relaxed);
}

/// Makes the transfers of one worker.
async fn work(bank: &Bank, worker: u32) -> Result<u32, BankError> {
    let account = |number: u32| i32::try_from(number % ACCOUNTS).unwrap_or_default();
    let mut done = 0;
    for number in 0..TRANSFERS {
        let from = worker + number;
        match transfer(bank, account(from), account(from + 1 + number % (ACCOUNTS - 1)), 1 + i64::from(number % 7))
            .await
        {
            Ok(()) => done += 1,
            Err(BankError::TooLittle(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

impl Bank {
    async fn open(url: &str) -> Result<Self, Box<dyn Error>> {
        let pool = Pool::builder(Manager::new(url.parse()?, NoTls)).max_size(WORKERS as usize).build()?;
        let bank = Self { pool, schema: format!("transactions_example_{}", process::id()) };
        let schema = &bank.schema;
        let create = format!(
            "CREATE SCHEMA {schema};
             CREATE TABLE {schema}.accounts (id int PRIMARY KEY, balance bigint NOT NULL);
             CREATE TABLE {schema}.transfers (source int, target int, amount bigint);
             INSERT INTO {schema}.accounts SELECT id, {BALANCE} FROM generate_series(0, {ACCOUNTS} - 1) AS id"
        );
        bank.pool.get().await?.batch_execute(&create).await?;
        Ok(bank)
    }

    /// Returns the sum of all balances, the number of recorded transfers, and of accounts that differ from these.
    async fn audit(&self) -> Result<(i64, i64, i64), BankError> {
        let schema = &self.schema;
        let audit = format!(
            "SELECT (SELECT sum(balance)::bigint FROM {schema}.accounts), (SELECT count(*) FROM {schema}.transfers),
                (SELECT count(*) FROM {schema}.accounts WHERE balance <> {BALANCE}
                    + (SELECT coalesce(sum(amount), 0) FROM {schema}.transfers WHERE target = id)
                    - (SELECT coalesce(sum(amount), 0) FROM {schema}.transfers WHERE source = id))"
        );
        let row = self.pool.get().await?.query_one(&audit, &[]).await?;
        Ok((row.get(0), row.get(1), row.get(2)))
    }

    async fn remove(&self) -> Result<(), BankError> {
        let drop = format!("SET client_min_messages = warning; DROP SCHEMA {} CASCADE", self.schema);
        Ok(self.pool.get().await?.batch_execute(&drop).await?)
    }
}

/// Returns the number of transfers that succeeded.
async fn run(bank: Bank) -> Result<u32, Box<dyn Error>> {
    let bank: &'static Bank = Box::leak(Box::new(bank));
    let mut workers: JoinSet<_> = (0..WORKERS).map(|worker| work(bank, worker)).collect();
    let mut transfers = 0;
    while let Some(worker) = workers.join_next().await {
        transfers += worker??;
    }
    Ok(transfers)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("RETRY_TEST_POSTGRES_URL").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".into());
    let bank = Bank::open(&url).await?;
    let auditor = Bank { pool: bank.pool.clone(), schema: bank.schema.clone() };
    let begin = Instant::now();
    let result = run(bank).await;
    let audit = auditor.audit().await;
    auditor.remove().await?;
    let (transfers, (sum, recorded, wrong)) = (i64::from(result?), audit?);
    println!("workers          {WORKERS:6}");
    println!("transfers        {transfers:6}");
    println!("attempts         {:6}", ATTEMPTS.load(Ordering::Relaxed));
    println!("conflicts        {:6}", CONFLICTS.load(Ordering::Relaxed));
    println!("transfers lost   {:6}", transfers - recorded);
    println!("accounts wrong   {wrong:6}");
    println!("sum of balances  {sum:6}");
    println!("seconds          {:6.1}", begin.elapsed().as_secs_f64());
    if (recorded, wrong, sum) != (transfers, 0, BALANCE * i64::from(ACCOUNTS)) {
        return Err("money was lost or made".into());
    }
    Ok(())
}
