//! Smol, and any other executor with the timers of async-io.

/// Smol: `runtime = smol` (feature `smol`).
///
/// Its timers are those of async-io, which a thread of async-io wakes, so any executor polls them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Smol;

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod timer {
    use core::future::Future;
    use core::pin::Pin;
    use core::task::{Context, Poll, ready};
    use core::time::Duration;

    use super::Smol;
    use crate::calls::driver::Runtime;

    /// Timer of async-io.
    #[derive(Debug)]
    pub struct SmolSleep(async_io::Timer);

    impl Future for SmolSleep {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            ready!(Pin::new(&mut self.0).poll(cx));
            Poll::Ready(())
        }
    }

    impl Runtime for Smol {
        type Sleep = SmolSleep;

        fn sleep(delay: Duration) -> SmolSleep {
            SmolSleep(async_io::Timer::after(delay))
        }
    }
}
