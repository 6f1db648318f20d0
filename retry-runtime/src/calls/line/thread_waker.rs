//! Waker of a thread that waits in line.

use core::task::Waker;
use std::sync::Arc;
use std::task::Wake;
use std::thread::{self, Thread};

struct ThreadWaker(Thread);

impl Wake for ThreadWaker {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Returns a waker that unparks this thread.
pub(crate) fn thread_waker() -> Waker {
    Arc::new(ThreadWaker(thread::current())).into()
}
