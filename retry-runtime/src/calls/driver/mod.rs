//! Drivers: clock, timer, and source of cancellation.
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

pub(crate) use self::blocking::park as park_blocking;
pub use self::blocking::{Blocking, IsCancelled, Uncancelled, sleep as sleep_blocking};
#[cfg(feature = "tokio")]
pub use self::tokio::{Cancel, Tokio};

/// Clock of a call.
pub trait Driver {
    /// Returns the time since a fixed moment of this process.
    ///
    /// The time is monotonic.
    fn now() -> Moment;
}

/// Async runtime: its timer, and the source of a call's cancellation.
#[cfg(feature = "tokio")]
pub trait AsyncDriver: Driver {
    /// True if nothing ever cancels the call.
    #[doc(hidden)]
    const NEVER_CANCELLED: bool = false;

    /// Timer of the runtime. It may be polled again after it has completed.
    type Sleep: Future<Output = ()>;

    /// Returns a timer that completes after `delay`.
    fn sleep(delay: Duration) -> Self::Sleep;

    /// Returns whether the call is cancelled.
    ///
    /// Otherwise it arranges that `cx` is woken when the call is cancelled.
    fn poll_cancelled(&mut self, cx: &mut Context<'_>) -> bool;
}
