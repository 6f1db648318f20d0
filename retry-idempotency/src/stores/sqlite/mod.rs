//! Keys in a file of SQLite, and completing them in a transaction of your own.
//!
//! One file serves all processes of one machine. Steps are written by a thread of the store: it collects those that
//! arrive while it is writing, and commits them together, so that 16 callers do not wait for 16 syncs of the disk. What
//! needs no write, as a replay, is answered without one, also while another process keeps the file locked.
//!
//! The clock is the machine's: who sets it forward ends leases early, and holders still keep two runs apart.
//!
//! # The effect in the same file
//!
//! Where the effect is a write to the same file, both can commit together, and a crash leaves both or neither:
//!
//! ```
//! # use std::time::Duration;
//! # use retry_idempotency::{ClaimRequest, BlockingStore, ClaimOutcome, Id, HolderId, Takeover};
//! use retry_idempotency::sqlite::{self, SqliteStore, rusqlite};
//! use rusqlite::{Connection, TransactionBehavior};
//!
//! # let folder = std::env::temp_dir().join(format!("retry-sqlite-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let path = folder.join("shop.db");
//! let store = SqliteStore::open(&path)?;
//! # let mut shop = Connection::open(&path)?;
//! # shop.execute_batch("CREATE TABLE IF NOT EXISTS payments (cents INTEGER)")?;
//! # let id = Id::new("customer-7", "order-31")?;
//! # let (holder, lease) = (HolderId::random(), Duration::from_secs(30));
//! # let ask = ClaimRequest { id, fingerprint: None, holder, lease, takeover: Takeover::Resume };
//! let ClaimOutcome::Run(held) = store.claim_blocking(&ask)? else { panic!("the first use runs") };
//!
//! // After the claim, never before it.
//! let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate)?;
//! tx.execute("INSERT INTO payments (cents) VALUES (1999)", [])?;
//! sqlite::complete_lease(&tx, &held, b"paid", Duration::from_secs(86_400))?; // who has lost the key rolls back here
//! tx.commit()?;
//! # drop((store, shop));
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In a write transaction of your own use only [`complete`]: a step of the store waits for your transaction, which waits
//! for the step, until the store gives up with [`Busy`](crate::StoreError::Busy). And begin it as
//! `IMMEDIATE`: SQLite fails a transaction that reads first and writes later, if somebody else has written in between.

mod complete;
mod error;
mod job;
mod open;
mod options;
mod reply;
mod rows;
mod store;
mod writer;

pub use rusqlite;

pub use self::complete::{COMPLETE_SQLITE, complete, complete_lease, complete_with};
pub use self::options::{SqliteOptions, Synchronous};
pub use self::store::SqliteStore;
