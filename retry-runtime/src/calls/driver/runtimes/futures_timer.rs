//! The timers of futures-timer, for every executor.

/// Timers of futures-timer: `runtime = futures_timer` (feature `futures-timer`).
///
/// A thread of futures-timer wakes them, so any executor polls them.
#[derive(Clone, Copy, Debug, Default)]
pub struct FuturesTimer;

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod timer {
    use core::time::Duration;

    use futures_timer::Delay;

    use super::FuturesTimer;
    use crate::calls::driver::Runtime;

    impl Runtime for FuturesTimer {
        type Sleep = Delay;

        fn sleep(delay: Duration) -> Delay {
            Delay::new(delay)
        }
    }
}
