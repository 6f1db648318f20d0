//! Access to a store from an async task or from a thread.

use core::future::{Future, ready};
use core::pin::Pin;
#[cfg(feature = "tokio")]
use core::time::Duration;

use retry_runtime::{Classes, Operation, TimedPolicy};

#[cfg(feature = "tokio")]
use crate::protocol::Store;
use crate::protocol::{Ack, BlockingStore, ClaimOutcome, ClaimRequest, Id, Lease, StoreError, StoreFuture, Transition};
use crate::session::claim::Claim;
#[cfg(feature = "tokio")]
use crate::session::drain::Drain;
use crate::session::error::OnceError;
#[cfg(feature = "tokio")]
use crate::session::heartbeat_async;
use crate::session::heartbeat_blocking;
use crate::session::lease::LeaseClock;
use crate::support::sleep_blocking;
#[cfg(feature = "tokio")]
use crate::support::{now, within};

/// Policy of both operations.
///
/// The same holder may send them again, so a lost answer of the store need not cost a lease. They have no budget: all keys of a
/// process would share it, and one outage would leave open what the next one could have finished.
const RESEND: TimedPolicy = TimedPolicy::new().retry_on(Classes::new().transient()).max_attempts(3);
static CLAIM: Operation = Operation::new("retry_idempotency::claim", RESEND).without_budget();
static TRANSITION: Operation = Operation::new("retry_idempotency::transition", RESEND).without_budget();

/// Longest time that an attempt to end a key waits for an answer, in nanoseconds.
#[cfg(feature = "tokio")]
const MAX_ATTEMPT: u64 = 5_000_000_000;

/// Access to a store from an async task or from a thread.
///
/// It is an enum instead of a trait, and its futures are boxed, so that the compiler sees that a session is `Send`.
#[derive(Clone, Copy)]
pub(crate) enum StoreHandle<'a> {
    #[cfg(feature = "tokio")]
    Async(&'a dyn Store, &'a Drain),
    Blocking(&'a dyn BlockingStore),
}

impl StoreHandle<'_> {
    /// Claims a key in a store that never waits.
    ///
    /// `None` if the store may wait, or has failed: it is then asked again as any other.
    pub(crate) fn claim_at_once(self, request: &ClaimRequest<'_>) -> Option<ClaimOutcome> {
        self.without_waiting()?.claim_blocking(request).ok()
    }

    /// Makes a transition in a store that never waits, as above.
    pub(crate) fn transition_at_once(self, lease: &Lease, transition: Transition<'_>) -> Option<Ack> {
        self.without_waiting()?.transition_blocking(lease, transition).ok()
    }

    fn without_waiting(&self) -> Option<&dyn BlockingStore> {
        match self {
            #[cfg(feature = "tokio")]
            Self::Async(store, _) => store.without_waiting(),
            // Its operations are sent from a thread that may wait.
            Self::Blocking(_) => None,
        }
    }

    pub(crate) fn claim<'a>(self, request: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome>
    where
        Self: 'a,
    {
        match self {
            #[cfg(feature = "tokio")]
            Self::Async(store, _) => Box::pin(resend(&CLAIM, move || store.claim(request))),
            Self::Blocking(store) => Box::pin(ready(resend_blocking(&CLAIM, || store.claim_blocking(request)))),
        }
    }

    /// Returns the most bytes of a result that the store records.
    pub(crate) fn result_limit(self) -> usize {
        match self {
            #[cfg(feature = "tokio")]
            Self::Async(store, _) => store.max_result_bytes(),
            Self::Blocking(store) => store.max_result_bytes(),
        }
    }

    pub(crate) fn transition<'a>(self, lease: &'a Lease, transition: Transition<'a>) -> StoreFuture<'a, Ack>
    where
        Self: 'a,
    {
        match self {
            #[cfg(feature = "tokio")]
            Self::Async(store, _) => Box::pin(resend(&TRANSITION, move || store.transition(lease, transition))),
            Self::Blocking(store) => {
                Box::pin(ready(resend_blocking(&TRANSITION, || store.transition_blocking(lease, transition))))
            }
        }
    }

    /// Sends a transition once, and waits for its answer until a time in nanoseconds.
    #[cfg_attr(not(feature = "tokio"), allow(clippy::unused_async))] // as below
    pub(crate) async fn attempt(
        self,
        lease: &Lease,
        transition: Transition<'_>,
        until: u64,
    ) -> Result<Ack, StoreError> {
        match self {
            #[cfg(feature = "tokio")]
            Self::Async(store, _) => {
                let limit = Duration::from_nanos(until.saturating_sub(now()).clamp(1, MAX_ATTEMPT));
                // A store that does not answer may have lost the connection.
                let answer = within(limit, store.transition(lease, transition).as_mut()).await;
                answer.unwrap_or_else(|| Err(StoreError::no_answer(limit)))
            }
            Self::Blocking(store) => {
                let _ = until;
                store.transition_blocking(lease, transition)
            }
        }
    }

    /// Returns the token of the last holder of a key, if the store knows it.
    #[cfg_attr(not(feature = "tokio"), allow(clippy::unused_async))] // as below
    pub(crate) async fn last_token(self, id: Id<'_>) -> Option<u64> {
        match self {
            #[cfg(feature = "tokio")]
            Self::Async(store, _) => store.last_token(id).await.ok().flatten(),
            Self::Blocking(_) => {
                let _ = id;
                None
            }
        }
    }

    #[cfg_attr(not(feature = "tokio"), allow(clippy::unused_async))] // without tokio only a thread sleeps
    pub(crate) async fn sleep(self, nanos: u64) {
        match self {
            #[cfg(feature = "tokio")]
            Self::Async(..) => tokio::time::sleep(Duration::from_nanos(nanos)).await,
            Self::Blocking(_) => sleep_blocking(nanos),
        }
    }

    /// Runs the body while the lease is extended.
    ///
    /// # Errors
    ///
    /// [`OnceError::Lost`] or [`OnceError::LeaseEnded`] if the body did not end in time: drop it.
    #[cfg_attr(not(feature = "tokio"), allow(clippy::unused_async))] // as above
    pub(crate) async fn hold<F: Future>(
        self,
        claim: &Claim,
        lease: LeaseClock,
        body: Pin<&mut F>,
    ) -> Result<F::Output, OnceError> {
        match self {
            #[cfg(feature = "tokio")]
            Self::Async(store, _) => heartbeat_async::hold(store, claim, lease, body).await,
            Self::Blocking(store) => Ok(heartbeat_blocking::hold(store, claim, lease, body)),
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
