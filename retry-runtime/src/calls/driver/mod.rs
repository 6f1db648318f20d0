//! Drivers: the clock of a call, the timer of an async runtime, and the source of cancellation.
//!
//! A driver implements [`Driver`], and [`AsyncDriver`] for async functions. All decisions are in the call, once for every
//! driver.

mod blocking;
#[cfg(feature = "tokio")]
mod tokio;

#[cfg(feature = "tokio")]
use core::future::Future;
#[cfg(feature = "tokio")]
use core::task::Context;
#[cfg(feature = "tokio")]
use core::time::Duration;

use retry_core::Moment;

pub use self::blocking::{Blocking, IsCancelled, Uncancelled, sleep as sleep_blocking};
#[cfg(feature = "tokio")]
pub use self::tokio::{Cancel, Tokio};

/// Clock of a call.
pub trait Driver {
    /// Returns the monotonic time since a fixed origin in this process.
    fn now() -> Moment;
}

/// Async runtime: its timer, and the source of a call's cancellation.
#[cfg(feature = "tokio")]
pub trait AsyncDriver: Driver {
    /// Whether nothing ever cancels the call.
    #[doc(hidden)]
    const NEVER_CANCELLED: bool = false;

    /// Timer of the runtime. It may be polled again after it has completed.
    type Sleep: Future<Output = ()>;

    /// Returns a timer that completes after `delay`.
    fn sleep(delay: Duration) -> Self::Sleep;

    /// Returns whether the call is cancelled, and otherwise arranges that `cx` is woken when it is.
    fn poll_cancelled(&mut self, cx: &mut Context<'_>) -> bool;
}
