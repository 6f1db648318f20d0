//! Access to a store from an async task or from a thread.

use core::future::{Future, ready};
#[cfg(feature = "tokio")]
use core::time::Duration;

use retry_runtime::{Classes, Operation, Policy};

#[cfg(feature = "tokio")]
use crate::protocol::Store;
use crate::protocol::{Ack, BlockingStore, ClaimOutcome, ClaimRequest, Lease, StoreError, StoreFuture, Transition};
use crate::session::claim::Claim;
#[cfg(feature = "tokio")]
use crate::session::heartbeat_async;
use crate::session::heartbeat_blocking;
use crate::session::lease::LeaseClock;
use crate::support::sleep_blocking;

/// Policy of both operations.
///
/// The same holder may send them again, so a lost answer of the store need not cost a lease.
const RESEND: Policy = Policy::new().retry_on(Classes::new().transient()).max_attempts(3);
static CLAIM: Operation = Operation::new("retry_idempotency::claim", RESEND);
static TRANSITION: Operation = Operation::new("retry_idempotency::transition", RESEND);

/// Access to a store from an async task or from a thread.
///
/// It is an enum instead of a trait, and its futures are boxed, so that the compiler sees that a session is `Send`.
#[derive(Clone, Copy)]
pub(crate) enum StoreHandle<'a> {
    #[cfg(feature = "tokio")]
    Async(&'a dyn Store),
    Blocking(&'a dyn BlockingStore),
}

impl StoreHandle<'_> {
    pub(crate) fn claim<'a>(self, request: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome>
    where
        Self: 'a,
    {
        match self {
            #[cfg(feature = "tokio")]
            Self::Async(store) => Box::pin(resend(&CLAIM, move || store.claim(request))),
            Self::Blocking(store) => Box::pin(ready(resend_blocking(&CLAIM, || store.claim_blocking(request)))),
        }
    }

    pub(crate) fn transition<'a>(self, lease: &'a Lease, transition: Transition<'a>) -> StoreFuture<'a, Ack>
    where
        Self: 'a,
    {
        match self {
            #[cfg(feature = "tokio")]
            Self::Async(store) => Box::pin(resend(&TRANSITION, move || store.transition(lease, transition))),
            Self::Blocking(store) => {
                Box::pin(ready(resend_blocking(&TRANSITION, || store.transition_blocking(lease, transition))))
            }
        }
    }

    #[cfg_attr(not(feature = "tokio"), allow(clippy::unused_async))] // without tokio only a thread sleeps
    pub(crate) async fn sleep(self, nanos: u64) {
        match self {
            #[cfg(feature = "tokio")]
            Self::Async(_) => tokio::time::sleep(Duration::from_nanos(nanos)).await,
            Self::Blocking(_) => sleep_blocking(nanos),
        }
    }

    /// Runs the body while the lease is extended.
    ///
    /// `None` if the lease was lost and the body dropped.
    #[cfg_attr(not(feature = "tokio"), allow(clippy::unused_async))] // as above
    pub(crate) async fn hold<F: Future>(self, claim: &Claim, lease: LeaseClock, body: F) -> Option<F::Output> {
        match self {
            #[cfg(feature = "tokio")]
            Self::Async(store) => heartbeat_async::hold(store, claim, lease, body).await,
            Self::Blocking(store) => Some(heartbeat_blocking::hold(store, claim, lease, body)),
        }
    }
}

/// Loop that `#[retry]` would expand to.
#[cfg(feature = "tokio")]
async fn resend<'a, T>(operation: &'static Operation, step: impl Fn() -> StoreFuture<'a, T>) -> Result<T, StoreError> {
    let mut call = operation.typed::<Result<T, StoreError>>().begin();
    loop {
        if let Some(outcome) = call.attempt(step()).await {
            return outcome;
        }
    }
}

fn resend_blocking<T>(
    operation: &'static Operation,
    step: impl Fn() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut call = operation.typed::<Result<T, StoreError>>().begin_blocking();
    loop {
        if let Some(outcome) = call.attempt(&step) {
            return outcome;
        }
    }
}
