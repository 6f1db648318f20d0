//! Stores that answer without an async runtime.

use std::sync::Arc;

use crate::protocol::claim::{ClaimOutcome, ClaimRequest};
use crate::protocol::error::StoreError;
use crate::protocol::lease::Lease;
use crate::protocol::store::Store;
use crate::protocol::transition::{Ack, Transition};

/// Store that also answers without an async runtime.
///
/// [`MemoryStore`](crate::MemoryStore) answers at once, `SqliteStore` from a thread of its own.
pub trait BlockingStore: Store {
    /// Claims a key and blocks until the answer; see [`Store::claim`].
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot answer. Claim again with the same holder.
    fn claim_blocking(&self, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError>;

    /// Makes a transition and blocks until the answer; see [`Store::transition`].
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot answer. Send the transition again.
    fn transition_blocking(&self, lease: &Lease, transition: Transition<'_>) -> Result<Ack, StoreError>;
}

impl<S: BlockingStore + ?Sized + 'static> BlockingStore for Arc<S> {
    fn claim_blocking(&self, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        (**self).claim_blocking(request)
    }

    fn transition_blocking(&self, lease: &Lease, transition: Transition<'_>) -> Result<Ack, StoreError> {
        (**self).transition_blocking(lease, transition)
    }
}

impl<S: BlockingStore + ?Sized> BlockingStore for &S {
    fn claim_blocking(&self, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        (**self).claim_blocking(request)
    }

    fn transition_blocking(&self, lease: &Lease, transition: Transition<'_>) -> Result<Ack, StoreError> {
        (**self).transition_blocking(lease, transition)
    }
}
