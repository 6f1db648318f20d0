//! Store of keys in a file of SQLite.
//!
//! One file serves all processes of a machine. A thread of the store writes: it collects the operations that arrive while
//! it is writing, and commits them together, so that 16 callers do not wait for 16 syncs of the disk. Operations that need
//! no write, such as a replay, are answered without one, even while another process holds the file locked.
//!
//! The clock is that of the machine. Setting it forward ends leases early; the holder ids still keep two runs apart. Results are kept
//! for their true time by a store that was open when the clock was set. A store that is opened later cannot know.
//!
//! # A file that comes back without its keys
//!
//! A store that is open runs no new key if its tables were emptied or created again, or if its file was removed or replaced:
//! [`Forgot`](crate::StoreError::Forgot). For tables an operator ends that ([`Admin::acknowledge`](crate::Admin::acknowledge),
//! `retry-keys acknowledge`). A process whose file was replaced has to be started again, so that it opens the file at the path.
//! A store that is opened later cannot know that a file is another one.
//!
//! # The effect in the same file
//!
//! If the effect is a write to the same file, both commit together, and a crash leaves both or neither:
//!
//! ```
//! # use std::time::Duration;
//! # use retry_idempotency::protocol::{BlockingStore, ClaimOutcome, ClaimRequest, HolderId, Id};
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
//! # let request = ClaimRequest::new(id, HolderId::random(), Duration::from_secs(30));
//! let ClaimOutcome::Run(lease) = store.claim_blocking(&request)? else { panic!("the first use runs") };
//!
//! // After the claim, never before it.
//! let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate)?;
//! tx.execute("INSERT INTO payments (cents) VALUES (1999)", [])?;
//! sqlite::complete_lease(&tx, &lease, b"paid", Duration::from_secs(86_400))?; // fails if the key is lost
//! tx.commit()?;
//! # drop((store, shop));
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In a write transaction of your own use only [`complete`]. Another operation of the store would wait for your
//! transaction, which waits for the operation, until the store fails with [`Busy`](crate::StoreError::Busy). Begin the
//! transaction as `IMMEDIATE`: SQLite fails a transaction that reads first and writes later if another one has written in
//! between.

mod complete;
mod diagnose;
mod error;
mod file_system;
mod identity;
mod job;
mod marker;
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
