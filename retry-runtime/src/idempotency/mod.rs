//! At most once: a store that remembers which effects were begun, and how they ended.
//!
//! A retry after a lost answer must not charge twice. The caller names the effect by a *key*, and keeps the name through
//! every attempt; whoever does the work asks a [`Store`] first. The store answers in one atomic step: run it, here is
//! what it came to, somebody is at it, somebody was and nobody knows how it ended, or that key means something else.
//!
//! A key that runs is held under a *lease*: the lease says when others may take over, it does not stop the holder. What
//! stops the holder is that each of its later steps names its *owner*, chosen at random for this one use: once somebody
//! else has taken over, every step of the old owner answers [`Kept::Lost`], and it must roll back. Every step is safe
//! to send again by the same owner, so a lost answer of the store costs nothing.
//!
//! | store | remembers | for |
//! |---|---|---|
//! | [`MemoryStore`] | as long as the process lives | tests, and effects that end with the process |
#![cfg_attr(feature = "sqlite", doc = "| [`sqlite::SqliteStore`] | in a file | one machine, also several processes |")]
//! | `RedisStore`, feature `redis` | as long as Redis keeps its data | many processes; effects that may be repeated after a loss of Redis' data |
//! | `postgres::PostgresStore` (feature `postgres`) | as long as the database does | services; an effect in the same database commits with its key |
//!
//! ```
//! use core::time::Duration;
//! use retry_runtime::idempotency::{
//!     Ask, BlockingStore, Change, Claimed, Id, Kept, MemoryStore, Owner, StoreError, Takeover,
//! };
//!
//! let store = MemoryStore::new(100_000);
//! let id = Id::new("customer-7", "order-31")?;
//! let mut ask = Ask {
//!     id,
//!     fingerprint: None,
//!     owner: Owner::random(),
//!     lease: Duration::from_secs(30),
//!     takeover: Takeover::Refuse,
//! };
//! let Claimed::Run(held) = store.claim_blocking(&ask)? else { panic!("the first use runs") };
//! // .. charge the card ..
//! let finish = Change::Finish { result: b"paid", keep: Duration::from_secs(86_400) };
//! assert_eq!(store.change_blocking(&held, finish)?, Kept::Yes);
//!
//! ask.owner = Owner::random();
//! assert!(matches!(store.claim_blocking(&ask)?, Claimed::Finished(result) if *result == *b"paid"));
//! # Ok::<(), StoreError>(())
//! ```

mod blocking;
mod canonical;
mod change;
mod claim;
mod error;
mod fingerprint;
mod held;
mod id;
mod invalid;
#[cfg(feature = "axum")]
pub mod layer;
mod memory;
mod once;
mod owner;
#[cfg(feature = "postgres")]
pub mod postgres;
mod printed;
mod purge;
mod record;
mod recorded;
#[cfg(feature = "redis")]
mod redis;
mod replayed;
mod resolve;
mod review;
mod row;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(any(feature = "sqlx-postgres", feature = "sqlx-sqlite"))]
pub mod sqlx;
mod steps;
mod store;
mod times;

pub use self::blocking::BlockingStore;
use self::canonical::canonical;
pub use self::change::{Change, Kept};
pub use self::claim::{Ask, Claimed, Takeover};
pub use self::error::StoreError;
pub use self::fingerprint::Fingerprint;
pub use self::held::Held;
pub use self::id::Id;
pub use self::invalid::Invalid;
pub use self::memory::MemoryStore;
pub use self::once::*;
pub use self::owner::Owner;
#[doc(hidden)]
pub use self::printed::{looking, merging, text};
#[cfg(feature = "tokio")]
pub use self::purge::keep_purged;
pub use self::purge::purge_all;
pub use self::recorded::{Recorded, record_err, record_ok};
#[cfg(feature = "redis")]
pub use self::redis::RedisStore;
pub use self::resolve::{Resolution, Resolved};
pub use self::review::{Cursor, Entry, Filter, Listing, Review, State};
pub use self::steps::Steps;
pub use self::store::{Answer, Store};
pub use self::times::Times;
pub use crate::calls::key::{IdempotencyKey as Key, KeyText};
