//! Driver of async functions on tokio.

use core::future::Future;
use core::pin::Pin;
use core::task::Context;
use core::time::Duration;

use retry_core::Moment;
use tokio::time::{Instant, Sleep};

use crate::calls::driver::{AsyncDriver, Driver};

/// Driver of async functions on tokio. `C` completes when the call is cancelled.
///
/// It reads tokio's clock, so a test with a paused clock controls it.
#[derive(Debug, Default)]
pub struct Tokio<C = ()> {
    pub(crate) cancel: C,
}

/// Source of cancellation of an async call: `()` for none, or a pinned future.
pub trait Cancel {
    #[doc(hidden)]
    const NEVER: bool = false;
    #[doc(hidden)]
    fn poll_cancelled(&mut self, cx: &mut Context<'_>) -> bool;
}

/// Never cancels the call.
impl Cancel for () {
    const NEVER: bool = true;

    #[inline]
    fn poll_cancelled(&mut self, _: &mut Context<'_>) -> bool {
        false
    }
}

impl<F: Future> Cancel for Pin<&mut F> {
    fn poll_cancelled(&mut self, cx: &mut Context<'_>) -> bool {
        self.as_mut().poll(cx).is_ready()
    }
}

impl<C> Driver for Tokio<C> {
    #[inline]
    fn now() -> Moment {
        now()
    }
}

impl<C: Cancel> AsyncDriver for Tokio<C> {
    const NEVER_CANCELLED: bool = C::NEVER;

    type Sleep = Sleep;

    fn sleep(delay: Duration) -> Sleep {
        tokio::time::sleep(delay)
    }

    #[inline]
    fn poll_cancelled(&mut self, cx: &mut Context<'_>) -> bool {
        self.cancel.poll_cancelled(cx)
    }
}

fn now() -> Moment {
    crate::calls::env::clock::since_anchor(Instant::now().into_std())
}
