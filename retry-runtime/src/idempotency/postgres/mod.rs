//! Keys in a table of PostgreSQL: what must be done once can be committed together with its key.
//!
//! Begin your transaction *after* the claim, complete the key in it, and commit: then either both are there or neither
//! is, whenever the process or the server ends.
//!
//! ```no_run
//! use deadpool_postgres::Pool;
//! use retry_runtime::idempotency::postgres::{self, PostgresStore};
//! use retry_runtime::idempotency::{Refused, once};
//!
//! # #[derive(serde::Serialize, serde::Deserialize, retry_runtime::Classify, thiserror::Error, Debug)]
//! # enum PayError { #[error(transparent)] Refused(#[from] Refused), #[error("{0}")] Database(String) }
//! # impl From<tokio_postgres::Error> for PayError { fn from(error: tokio_postgres::Error) -> Self { Self::Database(error.to_string()) } }
//! # impl From<deadpool_postgres::PoolError> for PayError { fn from(error: deadpool_postgres::PoolError) -> Self { Self::Database(error.to_string()) } }
//! async fn pay(pool: &Pool, store: &PostgresStore, order: &str) -> Result<i32, PayError> {
//!     once(store, order).run_in(async |claim| {
//!         let mut client = pool.get().await?;
//!         let tx = client.transaction().await?; // after the claim, never before
//!         tx.execute("INSERT INTO payments (euros) VALUES (31)", &[]).await?;
//!         postgres::complete(&tx, &claim, &31).await?;
//!         tx.commit().await?;
//!         Ok(31)
//!     })
//!     .await
//! }
//! ```
//!
//! A claim that runs in your transaction, or after its beginning, would hold others up until it ends; the store uses
//! connections of its pool, each for one statement, and none while the work goes on.
//!
//! - **Isolation.** Any level works. Under REPEATABLE READ and above, a transaction that began before the claim cannot
//!   see it: [`StoreError::Lost`]. One that lives through an extension of the lease fails with class
//!   [`Conflict`](Class::Conflict). Both roll back, and nothing was done.
//! - **Locks.** No step waits for a transaction that holds the key's row: a claim says in flight, a change, after 250 ms,
//!   [`StoreError::Busy`]. So between `complete` and the commit nothing else can be said of the key.
//! - **A commit without an answer.** Ask again, with [`Takeover::Refuse`]: finished
//!   means that it was committed; else wait for the lease.
//! - **Failover.** A standby that became the primary has what was replicated to it. Effects outside the database can be
//!   repeated if that lacks their keys; replicate synchronously, or send the other side a key that it knows again.
//! - **Room.** Keys that are over stay until [`Review::purge`](crate::idempotency::Review::purge) is called, at any
//!   time, from anywhere.

mod claim;
mod complete;
mod error;
mod review;
mod sql;

use core::fmt;
use core::time::Duration;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

use deadpool_postgres::{Object, Pool};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use self::claim::{Seen, get};
#[cfg(feature = "axum")]
pub use self::complete::respond;
pub use self::complete::{complete, complete_held};
use self::error::{failed, is_conflict, is_of_connection, no_connection};
pub use self::sql::{COMPLETE, SCHEMA};
#[cfg(doc)]
use crate::Class;
use crate::idempotency::row::micros;
use crate::idempotency::{Answer, Ask, Change, Claimed, Held, Kept, Steps, Store, StoreError, Takeover};

/// Keys in the table `retry_keys` of a PostgreSQL database.
///
/// It shares the pool that it is given, and its limits: without a `wait` timeout, a step waits for a connection for as
/// long as others hold all of them. Recycle by `RecyclingMethod::Fast`, the default: the others cost a round trip a step.
///
/// A step is one round trip; a claim that takes over a key, or one that is over, is two.
#[derive(Clone)]
pub struct PostgresStore {
    pool: Pool,
}

/// How often a step is asked again of which others were faster. Each time some other one got on, so it is rarely twice.
const MOST_ROUNDS: usize = 64;

type Values<'a> = [&'a (dyn ToSql + Sync)];

impl PostgresStore {
    /// The keys of this database, which has the table of [`SCHEMA`].
    ///
    /// # Errors
    ///
    /// [`StoreError::Unfit`] without that table, or if the server may forget what it has acknowledged:
    /// `synchronous_commit` or `fsync` is off for these connections. An effect outside the database would then be
    /// repeated after a crash. For effects inside, see [`open_for_effects_inside`](Self::open_for_effects_inside).
    pub async fn open(pool: Pool) -> Result<Self, StoreError> {
        let store = Self::open_for_effects_inside(pool).await?;
        let row = store.rows(sql::SETTINGS, &[]).await?;
        let row = row.first().ok_or(StoreError::Unreadable { what: "the settings" })?;
        for (at, setting) in ["synchronous_commit", "fsync"].into_iter().enumerate() {
            if get::<String>(row, at)? == "off" {
                let why = std::format!(
                    "`{setting}` is off, so a crash can forget keys whose effects lie outside; set it on for this role, or \
                    open the store for effects inside this database alone"
                );
                return Err(StoreError::Unfit { why: why.into() });
            }
        }
        Ok(store)
    }

