//! Idempotency keys for servers: an effect is made once.
//!
//! A client that has lost an answer sends its request again, and must not be charged again. The caller names the effect by
//! a *key* that stays the same in every attempt. The server claims the key in a store before it makes the effect, and
//! records the result under it. Later requests with the key receive the recorded result.
//!
//! ```
//! use retry_idempotency::{MemoryStore, OnceError, idempotent};
//! use retry_runtime::Classify;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, Classify, Serialize, Deserialize, thiserror::Error)]
//! enum PayError {
//!     #[error("the card was declined")]
//!     #[classify(Permanent)]
//!     Declined, // a final answer: recorded, and replayed
//!     #[error(transparent)]
//!     Once(#[from] OnceError),
//! }
//!
//! struct Shop {
//!     store: MemoryStore,
//! }
//!
//! impl Shop {
//!     #[idempotent(store = self.store, key = order, scope = customer)]
//!     async fn pay(&self, customer: &str, order: &str, euros: u32) -> Result<u32, PayError> {
//!         Ok(euros) // runs once per order
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! let shop = Shop { store: MemoryStore::new(100_000) };
//! assert_eq!(shop.pay("customer-7", "order-31", 30).await.unwrap(), 30);
//! assert_eq!(shop.pay("customer-7", "order-31", 30).await.unwrap(), 30); // replayed
//! # });
//! ```
//!
//! # Choose an entry
//!
//! | entry | for |
//! |---|---|
#![cfg_attr(feature = "macros", doc = "| [`#[idempotent]`](macro@idempotent) | a function that takes effect once |")]
//! | [`once()`] | an effect inside a larger function |
//! | [`once_by_content`] | clients that send no key |
//! | `http::IdempotencyLayer` (feature `axum`) | every request of a route |
//! | [`create_if_missing`] | a resource with a unique name: no store is needed |
//! | `files::create_once` (feature `files`) | a file: no store is needed |
//!
//! # Choose a store
//!
//! | store | feature | remembers | for |
//! |---|---|---|---|
//! | [`MemoryStore`] | | as long as the process lives | tests, and effects that end with the process |
//! | `sqlite::SqliteStore` | `sqlite` | in a file | one machine, also several processes |
//! | `RedisStore` | `redis` | as long as Redis keeps its data | many processes; effects that may be repeated if Redis loses its data |
//! | `postgres::PostgresStore` | `postgres` | as long as the database does | services; an effect in the same database commits with its key |
//!
//! `sqlx::complete_postgres` and `sqlx::complete_sqlite` (features `sqlx-postgres`, `sqlx-sqlite`) complete a key in a
//! transaction of sqlx. A store of your own implements [`protocol::Store`].
//!
//! # Know what a key promises
//!
//! A key is claimed under a *lease*, which is extended while the body runs. After an interruption, such as a crash, it is
//! unknown whether the effect was made. By default the key is then refused with [`OnceError::Interrupted`]. It continues
//! without doubt in two ways: `run_in` commits the effect and the record in one transaction, and `run_steps` records each
//! step. For an effect in another system, send it the key that [`Claim::key`] derives, which is the same in every run.
//!
//! A client must give up before its key is forgotten: its deadline has to be shorter than [`Times::keep`].
//!
//! # Operate it
//!
//! [`admin`] lists, resolves, evicts and purges keys, and checks a store for what loses them. The command `retry-keys` does the same on a command line. With the
//! feature `events`, a replay emits an event of `retry-runtime`.

#[doc(hidden)]
pub mod __private;
pub mod admin;
mod create_if_missing;
#[cfg(feature = "files")]
pub mod files;
#[cfg(feature = "axum")]
pub mod http;
pub mod once;
pub mod protocol;
mod record;
mod session;
mod state_machine;
mod stores;
mod support;

#[cfg(feature = "macros")]
pub use retry_macros::idempotent;

pub use crate::admin::Admin;
pub use crate::create_if_missing::{Creation, create_if_missing, create_if_missing_blocking};
pub use crate::once::{Checked, Once, StepClaim, once, once_by_content};
pub use crate::protocol::{BlockingStore, BoundsError, Fingerprint, Store, StoreError, Times};
pub use crate::record::{ResponseError, StoredOutcome, StoredResponse, encode_err, encode_ok, encode_response};
#[cfg(feature = "tokio")]
pub use crate::session::Drain;
pub use crate::session::{Claim, Completion, FromOnceError, OnceError};
pub use crate::stores::memory::MemoryStore;
#[cfg(feature = "postgres")]
pub use crate::stores::postgres;
#[cfg(feature = "redis")]
pub use crate::stores::redis::RedisStore;
#[cfg(feature = "sqlite")]
pub use crate::stores::sqlite;
#[cfg(any(feature = "sqlx-postgres", feature = "sqlx-sqlite"))]
pub use crate::stores::sqlx;
