//! Drivers: clock, timer, and source of cancellation.
//!
//! A call has a driver: [`Blocking`], or [`Async`] over a [`Runtime`]. All decisions are in the call, once for every driver.

mod async_driver;
mod blocking;
mod cancel;
#[cfg(feature = "testing")]
mod paused_timer;
mod runtimes;
#[cfg(feature = "http")]
mod time_limit;

use core::future::Future;
use core::task::Context;
use core::time::Duration;

use retry_core::Moment;

pub use self::async_driver::Async;
pub(crate) use self::blocking::park as park_blocking;
pub use self::blocking::{Blocking, IsCancelled, Uncancelled, sleep as sleep_blocking};
pub use self::cancel::Cancel;
#[cfg(feature = "http")]
pub(crate) use self::time_limit::within;
cfg_default_runtime! {
    pub use self::runtimes::DefaultRuntime;
}
#[cfg(feature = "futures-timer")]
pub use self::runtimes::FuturesTimer;
#[cfg(feature = "smol")]
pub use self::runtimes::Smol;
#[cfg(feature = "tokio")]
pub use self::runtimes::Tokio;
#[cfg(feature = "wasm")]
pub use self::runtimes::Wasm;

/// Async runtime: its timer, and its clock if it has one.
///
/// The crate has [`Tokio`], [`Smol`], [`FuturesTimer`] and [`Wasm`], each by its feature. Implement it for a type of your
/// own to run on anything else, and name that type in the attribute: `runtime = path::to::MyRuntime`. All of a call runs on
/// it: delays, timeouts, deadlines, the wait for a budget and for a rate limit. Wakers and shared state do not need a runtime.
///
/// [`Tokio`]: crate::guide::runtimes
/// [`Smol`]: crate::guide::runtimes
/// [`FuturesTimer`]: crate::guide::runtimes
/// [`Wasm`]: crate::guide::runtimes
///
/// ```
/// use core::future::Future;
/// use core::pin::Pin;
/// use core::task::{Context, Poll};
/// use core::time::Duration;
/// use std::time::Instant;
/// use retry_runtime::driver::Runtime;
/// use retry_runtime::retry;
///
/// struct Busy;
///
/// /// Asks to be polled again until the time has come.
/// struct Spin(Instant);
///
/// impl Future for Spin {
///     type Output = ();
///
///     fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
///         if Instant::now() >= self.0 {
///             return Poll::Ready(());
///         }
///         cx.waker().wake_by_ref();
///         Poll::Pending
///     }
/// }
///
/// impl Runtime for Busy {
///     type Sleep = Spin;
///
///     fn sleep(delay: Duration) -> Spin {
///         Spin(Instant::now() + delay)
///     }
/// }
///
/// #[retry(retry_on = Timeout, backoff = fixed(1ms), jitter = none, runtime = Busy)]
/// async fn read(tries: &mut u32) -> std::io::Result<u32> {
///     *tries += 1;
///     if *tries < 3 { Err(std::io::ErrorKind::TimedOut.into()) } else { Ok(*tries) }
/// }
/// # let mut call = core::pin::pin!(async { read(&mut 0).await });
/// # let mut cx = Context::from_waker(core::task::Waker::noop());
/// # let mut answer = Poll::Pending;
/// # while answer.is_pending() { answer = call.as_mut().poll(&mut cx); }
/// # assert!(matches!(answer, Poll::Ready(Ok(3))));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an async runtime",
    label = "`runtime` is a type that implements `retry_runtime::driver::Runtime`",
    note = "write `impl retry_runtime::driver::Runtime for {Self}`, or one of `runtime = tokio`, `smol`, `futures_timer` and, on `wasm32-unknown-unknown` alone, `wasm`"
)]
pub trait Runtime {
    /// Timer of the runtime.
    ///
    /// Calls are `Send` if it is. It is not polled after it has completed.
    type Sleep: Future<Output = ()>;

    /// True if a paused clock of [`testing`](crate::testing) replaces clock and timer.
    #[doc(hidden)]
    const IS_PAUSABLE: bool = true;

    /// Returns a timer that completes after `delay`.
    fn sleep(delay: Duration) -> Self::Sleep;

    /// Returns the time since a fixed moment of this process.
    ///
    /// The time is monotonic. By default it is the system's clock, on which all calls of a process agree: a deadline passes
    /// from a call into those inside it, on whatever runtime they run. Return another one only if all of them read it.
    #[inline]
    fn now() -> Moment {
        crate::calls::env::clock::system_now()
    }
}

/// Clock of a call.
pub trait Driver {
    /// Returns the time since a fixed moment of this process.
    ///
    /// The time is monotonic.
    fn now() -> Moment;
}

/// Driver of async functions: a timer, and the source of a call's cancellation.
///
/// [`Async`] implements it for every [`Runtime`].
pub trait AsyncDriver: Driver {
    /// True if nothing ever cancels the call.
    #[doc(hidden)]
    const NEVER_CANCELLED: bool = false;

    /// Timer of the runtime.
    type Sleep: Future<Output = ()>;

    /// Returns a timer that completes after `delay`.
    fn sleep(delay: Duration) -> Self::Sleep;

    /// Returns whether the call is cancelled.
    ///
    /// Otherwise it arranges that `cx` is woken when the call is cancelled.
    fn poll_cancelled(&mut self, cx: &mut Context<'_>) -> bool;
}
