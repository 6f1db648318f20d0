//! Detects a thread that polls async tasks and must not block.

#[cfg(feature = "tokio")]
use core::task::{Context, Poll, Waker};
#[cfg(feature = "tokio")]
use std::vec::Vec;

#[cfg(feature = "tokio")]
use tokio::runtime::Handle;
#[cfg(feature = "tokio")]
use tokio::task::coop;

/// More than the budget of a tokio task, which is 128.
#[cfg(feature = "tokio")]
const STEPS: usize = 256;

/// Returns whether this thread is polling a task of tokio.
///
/// `Handle::try_current` is not enough: `spawn_blocking` runs inside the runtime too, and may block. But only a polled task
/// has a cooperation budget; `spawn_blocking` and `block_in_place` have none. So this takes the whole budget and puts it
/// back. It does not detect a task under `unconstrained`.
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
    // The last first, because each restores the budget from before it was taken.
    while steps.pop().is_some() {}
    has_ended
}

#[cfg(not(feature = "tokio"))]
pub(crate) const fn is_async_worker() -> bool {
    false
}