    /// The same, only for effects that are committed together with their key by [`complete`]: if the server forgets, it
    /// forgets both.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unfit`] without the table of [`SCHEMA`].
    pub async fn open_for_effects_inside(pool: Pool) -> Result<Self, StoreError> {
        let store = Self { pool };
        store.client().await?.prepare_cached(sql::CLAIM).await.map_err(failed)?;
        Ok(store)
    }

    /// Makes the table of [`SCHEMA`] where there is none, for those who have no migrations. Several at once do no harm.
    ///
    /// # Errors
    ///
    /// Where the server does not answer, or the role may not.
    pub async fn create_table(pool: &Pool) -> Result<(), StoreError> {
        let mut client = pool.get().await.map_err(no_connection)?;
        let transaction = client.transaction().await.map_err(failed)?;
        transaction.batch_execute(sql::LOCK_SCHEMA).await.map_err(failed)?;
        transaction.batch_execute(SCHEMA).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    async fn client(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(no_connection)
    }

    /// Runs a statement, prepared once a connection, so it is one round trip.
    async fn rows(&self, statement: &str, values: &Values<'_>) -> Result<Vec<Row>, StoreError> {
        for _ in 0..MOST_ROUNDS {
            let client = self.client().await?;
            match query(&client, statement, values).await {
                Err(error) if is_conflict(&error) => {}
                Err(error) => {
                    if is_of_connection(&error) {
                        // The pool may learn that it has ended later than the next step asks for it.
                        drop(Object::take(client));
                    }
                    return Err(failed(error));
                }
                Ok(rows) => return Ok(rows),
            }
        }
        Err(StoreError::Busy)
    }

    /// Runs a statement that answers a row for each that it is about.
    async fn count(&self, statement: &str, values: &Values<'_>) -> Result<usize, StoreError> {
        Ok(self.rows(statement, values).await?.len())
    }

    async fn ask(&self, ask: &Ask<'_>) -> Result<Claimed, StoreError> {
        ask.check()?;
        let fingerprint = ask.fingerprint.map(|fingerprint| &fingerprint.as_bytes()[..]);
        let (scope, key, owner) = (ask.id.scope(), ask.id.key(), &ask.owner.as_bytes()[..]);
        let (resumes, reopens) = (ask.takeover == Takeover::Resume, ask.takeover == Takeover::Reopen);
        let values: &Values<'_> = &[&scope, &key, &fingerprint, &owner, &in_micros(ask.lease), &resumes, &reopens];
        for _ in 0..MOST_ROUNDS {
            let rows = self.rows(sql::CLAIM, &values[..5]).await?;
            let Some(seen) = rows.first() else { continue };
            if let Some(claimed) = Seen::read(seen)?.answer(ask) {
                return Ok(claimed);
            }
            let rows = self.rows(sql::TAKE, values).await?;
            let taken = rows.first().map(Seen::read).transpose()?.and_then(|taken| taken.answer(ask));
            return Ok(taken.unwrap_or(Claimed::InFlight { retry_in: Duration::ZERO }));
        }
        Err(StoreError::Busy)
    }

    async fn tell(&self, held: &Held, change: Change<'_>) -> Result<Kept, StoreError> {
        change.check()?;
        let (owner, id) = (held.owner(), held.id());
        let (scope, key, owner) = (id.scope(), id.key(), &owner.as_bytes()[..]);
        let rows = match change {
            Change::Extend { lease } => self.count(sql::EXTEND, &[&scope, &key, &owner, &in_micros(lease)]).await,
            Change::Step { name, result } => {
                self.count(sql::STEP, &[&scope, &key, &owner, &Steps::entry(name, result)]).await
            }
            Change::Finish { result, keep } => {
                self.count(sql::FINISH, &[&scope, &key, &owner, &result, &in_micros(keep)]).await
            }
            Change::Release => self.count(sql::RELEASE, &[&scope, &key, &owner]).await,
            Change::Forget => self.count(sql::FORGET, &[&scope, &key, &owner]).await,
        };
        Ok(if rows? == 0 { Kept::Lost } else { Kept::Yes })
    }
}

async fn query(client: &Object, statement: &str, values: &Values<'_>) -> Result<Vec<Row>, Error> {
    let prepared = client.prepare_cached(statement).await?;
    client.query(&prepared, values).await
}

fn in_micros(time: Duration) -> i64 {
    micros(time).try_into().unwrap_or(i64::MAX)
}

impl Store for PostgresStore {
    fn claim<'a>(&'a self, ask: &'a Ask<'a>) -> Answer<'a, Claimed> {
        Box::pin(self.ask(ask))
    }

    fn change<'a>(&'a self, held: &'a Held, change: Change<'a>) -> Answer<'a, Kept> {
        Box::pin(self.tell(held, change))
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PostgresStore").field("pool", &self.pool.status()).finish()
    }
}
