//! A runtime of one's own: its executor jumps to the time of the next timer.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use retry_runtime::Moment;
use retry_runtime::driver::Runtime;

thread_local! {
    static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static TIMERS: RefCell<BTreeSet<Duration>> = const { RefCell::new(BTreeSet::new()) };
}

/// Runtime whose clock moves when nothing is left to do.
pub(crate) struct Stepped;

/// Timer that completes at a time of the stepped clock.
pub(crate) struct At(Duration);

impl Future for At {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if NOW.get() >= self.0 { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for At {
    fn drop(&mut self) {
        TIMERS.with_borrow_mut(|timers| timers.remove(&self.0));
    }
}

impl Runtime for Stepped {
    type Sleep = At;

    fn sleep(delay: Duration) -> At {
        let at = NOW.get() + delay;
        TIMERS.with_borrow_mut(|timers| timers.insert(at));
        At(at)
    }

    fn now() -> Moment {
        Moment::ORIGIN.after(NOW.get())
    }
}

/// Runs a future. Also returns the time that passed on the stepped clock.
pub(crate) fn on_stepped<T>(future: impl Future<Output = T>) -> (T, Duration) {
    let begin = NOW.get();
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return (output, NOW.get().saturating_sub(begin));
        }
        let next = TIMERS.with_borrow(|timers| timers.first().copied());
        NOW.set(next.expect("it waits for nothing"));
    }
}
