//! Driver of async functions on any runtime.

use core::fmt;
use core::marker::PhantomData;
use core::task::Context;
use core::time::Duration;

use retry_core::Moment;

use crate::calls::driver::{AsyncDriver, Cancel, Driver, Runtime};
#[cfg(feature = "testing")]
use crate::calls::{driver::paused_timer::PausedTimer, env::paused};

/// Driver of async functions on the runtime `R`.
///
/// `C` completes when the call is cancelled.
pub struct Async<R, C = ()> {
    runtime: PhantomData<fn() -> R>,
    cancel: C,
}

impl<R, C> Async<R, C> {
    pub(crate) const fn new(cancel: C) -> Self {
        Self { runtime: PhantomData, cancel }
    }
}

impl<R, C: Default> Default for Async<R, C> {
    #[inline]
    fn default() -> Self {
        Self::new(C::default())
    }
}

impl<R, C> fmt::Debug for Async<R, C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Async").finish_non_exhaustive()
    }
}

impl<R: Runtime, C> Driver for Async<R, C> {
    #[inline]
    fn now() -> Moment {
        #[cfg(feature = "testing")]
        if let Some(now) = paused::now().filter(|_| R::IS_PAUSABLE) {
            return now;
        }
        R::now()
    }
}

impl<R: Runtime, C: Cancel> AsyncDriver for Async<R, C> {
    const NEVER_CANCELLED: bool = C::NEVER;

    #[cfg(not(feature = "testing"))]
    type Sleep = R::Sleep;

    #[cfg(feature = "testing")]
    type Sleep = PausedTimer<R::Sleep>;

    #[cfg(not(feature = "testing"))]
    #[inline]
    fn sleep(delay: Duration) -> Self::Sleep {
        R::sleep(delay)
    }

    #[cfg(feature = "testing")]
    fn sleep(delay: Duration) -> Self::Sleep {
        if R::IS_PAUSABLE && paused::is_paused() {
            PausedTimer::paused(delay)
        } else {
            PausedTimer::real(R::sleep(delay))
        }
    }

    #[inline]
    fn poll_cancelled(&mut self, cx: &mut Context<'_>) -> bool {
        self.cancel.poll_cancelled(cx)
    }
}
