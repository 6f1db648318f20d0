//! Wait for work that continues without its caller, for a graceful shutdown.

use core::fmt;
use core::ops::Deref;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use tokio::sync::Notify;

static PROCESS: LazyLock<Drain> = LazyLock::new(Drain::default);

/// Wait for work that continues without its caller, for a graceful shutdown.
///
/// A layer has one for the requests that it handles (`http::IdempotencyLayer::drain`), and [`once`](crate::once()) has one for
/// the keys that it ends ([`once::drain`](crate::once::drain)). Such work runs in tasks that no server waits for. Without this
/// wait, a process that ends leaves keys open.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use core::time::Duration;
///
/// let drain = retry_idempotency::once::drain();
/// // The server has stopped.
/// if tokio::time::timeout(Duration::from_secs(30), drain.wait()).await.is_err() {
///     eprintln!("{} keys are still open", drain.in_flight());
/// }
/// # });
/// ```
#[derive(Clone, Default)]
pub struct Drain(Arc<InFlight>);

#[derive(Default)]
struct InFlight {
    count: AtomicUsize,
    is_idle: Notify,
}

impl Drain {
    /// Returns the wait for the keys that `once` ends, of the whole process.
    pub(crate) fn process() -> &'static Self {
        &PROCESS
    }

    /// Returns the number of requests or keys that are in flight now.
    pub fn in_flight(&self) -> usize {
        self.0.count.load(Ordering::Acquire)
    }

    /// Waits until nothing is in flight.
    ///
    /// Stop the server first: requests and keys that begin in the meantime are waited for too.
    ///
    /// # Cancel safety
    ///
    /// May be dropped at any time; it changes nothing.
    pub async fn wait(&self) {
        loop {
            let is_idle = self.0.is_idle.notified();
            if self.in_flight() == 0 {
                return;
            }
            is_idle.await;
        }
    }
}

/// Owner of a [`Drain`].
pub(crate) trait HasDrain {
    fn drain(&self) -> &Drain;
}

impl HasDrain for Drain {
    fn drain(&self) -> &Drain {
        self
    }
}

impl fmt::Debug for Drain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Drain").field("in_flight", &self.in_flight()).finish()
    }
}

/// Request or key that is in flight, until it is dropped.
pub(crate) struct Entered<D: HasDrain>(D);

impl<D: HasDrain> Entered<D> {
    /// Counts in the drain of its owner.
    pub(crate) fn new(owner: D) -> Self {
        owner.drain().0.count.fetch_add(1, Ordering::Relaxed);
        Self(owner)
    }
}

impl<D: HasDrain> Deref for Entered<D> {
    type Target = D;

    fn deref(&self) -> &D {
        &self.0
    }
}

impl<D: HasDrain> Drop for Entered<D> {
    fn drop(&mut self) {
        let in_flight = &self.0.drain().0;
        if in_flight.count.fetch_sub(1, Ordering::Release) == 1 {
            in_flight.is_idle.notify_waiters();
        }
    }
}
