//! Vocabulary of a store, and the [`Store`] trait.
//!
//! A key is claimed with a [`ClaimRequest`]. The store answers with a [`ClaimOutcome`] in one atomic step: run the effect
//! under this lease, replay this result, another holder is at work, an earlier run was interrupted, or the key stands for
//! another effect. The holder then changes the key by [`Transition`]s.
//!
//! A lease says when others may take over. It does not stop its holder. What stops a holder is that each transition names
//! its [`HolderId`], drawn at random for this one use: once another holder has taken over, every transition of the old one
//! is answered with [`Ack::Lost`], and the old holder must roll back. The same holder may send a claim or a transition
//! again, so a lost answer of the store costs nothing.
//!
//! ```
//! use core::time::Duration;
//! use retry_idempotency::protocol::{
//!     Ack, BlockingStore, ClaimOutcome, ClaimRequest, HolderId, Id, Takeover, Transition,
//! };
//! use retry_idempotency::{MemoryStore, StoreError};
//!
//! let store = MemoryStore::new(100_000);
//! let id = Id::new("customer-7", "order-31")?;
//! let mut request = ClaimRequest::new(id, HolderId::random(), Duration::from_secs(30));
//! let ClaimOutcome::Run(lease) = store.claim_blocking(&request)? else { panic!("the first use runs") };
//! // .. charge the card ..
//! let finish = Transition::Finish { result: b"paid", keep: Duration::from_secs(86_400) };
//! assert_eq!(store.transition_blocking(&lease, finish)?, Ack::Applied);
//!
//! request.holder = HolderId::random();
//! assert!(matches!(store.claim_blocking(&request)?, ClaimOutcome::Finished(result) if *result == *b"paid"));
//! # Ok::<(), StoreError>(())
//! ```

mod bounds_error;
mod canonical_json;
mod claim;
mod error;
mod fingerprint;
mod holder_id;
pub(crate) mod id;
mod key_space;
pub(crate) mod lease;
mod no_answer;
mod steps;
mod store;
mod times;
mod transition;
pub(crate) mod writable;

pub use self::bounds_error::BoundsError;
#[cfg(feature = "axum")]
pub(crate) use self::canonical_json::canonical_json;
pub use self::claim::{ClaimOutcome, ClaimRequest, Takeover};
pub use self::error::StoreError;
pub use self::fingerprint::Fingerprint;
pub use self::holder_id::HolderId;
pub use self::id::Id;
pub use self::key_space::KeySpace;
pub(crate) use self::key_space::review_scope;
pub use self::lease::Lease;
pub use self::steps::Steps;
pub(crate) use self::steps::check_step_name;
pub use self::store::{BlockingStore, Store, StoreFuture};
pub use self::times::Times;
pub(crate) use self::transition::check_result;
pub use self::transition::{Ack, RESULT_LIMIT, Transition};
