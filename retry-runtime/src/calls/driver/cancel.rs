//! Source of cancellation of an async call.

use core::future::Future;
use core::pin::Pin;
use core::task::Context;

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
