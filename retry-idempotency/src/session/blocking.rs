//! Futures that never wait, for code that is shared by tasks and threads.

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

/// Returns the output of a future whose every await is ready at once.
///
/// # Panics
///
/// Panics if the future waits.
pub(crate) fn poll_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("a blocking store answers before it returns"),
    }
}
