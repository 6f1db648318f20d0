//! Store of keys in a table of PostgreSQL.
//!
//! An effect in the same database commits together with its key. Begin your transaction *after* the claim, complete the
//! key in it, and commit. Then either both exist or neither does, whenever the process or the server ends.
//!
//! ```no_run
//! use deadpool_postgres::Pool;
//! use retry_idempotency::postgres::{self, PostgresStore};
//! use retry_idempotency::{OnceError, once};
//!
//! # #[derive(serde::Serialize, serde::Deserialize, retry_runtime::Classify, thiserror::Error, Debug)]
//! # enum PayError { #[error(transparent)] Once(#[from] OnceError), #[error("{0}")] Database(String) }
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
//! A claim inside your transaction would delay others until the transaction ends. The store uses connections of its pool,
//! each for one statement, and none while the body runs.
//!
//! - **Isolation.** Any level works. Under REPEATABLE READ and above, a transaction that began before the claim cannot see
//!   it and fails with [`StoreError::Lost`]. A transaction that lives through an extension of the lease fails with class
//!   [`Conflict`](Class::Conflict). Both roll back, and nothing was done.
//! - **Locks.** No operation waits for a transaction that holds the row of the key. A claim is answered with in flight, a
//!   transition with [`StoreError::Busy`] after 250 ms. Between `complete` and the commit the key cannot change otherwise.
//! - **A commit without an answer.** Claim again, with [`Takeover::Refuse`]: finished means committed. Otherwise wait for
//!   the lease.
//! - **Poolers.** The store works behind one that pools transactions, such as pgbouncer: its statements have no names, and what it sets
//!   ends with its transaction. It needs no startup parameters. Your own statements need the same: `query_typed` and `execute_typed` of
//!   tokio-postgres, not `query` and `execute`, which prepare. Directly connected, [`PostgresStore::with_prepared_statements`] is faster.
//! - **Locks of the table.** A statement that is given up, because it has waited for its timeout, is canceled, so the server has no
//!   more connections of a store than its pool and two. The request to cancel goes without TLS. A pool with `ssl_mode` `Require` sends
//!   none: set `client_connection_check_interval` there (`options("-c client_connection_check_interval=1s")`, not through pgbouncer).
//! - **Clock.** It is the server's. Setting it forward ends leases early. Results are kept for their true time by a store that was
//!   open and in use when the clock was set; a store that is opened later, and another program that purges, cannot know.
//! - **A table created again.** A store that is open notices that the table was dropped and created again, or emptied: claims of new keys fail
//!   with [`StoreError::Forgot`], and nothing runs, until you [`acknowledge`](PostgresStore::acknowledge) the loss. `retry-keys doctor` has not seen the
//!   table before, and only points to this. Not detected are a
//!   table that comes back with an old snapshot, rows that were deleted by hand, and, by a store that is opened later, a table that
//!   was created again.
//! - **Logs.** tokio-postgres logs parameters at the level `debug` of `log`; those of this store are printed as `_`. The server logs
//!   them by its own settings, such as `log_min_duration_statement` with `log_parameter_max_length`, which only an administrator can
//!   change.
//! - **Failover.** A standby that became the primary has what was replicated to it. Effects outside the database can be
//!   repeated if it lacks their keys. Replicate synchronously, or send the other side a key that it recognizes.
//! - **Space.** Expired keys stay until [`Admin::purge`](crate::Admin::purge) is called, from any process. There is no index of the ends,
//!   because it would make each finish write to it and to the primary key. So a call searches 64 MiB of the table at most, in
//!   statements of 8 MiB, and the next one goes on there; [`purge_all`](crate::admin::purge_all) searches all of it. Before PostgreSQL 14 each statement reads
//!   the whole table. A table of an earlier version has an index `retry_keys_until`, which nothing uses any more: `DROP INDEX CONCURRENTLY
//!   retry_keys_until`.

mod acknowledge;
mod admin;
mod claim;
mod claim_row;
mod complete;
mod connections;
mod diagnose;
mod error;
mod guess;
mod in_use;
mod marker;
mod next_page;
mod private;
mod purge;
mod sql;
mod statement;
mod store;
mod time_values;

#[cfg(doc)]
use retry_runtime::Class;

pub use self::complete::{complete, complete_lease, complete_with};
pub use self::sql::{COMPLETE, SCHEMA};
pub use self::store::PostgresStore;
#[cfg(doc)]
use crate::protocol::{StoreError, Takeover};
