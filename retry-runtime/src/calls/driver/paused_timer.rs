//! Timer that a test's paused clock replaces (feature `testing`).

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

use crate::calls::env::paused;

pin_project! {
    /// Timer of a runtime, or one that advances the clock that its thread has paused.
    #[derive(Debug)]
    pub struct PausedTimer<S> {
        // `None` if the clock was paused when the timer was made.
        #[pin]
        real: Option<S>,
        delay: Duration,
    }
}

impl<S> PausedTimer<S> {
    pub(super) const fn real(timer: S) -> Self {
        Self { real: Some(timer), delay: Duration::ZERO }
    }

    pub(super) const fn paused(delay: Duration) -> Self {
        Self { real: None, delay }
    }
}

impl<S: Future<Output = ()>> Future for PausedTimer<S> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        match this.real.as_pin_mut() {
            Some(timer) => timer.poll(cx),
            // The clock advances when nothing else is left to do, as tokio's does.
            None => {
                paused::advance(retry_core::units::from(*this.delay));
                Poll::Ready(())
            }
        }
    }
}
