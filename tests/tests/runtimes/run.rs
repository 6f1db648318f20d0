//! Executors of the scenes.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use retry_runtime::testing;

/// Runs a future on tokio's paused clock. Also returns the time that passed on it.
pub(crate) fn on_tokio<T>(future: impl Future<Output = T>) -> (T, Duration) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let begin = tokio::time::Instant::now();
        (future.await, begin.elapsed())
    })
}

/// Runs a future on a paused clock of this thread, by an executor of nobody's.
pub(crate) fn on_paused_thread<T>(future: impl Future<Output = T>) -> (T, Duration) {
    let clock = testing::pause();
    let output = block_on(future);
    (output, clock.elapsed())
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future on this thread, which sleeps until it is woken.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let (mut future, mut cx) = (pin!(future), Context::from_waker(&waker));
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
