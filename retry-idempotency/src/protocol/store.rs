//! The traits of stores: two atomic operations, awaited or not.

use core::pin::Pin;
use std::sync::Arc;

use crate::protocol::claim::{ClaimOutcome, ClaimRequest};
use crate::protocol::error::StoreError;
use crate::protocol::id::Id;
use crate::protocol::lease::Lease;
use crate::protocol::transition::{Ack, RESULT_LIMIT, Transition};

/// Answer of a store, boxed so that a store can be a trait object.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Store of idempotency keys.
///
/// It has two atomic operations, each decided by the store's own clock.
///
/// The same holder may send each of them again. The trait is object safe: share a store as `Arc<dyn Store>`.
///
/// # Cancel safety
///
/// A future that is dropped before its end may have taken effect or not. Send the operation again with the same holder, or
/// let the lease end. `once` and the layer do the first in a task of their own; see [`detached`](Self::detached).
pub trait Store: Send + Sync {
    /// Claims a key.
    ///
    /// | key | outcome |
    /// |---|---|
    /// | unknown, or finished and expired | [`Run`](ClaimOutcome::Run), as a first use |
    /// | open and held by this holder, within the lease | the same `Run`, however often it is claimed; the lease is not extended |
    /// | of another effect, by its fingerprint | [`Mismatch`](ClaimOutcome::Mismatch), open or finished |
    /// | finished | [`Finished`](ClaimOutcome::Finished) |
    /// | open, within the lease | [`InFlight`](ClaimOutcome::InFlight) |
    /// | open, after the lease | by [`Takeover`](crate::protocol::Takeover): [`Interrupted`](ClaimOutcome::Interrupted), or another `Run` |
    ///
    /// With [`Reopen`](crate::protocol::Takeover::Reopen) fingerprints are not compared, and a finished key runs.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot answer. It is then unknown whether the claim was recorded: claim again with
    /// the same holder.
    fn claim<'a>(&'a self, request: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome>;

    /// Makes a transition of a key if this lease still holds it.
    ///
    /// It does so even if the lease has ended.
    ///
    /// [`Finish`](Transition::Finish) is acknowledged with [`Ack::Applied`] however often it is sent. The other transitions
    /// need an open key. A [`Forget`](Transition::Forget) that is sent twice finds none, and is answered [`Ack::Lost`].
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot answer. It is then unknown whether the transition was made: send it again.
    fn transition<'a>(&'a self, lease: &'a Lease, transition: Transition<'a>) -> StoreFuture<'a, Ack>;

    /// Returns the fencing token of the last holder of a key, if there is such a key.
    ///
    /// A token is at least the microseconds of the store's clock at the claim. A refused caller is told with it which request it
    /// met, and when that began. The default knows none, which omits this.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot answer.
    fn last_token<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<u64>> {
        let _ = id;
        Box::pin(core::future::ready(Ok(None)))
    }

    /// Returns the most bytes of a result that the store records.
    ///
    /// The default is [`RESULT_LIMIT`].
    fn max_result_bytes(&self) -> usize {
        RESULT_LIMIT
    }

    /// Returns a handle to the same store that does not borrow it.
    ///
    /// Through it a task of its own ends a key whose caller has gone away before the store answered. An `Arc` of a store is such
    /// a handle, and so are clones of the stores of this crate. The default is `None`: then only the lease ends such a key. A
    /// store that answers at once needs none.
    fn detached(&self) -> Option<Arc<dyn Store>> {
        None
    }

    /// Returns the store itself if its operations never wait.
    ///
    /// It is then used without a future per operation. Nothing that it does may block: it runs on a thread of the async runtime. The
    /// default is `None`.
    fn without_waiting(&self) -> Option<&dyn BlockingStore> {
        None
    }
}

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

impl<S: Store + ?Sized> Store for &S {
    fn claim<'a>(&'a self, request: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        (**self).claim(request)
    }

    fn transition<'a>(&'a self, lease: &'a Lease, transition: Transition<'a>) -> StoreFuture<'a, Ack> {
        (**self).transition(lease, transition)
    }

    fn last_token<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<u64>> {
        (**self).last_token(id)
    }

    fn max_result_bytes(&self) -> usize {
        (**self).max_result_bytes()
    }

    fn detached(&self) -> Option<Arc<dyn Store>> {
        (**self).detached()
    }

    fn without_waiting(&self) -> Option<&dyn BlockingStore> {
        (**self).without_waiting()
    }
}

impl<S: Store + ?Sized + 'static> Store for Arc<S> {
    fn claim<'a>(&'a self, request: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        (**self).claim(request)
    }

    fn transition<'a>(&'a self, lease: &'a Lease, transition: Transition<'a>) -> StoreFuture<'a, Ack> {
        (**self).transition(lease, transition)
    }

    fn last_token<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<u64>> {
        (**self).last_token(id)
    }

    fn max_result_bytes(&self) -> usize {
        (**self).max_result_bytes()
    }

    fn detached(&self) -> Option<Arc<dyn Store>> {
        Some(Arc::new(Self::clone(self)))
    }

    fn without_waiting(&self) -> Option<&dyn BlockingStore> {
        (**self).without_waiting()
    }
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
