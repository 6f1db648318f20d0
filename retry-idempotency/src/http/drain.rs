//! Wait for requests that are still handled, for a graceful shutdown.

use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use tokio::sync::Notify;

/// Wait for the requests that a layer is handling, for a graceful shutdown.
///
/// A request whose client has hung up is handled to its end, in a task that no server waits for. Without this wait, a process
/// that ends leaves its key open.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use std::sync::Arc;
/// use core::time::Duration;
/// use retry_idempotency::MemoryStore;
/// use retry_idempotency::http::IdempotencyLayer;
///
/// let layer = IdempotencyLayer::single_client(Arc::new(MemoryStore::new(100_000)));
/// let drain = layer.drain();
/// // axum::serve(listener, router.layer(layer)).with_graceful_shutdown(signal).await?;
/// if tokio::time::timeout(Duration::from_secs(30), drain.wait()).await.is_err() {
///     eprintln!("{} requests are still handled", drain.in_flight());
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
    /// Returns the number of requests that are handled now.
    pub fn in_flight(&self) -> usize {
        self.0.count.load(Ordering::Acquire)
    }

    /// Waits until no request is handled.
    ///
    /// Requests that begin in the meantime are waited for too, so stop the server first.
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

    /// Counts a request until the guard is dropped.
    pub(super) fn enter(&self) -> Entered {
        self.0.count.fetch_add(1, Ordering::Relaxed);
        Entered(Arc::clone(&self.0))
    }
}

impl fmt::Debug for Drain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Drain").field("in_flight", &self.in_flight()).finish()
    }
}

/// Request that is handled.
pub(super) struct Entered(Arc<InFlight>);

impl Drop for Entered {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::Release) == 1 {
            self.0.is_idle.notify_waiters();
        }
    }
}
