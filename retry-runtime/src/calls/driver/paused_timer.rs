//! Timer that a test's paused clock replaces (feature `testing`).

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

use crate::calls::env::paused;

pin_project! {
    /// Timer of a runtime, or one that advances the clock that its thread has paused.
    ///
    /// An enum, so that it is as small as the timer of a runtime with a niche.
    #[project = PausedTimerProj]
    #[derive(Debug)]
    pub enum PausedTimer<S> {
        /// The clock runs.
        Real { #[pin] timer: S },
        /// The clock was paused when the timer was made; nanoseconds.
        Paused { delay: u64 },
    }
}

impl<S> PausedTimer<S> {
    pub(super) const fn real(timer: S) -> Self {
        Self::Real { timer }
    }

    pub(super) const fn paused(delay: Duration) -> Self {
        Self::Paused { delay: retry_core::units::from(delay) }
    }
}

impl<S: Future<Output = ()>> Future for PausedTimer<S> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.project() {
            PausedTimerProj::Real { timer } => timer.poll(cx),
            // The clock advances when nothing else is left to do, as tokio's does.
            PausedTimerProj::Paused { delay } => {
                paused::advance(*delay);
                Poll::Ready(())
            }
        }
    }
}
