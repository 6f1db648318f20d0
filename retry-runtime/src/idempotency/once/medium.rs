//! How a store is asked: by an async task, or by a thread. The rules are written once, above both.

use core::future::{Future, ready};
use core::pin::pin;
use core::task::{Context, Poll, Waker};
#[cfg(feature = "tokio")]
use core::time::Duration;
use std::boxed::Box;

#[cfg(feature = "tokio")]
use crate::idempotency::Store;
#[cfg(feature = "tokio")]
use crate::idempotency::once::tasks;
use crate::idempotency::once::{Claim, threads};
use crate::idempotency::{Answer, Ask, BlockingStore, Change, Claimed, Held, Kept, StoreError};
use crate::{Classes, Operation, Policy};

pub(crate) use crate::calls::clock::now;

/// Every step is safe to send again by its owner: a lost answer of the store need not cost a lease.
const RESEND: Policy = Policy::new().retry_on(Classes::new().transient()).max_attempts(3);
static CLAIM: Operation = Operation::new("retry_runtime::idempotency::claim", RESEND);
static CHANGE: Operation = Operation::new("retry_runtime::idempotency::change", RESEND);

/// The lease ended, by another's taking over or unheard of the store, and the body was dropped.
#[derive(Debug)]
pub(crate) struct LeaseOver;

/// How a store is asked, and how time passes.
///
/// A type and no trait, and its answers are boxed: so the compiler sees that a use can be spawned.
#[derive(Clone, Copy)]
pub(crate) enum Medium<'a> {
    #[cfg(feature = "tokio")]
    Task(&'a dyn Store),
    Thread(&'a dyn BlockingStore),
}

impl Medium<'_> {
    pub(crate) fn claim<'a>(self, ask: &'a Ask<'a>) -> Answer<'a, Claimed>
    where
        Self: 'a,
    {
        match self {
            #[cfg(feature = "tokio")]
            Self::Task(store) => Box::pin(resent(&CLAIM, move || store.claim(ask))),
            Self::Thread(store) => Box::pin(ready(resent_blocking(&CLAIM, || store.claim_blocking(ask)))),
        }
    }

    pub(crate) fn change<'a>(self, held: &'a Held, change: Change<'a>) -> Answer<'a, Kept>
    where
        Self: 'a,
    {
        match self {
            #[cfg(feature = "tokio")]
            Self::Task(store) => Box::pin(resent(&CHANGE, move || store.change(held, change))),
            Self::Thread(store) => Box::pin(ready(resent_blocking(&CHANGE, || store.change_blocking(held, change)))),
        }
    }

    #[cfg_attr(not(feature = "tokio"), allow(clippy::unused_async))] // a thread sleeps where it stands
    pub(crate) async fn sleep(self, nanos: u64) {
        match self {
            #[cfg(feature = "tokio")]
            Self::Task(_) => tokio::time::sleep(Duration::from_nanos(nanos)).await,
            Self::Thread(_) => crate::calls::sleep_blocking(nanos),
        }
    }

    /// Runs the body while the lease is extended.
    #[cfg_attr(not(feature = "tokio"), allow(clippy::unused_async))] // as above
    pub(crate) async fn hold<F: Future>(self, claim: &Claim, lease: Lease, body: F) -> Result<F::Output, LeaseOver> {
        match self {
            #[cfg(feature = "tokio")]
            Self::Task(store) => tasks::hold(store, claim, lease, body).await,
            Self::Thread(store) => Ok(threads::hold(store, claim, lease, body)),
        }
    }
}

/// What the attribute prints around a step.
#[cfg(feature = "tokio")]
async fn resent<'a, T>(operation: &'static Operation, step: impl Fn() -> Answer<'a, T>) -> Result<T, StoreError> {
    let mut call = operation.typed::<Result<T, StoreError>>().begin();
    loop {
        if let Some(outcome) = call.attempt(step()).await {
            return outcome;
        }
    }
}

fn resent_blocking<T>(
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

/// A lease, as its holder counts it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lease {
    /// When the step was sent that it was granted by.
    pub(crate) sent: u64,
    pub(crate) nanos: u64,
}

impl Lease {
    pub(crate) const fn end(self) -> u64 {
        self.sent.saturating_add(self.nanos)
    }

    /// When to extend it.
    pub(crate) const fn third(self) -> u64 {
        self.sent.saturating_add(self.nanos / 3)
    }

    /// How long to wait after a store that could not be reached.
    pub(crate) const fn pause(self) -> u64 {
        self.nanos / 30
    }
}

/// The end of a future that never waits.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("a thread waits where it stands"),
    }
}
