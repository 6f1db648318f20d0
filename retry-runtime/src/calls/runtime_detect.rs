//! Whether the code that runs now is polled by an async runtime, so that it must not block.

#[cfg(feature = "tokio")]
use core::task::{Context, Poll, Waker};
#[cfg(feature = "tokio")]
use std::vec::Vec;

#[cfg(feature = "tokio")]
use tokio::runtime::Handle;
#[cfg(feature = "tokio")]
use tokio::task::coop;

/// More than the budget of a task, which is 128.
#[cfg(feature = "tokio")]
const STEPS: usize = 256;

/// Whether a task of tokio is being polled here.
///
/// Being inside a runtime does not tell: `spawn_blocking` is too, and may block. But only a task that is polled has a
/// budget of steps after which it must yield; `spawn_blocking` and `block_in_place` have none. So all of it is taken, and
/// put back. A task under `unconstrained` is not found.
#[cfg(feature = "tokio")]
#[cold]
pub(crate) fn is_async_worker() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    let mut cx = Context::from_waker(Waker::noop());
    let mut steps = Vec::new();
    while steps.len() < STEPS {
        match coop::poll_proceed(&mut cx) {
            Poll::Ready(step) => steps.push(step),
            Poll::Pending => break,
        }
    }
    let has_ended = steps.len() < STEPS;
    // The last first: each puts back what there was before it.
    while steps.pop().is_some() {}
    has_ended
}

#[cfg(not(feature = "tokio"))]
pub(crate) const fn is_async_worker() -> bool {
    false
}
